"""When recorded operations run."""

from __future__ import annotations

from farshore import _core
from farshore._core import Array, Device


def evaluate(*arrays: Array) -> None:
    """Record the kernels that compute `arrays`, without waiting for them.

    Not needed for right results: whatever reads an array evaluates it.

    >>> import farshore as fs
    >>> x = fs.asarray([1.0, 2.0]) * 2
    >>> fs.evaluate(x)
    >>> x
    Array(shape=(2,), float32, ..., ready)
    """
    for array in arrays:
        array.evaluate()


def synchronize(device: Device | str | None = None) -> None:
    """Start everything recorded on `device` (the default one without an argument) and wait until it is done.

    >>> import farshore as fs
    >>> fs.synchronize()
    """
    if device is None:
        device = _core.default_device()
    elif isinstance(device, str):
        device = _core.open_device(device)
    device.synchronize()
