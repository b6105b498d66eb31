"""Indexing by arrays, lists and masks, in every mixture that NumPy takes.

The basic parts of a key make a view first. What is left are arrays of positions for some of its axes. Those
axes are brought together; the device then gathers the elements there, or scatters to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from operator import index as as_int
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._bounds import inside, mode_of_indexing
from farshore._core import Array
from farshore._creation import asarray
from farshore._implicit import ImplicitArray


def getitem(x: Array, key: Any) -> Array:
    """What `x[key]` gives for a key with arrays, lists or masks in it: a new array, of NumPy's shape.

    key: as NumPy's. A mask on the device is read for the number of its True elements: 4 bytes.
    Raises IndexError for a key that does not fit; for positions that only the device knows, at the next wait.

    >>> import farshore as fs
    >>> from farshore._indexing import getitem
    >>> x = fs.asarray([[1, 2, 3], [4, 5, 6]])
    >>> print(getitem(x, (slice(None), [2, 0])))
    [[3 1]
     [6 4]]
    """
    chosen = _choose(x, key)
    if not chosen.parts:
        return chosen.view
    view, indices = _along_axes(chosen)
    _common_shape(indices)
    return _core.gather(view, _per_axis(view, chosen.start, indices), chosen.check)


def setitem(x: Array, key: Any, value: Any) -> None:
    """What `x[key] = value` does for a key with arrays, lists or masks in it.

    value: an array, a number, or data of the host, which is copied; it is broadcast, and converted to the
    dtype of x.
    Of a place that is named twice, the last value stays.
    Raises as `getitem`, and ValueError for a value of a shape that does not fit; nothing is written then.

    >>> import farshore as fs
    >>> from farshore._indexing import setitem
    >>> x = fs.asarray([1, 2, 3, 4])
    >>> setitem(x, x > 2, 0)
    >>> setitem(x, [0, -1], fs.asarray([8, 9]))
    >>> print(x)
    [8 2 0 9]
    """
    chosen = _choose(x, key)
    source = _source(x, value)
    if not chosen.parts:
        chosen.view[...] = source
        return
    if len(chosen.parts) == 1 and _is_mask(chosen.parts[0].array) and _assign_where(chosen, source):
        return
    view, indices = _along_axes(chosen)
    shape = _common_shape(indices)
    rest = view.shape[chosen.start + len(indices) :]
    source = _fitting(source, (*view.shape[: chosen.start], *shape, *rest))
    _core.scatter(view, _per_axis(view, chosen.start, indices), source, chosen.check)


class _Host(NamedTuple):
    """Positions or a mask that the host knows; `literal` when they may cross as a number does."""

    values: npt.NDArray[Any]
    literal: bool


class _Part(NamedTuple):
    """A mask of several axes, or positions along them as if they were one."""

    array: Array
    axes: int


@dataclass(frozen=True)
class _Choice:
    """A view whose axes from `start` on are those of the parts, in their order.

    check: whether there are positions that only the device knows.
    """

    view: Array
    start: int
    parts: list[_Part]
    check: bool


def _choose(x: Array, key: Any) -> _Choice:
    """The key, taken apart: what is basic is applied."""
    basic: list[Any] = []
    parts: list[_Part] = []
    places: list[int] = []
    runs, in_run, check, axis, place = 0, False, False, 0, 0
    mode = mode_of_indexing()
    for one in _whole(x, key):
        # An int in a row of arrays counts as one of them.
        in_row = isinstance(one, (int, Array, _Host))
        runs, in_run = runs + (in_row and not in_run), in_row
        axes = _axes(one)
        if isinstance(one, (bool, Array, _Host)):
            array = _on_device(one, x, axis, axes)
            if isinstance(one, Array) and not _is_mask(one) and x.shape[axis]:
                check |= mode == "raise"
                array = array if mode == "raise" else inside(array, x.shape[axis], mode)
            # Without axes of its own it has a new one, of length 1.
            basic += [slice(None)] * axes or [None]
            parts.append(_Part(array, axes or 1))
            places += range(place, place + (axes or 1))
            place += axes or 1
        else:
            basic.append(one)
            place += one is not Ellipsis and not isinstance(one, int)
        axis += axes
    view = x[tuple(basic)]
    if runs > 1:
        others = [one for one in range(view.ndim) if one not in places]
        return _Choice(view.permute_dims([*places, *others]), 0, parts, check)
    return _Choice(view, places[0] if places else 0, parts, check)


def _whole(x: Array, key: Any) -> list[Any]:
    """The parts of the key, recognised, with slices for the axes that it does not name."""
    parts = [_recognise(one) for one in (key if isinstance(key, tuple) else (key,))]
    given = sum(_axes(one) for one in parts)
    if given > x.ndim:
        raise IndexError(f"too many indices: the array has {x.ndim} dimensions, but {given} were indexed")
    dots = [at for at, one in enumerate(parts) if one is Ellipsis]
    if len(dots) > 1:
        raise IndexError("indexing: an index holds at most one ellipsis ('...')")
    at = dots[0] if dots else len(parts)
    # Arrays around `...` are apart, also when it stands for no axis.
    return [*parts[:at], ..., *[slice(None)] * (x.ndim - given), *parts[at + 1 :]]


def _recognise(one: Any) -> Any:
    """`one` as None, `...`, a slice, an int, a bool, an Array or a _Host."""
    if one is None or one is Ellipsis or isinstance(one, slice):
        return one
    if isinstance(one, (bool, np.bool_)):
        return bool(one)
    if isinstance(one, ImplicitArray):
        one = one.array
    if isinstance(one, Array):
        _check_dtype(one.dtype)
        return one
    if not isinstance(one, np.ndarray) and hasattr(one, "__index__") and not getattr(one, "ndim", 0):
        return as_int(one)
    values = np.asarray(one)
    if values.ndim == 0 and values.dtype.kind in "biu":
        return values.item()
    if values.ndim == 0:
        raise IndexError(
            "an index is made of integers, slices (`:`), ellipsis (`...`), None, and arrays or lists of "
            f"integers or bools; {type(one).__name__} is none of them"
        )
    if values.size == 0 and not isinstance(one, np.ndarray):
        values = values.astype(np.int32)
    _check_dtype(values.dtype)
    return _Host(values, values.size == 1 or isinstance(one, (list, tuple, range)))


def _check_dtype(dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "biu":
        raise IndexError(f"arrays used as indices must be of integer (or boolean) type, not {dtype}")


def _axes(one: Any) -> int:
    """How many axes of the array a part of the key stands for."""
    if one is None or one is Ellipsis or isinstance(one, bool):
        return 0
    array = one.values if isinstance(one, _Host) else one
    return array.ndim if isinstance(array, (Array, np.ndarray)) and _is_mask(array) else 1


def _is_mask(array: Array | npt.NDArray[Any]) -> bool:
    return array.dtype.kind == "b"


def _on_device(one: bool | Array | _Host, x: Array, axis: int, axes: int) -> Array:
    """Positions or a mask for `axes` axes of x from `axis` on, once they fit."""
    if isinstance(one, bool):
        return _core.full((int(one),), 0, np.int32, x.device)
    array = one.values if isinstance(one, _Host) else one
    if _is_mask(array):
        for at, length in enumerate(array.shape, axis):
            # As in NumPy, one of no length names no place, on any axis.
            if length not in (0, x.shape[at]):
                raise IndexError(
                    f"boolean index did not match indexed array along axis {at}; size of axis is "
                    f"{x.shape[at]} but size of corresponding boolean axis is {length}"
                )
    if isinstance(one, Array):
        if not _is_mask(one) and one.size and not x.shape[axis]:
            raise IndexError(f"an index is out of bounds for axis {axis} with size 0")
        return one if one.ndim or not _is_mask(one) else one.reshape(1)
    host = one.values
    if not _is_mask(host):
        host = _positions(host, x.shape[axis], axis)
    elif one.literal:
        host = narrowed(np.flatnonzero(host), host.size)
    host = np.ascontiguousarray(host)
    return _core.from_numpy(host, x.device) if one.literal else _core.upload_index("indexing", host, x.device)


def _positions(h: npt.NDArray[Any], length: int, axis: int) -> npt.NDArray[Any]:
    """`h` counted from the start of an axis, once all of it is on the axis."""
    outside = h[(h < -length) | (h >= length)]
    if outside.size:
        raise IndexError(f"index {outside[0]} is out of bounds for axis {axis} with size {length}")
    wide = h.astype(np.int64)
    return narrowed(np.where(wide < 0, wide + length, wide), length)


def narrowed(h: npt.NDArray[np.int64], length: int) -> npt.NDArray[Any]:
    return h.astype(np.int32 if length <= 2**31 else np.int64)


def _along_axes(chosen: _Choice) -> tuple[Array, list[Array]]:
    """Positions for one axis each, and the view they are for; masks are counted here."""
    view, at = chosen.view, chosen.start
    indices: list[Array] = []
    for array, axes in chosen.parts:
        found = _core.nonzero(array.reshape(-1)) if _is_mask(array) else array
        lengths = view.shape[at : at + axes]
        if axes > 1:
            flat = view.reshape([*view.shape[:at], prod(lengths), *view.shape[at + axes :]])
            if flat.shares_memory(view):
                view, axes = flat, 1
        indices += [found] if axes == 1 else _coordinates(found, lengths)
        at = chosen.start + len(indices)
    return view, indices


def _coordinates(flat: Array, lengths: tuple[int, ...]) -> list[Array]:
    """Of positions in C order, the position along each axis."""
    result: list[Array] = []
    for length in reversed(lengths[1:]):
        # Over a length of 0 there are no positions.
        result.insert(0, _core.remainder(flat, max(length, 1)))
        flat = _core.floor_divide(flat, max(length, 1))
    return [flat, *result]


def _common_shape(indices: list[Array]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*(one.shape for one in indices))
    except ValueError:
        shapes = " ".join(str(one.shape) for one in indices)
        raise IndexError(
            f"shape mismatch: indexing arrays could not be broadcast together with shapes {shapes}"
        ) from None


def _per_axis(view: Array, start: int, indices: list[Array]) -> list[Array | None]:
    return [*[None] * start, *indices, *[None] * (view.ndim - start - len(indices))]


def _source(x: Array, value: Any) -> Array:
    """`value` on the device of x; a number with the dtype of x, as it is assigned anywhere."""
    if isinstance(value, ImplicitArray):
        return value.array
    if isinstance(value, Array):
        return value
    if isinstance(value, (bool, int, float, complex, np.generic)) or getattr(value, "shape", None) == ():
        cell = _core.empty((), x.dtype, x.device)
        cell[...] = value
        return cell
    return asarray(value, device=x.device)


def _fitting(source: Array, shape: tuple[int, ...]) -> Array:
    """`source` without leading axes of length 1 that `shape` has no room for."""
    extra = max(source.ndim - len(shape), 0)
    if source.shape[:extra] == (1,) * extra:
        result = source.reshape(source.shape[extra:])
        if all(one in (1, length) for one, length in zip(result.shape[::-1], shape[::-1], strict=False)):
            return result
    raise ValueError(f"assignment: shapes {source.shape} and {shape} do not broadcast to one shape")


def _assign_where(chosen: _Choice, source: Array) -> bool:
    """Assigns through a mask without counting it, when all of its places are given the same."""
    view, start = chosen.view, chosen.start
    mask, axes = chosen.parts[0]
    if mask.shape != view.shape[start : start + axes]:
        return False
    after = view.ndim - start - axes
    extra = max(source.ndim - (start + 1 + after), 0)
    lengths = source.shape[extra:]
    if len(lengths) > after:
        along = len(lengths) - after - 1
        if lengths[along] != 1:
            return False
        lengths = (*lengths[:along], *[1] * axes, *lengths[along + 1 :])
    source = _fitting(source.reshape([*source.shape[:extra], *lengths]), view.shape)
    mask = mask.reshape([*mask.shape, *[1] * after])
    view[...] = _core.where(mask, source.astype(view.dtype, copy=False), view)
    return True
