"""Where the extremes are: as NumPy's, the first of several, on the device."""

import farshore as fs
import numpy as np
import pytest
from layouts import VIEWS
from samples import DTYPES, values

NAMES = ["argmax", "argmin"]
SKIPPING = ["nanargmax", "nanargmin"]
REALS = [dtype for dtype in DTYPES if not dtype.startswith("complex")]
SHAPES = [(), (1,), (7,), (4, 1, 6), (3, 4, 5)]


def agree(name, h, x, axis, keepdims=False, note=""):
    want = np.asarray(getattr(np, name)(h, axis=axis, keepdims=keepdims))
    got = getattr(fs, name)(x, axis=axis, keepdims=keepdims)
    assert got.dtype == np.int64
    assert got.shape == want.shape, (note, axis)
    assert np.array_equal(got.to_numpy(), want), (note, axis)


@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("name", [*NAMES, *SKIPPING])
def test_the_first_of_several_over_every_axis(name, dtype):
    for shape in SHAPES:
        h = np.random.default_rng(0).integers(0, 4, shape).astype(dtype)
        x = fs.asarray(h)
        for axis in (None, *range(-len(shape), len(shape))):
            for keepdims in (False, True):
                agree(name, h, x, axis, keepdims, shape)


@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("name", NAMES)
def test_special_values(name, dtype, rng):
    for _ in range(4):
        h = values(dtype, 60, rng).reshape(5, 12) if dtype != "bool" else rng.random((5, 12)) < 0.5
        x = fs.asarray(h)
        for axis in (None, 0, 1):
            agree(name, h, x, axis)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_nan(dtype):
    nan, inf = np.nan, np.inf
    h = np.array([[1, nan, 3, nan], [nan, inf, -inf, 2], [-inf, -inf, nan, nan], [nan, nan, inf, inf]], dtype)
    x = fs.asarray(h)
    for name in NAMES:
        for axis in (None, 0, 1):
            agree(name, h, x, axis)
    for name in SKIPPING:
        agree(name, h[:2], x[:2], 1)
    # NumPy puts an infinity for NaN, and then finds that.
    assert fs.nanargmax(x, 1).tolist() == [2, 1, 0, 2]
    assert fs.nanargmin(x, 1).tolist() == [0, 2, 0, 2]
    assert fs.nanargmax(x[::-1, 2:], 0).tolist() == [0, 0]


def test_nan_alone():
    x = fs.asarray([[float("nan")] * 3, [1.0, 2.0, float("nan")]])
    assert fs.nanargmax(x, 1).tolist() == [-1, 1]
    assert fs.nanargmin(x, 1, True).tolist() == [[-1], [0]]
    assert fs.argmax(x, 1).tolist() == [0, 2]


def test_zeros_of_either_sign_are_equal():
    h = np.array([-0.0, 0.0, -0.0], np.float32)
    assert fs.argmax(fs.asarray(h)).item() == 0
    assert fs.argmin(fs.asarray(h[1:])).item() == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_layout(name):
    h = np.random.default_rng(0).integers(0, 9, (6, 8)).astype(np.float32)
    x = fs.asarray(h)
    for note, view in VIEWS.items():
        seen = view(h)
        for axis in (None, *range(seen.ndim)):
            if seen.size:
                agree(name, seen, view(x), axis, note=note)


def test_long_ones(rng):
    h = rng.permutation(70_001).astype(np.int32)
    x = fs.asarray(h)
    assert fs.argmax(x).item() == h.argmax()
    assert fs.argmin(x).item() == h.argmin()


def test_no_elements():
    x = fs.zeros((0, 3))
    for name in (*NAMES, *SKIPPING):
        function = getattr(fs, name)
        assert function(x, axis=1).shape == (0,)
        assert function(x, axis=1, keepdims=True).shape == (0, 1)
        assert function(x, axis=1).dtype == np.int64
        for axis in (None, 0):
            with pytest.raises(ValueError, match=f"^{name}: there are no elements to choose from"):
                function(x, axis=axis)


def test_what_does_not_fit():
    for name in (*NAMES, *SKIPPING):
        function = getattr(fs, name)
        with pytest.raises(TypeError, match=f"^{name} does not accept complex64"):
            function(fs.asarray(np.array([1j], np.complex64)))
        with pytest.raises(np.exceptions.AxisError):
            function(fs.zeros(3), 1)
        with pytest.raises(TypeError, match="tuple"):
            function(fs.zeros((2, 2)), (0, 1))
        with pytest.raises(TypeError, match=f"^{name}: every operand is an array of farshore"):
            function([1, 2])


def test_numpys_names_run_on_the_device(log):
    h = np.array([[3, 1, 2], [0, 5, 5]], np.float32)
    x = fs.asarray(h)
    moved = len(log)
    got = [np.argmax(x, 1), np.argmin(x), np.nanargmax(x, axis=0), np.argmax(x, axis=1, keepdims=True)]
    assert len(log) == moved
    want = [np.argmax(h, 1), np.argmin(h), np.nanargmax(h, axis=0), np.argmax(h, axis=1, keepdims=True)]
    for one, other in zip(got, want, strict=True):
        assert isinstance(one, fs.Array)
        assert np.array_equal(one.to_numpy(), other)
