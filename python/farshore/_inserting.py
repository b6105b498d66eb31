"""Places of an axis that are left out, and such that are put between."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array
from farshore._grids import arange
from farshore._joining import concat
from farshore._operands import LISTS, OURS, Numbers, beside, literal
from farshore._places import at, checked, line, values_of, within
from farshore._searching import searchsorted

Places: TypeAlias = int | slice | Sequence[int] | Sequence[bool] | Array


def delete(x: Array, obj: Places, /, axis: int | None = None) -> Array:
    """x without the places `obj` along `axis`; with None, of x as one axis.

    obj: a number, a slice, a list of numbers or bools; or an array of them on the device, of which it is read
    how many places are left: one scalar.
    Raises IndexError for a place out of bounds, for one of an array at the next wait, and for places of other
    than integers; ValueError for bools that are not as many as places, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2, 3, 4, 5])
    >>> print(fs.delete(x, slice(0, None, 2)), fs.delete(x, [0, -1]))
    [2 4] [2 3 4]
    """
    x, axis = line("delete", x, axis)
    length = x.shape[axis]
    obj = _on_device("delete", obj, x)
    if isinstance(obj, Array):
        return _core.gather(x, at(x, axis, _core.nonzero(_left("delete", obj, length))), False)
    gone = _spread("delete", obj, length, length - 1)
    if not len(gone):
        return x.copy()
    if isinstance(gone, np.ndarray):
        gone = np.unique(gone)
        # As many are gone before one that is left as have no more than it left before them.
        before = literal(gone - np.arange(gone.size, dtype=gone.dtype), x.device)
        place = arange(length - gone.size, device=x.device)
        return _core.gather(x, at(x, axis, place + searchsorted(before, place, side="right")), False)
    place = arange(length - len(gone), device=x.device)
    step = gone.step
    missing = len(gone) if step == 1 else _core.minimum((place - gone.start) // (step - 1) + 1, len(gone))
    place = place + _core.where(place < gone.start, 0, missing)
    return _core.gather(x, at(x, axis, place), False)


def insert(x: Array, obj: Places, values: Numbers, /, axis: int | None = None) -> Array:
    """x with `values` before the places `obj` along `axis`; with None, of x as one axis.

    obj: a number, before which all values go; or a slice, a list, an array of the device, of which one goes
    before each place.
    values: cast to the dtype of x; they broadcast.
    Raises as `delete`, and ValueError for values that do not fit.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2, 3])
    >>> print(fs.insert(x, 1, [7, 8]), fs.insert(x, [0, 2], 9))
    [1 7 8 2 3] [9 1 2 9 3]
    """
    x, axis = line("insert", x, axis)
    length, before = x.shape[axis], (slice(None),) * axis
    new = values_of("insert", values, x)
    new = new.reshape((1,) * (x.ndim - new.ndim) + new.shape)
    obj = _on_device("insert", obj, x)
    if not isinstance(obj, slice) and not np.ndim(obj):
        # As NumPy: the first axis of the values goes along `axis`.
        new = new.permute_dims([*range(1, axis + 1), 0, *range(axis + 1, new.ndim)])
    if isinstance(obj, Array):
        places = _within("insert", obj, length)
    else:
        known = _spread("insert", obj, length, length)
        if len(known) == 1:
            whole = [*x.shape[:axis], new.shape[axis], *x.shape[axis + 1 :]]
            head, tail = x[(*before, slice(known[0]))], x[(*before, slice(known[0], None))]
            return concat([head, new.broadcast_to(whole), tail], axis)
        if isinstance(obj, slice) and (obj.step or 1) < 0:
            new = new[(*before, slice(None, None, -1))]
        places = literal(known, x.device) if isinstance(known, np.ndarray) else _row(known, x)
    if places.size == 1:
        places = places.broadcast_to([new.shape[axis]])
    return _between(x, axis, places, new)


def _between(x: Array, axis: int, places: Array, new: Array) -> Array:
    """x with one part of `new`, along an axis, before each of the places, in any order."""
    count, length = places.size, x.shape[axis]
    new = new.broadcast_to([*new.shape[:axis], count, *new.shape[axis + 1 :]])
    if not count or not length:
        added = new.broadcast_to([*x.shape[:axis], count, *x.shape[axis + 1 :]])
        return concat([x, added], axis)
    order = _core.argsort(places, 0, False)
    places = _core.gather(places, [order], False) + arange(count, device=x.device)
    result = arange(length + count, device=x.device)
    old = result - searchsorted(places, result, side="right")
    result = _core.gather(x, at(x, axis, old), False)
    _core.scatter(result, at(result, axis, places), _core.gather(new, at(new, axis, order), False), False)
    return result


def _on_device(op: str, obj: Any, x: Array) -> Any:
    """`obj`, as an array of the device where it is an array."""
    return beside(op, obj, x) if isinstance(obj, OURS) or (isinstance(obj, np.ndarray) and obj.ndim) else obj


def _row(places: range, x: Array) -> Array:
    return arange(places.start, places.stop, places.step, device=x.device)


def _within(op: str, places: Array, length: int) -> Array:
    """Where values are put, counted from the start; one out of bounds is an IndexError at the next wait."""
    if places.dtype == np.bool:
        return _core.nonzero(_mask(op, places, length))
    places = _integers(op, places).astype(np.int64, copy=False).reshape(-1)
    return checked(op, _core.where(places < 0, places + length, places), length + 1)


def _left(op: str, gone: Array, length: int) -> Array:
    """Which places are left, where only the device knows which are not."""
    if gone.dtype == np.bool:
        return _core.logical_not(_mask(op, gone, length))
    gone = _integers(op, gone).reshape(-1)
    if gone.size and not length:
        raise IndexError(f"{op}: there are {gone.size} places, but no elements")
    left = _core.full((length,), True, np.bool, gone.device)
    if gone.size:
        _core.scatter(left, [gone], False, True)
    return left


def _mask(op: str, mask: Any, length: int) -> Any:
    if mask.shape != (length,):
        raise ValueError(f"{op}: {length} places and bools of shape {mask.shape}")
    return mask


def _integers(op: str, places: Any) -> Any:
    if places.dtype.kind not in "iu":
        raise IndexError(f"{op}: places are integers, not {places.dtype}")
    return places


def _spread(op: str, obj: Any, length: int, last: int) -> range | npt.NDArray[Any]:
    """The places on an axis of that length: in ascending order, but for a list, which has its own."""
    if isinstance(obj, slice):
        places = range(length)[obj]
        return places if places.step > 0 else places[::-1]
    if isinstance(obj, LISTS):
        return _listed(op, obj, length, last)
    try:
        place = index(obj)
    except TypeError:
        raise TypeError(
            f"{op}: obj is a number, a slice, a list of numbers or an array of farshore, not {obj!r}"
        ) from None
    if not -length <= place <= last:
        raise IndexError(f"{op}: the place {place} is out of bounds for {length} elements")
    place += length if place < 0 else 0
    return range(place, place + 1)


def _listed(op: str, obj: Any, length: int, last: int) -> npt.NDArray[Any]:
    host = np.asarray(obj)
    if host.dtype == np.bool:
        return within(op, np.flatnonzero(_mask(op, host, length)), length, last)
    host = _integers(op, host if host.size else host.astype(np.int64)).reshape(-1)
    return within(op, host, length, last)
