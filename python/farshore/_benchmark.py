"""How long a function takes, its results included: `fs.benchmark`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._implicit import ImplicitArray
from farshore._profiling import chosen, profile
from farshore._readback import Readback

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Benchmark:
    """How long each repetition took, in seconds; `print` shows a table."""

    name: str
    host_times: _Floats
    """By the host's clock: the call, until the device had computed all that it returned."""
    device_times: _Floats
    """By the device's clock: the kernels, all together; NaN where the device has no timestamps.

    Taken in repetitions of their own, behind the others.
    """
    transfer_times: _Floats
    """Moving bytes, without what was waited for."""
    bytes_to_host: _Ints
    bytes_to_device: _Ints

    @property
    def n_repeat(self) -> int:
        """How many repetitions there were: fewer than asked for where they took too long."""
        return len(self.host_times)

    def __str__(self) -> str:
        rows = {"host": self.host_times, "device": self.device_times, "transfer": self.transfer_times}
        lines = [f"{'':<10}" + "".join(f"{title:>12}" for title in ("min", "mean", "median", "std"))]
        for name, times in rows.items():
            figures = (times.min(), times.mean(), float(np.median(times)), times.std())
            lines.append(f"{name:<10}" + "".join(f"{_time(float(one)):>12}" for one in figures))
        down, up = self.bytes_to_host.mean(), self.bytes_to_device.mean()
        plural = "s" * (self.n_repeat != 1)
        return "\n".join(
            [
                f"{self.name}: {self.n_repeat} repetition{plural}",
                *lines,
                f"each moves {down:.0f} bytes to host, {up:.0f} bytes to device",
            ]
        )

    def __repr__(self) -> str:
        return f"<Benchmark of {self.name}: {_time(float(self.host_times.mean()))}>"


def benchmark(
    f: Callable[..., Any],
    args: Iterable[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    n_repeat: int = 1000,
    n_warmup: int = 10,
    max_duration: float = 2.0,
    device: Device | str | None = None,
) -> Benchmark:
    """Measure `f(*args, **kwargs)`, again and again: time of host, of device, of transfers.

    What f returns is computed within the time: arrays, those in tuples, lists and dicts too. Warm-ups come
    first; then it is timed n_repeat times, and again as often in a profile, for the time of the kernels. No
    call begins when the warm-ups, or either of the others, have taken max_duration seconds; the first does.
    The device is that of the first array among the arguments, else the default one.
    Raises ValueError for fewer than one repetition.

    >>> import farshore as fs
    >>> x = fs.ones(100_000)
    >>> print(fs.benchmark(lambda x: fs.sqrt(x) + 1, (x,), n_repeat=20))
    <lambda>: 20 repetitions
                       min        mean      median         std
    host       ...
    device     ...
    transfer       0.00 µs     0.00 µs     0.00 µs     0.00 µs
    each moves 0 bytes to host, 0 bytes to device
    """
    if n_repeat < 1 or n_warmup < 0 or not max_duration > 0:
        raise ValueError(
            "benchmark: n_repeat is at least 1, n_warmup at least 0 and max_duration above 0, not "
            f"{n_repeat}, {n_warmup} and {max_duration}"
        )
    args, kwargs = tuple(args), dict(kwargs or {})
    where = _device(device, [*args, *kwargs.values()])

    def call() -> float:
        start = time.perf_counter()
        _finish(f(*args, **kwargs))
        where.synchronize()
        return time.perf_counter() - start

    where.synchronize()
    _repeat(call, n_warmup, max_duration)

    with _core.transfers(all_threads=True) as log:
        crossed = [0]

        def counted() -> float:
            seconds = call()
            crossed.append(len(log))
            return seconds

        host = _repeat(counted, n_repeat, max_duration)
    crossings = log.crossings
    each = [crossings[start:end] for start, end in pairwise(crossed)]

    ran = [where.counters()["dispatches"]]

    def profiled() -> float:
        seconds = call()
        ran.append(where.counters()["dispatches"])
        return seconds

    with profile(where) as p:
        _repeat(profiled, len(host), max_duration)
    runs = [np.nan if one is None else one for one in p._finished().runs]
    device_times = [sum(runs[start - ran[0] : end - ran[0]]) for start, end in pairwise(ran)]

    def moved(direction: str) -> _Ints:
        return np.array([sum(one["nbytes"] for one in own if one["direction"] == direction) for own in each])

    return Benchmark(
        name=getattr(f, "__name__", type(f).__name__),
        host_times=np.array(host),
        device_times=np.array(device_times, np.float64),
        transfer_times=np.array([sum(one["copied"] for one in own) for own in each], np.float64),
        bytes_to_host=moved("to host"),
        bytes_to_device=moved("to device"),
    )


def _repeat(call: Callable[[], float], times: int, max_duration: float) -> list[float]:
    """What the calls gave, of which there is one at least, and none begins after so many seconds."""
    end = time.perf_counter() + max_duration
    given: list[float] = []
    while len(given) < times and (not given or time.perf_counter() < end):
        given.append(call())
    return given


def _device(device: Device | str | None, arguments: Iterable[Any]) -> Device:
    arrays = (one.device for one in arguments if isinstance(one, Array))
    return chosen(device) or next(arrays, None) or _core.default_device()


def _finish(result: Any) -> None:
    """Record what computes `result`."""
    if isinstance(result, Array):
        result.evaluate()
    elif isinstance(result, ImplicitArray):
        result.array.evaluate()
    elif isinstance(result, Readback):
        result.result()
    elif isinstance(result, (tuple, list)):
        for one in result:
            _finish(one)
    elif isinstance(result, Mapping):
        for one in result.values():
            _finish(one)


def _time(seconds: float) -> str:
    if seconds != seconds:
        return "-"
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.2f} µs"
