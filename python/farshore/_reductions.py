"""Functions that make one element of many, in one pass; the same input always gives the same bits."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod as product
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.array_utils import normalize_axis_tuple

from farshore import _core
from farshore._core import Array
from farshore._creation import full
from farshore._manipulation import require_array

Axis: TypeAlias = int | tuple[int, ...] | None
Mask: TypeAlias = Array | bool | None


def sum(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    initial: complex | None = None,
    where: Mask = None,
) -> Array:
    """The sum of the elements over `axis`, or over all of them; 0 where there are none.

    axis: one, or a tuple of several. keepdims: whether they stay, with length 1.
    dtype: of the result, to which the elements are converted first; without one, int64 or uint64 for integers
    and bool, else that of x. Halves are added in single precision, and rounded once.
    initial: a number that is added. where: a mask of bool, broadcast to x; other elements do not count.
    Raises AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.sum(fs.asarray([[1, 2], [3, 4]]), axis=0))
    [4 6]
    """
    return _accumulate("sum", x, axis, dtype, keepdims, initial, where)


def prod(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    initial: complex | None = None,
    where: Mask = None,
) -> Array:
    """The product of the elements over `axis`, or of all of them; 1 where there are none. Otherwise as `sum`.

    initial: a number that is multiplied by.

    >>> import farshore as fs
    >>> print(fs.prod(fs.asarray([1, 2, 3, 4])))
    24
    """
    return _accumulate("prod", x, axis, dtype, keepdims, initial, where)


def max(
    x: Array,
    /,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    initial: float | None = None,
    where: Mask = None,
) -> Array:
    """The largest element over `axis`, or of all; NaN if one is.

    initial: a number that counts as one more element; it is needed beside `where`, a mask of bool, broadcast
    to x, without whose elements the others do.
    Raises ValueError where there are none, TypeError for complex numbers.

    >>> import farshore as fs
    >>> print(fs.max(fs.asarray([[1, 5], [3, 4]]), axis=1))
    [5 4]
    """
    return _extreme("max", x, axis, keepdims, initial, where)


def min(
    x: Array,
    /,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    initial: float | None = None,
    where: Mask = None,
) -> Array:
    """The smallest element over `axis`, or of all. Otherwise as `max`.

    >>> import farshore as fs
    >>> print(fs.min(fs.asarray([[1, 5], [3, 4]])))
    1
    """
    return _extreme("min", x, axis, keepdims, initial, where)


def all(x: Array, /, axis: Axis = None, keepdims: bool = False, *, where: Mask = None) -> Array:
    """Whether every element over `axis`, or of all, is other than 0; True where there are none.

    where: a mask of bool, broadcast to x; other elements do not count.

    >>> import farshore as fs
    >>> print(fs.all(fs.asarray([1.0, 0.0])))
    False
    """
    x = require_array("all", x).astype(np.bool, copy=False)
    return reduce("minimum", masked("all", x, where, True), axis, keepdims, True)


def any(x: Array, /, axis: Axis = None, keepdims: bool = False, *, where: Mask = None) -> Array:
    """Whether an element over `axis`, or of all, is other than 0; False where there are none.

    where: a mask of bool, broadcast to x; other elements do not count.

    >>> import farshore as fs
    >>> print(fs.any(fs.asarray([1.0, 0.0])))
    True
    """
    x = require_array("any", x).astype(np.bool, copy=False)
    return reduce("maximum", masked("any", x, where, False), axis, keepdims, False)


def array_equal(a1: Array, a2: Array, equal_nan: bool = False) -> Array:
    """Whether both have the same shape and elements: an array of one bool, so that nothing crosses.

    equal_nan: whether NaN equals NaN.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2])
    >>> print(fs.array_equal(x, x), fs.array_equal(x, x + 1))
    True False
    """
    a1, a2 = require_array("array_equal", a1), require_array("array_equal", a2)
    if a1.shape != a2.shape:
        return full((), False, dtype=np.bool, device=a1.device)
    same = _core.equal(a1, a2)
    if equal_nan:
        same = same + _core.not_equal(a1, a1) * _core.not_equal(a2, a2)
    return all(same)


def reduce(name: str, x: Array, axis: Axis, keepdims: bool, empty: complex | None) -> Array:
    """`_core.reduce` over any axes: x anew over none of them, and `empty` of no elements."""
    axes = axes_of(x, axis)
    if empty is None and not count(x.shape, axes):
        raise ValueError(f"there is no largest or smallest of no elements: shape {x.shape}, axis {axis}")
    if not axes:
        return x.copy()
    if not x.size:
        return full(reduced(x.shape, axes, keepdims), empty or 0, dtype=x.dtype, device=x.device)
    return _core.reduce(name, x, list(axes), keepdims)


def axes_of(x: Array, axis: Axis) -> tuple[int, ...]:
    """The axes that an argument `axis` means, from 0. AxisError, or ValueError for one named twice."""
    return tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)


def count(shape: tuple[int, ...], axes: Iterable[int]) -> int:
    """How many elements go into each of the result."""
    return product(shape[one] for one in axes)


def reduced(shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """The shape of the result."""
    if keepdims:
        return tuple(1 if one in axes else length for one, length in enumerate(shape))
    return tuple(length for one, length in enumerate(shape) if one not in axes)


def mask_of(op: str, x: Array, where: Mask) -> Array | None:
    """The mask that an argument `where` means, of the shape of x; None where it masks nothing."""
    if where is None or where is True:
        return None
    if isinstance(where, (bool, np.bool)):
        return full(x.shape, bool(where), dtype=np.bool, device=x.device)
    mask = require_array(op, where)
    if mask.dtype != np.bool:
        raise TypeError(f"{op}: where is of bool, not {mask.dtype}; write where=(mask != 0)")
    return mask.broadcast_to(x.shape)


def masked(op: str, x: Array, where: Mask, instead: Array | complex) -> Array:
    """x with `instead` for the elements that do not count."""
    mask = mask_of(op, x, where)
    return x if mask is None else _core.where(mask, x, instead)


def accumulated(x: Array, dtype: npt.DTypeLike | None) -> np.dtype[Any]:
    """The dtype of sums and products of x."""
    if dtype is not None:
        return np.dtype(dtype)
    if x.dtype.kind in "bi":
        return np.dtype(np.int64)
    return np.dtype(np.uint64) if x.dtype.kind == "u" else x.dtype


def averaged(x: Array, dtype: npt.DTypeLike | None) -> np.dtype[Any]:
    """The dtype of means of x."""
    if dtype is not None:
        return np.dtype(dtype)
    return np.dtype(np.float64) if x.dtype.kind in "biu" else x.dtype


def unrounded(x: Array, dtype: np.dtype[Any]) -> Array:
    """x in `dtype`, but halves in single precision: results are rounded once, at the end."""
    x = x.astype(dtype, copy=False)
    return x.astype(np.float32) if dtype == np.float16 else x


def require_ordered(op: str, x: Array) -> Array:
    """x, when its elements have an order."""
    x = require_array(op, x)
    if x.dtype.kind == "c":
        raise TypeError(
            f"{op} does not accept {x.dtype}: complex numbers have no order; take fs.real, fs.imag or fs.abs"
        )
    return x


def _accumulate(
    op: str,
    x: Array,
    axis: Axis,
    dtype: npt.DTypeLike | None,
    keepdims: bool,
    initial: complex | None,
    where: Mask,
) -> Array:
    x = require_array(op, x)
    wanted = accumulated(x, dtype)
    name, empty = ("add", 0) if op == "sum" else ("multiply", 1)
    if wanted == np.bool:
        name = "maximum" if op == "sum" else "minimum"
    # A sum by itself is rounded once anyway.
    x = x.astype(wanted, copy=False) if initial is None else unrounded(x, wanted)
    result = reduce(name, masked(op, x, where, empty), axis, keepdims, empty)
    if initial is not None:
        start = full((), initial, dtype=x.dtype, device=x.device)
        result = _core.add(result, start) if op == "sum" else _core.multiply(result, start)
    return result.astype(wanted, copy=False)


def _extreme(op: str, x: Array, axis: Axis, keepdims: bool, initial: float | None, where: Mask) -> Array:
    x = require_ordered(op, x)
    name, larger = ("maximum", _core.maximum) if op == "max" else ("minimum", _core.minimum)
    if initial is None:
        if mask_of(op, x, where) is not None:
            raise ValueError(f"{op}: where may leave no elements; initial= says what is then the result")
        return reduce(name, x, axis, keepdims, None)
    start = full((), initial, dtype=x.dtype, device=x.device)
    if not x.size:
        return start.broadcast_to(reduced(x.shape, axes_of(x, axis), keepdims)).copy()
    return larger(reduce(name, masked(op, x, where, start), axis, keepdims, None), start)
