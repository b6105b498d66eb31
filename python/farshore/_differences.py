"""Differences between neighbours, and slopes made of them."""

from __future__ import annotations

from numbers import Number
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from farshore import _core
from farshore._core import Array
from farshore._joining import join
from farshore._manipulation import require_array
from farshore._rearranging import moveaxis


def diff(
    x: Array, /, n: int = 1, axis: int = -1, prepend: Array | None = None, append: Array | None = None
) -> Array:
    """Each element less the one before it along `axis`, which becomes shorter by one; of bools, whether they
    differ.

    n: how often; 0 gives back x itself.
    prepend, append: what comes before and after x; an array without axes stands for one place of the axis.
    Raises AxisError out of range, ValueError for n < 0 and for shapes that do not fit.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2, 4, 7])
    >>> print(fs.diff(x), fs.diff(x, n=2))
    [1 2 3] [1 1]
    """
    x = require_array("diff", x)
    along = normalize_axis_index(axis, x.ndim)
    if n < 0:
        raise ValueError(f"diff: n is how often, 0 or more, not {n}")
    if not n:
        return x
    parts = [_end(one, x.shape, along) for one in (prepend, x, append) if one is not None]
    x = join("diff", parts, along) if len(parts) > 1 else x
    before = (slice(None),) * along
    minus = _core.not_equal if x.dtype.kind == "b" else _core.subtract
    for _ in range(n):
        x = minus(x[(*before, slice(1, None))], x[(*before, slice(-1))])
    return x


def ediff1d(x: Array, /, to_end: Array | None = None, to_begin: Array | None = None) -> Array:
    """Each element less the one before it, of x flattened, after `to_begin` and before `to_end`; of the
    dtype of x.

    Raises TypeError for bool, and for ends of another kind of dtype than x.

    >>> import farshore as fs
    >>> print(fs.ediff1d(fs.asarray([1, 2, 4]), to_end=fs.asarray([9])))
    [1 2 9]
    """
    x = require_array("ediff1d", x).reshape(-1)
    parts = [x[1:] - x[:-1]]
    for end, place in ((to_begin, 0), (to_end, 1)):
        if end is None:
            continue
        end = require_array("ediff1d", end)
        if not np.can_cast(end.dtype, x.dtype, "same_kind"):
            raise TypeError(
                f"ediff1d: differences of {x.dtype} have no ends of {end.dtype}; convert them first"
            )
        parts.insert(place * len(parts), end.reshape(-1).astype(x.dtype))
    return join("ediff1d", parts, 0) if len(parts) > 1 else parts[0]


def gradient(
    x: Array, /, *spacing: Array | float, axis: int | tuple[int, ...] | None = None, edge_order: int = 1
) -> Array | tuple[Array, ...]:
    """The slope at each place along `axis`; of several axes, or of all without one, a tuple of arrays.

    Central differences, of second order also where distances differ; at both ends, differences to one side.
    spacing: the distance between neighbours, 1 without one; or for each axis such a distance, or the places
    themselves as an array of one axis.
    edge_order: 1 or 2, the order of the differences at the ends.
    dtype: that of x; integers become float64, so that differences do not wrap.
    Raises ValueError for fewer than edge_order + 1 elements and for places that are not as many as elements,
    TypeError for a number of spacings that is not that of axes, AxisError out of range.

    >>> import farshore as fs
    >>> x = fs.asarray([1.0, 2.0, 4.0, 7.0])
    >>> print(fs.gradient(x), fs.gradient(x, 0.5, edge_order=2))
    [1.  1.5 2.5 3. ] [1. 3. 5. 7.]
    """
    x = require_array("gradient", x)
    axes = tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order is 1 or 2, not {edge_order}")
    given = [one if isinstance(one, Number) else require_array("gradient", one) for one in spacing or (1.0,)]
    if len(given) == 1 and not getattr(given[0], "ndim", 0):
        given *= len(axes)
    if len(given) != len(axes):
        raise TypeError(
            f"gradient: {len(given)} spacings are not for {len(axes)} axes; give one, or one for each"
        )
    if x.dtype.kind in "iu":
        x = x.astype(np.float64)
    results = []
    for one, distance in zip(axes, given, strict=True):
        if x.shape[one] <= edge_order:
            raise ValueError(
                f"gradient: axis {one} of shape {x.shape} is too short; "
                f"edge_order={edge_order} takes {edge_order + 1} elements"
            )
        slope = _slope(moveaxis(x, one, 0), distance, edge_order)
        results.append(moveaxis(slope, 0, one))
    return results[0] if len(results) == 1 else tuple(results)


def _end(end: Array, shape: tuple[int, ...], axis: int) -> Array:
    end = require_array("diff", end)
    return end if end.ndim else end.broadcast_to([*shape[:axis], 1, *shape[axis + 1 :]])


def _slope(x: Array, distance: Any, edge_order: int) -> Array:
    """The gradient along the first axis."""
    if not getattr(distance, "ndim", 0):
        parts = _even(x, distance, edge_order)
    else:
        steps = _steps(x, distance)
        # Places at equal distances count as one distance, whose formulas round otherwise. Only the device
        # knows which they are.
        same = _core.reduce("minimum", steps == steps[:1], [0], True)
        both = zip(_even(x, steps[:1], edge_order), _uneven(x, steps, edge_order), strict=True)
        parts = [_core.where(same, *pair) for pair in both]
    result = _core.empty(x.shape, x.dtype, x.device)
    result[:1], result[1:-1], result[-1:] = parts
    return result


def _even(x: Array, step: Any, edge_order: int) -> list[Array]:
    """The slopes at the first place, inside, and at the last place, where all distances are `step`."""
    inside = (x[2:] - x[:-2]) / (2.0 * step)
    if edge_order == 1:
        return [(x[1:2] - x[:1]) / step, inside, (x[-1:] - x[-2:-1]) / step]
    begin = _weighted([-1.5 / step, 2.0 / step, -0.5 / step], x[:1], x[1:2], x[2:3])
    end = _weighted([0.5 / step, -2.0 / step, 1.5 / step], x[-3:-2], x[-2:-1], x[-1:])
    return [begin, inside, end]


def _uneven(x: Array, steps: Array, edge_order: int) -> list[Array]:
    """The same, where the distances are `steps`."""
    inside = _weighted(_central(steps[:-1], steps[1:]), x[:-2], x[1:-1], x[2:])
    if edge_order == 1:
        return [(x[1:2] - x[:1]) / steps[:1], inside, (x[-1:] - x[-2:-1]) / steps[-1:]]
    begin = _weighted(_forward(steps[:1], steps[1:2]), x[:1], x[1:2], x[2:3])
    end = _weighted(_backward(steps[-2:-1], steps[-1:]), x[-3:-2], x[-2:-1], x[-1:])
    return [begin, inside, end]


def _steps(x: Array, places: Array) -> Array:
    """The distances between places along the first axis of x, in a shape that broadcasts with it."""
    if places.shape != x.shape[:1]:
        raise ValueError(f"gradient: places of shape {places.shape} are not those of {x.shape[0]} elements")
    if places.dtype.kind in "iu":
        places = places.astype(np.float64)
    return (places[1:] - places[:-1]).reshape([-1] + [1] * (x.ndim - 1))


def _weighted(weights: list[Any], x1: Array, x2: Array, x3: Array) -> Array:
    result: Array = weights[0] * x1 + weights[1] * x2 + weights[2] * x3
    return result


def _central(left: Array, right: Array) -> list[Array]:
    """The weights of three neighbours for the slope at the middle one, with the distances between them."""
    both = left + right
    return [-right / (left * both), (right - left) / (left * right), left / (right * both)]


def _forward(left: Array, right: Array) -> list[Array]:
    """The weights for the slope at the first of three neighbours."""
    both = left + right
    return [-(2.0 * left + right) / (left * both), both / (left * right), -left / (right * both)]


def _backward(left: Array, right: Array) -> list[Array]:
    """The weights for the slope at the last of three neighbours."""
    both = left + right
    return [right / (left * both), -both / (left * right), (2.0 * right + left) / (right * both)]
