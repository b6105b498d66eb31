"""Where elements are: those other than 0, and those of a sorted array."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._dtypes import result_type
from farshore._joining import stack
from farshore._manipulation import require_array
from farshore._operands import OURS, Numbers, beside


def nonzero(x: Array, /) -> tuple[Array, ...]:
    """The positions, of int64, of the elements other than 0: an array for each axis, in C order.

    How many there are is read from the device: one scalar. Raises ValueError for an array without axes.

    >>> import farshore as fs
    >>> rows, columns = fs.nonzero(fs.asarray([[0, 5], [6, 0]]))
    >>> print(rows, columns)
    [0 1] [1 0]
    """
    x = require_array("nonzero", x)
    if not x.ndim:
        raise ValueError("nonzero: an array without axes has no positions; there is x.reshape(1)")
    return _along_axes(flatnonzero(x), x.shape)


def flatnonzero(x: Array, /) -> Array:
    """The positions, of int64, of the elements other than 0, in C order: `nonzero` of x as one axis.

    >>> import farshore as fs
    >>> print(fs.flatnonzero(fs.asarray([[0, 5], [6, 0]])))
    [1 2]
    """
    return _core.nonzero(require_array("flatnonzero", x).reshape(-1).astype(np.bool, copy=False))


def argwhere(x: Array, /) -> Array:
    """The positions of the elements other than 0, of int64: a row for each, of the shape (how many, x.ndim).

    >>> import farshore as fs
    >>> print(fs.argwhere(fs.asarray([[0, 5], [6, 0]])))
    [[0 1]
     [1 0]]
    """
    x = require_array("argwhere", x)
    if x.ndim:
        return stack(nonzero(x), axis=1)
    return _core.empty((*flatnonzero(x).shape, 0), np.int64, x.device)


def extract(condition: Array, x: Array, /) -> Array:
    """The elements of x, in C order, where `condition`, of the same size, is other than 0.

    How many there are is read from the device: one scalar. A place that x lacks is an IndexError.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2, 3, 4])
    >>> print(fs.extract(x % 2 == 0, x))
    [2 4]
    """
    condition, x = require_array("extract", condition), require_array("extract", x)
    return _core.gather(x.reshape(-1), [flatnonzero(condition)], condition.size > x.size)


def searchsorted(
    x1: Array,
    x2: Numbers,
    /,
    side: Literal["left", "right"] = "left",
    sorter: Array | None = None,
) -> Array:
    """How many elements of x1 are smaller than each of x2, of int64: where to insert it into x1 in order.

    x1: of one axis, in the order of `sort`; that it is so is not checked.
    x2: an array of any shape, which is that of the result; a number, or a list of them. Both are promoted.
    side: "right" counts the elements that are equal too.
    sorter: the positions at which x1 is in order, as from `argsort`.
    As many rounds as x1's length has binary digits, each of which reads x1 once for every element of x2.
    Raises ValueError for an x1 of other axes, for other words and for a sorter of another length, TypeError
    for a sorter of other than integers.

    >>> import farshore as fs
    >>> print(fs.searchsorted(fs.asarray([10, 20, 20, 30]), fs.asarray([5, 20, 35])))
    [0 1 4]
    """
    x1, x2 = promoted("searchsorted", x1, x2)
    if x1.ndim != 1:
        raise ValueError(f"searchsorted: x1 has one axis, not the shape {x1.shape}")
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted: side is 'left' or 'right', not {side!r}")
    length = x1.size
    if sorter is not None:
        sorter = require_array("searchsorted", sorter)
        if sorter.dtype.kind not in "iu":
            raise TypeError(f"searchsorted: a sorter is of integers, not of {sorter.dtype}")
        if sorter.shape != x1.shape:
            raise ValueError(f"searchsorted: the sorter has the shape {sorter.shape}, x1 {x1.shape}")
        x1 = _core.gather(x1, [sorter], True)
    found = _core.full(x2.shape, 0, _positions(length), x1.device)
    step = 1 << length.bit_length() >> 1
    while step:
        further = found + step
        there = _core.gather(x1, [further - 1], False)
        passed = _before(there, x2) if side == "left" else ~_before(x2, there)
        found = _core.where((further <= length) & passed, further, found)
        step >>= 1
    return found.astype(np.int64)


def promoted(op: str, x1: Any, x2: Any) -> tuple[Array, Array]:
    """Both as arrays of one dtype; one of them may be a number, or a list of them."""
    x = require_array(op, x1 if isinstance(x1, OURS) or not isinstance(x2, OURS) else x2)
    x1, x2 = beside(op, x1, x), beside(op, x2, x)
    dtype = result_type(x1, x2)
    return x1.astype(dtype, copy=False), x2.astype(dtype, copy=False)


def _before(x: Array, y: Array) -> Array:
    """Whether x comes before y, and is not equal to it, in the order of `sort`."""
    if x.dtype.kind == "f":
        return _core.less(x, y) | _core.isnan(y) & ~_core.isnan(x)
    if x.dtype.kind != "c":
        return _core.less(x, y)
    # Without NaN, then with NaN in the imaginary part, then in the real one, then in both.
    real, imag = (_core.real(x), _core.real(y)), (_core.imag(x), _core.imag(y))
    kinds = [_core.isnan(r) * np.uint8(2) + _core.isnan(i) for r, i in zip(real, imag, strict=True)]
    same = _core.equal(*real) | _core.isnan(real[0]) & _core.isnan(real[1])
    inside = _core.less(*real) | same & _core.less(*imag)
    return _core.less(*kinds) | _core.equal(*kinds) & inside


def _positions(length: int) -> type[np.signedinteger[Any]]:
    """The dtype to compute positions in: a device has no int64 of its own."""
    return np.int32 if length < 2**30 else np.int64


def _along_axes(flat: Array, shape: tuple[int, ...]) -> tuple[Array, ...]:
    """Positions in C order, as positions along each axis."""
    if len(shape) == 1:
        return (flat,)
    length = 1
    for one in shape:
        length *= one
    rest, found = flat.astype(_positions(length)), []
    for one in shape[:0:-1]:
        one = max(one, 1)
        found.append((rest % one).astype(np.int64))
        rest = rest // one
    return rest.astype(np.int64), *found[::-1]
