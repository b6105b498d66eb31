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


def explain(*arrays: Array, wgsl: bool = False) -> None:
    """Print the kernels that `evaluate(*arrays)` would run: their functions, what they read and write.

    Nothing is run. wgsl=True prints the text of each kernel too. Of an array that is repeated along an axis
    only the elements count that it has in memory.

    >>> import farshore as fs
    >>> x = fs.asarray([[1.0, 2.0], [3.0, 4.0]])
    >>> fs.explain(fs.sqrt(x + x[0]) * 2)
    kernel 1: add sqrt multiply
      reads  float32 (2, 2), 16 bytes, in order
      reads  float32 (2, 2), 8 bytes, by strides
      writes float32 (2, 2), 16 bytes, in order
    1 kernel: 24 bytes read, 16 bytes written
    """
    print(_core.explain(list(arrays), wgsl), end="")


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
