"""`with fs.profile() as p`, `fs.benchmark`: what is counted, what is timed, and that nothing else changes."""

import json
import math
import threading
import time
from itertools import pairwise

import farshore as fs
import numpy as np
import pytest


def counted(p):
    return sorted((one.name, one.calls, one.bytes) for one in p.kernels)


def busy(x):
    """A result that takes the device a while."""
    for _ in range(4):
        x = fs.sin(x) + fs.exp(x)
    return x


@pytest.fixture
def x(rng):
    array = fs.asarray(rng.standard_normal((300, 400)).astype(np.float32))
    fs.synchronize()
    return array


@pytest.mark.parametrize("n", [1, 1000, 100_003])
def test_calls_and_bytes_are_exact(n):
    a, b = fs.asarray(np.ones(n, np.float32)), fs.asarray(np.ones(n, np.float32))
    with fs.profile() as p:
        for _ in range(7):
            fs.evaluate(a + b)
        fs.evaluate(a * 2 - 1)
    assert counted(p) == [("add_float32", 7, 7 * 12 * n), ("multiply_subtract_float32", 1, 8 * n)]
    [add] = [one for one in p.kernels if one.name == "add_float32"]
    assert (add.bytes_read, add.bytes_written) == (7 * 8 * n, 7 * 4 * n)


@pytest.mark.parametrize(
    ("work", "nbytes"),
    [
        (lambda x: x[:, 3] + 1, 2 * 4 * 300),
        (lambda x: x + x[0], 4 * (2 * 300 * 400 + 400)),
        (lambda x: x[::2].T * 2, 2 * 4 * 150 * 400),
        (lambda x: fs.broadcast_to(x[0], (300, 400)).copy(), 4 * (400 + 300 * 400)),
        (lambda x: x.astype("int8"), 5 * 300 * 400),
    ],
)
def test_of_views_and_broadcast_arrays_their_own_elements_count(x, work, nbytes):
    with fs.profile() as p:
        fs.evaluate(work(x))
    assert [one.bytes for one in p.kernels] == [nbytes]


def test_kernels_are_those_of_explain(x, capsys):
    y = fs.sqrt(abs(x)) * 2
    fs.explain(y)
    said = capsys.readouterr().out
    with fs.profile() as p:
        fs.evaluate(y)
    [kernel] = p.kernels
    assert said.startswith("kernel 1: abs sqrt multiply\n")
    assert kernel.name == "abs_sqrt_multiply_float32"
    assert f"{kernel.bytes_read} bytes read, {kernel.bytes_written} bytes written" in said


def test_every_kind_of_kernel_has_a_name_and_a_time(x):
    with fs.profile() as p:
        fs.evaluate(fs.exp(x) / fs.sum(fs.exp(x), axis=1, keepdims=True))
        fs.evaluate(fs.sort(x), fs.cumsum(x, axis=0), x @ x.T, fs.sum(x), x[x[:, 0] > 0], x[[1, 2]])
    names = " ".join(one.name for one in p.kernels)
    for part in ("exp", "sort_float32", "scan", "matmul", "add_reduce_float32", "compact"):
        assert part in names
    assert all(one.seconds > 0 and one.bytes > 0 and math.isfinite(one.share) for one in p.kernels)
    assert p.seconds == pytest.approx(sum(one.seconds for one in p.kernels))


def test_device_seconds_are_above_zero_and_below_those_of_the_wall():
    x = fs.ones(2_000_000)
    fs.evaluate(busy(x))
    fs.synchronize()
    start = time.perf_counter()
    with fs.profile() as p:
        for _ in range(5):
            fs.evaluate(busy(x))
    wall = time.perf_counter() - start
    assert 0 < p.seconds < p.elapsed <= wall
    # The device did nothing else.
    assert p.seconds > p.elapsed / 4


def test_results_and_counters_are_the_same(x, device):
    def grown(work):
        before = device.counters()
        result = work()
        after = device.counters()
        return result, {name: after[name] - before[name] for name in after if name != "submissions"}

    def work():
        return (fs.sqrt(abs(x)) - x).to_numpy()

    work()
    expected, without = grown(work)
    with fs.profile() as p:
        profiled, within = grown(work)
    again, after = grown(work)
    assert np.array_equal(profiled, expected)
    assert np.array_equal(again, expected)
    assert within == without == after
    assert len(p.kernels) == 1


def test_transfers_are_those_of_the_block(x, log):
    x.to_numpy()
    with fs.profile() as p:
        float((x + 1)[0, 0])
        fs.asarray([1.0, 2.0])
    before = len(log)
    assert [(one["direction"], one["nbytes"]) for one in p.transfers.crossings] == [
        ("to host", 4),
        ("to device", 8),
    ]
    # The times come to the host unseen.
    assert len(p.transfers) == before - 1
    assert str(p.transfers).startswith("direction")


def test_an_exception_closes_the_profile(x):
    p = fs.profile()

    def fails():
        with p:
            fs.evaluate(x + 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert [one.calls for one in p.kernels] == [1]
    fs.evaluate(x + 2)
    with fs.profile() as after:
        pass
    assert after.kernels == []
    assert after.seconds == 0
    assert "no kernels" in str(after)


def test_results_come_when_the_block_is_left(x):
    with fs.profile() as p:
        for of in ("kernels", "transfers", "seconds", "elapsed", "bandwidth"):
            with pytest.raises(RuntimeError, match="once its block is left"):
                getattr(p, of)
        with pytest.raises(RuntimeError, match="open already"), p:
            pass
        assert repr(p) == str(p) == f"<profile of {p.device}: open>"
        fs.evaluate(x + 1)
    assert repr(p).startswith(f"<profile of {p.device}: 1 kernel, ")
    with pytest.raises(TypeError, match=r"device is a farshore\.Device or a device's name, not 3"):
        fs.profile(3)


def test_a_profile_is_entered_twice(x):
    p = fs.profile("software" if x.device.is_software else None)
    for calls in (1, 2):
        with p:
            for _ in range(calls):
                fs.evaluate(x + 1)
        assert [one.calls for one in p.kernels] == [calls]


def test_blocks_in_one_another_and_in_threads(x):
    def other():
        with fs.profile() as own:
            fs.evaluate(x * 3)
        seen.append(counted(own))

    seen = []
    with fs.profile() as outer:
        fs.evaluate(x + 1)
        with fs.profile() as inner:
            fs.evaluate(x - 1)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    nbytes = 2 * x.nbytes
    assert counted(inner) == [("subtract_float32", 1, nbytes)]
    assert seen == [[("multiply_float32", 1, nbytes)]]
    assert counted(outer) == [
        (name, 1, nbytes) for name in ("add_float32", "multiply_float32", "subtract_float32")
    ]
    assert all(one.seconds > 0 for one in outer.kernels + inner.kernels)


def test_the_table(x):
    with fs.profile() as p:
        for _ in range(3):
            fs.evaluate(x + 1)
        fs.evaluate(fs.exp(x))
    text = str(p)
    first, header, *rows = text.splitlines()
    assert first == f"{x.device}: {x.device.name}"
    words = header.split()
    assert words == ["kernel", "calls", "time", "of", "all", "mean", "bytes", "GB/s", "of", "copy"]
    assert [row.split()[:2] for row in rows[:2]] == [[one.name, str(one.calls)] for one in p.kernels]
    assert rows[2].split()[:3] == ["2", "kernels", "4"]
    assert {len(line) for line in [header, *rows[:3]]} == {len(header)}
    assert rows[3].startswith("a copy: ")
    assert rows[4] == "no transfers"
    assert "by the host's clock" in rows[5]


def test_a_copy_is_about_as_fast_as_a_copy():
    x = fs.ones(8_000_000)
    fs.evaluate(x)
    with fs.profile() as p:
        for _ in range(5):
            fs.evaluate(x.copy())
    [copy] = p.kernels
    assert 0.1 < copy.share < 4
    assert copy.share == pytest.approx(copy.bytes / copy.seconds / p.bandwidth)


def test_the_trace(x, tmp_path):
    with fs.profile() as p:
        fs.evaluate(x + 1)
        host = (x * 2).to_numpy()
        x[...] = host
        fs.evaluate(x + 2)
    p.save(path := tmp_path / "trace.json")
    trace = json.loads(path.read_text(), parse_constant=pytest.fail)
    events = [event for event in trace["traceEvents"] if event["ph"] == "X"]
    assert [event["ts"] for event in events] == sorted(event["ts"] for event in events)
    end = p.elapsed * 1e6 + trace["otherData"]["clock uncertainty in us"]
    assert all(
        event["ts"] >= 0 and event["dur"] >= 0 and event["ts"] + event["dur"] <= end for event in events
    )
    kernels = [event for event in events if event["pid"] == 2]
    assert [event["name"] for event in kernels] == [
        "add_float32",
        "multiply_float32",
        "copy_uint32",
        "add_float32",
    ]
    for one, following in pairwise(kernels):
        assert one["ts"] + one["dur"] <= following["ts"] + 1e-3
    [out] = [event for event in events if event["name"] == "to host"]
    [back] = [event for event in events if event["name"] == "to device"]
    assert out["args"]["bytes"] == back["args"]["bytes"] == x.nbytes
    assert out["ts"] + out["dur"] <= back["ts"]
    assert f"{__file__}:" in out["args"]["asked by"]
    # A kernel that a transfer waited for is done before it.
    slack = trace["otherData"]["clock uncertainty in us"]
    assert kernels[1]["ts"] + kernels[1]["dur"] <= out["ts"] + out["dur"] + slack
    tracks = {event["pid"]: event["args"]["name"] for event in trace["traceEvents"] if event["ph"] == "M"}
    assert set(tracks) == {1, 2}


def test_a_benchmark_includes_what_is_returned():
    x = fs.ones(3_000_000)
    fs.synchronize()

    def timed():
        start = time.perf_counter()
        fs.evaluate(busy(x))
        fs.synchronize()
        return time.perf_counter() - start

    b = fs.benchmark(busy, (x,), n_repeat=6, n_warmup=2, max_duration=30)
    beside = min(timed() for _ in range(6))
    assert (b.n_repeat, len(b.host_times), len(b.device_times), len(b.transfer_times)) == (6, 6, 6, 6)
    # Half to twice: other programs run too.
    assert beside / 2 < b.host_times.min() < beside * 2
    assert 0 < b.device_times.min() < b.host_times.max() * 2
    assert b.device_times.min() > beside / 4


@pytest.mark.parametrize("wrap", [lambda y: (0, [y]), lambda y: {"a": y}, lambda y: y.implicit()])
def test_results_in_containers_are_computed(wrap, x, device):
    results = []

    def f():
        results.append(x + 1)
        return wrap(results[-1])

    fs.benchmark(f, n_repeat=2)
    assert not any(one.is_pending for one in results)


def test_a_benchmark_counts_transfers(x):
    def f(a, *, b):
        return fs.asarray((a * b).to_numpy()[:10])

    b = fs.benchmark(f, [x], {"b": 2.0}, n_repeat=3, n_warmup=1)
    assert b.bytes_to_host.tolist() == [x.nbytes] * 3
    assert b.bytes_to_device.tolist() == [10 * 4 * 400] * 3
    assert (b.transfer_times > 0).all()
    assert (b.transfer_times < b.host_times).all()
    text = str(b)
    assert text.startswith("f: 3 repetitions\n")
    assert text.endswith(f"each moves {x.nbytes} bytes to host, 16000 bytes to device")
    assert [line.split()[0] for line in text.splitlines()[1:5]] == ["min", "host", "device", "transfer"]


def test_a_benchmark_ends():
    calls = []
    start = time.perf_counter()
    b = fs.benchmark(lambda: calls.append(time.sleep(0.05)), n_repeat=1000, max_duration=0.2)
    assert time.perf_counter() - start < 3
    assert 1 <= b.n_repeat <= 5
    assert len(calls) <= 15
    assert (b.device_times == 0).all()
    for wrong in ({"n_repeat": 0}, {"n_warmup": -1}, {"max_duration": 0}, {"max_duration": math.nan}):
        with pytest.raises(ValueError, match="n_repeat is at least 1"):
            fs.benchmark(print, **wrong)


def test_what_a_benchmark_raises_closes_its_profile(x):
    def f():
        calls.append(fs.evaluate(x + 1))
        if len(calls) == 3:  # the first call in the profile
            raise KeyError("f")

    calls = []
    with pytest.raises(KeyError):
        fs.benchmark(f, n_repeat=1, n_warmup=1)
    with fs.profile() as p:
        pass
    assert p.kernels == []
