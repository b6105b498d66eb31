"""After a warm-up, an operation creates nothing on the device; memory that no array uses is used again."""

import gc
import time

import farshore as fs
import numpy as np
import pytest

CREATED = ("buffers", "bind_groups", "pipelines")


def created(device):
    return {name: device.counters()[name] for name in CREATED}


ROUNDS = {
    "a chain": lambda a, b: (fs.sqrt(a * b + 1) * 2 - a).to_numpy(),
    "one operation": lambda a, b: (a + b).to_numpy(),
    "views": lambda a, b: (a[::2] + b[1::2]).to_numpy(),
    "other scalars": lambda a, b: (a * time.perf_counter() + 1.5).to_numpy(),
    "ten kernels": lambda a, b: [fs.evaluate(a * n + b) for n in range(10)] and fs.synchronize(),
    "an assignment": lambda a, b: a.__setitem__(slice(1, None, 3), b[1::3]) or a.to_numpy(),
    "an upload": lambda a, b: (fs.asarray(np.ones(10_000, np.float32)) + b).to_numpy(),
    "a scalar read": lambda a, b: float((a + b)[17]),
    "an evaluation": lambda a, b: fs.evaluate(a + b, a - b) or fs.synchronize(),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_nothing_is_created_after_the_warm_up(device, name, rng):
    a, b = (fs.asarray(rng.random(10_000, np.float32)) for _ in range(2))
    for _ in range(5):
        ROUNDS[name](a, b)
    before = created(device)
    for _ in range(20):
        ROUNDS[name](a, b)
    assert created(device) == before


def test_one_kernel_serves_every_size_and_number(device):
    def run(length, number):
        x = fs.asarray(np.ones(length, np.float32))
        assert (x * number - 3).to_numpy()[-1] == np.float32(number) - 3

    run(1000, 2.0)
    # Software devices have another for long arrays.
    run(1 << 20, 2.0)
    before = device.counters()["pipelines"]
    for length in (2, 7, 4096, 100_000, 3 << 20):
        for number in (0.5, -1.0, 1e20):
            run(length, number)
    assert device.counters()["pipelines"] == before


def test_a_fused_chain_is_one_dispatch(device):
    a, b = (fs.asarray(np.ones(1000, np.float32)) for _ in range(2))
    fs.synchronize()
    before = device.counters()["dispatches"]
    fs.evaluate(fs.sqrt(a * b + 1) * 2 - a)
    assert device.counters()["dispatches"] == before + 1


def test_recording_dispatches_nothing(device):
    x = fs.asarray(np.ones(1000, np.float32))
    fs.synchronize()
    before = device.counters()
    y = fs.sqrt(x + 1)[::2].T
    assert repr(y)
    # Two operations, and nothing on the device.
    assert device.counters() == {**before, "nodes": before["nodes"] + 2}
    assert y.is_pending


def test_memory_comes_back(device):
    gc.collect()
    fs.synchronize()
    before = device.memory()["used"]
    x = fs.asarray(np.ones(1 << 20, np.float32))
    fs.evaluate(x + 1)
    assert device.memory()["used"] >= before + (4 << 20)
    del x
    gc.collect()
    fs.synchronize()
    assert device.memory()["used"] == before
    assert device.memory()["peak"] >= before + (4 << 20)
    assert device.memory()["total"] >= device.memory()["used"]


def test_trim_gives_memory_back(device):
    fs.evaluate(fs.zeros(1 << 22))
    fs.synchronize()
    device.trim()
    memory = device.memory()
    assert memory["total"] <= memory["used"] + (64 << 20)
    assert np.array_equal((fs.ones(5) + 1).to_numpy(), np.full(5, 2))
