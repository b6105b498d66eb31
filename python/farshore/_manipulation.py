"""Other views of the same elements."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from farshore._core import Array
from farshore._implicit import ImplicitArray


def reshape(x: Array, /, shape: int | tuple[int, ...], *, copy: bool | None = None) -> Array:
    """The elements in C order under another shape, one length of which may be -1.

    A view where the layout allows it, else a copy; copy=True always copies, copy=False raises ValueError.

    >>> import farshore as fs
    >>> fs.reshape(fs.asarray([1, 2, 3, 4]), (2, -1)).shape
    (2, 2)
    """
    x = require_array("reshape", x)
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
    x = require_array("permute_dims", x)
    return x.T if axes is None else x.permute_dims(list(axes))


def broadcast_to(x: Array, /, shape: tuple[int, ...]) -> Array:
    """The array repeated to `shape`; a view.

    >>> import farshore as fs
    >>> print(fs.broadcast_to(fs.asarray([1, 2]), (2, 2)))
    [[1 2]
     [1 2]]
    """
    x = require_array("broadcast_to", x)
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
    x = require_array("expand_dims", x)
    axes = (axis,) if isinstance(axis, int) else axis
    ndim = x.ndim + len(axes)
    places = {normalize_axis_index(one, ndim) for one in axes}
    if len(places) < len(axes):
        raise ValueError(f"expand_dims: an axis is named twice in {axes}")
    return x[tuple(None if one in places else slice(None) for one in range(ndim))]


def squeeze(x: Array, /, axis: int | tuple[int, ...] | None = None) -> Array:
    """The array without the named axes, which must be of length 1, or without all that are; a view.

    >>> import farshore as fs
    >>> fs.squeeze(fs.zeros((2, 1, 3)), axis=1).shape
    (2, 3)
    """
    x = require_array("squeeze", x)
    if axis is None:
        axes = {one for one in range(x.ndim) if x.shape[one] == 1}
    else:
        axes = {normalize_axis_index(one, x.ndim) for one in ((axis,) if isinstance(axis, int) else axis)}
    for one in axes:
        if x.shape[one] != 1:
            raise ValueError(f"axis {one} has length {x.shape[one]}; only an axis of length 1 can be dropped")
    return x[tuple(0 if one in axes else slice(None) for one in range(x.ndim))]


def ravel(x: Array, /) -> Array:
    """The elements in C order along one axis; a view where the layout allows it, else a copy.

    >>> import farshore as fs
    >>> print(fs.ravel(fs.asarray([[1, 2], [3, 4]])))
    [1 2 3 4]
    """
    return require_array("ravel", x).reshape(-1)


def atleast_1d(*arrays: Array) -> Array | tuple[Array, ...]:
    """The array with at least one axis, a view; of several arrays, a tuple.

    >>> import farshore as fs
    >>> fs.atleast_1d(fs.asarray(7)).shape
    (1,)
    """
    return _single([at_least("atleast_1d", x, 1) for x in arrays])


def atleast_2d(*arrays: Array) -> Array | tuple[Array, ...]:
    """The array with at least two axes, new ones in front: (n,) becomes (1, n). A view; of several arrays, a
    tuple.

    >>> import farshore as fs
    >>> fs.atleast_2d(fs.zeros(3)).shape
    (1, 3)
    """
    return _single([at_least("atleast_2d", x, 2) for x in arrays])


def atleast_3d(*arrays: Array) -> Array | tuple[Array, ...]:
    """The array with at least three axes: (n,) becomes (1, n, 1), and (m, n) becomes (m, n, 1). A view; of
    several arrays, a tuple.

    >>> import farshore as fs
    >>> fs.atleast_3d(fs.zeros(3)).shape, fs.atleast_3d(fs.zeros((2, 3))).shape
    ((1, 3, 1), (2, 3, 1))
    """
    return _single([at_least("atleast_3d", x, 3) for x in arrays])


def at_least(op: str, x: Array, ndim: int) -> Array:
    """x with at least `ndim` axes, up to three, placed as NumPy places them; a view."""
    x = require_array(op, x)
    if ndim == 3 and x.ndim in (1, 2):
        x = x[..., None]
    return x[(None,) * (ndim - x.ndim)] if x.ndim < ndim else x


def require_array(op: str, x: Any) -> Array:
    """`x`, when it is on a device; raises TypeError for lists and numbers beside those that are."""
    if isinstance(x, ImplicitArray):
        return x.array
    if isinstance(x, Array):
        return x
    raise TypeError(
        f"{op}: every operand is an array of farshore, not {type(x).__name__}. Convert it: fs.asarray(..)"
    )


def _single(arrays: list[Array]) -> Array | tuple[Array, ...]:
    return arrays[0] if len(arrays) == 1 else tuple(arrays)
