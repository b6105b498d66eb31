"""Arrays on the device in every state, each with the host array that a copy of it must be."""

import farshore as fs
import numpy as np
import pytest

pytest.register_assert_rewrite("verdicts")

STATES = {
    "ready": ("float32", lambda a: a),
    "pending": ("float32", lambda a: a + a),
    "0-d": ("float32", lambda a: a[1, 2]),
    "pending 0-d": ("float32", lambda a: a[1, 2] + a[0, 1]),
    "empty": ("float32", lambda a: a[:0]),
    "transposed": ("float32", lambda a: a.T),
    "pending, transposed": ("float32", lambda a: (a + a).T),
    "steps": ("int64", lambda a: a[::-2, ::3]),
    "float16": ("float16", lambda a: a),
    "bool": ("bool", lambda a: a),
    "complex64": ("complex64", lambda a: a[:, 1:]),
    "int64": ("int64", lambda a: a),
}


@pytest.fixture
def states():
    """A host array and the same on the device, in each state."""

    def each():
        for name, (dtype, state) in STATES.items():
            print(name)  # shown when the test fails
            host = np.arange(12).reshape(3, 4).astype(dtype)
            yield np.asarray(state(host)), state(fs.asarray(host))

    return each()


@pytest.fixture
def h():
    return np.array([[2, 1], [1, 3]], np.float32)


@pytest.fixture
def x(h):
    return fs.asarray(h)
