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


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_nan_alone(dtype):
    h = np.array([[np.nan] * 3, [1, 2, np.nan]], dtype)
    x, y = fs.asarray(h), fs.full(2, 7)
    for name in SKIPPING:
        for keepdims in (False, True):
            with pytest.raises(ValueError, match="All-NaN slice encountered"):
                getattr(np, name)(h, 1, keepdims=keepdims)
            with pytest.raises(
                ValueError, match=rf"^{name}: All-NaN slice encountered: shape \(2, 3\), axis 1"
            ):
                getattr(fs, name)(x, 1, keepdims)
        with pytest.raises(ValueError, match="axis None"):
            getattr(fs, name)(x[0], out=y[0])
        agree(name, h, x, None)
        agree(name, h[:, :2], x[:, :2], 0)
    assert y.tolist() == [7, 7]
    assert fs.argmax(x, 1).tolist() == [0, 2]
    # What the error advises.
    assert fs.nanargmax(fs.where(fs.isnan(x), -np.inf, x), 1).tolist() == [0, 1]


def test_whether_all_are_nan_is_one_read():
    x = fs.asarray([[1.0, 2.0], [4.0, 3.0]])
    for name in SKIPPING:
        with fs.transfers() as log:
            getattr(fs, name)(x, 1)
        assert [(one["kind"], one["nbytes"]) for one in log.crossings] == [("scalar", 1)]
        with fs.transfers("forbid"):
            getattr(fs, name)(x.astype(np.int32), 1)
            getattr(fs, name)(x[:0], 1)
            with pytest.raises(fs.ForbiddenTransferError):
                getattr(fs, name)(x, 1)
    # Such a line reads no elements one by one, and is not told that it does.
    for _ in range(300):
        fs.nanargmax(x)


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
    got = [np.argmax(x, 1), np.argmin(x), np.argmax(x, axis=1, keepdims=True)]
    assert len(log) == moved
    got.append(np.nanargmax(x, axis=0))
    want = [np.argmax(h, 1), np.argmin(h), np.argmax(h, axis=1, keepdims=True), np.nanargmax(h, axis=0)]
    for one, other in zip(got, want, strict=True):
        assert isinstance(one, fs.Array)
        assert np.array_equal(one.to_numpy(), other)
