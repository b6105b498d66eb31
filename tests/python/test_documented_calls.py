"""The tables of docs/transfers.md: they say what the calls do, and no public name is missing."""

import ast
import sys
from importlib import import_module
from pathlib import Path

import farshore as fs
import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))
calls = import_module("calls")
sys.path.remove(str(DOCS))

CODES = [code for table in calls.tables().values() for row in table.rows for code in row.calls]
CLASSES = {
    fs.Array: "x y n",
    fs.Device: "device",
    fs.HostMap: "m",
    fs.ElementwiseKernel: "doubled",
    fs.ReductionKernel: "total",
    fs.Pipeline: "recorded",
    fs.Stream: "frames",
    fs.RawKernel: "zeroed",
    fs.ImplicitArray: "p q",
    fs.Ledger: "log",
    fs.NpzFile: "opened",
    fs.Readback: "later",
    fs.profile: "profiled",
}
"""The names by which the calls know an object of each class."""

LIBRARIES = {
    "__array__": "np.asarray(",
    "__array_ufunc__": "np.sqrt(",
    "__array_function__": "np.shape(",
    "__copy__": "copy.copy(",
    "__deepcopy__": "copy.deepcopy(",
    "__dlpack__": "np.from_dlpack(",
    "__reduce__": "pickle.dumps(",
    "__getattr__": "p.mean(",
    "__call__": "(x",
}
"""Methods that a library or Python calls, and by which words."""

OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.USub: "neg",
    ast.UAdd: "pos",
    ast.Invert: "invert",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.In: "contains",
}
FUNCTIONS = {
    "abs": "abs",
    "bool": "bool",
    "complex": "complex",
    "float": "float",
    "index": "index",
    "int": "int",
    "len": "len",
    "list": "iter",
    "repr": "repr",
    "str": "str",
}

BORING = {"__doc__", "__hash__", "__init__", "__module__", "__new__", "__slots__", "__weakref__", "__dict__"}
BORING |= {"__abstractmethods__", "__get__", "__orig_bases__", "__parameters__"}


def owner(node: ast.expr) -> str | None:
    """`x` in `x`, `x[0]` and `x.implicit()`."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.value if not isinstance(node, ast.Call) else node.func
    return node.id if isinstance(node, ast.Name) else None


def uses(code: str) -> set[tuple[str | None, str]]:
    """What a call uses: pairs of whose and which method, as Python names it."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Attribute(value, name):
                found.add((owner(value), name))
            case ast.Subscript(value, ctx=ast.Store()):
                found.add((owner(value), "__setitem__"))
            case ast.Subscript(value):
                found.add((owner(value), "__getitem__"))
            case ast.BinOp(left, op, right):
                found |= {(owner(left), f"__{OPERATORS[type(op)]}__")}
                found |= {(owner(right), f"__r{OPERATORS[type(op)]}__")}
            case ast.AugAssign(target, op):
                found.add((owner(target), f"__i{OPERATORS[type(op)]}__"))
            case ast.Compare(left, [ast.In()], [right]):
                found.add((owner(right), "__contains__"))
            case ast.Compare(left, [op]):
                found.add((owner(left), f"__{OPERATORS[type(op)]}__"))
            case ast.UnaryOp(op, operand):
                found.add((owner(operand), f"__{OPERATORS[type(op)]}__"))
            case ast.FormattedValue(value):
                found.add((owner(value), "__format__"))
            case ast.Await(value):
                found.add((owner(value), "__await__"))
            case ast.withitem(value):
                found |= {(owner(value), "__enter__"), (owner(value), "__exit__")}
            case ast.Call(ast.Name("divmod"), [left, right]):
                found |= {(owner(left), "__divmod__"), (owner(right), "__rdivmod__")}
            case ast.Call(ast.Name("hasattr"), [value, ast.Constant(name)]):
                found.add((owner(value), name))
            case ast.Call(ast.Name(name) | ast.Attribute(ast.Name("operator"), name), [argument]):
                found.add((owner(argument), f"__{FUNCTIONS.get(name, name)}__"))
    return found


USED = set().union(*map(uses, CODES))


def is_in_a_row(kind: type, name: str) -> bool:
    objects = {*CLASSES[kind].split()}
    words = LIBRARIES.get(name)
    if words and any(words in code and calls.names(code) & objects for code in CODES):
        return True
    return any((one, name) in USED for one in objects)


def is_missing(kind: type, name: str) -> bool:
    """Whether it is there because a class has all operators of a sort, and does nothing."""
    one = calls.OPERANDS[CLASSES[kind].split()[0]]()
    if name == "__delitem__":
        with pytest.raises(NotImplementedError):
            del one[0]
        return True
    return name.strip("_") in OPERATORS.values() and getattr(one, name)(one) is NotImplemented


def test_the_page_says_what_the_calls_do():
    pytest.importorskip("safetensors")
    pytest.importorskip("matplotlib")
    assert calls.main(["--check"]) == 0


@pytest.mark.parametrize("name", fs.__all__)
def test_every_function_is_in_a_row(name):
    value = getattr(fs, name)
    if isinstance(value, type) and value not in (fs.transfers, fs.indexing):
        of_numpy, without_methods = value.__module__ == "numpy", issubclass(value, (Exception, fs.ufunc))
        assert of_numpy or without_methods or value in CLASSES, (
            f"nothing says what the methods of fs.{name} move: add an object of it to docs/operands.py and "
            "to CLASSES in this test, and calls of them to docs/calls.txt; then run `make docs`"
        )
    elif callable(value):
        assert ("fs", name) in USED, (
            f"nothing says what fs.{name} moves, and whether it waits: add a call of it to docs/calls.txt, "
            "and run `make docs`"
        )


@pytest.mark.parametrize("kind", CLASSES)
def test_every_method_is_in_a_row(kind):
    for name in vars(kind):
        public = not name.startswith("_") or (name.startswith("__") and name not in BORING)
        if public and not is_in_a_row(kind, name):
            assert is_missing(kind, name), (
                f"nothing says what {kind.__name__}.{name} moves, and whether it waits: add a call of it to "
                f"docs/calls.txt, of one of {CLASSES[kind]}, and run `make docs`"
            )
