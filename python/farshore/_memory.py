"""What a device's memory is used for."""

from __future__ import annotations

from typing import TypedDict

from farshore import _core
from farshore._core import Device


class Memory(TypedDict):
    """What `device.memory()` gives: bytes."""

    used: int
    total: int
    peak: int
    limit: int | None
    pinned: int


def memory_summary(device: Device | str | None = None) -> str:
    """Text that says what memory the arrays on `device` (the default one without an argument) take.

    "used" is in arrays that are alive, "free" is kept for the next ones, `device.trim()` gives it back. Below
    stand the largest holders, with dtype and shape of the arrays.

    >>> import farshore as fs
    >>> x = fs.zeros((1024, 1024))
    >>> fs.evaluate(x)
    >>> print(fs.memory_summary())
    vulkan:...
      used    ...
      free    ... in the pool
      total   ...
      peak    ...
      limit   ...
      device  ...
      pinned  ... of the host's
      ...float32 (1024, 1024)...
    """
    if device is None:
        device = _core.default_device()
    elif isinstance(device, str):
        device = _core.open_device(device)
    return device.memory_summary()
