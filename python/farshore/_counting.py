"""How many elements there are of each number, and in each of several ranges."""

from __future__ import annotations

from math import isfinite
from operator import index
from typing import Any, Literal

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._grids import _wide, arange
from farshore._implicit import ImplicitArray
from farshore._manipulation import require_array
from farshore._reductions import any as any_of
from farshore._reductions import known, require_ordered
from farshore._searching import searchsorted


def bincount(x: Array, /, weights: Array | None = None, minlength: int = 0) -> Array:
    """How often each of 0, 1, 2 ... is in x, up to the largest that is, of int64; or the sums of `weights`.

    weights: as many real numbers; the result is of float64 then, float32 where the device lacks it.
    minlength: how long the result is at least.
    The smallest and the largest element are read from the device: two scalars, one where x is unsigned.
    x is sorted; weights are added up in pairs, so that nothing is lost, in as many rounds over all of them as
    the length of x has binary digits.
    Raises ValueError for negative numbers, for other than one axis and for other than as many weights,
    TypeError for floats and for complex weights.

    >>> import farshore as fs
    >>> print(fs.bincount(fs.asarray([0, 2, 2])))
    [1 0 2]
    """
    x = require_array("bincount", x)
    if x.dtype.kind not in "biu":
        raise TypeError(f"bincount: it counts integers, not {x.dtype}; there is fs.histogram")
    if x.ndim != 1:
        raise ValueError(f"bincount: x has one axis, not the shape {x.shape}")
    if index(minlength) < 0:
        raise ValueError(f"bincount: minlength is 0 or more, not {minlength}")
    if x.dtype == np.bool:
        x = x.astype(np.uint8)
    if weights is not None:
        weights = require_array("bincount", weights)
        if weights.dtype.kind == "c":
            raise TypeError(f"bincount: weights are real numbers, not {weights.dtype}")
        if weights.shape != x.shape:
            raise ValueError(f"bincount: weights of shape {weights.shape} for elements of shape {x.shape}")
        weights = weights.astype(_wide(np.dtype(np.float64), x.device), copy=False)
    length = minlength
    if x.size:
        if x.dtype.kind == "i" and (least := known(_core.reduce("minimum", x, [0], False))) < 0:
            raise ValueError(f"bincount: x has negative elements, the least of which is {least}")
        length = max(length, known(_core.reduce("maximum", x, [0], False)) + 1)
    if weights is not None:
        return _sums(x, weights, length)
    ends = _ends(_core.sort(x, 0, False), length)
    return ends[1:] - ends[:-1]


def digitize(x: Array, bins: Array, /, right: bool = False) -> Array:
    """The number of the range that each element is in, of int64: 0 before the first edge, then 1, 2 ...

    bins: the edges, of one axis, ascending or descending. Which of both, one scalar that is read from the
    device tells.
    right: whether an edge belongs to the range that ends with it, instead of the one that begins.
    Raises TypeError for complex numbers, ValueError for edges of other axes and of neither order.

    >>> import farshore as fs
    >>> print(fs.digitize(fs.asarray([0.5, 1.0, 7.0]), fs.asarray([1, 2, 3])))
    [0 1 3]
    """
    x, bins = require_ordered("digitize", x), require_ordered("digitize", bins)
    if bins.ndim != 1:
        raise ValueError(f"digitize: edges have one axis, not the shape {bins.shape}")
    falls, rises = _turns(bins)
    if falls and rises:
        raise ValueError("digitize: edges ascend or descend, these do both; take fs.sort(bins)")
    side: Literal["left", "right"] = "left" if right else "right"
    if falls:
        return bins.size - searchsorted(bins[::-1], x, side=side)
    return searchsorted(bins, x, side=side)


def histogram(
    x: Array,
    /,
    bins: int | Array = 10,
    range: tuple[float, float] | None = None,
    *,
    weights: Array | None = None,
    density: bool | None = False,
) -> tuple[Array, Array]:
    """How many elements are in each of several ranges, of int64, and the edges of these.

    An edge belongs to the range that begins with it, the last one to the last range.
    bins, range: as `histogram_bin_edges` has them.
    weights: real or complex, as many as there are elements, the sums of which are given instead, of their
    dtype. They cost as much as those of `bincount`.
    density: divides by the widths and by the sum of all: float64, float32 where the device lacks it.
    Raises as `histogram_bin_edges`, and ValueError for weights of another shape.

    >>> import farshore as fs
    >>> counts, edges = fs.histogram(fs.asarray([1, 2, 1]), bins=fs.asarray([0, 1, 2, 3]))
    >>> print(counts, edges)
    [0 2 1] [0 1 2 3]
    """
    x = _ordered("histogram", x)
    edges = histogram_bin_edges(x, bins, range)
    flat, count = x.reshape(-1), edges.size - 1
    if weights is None:
        ordered = _core.sort(flat, 0, False)
        ends = searchsorted(ordered, edges)
        ends[-1:] = searchsorted(ordered, edges[-1:], side="right")
        found = ends[1:] - ends[:-1]
    else:
        weights = require_array("histogram", weights)
        if weights.shape != x.shape:
            raise ValueError(f"histogram: weights of shape {weights.shape} for elements of shape {x.shape}")
        place = searchsorted(edges, flat, side="right") - 1
        place = _core.where(flat == edges[-1], count - 1, place)
        # What is in none of the ranges is in one more, which is left out.
        place = _core.where(place < 0, count, place).astype(np.int32)
        found = _sums(place, _added(weights).reshape(-1), count).astype(weights.dtype, copy=False)
    if density:
        real = _wide(np.dtype(np.float64), x.device)
        inside = np.result_type(found.dtype, real) if found.dtype.kind == "c" else real
        widths = (edges[1:] - edges[:-1]).astype(real)
        found = found.astype(inside)
        found = found / widths / _core.reduce("add", found, [0], False)
    return found, edges


def histogram_bin_edges(
    x: Array, /, bins: int | Array = 10, range: tuple[float, float] | None = None
) -> Array:
    """The edges of `bins` equal ranges, of the dtype of x, or float64 for integers: one more than ranges.

    bins: how many; or the edges themselves, ascending: whether they are, one scalar that is read from the
    device tells.
    range: from where to where; without it, from the smallest to the largest element, and NaN all over where
    one of them is NaN. Half of one more on both sides where this is one number, 0 to 1 without elements.
    Raises ValueError for less than one range, for edges of other axes and such that descend, for a range that
    is not finite or descends; TypeError for complex numbers and for words.

    >>> import farshore as fs
    >>> print(fs.histogram_bin_edges(fs.asarray([0.0, 1.0, 4.0]), 4))
    [0. 1. 2. 3. 4.]
    """
    x = _ordered("histogram_bin_edges", x)
    if isinstance(bins, (Array, ImplicitArray)):
        edges = require_ordered("histogram", bins)
        if edges.ndim != 1 or not edges.size:
            raise ValueError(f"histogram: edges are in a row, not of shape {edges.shape}")
        if _turns(edges)[0]:
            raise ValueError("histogram: edges ascend, these descend somewhere; take fs.sort(bins)")
        return edges
    if not hasattr(bins, "__index__"):
        raise TypeError(f"histogram: bins is a number of ranges or an array of edges, not {bins!r}")
    count = index(bins)
    if count < 1:
        raise ValueError(f"histogram: {count} ranges; there is one at least")
    wide = _wide(np.dtype(np.float64), x.device)
    dtype = x.dtype if x.dtype.kind == "f" else wide
    if range is not None or not x.size:
        low, high = map(float, range or (0, 1))
        if not (isfinite(low) and isfinite(high)) or low > high:
            raise ValueError(f"histogram: the range from {low} to {high} is not finite or descends")
        low, high = (low, high) if low < high else (low - 0.5, high + 0.5)
        edges = arange(count + 1, dtype=wide, device=x.device) * ((high - low) / count) + low
        edges[-1] = high
        return edges.astype(dtype, copy=False)
    flat = x.reshape(-1)
    least, most = (_core.reduce(name, flat, [0], False).astype(dtype) for name in ("minimum", "maximum"))
    one = least == most
    first, last = _core.where(one, least - 0.5, least), _core.where(one, most + 0.5, most)
    edges = arange(count + 1, dtype=dtype, device=x.device) * ((last - first) / count) + first
    edges[-1] = last
    return edges


def _turns(edges: Array) -> tuple[bool, bool]:
    """Whether edges descend somewhere, and whether they ascend: one read."""
    if edges.size < 2:
        return False, False
    before, after = edges[:-1], edges[1:]
    falls, rises = any_of(_core.greater(before, after)), any_of(_core.less(before, after))
    found = known(rises.astype(np.uint8) * 2 + falls)
    return bool(found & 1), bool(found & 2)


def _ordered(op: str, x: Array) -> Array:
    x = require_ordered(op, x)
    return x.astype(np.uint8) if x.dtype == np.bool else x


def _added(weights: Array) -> Array:
    """Weights in the dtype that they are added up in."""
    if weights.dtype.kind in "bi":
        return weights.astype(np.int64)
    widest: dict[str, type[np.generic[Any]]] = {"u": np.uint64, "f": np.float64, "c": np.complex128}
    return weights.astype(_wide(np.dtype(widest[weights.dtype.kind]), weights.device), copy=False)


def _ends(ordered: Array, length: int) -> Array:
    """Where each of 0, 1 ... length begins in sorted numbers."""
    return searchsorted(ordered.astype(np.int64), arange(length + 1, device=ordered.device))


def _sums(keys: Array, weights: Array, length: int) -> Array:
    """The sums of the weights with each of the keys 0, 1 ... length - 1.

    Each element, in the order of keys, takes the sum of those before it with the same key, of twice as many
    in each round. A scan over all would be one round, but differences of its sums lose digits, and one NaN
    or infinity would be in all that follow.
    """
    order = _core.argsort(keys, 0, False)
    keys, sums = _core.gather(keys, [order], False), _core.gather(weights, [order], False)
    step = 1
    while step < keys.size:
        before = _core.where(keys[step:] == keys[:-step], sums[:-step], 0)
        whole = sums.copy()
        whole[step:] = sums[step:] + before
        sums, step = whole, step * 2
    ends = _ends(keys, length)
    if not keys.size:
        return _core.full((length,), 0, weights.dtype, weights.device)
    last = _core.gather(sums, [_core.maximum(ends[1:] - 1, 0)], False)
    return _core.where(ends[1:] > ends[:-1], last, 0)
