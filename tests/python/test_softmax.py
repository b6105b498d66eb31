"""Shares of exponentials, and what few long rows are cut into: against NumPy's float64."""

import re

import farshore as fs
import numpy as np
import pytest

LONG = [((1 << 19) + 1237,), (3, 200_003), (70_001, 5), (2, 60_000, 3), (600, 700)]
"""None of a whole number of chunks."""
ERROR = {"float16": 4e-3, "float32": 1e-5, "float64": 1e-13}


def softmax(h, axis):
    y = np.exp(h - h.max(axis=axis, keepdims=True))
    return y / y.sum(axis=axis, keepdims=True)


def log_softmax(h, axis):
    m = h.max(axis=axis, keepdims=True)
    return h - m - np.log(np.exp(h - m).sum(axis=axis, keepdims=True))


def fresh(shape, dtype="float32"):
    return np.random.default_rng().standard_normal(shape).astype(dtype)


def axes_of(shape):
    return [None, *range(-len(shape), len(shape))]


@pytest.mark.parametrize("dtype", [*ERROR, "int32"])
@pytest.mark.parametrize("shape", [(7,), (3, 5), (600, 9), (64, 100), (2, 3, 4)], ids=str)
def test_shares(shape, dtype):
    h = (fresh(shape) * 3).astype(dtype)
    x = fs.asarray(h)
    for axis in axes_of(shape):
        for ours, theirs in ((fs.softmax, softmax), (fs.log_softmax, log_softmax)):
            got = ours(x, axis=axis)
            assert got.dtype == (np.float64 if dtype == "int32" else np.dtype(dtype))
            want = theirs(h.astype(np.float64), axis)
            bound = ERROR[str(got.dtype)] * 3
            np.testing.assert_allclose(got.to_numpy(), want, rtol=bound, atol=bound, err_msg=f"{axis}")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", LONG, ids=str)
def test_few_long_rows(shape, dtype):
    h = fresh(shape, dtype) * 2 + 1
    x, wide = fs.asarray(h), h.astype(np.float64)
    bound = ERROR[dtype] * 10
    for axis in axes_of(shape):
        expected = {
            "softmax": softmax(wide, axis),
            "log_softmax": log_softmax(wide, axis),
            "logsumexp": np.log(np.exp(wide).sum(axis)),
            "var": wide.var(axis),
            "std": wide.std(axis),
        }
        for name, want in expected.items():
            got = getattr(fs, name)(x, axis=axis).to_numpy()
            assert got.shape == want.shape
            # Of a logarithm close to 0, what it is the difference of has the digits.
            np.testing.assert_allclose(got, want, rtol=bound, atol=bound / 50, err_msg=f"{name} along {axis}")


def test_of_views_that_are_not_in_order():
    h = fresh((1000, 700))
    for view in (lambda a: a.T, lambda a: a[::-1], lambda a: a[:, 3:], lambda a: a[::2, ::-3]):
        x, wide = view(fs.asarray(h)), view(h).astype(np.float64)
        np.testing.assert_allclose(fs.var(x).to_numpy(), wide.var(), rtol=1e-5)
        np.testing.assert_allclose(fs.softmax(x, axis=None).to_numpy(), softmax(wide, None), rtol=1e-4)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("shape", [(10,), (1 << 19,)], ids=str)
def test_the_infinite(value, shape):
    h = fresh(shape)
    h[shape[0] // 2] = value
    x = fs.asarray(h)
    with np.errstate(invalid="ignore"):
        want = softmax(h.astype(np.float64), 0)
        wide = np.var(h)
    np.testing.assert_allclose(fs.softmax(x).to_numpy(), want, rtol=1e-4)
    assert np.isnan([wide, fs.var(x).item()]).all()
    whole = np.float64(h).max() if value != -np.inf else np.log(np.exp(np.float64(h)).sum())
    np.testing.assert_allclose(fs.logsumexp(x).item(), whole, rtol=1e-5)
    x[...] = -np.inf
    assert fs.logsumexp(x).item() == -np.inf
    assert np.isnan(fs.softmax(x).to_numpy()).all()


def test_the_large_neither_overflow_nor_vanish():
    h = fresh((1 << 19) + 5) + np.float32(1e4)
    x = fs.asarray(h)
    np.testing.assert_allclose(fs.softmax(x).to_numpy(), softmax(h.astype(np.float64), 0), rtol=1e-4)
    np.testing.assert_allclose(fs.logsumexp(-x).item(), -h.min(), atol=20)
    # Far from 0, squares have all their digits in common with the mean's.
    np.testing.assert_allclose(fs.var(x).item(), h.astype(np.float64).var(), rtol=1e-4)


def test_nothing_and_one_element():
    assert fs.softmax(fs.zeros((0, 3)), axis=0).shape == (0, 3)
    assert fs.log_softmax(fs.zeros((2, 0))).shape == (2, 0)
    assert fs.softmax(fs.asarray(3.0)).item() == 1
    assert fs.log_softmax(fs.asarray(3.0), axis=None).item() == 0


def test_errors():
    x = fs.zeros((2, 3))
    with pytest.raises(np.exceptions.AxisError):
        fs.softmax(x, axis=2)
    with pytest.raises(TypeError, match=r"^softmax does not accept complex64"):
        fs.softmax(fs.zeros(3, dtype=np.complex64))
    with pytest.raises(TypeError):
        fs.softmax(np.zeros(3, np.float32))


def read(capsys, x):
    capsys.readouterr()
    fs.explain(x)
    return int(re.search(r": (\d+) bytes read", capsys.readouterr().out.splitlines()[-1]).group(1))


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((16384, 100), -1), ((16384, 101), 1), ((50_000, 10), 1), ((100, 4096), 0), ((64, 33, 65), 1)],
)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_memory_is_read_once(name, shape, axis, capsys, device):
    if not device.is_software:
        pytest.skip("how many rows are worth it is the device's")
    h = fresh(shape)
    x = fs.asarray(h)
    result = getattr(fs, name)(x, axis=axis)
    assert read(capsys, result) == x.nbytes
    assert fs.softmax(x[:, 1:], axis=axis).shape == h[:, 1:].shape


@pytest.mark.parametrize("shape", [((1 << 20) + 3,), (2, 300_000)], ids=str)
def test_few_long_rows_are_read_twice(shape, capsys):
    """Once by the call, which knows the sums of powers then, and once by what is computed with them."""
    x = fs.asarray(fresh(shape))
    assert read(capsys, fs.softmax(x, axis=None)) <= x.nbytes + 64


def test_two_of_the_same_reduction_are_one(capsys):
    x = fs.asarray(fresh((512, 300)))
    first, second = fs.sum(x, axis=1), fs.sum(x, axis=1)
    total = first + second
    assert read(capsys, total) < 2 * x.nbytes
    first += 1
    np.testing.assert_array_equal(first.to_numpy(), second.to_numpy() + 1)
    np.testing.assert_array_equal(total.to_numpy(), second.to_numpy() * 2)
