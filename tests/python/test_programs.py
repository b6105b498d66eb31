"""Random programs of views, operations and writes do what NumPy's do.

No order of recording, evaluating and writing through aliases shows.
"""

import random

import farshore as fs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import DTYPES

OPERATIONS = ["add", "subtract", "multiply", "maximum"]


def allowed(dtype):
    """The operations that NumPy and farshore compute alike to the last bit."""
    if dtype == "bool":
        return ["add", "multiply", "maximum"]
    return ["add", "subtract"] if dtype.startswith("complex") else OPERATIONS


def slices(rng, shape):
    def one(length):
        ends = [rng.choice([None, rng.randint(-length - 1, length + 1)]) for _ in range(2)]
        return slice(*ends, rng.choice([None, 1, 2, 3, -1, -2, 5]))

    return tuple(one(length) for length in shape[: rng.randint(0, len(shape))])


def broadcasts(shape, to):
    try:
        return np.broadcast_shapes(shape, to) == to
    except ValueError:
        return False


class Program:
    """The same steps on host arrays and on arrays of farshore, side by side."""

    def __init__(self, seed, dtype):
        self.rng = random.Random(seed)
        self.dtype = dtype
        shape = tuple(self.rng.randint(1, 7) for _ in range(self.rng.randint(1, 3)))
        values = np.random.default_rng(seed).normal(size=shape) * 20
        host = (values > 0) if dtype == "bool" else values.astype(dtype)
        self.pairs = [(host.copy(), fs.asarray(host))]

    def any(self):
        return self.rng.choice(self.pairs)

    def view(self):
        host, array = self.any()
        if self.rng.random() < 0.7:
            index = slices(self.rng, host.shape)
            self.pairs.append((host[index], array[index]))
        else:
            axes = self.rng.sample(range(host.ndim), host.ndim)
            self.pairs.append((host.transpose(axes), array.permute_dims(axes)))

    def operation(self):
        (host, array), (other_host, other) = self.any(), self.any()
        name = self.rng.choice(allowed(self.dtype))
        if broadcasts(other_host.shape, host.shape):
            self.pairs.append((getattr(np, name)(host, other_host), getattr(fs, name)(array, other)))

    def write(self):
        host, array = self.any()
        index = slices(self.rng, host.shape)
        other_host, other = self.any()
        if broadcasts(other_host.shape, host[index].shape):
            host[index] = other_host
            array[index] = other
        else:
            host[index] = True
            array[index] = True

    def add_in_place(self):
        (host, array), (other_host, other) = self.any(), self.any()
        if broadcasts(other_host.shape, host.shape):
            host += other_host
            array += other

    def evaluate(self):
        fs.evaluate(self.any()[1])

    def run(self):
        steps = [self.view, self.operation, self.operation, self.write, self.add_in_place, self.evaluate]
        for _ in range(self.rng.randint(5, 40)):
            self.rng.choice(steps)()
        return self.pairs


@pytest.mark.parametrize("dtype", DTYPES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_programs_behave_as_numpys(dtype, seed):
    with np.errstate(all="ignore"):
        for host, array in Program(seed, dtype).run():
            got = array.to_numpy()
            assert got.dtype == host.dtype
            assert np.array_equal(got, host, equal_nan=host.dtype.kind in "fc")
