"""Functions of several rows of the table, or with several results; one kernel computes each result."""

from __future__ import annotations

import numpy as np

from farshore import _core
from farshore._core import Array


def clip(
    x: Array,
    /,
    min: Array | complex | None = None,
    max: Array | complex | None = None,
    *,
    out: Array | None = None,
) -> Array:
    """x, no smaller than `min` and no larger than `max`, element by element; NaN where one of them is.

    Real dtypes; all broadcast, and a bound that is None does not bind.

    >>> import farshore as fs
    >>> print(fs.clip(fs.asarray([-1.5, 0.5, 7.0]), 0, 1))
    [0.  0.5 1. ]
    """
    if x.dtype.kind in "iu":
        # A bound beyond the dtype's range binds nothing.
        ends = np.iinfo(x.dtype)
        min = None if isinstance(min, int) and min <= ends.min else min
        max = None if isinstance(max, int) and max >= ends.max else max
    if min is not None:
        x = _core.maximum(x, min)
    if max is not None:
        return _core.minimum(x, max, out=out)
    return x if min is not None and out is None else _core.positive(x, out=out)


def divmod(x1: Array, x2: Array | complex, /) -> tuple[Array, Array]:
    """x1 over x2 rounded down, and what is left: `floor_divide` and `remainder`.

    >>> import farshore as fs
    >>> quotient, left = fs.divmod(fs.asarray([7, -7]), 3)
    >>> print(quotient, left)
    [ 2 -3] [1 2]
    """
    return _core.floor_divide(x1, x2), _core.remainder(x1, x2)


def modf(x: Array, /) -> tuple[Array, Array]:
    """The fraction of x and its whole part, both with the sign of x; integers give floats.

    >>> import farshore as fs
    >>> fraction, whole = fs.modf(fs.asarray([2.5, -0.25]))
    >>> print(fraction, whole)
    [ 0.5  -0.25] [ 2. -0.]
    """
    whole = _core.trunc(x) if x.dtype.kind == "f" else _core.copysign(x, x)
    left = _core.where(_core.isinf(whole), 0, x - whole)
    return _core.copysign(left, x), whole


def frexp(x: Array, /) -> tuple[Array, Array]:
    """The mantissa, at least 1/2 and below 1 in size, and the power of 2 that make x up, the latter of int32.

    >>> import farshore as fs
    >>> mantissa, exponent = fs.frexp(fs.asarray([3.0, -0.5]))
    >>> print(mantissa, exponent)
    [ 0.75 -0.5 ] [2 0]
    """
    return _core.frexp_mantissa(x), _core.frexp_exponent(x)


def float_power(x1: Array | complex, x2: Array | complex, /) -> Array:
    """x1 to the power x2 in float64, or complex128: no integer wraps.

    >>> import farshore as fs
    >>> print(fs.float_power(fs.asarray([2, 10]), -1))
    [0.5 0.1]
    """
    dtype = np.result_type(getattr(x1, "dtype", x1), np.float64)
    if isinstance(x1, Array):
        return _core.pow(x1.astype(dtype), x2)
    device = x2.device if isinstance(x2, Array) else None
    return _core.pow(_core.full((), complex(x1) if dtype.kind == "c" else float(x1.real), dtype, device), x2)


def nan_to_num(
    x: Array, /, *, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Array:
    """x with `nan` for NaN, and with `posinf` and `neginf` for the infinities.

    Without them these are the largest numbers of the dtype. Real dtypes; integers stay as they are.

    >>> import farshore as fs
    >>> print(fs.nan_to_num(fs.asarray([float("nan"), 1.0, float("inf")]), posinf=9))
    [0. 1. 9.]
    """
    if x.dtype.kind == "c":
        raise TypeError(
            f"nan_to_num does not accept {x.dtype}: it is for real numbers; take fs.real, fs.imag"
        )
    if x.dtype.kind != "f":
        return x.copy()
    ends = np.finfo(x.dtype)
    for there, instead in (
        (x == np.inf, float(ends.max) if posinf is None else posinf),
        (x == -np.inf, float(ends.min) if neginf is None else neginf),
        (_core.isnan(x), nan),
    ):
        x = _core.where(there, instead, x)
    return x
