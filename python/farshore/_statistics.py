"""Means and what is made of them: variances, averages, spans."""

from __future__ import annotations

import warnings
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from farshore import _core, _reductions
from farshore._core import Array
from farshore._creation import full
from farshore._manipulation import require_array
from farshore._reductions import (
    Axis,
    Mask,
    averaged,
    axes_of,
    called_as,
    count,
    mask_of,
    reduce,
    reduced,
    require_ordered,
    stored,
    unrounded,
)


def average_of(
    op: str,
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    out: Array | None = None,
    where: Mask = None,
) -> Array:
    """What `mean` and `nanmean` give."""
    x = require_array(op, x)
    axes, wanted = axes_of(x, axis), averaged(x, dtype, out)
    if not count(x.shape, axes):
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=4)
    result = _mean(unrounded(x, wanted), axes, keepdims, _counting(op, x, where))
    return stored(op, result.astype(wanted, copy=False), out)


@called_as(average_of)
def mean(x: Array, /, *args: Any, **how: Any) -> Array:
    """The mean of the elements over `axis`, or of all of them; NaN where there are none.

    axis, keepdims, out, where: as of `sum`.
    dtype: of the result, to which the elements are converted first; without one, float64 for integers and
    bool, else that of x. Halves are added in single precision, and rounded once.
    Warns, with RuntimeWarning, where the shape alone tells that there are no elements.

    >>> import farshore as fs
    >>> print(fs.mean(fs.asarray([[1.0, 2.0], [3.0, 5.0]]), axis=1))
    [1.5 4. ]
    """
    return average_of("mean", x, *args, **how)


def spread_of(
    op: str,
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    correction: float = 0,
    ddof: float | None = None,
    out: Array | None = None,
    where: Mask = None,
) -> Array:
    """What `var` and `std` give, and those of them that pass over NaN.

    In two passes: in one, whatever digits the squares and the mean have in common would be lost. Of few long
    rows, the passes of each chunk are one reading, and the chunks' are combined.
    """
    x = require_array(op, x)
    fewer, mask = _correction(op, correction, ddof), _counting(op, x, where)
    axes, wanted = axes_of(x, axis), averaged(x, dtype, out)
    if wanted.kind not in "fc":
        raise TypeError(f"{op}: dtype is of floats or complex numbers, not {wanted}; convert the result")
    x = unrounded(x, wanted)
    total = _core.squares_from_mean(x, list(axes)) if mask is None and axes and x.size else None
    if total is not None:
        total = total.reshape(reduced(x.shape, axes, keepdims))
    else:
        total = _squares(x, axes, keepdims, mask)
        wanted = total.dtype if x.dtype.kind == "c" else wanted
    number = _number(mask, x.shape, axes, keepdims, total.dtype)
    # What is then divided by: among NaN, no elements have no variance, not an infinite one.
    none_left = np.nan if op.startswith("nan") else 0
    if isinstance(number, Array):
        left = number - fewer
        result = total / _core.where(_core.greater(left, 0), left, none_left)
    else:
        if number <= fewer:
            warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=4)
        result = total / (number - fewer if number > fewer else none_left)
    result = _core.sqrt(result) if op.endswith("std") else result
    return stored(op, result.astype(wanted, copy=False), out)


def _squares(x: Array, axes: tuple[int, ...], keepdims: bool, mask: Array | None) -> Array:
    """The sums of squared distances from the mean."""
    away = x - _mean(x, axes, True, mask)
    squares = _core.square(_core.real(away))
    if x.dtype.kind == "c":
        squares = squares + _core.square(_core.imag(away))
    return reduce("add", squares if mask is None else _core.where(mask, squares, 0), axes, keepdims, 0)


@called_as(spread_of)
def var(x: Array, /, *args: Any, **how: Any) -> Array:
    """The mean of the squared distances from the mean over `axis`, or of all elements: a real number always.

    axis, keepdims, out, where: as of `sum`. dtype: as of `mean`, of floats or complex numbers.
    correction: how many fewer elements than there are the sum is divided by; ddof is NumPy's name of it.
    NaN or infinite where none are left, with a RuntimeWarning where the shape alone tells so.
    Raises ValueError for both names at once, TypeError for another dtype, and as `sum`.

    >>> import farshore as fs
    >>> print(fs.var(fs.asarray([1.0, 2.0, 6.0])), fs.var(fs.asarray([1.0, 2.0, 6.0]), correction=1))
    4.6666665 7.0
    """
    return spread_of("var", x, *args, **how)


@called_as(spread_of)
def std(x: Array, /, *args: Any, **how: Any) -> Array:
    """The standard deviation: the square root of `var`, of whose arguments these are.

    >>> import farshore as fs
    >>> print(fs.std(fs.asarray([1.0, 3.0])))
    1.0
    """
    return spread_of("std", x, *args, **how)


@overload
def average(
    x: Array,
    /,
    axis: Axis = None,
    weights: Array | None = None,
    returned: Literal[False] = False,
    *,
    keepdims: bool = False,
) -> Array: ...
@overload
def average(
    x: Array,
    /,
    axis: Axis = None,
    weights: Array | None = None,
    *,
    returned: Literal[True],
    keepdims: bool = False,
) -> tuple[Array, Array]: ...
def average(
    x: Array,
    /,
    axis: Axis = None,
    weights: Array | None = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Array | tuple[Array, Array]:
    """The mean over `axis`, or of all elements, in which each counts as much as `weights` says.

    weights: of the shape of x, or of the lengths of `axis` in its order. Where they add up to 0 the result is
    NaN or infinite: NumPy raises ZeroDivisionError, but only by looking at the values.
    returned: whether the sums of the weights come too, as the second of two arrays.
    Floats keep their promoted dtype, integers give float64. Raises TypeError for weights of another shape
    without an axis, ValueError for such that do not fit it.

    >>> import farshore as fs
    >>> print(fs.average(fs.asarray([1.0, 2.0]), weights=fs.asarray([3.0, 1.0])))
    1.25
    """
    x = require_array("average", x)
    axes = axes_of(x, axis)
    if weights is None:
        result = average_of("average", x, axis, None, keepdims)
        wanted = result.dtype
        total = full(result.shape, float(count(x.shape, axes)), dtype=np.float32, device=x.device)
    else:
        weights = _weights(x, axis, axes, require_array("average", weights))
        wanted = np.result_type(x.dtype, weights.dtype, *([np.float64] if x.dtype.kind in "biu" else []))
        x, weights = unrounded(x, wanted), unrounded(weights, wanted)
        total = reduce("add", weights.broadcast_to(x.shape), axes, keepdims, 0)
        result = (reduce("add", x * weights, axes, keepdims, 0) / total).astype(wanted, copy=False)
    return (result, total.astype(wanted, copy=False)) if returned else result


def ptp(x: Array, /, axis: Axis = None, keepdims: bool = False, *, out: Array | None = None) -> Array:
    """The largest element less the smallest, over `axis` or of all; integers may wrap. Otherwise as `max`.

    >>> import farshore as fs
    >>> print(fs.ptp(fs.asarray([[1, 5], [3, 4]]), axis=1))
    [4 1]
    """
    x = require_ordered("ptp", x)
    span = _core.subtract(_reductions.max(x, axis, keepdims), _reductions.min(x, axis, keepdims))
    return stored("ptp", span, out)


def logsumexp(x: Array, /, axis: Axis = None, keepdims: bool = False) -> Array:
    """The logarithm of the sum of e to the power of each element, over `axis` or of all.

    It neither overflows nor vanishes on the way; of no elements it is -inf. Floats keep their dtype, integers
    give float64. Raises TypeError for complex numbers.

    >>> import farshore as fs
    >>> print(fs.logsumexp(fs.asarray([1000.0, 0.0])))
    1000.0
    """
    x = require_ordered("logsumexp", x)
    wanted, axes = averaged(x, None), axes_of(x, axis)
    shape = reduced(x.shape, axes, keepdims)
    if not x.size:
        return full(shape, -np.inf, dtype=wanted, device=x.device)
    result = _core.logsumexp(unrounded(x, wanted), list(axes))
    return result.reshape(shape).astype(wanted, copy=False)


def count_nonzero(x: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """How many elements over `axis`, or of all, are other than 0, in int64.

    >>> import farshore as fs
    >>> print(fs.count_nonzero(fs.asarray([[0, 1], [2, 3]]), axis=0))
    [1 2]
    """
    x = require_array("count_nonzero", x)
    return _reductions.sum(x.astype(np.bool, copy=False), axis, np.int64, keepdims)


def _counting(op: str, x: Array, where: Mask) -> Array | None:
    """The mask of the elements that an argument `where` leaves, and that are not passed over as NaN."""
    mask = mask_of(op, x, where)
    if not op.startswith("nan") or x.dtype.kind not in "fc":
        return mask
    there = _core.logical_not(_core.isnan(x))
    return there if mask is None else _core.logical_and(there, mask)


def _mean(x: Array, axes: tuple[int, ...], keepdims: bool, mask: Array | None) -> Array:
    """The mean of the elements that count, before it is rounded."""
    total = reduce("add", x if mask is None else _core.where(mask, x, 0), axes, keepdims, 0)
    if total.dtype.kind not in "fc":
        total = total.astype(np.float64)
    return _core.divide(total, _number(mask, x.shape, axes, keepdims, total.dtype))


def _number(
    mask: Array | None, shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool, dtype: np.dtype[Any]
) -> Array | float:
    """How many elements count."""
    if mask is None:
        return float(count(shape, axes))
    narrow = np.int32 if mask.size < 2**31 else np.int64
    return reduce("add", mask.astype(narrow), axes, keepdims, 0).astype(dtype)


def _correction(op: str, correction: float, ddof: float | None) -> float:
    if ddof is None:
        return correction
    if correction:
        raise ValueError(f"{op}: correction and ddof are the same; {correction} and {ddof} were given")
    return ddof


def _weights(x: Array, axis: Axis, axes: tuple[int, ...], weights: Array) -> Array:
    """The weights as an array that broadcasts to x."""
    if weights.shape == x.shape:
        return weights
    if axis is None:
        raise TypeError(
            f"average: weights of shape {weights.shape} for an array of {x.shape}; say along which axes"
        )
    if weights.shape != tuple(x.shape[one] for one in axes):
        raise ValueError(
            f"average: weights of shape {weights.shape} do not fit an array of {x.shape} along axis {axis}"
        )
    order = sorted(range(len(axes)), key=axes.__getitem__)
    shape = [length if one in axes else 1 for one, length in enumerate(x.shape)]
    return weights.permute_dims(order).reshape(shape)
