"""Elements at other places: taken, and put."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from farshore import _core
from farshore._bounds import Mode
from farshore._core import Array
from farshore._grids import arange
from farshore._manipulation import require_array
from farshore._operands import LISTS, Numbers
from farshore._places import along, at, line, places_of, values_of, write_back


def take(
    x: Array, indices: Array | int | Sequence[int], /, *, axis: int | None = None, mode: Mode = "raise"
) -> Array:
    """The elements at the places `indices` along `axis`; with None, of x as one axis.

    indices: integers; negative ones count from the end. The result has their axes in the place of `axis`.
    mode: "raise" reports a place out of bounds as an IndexError, at once for numbers and lists, at the next
    wait for an array; "clip" takes the nearest, 0 for negative ones; "wrap" goes round.
    Raises IndexError where there is nothing to take, TypeError for places of other than integers, ValueError
    for other words, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.take(fs.asarray([[1, 2, 3], [4, 5, 6]]), fs.asarray([2, 0]), axis=1))
    [[3 1]
     [6 4]]
    """
    x, axis = line("take", x, axis)
    before = (slice(None),) * axis
    places, check = places_of("take", indices, x.shape[axis], mode, x.device)
    if isinstance(places, int):
        return x[(*before, places)].copy()
    return _core.gather(x, at(x, axis, places), check)


def take_along_axis(x: Array, indices: Array, /, *, axis: int | None = -1) -> Array:
    """For each place of `indices`, the element of x at the same place but for `axis`, where it says which.

    So it is that `argsort` gives places. The other axes broadcast; with None, x is one axis.
    Places out of bounds are reported as an IndexError at the next wait; negative ones count from the end.
    Raises ValueError for other than as many axes as x has, IndexError for lengths that do not fit and for
    places of other than integers, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> x = fs.asarray([[3, 1, 2], [4, 6, 5]])
    >>> print(fs.take_along_axis(x, fs.asarray([[1], [0]]), axis=1))
    [[1]
     [4]]
    """
    x, axis = line("take_along_axis", x, axis)
    indices = require_array("take_along_axis", indices)
    return _core.gather(x, along("take_along_axis", x, indices, axis), True)


def put(x: Array, indices: Array | int | Sequence[int], values: Numbers, /, mode: Mode = "raise") -> None:
    """Writes `values`, again from the first where there are too few, at the places `indices` of x in C order.

    For a place that is named twice the last value stays. Otherwise as `take`.

    >>> import farshore as fs
    >>> x = fs.zeros(4)
    >>> fs.put(x, fs.asarray([0, -1]), fs.asarray([7, 8]))
    >>> print(x)
    [7. 0. 0. 8.]
    """
    x = require_array("put", x)
    places, check = places_of("put", indices, x.size, mode, x.device)
    if isinstance(places, int):
        places = _core.full((1,), places, np.int64, x.device)
    places, new = places.reshape(-1), values_of("put", values, x).reshape(-1)
    if not new.size:
        return
    if 1 < new.size < places.size:
        new = _core.gather(new, [arange(places.size, device=x.device) % new.size], False)
    flat = x.reshape(-1)
    _core.scatter(flat, [places], new if new.size == 1 else new[: places.size], check)
    write_back(x, flat)


def put_along_axis(x: Array, /, indices: Array, values: Numbers, axis: int | None) -> None:
    """Writes `values` where `take_along_axis` would take. They broadcast to what it would give.

    >>> import farshore as fs
    >>> x = fs.zeros((2, 3))
    >>> fs.put_along_axis(x, fs.asarray([[1], [0]]), 5, axis=1)
    >>> print(x)
    [[0. 5. 0.]
     [5. 0. 0.]]
    """
    x, indices = require_array("put_along_axis", x), require_array("put_along_axis", indices)
    line = x.reshape(-1) if axis is None else x
    places = along("put_along_axis", line, indices, 0 if axis is None else axis)
    _core.scatter(line, places, values_of("put_along_axis", values, x), True)
    write_back(x, line)


def compress(condition: Array | Sequence[bool], x: Array, /, axis: int | None = None) -> Array:
    """The elements along `axis` at whose place `condition` is other than 0; with None, of x as one axis.

    condition: of one axis; what it is too short for is left out. How many there are is read, one scalar, of
    an array.
    Raises ValueError for a condition of other axes, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.compress(fs.asarray([True, False, True]), fs.asarray([1, 2, 3])))
    [1 3]
    """
    x, axis = line("compress", x, axis)
    if isinstance(condition, LISTS):
        listed = np.asarray(condition)
        if listed.ndim != 1:
            raise ValueError(f"compress: the condition has one axis, not the shape {listed.shape}")
        return take(x, [int(one) for one in np.flatnonzero(listed)], axis=axis)
    condition = require_array("compress", condition)
    if condition.ndim != 1:
        raise ValueError(f"compress: the condition has one axis, not the shape {condition.shape}")
    places = _core.nonzero(condition.astype(np.bool, copy=False))
    check = condition.size > x.shape[axis]
    return _core.gather(x, at(x, axis, places), check)
