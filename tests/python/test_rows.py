"""Reductions of rows share a kernel with what is computed of them: one reading of memory."""

import re

import farshore as fs
import numpy as np
import pytest

SHAPES = [(16, 64), (17, 68), (63, 100), (64, 128), (100, 1000), (3, 40, 256), (16, 32768)]
"""Few rows have a team of invocations each; some have an odd number of blocks."""
ERROR = {"float16": 4e-3, "float32": 3e-6, "float64": 1e-13}


def softmax(xp, x):
    y = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return y / xp.sum(y, axis=-1, keepdims=True)


def standardised(xp, x):
    return (x - xp.mean(x, axis=-1, keepdims=True)) / xp.std(x, axis=-1, keepdims=True)


def rms(xp, x):
    return x / xp.sqrt(xp.mean(x * x, axis=-1) + 1e-3)[..., None]


def share(xp, x):
    return abs(x) / xp.sum(abs(x), axis=-1, keepdims=True)


def log_sum(xp, x):
    m = xp.max(x, axis=-1, keepdims=True)
    return xp.log(xp.sum(xp.exp(x - m), axis=-1)) + m[..., 0]


def spread(xp, x):
    return xp.var(x * 2, axis=-1)


FUNCTIONS = [softmax, standardised, rms, share, log_sum, spread]


def kernels(capsys, x):
    capsys.readouterr()
    fs.explain(x)
    return re.findall(r"^kernel \d+: (.*)$", capsys.readouterr().out, re.MULTILINE)


def normal(rng, shape, dtype="float32"):
    host = rng.standard_normal(shape).astype(dtype)
    x = fs.asarray(host)
    return host, x


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("dtype", ERROR)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_values_are_numpys(function, dtype, shape, rng):
    host, x = normal(rng, shape, dtype)
    result = function(fs, x)
    expected = function(np, host.astype(np.float64))
    assert result.dtype == np.dtype(dtype)
    error = np.abs(result.to_numpy() - expected) / (1e-2 + np.abs(expected))
    assert error.max() < ERROR[dtype] * (8 if dtype == "float16" else 40)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (softmax, ["maximum subtract exp add subtract exp divide"]),
        (rms, ["multiply add divide add sqrt divide"]),
        (share, ["abs add abs divide"]),
    ],
)
def test_rows_are_read_by_one_kernel(function, expected, capsys, rng):
    _, x = normal(rng, (128, 256))
    result = function(fs, x)
    assert kernels(capsys, result) == expected
    fs.evaluate(result)
    assert kernels(capsys, result) == []


def test_reductions_are_kept(capsys, rng):
    """The kernel that needs them stores them: nobody computes them again."""
    host, x = normal(rng, (64, 128))
    m = fs.max(x, axis=-1, keepdims=True)
    fs.evaluate(x - m)
    assert kernels(capsys, m) == []
    assert np.array_equal(m.to_numpy(), host.max(-1, keepdims=True))


def test_a_reduction_alone_is_one_kernel(capsys, rng):
    host, x = normal(rng, (64, 128))
    total = fs.sum(x * 2, axis=-1)
    assert kernels(capsys, total) == ["multiply add"]
    np.testing.assert_allclose(total.to_numpy(), (host * 2).sum(-1), atol=1e-4)


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.T,
        lambda x: x[::-1],
        lambda x: x[:, ::-1],
        lambda x: x[:, 1:65],
        lambda x: x[1:, 4:68],
        lambda x: x[::3],
        lambda x: x[:, :1].broadcast_to((128, 128)),
        lambda x: x[0].broadcast_to((128, 128)),
    ],
)
@pytest.mark.parametrize("function", [softmax, log_sum])
def test_views(view, function, rng):
    host, x = normal(rng, (128, 128))
    expected = function(np, view(Host(host)).array.astype(np.float64))
    np.testing.assert_allclose(function(fs, view(x)).to_numpy(), expected, rtol=1e-5)


class Host:
    """Of NumPy, with the methods of views that the cases use."""

    def __init__(self, array):
        self.array = array

    def __getitem__(self, key):
        return Host(self.array[key])

    @property
    def T(self):
        return Host(self.array.T)

    def broadcast_to(self, shape):
        return Host(np.broadcast_to(self.array, shape))


def test_a_result_that_lies_along_columns_is_no_row(rng):
    """Of a square matrix, the shapes alone do not tell."""
    host, x = normal(rng, (128, 128))
    np.testing.assert_array_equal((x - fs.max(x, axis=-1)).to_numpy(), host - host.max(-1))
    np.testing.assert_array_equal((x.T - fs.max(x, axis=-1)).to_numpy(), host.T - host.max(-1))
    wide = fs.max(x, axis=-1)[::-1, None]
    np.testing.assert_array_equal((x - wide).to_numpy(), host - host.max(-1)[::-1, None])


def test_nan_and_infinities(rng):
    host, _ = normal(rng, (64, 128))
    host[3, 5], host[4], host[5, 7], host[6, 0] = np.nan, -np.inf, np.inf, -0.0
    with np.errstate(invalid="ignore"):
        expected = softmax(np, host)
    np.testing.assert_allclose(softmax(fs, fs.asarray(host)).to_numpy(), expected, rtol=1e-5)


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int32", "uint32", "int64", "uint64", "bool", "complex64"]
)
def test_other_dtypes(dtype, rng):
    host = rng.integers(0, 2 if dtype == "bool" else 100, (64, 128)).astype(dtype)
    x = fs.asarray(host)
    with np.errstate(over="ignore"):
        total = np.sum(host, axis=-1, keepdims=True)
        expected = host * total
    result = x * fs.sum(x, axis=-1, keepdims=True)
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result.to_numpy(), expected)
    if dtype not in {"bool", "complex64"}:
        low = fs.min(x, axis=-1, keepdims=True)
        np.testing.assert_array_equal((x - low).to_numpy(), host - host.min(-1, keepdims=True))


def test_a_write_waits_for_reductions_that_read(rng):
    host, x = normal(rng, (64, 128))
    total = fs.sum(x, axis=-1)
    x[...] = 0
    np.testing.assert_allclose(total.to_numpy(), host.sum(-1), atol=1e-4)


def test_the_same_bits_each_time(rng):
    _, x = normal(rng, (100, 1000))
    first = softmax(fs, x).to_numpy()
    assert all(np.array_equal(first, softmax(fs, x).to_numpy()) for _ in range(3))


def test_waiting_reductions_keep_few_arrays(rng):
    """What only an old reduction still needs is freed."""
    _, x = normal(rng, (64, 128))
    totals = [fs.sum((x + step).copy(), axis=-1) for step in range(20)]
    waiting = sum("pending" in repr(total) for total in totals)
    assert waiting <= 4
    assert all(np.isfinite(total.to_numpy()).all() for total in totals)
