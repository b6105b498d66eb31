"""No function of NumPy that lets an array take over moves what nobody asked for, and none answers wrongly."""

import contextlib
import functools
from itertools import product

import farshore as fs
import numpy as np
import pytest
from farshore._dispatch import INSTEAD
from verdicts import moved
from whole_numpy import COUNTS, DISPATCHED, OURS, call, canonical, is_ours, operands, same

UFUNCS = {"clip": "maximum"}
"""The functions of two operands that make up another, and refuse a dtype under their own name."""
LACKING = {("linspace", 2), ("dot", 3), ("choose", 3)}
"""Functions that are ours, but not of so few arrays, or so many: one more is `out` or a flag of NumPy's."""
OTHER_WORDS = {
    "full_like": "is a number",
    "delete": "delete: places are integers",
    "pad": "this would copy 32 bytes",
    "put": "put: places are integers, not bool",
    "take": "take: places are integers, not bool",
    "quantile": "quantile: nothing is between bools",
    "nanquantile": "nanquantile: nothing is between bools",
}
"""What is refused although NumPy answers, but not for the dtype of the first array."""
COUNTED = {
    ("allclose", 2): [1],
    ("allclose", 3): [1],
    ("allclose", 4): [1],
    ("argwhere", 1): [4],
    ("array_equiv", 2): [1],
    ("delete", 2): [1, 4],
    ("extract", 2): [4],
    ("flatnonzero", 1): [4],
    ("intersect1d", 2): [4, 4, 4],
    ("nanargmax", 1): [1],
    ("nanargmin", 1): [1],
    ("nonzero", 1): [4],
    ("setdiff1d", 2): [4, 4],
    ("setxor1d", 2): [4, 4, 4],
    ("union1d", 2): [4],
    ("unique", 1): [4],
    ("unique_all", 1): [4],
    ("unique_counts", 1): [4],
    ("unique_inverse", 1): [4],
    ("unique_values", 1): [4],
    ("tensordot", 3): [8, 8],
    ("trim_zeros", 1): [8, 8],
    ("where", 1): [4],
}
"""The bytes of each scalar that is read: how long a result is, or an axis where an array says it."""


ONLY_OF_FLOATS = {"nanargmax", "nanargmin"}
"""Functions that ask whether there is a number: of other dtypes there is."""

OUT_OF_BOUNDS = {"choose"}
"""Functions that say at the next wait what NumPy says at once: that these operands name no place."""


def test_there_is_a_way_to_ask_them_all():
    assert len(COUNTS) > 350
    assert all(COUNTS.values())


@pytest.mark.parametrize("name", COUNTS)
def test_no_function_moves_what_nobody_asked_for(name):
    function = DISPATCHED[name]
    for count, dtype in product(COUNTS[name], ["float32", "int64", "complex64", "bool"]):
        arrays = operands(count, dtype)
        on_device = [fs.asarray(one) for one in arrays]
        with fs.transfers() as log:
            got = call(function, on_device)
        check_counted(log, function, count, got, dtype)
        if is_ours(function) and (function.__name__, count) not in LACKING:
            check_ours(function, got, arrays)
        else:
            check_refused_by_name(function, got, on_device[0].device)
        if function.__name__ in OUT_OF_BOUNDS:
            with contextlib.suppress(IndexError):
                fs.synchronize()
        after = operands(count, dtype) if isinstance(got, Exception) else arrays
        for one, array in zip(on_device, after, strict=True):
            assert np.array_equal(one.to_numpy(), array), (
                "only what NumPy writes to, and only when not refused"
            )


def check_counted(log, function, count, got, dtype):
    read = [("to host", "scalar", nbytes) for nbytes in COUNTED.get((function.__name__, count), [])]
    if function.__name__ in ONLY_OF_FLOATS and dtype != "float32":
        read = []
    if isinstance(got, Exception):  # before all was read, maybe
        read = read[: len(log)]
    assert moved(log.crossings) == read


def check_refused_by_name(function, got, device):
    assert isinstance(got, fs.ImplicitTransferError), repr(got)
    assert f"{canonical(function)} was given an array on {device}" in str(got)
    assert INSTEAD.get(function.__name__, f"{canonical(function)}(x.to_numpy())") in str(got)
    assert f"{got.nbytes} bytes" in str(got)
    assert got.nbytes > 0


def check_ours(function, got, arrays):
    want = call(function, arrays)
    if isinstance(want, Exception):  # these arguments mean nothing to NumPy either
        return
    if isinstance(got, Exception):
        assert isinstance(got, TypeError), repr(got)
        other = OTHER_WORDS.get(function.__name__)
        if other and other in str(got):
            return
        name = UFUNCS.get(function.__name__) or OURS.get(function.__name__, function.__name__)
        assert f"{name} does not accept {arrays[0].dtype}" in str(got)
    else:
        same(got, want, function.__name__)


@pytest.mark.parametrize("name", [name for name in COUNTS if COUNTS[name][-1] > 1])
def test_no_function_mixes_sides_silently(name):
    function = DISPATCHED[name]
    for count in COUNTS[name]:
        for at in range(count):
            host = operands(count, "float32")
            mixed = [fs.asarray(one) if i == at else one for i, one in enumerate(host)]
            with fs.transfers() as log:
                got = call(function, mixed)
            assert "bulk" not in [one["kind"] for one in log.crossings], f"argument {at} of {count}"
            want = call(function, operands(count, "float32"))
            if not isinstance(got, Exception) and not isinstance(want, Exception):
                same(got, want, function.__name__)


@pytest.mark.parametrize("name", COUNTS)
def test_under_allow_every_function_answers_as_numpy_or_says_why_not(name):
    function = DISPATCHED[name]
    for count, dtype in product(COUNTS[name], ["float32", "int64"]):
        arrays = operands(count, dtype)
        on_device = [fs.asarray(one) for one in arrays]
        with fs.transfers("allow"):
            got = call(function, on_device)
        want = call(function, arrays)
        if isinstance(want, Exception):
            continue
        if isinstance(got, Exception):
            # NumPy's own word on an `out` that it cannot write into is a ValueError.
            assert isinstance(got, TypeError) or "output array" in str(got), repr(got)
            continue
        same(got, want, function.__name__)
        for one, array in zip(on_device, arrays, strict=True):
            assert np.array_equal(one.to_numpy(), array), "what NumPy writes is written"


ARGUMENTS = {
    "squeeze": [((), {}), ((0,), {}), ((), {"axis": 0})],
    "expand_dims": [((0,), {}), ((), {"axis": 0}), (((0, 1),), {})],
    "reshape": [
        ((4,), {}),
        ((-1,), {}),
        (((4, 1),), {}),
        ((4, "C"), {}),
        ((4, "F"), {}),
        ((4,), {"order": "F"}),
    ],
    "broadcast_to": [(((3, 1, 2, 2),), {}), ((), {"shape": (3, 1, 2, 2)}), (((3, 1, 2, 2), True), {})],
    "permute_dims": [(((1, 0, 2),), {}), ((), {"axes": (2, 0, 1)})],
    "sum": [
        ((), {}),
        ((1,), {}),
        ((0, "f8"), {}),
        ((), {"axis": (0, 2), "keepdims": True}),
        ((), {"where": [True, False]}),
    ],
    "clip": [((0, 2), {}), ((None, 2), {}), ((), {"min": 1}), ((), {"a_min": 1, "a_max": 2})],
    "nan_to_num": [((), {}), ((True, 1.0), {}), ((False,), {}), ((), {"nan": 1, "posinf": 2, "neginf": 3})],
    "round": [((), {}), ((0,), {}), ((1,), {}), ((), {"decimals": -1})],
    "angle": [((), {}), ((False,), {}), ((True,), {}), ((), {"deg": True})],
    "tril": [((), {}), ((1,), {}), ((), {"k": -1})],
    "max": [((), {}), ((-1,), {}), ((), {"axis": 1, "keepdims": True}), ((), {"initial": 9})],
    "all": [((), {}), ((0, None, True), {}), ((), {"axis": -1}), ((), {"where": [True, False]})],
    "shape": [((), {})],
    "ndim": [((), {})],
    "size": [((), {}), ((1,), {}), ((), {"axis": 1})],
    "can_cast": [(("f8",), {}), (("f8", "same_kind"), {}), (("i2",), {"casting": "unsafe"})],
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_functions_that_are_ours_take_numpys_arguments_or_refuse_by_name(name):
    function, host = getattr(np, name), np.arange(4, dtype=np.float32).reshape(1, 2, 2)
    for rest, keywords in ARGUMENTS[name]:
        want, got = (
            call(lambda x, rest=rest, keywords=keywords: function(x, *rest, **keywords), [x])
            for x in (host, fs.asarray(host))
        )
        if isinstance(want, Exception):  # NumPy 2.1.0 takes the order by name only
            assert type(got) is type(want)
        elif isinstance(keywords.get("where"), list):
            assert isinstance(got, TypeError)
            assert f"{name}: every operand is an array of farshore, not list" in str(got)
        elif isinstance(got, Exception):
            check_refused_by_name(function, got, fs.default_device())
        else:
            same(got, want, name)


NOT_GIVEN = {
    "sum": ("keepdims", "initial", "where"),
    "prod": ("keepdims", "initial", "where"),
    "max": ("keepdims", "initial", "where"),
    "amin": ("keepdims", "initial", "where"),
    "all": ("keepdims", "where"),
    "mean": ("keepdims", "where"),
    "std": ("keepdims", "where", "mean", "correction"),
    "ptp": ("keepdims",),
    "argmax": ("keepdims",),
    "diff": ("prepend", "append"),
}
"""Functions and their parameters whose default is NumPy's own mark of what is not given."""


@pytest.mark.parametrize("name", NOT_GIVEN)
def test_numpys_mark_of_what_is_not_given_is_nothing(name):
    function, host = getattr(np, name), np.arange(4, dtype=np.float32).reshape(2, 2)
    keywords = dict.fromkeys(NOT_GIVEN[name], np._NoValue)
    same(function(fs.asarray(host), **keywords), function(host, **keywords), name)


def test_numpys_mark_of_what_is_not_given_is_nothing_by_position():
    x, mark = fs.ones((2, 2)), np._NoValue
    assert np.max(x, None, None, mark, mark, mark).shape == ()
    assert np.mean(x, 0, None, None, mark).shape == (2,)


NAMES_CLASSES = {"array_repr", "piecewise"}
"""They show the operand's class, or ask whether it is numpy.ndarray."""


@pytest.mark.parametrize("name", COUNTS)
def test_row_31_every_function_works_on_a_host_copy_of_the_proxy(name):
    function = DISPATCHED[name]
    for count, dtype in product(COUNTS[name], ["float32", "int64"]):
        arrays = operands(count, dtype)
        on_device = [fs.asarray(one) for one in arrays]
        got = call(function, [one.implicit() for one in on_device])
        want = call(function, arrays)
        if isinstance(want, Exception) or function.__name__ in NAMES_CLASSES:
            continue
        if isinstance(got, Exception):
            assert isinstance(got, (TypeError, ValueError)), "NumPy writes, and nothing is written to a proxy"
            continue
        same(got, want, function.__name__)
        for one, array in zip(on_device, arrays, strict=True):
            assert np.array_equal(one.to_numpy(), array), "what NumPy writes is written"


@pytest.mark.parametrize("name", sorted(set(COUNTS) - {"numpy.shares_memory", "numpy.may_share_memory"}))
def test_row_31_no_function_hides_that_the_proxy_was_forbidden_to_move(name):
    function = DISPATCHED[name]
    for count in COUNTS[name]:
        arrays = operands(1, "float32") * count
        proxies = [fs.asarray(one).implicit() for one in arrays]
        with fs.transfers("forbid") as log:
            got = call(function, proxies)
        assert len(log) == 0
        want = call(function, arrays)
        if not isinstance(got, Exception) and not isinstance(want, Exception):
            same(got, want, function.__name__)


METHODS = ["reduce", "accumulate", "outer", "reduceat", "at"]


@pytest.mark.parametrize("method", METHODS)
def test_no_method_of_a_ufunc_moves_what_nobody_asked_for(method):
    for name, function in DISPATCHED.items():
        if (
            not isinstance(function, np.ufunc)
            or function.nin != 2
            or function.nout != 1
            or function.signature
        ):
            continue
        x, y = (fs.asarray(one) for one in operands(2, "int64"))
        arguments = {"outer": (x, y), "reduceat": (x, [0, 1]), "at": (x, 0, 1)}.get(method, (x,))
        with fs.transfers() as log:
            got = call(getattr(function, method), arguments)
        assert len(log) == 0
        assert isinstance(got, fs.ImplicitTransferError), (name, got)
        assert f"{canonical(function)}.{method} was given" in str(got)


@pytest.mark.parametrize(
    "keywords", [{"dtype": "f8"}, {"casting": "unsafe"}, {"order": "F"}, {"where": True}]
)
def test_no_keyword_of_a_ufunc_is_dropped(keywords):
    for function in DISPATCHED.values():
        if not isinstance(function, np.ufunc) or not is_ours(function):
            continue
        arrays = operands(function.nin, "float32")
        got = call(functools.partial(function, **keywords), [fs.asarray(one) for one in arrays])
        if not isinstance(got, Exception):
            same(got, call(functools.partial(function, **keywords), arrays), function.__name__)
