"""The same elements in another order, along axes or with the axes themselves exchanged."""

from __future__ import annotations

from operator import index

from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from farshore._core import Array
from farshore._joining import join
from farshore._manipulation import require_array


def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> Array:
    """The elements in reverse order along `axis`, or along all axes; a view.

    Raises AxisError out of range, ValueError for an axis that is named twice.

    >>> import farshore as fs
    >>> print(fs.flip(fs.asarray([[1, 2], [3, 4]]), axis=1))
    [[2 1]
     [4 3]]
    """
    x = require_array("flip", x)
    axes = range(x.ndim) if axis is None else normalize_axis_tuple(axis, x.ndim)
    return x[tuple(slice(None, None, -1 if one in axes else 1) for one in range(x.ndim))]


def flipud(x: Array, /) -> Array:
    """The elements in reverse order along the first axis; a view. Raises AxisError where there is none.

    >>> import farshore as fs
    >>> print(fs.flipud(fs.asarray([[1, 2], [3, 4]])))
    [[3 4]
     [1 2]]
    """
    return flip(require_array("flipud", x), axis=0)


def fliplr(x: Array, /) -> Array:
    """The elements in reverse order along the second axis; a view. Raises AxisError where there is none.

    >>> import farshore as fs
    >>> print(fs.fliplr(fs.asarray([[1, 2], [3, 4]])))
    [[2 1]
     [4 3]]
    """
    return flip(require_array("fliplr", x), axis=1)


def rot90(x: Array, /, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """x turned `k` times by a right angle, from the first of two axes towards the second; a view.

    Raises AxisError out of range, ValueError for axes that are not two.

    >>> import farshore as fs
    >>> print(fs.rot90(fs.asarray([[1, 2], [3, 4]])))
    [[2 4]
     [1 3]]
    """
    x = require_array("rot90", x)
    plane = normalize_axis_tuple(axes, x.ndim)
    if len(plane) != 2:
        raise ValueError(f"rot90: a plane has two axes, not {len(plane)}: {axes}")
    first, second = plane
    turns = index(k) % 4
    if turns == 2:
        return flip(x, axis=plane)
    if turns == 1:
        return swapaxes(flip(x, axis=second), first, second)
    return flip(swapaxes(x, first, second), axis=second) if turns else flip(x, axis=())


def roll(
    x: Array,
    /,
    shift: int | tuple[int, ...],
    *,
    axis: int | tuple[int, ...] | None = None,
) -> Array:
    """The elements moved by `shift` places along `axis`; those that leave at one end come in at the other.
    A copy; without an axis, of the elements in C order.

    shift, axis: tuples of one length, or one of them an integer that holds for all of the other.
    Raises AxisError out of range, ValueError for tuples of several lengths.

    >>> import farshore as fs
    >>> print(fs.roll(fs.arange(5), 2))
    [3 4 0 1 2]
    """
    x = require_array("roll", x)
    if axis is None:
        return roll(x.reshape(-1), shift, axis=0).reshape(x.shape)
    shifts = [index(one) for one in (shift if isinstance(shift, tuple) else (shift,))]
    axes = normalize_axis_tuple(axis, x.ndim, allow_duplicate=True)
    if len(shifts) != len(axes) and 1 not in (len(shifts), len(axes)):
        raise ValueError(f"roll: {len(shifts)} shifts are not for {len(axes)} axes: {shift}, {axis}")
    count = len(shifts) if len(axes) == 1 else len(axes)
    totals = [0] * x.ndim
    for one, places in zip(axes * (count // len(axes)), shifts * (count // len(shifts)), strict=True):
        totals[one] += places
    result = x
    for one, places in enumerate(totals):
        if x.shape[one] and places % x.shape[one]:
            end = x.shape[one] - places % x.shape[one]
            before = (slice(None),) * one
            result = join("roll", [result[(*before, slice(end, None))], result[(*before, slice(end))]], one)
    return x.copy() if result is x else result


def moveaxis(x: Array, source: int | tuple[int, ...], destination: int | tuple[int, ...], /) -> Array:
    """The axes at positions `source` moved to positions `destination`, others in their order; a view.

    Raises AxisError out of range, ValueError for an axis that is named twice and for tuples of two lengths.

    >>> import farshore as fs
    >>> fs.moveaxis(fs.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    x = require_array("moveaxis", x)
    sources = normalize_axis_tuple(source, x.ndim, "source")
    targets = normalize_axis_tuple(destination, x.ndim, "destination")
    if len(sources) != len(targets):
        raise ValueError(
            f"moveaxis: {len(sources)} axes have no {len(targets)} places: {source}, {destination}"
        )
    order = [one for one in range(x.ndim) if one not in sources]
    for target, one in sorted(zip(targets, sources, strict=True)):
        order.insert(target, one)
    return x.permute_dims(order)


def rollaxis(x: Array, /, axis: int, start: int = 0) -> Array:
    """The axis at position `axis` moved to before the one at position `start`; a view. `moveaxis` says more
    plainly where to.

    Raises AxisError out of range.

    >>> import farshore as fs
    >>> fs.rollaxis(fs.zeros((2, 3, 4)), 2).shape
    (4, 2, 3)
    """
    x = require_array("rollaxis", x)
    one = normalize_axis_index(axis, x.ndim)
    before = x.ndim if start == x.ndim else normalize_axis_index(start, x.ndim)
    return moveaxis(x, one, before - (one < before))


def swapaxes(x: Array, /, axis1: int, axis2: int) -> Array:
    """Two axes exchanged; a view. Raises AxisError out of range.

    >>> import farshore as fs
    >>> fs.swapaxes(fs.zeros((2, 3, 4)), 0, 2).shape
    (4, 3, 2)
    """
    x = require_array("swapaxes", x)
    first, second = (normalize_axis_index(one, x.ndim) for one in (axis1, axis2))
    order = list(range(x.ndim))
    order[first], order[second] = second, first
    return x.permute_dims(order)
