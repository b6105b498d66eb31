"""Reductions along any axis and of any length share a kernel with what is computed of them."""

import re

import farshore as fs
import numpy as np
import pytest

ERROR = {"float16": 3e-2, "float32": 2e-5, "float64": 1e-12}

CASES = 60


def softmax(xp, x, axis):
    y = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
    return y / xp.sum(y, axis=axis, keepdims=True)


def standardised(xp, x, axis):
    return (x - xp.mean(x, axis=axis, keepdims=True)) / (xp.std(x, axis=axis, keepdims=True) + 0.5)


def produced(xp, x, axis):
    return xp.sum(x * x + 1, axis=axis)


def consumed(xp, x, axis):
    return x * 3 - xp.sum(abs(x), axis=axis, keepdims=True) / 7


def several(xp, x, axis):
    low, high = xp.min(x, axis=axis, keepdims=True), xp.max(x, axis=axis, keepdims=True)
    return (x - low) / (high - low + 1)


def masked(xp, x, axis):
    there = xp.greater(x, -1)
    return xp.where(there, x, 0) - xp.sum(x, axis=axis, keepdims=True, where=there) / x.shape[axis]


def spread(xp, x, axis):
    return xp.var(x * 2, axis=axis)


FUNCTIONS = [softmax, standardised, produced, consumed, several, masked, spread]


def shape_of(rng):
    """Rows of any length, short ones often; enough of them for a kernel of their own, or not."""
    ndim = int(rng.integers(2, 5))
    axis = int(rng.integers(ndim))
    length = int(rng.choice([2, 3, 4, 5, 10, 63, 64, 65, 100, 127, 200, 1001]))
    rows = int(rng.choice([16, 17, 512, 513, 700, 1024]))
    shape, left = [], max(1, rows)
    for place in range(ndim):
        if place == axis:
            shape.append(length)
            continue
        size = int(rng.integers(1, 12)) if place + 1 < ndim and axis != ndim - 1 else max(1, left)
        shape.append(size)
        left = -(-left // size)
    return tuple(shape), axis


def view_of(rng, xp, x):
    """The same view of an array of either kind."""
    for place in range(x.ndim):
        match rng.integers(8):
            case 0:
                x = x[(slice(None),) * place + (slice(1, None),)] if x.shape[place] > 3 else x
            case 1:
                x = x[(slice(None),) * place + (slice(None, None, -1),)]
            case 2:
                x = x[(slice(None),) * place + (slice(None, None, 2),)] if x.shape[place] > 3 else x
            case 3:
                x = x[(slice(None),) * place + (slice(None, -3),)] if x.shape[place] > 5 else x
    return x


@pytest.mark.parametrize("case", range(CASES))
def test_values_are_numpys(case):
    """Of other data each time: the message says the seed."""
    seed = np.random.SeedSequence().entropy
    rng = np.random.default_rng([seed, case])
    shape, axis = shape_of(rng)
    dtype = str(rng.choice(list(ERROR)))
    host = rng.standard_normal(shape).astype(dtype)
    x = fs.asarray(host)
    again = int(rng.integers(1 << 30))
    x, host = (view_of(np.random.default_rng(again), xp, one) for xp, one in ((fs, x), (np, host)))
    if rng.integers(4) == 0:
        order = rng.permutation(host.ndim)
        host, x = host.transpose(order), x.permute_dims(tuple(map(int, order)))
        axis = int(np.argmax(order == axis))
    function = FUNCTIONS[rng.integers(len(FUNCTIONS))]
    result = function(fs, x, axis)
    expected = function(np, host.astype(np.float64), axis)
    said = f"seed [{seed}, {case}]: {function.__name__} of {dtype} {host.shape} along {axis}, {host.strides}"
    assert (result.shape, result.dtype) == (expected.shape, np.dtype(dtype)), said
    scale = max(1.0, np.abs(expected).max()) if dtype == "float16" else 1e-2 + np.abs(expected)
    wrong = np.abs(result.to_numpy().astype(np.float64) - expected) / scale
    assert wrong.max() < ERROR[dtype] * (50 if function is several or function is consumed else 20), said


@pytest.mark.parametrize("case", range(20))
def test_one_kernel_reads_memory_once(case, capsys, device):
    if not device.is_software:
        pytest.skip("how many rows are worth it is the device's")
    seed = np.random.SeedSequence().entropy
    rng = np.random.default_rng([seed, case])
    axis, length = int(rng.integers(3)), int(rng.integers(2, 300))
    shape = [int(rng.integers(8, 40)), int(rng.integers(64, 90))]
    shape.insert(axis, length)
    x = fs.asarray(rng.standard_normal(shape).astype(rng.choice(["float32", "float64"])))
    function = [softmax, standardised, consumed, several][rng.integers(4)]
    result = function(fs, x, axis)
    fs.explain(result)
    out = capsys.readouterr().out
    said = f"seed [{seed}, {case}]: {function.__name__} of {x!r} along {axis}\n{out}"
    assert re.search(rf"^1 kernel: {x.nbytes} bytes read", out, re.MULTILINE), said


STANDARDISED = [
    ((1 << 20,), None),
    ((1_000_003,), None),
    ((1500, 1001), None),
    ((2000, 1001), 1),
    ((1000, 2048), 0),
    ((50_000, 30), 0),
    ((3, 400_000), 1),
    ((20, 300, 200), 1),
    ((20, 300, 200), (1, 2)),
]


def whole(xp, x, axis):
    return (x - xp.mean(x, axis=axis, keepdims=True)) / xp.std(x, axis=axis, keepdims=True)


def bytes_read(compute):
    """Bytes that all kernels read until the result is there."""
    with fs.profile() as profile:
        fs.evaluate(compute())
    return sum(kernel.bytes_read for kernel in profile.kernels)


@pytest.mark.parametrize(("shape", "axis"), STANDARDISED)
def test_standardisation_reads_the_elements_at_most_twice(shape, axis):
    host = (np.random.default_rng().standard_normal(shape) * 3 + 5).astype(np.float32)
    x = fs.asarray(host)
    wanted = whole(np, host.astype(np.float64), axis)
    np.testing.assert_allclose(whole(fs, x, axis).to_numpy(), wanted, rtol=2e-5, atol=5e-6)
    assert bytes_read(lambda: whole(fs, x, axis)) <= 2.2 * x.nbytes


@pytest.mark.parametrize(("shape", "axis"), STANDARDISED)
def test_softmax_reads_the_elements_at_most_twice(shape, axis):
    if isinstance(axis, tuple):
        pytest.skip("softmax takes one axis, or all")
    host = (np.random.default_rng().standard_normal(shape) * 3).astype(np.float32)
    x = fs.asarray(host)
    wide = host.astype(np.float64)
    powers = np.exp(wide - wide.max(axis=axis, keepdims=True))
    np.testing.assert_allclose(
        fs.softmax(x, axis=axis).to_numpy(), powers / powers.sum(axis=axis, keepdims=True), rtol=2e-5
    )
    assert bytes_read(lambda: fs.softmax(x, axis=axis)) <= 2.2 * x.nbytes
