"""What a block of code costs on the device: `with fs.profile() as p`."""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from farshore import _core
from farshore._core import Device, Ledger


@dataclass(frozen=True, slots=True)
class ProfiledKernel:
    """All runs of the kernels of one name."""

    name: str
    """The functions that it applies, as `fs.explain` names them, and its dtype."""
    calls: int
    seconds: float | None
    """By the device's clock, all calls together; None where the device has no timestamps."""
    bytes_read: int
    """Of the elements that it reads; those that are broadcast count once."""
    bytes_written: int
    _report: _core.Report = field(repr=False, compare=False)

    @property
    def bytes(self) -> int:
        """Read and written."""
        return self.bytes_read + self.bytes_written

    @property
    def share(self) -> float | None:
        """Its bytes in a second as a part of those of a copy: 1.0 is as fast as memory.

        How fast a copy is, is measured when this is first asked for; None where that cannot be done.
        """
        bandwidth = self._report.bandwidth() if self.seconds else None
        return self.bytes / self.seconds / bandwidth if bandwidth and self.seconds else None


def chosen(device: Device | str | None) -> Device | None:
    """The device that an argument means, if it means one."""
    if isinstance(device, str):
        return _core.open_device(device)
    if isinstance(device, Device | None):
        return device
    raise TypeError(f"device is a farshore.Device or a device's name, not {device!r}")


class profile:
    """A block in which it is noted what a device runs: `print(p)` is a table of kernels, `p.save` a trace.

    The device is the default one without an argument. What any thread has it run counts, and what crosses
    between host and device; blocks may be in one another. Entering and leaving the block wait for the device.
    While it lasts, kernels run one by one, each with a timestamp before and behind it.
    Raises RuntimeError when the results are asked for inside the block.

    >>> import farshore as fs
    >>> x = fs.ones(1_000_000)
    >>> fs.evaluate(x)
    >>> with fs.profile() as p:
    ...     y = float(fs.sqrt(x + 3)[0])
    >>> print(p)
    vulkan:...
    kernel             calls       time  of all       mean       bytes    GB/s of copy
    add_sqrt_float32       1     ...     100.0 %     ...       7.6 MiB    ...
    1 kernel               1     ...     100.0 %     ...       7.6 MiB    ...
    a copy: ... GB/s, read and written
    1 transfer: 4 bytes to host, 0 bytes to device
    ... by the host's clock, ... % of it in kernels
    """

    def __init__(self, device: Device | str | None = None) -> None:
        self._device = chosen(device) or _core.default_device()
        self._open: _core.OpenProfile | None = None
        self._report: _core.Report | None = None

    def __enter__(self) -> profile:
        if self._open is not None:
            raise RuntimeError("this profile is open already; fs.profile() makes another")
        self._report, self._open = None, _core.open_profile(self._device)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        opened, self._open = self._open, None
        if opened is None:
            return
        try:
            self._report = opened.finish()
        except Exception:
            # What went wrong in the block is of more interest.
            if error is None:
                raise

    def _finished(self) -> _core.Report:
        if self._report is None:
            raise RuntimeError("a profile has results once its block is left: with fs.profile() as p: ...")
        return self._report

    @property
    def device(self) -> Device:
        return self._device

    @property
    def kernels(self) -> list[ProfiledKernel]:
        """Those that ran, by name, the longest time first: name, calls, seconds, bytes, share."""
        report = self._finished()
        return [ProfiledKernel(*one, report) for one in report.kernels]

    @property
    def transfers(self) -> Ledger:
        """What crossed between host and device in the block, by any thread."""
        return self._finished().transfers

    @property
    def seconds(self) -> float | None:
        """How long kernels ran, by the device's clock; None where it has no timestamps."""
        return self._finished().seconds

    @property
    def elapsed(self) -> float:
        """How long the block took, by the host's clock, until the device was done."""
        return self._finished().elapsed

    @property
    def bandwidth(self) -> float | None:
        """Bytes that a copy reads and writes in a second, measured for each device when first asked for.

        That takes two buffers of 64 MiB for a moment. None where the device has no timestamps.
        """
        return self._finished().bandwidth()

    def save(self, path: str | PathLike[str]) -> None:
        """Write a trace of kernels, transfers and submissions, which https://ui.perfetto.dev opens.

        The format is Chrome's: JSON of events, in microseconds since the block was entered.

        >>> import json, tempfile, farshore as fs
        >>> with fs.profile() as p:
        ...     fs.evaluate(fs.ones(10) + 1)
        >>> with tempfile.NamedTemporaryFile(suffix=".json") as file:
        ...     p.save(file.name)
        ...     events = json.load(file)["traceEvents"]
        >>> "submit" in {event["name"] for event in events}
        True
        """
        Path(path).write_text(self._finished().trace(), encoding="utf-8")

    def __str__(self) -> str:
        return repr(self) if self._report is None else str(self._report)

    def __repr__(self) -> str:
        if self._report is None:
            return f"<profile of {self._device}: {'not entered' if self._open is None else 'open'}>"
        calls = sum(kernel.calls for kernel in self.kernels)
        return f"<profile of {self._device}: {calls} kernel{'s' * (calls != 1)}, {self.elapsed * 1e3:.2f} ms>"
