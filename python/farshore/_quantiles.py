"""Elements by their rank: medians and quantiles, of sorted copies."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from math import ceil, floor
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array
from farshore._grids import arange
from farshore._implicit import ImplicitArray
from farshore._manipulation import require_array
from farshore._reductions import Axis, averaged, axes_of, count, reduced, require_ordered, unrounded

Method: TypeAlias = Literal["linear", "lower", "higher", "nearest", "midpoint"]
ROUNDED: dict[str, tuple[Callable[[float], int], Callable[[Array], Array]]] = {
    "lower": (floor, _core.floor),
    "higher": (ceil, _core.ceil),
    "nearest": (round, _core.rint),
}
"""How methods that give elements make a rank whole, on the host and on the device."""

BETWEEN = ("linear", "midpoint")
"""The methods whose results lie between elements."""


def median(x: Array, /, axis: Axis = None, keepdims: bool = False) -> Array:
    """The middle one of the elements over `axis`, or of all, in their order; of two in the middle, the mean.

    axis: one, or a tuple of several. keepdims: whether they stay, with length 1.
    NaN if one is, or where there are none, with a RuntimeWarning. Integers and bool give float64, floats keep
    their dtype. Raises AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.median(fs.asarray([[3.0, 1.0, 2.0], [8.0, 4.0, 9.0]]), axis=1))
    [2. 8.]
    """
    x = require_array("median", x)
    axes, wanted = axes_of(x, axis), averaged(x, None)
    shape, length = reduced(x.shape, axes, keepdims), count(x.shape, axes)
    if not length:
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=2)
        return _core.full(shape, np.nan, wanted, x.device)
    ranked = _ranked(x, axes)
    below, above = (_averaged(ranked[..., one]) for one in ((length - 1) // 2, length // 2))
    middle = (below + above) / 2 if length % 2 == 0 else below
    return _unless_nan(ranked, middle.astype(wanted, copy=False)).reshape(shape)


def nanmedian(x: Array, /, axis: Axis = None, keepdims: bool = False) -> Array:
    """As `median`, of the elements that are not NaN.

    Where all are, it is NaN; NumPy warns too, but only by looking at the values, which stay on the device.

    >>> import farshore as fs
    >>> print(fs.nanmedian(fs.asarray([3.0, float("nan"), 1.0, 2.0])))
    2.0
    """
    x = require_array("nanmedian", x)
    axes, wanted = axes_of(x, axis), averaged(x, None)
    shape, length = reduced(x.shape, axes, keepdims), count(x.shape, axes)
    if not length:
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=2)
        return _core.full(shape, np.nan, wanted, x.device)
    ranked = _ranked(x, axes)
    if not x.size:
        return _core.empty(shape, wanted, x.device)
    rows = x.size // length
    # NaN are last, so the others are counted, and their middle lies elsewhere in each row.
    there = _core.equal(ranked, ranked).astype(np.int64).reshape((rows, length))
    number = _core.reduce("add", there, [1], False)
    first = arange(rows, device=x.device) * length
    flat = ranked.reshape(-1)
    low, high = _core.maximum(number - 1, 0) // 2, number // 2
    below, above = (_averaged(_core.gather(flat, [first + one], False)) for one in (low, high))
    middle = _core.where(_core.equal(low, high), below, (below + above) / 2)
    return middle.astype(wanted, copy=False).reshape(shape)


def quantile(
    x: Array,
    /,
    q: Array | npt.ArrayLike,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    method: Method = "linear",
) -> Array:
    """What a part `q` of the elements over `axis`, or of all, lies below; NaN if one of them is.

    q: from 0 to 1; the axes of several come first in the result. Of an array of farshore, whose values stay
    on the device, what is beyond counts as 0 or 1; of numbers it raises ValueError.
    axis, keepdims: as of `median`.
    method: for a rank between two elements, "linear" is between them, "midpoint" their mean, and "lower",
    "higher" or "nearest" one of them, in its own dtype. With the first two integers give float64, and floats
    keep their dtype. Between a finite number and an infinity lies that infinity, where NumPy has NaN.
    Raises ValueError for another method, IndexError for no elements, TypeError for complex numbers, and for
    bool with the first two.

    >>> import farshore as fs
    >>> x = fs.asarray([4.0, 1.0, 3.0, 2.0])
    >>> print(fs.quantile(x, 0.25), fs.quantile(x, [0, 1], method="lower"))
    1.75 [1. 4.]
    """
    return _quantile("quantile", x, q, 1, axis, keepdims, method)


def percentile(
    x: Array,
    /,
    q: Array | npt.ArrayLike,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    method: Method = "linear",
) -> Array:
    """As `quantile`, with `q` from 0 to 100.

    >>> import farshore as fs
    >>> print(fs.percentile(fs.asarray([4.0, 1.0, 3.0, 2.0]), 25))
    1.75
    """
    return _quantile("percentile", x, q, 100, axis, keepdims, method)


def _quantile(op: str, x: Array, q: Any, whole: int, axis: Axis, keepdims: bool, method: Method) -> Array:
    x = require_ordered(op, x)
    if method not in BETWEEN and method not in ROUNDED:
        raise ValueError(f"{op}: there is no method {method!r}, but {', '.join([*BETWEEN, *ROUNDED])}")
    if x.dtype == np.bool and method in BETWEEN:
        raise TypeError(f"{op}: nothing is between bools; take method='nearest', or x.astype(fs.uint8)")
    axes = axes_of(x, axis)
    length, shape = count(x.shape, axes), reduced(x.shape, axes, keepdims)
    if not length:
        raise IndexError(f"{op}: no elements have no ranks: shape {x.shape}, axis {axis}")
    ranked = _ranked(x, axes)
    dtype = averaged(x, None) if method in BETWEEN else x.dtype
    if isinstance(q, (Array, ImplicitArray)):
        q = require_array(op, q)
        wide = np.float64 if "float64" in x.device.dtypes else np.float32
        part = _core.minimum(_core.maximum(q.reshape(-1).astype(wide) / whole, 0), 1)
        result = _unless_nan(ranked, _at_computed(ranked, part * (length - 1), method))
        return result.astype(dtype, copy=False).reshape((*q.shape, *shape))
    parts = np.asarray(q, np.float64)
    if not np.all((parts >= 0) & (parts <= whole)):
        raise ValueError(f"{op}: q is from 0 to {whole}, not {q}")
    result = _core.empty((parts.size, *ranked.shape[:-1]), dtype, x.device)
    for place, one in enumerate(parts.flat):
        result[place] = _unless_nan(ranked, _at(ranked, float(one) / whole * (length - 1), method))
    return result.reshape((*parts.shape, *shape))


def _at(ranked: Array, rank: float, method: Method) -> Array:
    """What is at a rank known on the host: views."""
    if method in ROUNDED:
        return ranked[..., ROUNDED[method][0](rank)]
    if not rank % 1:
        return ranked[..., int(rank)]
    below, above = (_averaged(ranked[..., one]) for one in (floor(rank), ceil(rank)))
    return _between(below, above, rank % 1 if method == "linear" else 0.5)


def _at_computed(ranked: Array, rank: Array, method: Method) -> Array:
    """What is at ranks, along one axis, that only the device knows: its axis comes first."""
    kept = ranked.ndim - 1

    def at(place: Array) -> Array:
        taken = _core.gather(ranked, [*[None] * kept, place.astype(np.int64)], False)
        return taken.permute_dims([kept, *range(kept)])

    if method not in BETWEEN:
        return at(ROUNDED[method][1](rank))
    below, above = (_averaged(at(one)) for one in (_core.floor(rank), _core.ceil(rank)))
    part = (rank - _core.floor(rank)).astype(below.dtype).reshape((-1,) + (1,) * kept)
    if method == "midpoint":
        part = _core.where(_core.greater(part, 0), 0.5, part)
    return _core.where(_core.equal(part, 0), below, _between(below, above, part))


def _between(below: Array, above: Array, part: Array | float) -> Array:
    """From the nearer one, so that both are exact; in parts of each where their distance is not finite."""
    apart = above - below
    result = _core.where(part < 0.5, below + apart * part, above - apart * (1 - part))
    return _core.where(_core.isfinite(apart), result, below * (1 - part) + above * part)


def _ranked(x: Array, axes: tuple[int, ...]) -> Array:
    """The elements over `axes` in their order, along one last axis."""
    kept = [one for one in range(x.ndim) if one not in axes]
    lengths = [x.shape[one] for one in kept]
    together = x.permute_dims([*kept, *axes]).reshape((*lengths, count(x.shape, axes)))
    return _core.sort(together, len(kept), False) if x.size else together


def _unless_nan(ranked: Array, result: Array) -> Array:
    """`result`, and NaN where an element is: then the last one is."""
    if ranked.dtype.kind not in "fc":
        return result
    last = ranked[..., -1]
    return _core.where(_core.isnan(last), np.nan, result)


def _averaged(x: Array) -> Array:
    """Elements in the dtype to take means in."""
    return unrounded(x, averaged(x, None))
