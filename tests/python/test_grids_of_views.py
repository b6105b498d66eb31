"""Views of views, read and written, on shapes near the sizes at which kernels change how they reach them."""

import farshore as fs
import numpy as np
import pytest
from samples import random

SIDES = [1, 2, 3, 4, 5, 8, 12, 16, 17, 20, 32, 33, 64, 100, 257]
DTYPES = ["bool", "uint8", "int16", "float16", "float32", "int64", "complex64"]
PROGRAMS = 10


def shape(rng):
    sides = [int(side) for side in rng.choice(SIDES, rng.integers(1, 5))]
    while np.prod(sides) > 200_000:
        sides.pop()
    return tuple(sides)


def step(view, rng, broadcast):
    """A transposition, slices, or a repetition, as a function of an array on either side."""
    kind = rng.integers(0, 3 if broadcast else 2)
    if kind == 0:
        axes = [int(axis) for axis in rng.permutation(view.ndim)]
        return lambda x: x.permute_dims(axes) if isinstance(x, fs.Array) else x.transpose(axes)
    if kind == 1:
        slices = tuple(
            slice(int(rng.integers(0, side // 3 + 1)), None, int(rng.choice([1, 1, 2, 3])))
            if rng.integers(0, 2)
            else slice(None, None, -1)
            for side in view.shape
        )
        return lambda x: x[slices]
    axis = int(rng.integers(0, view.ndim))
    first = tuple(slice(0, 1) if one == axis else slice(None) for one in range(view.ndim))
    whole = (2, *view.shape)
    return lambda x: (
        x[first].broadcast_to(whole) if isinstance(x, fs.Array) else np.broadcast_to(x[first], whole)
    )


def program(host, rng, broadcast):
    """Up to three steps in a row."""
    steps = []
    for _ in range(rng.integers(1, 4)):
        if host.size and host.ndim:
            steps.append(step(host, rng, broadcast))
            host = steps[-1](host)

    def run(x):
        for one in steps:
            x = one(x)
        return x

    return run


@pytest.mark.parametrize("dtype", DTYPES)
def test_reading(dtype, rng):
    for _ in range(PROGRAMS):
        sides = shape(rng)
        host = random(dtype, int(np.prod(sides)), rng).reshape(sides)
        view = program(host, rng, broadcast=True)
        want = view(host)
        assert np.array_equal(view(fs.asarray(host)).copy().to_numpy(), want)
        other = random("int16", want.size, rng).reshape(want.shape)
        got = fs.where(fs.asarray(other > 0), view(fs.asarray(host)), fs.asarray(other))
        assert np.array_equal(got.to_numpy(), np.where(other > 0, want, other))
        assert np.array_equal((view(fs.asarray(host)) == fs.asarray(want.copy())).to_numpy(), want == want)


@pytest.mark.parametrize("dtype", DTYPES)
def test_writing(dtype, rng):
    for _ in range(PROGRAMS):
        sides = shape(rng)
        host = random(dtype, int(np.prod(sides)), rng).reshape(sides)
        view, x = program(host, rng, broadcast=False), fs.asarray(host)
        target = view(host)
        value = random(dtype, target.size, rng).reshape(target.shape[::-1]).T
        view(x)[...] = fs.asarray(value.T.copy()).T
        target[...] = value
        assert np.array_equal(x.to_numpy(), host)
