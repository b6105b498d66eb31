"""The module's names: every row of the table, documented, with a signature; complete; typed; loaded late."""

import inspect
import pickle
import subprocess
import sys
import types
from pathlib import Path

import farshore as fs
import numpy as np
import pytest
from farshore import _core, exceptions
from farshore._aliases import NUMPYS as ALIASES

ROWS = [name for name, value in vars(_core).items() if isinstance(value, fs.ufunc)]


# https://data-apis.org/array-api/2025.12/API_specification/elementwise_functions.html, and where.
STANDARD = (
    "abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_invert "
    "bitwise_or bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp "
    "expm1 floor floor_divide greater greater_equal hypot imag isfinite isinf isnan less less_equal "
    "log log1p log2 log10 logaddexp logical_and logical_not logical_or logical_xor maximum minimum "
    "multiply negative nextafter not_equal positive pow real reciprocal remainder round sign signbit "
    "sin sinh square sqrt subtract tan tanh trunc where"
)
NUMPYS = (
    "exp2 cbrt fmod ldexp frexp modf heaviside gcd lcm deg2rad rad2deg sinc spacing logaddexp2 fmax "
    "fmin float_power divmod nan_to_num i0 angle bitwise_count"
)
SPECIAL = {"erf", "erfc", "gamma", "lgamma", "frexp_mantissa", "frexp_exponent"}
"""Rows that NumPy lacks."""
PARAMETERS = {"where": ["condition", "x1", "x2"]}


@pytest.mark.parametrize("name", f"{STANDARD} {NUMPYS}".split())
def test_the_elementwise_functions_are_complete(name):
    assert callable(getattr(fs, name))
    assert name in fs.__all__
    assert hasattr(np, name)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_exported_and_documented(name):
    assert name in fs.__all__
    ufunc = getattr(fs, name)
    assert ufunc.__name__ == name
    assert repr(ufunc) == f"<ufunc '{name}'>"
    first, rest = ufunc.__doc__.split("\n", 1)
    assert first.endswith(".")
    assert "element by element" in first
    assert all(dtype in rest for dtype in ufunc.dtypes)
    parameters = inspect.signature(ufunc).parameters.values()
    *operands, out, where = parameters
    assert [one.name for one in operands] == PARAMETERS.get(name, ["x1", "x2"] if ufunc.nin == 2 else ["x"])
    assert all(one.kind is inspect.Parameter.POSITIONAL_ONLY for one in operands)
    for one in (out, where):
        assert one.kind is inspect.Parameter.KEYWORD_ONLY
    assert (out.name, where.name) == ("out", "where")


@pytest.mark.parametrize("name", sorted(set(ROWS) - SPECIAL))
def test_every_row_is_numpys_function_of_that_name(name):
    theirs = getattr(np, name)
    if isinstance(theirs, np.ufunc):
        assert theirs.nin == getattr(fs, name).nin
    x = fs.asarray([1, 2, 3])
    operands = [x] * getattr(fs, name).nin
    # NumPy's own call runs on the device.
    assert isinstance(theirs(*operands), fs.Array)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_can_be_pickled(name):
    assert pickle.loads(pickle.dumps(getattr(fs, name))) is getattr(fs, name)


def test_all_is_complete():
    listed = [name for names in fs._MODULES.values() for name in names.split()]
    apart = [*listed, *ROWS, "device", *ALIASES]
    assert len(apart) == len(set(apart)), "a name has one place"
    public = {name for name in dir(fs) if not name.startswith("__array_")}
    assert public - set(ALIASES) == set(fs.__all__)
    assert len(fs.__all__) == len(set(fs.__all__))
    there = {name for name, value in vars(fs).items() if not isinstance(value, types.ModuleType)}
    assert {name for name in there if not name.startswith("_")} <= public, "nothing else is public"


def test_numpys_names_are_the_same_functions():
    for theirs, ours in ALIASES.items():
        assert getattr(fs, theirs) is getattr(fs, ours)
        assert theirs not in fs.__all__


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="module 'farshore' has no attribute 'nonsense'"):
        fs.nonsense
    with pytest.raises(ImportError, match="cannot import name 'nonsense' from 'farshore'"):
        from farshore import nonsense  # noqa: F401


def fresh(program: str, given: bytes = b"") -> str:
    """What a program prints in a process that has not loaded farshore."""
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, input=given, capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_importing_the_package_loads_no_chapter():
    program = "import sys, farshore; print(*(name for name in sys.modules if name.startswith('farshore')))"
    needed = {"farshore", "farshore._aliases", "farshore._core", "farshore.exceptions"}
    assert set(fresh(program).split()) == needed


def test_a_name_loads_its_module_once():
    program = """
import sys
import farshore as fs
assert "sum" not in vars(fs)
assert callable(fs.sum)
assert vars(fs)["sum"] is sys.modules["farshore._reductions"].sum
assert not any(f"farshore.{name}" in sys.modules for name in ("_linear", "_sets", "_files"))
"""
    fresh(program)


@pytest.mark.parametrize("module", fs._MODULES)
def test_a_module_that_is_loaded_first_gives_its_names(module):
    # Which is loaded first is up to the user: none may depend on another having been.
    fresh(f"import farshore; [getattr(farshore, name) for name in {fs._MODULES[module].split()}]")


def test_import_of_everything():
    program = """
names = {}
exec("from farshore import *", names)
del names["__builtins__"]
import farshore
assert set(names) == set(farshore.__all__), set(names) ^ set(farshore.__all__)
assert all(names[name] is getattr(farshore, name) for name in names)
"""
    fresh(program)


def test_what_is_pickled_loads_what_it_needs():
    everything = [getattr(fs, name) for name in fs.__all__]
    program = "import pickle, sys; print(len(pickle.load(sys.stdin.buffer)))"
    assert fresh(program, pickle.dumps(everything)) == f"{len(everything)}\n"


def test_threads_that_ask_at_once_all_get_it():
    program = """
import sys, threading
import farshore as fs
sys.setswitchinterval(1e-6)
n = 8
names = sorted({*fs.__all__, "concatenate", "power"})
found, barrier = [], threading.Barrier(n)
def ask(number):
    barrier.wait()
    # Half of them go the other way, so that they meet inside of modules that load one another.
    found.append({name: getattr(fs, name) for name in names[:: 1 - 2 * (number % 2)]})
threads = [threading.Thread(target=ask, args=(number,)) for number in range(n)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(found) == n
assert all(one[name] is getattr(fs, name) for one in found for name in names)
"""
    fresh(program)


# The class of the ufuncs has none: its `__doc__` is that of each of them.
CALLABLES = [name for name in fs.__all__ if callable(getattr(fs, name)) and name != "ufunc"]


@pytest.mark.parametrize("name", CALLABLES)
def test_every_callable_is_documented(name):
    assert (getattr(fs, name).__doc__ or "").strip()


@pytest.mark.parametrize(
    "name", [name for name in dir(fs.Array) if not name.startswith("_") and callable(getattr(fs.Array, name))]
)
def test_every_method_is_documented(name):
    assert (getattr(fs.Array, name).__doc__ or "").strip()
    assert inspect.signature(getattr(fs.Array, name))


def test_every_exception_is_exported():
    for name, value in vars(exceptions).items():
        if isinstance(value, type) and issubclass(value, Exception):
            assert getattr(fs, name) is value
            assert name in fs.__all__


def test_the_classes_of_exceptions():
    assert issubclass(fs.ImplicitTransferError, (fs.TransferError, TypeError))
    assert fs.ImplicitTransferError.__mro__.index(TypeError)
    assert fs.CopyRequiredError.__mro__.index(ValueError)
    assert fs.ForbiddenTransferError.__mro__.index(RuntimeError)
    assert fs.OutOfRangeError.__mro__.index(OverflowError)
    assert fs.OutOfDeviceMemoryError.__mro__.index(MemoryError)
    assert fs.OutOfDeviceMemoryError.__mro__.index(fs.DeviceError)
    assert fs.DeviceError.__mro__.index(RuntimeError)
    assert fs.SoftwareDeviceWarning.__mro__.index(UserWarning)


def test_dtypes_are_numpys():
    for name in ("int8", "uint64", "float16", "float64", "complex64"):
        assert getattr(fs, name) is getattr(np, name)
        assert fs.zeros(1, dtype=getattr(fs, name)).dtype == np.dtype(name)
    assert fs.bool is np.bool_
    assert isinstance(fs.zeros(1).dtype, np.dtype)
    assert fs.newaxis is None


def test_the_package_is_typed():
    assert (Path(fs.__file__).parent / "py.typed").exists()
    assert fs.__version__.count(".") == 2


def test_the_module_says_where_things_are_from():
    for name in ("Array", "Device", "Ledger", "transfers", "ufunc"):
        assert getattr(fs, name).__module__ == "farshore"
