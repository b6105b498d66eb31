"""Elements by their rank: medians and quantiles, of sorted copies, in which NaN comes last."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from math import ceil, floor
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._grids import _wide, arange
from farshore._implicit import ImplicitArray
from farshore._manipulation import require_array
from farshore._reductions import (
    Axis,
    averaged,
    axes_of,
    called_as,
    count,
    reduced,
    require_ordered,
    stored,
    unrounded,
)
from farshore._searching import _positions

Method: TypeAlias = Literal["linear", "lower", "higher", "nearest", "midpoint"]
ROUNDED: dict[str, tuple[Callable[[float], int], Callable[[Array], Array]]] = {
    "lower": (floor, _core.floor),
    "higher": (ceil, _core.ceil),
    "nearest": (round, _core.rint),
}
"""How methods that give elements make a rank whole, on the host and on the device."""

BETWEEN = ("linear", "midpoint")
"""The methods whose results lie between elements."""


def _median(
    op: str, x: Array, /, axis: Axis = None, keepdims: bool = False, *, out: Array | None = None
) -> Array:
    x = require_array(op, x)
    axes, wanted = axes_of(x, axis), averaged(x, None)
    shape, length = reduced(x.shape, axes, keepdims), count(x.shape, axes)
    if not length:
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=4)
        return stored(op, _core.full(shape, np.nan, wanted, x.device), out)
    if not x.size:
        return stored(op, _core.empty(shape, wanted, x.device), out)
    ranked = _ranked(x, axes)
    last = _last(op, ranked)
    low, high = last // 2, (last + 1) // 2
    below, above = (_averaged(_at(ranked, place)) for place in (low, high))
    middle = _core.where(low == high, below, (below + above) / 2)
    return stored(op, _unless_nan(op, ranked, middle.astype(wanted, copy=False)).reshape(shape), out)


@called_as(_median)
def median(x: Array, /, *args: Any, **how: Any) -> Array:
    """The middle one of the elements over `axis`, or of all, in their order; of two in the middle, the mean.

    axis: one, or a tuple of several. keepdims: whether they stay, with length 1.
    out: an array of the shape of the result, which is written into it.
    NaN if one is, or where there are none, with a RuntimeWarning. Integers and bool give float64, floats keep
    their dtype. Raises AxisError for an axis that x lacks, and as `sum` for an out.

    >>> import farshore as fs
    >>> print(fs.median(fs.asarray([[3.0, 1.0, 2.0], [8.0, 4.0, 9.0]]), axis=1))
    [2. 8.]
    """
    return _median("median", x, *args, **how)


@called_as(_median)
def nanmedian(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `median`, of the elements that are not NaN.

    Where all are, it is NaN; NumPy warns too, but only by looking at the values, which stay on the device.

    >>> import farshore as fs
    >>> print(fs.nanmedian(fs.asarray([3.0, float("nan"), 1.0, 2.0])))
    2.0
    """
    return _median("nanmedian", x, *args, **how)


def _quantile(
    op: str,
    x: Array,
    /,
    q: Array | npt.ArrayLike,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    method: Method = "linear",
    out: Array | None = None,
) -> Array:
    x = require_ordered(op, x)
    if method not in BETWEEN and method not in ROUNDED:
        raise ValueError(f"{op}: there is no method {method!r}, but {', '.join([*BETWEEN, *ROUNDED])}")
    if x.dtype == np.bool and method in BETWEEN:
        raise TypeError(f"{op}: nothing is between bools; take method='nearest', or x.astype(fs.uint8)")
    parts = _parts(op, q, x.device)
    axes = axes_of(x, axis)
    length, shape = count(x.shape, axes), (*parts.shape, *reduced(x.shape, axes, keepdims))
    dtype = averaged(x, None) if method in BETWEEN else x.dtype
    if not length:
        if not op.startswith("nan"):
            raise IndexError(f"{op}: no elements have no ranks: shape {x.shape}, axis {axis}")
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=4)
        return stored(op, _core.full(shape, np.nan, averaged(x, None), x.device), out)
    if not x.size:
        return stored(op, _core.empty(shape, dtype, x.device), out)
    ranked = _ranked(x, axes)
    last = _last(op, ranked)
    if isinstance(last, Array):
        last = last.astype(_wide(np.dtype(np.float64), x.device))
    if isinstance(parts, Array):
        ranks = parts.reshape((-1,) + (1,) * (ranked.ndim - 1)) * last
        result = _unless_nan(op, ranked, _at_rank(ranked, ranks, method)).astype(dtype, copy=False)
    else:
        result = _core.empty((parts.size, *ranked.shape[:-1]), dtype, x.device)
        for place, part in enumerate(parts.flat):
            result[place] = _unless_nan(op, ranked, _at_rank(ranked, float(part) * last, method))
    return stored(op, result.reshape(shape), out)


@called_as(_quantile)
def quantile(x: Array, /, *args: Any, **how: Any) -> Array:
    """What a part `q` of the elements over `axis`, or of all, lies below; NaN if one of them is.

    q: from 0 to 1; the axes of several come first in the result. Of an array of farshore, whose values stay
    on the device, what is beyond counts as 0 or 1; of numbers it raises ValueError.
    axis, keepdims, out: as of `median`.
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
    return _quantile("quantile", x, *args, **how)


@called_as(_quantile)
def percentile(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `quantile`, with `q` from 0 to 100.

    >>> import farshore as fs
    >>> print(fs.percentile(fs.asarray([4.0, 1.0, 3.0, 2.0]), 25))
    1.75
    """
    return _quantile("percentile", x, *args, **how)


@called_as(_quantile)
def nanquantile(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `quantile`, of the elements that are not NaN.

    Where all are, or where there are none, it is NaN; where all are NumPy warns too, but only by looking at
    the values, which stay on the device. Ranks among as many as only the device knows are of float64, of
    float32 where it lacks that.

    >>> import farshore as fs
    >>> print(fs.nanquantile(fs.asarray([4.0, float("nan"), 1.0, 3.0, 2.0]), 0.25))
    1.75
    """
    return _quantile("nanquantile", x, *args, **how)


@called_as(_quantile)
def nanpercentile(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `nanquantile`, with `q` from 0 to 100.

    >>> import farshore as fs
    >>> print(fs.nanpercentile(fs.asarray([4.0, float("nan"), 1.0, 3.0, 2.0]), 25))
    1.75
    """
    return _quantile("nanpercentile", x, *args, **how)


def _parts(op: str, q: Any, device: Device) -> Array | npt.NDArray[np.float64]:
    """`q` from 0 to 1: numbers stay on the host."""
    whole = 100 if op.endswith("percentile") else 1
    if isinstance(q, (Array, ImplicitArray)):
        given = require_array(op, q).astype(_wide(np.dtype(np.float64), device))
        return _core.minimum(_core.maximum(given / whole, 0), 1)
    parts = np.asarray(q, np.float64)
    if not np.all((parts >= 0) & (parts <= whole)):
        raise ValueError(f"{op}: q is from 0 to {whole}, not {q}")
    return parts / whole


def _ranked(x: Array, axes: tuple[int, ...]) -> Array:
    """The elements over `axes` in their order, along one last axis."""
    kept = [one for one in range(x.ndim) if one not in axes]
    lengths = [x.shape[one] for one in kept]
    together = x.permute_dims([*kept, *axes]).reshape((*lengths, count(x.shape, axes)))
    return _core.sort(together, len(kept), False)


def _last(op: str, ranked: Array) -> int | Array:
    """The rank of the last element that counts: of the last number, where NaN is passed over."""
    length = ranked.shape[-1]
    if not op.startswith("nan") or ranked.dtype.kind not in "fc":
        return length - 1
    there = _core.equal(ranked, ranked).astype(_positions(ranked.size))
    return _core.maximum(_core.reduce("add", there, [ranked.ndim - 1], False) - 1, 0)


def _at(ranked: Array, place: int | Array) -> Array:
    """The elements at a place of each row; or at places that only the device knows, with axes before."""
    if not isinstance(place, Array):
        return ranked[..., place]
    rows = arange(ranked.size // ranked.shape[-1], dtype=_positions(ranked.size), device=ranked.device)
    first = rows.reshape(ranked.shape[:-1]) * ranked.shape[-1]
    return _core.gather(ranked.reshape(-1), [first + place.astype(first.dtype)], False)


def _at_rank(ranked: Array, rank: float | Array, method: Method) -> Array:
    """What is at a rank of each row, or at ranks that only the device knows."""
    if method in ROUNDED:
        return _at(ranked, _whole(rank, method))
    low, high = _whole(rank, "lower"), _whole(rank, "higher")
    below, above = (_averaged(_at(ranked, place)) for place in (low, high))
    part = rank - low
    if not isinstance(part, Array):
        return _between(below, above, part if method == "linear" else 0.5) if part else below
    part = part.astype(below.dtype)
    if method == "midpoint":
        part = _core.where(_core.greater(part, 0), 0.5, part)
    return _core.where(_core.equal(part, 0), below, _between(below, above, part))


def _whole(rank: float | Array, way: str) -> int | Array:
    on_host, on_device = ROUNDED[way]
    return on_device(rank) if isinstance(rank, Array) else on_host(rank)


def _between(below: Array, above: Array, part: Array | float) -> Array:
    """From the nearer one, so that both are exact; in parts of each where their distance is not finite."""
    apart = above - below
    result = _core.where(part < 0.5, below + apart * part, above - apart * (1 - part))
    return _core.where(_core.isfinite(apart), result, below * (1 - part) + above * part)


def _unless_nan(op: str, ranked: Array, result: Array) -> Array:
    """`result`, and NaN where an element is and is not passed over: then the last one is."""
    if op.startswith("nan") or ranked.dtype.kind not in "fc":
        return result
    last = ranked[..., -1]
    return _core.where(_core.isnan(last), np.nan, result)


def _averaged(x: Array) -> Array:
    """Elements in the dtype to take means in."""
    return unrounded(x, averaged(x, None))
