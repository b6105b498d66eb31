"""Arrays of the shape, dtype and device of another."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy.typing as npt

from farshore import _core
from farshore._converting import check_order
from farshore._core import Array, Device
from farshore._creation import full, lengths_of
from farshore._manipulation import require_array

Order: TypeAlias = Literal["K", "A", "C", "F"]
Shape: TypeAlias = int | tuple[int, ...] | None


def empty_like(
    x: Array,
    /,
    dtype: npt.DTypeLike | None = None,
    order: Order = "K",
    subok: bool = True,
    shape: Shape = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """An array like x whose elements are whatever the memory held; unless given, shape, dtype and device.

    order: "F" lays the elements out in Fortran's order, the others in C order. There are no subclasses.
    Raises ValueError for another order.

    >>> import farshore as fs
    >>> fs.empty_like(fs.zeros((2, 3)), dtype=fs.int8)
    Array(shape=(2, 3), int8, ..., ready)
    """
    x = require_array("empty_like", x)
    lengths = list(x.shape) if shape is None else lengths_of(shape)
    dtype, device = x.dtype if dtype is None else dtype, device or x.device
    if check_order("empty_like", order):
        return _core.empty(lengths[::-1], dtype, device).T
    return _core.empty(lengths, dtype, device)


def full_like(
    x: Array,
    /,
    fill_value: Array | complex,
    dtype: npt.DTypeLike | None = None,
    order: Order = "K",
    subok: bool = True,
    shape: Shape = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """An array like x of one value; unless given, shape, dtype and device.

    fill_value: as in `full`. order: as in `empty_like`.
    Raises OutOfRangeError for a value that the dtype does not hold, ValueError for another order.

    >>> import farshore as fs
    >>> print(fs.full_like(fs.zeros((2, 2)), 7))
    [[7. 7.]
     [7. 7.]]
    """
    x = require_array("full_like", x)
    if check_order("full_like", order):
        filled = empty_like(x, dtype, "F", shape=shape, device=device)
        filled[...] = fill_value
        return filled
    lengths = x.shape if shape is None else shape
    return full(lengths, fill_value, dtype=x.dtype if dtype is None else dtype, device=device or x.device)


def zeros_like(
    x: Array,
    /,
    dtype: npt.DTypeLike | None = None,
    order: Order = "K",
    subok: bool = True,
    shape: Shape = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """An array like x of zeros; unless given, shape, dtype and device. Otherwise as `full_like`.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2])
    >>> print(fs.zeros_like(x), fs.zeros_like(x, shape=3))
    [0 0] [0 0 0]
    """
    return full_like(x, 0, dtype, order, subok, shape, device=device)


def ones_like(
    x: Array,
    /,
    dtype: npt.DTypeLike | None = None,
    order: Order = "K",
    subok: bool = True,
    shape: Shape = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """An array like x of ones; unless given, shape, dtype and device. Otherwise as `full_like`.

    >>> import farshore as fs
    >>> print(fs.ones_like(fs.asarray([2, 3]), dtype=fs.float32))
    [1. 1.]
    """
    return full_like(x, 1, dtype, order, subok, shape, device=device)
