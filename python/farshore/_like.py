"""Arrays of the shape, dtype and device of another."""

from __future__ import annotations

import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._creation import full
from farshore._manipulation import require_array


def empty_like(
    x: Array, /, *, dtype: npt.DTypeLike | None = None, device: Device | str | None = None
) -> Array:
    """An array like x whose elements are whatever the memory held; shape, and unless given, dtype and device.

    >>> import farshore as fs
    >>> fs.empty_like(fs.zeros((2, 3)), dtype=fs.int8)
    Array(shape=(2, 3), int8, ..., ready)
    """
    x = require_array("empty_like", x)
    return _core.empty(x.shape, x.dtype if dtype is None else dtype, device or x.device)


def full_like(
    x: Array,
    /,
    fill_value: Array | complex,
    *,
    dtype: npt.DTypeLike | None = None,
    device: Device | str | None = None,
) -> Array:
    """An array like x of one value; shape, and unless given, dtype and device.

    fill_value: as in `full`.
    Raises OutOfRangeError for a value that the dtype does not hold.

    >>> import farshore as fs
    >>> print(fs.full_like(fs.zeros((2, 2)), 7))
    [[7. 7.]
     [7. 7.]]
    """
    x = require_array("full_like", x)
    return full(x.shape, fill_value, dtype=x.dtype if dtype is None else dtype, device=device or x.device)


def zeros_like(
    x: Array, /, *, dtype: npt.DTypeLike | None = None, device: Device | str | None = None
) -> Array:
    """An array like x of zeros; shape, and unless given, dtype and device.

    >>> import farshore as fs
    >>> print(fs.zeros_like(fs.asarray([1, 2])))
    [0 0]
    """
    return full_like(x, 0, dtype=dtype, device=device)


def ones_like(
    x: Array, /, *, dtype: npt.DTypeLike | None = None, device: Device | str | None = None
) -> Array:
    """An array like x of ones; shape, and unless given, dtype and device.

    >>> import farshore as fs
    >>> print(fs.ones_like(fs.asarray([2, 3]), dtype=fs.float32))
    [1. 1.]
    """
    return full_like(x, 1, dtype=dtype, device=device)
