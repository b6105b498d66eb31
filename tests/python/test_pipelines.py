"""Recorded functions: `fs.pipeline`."""

from __future__ import annotations

import threading
from collections import namedtuple
from typing import Any

import farshore as fs
import numpy as np
import pytest

generator = np.random.default_rng()


def random(*shape: int, dtype: str = "float32") -> np.ndarray[Any, Any]:
    return (generator.standard_normal(shape) * 3).astype(dtype)


def counters() -> dict[str, int]:
    return fs.default_device().counters()


def made(before: dict[str, int]) -> dict[str, int]:
    """What was made since then: all that a replay must not make."""
    after = counters()
    return {name: after[name] - before[name] for name in ("nodes", "buffers", "bind_groups", "pipelines")}


def test_a_hundred_replays_make_nothing() -> None:
    def function(x: fs.Array, y: fs.Array) -> tuple[fs.Array, fs.Array]:
        centred = x - fs.mean(x, axis=0)
        product = centred @ y
        return fs.sort(product, axis=1), fs.cumulative_sum(fs.tanh(product), axis=0)

    pipeline = fs.pipeline(function)
    pairs = [(random(20, 30), random(30, 10)) for _ in range(100)]
    arrays = [(fs.asarray(x), fs.asarray(y)) for x, y in pairs]
    for _ in range(2):
        for output in pipeline(*arrays[0]):
            output.to_numpy()
    wanted = [[output.to_numpy() for output in function(*pair)] for pair in arrays]
    before = counters()
    got = [[output.to_numpy() for output in pipeline(*pair)] for pair in arrays]
    assert made(before) == {"nodes": 0, "buffers": 0, "bind_groups": 0, "pipelines": 0}
    for one, other in zip(got, wanted, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint16", "int64", "float16", "float32", "float64", "complex64"]
)
@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (3, 0, 2), (3, 5, 4)])
def test_every_dtype_and_shape(dtype: str, shape: tuple[int, ...]) -> None:
    pipeline = fs.pipeline(lambda x: (x + x, fs.flip(x), x.reshape((-1,))))
    for _ in range(3):
        host = random(*shape, dtype=dtype)
        try:
            x = fs.asarray(host)
        except TypeError:
            pytest.skip(f"the device has no {dtype}")
        doubled = np.add(host, host, dtype=dtype)
        for got, wanted in zip(pipeline(x), (doubled, np.flip(host), host.reshape(-1)), strict=True):
            assert got.dtype == wanted.dtype
            np.testing.assert_array_equal(got.to_numpy(), wanted)


@pytest.mark.parametrize("length", [10, 70_000])
def test_views_and_pending_arrays_are_inputs(length: int) -> None:
    pipeline = fs.pipeline(lambda x: x * 2 + 1)
    host = random(3, length)
    x = fs.asarray(host)
    views = [
        (x[1], host[1]),
        (x[:, ::2], host[:, ::2]),
        (x.T, host.T),
        (x[2, 3:], host[2, 3:]),
        (x + 1, host + 1),
    ]
    for device, array in views * 2:
        np.testing.assert_allclose(pipeline(device).to_numpy(), array * 2 + 1, rtol=1e-6)


def test_results_of_calls_are_apart() -> None:
    pipeline = fs.pipeline(lambda x: fs.cumulative_sum(x))
    hosts = [random(50) for _ in range(20)]
    results = [pipeline(fs.asarray(host)) for host in hosts]
    for result, host in zip(results, hosts, strict=True):
        np.testing.assert_allclose(result.to_numpy(), np.cumsum(host), rtol=1e-4, atol=1e-4)


def test_structures_and_constants() -> None:
    Point = namedtuple("Point", "x y")
    calls = []

    @fs.pipeline
    def move(point: Any, by: dict[str, Any], *, times: int = 1, name: str = "") -> dict[str, Any]:
        calls.append((times, name))
        return {
            "point": Point(point.x + by["x"] * times, point.y + by["y"][0] * times),
            "all": [point.x, times, None],
        }

    for _ in range(2):
        for times in (1, 2, True):
            x, y, one = (fs.asarray([number]) for number in (1.0, 2.0, 10.0))
            moved = move(Point(x, y), {"x": one, "y": (one,)}, times=times)
            assert isinstance(moved["point"], Point)
            assert float(moved["point"].x[0]) == 1 + 10 * times
            assert float(moved["point"].y[0]) == 2 + 10 * times
            assert moved["all"][1:] == [times, None]
            assert float(moved["all"][0][0]) == 1.0
    assert calls == [(1, ""), (2, ""), (True, "")]


def test_it_is_called_once_for_each_shape_and_dtype() -> None:
    shapes = []

    @fs.pipeline
    def double(x: fs.Array) -> fs.Array:
        shapes.append((x.shape, x.dtype))
        return x + x

    for _ in range(3):
        for host in (random(3), random(4), random(3, dtype="int32"), random(3, 1)):
            np.testing.assert_array_equal(double(fs.asarray(host)).to_numpy(), host + host)
    assert len(shapes) == 4
    # No more than sixteen are kept.
    for length in range(1, 21):
        double(fs.asarray(random(length)))
    before = len(shapes)
    double(fs.asarray(random(20)))
    assert len(shapes) == before
    double(fs.asarray(random(1)))
    assert len(shapes) == before + 1


def test_arrays_from_elsewhere_are_read_by_each_call() -> None:
    weights = fs.asarray([1.0, 2.0])
    constant = np.asarray([10.0, 20.0], np.float32)
    with fs.transfers() as log:
        pipeline = fs.pipeline(lambda x: x * weights + fs.asarray(constant))
        x = fs.asarray([1.0, 1.0])
        for _ in range(3):
            assert pipeline(x).tolist() == [11.0, 22.0]
    assert log.bytes_to_device == 16
    weights[...] = fs.asarray([3.0, 4.0])
    assert pipeline(x).tolist() == [13.0, 24.0]


READS = {
    "float": lambda x: x * float(x[0]),
    "if": lambda x: x if fs.all(x > 0) else -x,
    "item": lambda x: x + x[0].item(),
    "mask": lambda x: x[x > 0],
    "nonzero": lambda x: fs.nonzero(x)[0],
    "to_numpy": lambda x: fs.asarray(x.to_numpy()),
    "asarray": lambda x: fs.asarray(np.asarray(x + 1, copy=True)),
    "tolist": lambda x: x + x.tolist()[0],
    "unique": lambda x: fs.unique_values(x),
    "while": lambda x: next(x for _ in iter(lambda: bool((x > 0).any()), False)),
}


@pytest.mark.parametrize("read", READS)
def test_values_cannot_be_asked_for(read: str) -> None:
    x = fs.asarray([1.0, 2.0])
    with pytest.raises(fs.exceptions.RecordingError, match=r"fs\.where") as caught:
        fs.pipeline(READS[read])(x)
    assert isinstance(caught.value, TypeError)
    assert fs.pipeline(lambda x: x + 1)(x).tolist() == [2.0, 3.0]
    assert READS["float"](x).tolist() == [1.0, 2.0]


def test_writing() -> None:
    x, other = fs.asarray([1.0, 2.0]), fs.asarray([0.0, 0.0])

    def own(x: fs.Array) -> fs.Array:
        y = fs.zeros_like(x)
        y[1] = x[0]
        y += 1
        return y

    def argument(x: fs.Array) -> fs.Array:
        x += 1
        return x

    def elsewhere(x: fs.Array) -> fs.Array:
        other[...] = x
        return x

    pipeline = fs.pipeline(own)
    for _ in range(3):
        assert pipeline(x).tolist() == [1.0, 2.0]
    for function in (argument, elsewhere):
        with pytest.raises(fs.exceptions.RecordingError, match=r"x\.copy\(\)"):
            fs.pipeline(function)(x)
    assert x.tolist() == [1.0, 2.0]
    assert other.tolist() == [0.0, 0.0]


def test_arrays_of_the_recording_have_no_values() -> None:
    leaked = []

    @fs.pipeline
    def function(x: fs.Array) -> fs.Array:
        leaked.append(x)
        leaked.append(fs.sort(x))
        leaked.append(x + 1)
        return x + 2

    function(fs.asarray([1.0, 2.0]))
    for array in leaked:
        repr(array)
        with pytest.raises(fs.exceptions.RecordingError):
            array.to_numpy()
        with pytest.raises(fs.exceptions.RecordingError):
            (array * 2).to_numpy()


def test_errors_are_the_functions_own() -> None:
    class OwnError(Exception):
        pass

    @fs.pipeline
    def fails(x: fs.Array) -> fs.Array:
        raise OwnError("for a reason")

    with pytest.raises(OwnError, match="for a reason"):
        fails(fs.asarray([1.0]))
    with pytest.raises(ValueError, match="broadcast"):
        fs.pipeline(lambda x, y: x + y)(fs.asarray([1.0, 2.0]), fs.asarray([1.0, 2.0, 3.0]))
    with pytest.raises(TypeError, match=r"fs\.asarray"):
        fs.pipeline(lambda x, y: x + y)(fs.asarray([1.0]), np.ones(1))
    with pytest.raises(ValueError, match="no arrays"):
        fs.pipeline(lambda x: x)(1)
    assert not fs._core.is_recording()


def test_pipelines_in_pipelines_and_as_methods() -> None:
    class Model:
        def __init__(self) -> None:
            self.scale = fs.asarray(3.0)

        @fs.pipeline
        def __call__(self, x: fs.Array) -> fs.Array:
            return inner(x) * self.scale

    @fs.pipeline
    def inner(x: fs.Array) -> fs.Array:
        return x + 1

    model = Model()
    for _ in range(2):
        assert model(fs.asarray([1.0])).tolist() == [6.0]
    assert "inner" in repr(inner)
    assert inner.__name__ == "inner"


def test_kernels_by_users_and_scans() -> None:
    kernel = fs.ElementwiseKernel("T x, T y", "T z", "z = x * y + 1", "product")

    @fs.pipeline
    def function(x: fs.Array) -> fs.Array:
        return fs.cumulative_sum(kernel(x, x)) / fs.sum(kernel(x, 2))

    for _ in range(3):
        host = abs(random(100))
        wanted = np.cumsum(host * host + 1) / np.sum(host * 2 + 1)
        np.testing.assert_allclose(function(fs.asarray(host)).to_numpy(), wanted, rtol=1e-4)


def test_whole_programs() -> None:
    reverse = fs.RawKernel(
        """
        @group(0) @binding(0) var<storage, read> x: array<T>;
        @group(0) @binding(1) var<storage, read_write> y: array<T>;
        @group(0) @binding(2) var<uniform> offset: u32;
        @compute @workgroup_size(64)
        fn reverse(@builtin(global_invocation_id) id: vec3<u32>) {
            if id.x < length_x() { store_y(id.x, load_x((length_x() - 1u - id.x + offset) % length_x())); }
        }
        """,
        "reverse",
    )

    @fs.pipeline
    def function(x: fs.Array, offset: int) -> fs.Array:
        y = fs.empty(x.shape, dtype=x.dtype)
        reverse(-(-x.size // 64), (x + 1, y, offset))
        return y * 2

    for dtype, length in (("float32", 100), ("uint8", 101), ("int32", 70_000)):
        for offset in (0, 3, 0):
            host = random(length, dtype="float32").astype(dtype)
            wanted = (host + np.ones(1, dtype))[
                (length - 1 - np.arange(length) + offset) % length
            ] * np.array(2, dtype)
            np.testing.assert_array_equal(function(fs.asarray(host), offset).to_numpy(), wanted)
    x = fs.asarray([1.0, 2.0])
    with pytest.raises(fs.exceptions.RecordingError):
        fs.pipeline(lambda x: reverse(1, (x + 1, x, 0)))(x)
    assert x.tolist() == [1.0, 2.0]


def test_indices_out_of_bounds_are_found_in_each_call() -> None:
    pipeline = fs.pipeline(lambda x, index: fs.take(x, index))
    x = fs.asarray([1.0, 2.0, 3.0])
    assert pipeline(x, fs.asarray([2, 0])).tolist() == [3.0, 1.0]
    result = pipeline(x, fs.asarray([2, 3]))
    with pytest.raises(IndexError):
        result.to_numpy()
    assert pipeline(x, fs.asarray([1, 1])).tolist() == [2.0, 2.0]


def test_threads_share_a_pipeline() -> None:
    @fs.pipeline
    def function(x: fs.Array, y: fs.Array) -> fs.Array:
        return fs.sort(x * 2) + fs.cumulative_sum(y)

    wrong: list[Any] = []

    def work() -> None:
        for _ in range(30):
            a, b = random(100), random(100)
            got = function(fs.asarray(a), fs.asarray(b)).to_numpy()
            if not np.allclose(got, np.sort(a * 2) + np.cumsum(b), rtol=1e-4, atol=1e-3):
                wrong.append(got)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_a_plan_prints(capsys: pytest.CaptureFixture[str]) -> None:
    pipeline = fs.pipeline(lambda x: fs.cumulative_sum(x * 2) + 1)
    x = fs.asarray(random(1000))
    before = counters()["dispatches"]
    pipeline.explain(x)
    assert counters()["dispatches"] == before
    text = capsys.readouterr().out
    assert "reads  input 1, 4000 bytes" in text
    assert "writes output 1, 4000 bytes" in text
    assert "memory:" in text
