"""Elements at other places: taken, put, left out, put between, looked up."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._core import Array, Device
from farshore._creation import zeros
from farshore._dtypes import NUMBERS, result_type
from farshore._grids import _wide, arange
from farshore._joining import concat
from farshore._manipulation import require_array
from farshore._searching import searchsorted

Mode: TypeAlias = Literal["raise", "clip", "wrap"]
"""What becomes of places out of bounds: an error, the nearest ones, or those that follow the other end."""


def take(x: Array, indices: Array | int, /, *, axis: int | None = None, mode: Mode = "raise") -> Array:
    """The elements at the places `indices` along `axis`; with None, of x as one axis.

    indices: integers; negative ones count from the end. The result has their axes in the place of `axis`.
    mode: "raise" reports a place out of bounds as an IndexError, at once for a number, at the next wait for
    an array; "clip" takes the nearest, 0 for negative ones; "wrap" goes round.
    Raises IndexError where there is nothing to take, TypeError for places of other than integers, ValueError
    for other words, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.take(fs.asarray([[1, 2, 3], [4, 5, 6]]), fs.asarray([2, 0]), axis=1))
    [[3 1]
     [6 4]]
    """
    x, axis = _line("take", x, axis)
    before = (slice(None),) * axis
    places, check = _places("take", indices, x.shape[axis], mode)
    if isinstance(places, int):
        return x[(*before, places)].copy()
    return _core.gather(x, [*[None] * axis, places, *[None] * (x.ndim - axis - 1)], check)


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
    x, axis = _line("take_along_axis", x, axis)
    indices = require_array("take_along_axis", indices)
    return _core.gather(x, _along("take_along_axis", x, indices, axis), True)


def put(x: Array, indices: Array | int, values: Array | complex, /, mode: Mode = "raise") -> None:
    """Writes `values`, again from the first where there are too few, at the places `indices` of x in C order.

    For a place that is named twice the last value stays. Otherwise as `take`.

    >>> import farshore as fs
    >>> x = fs.zeros(4)
    >>> fs.put(x, fs.asarray([0, -1]), fs.asarray([7, 8]))
    >>> print(x)
    [7. 0. 0. 8.]
    """
    x = require_array("put", x)
    places, check = _places("put", indices, x.size, mode)
    if isinstance(places, int):
        places = _core.full((1,), places, np.int64, x.device)
    places, new = places.reshape(-1), _values("put", values, x).reshape(-1)
    if not new.size:
        return
    if 1 < new.size < places.size:
        new = _core.gather(new, [arange(places.size, device=x.device) % new.size], False)
    flat = x.reshape(-1)
    _core.scatter(flat, [places], new if new.size == 1 else new[: places.size], check)
    _write_back(x, flat)


def put_along_axis(x: Array, /, indices: Array, values: Array | complex, axis: int | None) -> None:
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
    places = _along("put_along_axis", line, indices, 0 if axis is None else axis)
    _core.scatter(line, places, _values("put_along_axis", values, x), True)
    _write_back(x, line)


def compress(condition: Array, x: Array, /, axis: int | None = None) -> Array:
    """The elements along `axis` at whose place `condition` is other than 0; with None, of x as one axis.

    condition: of one axis; what it is too short for is left out. How many there are is read: one scalar.
    Raises ValueError for a condition of other axes, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.compress(fs.asarray([True, False, True]), fs.asarray([1, 2, 3])))
    [1 3]
    """
    condition = require_array("compress", condition)
    x, axis = _line("compress", x, axis)
    if condition.ndim != 1:
        raise ValueError(f"compress: the condition has one axis, not the shape {condition.shape}")
    places = _core.nonzero(condition.astype(np.bool, copy=False))
    check = condition.size > x.shape[axis]
    return _core.gather(x, [*[None] * axis, places, *[None] * (x.ndim - axis - 1)], check)


def select(
    condlist: Sequence[Array], choicelist: Sequence[Array | complex], default: Array | complex = 0
) -> Array:
    """Element by element, the choice of the first condition that holds, or `default`.

    All broadcast; choices and default are promoted.
    Raises ValueError for none and for other than as many choices, TypeError for other conditions than bool.

    >>> import farshore as fs
    >>> x = fs.asarray([0, 1, 2, 3])
    >>> print(fs.select([x < 1, x > 2], [-x - 5, x * 10]))
    [-5  0  0 30]
    """
    if not len(condlist) or len(condlist) != len(choicelist):
        raise ValueError(f"select: {len(condlist)} conditions and {len(choicelist)} choices")
    conditions = [require_array("select", one) for one in condlist]
    for one in conditions:
        if one.dtype != np.bool:
            raise TypeError(f"select: a condition is of bool, not of {one.dtype}; compare it: x != 0")
    dtype, device = result_type(*choicelist, default), conditions[0].device
    parts = [_number_or_array("select", one, dtype, device) for one in (*choicelist, default)]
    result = parts.pop()
    for condition, choice in zip(reversed(conditions), reversed(parts), strict=True):
        result = _core.where(condition, choice, result)
    return result


def diagonal(x: Array, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The elements at which the place along axis2 is that along axis1 plus `offset`, along a last axis.

    A view where the two axes lie in memory as one, as those of a whole matrix do, else a copy.
    Raises ValueError for less than two axes and for one that is named twice, AxisError for one that x lacks.

    >>> import farshore as fs
    >>> print(fs.diagonal(fs.asarray([[1, 2, 3], [4, 5, 6]]), 1))
    [2 6]
    """
    x = require_array("diagonal", x)
    if x.ndim < 2:
        raise ValueError(f"diagonal: an array of shape {x.shape} is no matrix")
    one, two = normalize_axis_index(axis1, x.ndim), normalize_axis_index(axis2, x.ndim)
    if one == two:
        raise ValueError(f"diagonal: axis {axis1} and axis {axis2} are the same")
    x = x.permute_dims([*(axis for axis in range(x.ndim) if axis not in (one, two)), one, two])
    rows, columns = x.shape[-2:]
    length = max(0, min(rows - max(-offset, 0), columns - max(offset, 0)))
    if not length:
        return x[..., 0, :0] if rows else x[..., :0, 0] if columns else x.reshape((*x.shape[:-2], 0))
    row, column = max(-offset, 0), max(offset, 0)
    if x.strides[-1] == rows * x.strides[-2]:
        x, rows, columns, row, column = x.mT, columns, rows, column, row
    if x.strides[-2] == columns * x.strides[-1]:
        first = row * columns + column
        line = x.reshape((*x.shape[:-2], rows * columns))
        return line[..., first : first + (length - 1) * (columns + 1) + 1 : columns + 1]
    place = arange(length, device=x.device)
    return _core.gather(x, [*[None] * (x.ndim - 2), place + row, place + column], False)


def diag(x: Array, /, k: int = 0) -> Array:
    """Of a matrix, its diagonal at column - row = k, as `diagonal`; of one axis, the matrix that has it.

    Raises ValueError for other shapes.

    >>> import farshore as fs
    >>> print(fs.diag(fs.asarray([1, 2])))
    [[1 0]
     [0 2]]
    """
    x = require_array("diag", x)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        raise ValueError(f"diag: an array of shape {x.shape} is neither a matrix nor a diagonal")
    side = x.size + abs(k)
    result = zeros((side, side), dtype=x.dtype, device=x.device)
    if x.size:
        first = k if k >= 0 else -k * side
        last = first + (x.size - 1) * (side + 1)
        result.reshape(-1)[first : last + 1 : side + 1] = x
    return result


def delete(x: Array, obj: int | slice, /, axis: int | None = None) -> Array:
    """x without the places `obj` along `axis`; with None, of x as one axis.

    obj: a number or a slice. Raises IndexError for a number out of bounds, TypeError for others, AxisError
    for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.delete(fs.asarray([1, 2, 3, 4, 5]), slice(0, None, 2)))
    [2 4]
    """
    x, axis = _line("delete", x, axis)
    length, before = x.shape[axis], (slice(None),) * axis
    gone = _spread("delete", obj, length, length - 1)
    if not gone:
        return x.copy()
    step = gone.step
    place = arange(length - len(gone), device=x.device)
    missing = len(gone) if step == 1 else _core.minimum((place - gone.start) // (step - 1) + 1, len(gone))
    place = place + _core.where(place < gone.start, 0, missing)
    return _core.gather(x, [*[None] * len(before), place, *[None] * (x.ndim - axis - 1)], False)


def insert(x: Array, obj: int | slice, values: Array | complex, /, axis: int | None = None) -> Array:
    """x with `values` before the places `obj` along `axis`; with None, of x as one axis.

    obj: a number, before which all values go, or a slice, before each place of which goes one.
    values: cast to the dtype of x; they broadcast. Raises as `delete`, and ValueError for values that do not
    fit.

    >>> import farshore as fs
    >>> print(fs.insert(fs.asarray([1, 2, 3]), 1, fs.asarray([7, 8])))
    [1 7 8 2 3]
    """
    x, axis = _line("insert", x, axis)
    length, before = x.shape[axis], (slice(None),) * axis
    places = _spread("insert", obj, length, length)
    new = _values("insert", values, x)
    new = new.reshape((1,) * (x.ndim - new.ndim) + new.shape)
    if not isinstance(obj, slice):
        # As NumPy: the first axis of the values goes along `axis`.
        new = new.permute_dims([*range(1, axis + 1), 0, *range(axis + 1, new.ndim)])
    if len(places) == 1:
        new = new.broadcast_to([*x.shape[:axis], new.shape[axis], *x.shape[axis + 1 :]])
        parts = [x[(*before, slice(places.start))], new, x[(*before, slice(places.start, None))]]
        return concat(parts, axis)
    if not places:
        return x.copy()
    if isinstance(obj, slice) and (obj.step or 1) < 0:
        new = new[(*before, slice(None, None, -1))]
    # Each place has moved by as many as were put before it.
    step = places.step + 1
    result = arange(length + len(places), device=x.device)
    moved = _core.minimum((result - places.start) // step + 1, len(places))
    old = result - _core.where(result < places.start, 0, moved)
    whole = _core.gather(x, [*[None] * axis, _core.maximum(old, 0), *[None] * (x.ndim - axis - 1)], False)
    last = places.start + (len(places) - 1) * step
    whole[(*before, slice(places.start, last + 1, step))] = new
    return whole


def interp(
    x: Array,
    xp: Array,
    fp: Array,
    /,
    left: complex | None = None,
    right: complex | None = None,
    period: float | None = None,
) -> Array:
    """The values at x on the lines from one point (xp, fp) to the next; NaN where x is.

    xp: of one axis, in ascending order unless there is a period; that it is so is not checked.
    left, right: for x before the first point and after the last; without them, the values of these.
    period: after which the points come again; left and right do not count then.
    Of float64, or complex128 for complex fp; half of that where the device lacks it.
    Raises ValueError for other axes, other lengths, no points and a period of 0, TypeError for complex x, xp.

    >>> import farshore as fs
    >>> print(fs.interp(fs.asarray([0.5, 1.5, 9.0]), fs.asarray([0, 1, 2]), fs.asarray([0, 10, 30])))
    [ 5. 20. 30.]
    """
    x, xp, fp = (require_array("interp", one) for one in (x, xp, fp))
    if x.dtype.kind == "c" or xp.dtype.kind == "c":
        raise TypeError(f"interp: places are real numbers, not {x.dtype} and {xp.dtype}")
    if xp.ndim != 1 or fp.shape != xp.shape or not xp.size:
        raise ValueError(f"interp: points of shapes {xp.shape}, {fp.shape} are not as many of both, in a row")
    real = _wide(np.dtype(np.float64), x.device)
    whole = _wide(np.dtype(np.complex128), x.device) if fp.dtype.kind == "c" else real
    x, xp, fp = x.astype(real), xp.astype(real), fp.astype(whole)
    if period is not None:
        if not period:
            raise ValueError("interp: a period of 0 does not come again")
        period, left, right = abs(period), None, None
        x, xp = x % period, xp % period
        order = _core.argsort(xp, 0, False)
        xp, fp = _core.gather(xp, [order], False), _core.gather(fp, [order], False)
        xp = concat([xp[-1:] - period, xp, xp[:1] + period])
        fp = concat([fp[-1:], fp, fp[:1]])
    last = xp.size - 1
    place = _core.minimum(_core.maximum(searchsorted(xp, x, side="right") - 1, 0), last)
    x0, y0 = _core.gather(xp, [place], False), _core.gather(fp, [place], False)
    place = _core.minimum(place + 1, last)
    x1, y1 = _core.gather(xp, [place], False), _core.gather(fp, [place], False)
    slope = (y1 - y0) / (x1 - x0)
    result = slope * (x - x0) + y0
    # From the other end, where this one is infinite.
    result = _core.where(_core.isnan(result), slope * (x - x1) + y1, result)
    result = _core.where(_core.isnan(result) & (y0 == y1), y0, result)
    result = _core.where((x == x0) | (x0 == xp[-1]), y0, result)
    result = _core.where(x < xp[0], fp[0] if left is None else left, result)
    result = _core.where(x > xp[-1], fp[-1] if right is None else right, result)
    return _core.where(_core.isnan(x), x, result).astype(whole, copy=False)


def _line(op: str, x: Array, axis: int | None) -> tuple[Array, int]:
    """The array and one of its axes; without one, all of it as one axis."""
    x = require_array(op, x)
    return (x.reshape(-1), 0) if axis is None else (x, normalize_axis_index(axis, x.ndim))


def _places(op: str, indices: Any, length: int, mode: str) -> tuple[Array | int, bool]:
    """The places on an axis of that length, and whether they are still to be checked."""
    if mode not in ("raise", "clip", "wrap"):
        raise ValueError(f"{op}: mode is 'raise', 'clip' or 'wrap', not {mode!r}")
    if isinstance(indices, (int, np.integer)) and not isinstance(indices, bool):
        place = index(indices)
        if mode == "clip" and length:
            return min(max(place, 0), length - 1), False
        if mode == "wrap" and length:
            return place % length, False
        if not -length <= place < length:
            raise IndexError(f"{op}: the place {place} is out of bounds for {length} elements")
        return place, False
    places = require_array(op, indices)
    if places.dtype.kind not in "iu":
        raise TypeError(f"{op}: places are integers, not {places.dtype}; for bool there is fs.compress")
    if not length and places.size:
        raise IndexError(f"{op}: there are {places.size} places, but no elements")
    if mode == "raise" or not length:
        return places, True
    # Narrow ones may not hold the length.
    places = places if places.dtype == np.uint64 else places.astype(np.int64)
    if mode == "wrap":
        return places % length, False
    return _core.minimum(_core.maximum(places, 0), length - 1), False


def _along(op: str, x: Array, indices: Array, axis: int) -> list[Array | None]:
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


def _values(op: str, values: Any, x: Array) -> Array:
    """What is written into x, of its dtype."""
    return _number_or_array(op, values, x.dtype, x.device).astype(x.dtype, copy=False)


def _number_or_array(op: str, value: Any, dtype: np.dtype[Any], device: Device) -> Array:
    numbers: tuple[Any, ...] = (*NUMBERS, np.generic)
    if isinstance(value, numbers):
        return _core.full((), value, dtype, device)
    return require_array(op, value)


def _write_back(x: Array, changed: Array) -> None:
    """Into x what was changed, where that is a copy."""
    if not changed.shares_memory(x):
        x[...] = changed.reshape(x.shape)


def _spread(op: str, obj: int | slice, length: int, last: int) -> range:
    """The places of a number or a slice on an axis of that length, in ascending order."""
    if isinstance(obj, slice):
        places = range(length)[obj]
        return places if places.step > 0 else places[::-1]
    try:
        place = index(obj)
    except TypeError:
        raise TypeError(
            f"{op}: obj is a number or a slice, not {obj!r}; several places are left out by fs.compress, and "
            "put between by fs.concat"
        ) from None
    if not -length <= place <= last:
        raise IndexError(f"{op}: the place {place} is out of bounds for {length} elements")
    place += length if place < 0 else 0
    return range(place, place + 1)
