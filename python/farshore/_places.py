"""Places on an axis, as functions are told them: numbers, lists, arrays; and what is written there."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._bounds import Mode, inside, require_mode
from farshore._core import Array, Device
from farshore._dtypes import NUMBERS
from farshore._grids import arange
from farshore._indexing import narrowed
from farshore._manipulation import require_array
from farshore._operands import LISTS, beside, literal, numbers


def line(op: str, x: Array, axis: int | None) -> tuple[Array, int]:
    """The array and one of its axes; without one, all of it as one axis."""
    x = require_array(op, x)
    return (x.reshape(-1), 0) if axis is None else (x, normalize_axis_index(axis, x.ndim))


def at(x: Array, axis: int, places: Array) -> list[Array | None]:
    """What `gather` and `scatter` are given for places along one axis."""
    return [*[None] * axis, places, *[None] * (x.ndim - axis - 1)]


def places_of(op: str, indices: Any, length: int, mode: Mode, device: Device) -> tuple[Array | int, bool]:
    """The places on an axis of that length, and whether they are still to be checked."""
    require_mode(op, mode)
    if isinstance(indices, (int, np.integer)) and not isinstance(indices, bool):
        place = index(indices)
        if mode == "clip" and length:
            return min(max(place, 0), length - 1), False
        if mode == "wrap" and length:
            return place % length, False
        if not -length <= place < length:
            raise IndexError(f"{op}: the place {place} is out of bounds for {length} elements")
        return place, False
    listed = isinstance(indices, LISTS)
    places: Any = numbers(op, indices) if listed else require_array(op, indices)
    if listed and not places.size:
        places = places.astype(np.int64)
    if places.dtype.kind not in "iu":
        raise TypeError(f"{op}: places are integers, not {places.dtype}; for bool there is fs.compress")
    if not length and places.size:
        raise IndexError(f"{op}: there are {places.size} places, but no elements")
    if listed:
        return literal(_listed(op, places, length, mode), device), False
    if mode == "raise" or not length:
        return places, True
    return inside(places, length, mode), False


def _listed(op: str, host: npt.NDArray[Any], length: int, mode: str) -> npt.NDArray[Any]:
    """A list of places, counted from the start; one out of bounds raises at once."""
    if mode == "raise":
        return within(op, host, length, length - 1)
    wide = host.astype(np.int64)
    if length:
        wide = wide % length if mode == "wrap" else wide.clip(0, length - 1)
    return narrowed(wide, length)


def within(op: str, host: npt.NDArray[Any], length: int, last: int) -> npt.NDArray[Any]:
    """Places of the host counted from the start, none of them after `last`."""
    outside = host[(host < -length) | (host > last)]
    if outside.size:
        raise IndexError(f"{op}: the place {outside[0]} is out of bounds for {length} elements")
    wide = host.astype(np.int64)
    return narrowed(np.where(wide < 0, wide + length, wide), last + 1)


def along(op: str, x: Array, indices: Array, axis: int) -> list[Array | None]:
    """What `gather` is given to take `indices` along `axis`: no other axes than those that are needed."""
    axis = normalize_axis_index(axis, x.ndim)
    if indices.dtype.kind not in "iu":
        raise IndexError(f"{op}: places are integers, not {indices.dtype}")
    if indices.ndim != x.ndim:
        raise ValueError(f"{op}: the places have {indices.ndim} axes, the array has {x.ndim}")
    for one, lengths in enumerate(zip(x.shape, indices.shape, strict=True)):
        if one != axis and 1 not in lengths and len(set(lengths)) > 1:
            raise IndexError(f"{op}: places of shape {indices.shape} do not fit {x.shape} along axis {one}")
    if not x.shape[axis] and indices.size:
        raise IndexError(f"{op}: there are {indices.size} places, but no elements along axis {axis}")
    needed = [one for one in range(x.ndim) if one == axis or indices.shape[one] != 1]
    low, high = needed[0], needed[-1] + 1
    found: list[Array | None] = [None] * x.ndim
    for one in range(low, high):
        shape = [1] * (high - low)
        shape[one - low] = x.shape[one]
        found[one] = arange(x.shape[one], device=x.device).reshape(shape)
    found[axis] = indices.reshape(indices.shape[low:high])
    return found


def checked(op: str, places: Array, length: int) -> Array:
    """The places, which count from the start alone: one out of bounds is an IndexError at the next wait."""
    if not length and places.size:
        raise IndexError(f"{op}: there are {places.size} places, but no elements")
    nothing = _core.full((), 0, np.int64, places.device).broadcast_to([length])
    if places.dtype != np.uint64:
        places = places.astype(np.int64, copy=False)
        places = _core.where(places < 0, length, places)
    # Nothing is added, but what tells of it.
    return places.astype(np.int64, copy=False) + _core.gather(nothing, [places], True)


def values_of(op: str, values: Any, x: Array) -> Array:
    """What is written into x, of its dtype."""
    return number_or_array(op, values, x, x.dtype).astype(x.dtype, copy=False)


def number_or_array(op: str, value: Any, x: Array, dtype: np.dtype[Any]) -> Array:
    """`value` on the device of x; a number is of that dtype, which must hold it."""
    if isinstance(value, (*NUMBERS, np.generic)):
        return _core.full((), value, dtype, x.device)  # type: ignore[arg-type]
    return beside(op, value, x)


def write_back(x: Array, changed: Array) -> None:
    """Into x what was changed, where that is a copy."""
    if not changed.shares_memory(x):
        x[...] = changed.reshape(x.shape)
