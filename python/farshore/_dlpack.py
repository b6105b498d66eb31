"""Arrays of other libraries, by DLPack."""

from __future__ import annotations

from typing import Any

import numpy as np

from farshore import _core
from farshore._core import Array, Device
from farshore._creation import asarray
from farshore._implicit import ImplicitArray
from farshore.exceptions import CopyRequiredError

HOST = {1, 3}
"""DLPack's numbers for memory that the host can read: its own, and what CUDA has pinned."""


def from_dlpack(x: Any, /, *, device: Device | str | None = None, copy: bool | None = None) -> Array:
    """The elements of an array of another library, copied to a device.

    x: has `__dlpack__`. From another device than the host it is asked for a host copy first, which libraries
    of the array API standard 2023.12 give. An array of farshore is given back as a view of the same memory.
    device: where to; without one, the default device.
    copy: False raises CopyRequiredError, a ValueError, for what is not an array of farshore on that device.
    Raises BufferError for what x cannot export, TypeError for a dtype that farshore lacks.

    >>> import numpy as np, farshore as fs
    >>> fs.from_dlpack(np.arange(3))
    Array(shape=(3,), int64, ..., ready)
    """
    if isinstance(x, ImplicitArray):
        x = x.array
    if isinstance(x, Array):
        view = asarray(x, device=device, copy=copy)
        return view[...] if view is x else view
    if not hasattr(x, "__dlpack__") or not hasattr(x, "__dlpack_device__"):
        raise TypeError(f"from_dlpack: {type(x).__name__} has no DLPack; fs.asarray takes more")
    if copy is False:
        raise CopyRequiredError("copy=False cannot be kept: another library's memory is copied to the device")
    on_host = x.__dlpack_device__()[0] in HOST
    host = np.from_dlpack(x) if on_host else np.from_dlpack(x, device="cpu")
    _core.check_dtype(host.dtype)
    return _core.from_numpy(np.require(host, requirements="C"), device, kind="dlpack")
