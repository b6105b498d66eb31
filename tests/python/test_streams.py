"""Frames of the host through a pipeline, and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import farshore as fs
import numpy as np
import pytest

generator = np.random.default_rng()


@fs.pipeline
def process(frame: fs.Array, gain: float = 1.5) -> fs.Array:
    wide = fs.astype(frame, fs.float32) * gain
    wide = fs.maximum(wide, fs.flip(wide, axis=1)) - fs.mean(wide, axis=0)
    return fs.astype(fs.clip(wide, 0, 255), fs.uint8)


def frames(count: int, shape: tuple[int, ...] = (40, 60)) -> list[np.ndarray[Any, Any]]:
    return list(generator.integers(0, 100, (count, *shape), dtype=np.uint8))


def wanted(hosts: list[np.ndarray[Any, Any]], *args: Any) -> list[np.ndarray[Any, Any]]:
    return [process._function(fs.asarray(host), *args).to_numpy() for host in hosts]


@pytest.mark.parametrize("in_flight", [1, 2, 3, 7])
@pytest.mark.parametrize("shape", [(4, 5), (600, 700)])
def test_results_are_in_order(in_flight: int, shape: tuple[int, ...]) -> None:
    hosts = frames(9, shape)
    results = list(process.stream(iter(hosts), 2.0, in_flight=in_flight))
    assert len(results) == 9
    for result, host in zip(results, wanted(hosts, 2.0), strict=True):
        assert isinstance(result, np.ndarray)
        np.testing.assert_array_equal(result, host)
    assert list(process.stream([])) == []


def test_only_the_ends_cross() -> None:
    hosts = frames(20, (400, 500))
    list(process.stream(hosts))
    before = fs.default_device().counters()
    with fs.transfers(all_threads=True) as log:
        for _ in process.stream(hosts):
            pass
    assert (log.bytes_to_device, log.bytes_to_host) == (20 * 200_000, 20 * 200_000)
    assert len(log.crossings) == 40
    assert all(crossing["kind"] == "bulk" for crossing in log.crossings)
    after = fs.default_device().counters()
    made = {name: after[name] - before[name] for name in after}
    assert (made["nodes"], made["pipelines"]) == (0, 0)
    # How many results are on their way at once depends on when they come back, and which memory a frame gets:
    # a fourth one may have been missing so far, and kernels may meet what there is for the first time.
    assert made["buffers"] <= 1
    assert made["bind_groups"] <= 20


def test_back_pressure_and_early_ends() -> None:
    asked = 0

    def camera() -> Iterator[np.ndarray[Any, Any]]:
        nonlocal asked
        for host in frames(50):
            asked += 1
            yield host

    stream = process.stream(camera())
    assert asked == 0
    for taken in range(1, 11):
        next(stream)
        assert asked == taken + 2
    stream.close()
    assert list(stream) == []
    assert asked == 12


def test_structures() -> None:
    @fs.pipeline
    def split(frame: dict[str, Any], by: int) -> tuple[fs.Array, dict[str, Any]]:
        left, right = frame["pair"]
        return left + right * by, {"difference": left - right, "by": by}

    pairs = [{"pair": (host, host[::-1])} for host in frames(5)]
    for (total, rest), frame in zip(split.stream(pairs, by=2), pairs, strict=True):
        left, right = frame["pair"]
        np.testing.assert_array_equal(total, left + right * 2)
        np.testing.assert_array_equal(rest["difference"], left - right)
        assert rest["by"] == 2


def test_frames_that_are_on_the_device_do_not_cross() -> None:
    hosts = frames(4)
    arrays = [fs.asarray(host) for host in hosts]
    with fs.transfers() as log:
        for result, host in zip(process.stream(arrays), wanted(hosts), strict=True):
            np.testing.assert_array_equal(result, host)
    assert log.bytes_to_device == 4 * 2400


def test_a_frame_of_another_shape_fails_when_it_is_its_turn() -> None:
    hosts = frames(8)
    for wrong in (hosts[0][:3], hosts[0].astype(np.int16)):
        given = [*hosts[:4], wrong, *hosts[5:]]
        stream = process.stream(given)
        for host in wanted(hosts[:4]):
            np.testing.assert_array_equal(next(stream), host)
        with pytest.raises(ValueError, match="frame 4 is") as caught:
            next(stream)
        assert caught.value.__notes__ == ["in frame 4 of a stream"]
        assert list(stream) == []
    assert len(list(process.stream(hosts))) == 8


def test_errors_of_the_source_and_of_the_function() -> None:
    def camera() -> Iterator[np.ndarray[Any, Any]]:
        yield from frames(2)
        raise OSError("the cable")

    stream = process.stream(camera())
    assert len([next(stream), next(stream)]) == 2
    with pytest.raises(OSError, match="the cable") as caught:
        next(stream)
    assert caught.value.__notes__ == ["in frame 2 of a stream"]
    with pytest.raises(fs.exceptions.RecordingError):
        next(fs.pipeline(lambda x: x if fs.any(x) else -x).stream(frames(1)))
    with pytest.raises(ValueError, match="in_flight"):
        process.stream([], in_flight=0)


def test_forbidden_transfers_are_refused() -> None:
    with fs.transfers("forbid"), pytest.raises(fs.exceptions.ForbiddenTransferError):
        next(process.stream(frames(1)))


def test_async_for() -> None:
    hosts = frames(12)
    ticks = 0

    async def clock() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    async def camera() -> AsyncIterator[np.ndarray[Any, Any]]:
        for host in hosts:
            await asyncio.sleep(0.001)
            yield host

    async def run() -> None:
        ticking = asyncio.create_task(clock())
        for source in (hosts, camera()):
            results = [result async for result in process.stream(source)]
            for result, host in zip(results, wanted(hosts), strict=True):
                np.testing.assert_array_equal(result, host)
        ticking.cancel()

    asyncio.run(run())
    assert ticks > 12
    with pytest.raises(TypeError, match="async for"):
        next(process.stream(camera()))


def test_errors_in_async_for() -> None:
    async def camera() -> AsyncIterator[np.ndarray[Any, Any]]:
        for host in frames(2):
            yield host
        raise OSError("the cable")

    async def run(source: Any) -> int:
        seen = 0
        async for _ in process.stream(source):
            seen += 1
        return seen

    with pytest.raises(OSError, match="the cable") as caught:
        asyncio.run(run(camera()))
    assert caught.value.__notes__ == ["in frame 2 of a stream"]
    with pytest.raises(ValueError, match="frame 1"):
        asyncio.run(run([*frames(1), *frames(1, (3, 3))]))


def test_two_streams_at_once() -> None:
    ones, others = frames(10), frames(10, (30, 20))
    for a, b, one, other in zip(
        process.stream(ones), process.stream(others, 3.0), wanted(ones), wanted(others, 3.0), strict=True
    ):
        np.testing.assert_array_equal(a, one)
        np.testing.assert_array_equal(b, other)
