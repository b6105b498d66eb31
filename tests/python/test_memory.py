"""What memory a device is used for: reading it, giving it back, limits, and what is said at the limit."""

import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import farshore as fs
import numpy as np
import pytest

MIB = 1 << 20


@contextmanager
def room(device, mebibytes):
    """No more than so much beside what is used."""
    gc.collect()
    fs.synchronize()
    device.trim()
    device.limit_memory(device.memory()["used"] + mebibytes * MIB)
    try:
        yield
    finally:
        device.limit_memory(None)


def made(mebibytes):
    x = fs.ones(mebibytes * MIB, dtype="uint8")
    fs.evaluate(x)
    return x


def test_memory_is_a_dict_of_bytes(device):
    memory = device.memory()
    assert list(memory) == ["used", "total", "peak", "limit", "pinned"]
    assert memory["limit"] is None
    assert memory["used"] <= memory["total"]
    assert memory["used"] <= memory["peak"]
    assert device.memory_bytes is None or device.memory_bytes > 1 << 20


def test_a_call_beyond_the_limit(device):
    with room(device, 40):
        x, y = made(16), made(16)
        with pytest.raises(fs.OutOfDeviceMemoryError) as caught:
            made(16)
        assert isinstance(caught.value, MemoryError)
        said = str(caught.value)
        limit = device.memory()["limit"]
        assert said.startswith(
            f"{device} cannot hold 16777216 bytes: no more than {limit} bytes may be taken there"
        )
        assert "limit_memory or FARSHORE_MEMORY_LIMIT" in said
        assert " MiB in 2 x uint8 (16777216,)" in said
        assert said.endswith("Delete some, or raise the limit")
        del y
        assert made(16)[-1] == 1
        assert x[-1] == 1


def test_what_fails_changes_nothing(device):
    with room(device, 40):
        x, y = made(16), made(16)
        total = x + y
        for call in (
            lambda: fs.evaluate(total),
            lambda: total.to_numpy(),
            lambda: fs.asarray(np.zeros(16 * MIB, np.uint8)),
            lambda: x.__setitem__(..., x[::-1]),
            lambda: fs.sort(x),
            lambda: fs.cumsum(x, dtype="uint8"),
            lambda: fs.concat([x, y]),
            lambda: fs.take(x, fs.arange(16 * MIB - 1, -1, -1)),
        ):
            with pytest.raises(fs.OutOfDeviceMemoryError, match="MiB in 2 x uint8"):
                fs.evaluate(call() or total)
        assert total.is_pending
        assert fs.all(x == 1)
        with pytest.raises(fs.OutOfDeviceMemoryError):
            x += 1  # what waits for the old elements has to have them first
        assert fs.all(x == 1)
        device.limit_memory(None)
        x += 1
        assert fs.all(x == 2)
        assert fs.all(total == 2)


def test_the_pool_makes_room(device):
    with room(device, 40):
        for mebibytes in (8, 16, 24, 32, 36, 8):
            made(mebibytes)
            memory = device.memory()
            assert memory["total"] <= memory["limit"]


def test_threads_keep_the_limit(device):
    def work(number):
        done = 0
        for turn in range(20):
            try:
                x = made(4 + 3 * ((number + turn) % 4))
            except fs.OutOfDeviceMemoryError:
                continue
            assert x[-1] == 1
            assert device.memory()["total"] <= limit
            done += 1
        return done

    with room(device, 40), ThreadPoolExecutor(6) as threads:
        limit = device.memory()["limit"]
        assert sum(threads.map(work, range(6))) > 20


def test_how_a_limit_is_written(device):
    def limit(*arguments, **named):
        try:
            device.limit_memory(*arguments, **named)
            return device.memory()["limit"]
        finally:
            device.limit_memory()

    assert limit(1 << 40) == 1 << 40
    assert limit(np.int64(1 << 40)) == 1 << 40
    assert limit("1 TiB") == 1 << 40
    assert limit("1TB") == 10**12
    assert limit(None) is limit() is None
    if device.memory_bytes:
        assert limit("50%") == limit(fraction=0.5) == device.memory_bytes // 2
    with pytest.raises(ValueError, match='limit_memory: "much" is no amount of memory; write bytes, "2GiB"'):
        limit("much")
    with pytest.raises(ValueError, match="a fraction is above 0 and at most 1"):
        limit(fraction=2)
    with pytest.raises(
        TypeError, match=r"a limit is a number of bytes, a text .*; part of the memory is fraction="
    ):
        limit(0.5)
    with pytest.raises(TypeError, match="not both"):
        limit(5, fraction=0.5)
    with pytest.raises(OverflowError):
        limit(-1)


def test_the_peak_starts_again(device):
    made(8)
    gc.collect()
    device.reset_peak()
    used = device.memory()["used"]
    assert device.memory()["peak"] == used
    made(2)
    assert 2 * MIB <= device.memory()["peak"] - used < 3 * MIB


def test_the_summary(device):
    x = fs.zeros((3, 7 * MIB), dtype="int16")
    y = x + 1
    fs.evaluate(x, y)
    text = fs.memory_summary()
    assert fs.memory_summary(device) == fs.memory_summary(device.id) == text
    assert text.startswith(f"{device.id}: {device.name}\n")
    assert "2 x int16 (3, 7340032)" in text
    for word in ("used", "free", "total", "peak", "limit", "device", "pinned"):
        assert f"\n  {word} " in text
    del x, y
    gc.collect()
    assert "7340032" not in fs.memory_summary()
    with pytest.raises(ValueError, match="no device"):
        fs.memory_summary("abacus:7")


def python(code, limit):
    environment = os.environ | {"FARSHORE_MEMORY_LIMIT": limit, "FARSHORE_DEVICE": fs.default_device().id}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )


def test_the_environment_sets_the_limit():
    code = """
import farshore as fs
print(fs.default_device().memory()["limit"])
try:
    fs.evaluate(fs.ones(8 << 20, dtype="uint8"))
except fs.OutOfDeviceMemoryError as error:
    print(error)
print(fs.ones(3).to_numpy())
"""
    lines = python(code, "4MiB").stdout.splitlines()
    assert lines[0] == "4194304"
    assert "no more than 4194304 bytes may be taken there" in lines[1]
    assert lines[2] == "[1. 1. 1.]"
    assert python(code, "").stdout.splitlines()[0] == "None"


def test_a_limit_in_the_environment_that_is_none():
    done = python("import farshore as fs; fs.ones(3)", "4 gigs")
    assert done.returncode == 1
    assert 'ValueError: FARSHORE_MEMORY_LIMIT: "4 gigs" is no amount of memory;' in done.stderr
    assert python("import farshore", "4 gigs").returncode == 0, "not read at import"
