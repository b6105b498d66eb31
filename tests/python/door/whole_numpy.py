"""All functions of NumPy that let an array take over, found by asking NumPy; operands and results."""

import warnings

import farshore as fs
import numpy as np
from agreement import AT_LEAST, EITHER_ZERO, ULPS, ZEROS_OPEN
from agreement import check as agree
from farshore._dispatch import METADATA, NAMES

MODULES = {"numpy": np, "numpy.linalg": np.linalg, "numpy.fft": np.fft}


class Probe:
    """Says whether NumPy's function came to it, without running anything."""

    def __array_function__(self, *_):
        return "arrived"

    def __array_ufunc__(self, *_, **__):
        return "arrived"

    def __iter__(self):
        return iter([self])

    def __len__(self):
        return 1

    def __getitem__(self, _):
        return self


def counts(function):
    """With how many arrays, one to four, `function` dispatches."""
    if isinstance(function, np.ufunc):
        return [function.nin]

    def arrives(count):
        try:
            return function(*[Probe()] * count) == "arrived"
        except Exception:  # too few or too many, or not meant to be arrays
            return False

    return list(filter(arrives, range(1, 5)))


def dispatched():
    """Name: function, for all that dispatches."""
    found = {}
    for prefix, module in MODULES.items():
        for name in module.__all__:
            function = getattr(module, name)
            if isinstance(function, np.ufunc) or hasattr(function, "_implementation"):
                found[f"{prefix}.{name}"] = function
    return dict(sorted(found.items()))


DISPATCHED = dispatched()
COUNTS = {name: counts(function) for name, function in DISPATCHED.items()}

OURS = {
    **{
        theirs.__name__: name
        for name in fs.__all__
        if isinstance(theirs := getattr(np, name, None), np.ufunc)
    },
    **NAMES,
    "degrees": "rad2deg",
    "radians": "deg2rad",
    "rint": "round",
}
"""Farshore's names of what NumPy calls otherwise: np.absolute is fs.abs, np.arccos is fs.acos."""


def is_ours(function):
    """Whether Farshore has it under this name, or answers from shape and dtype."""
    name = OURS.get(function.__name__, function.__name__)
    same_name = function is getattr(np, function.__name__, None) and name in fs.__all__
    return same_name or (name in METADATA and not isinstance(function, np.ufunc))


def canonical(function):
    """The name that a refusal gives it: np.acos is numpy.arccos."""
    module = "numpy" if isinstance(function, np.ufunc) else function.__module__
    return f"{module}.{function.__name__}"


def operands(count, dtype):
    """Square, positive, and with integer values that are indices too."""
    values = [[[2, 1], [1, 3]], [[1, 0], [0, 1]], [[1, 1], [0, 1]], [[0, 1], [1, 1]]]
    return [np.array(one, dtype) for one in values[:count]]


def call(function, arguments):
    """What it answers, or the exception; NumPy's own warnings are not the matter here."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return function(*arguments)
        except Exception as error:
            return error


BY_OUR_RULE = {"sinc", "i0", "angle"}
"""No ufuncs in NumPy, and always float64 for integers; here they give the float that any ufunc gives."""


def fields(named):
    return getattr(type(named), "_fields", ())


def same(got, want, name):
    """Fails unless `got` has the values of NumPy's function `name`, those of the device within tolerance."""
    if isinstance(want, (list, tuple)):
        # Of named ones, each library has its own.
        assert type(got) is type(want) or fields(got) == fields(want) != ()
        assert len(got) == len(want)
        for mine, theirs in zip(got, want, strict=True):
            same(mine, theirs, name)
    elif isinstance(got, fs.Array):
        want = np.asarray(want)
        if name == "empty_like":
            got, want = got * 0, want * 0  # the elements are whatever the memory held
        if name in BY_OUR_RULE:
            assert got.dtype.kind == want.dtype.kind
            want = want.astype(got.dtype)
        if (
            name in ("quantile", "nanquantile") and want.dtype.kind in "iu"
        ):  # NumPy's, where q is of integers too
            want = want.astype(np.float64)
        if name == "unique_values":  # NumPy's order is left open
            want = np.sort(want)
        ours = "pow" if name == "float_power" else OURS.get(name, name)
        # The bound is against the exact value, from which NumPy may be as far to the other side.
        ulps = 2 * ULPS.get((ours, str(want.dtype)), 0)
        # Where sinc vanishes, NumPy has the rounding of pi.
        at_least = {**AT_LEAST, "sinc": 1.0}.get(ours, 0.0)
        either_zero = ours in (*EITHER_ZERO, "clip") or (want.dtype.kind == "c" and ours in ZEROS_OPEN)
        agree(got.to_numpy(), want, ulps, either_zero, name, at_least)
    elif isinstance(want, np.ndarray):
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        assert name == "empty_like" or got.tobytes() == want.tobytes() or np.array_equal(got, want)
    else:
        assert type(got) is type(want)
        assert got == want or got is want or repr(got) == repr(want)
