"""Means and what is made of them, and the reductions that pass over NaN."""

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
    count,
    mask_of,
    reduce,
    reduced,
    require_ordered,
    unrounded,
)


def mean(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    where: Mask = None,
) -> Array:
    """The mean of the elements over `axis`, or of all of them; NaN where there are none.

    axis, keepdims, where: as of `sum`.
    dtype: of the result, to which the elements are converted first; without one, float64 for integers and
    bool, else that of x. Halves are added in single precision, and rounded once.
    Warns, with RuntimeWarning, where the shape alone tells that there are no elements.

    >>> import farshore as fs
    >>> print(fs.mean(fs.asarray([[1.0, 2.0], [3.0, 5.0]]), axis=1))
    [1.5 4. ]
    """
    x = require_array("mean", x)
    return _mean(x, axis, dtype, keepdims, mask_of("mean", x, where))


def var(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    correction: float = 0,
    ddof: float | None = None,
    where: Mask = None,
) -> Array:
    """The mean of the squared distances from the mean over `axis`, or of all elements: a real number always.

    axis, keepdims, where: as of `sum`. dtype: as of `mean`, of floats or complex numbers.
    correction: how many fewer elements than there are the sum is divided by; ddof is NumPy's name of it.
    NaN or infinite where none are left, with a RuntimeWarning where the shape alone tells so.
    Raises ValueError for both names at once, TypeError for another dtype.

    >>> import farshore as fs
    >>> print(fs.var(fs.asarray([1.0, 2.0, 6.0])), fs.var(fs.asarray([1.0, 2.0, 6.0]), correction=1))
    4.6666665 7.0
    """
    x = require_array("var", x)
    fewer = _correction("var", correction, ddof)
    result, wanted = _spread("var", x, axis, dtype, keepdims, fewer, mask_of("var", x, where), 0)
    return result.astype(wanted, copy=False)


def std(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    correction: float = 0,
    ddof: float | None = None,
    where: Mask = None,
) -> Array:
    """The standard deviation: the square root of `var`, of whose arguments these are.

    >>> import farshore as fs
    >>> print(fs.std(fs.asarray([1.0, 3.0])))
    1.0
    """
    x = require_array("std", x)
    fewer = _correction("std", correction, ddof)
    result, wanted = _spread("std", x, axis, dtype, keepdims, fewer, mask_of("std", x, where), 0)
    return _core.sqrt(result).astype(wanted, copy=False)


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
        result = _mean(x, axis, None, keepdims, None)
        wanted = result.dtype
        total = full(result.shape, float(count(x.shape, axes)), dtype=np.float32, device=x.device)
    else:
        weights = _weights(x, axis, axes, require_array("average", weights))
        wanted = np.result_type(x.dtype, weights.dtype, *([np.float64] if x.dtype.kind in "biu" else []))
        x, weights = unrounded(x, wanted), unrounded(weights, wanted)
        total = reduce("add", weights.broadcast_to(x.shape), axes, keepdims, 0)
        result = (reduce("add", x * weights, axes, keepdims, 0) / total).astype(wanted, copy=False)
    return (result, total.astype(wanted, copy=False)) if returned else result


def ptp(x: Array, /, axis: Axis = None, keepdims: bool = False) -> Array:
    """The largest element less the smallest, over `axis` or of all; integers may wrap. Raises as `max`.

    >>> import farshore as fs
    >>> print(fs.ptp(fs.asarray([[1, 5], [3, 4]]), axis=1))
    [4 1]
    """
    x = require_ordered("ptp", x)
    return _core.subtract(_reductions.max(x, axis, keepdims), _reductions.min(x, axis, keepdims))


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
    x = unrounded(x, wanted)
    largest = _reductions.max(x, axes, True, initial=-np.inf)
    # Of infinities and NaN nothing is subtracted: they come through by themselves.
    shift = _core.where(_core.isfinite(largest), largest, 0)
    result = _core.log(reduce("add", _core.exp(x - shift), axes, True, 0)) + shift
    return result.reshape(reduced(x.shape, axes, keepdims)).astype(wanted, copy=False)


def count_nonzero(x: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """How many elements over `axis`, or of all, are other than 0, in int64.

    >>> import farshore as fs
    >>> print(fs.count_nonzero(fs.asarray([[0, 1], [2, 3]]), axis=0))
    [1 2]
    """
    x = require_array("count_nonzero", x)
    return _reductions.sum(x.astype(np.bool, copy=False), axis, np.int64, keepdims)


def nansum(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    initial: complex | None = None,
    where: Mask = None,
) -> Array:
    """As `sum`, with NaN counting as 0.

    >>> import farshore as fs
    >>> print(fs.nansum(fs.asarray([1.0, float("nan"), 2.0])))
    3.0
    """
    x = _with(require_array("nansum", x), 0)
    return _reductions.sum(x, axis, dtype, keepdims, initial=initial, where=where)


def nanprod(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    initial: complex | None = None,
    where: Mask = None,
) -> Array:
    """As `prod`, with NaN counting as 1.

    >>> import farshore as fs
    >>> print(fs.nanprod(fs.asarray([3.0, float("nan"), 2.0])))
    6.0
    """
    x = _with(require_array("nanprod", x), 1)
    return _reductions.prod(x, axis, dtype, keepdims, initial=initial, where=where)


def nanmean(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    where: Mask = None,
) -> Array:
    """As `mean`, of the elements that are not NaN.

    Where all are, it is NaN; NumPy warns too, but only by looking at the values, which stay on the device.

    >>> import farshore as fs
    >>> print(fs.nanmean(fs.asarray([1.0, float("nan"), 2.0])))
    1.5
    """
    x = require_array("nanmean", x)
    return _mean(x, axis, dtype, keepdims, _present("nanmean", x, where))


def nanvar(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    correction: float = 0,
    ddof: float | None = None,
    where: Mask = None,
) -> Array:
    """As `var`, of the elements that are not NaN.

    Where no more than `correction` are left it is NaN, never infinite; NumPy warns too, by looking at values.

    >>> import farshore as fs
    >>> print(fs.nanvar(fs.asarray([1.0, float("nan"), 3.0])))
    1.0
    """
    x = require_array("nanvar", x)
    fewer = _correction("nanvar", correction, ddof)
    result, wanted = _spread("nanvar", x, axis, dtype, keepdims, fewer, _present("nanvar", x, where), np.nan)
    return result.astype(wanted, copy=False)


def nanstd(
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    correction: float = 0,
    ddof: float | None = None,
    where: Mask = None,
) -> Array:
    """As `std`, of the elements that are not NaN. Otherwise as `nanvar`.

    >>> import farshore as fs
    >>> print(fs.nanstd(fs.asarray([1.0, float("nan"), 3.0])))
    1.0
    """
    x = require_array("nanstd", x)
    fewer = _correction("nanstd", correction, ddof)
    result, wanted = _spread("nanstd", x, axis, dtype, keepdims, fewer, _present("nanstd", x, where), np.nan)
    return _core.sqrt(result).astype(wanted, copy=False)


def nanmax(
    x: Array,
    /,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    initial: float | None = None,
    where: Mask = None,
) -> Array:
    """As `max`, of the elements that are not NaN.

    Where all are, it is NaN, or `initial`; NumPy warns too, but only by looking at the values.

    >>> import farshore as fs
    >>> print(fs.nanmax(fs.asarray([1.0, float("nan"), 2.0])))
    2.0
    """
    x = require_ordered("nanmax", x)
    result = _reductions.max(_with(x, -np.inf), axis, keepdims, initial=initial, where=where)
    return result if initial is not None else _nan_of_nothing(x, axis, keepdims, result)


def nanmin(
    x: Array,
    /,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    initial: float | None = None,
    where: Mask = None,
) -> Array:
    """As `min`, of the elements that are not NaN. Otherwise as `nanmax`.

    >>> import farshore as fs
    >>> print(fs.nanmin(fs.asarray([1.0, float("nan"), 2.0])))
    1.0
    """
    x = require_ordered("nanmin", x)
    result = _reductions.min(_with(x, np.inf), axis, keepdims, initial=initial, where=where)
    return result if initial is not None else _nan_of_nothing(x, axis, keepdims, result)


def _with(x: Array, instead: float) -> Array:
    """x with a number for NaN."""
    return _core.where(_core.isnan(x), instead, x) if x.dtype.kind in "fc" else x


def _present(op: str, x: Array, where: Mask) -> Array | None:
    """The mask of the elements that are not NaN, and that an argument `where` leaves."""
    mask = mask_of(op, x, where)
    if x.dtype.kind not in "fc":
        return mask
    there = _core.logical_not(_core.isnan(x))
    return there if mask is None else _core.logical_and(there, mask)


def _nan_of_nothing(x: Array, axis: Axis, keepdims: bool, result: Array) -> Array:
    """`result`, and NaN where all of x were."""
    if x.dtype.kind != "f":
        return result
    return _core.where(_reductions.all(_core.isnan(x), axis, keepdims), np.nan, result)


def _mean(x: Array, axis: Axis, dtype: npt.DTypeLike | None, keepdims: bool, mask: Array | None) -> Array:
    axes, wanted = axes_of(x, axis), averaged(x, dtype)
    if not count(x.shape, axes):
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=3)
    x = unrounded(x, wanted)
    return _mean_of(x, axes, keepdims, mask).astype(wanted, copy=False)


def _mean_of(x: Array, axes: tuple[int, ...], keepdims: bool, mask: Array | None) -> Array:
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


def _spread(
    op: str,
    x: Array,
    axis: Axis,
    dtype: npt.DTypeLike | None,
    keepdims: bool,
    fewer: float,
    mask: Array | None,
    none_left: float,
) -> tuple[Array, np.dtype[Any]]:
    """The variance before it is rounded, and the dtype to round it to.

    In two passes: in one, whatever digits the squares and the mean have in common would be lost.
    none_left: what to divide by where no elements but the `fewer` are there.
    """
    axes, wanted = axes_of(x, axis), averaged(x, dtype)
    if wanted.kind not in "fc":
        raise TypeError(f"{op}: dtype is of floats or complex numbers, not {wanted}; convert the result")
    x = unrounded(x, wanted)
    away = x - _mean_of(x, axes, True, mask)
    squares = _core.square(_core.real(away))
    if x.dtype.kind == "c":
        squares = squares + _core.square(_core.imag(away))
        wanted = squares.dtype
    total = reduce("add", squares if mask is None else _core.where(mask, squares, 0), axes, keepdims, 0)
    number = _number(mask, x.shape, axes, keepdims, squares.dtype)
    if isinstance(number, Array):
        left = number - fewer
        return total / _core.where(_core.greater(left, 0), left, none_left), wanted
    if number <= fewer:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=3)
    return total / (number - fewer if number > fewer else none_left), wanted


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
