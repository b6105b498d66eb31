"""Sums and their kin, joined arrays: as NumPy's, on the device."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES

FUNCTIONS = ["sum", "prod", "max", "min", "all", "any"]
SHAPES = [(), (1,), (7,), (8,), (3, 5), (4, 1, 6), (2, 3, 4, 5)]


def host(shape, dtype, seed=0):
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 3, shape) - (np.dtype(dtype).kind in "ifc")
    return small.astype(dtype)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_small_integers_of_every_dtype_over_every_axis(name, shape):
    for dtype in DTYPES:
        h = host(shape, dtype)
        if h.dtype.kind == "c" and name in ("max", "min"):
            continue
        x = fs.asarray(h)
        axes = [None, *range(-len(shape), len(shape)), *([(0, -1)] if len(shape) > 1 else [])]
        for axis in axes:
            for keepdims in (False, True):
                want = np.asarray(getattr(np, name)(h, axis=axis, keepdims=keepdims))
                got = getattr(fs, name)(x, axis=axis, keepdims=keepdims)
                assert (got.shape, got.dtype) == (want.shape, want.dtype), (dtype, axis)
                assert np.array_equal(got.to_numpy(), want), (dtype, axis)


@pytest.mark.parametrize("length", [2, 1000, 65_537, 1 << 20])
def test_sums_are_as_good_as_numpys_pairwise_ones(length, rng):
    h = rng.standard_normal(length, dtype=np.float32)
    exact = h.astype(np.float64).sum()
    scale = np.abs(h.astype(np.float64)).sum() * np.finfo(np.float32).eps / 2
    got = float(fs.sum(fs.asarray(h)))
    assert abs(got - exact) <= scale * np.log2(length)
    assert got == float(fs.sum(fs.asarray(h))), "the same bits each time"


def test_nan_and_infinity():
    h = np.array([[1, np.nan], [np.inf, -np.inf], [np.inf, 2]], np.float32)
    x = fs.asarray(h)
    with np.errstate(invalid="ignore"):
        for name in ("sum", "prod", "max", "min"):
            check(getattr(fs, name)(x, axis=1).to_numpy(), getattr(np, name)(h, axis=1))
    assert fs.any(x).tolist() is True


def test_no_elements():
    x = fs.zeros((0, 3))
    assert fs.sum(x).item() == 0
    assert fs.prod(x, axis=0).tolist() == [1, 1, 1]
    assert fs.all(x).item() is True
    assert fs.any(x).item() is False
    assert fs.max(x, axis=1).shape == (0,)
    with pytest.raises(ValueError, match=r"no elements: shape \(0, 3\)"):
        fs.max(x)


def test_dtypes_of_sums():
    x = fs.asarray(np.full(1000, 100, np.int8))
    assert (fs.sum(x).item(), fs.sum(x).dtype) == (100_000, np.int64)
    assert fs.sum(x, dtype=np.int8).item() == np.full(1000, 100, np.int8).sum(dtype=np.int8)
    half = fs.asarray(np.full(4096, 0.1, np.float16))
    assert fs.sum(half).dtype == np.float16
    assert fs.sum(half).item() == np.full(4096, 0.1, np.float16).sum()


def test_what_does_not_fit():
    x = fs.asarray(np.array([1j, 2, 3, 4], np.complex64))
    with pytest.raises(TypeError, match="maximum does not accept complex64"):
        fs.max(x)
    with pytest.raises(np.exceptions.AxisError):
        fs.sum(x, axis=1)


def test_numpys_names_run_on_the_device(log):
    h = np.arange(12, dtype=np.float32).reshape(3, 4)
    x = fs.asarray(h)
    moved = len(log)
    calls = {
        "sum": lambda a: np.sum(a, axis=0),
        "sum, positional": lambda a: np.sum(a, 1),
        "prod": lambda a: np.prod(a, axis=1, keepdims=True),
        "max": lambda a: np.max(a, axis=-1),
        "amin": lambda a: np.amin(a),
        "all": lambda a: np.all(a, axis=1),
        "any": lambda a: np.any(a),
        "concatenate": lambda a: np.concatenate([a, a], axis=1),
        "concatenate, positional": lambda a: np.concatenate((a, a[:1]), 0),
        "stack": lambda a: np.stack([a, a], axis=-1),
        "array_equal": lambda a: np.array_equal(a, a),
        "array_equal, not": lambda a: np.array_equal(a, a + 1),
        "transpose": lambda a: np.transpose(a),
    }
    got = {name: call(x) for name, call in calls.items()}
    assert len(log) == moved
    for name, call in calls.items():
        assert isinstance(got[name], fs.Array), name
        assert np.array_equal(got[name].to_numpy(), call(h)), name


def test_a_parameter_that_is_not_there_is_refused_by_name():
    x = fs.asarray([1.0, 2.0])
    with pytest.raises(fs.ImplicitTransferError, match=r"numpy\.sum was given"):
        np.sum(x, where=np.array([True, False]))
    with pytest.raises(fs.ImplicitTransferError, match=r"numpy\.concatenate was given"):
        np.concatenate([x, np.ones(2)])


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_joined(axis, rng):
    parts = [rng.integers(-9, 9, (3, 4)).astype(dtype) for dtype in ("int8", "float32", "int16")]
    want = np.concatenate(parts, axis)
    got = fs.concat([fs.asarray(part) for part in parts], axis)
    assert got.dtype == want.dtype
    assert np.array_equal(got.to_numpy(), want)


def test_joined_views_and_empty_ones():
    h = np.arange(24).reshape(4, 6)
    x = fs.asarray(h)
    assert np.array_equal(fs.concat([x.T, x.T[:, ::-1]]).to_numpy(), np.concatenate([h.T, h.T[:, ::-1]]))
    assert np.array_equal(fs.stack([x[::2], x[1::2]]).to_numpy(), np.stack([h[::2], h[1::2]]))
    assert fs.concat([x[:0], x]).shape == (4, 6)


def test_what_cannot_be_joined():
    x = fs.zeros((2, 3))
    for arrays, message in (([], "no arrays"), ([x, fs.zeros((3, 2))], r"\(2, 3\), \(3, 2\) differ")):
        with pytest.raises(ValueError, match=message):
            fs.concat(arrays)
    with pytest.raises(ValueError, match="without axes"):
        fs.concat([fs.asarray(1.0)])
    with pytest.raises(ValueError, match="differ"):
        fs.stack([x, x[:1]])
    with pytest.raises(np.exceptions.AxisError):
        fs.concat([x, x], axis=2)
