"""Whether arrays are equal, or nearly so."""

from __future__ import annotations

from typing import Any

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._grids import _wide
from farshore._manipulation import require_array
from farshore._operands import OURS, Numbers, beside
from farshore._reductions import all as all_of
from farshore._reductions import require_ordered


def isclose(
    a: Numbers,
    b: Numbers,
    /,
    rtol: Array | float = 1e-05,
    atol: Array | float = 1e-08,
    equal_nan: bool = False,
) -> Array:
    """Whether |a - b| <= atol + rtol * |b|, element by element; infinities only where they are equal.

    a, b: all broadcast; one of both may be a number or a list of them.
    equal_nan: whether NaN is close to NaN.
    Integers b count as float64, or float32 where the device lacks it.

    >>> import farshore as fs
    >>> print(fs.isclose(fs.asarray([1.0, 2.0, float("inf")]), [1.000001, 2.1, float("inf")]))
    [ True False  True]
    """
    return _close("isclose", a, b, rtol, atol, equal_nan)


def allclose(
    a: Numbers,
    b: Numbers,
    /,
    rtol: Array | float = 1e-05,
    atol: Array | float = 1e-08,
    equal_nan: bool = False,
) -> bool:
    """Whether all elements are close, as `isclose` says; a bool, which is read from the device: one scalar.

    >>> import farshore as fs
    >>> fs.allclose(fs.asarray([1.0, 2.0]), fs.asarray([1.000001, 2.0]))
    True
    """
    return bool(all_of(_close("allclose", a, b, rtol, atol, equal_nan)))


def array_equiv(a1: Numbers, a2: Numbers, /) -> bool:
    """Whether both broadcast to one shape and are equal there; a bool, which is read from the device: one
    scalar. Shapes that do not broadcast are told apart without.

    >>> import farshore as fs
    >>> fs.array_equiv(fs.asarray([1, 2]), fs.asarray([[1, 2], [1, 2]]))
    True
    """
    one, other = _both("array_equiv", a1, a2)
    try:
        np.broadcast_shapes(one.shape, other.shape)
    except ValueError:
        return False
    return bool(all_of(_core.equal(one, other)))


def _close(
    op: str, a: Numbers, b: Numbers, rtol: Array | float, atol: Array | float, equal_nan: bool
) -> Array:
    one, other = _both(op, a, b)
    if other.dtype.kind in "biu":
        other = other.astype(_wide(np.dtype(np.float64), other.device))
    for tolerance in (rtol, atol):
        if isinstance(tolerance, OURS):
            require_ordered(op, tolerance)
    near = _core.less_equal(_core.abs(_core.subtract(one, other)), atol + rtol * _core.abs(other))
    same = near & _core.isfinite(other) | _core.equal(one, other)
    return same | _core.isnan(one) & _core.isnan(other) if equal_nan else same


def _both(op: str, a: Any, b: Any) -> tuple[Array, Array]:
    """Both as arrays of one device, which one of them is on."""
    array = require_array(op, a if isinstance(a, OURS) or not isinstance(b, OURS) else b)
    return beside(op, a, array), beside(op, b, array)
