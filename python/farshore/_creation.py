"""Arrays from the host, arrays of one value, and back again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._implicit import ImplicitArray
from farshore.exceptions import CopyRequiredError

DEFAULTS = {"float64": np.float32, "complex128": np.complex64}
"""What Python's own numbers become: float32 rather than NumPy's float64, which many devices lack."""


def asarray(
    obj: Any,
    /,
    dtype: npt.DTypeLike | None = None,
    *,
    device: Device | str | None = None,
    copy: bool | None = None,
    progress: bool | Callable[[int, int], object] = False,
) -> Array:
    """Copy `obj` to a device.

    obj: an array of any layout and byte order, nested lists of numbers, a number; or an array of farshore,
    which is given back as it is when it has the dtype and is on the device already, and goes by way of the
    host when it is on another: two crossings.
    dtype: converts; without one, NumPy arrays keep theirs and Python's numbers become int64, float32,
    complex64 or bool.
    device: where to; without one, the device of the `with` block, of FARSHORE_DEVICE, or the best there is.
    copy: True copies an array of farshore too; False raises CopyRequiredError, a ValueError, when a copy
    would be needed.
    progress: True for a progress bar, or a callable that is told the bytes done and the bytes there are.
    Raises TypeError for objects, strings, dates and structured arrays.

    >>> import farshore as fs
    >>> fs.asarray([[1, 2], [3, 4]])
    Array(shape=(2, 2), int64, ..., ready)
    """
    if isinstance(obj, ImplicitArray):
        obj = obj.array
    if isinstance(obj, Array):
        return _from_array(obj, dtype, device, copy)
    if copy is False:
        raise CopyRequiredError(
            "copy=False cannot be kept: the data is on the host; without it, asarray copies to the device"
        )
    host = _host(obj)
    # `np.ma` is slow to import, and there already where anyone has such an array.
    if isinstance(obj, getattr(sys.modules.get("numpy.ma"), "MaskedArray", ())):
        raise TypeError("farshore has no masked arrays; fill it first: obj.filled(...)")
    if host.dtype == object and isinstance(obj, (int, list, tuple)) and _is_long_integer(host):
        raise OverflowError("an integer is out of range for every integer dtype")
    if dtype is not None:
        wanted = np.dtype(dtype)
        if isinstance(obj, (bool, int, float, complex, list, tuple)) and host.dtype.kind in "iu":
            # NumPy wraps an array's values, but checks a list's.
            host = np.asarray(obj, dtype=wanted)
    elif host.dtype.name in DEFAULTS and not _has_dtype(obj):
        wanted = np.dtype(DEFAULTS[host.dtype.name])
    else:
        wanted = host.dtype
    wanted = wanted.newbyteorder("=")
    if host.dtype.kind in "biufc":
        _core.check_dtype(wanted)
        host = host.astype(wanted, copy=False)
    return _core.from_numpy(np.require(host, requirements="C"), device, progress=progress)


def _from_array(
    x: Array, dtype: npt.DTypeLike | None, device: Device | str | None, copy: bool | None
) -> Array:
    target = x.device if device is None else _core.open_device(device) if isinstance(device, str) else device
    wanted = x.dtype if dtype is None else np.dtype(dtype)
    if target == x.device and wanted == x.dtype:
        return x.copy() if copy else x
    if copy is False:
        raise CopyRequiredError(f"copy=False cannot be kept: the array is {x.dtype} on {x.device}")
    converted = x if wanted == x.dtype else x.astype(wanted)
    return converted if target == x.device else _core.from_numpy(converted.to_numpy(), target)


def _host(obj: Any) -> npt.NDArray[Any]:
    """`obj` as a host array: by the buffer protocol, NumPy's protocols, as a sequence; or else by DLPack."""
    if hasattr(obj, "__dlpack__") and not any(
        hasattr(obj, name) for name in ("__array__", "__buffer__", "__len__")
    ):
        return np.from_dlpack(obj)
    return np.asarray(obj)


def _is_long_integer(host: npt.NDArray[Any]) -> bool:
    return host.size > 0 and all(isinstance(value, int) for value in host.flat)


def _has_dtype(obj: Any) -> bool:
    """Whether `obj` came with a dtype, or is made of parts that did."""
    if isinstance(obj, (list, tuple)):
        return any(map(_has_dtype, obj))
    return not isinstance(obj, (bool, int, float, complex)) or isinstance(obj, np.generic)


def asnumpy(
    x: Any, /, *, out: npt.NDArray[Any] | None = None, order: str = "C", blocking: bool = True
) -> Any:
    """Copy `x` to the host: CuPy's name of `x.to_numpy()`. What is there already is given back as it is.

    With blocking=False, an array of farshore gives a Readback at once.

    >>> import farshore as fs
    >>> fs.asnumpy(fs.asarray([1, 2, 3]))
    array([1, 2, 3])
    """
    if isinstance(x, (Array, ImplicitArray)):
        return x.to_numpy(out=out, order=order, blocking=blocking)
    if out is not None:
        out[...] = x
        return out
    return np.asarray(x)


def empty(
    shape: int | tuple[int, ...],
    dtype: npt.DTypeLike | None = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """An array whose elements are whatever the memory held; float32 unless `dtype` says otherwise.

    >>> import farshore as fs
    >>> fs.empty((2, 3)).shape
    (2, 3)
    """
    return _core.empty(lengths_of(shape), np.float32 if dtype is None else dtype, device)


def full(
    shape: int | tuple[int, ...],
    fill_value: Array | complex,
    dtype: npt.DTypeLike | None = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """An array of one value; without `dtype`, of the value's own: bool, int64, float32 or complex64.

    fill_value: a number, or an array of farshore that broadcasts to `shape`, whose dtype and device stand for
    those not given. Without axes it is a number that stays on the device.
    Raises OutOfRangeError for a value that the dtype does not hold.

    >>> import farshore as fs
    >>> print(fs.full((2, 2), 7, dtype=fs.uint8))
    [[7 7]
     [7 7]]
    """
    if not isinstance(fill_value, Array):
        return _core.full(lengths_of(shape), fill_value, dtype, device)
    dtype = fill_value.dtype if dtype is None else dtype
    filled = _core.empty(lengths_of(shape), dtype, device or fill_value.device)
    filled[...] = fill_value
    return filled


def zeros(
    shape: int | tuple[int, ...],
    dtype: npt.DTypeLike | None = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """An array of zeros; float32 unless `dtype` says otherwise.

    >>> import farshore as fs
    >>> print(fs.zeros(3))
    [0. 0. 0.]
    """
    return full(shape, 0, dtype=np.float32 if dtype is None else dtype, device=device)


def ones(
    shape: int | tuple[int, ...],
    dtype: npt.DTypeLike | None = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """An array of ones; float32 unless `dtype` says otherwise.

    >>> import farshore as fs
    >>> print(fs.ones(3, dtype=fs.int8))
    [1 1 1]
    """
    return full(shape, 1, dtype=np.float32 if dtype is None else dtype, device=device)


def lengths_of(shape: int | tuple[int, ...]) -> list[int]:
    """A shape, of which one axis is written as a number. Raises ValueError for lengths below 0."""
    lengths = [shape] if isinstance(shape, (int, np.integer)) else list(shape)
    if any(length < 0 for length in lengths):
        raise ValueError(f"the lengths of a shape are 0 or more, not {shape}")
    return lengths
