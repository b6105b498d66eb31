"""Other views of the same elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.exceptions import AxisError

from farshore import _core
from farshore._core import Array
from farshore._implicit import ImplicitArray


def reshape(x: Array, /, shape: int | tuple[int, ...], *, copy: bool | None = None) -> Array:
    """The elements in C order under another shape, one length of which may be -1.

    A view where the layout allows it, else a copy; copy=True always copies, copy=False raises ValueError.

    >>> import farshore as fs
    >>> fs.reshape(fs.asarray([1, 2, 3, 4]), (2, -1)).shape
    (2, 2)
    """
    result = x.reshape(shape)
    if copy is False and not result.shares_memory(x):
        raise ValueError(
            f"copy=False cannot be kept: an array of strides {x.strides} has no view of shape {shape}"
        )
    return result.copy() if copy and result.shares_memory(x) else result


def permute_dims(x: Array, /, axes: tuple[int, ...] | None = None) -> Array:
    """The axes in another order, without one in reverse; a view.

    >>> import farshore as fs
    >>> fs.permute_dims(fs.zeros((2, 3, 4)), (2, 0, 1)).shape
    (4, 2, 3)
    """
    return x.T if axes is None else x.permute_dims(list(axes))


def broadcast_to(x: Array, /, shape: tuple[int, ...]) -> Array:
    """The array repeated to `shape`; a view.

    >>> import farshore as fs
    >>> print(fs.broadcast_to(fs.asarray([1, 2]), (2, 2)))
    [[1 2]
     [1 2]]
    """
    return x.broadcast_to(list(shape))


def broadcast_arrays(*arrays: Array) -> tuple[Array, ...]:
    """The arrays repeated to their common shape; views. Raises ValueError for shapes that do not fit.

    >>> import farshore as fs
    >>> x, y = fs.broadcast_arrays(fs.asarray([1, 2]), fs.asarray([[3], [4]]))
    >>> print(x, y)
    [[1 2]
     [1 2]] [[3 3]
     [4 4]]
    """
    parts = [require_array("broadcast_arrays", x) for x in arrays]
    shape = broadcast_shapes(*(x.shape for x in parts))
    return tuple(broadcast_to(x, shape) for x in parts)


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that operands of these shapes are repeated to. Raises ValueError for such that do not fit.

    >>> import farshore as fs
    >>> fs.broadcast_shapes((2, 1), (3,))
    (2, 3)
    """
    return np.broadcast_shapes(*shapes)


def expand_dims(x: Array, /, axis: int | tuple[int, ...] = 0) -> Array:
    """New axes of length 1 at positions `axis` of the result; a view.

    Raises AxisError out of range, ValueError for a position that is named twice.

    >>> import farshore as fs
    >>> fs.expand_dims(fs.zeros((2, 3)), axis=1).shape
    (2, 1, 3)
    """
    axes = (axis,) if isinstance(axis, int) else axis
    ndim = x.ndim + len(axes)
    places = {_position(one, ndim) for one in axes}
    if len(places) < len(axes):
        raise ValueError(f"expand_dims: an axis is named twice in {axes}")
    return x[tuple(None if one in places else slice(None) for one in range(ndim))]


def squeeze(x: Array, /, axis: int | tuple[int, ...] | None = None) -> Array:
    """The array without the named axes, which must be of length 1, or without all that are; a view.

    >>> import farshore as fs
    >>> fs.squeeze(fs.zeros((2, 1, 3)), axis=1).shape
    (2, 3)
    """
    if axis is None:
        axes = {one for one in range(x.ndim) if x.shape[one] == 1}
    else:
        axes = {_position(one, x.ndim) for one in ((axis,) if isinstance(axis, int) else axis)}
    for one in axes:
        if x.shape[one] != 1:
            raise ValueError(f"axis {one} has length {x.shape[one]}; only an axis of length 1 can be dropped")
    return x[tuple(0 if one in axes else slice(None) for one in range(x.ndim))]


def concat(arrays: Sequence[Array], /, axis: int | None = 0) -> Array:
    """The arrays one after another along `axis`; with None, flattened first.

    Their dtypes are promoted. Raises ValueError for none, for shapes that differ elsewhere than along `axis`,
    for several devices; AxisError out of range.

    >>> import farshore as fs
    >>> print(fs.concat([fs.asarray([1, 2]), fs.asarray([3])]))
    [1 2 3]
    """
    parts = [require_array("concat", x) for x in arrays]
    if axis is None:
        parts = [x.reshape(-1) for x in parts]
    if not parts:
        raise ValueError("concat: there are no arrays")
    first = parts[0]
    if not first.ndim:
        raise ValueError("concat: arrays without axes have no end to follow; fs.stack gives them one")
    along = _position(axis or 0, first.ndim)
    rest = [(*x.shape[:along], *x.shape[along + 1 :]) for x in parts]
    if any(x.ndim != first.ndim for x in parts) or any(one != rest[0] for one in rest):
        shapes = ", ".join(str(x.shape) for x in parts)
        raise ValueError(f"concat: shapes {shapes} differ elsewhere than along axis {along}")
    shape = (*first.shape[:along], sum(x.shape[along] for x in parts), *first.shape[along + 1 :])
    result = _core.empty(shape, np.result_type(*(x.dtype for x in parts)), first.device)
    start = 0
    for x in parts:
        end = start + x.shape[along]
        result[(slice(None),) * along + (slice(start, end),)] = x
        start = end
    return result


def stack(arrays: Sequence[Array], /, axis: int = 0) -> Array:
    """The arrays, all of one shape, along a new axis at position `axis` of the result. Raises as `concat`.

    >>> import farshore as fs
    >>> print(fs.stack([fs.asarray([1, 2]), fs.asarray([3, 4])], axis=1))
    [[1 3]
     [2 4]]
    """
    parts = [require_array("stack", x) for x in arrays]
    if any(x.shape != parts[0].shape for x in parts):
        raise ValueError(f"stack: shapes {', '.join(str(x.shape) for x in parts)} differ")
    return concat([expand_dims(x, axis=axis) for x in parts], axis)


def require_array(op: str, x: Any) -> Array:
    """`x`, when it is on a device; raises TypeError for lists and numbers beside those that are."""
    if isinstance(x, ImplicitArray):
        return x.array
    if isinstance(x, Array):
        return x
    raise TypeError(
        f"{op}: every operand is an array of farshore, not {type(x).__name__}. Convert it: fs.asarray(..)"
    )


def _position(axis: int, ndim: int) -> int:
    if not -ndim <= axis < ndim:
        raise AxisError(axis, ndim)
    return axis % ndim
