"""What farshore raises and warns of. Each class is also one that existing handlers catch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class TransferError(Exception):
    """A transfer between device and host that did not take place.

    Attributes: nbytes, shape, dtype and device of the array; requested_by, "file:line" of who asked.
    """

    def __init__(
        self,
        message: str,
        nbytes: int = 0,
        shape: tuple[int, ...] = (),
        dtype: np.dtype | None = None,
        device: str = "",
        requested_by: str | None = None,
    ) -> None:
        super().__init__(message)
        self.nbytes = nbytes
        self.shape = shape
        self.dtype = dtype
        self.device = device
        self.requested_by = requested_by


class ImplicitTransferError(TransferError, TypeError):
    """A transfer that nobody asked for by name: `np.asarray(x)`, `np.cov(x)`, `x + host_array`.

    >>> import numpy as np, farshore as fs
    >>> try:
    ...     np.asarray(fs.asarray([1.0, 2.0]))
    ... except TypeError as error:
    ...     print(error.nbytes, "bytes stayed where they were")
    8 bytes stayed where they were
    """


class CopyRequiredError(TransferError, ValueError):
    """`copy=False` was asked of data that can only be copied: it lies on a device."""


class ForbiddenTransferError(TransferError, RuntimeError):
    """A transfer in a block where the policy forbids every one, or whose budget it would exceed."""


class ExportError(TransferError, BufferError):
    """A DLPack capsule that cannot be made: no other library can use a device's memory. Ask for a host copy.

    >>> import numpy as np, farshore as fs
    >>> x = fs.asarray([1.0, 2.0])
    >>> try:
    ...     np.from_dlpack(x)
    ... except BufferError as error:
    ...     print(np.from_dlpack(x, device="cpu"))
    [1. 2.]
    """


class MappedError(BufferError):
    """A kernel needs an array that the host has mapped: leave its `map_host` block first."""


class RecordingError(TypeError):
    """What cannot be done while a pipeline is recorded, or with arrays of that time: they have no values.

    >>> import farshore as fs
    >>> @fs.pipeline
    ... def positive(x):
    ...     return x if fs.all(x > 0) else -x
    >>> try:
    ...     positive(fs.asarray([1.0, 2.0]))
    ... except TypeError as error:
    ...     print("fs.where" in str(error))
    True
    """


class OutOfRangeError(OverflowError, ValueError):
    """A number that the array's dtype does not hold. It is never wrapped or rounded silently."""


class DeviceError(RuntimeError):
    """No device, or one whose driver refused or failed."""


class OutOfDeviceMemoryError(DeviceError, MemoryError):
    """The device cannot hold the array. Everything that was there still is."""


class ImplicitTransferWarning(UserWarning):
    """A transfer that nobody asked for took place, because the policy is "warn"."""


class ScalarReadsWarning(UserWarning):
    """One line of code reads an array element by element: each is a transfer of its own."""


class SoftwareDeviceWarning(UserWarning):
    """Arrays are computed on the processor, because no GPU was found."""
