"""Other views of the same elements."""

from __future__ import annotations

from numpy.exceptions import AxisError

from farshore._core import Array


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


def permute_dims(x: Array, /, axes: tuple[int, ...]) -> Array:
    """The axes in another order; a view.

    >>> import farshore as fs
    >>> fs.permute_dims(fs.zeros((2, 3, 4)), (2, 0, 1)).shape
    (4, 2, 3)
    """
    return x.permute_dims(list(axes))


def broadcast_to(x: Array, /, shape: tuple[int, ...]) -> Array:
    """The array repeated to `shape`; a view.

    >>> import farshore as fs
    >>> print(fs.broadcast_to(fs.asarray([1, 2]), (2, 2)))
    [[1 2]
     [1 2]]
    """
    return x.broadcast_to(list(shape))


def expand_dims(x: Array, /, *, axis: int = 0) -> Array:
    """A new axis of length 1 at position `axis` of the result; a view. Raises AxisError out of range.

    >>> import farshore as fs
    >>> fs.expand_dims(fs.zeros((2, 3)), axis=1).shape
    (2, 1, 3)
    """
    position = axis + x.ndim + 1 if axis < 0 else axis
    if not 0 <= position <= x.ndim:
        raise AxisError(axis, x.ndim + 1)
    return x[(slice(None),) * position + (None,)]


def squeeze(x: Array, /, axis: int | tuple[int, ...]) -> Array:
    """The array without the named axes, which must be of length 1; a view.

    >>> import farshore as fs
    >>> fs.squeeze(fs.zeros((2, 1, 3)), axis=1).shape
    (2, 3)
    """
    axes = {_position(x, one) for one in ((axis,) if isinstance(axis, int) else axis)}
    for one in axes:
        if x.shape[one] != 1:
            raise ValueError(f"axis {one} has length {x.shape[one]}; only an axis of length 1 can be dropped")
    return x[tuple(0 if one in axes else slice(None) for one in range(x.ndim))]


def _position(x: Array, axis: int) -> int:
    if not -x.ndim <= axis < x.ndim:
        raise AxisError(axis, x.ndim)
    return axis % x.ndim
