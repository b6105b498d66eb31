"""Functions that make one element of many. Halves are combined with each other until one is left, so sums
lose no more to rounding than NumPy's pairwise ones, and the same input always gives the same bits."""

from __future__ import annotations

from collections.abc import Callable
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


def sum(
    x: Array, /, *, axis: Axis = None, dtype: npt.DTypeLike | None = None, keepdims: bool = False
) -> Array:
    """The sum of the elements over `axis`, or over all of them; 0 where there are none.

    dtype: of the result; without one, int64 or uint64 for integers and bool, else that of x.
    Raises AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.sum(fs.asarray([[1, 2], [3, 4]]), axis=0))
    [4 6]
    """
    return _accumulate(_core.add, x, 0, axis, dtype, keepdims)


def prod(
    x: Array, /, *, axis: Axis = None, dtype: npt.DTypeLike | None = None, keepdims: bool = False
) -> Array:
    """The product of the elements over `axis`, or of all of them; 1 where there are none. Otherwise as `sum`.

    >>> import farshore as fs
    >>> print(fs.prod(fs.asarray([1, 2, 3, 4])))
    24
    """
    return _accumulate(_core.multiply, x, 1, axis, dtype, keepdims)


def max(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """The largest element over `axis`, or of all; NaN if one is.

    Raises ValueError where there are none, TypeError for complex numbers.

    >>> import farshore as fs
    >>> print(fs.max(fs.asarray([[1, 5], [3, 4]]), axis=1))
    [5 4]
    """
    return _reduce(_core.maximum, x, None, axis, keepdims)


def min(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """The smallest element over `axis`, or of all. Otherwise as `max`.

    >>> import farshore as fs
    >>> print(fs.min(fs.asarray([[1, 5], [3, 4]])))
    1
    """
    return _reduce(_core.minimum, x, None, axis, keepdims)


def all(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether every element over `axis`, or of all, is other than 0; True where there are none.

    >>> import farshore as fs
    >>> print(fs.all(fs.asarray([1.0, 0.0])))
    False
    """
    return _reduce(_core.minimum, x.astype(np.bool), True, axis, keepdims)


def any(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether an element over `axis`, or of all, is other than 0; False where there are none.

    >>> import farshore as fs
    >>> print(fs.any(fs.asarray([1.0, 0.0])))
    True
    """
    return _reduce(_core.maximum, x.astype(np.bool), False, axis, keepdims)


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


def _accumulate(
    function: Callable[[Array, Array], Array],
    x: Array,
    empty: int,
    axis: Axis,
    dtype: npt.DTypeLike | None,
    keepdims: bool,
) -> Array:
    if dtype is not None:
        wanted = np.dtype(dtype)
    elif x.dtype.kind in "bi":
        wanted = np.dtype(np.int64)
    else:
        wanted = np.dtype(np.uint64) if x.dtype.kind == "u" else x.dtype
    # As NumPy, which adds halves in single precision.
    inside = np.dtype(np.float32) if wanted == np.float16 else wanted
    result = _reduce(function, x.astype(inside, copy=False), empty, axis, keepdims)
    return result.astype(wanted, copy=False)


def _reduce(
    function: Callable[[Array, Array], Array], x: Array, empty: Any, axis: Axis, keepdims: bool
) -> Array:
    axes = tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)
    kept = tuple(1 if one in axes else length for one, length in enumerate(x.shape))
    shape = kept if keepdims else tuple(length for one, length in enumerate(x.shape) if one not in axes)
    if product(x.shape[one] for one in axes) == 0:
        if empty is None:
            raise ValueError(f"there is no largest or smallest of no elements: shape {x.shape}, axis {axis}")
        return full(shape, empty, dtype=x.dtype, device=x.device)
    if len(axes) == x.ndim and x.ndim > 1:
        # As one long axis: fewer and longer steps.
        return _fold(function, x.reshape(-1), 0).reshape(shape)
    for one in axes:
        x = _fold(function, x, one)
    return x.reshape(shape)


def _fold(function: Callable[[Array, Array], Array], x: Array, axis: int) -> Array:
    """Combines the halves of `axis` until its length is 1."""
    before = (slice(None),) * axis
    while (length := x.shape[axis]) > 1:
        half = length // 2
        result = function(x[(*before, slice(half))], x[(*before, slice(length - half, None))])
        if length % 2:
            # The one in the middle has no other half.
            whole = _core.empty((*x.shape[:axis], half + 1, *x.shape[axis + 1 :]), x.dtype, x.device)
            whole[(*before, slice(half))] = result
            whole[(*before, slice(half, None))] = x[(*before, slice(half, half + 1))]
            result = whole
        x = result
    return x
