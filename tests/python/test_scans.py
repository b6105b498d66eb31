"""Cumulative sums, products and extremes: as NumPy's, on the device."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES

SUMS = ["cumsum", "cumprod"]
SHAPES = [(1,), (7,), (4, 1, 6), (3, 4, 5)]
EXTREMES = {"cummax": np.maximum, "cummin": np.minimum}


def host(shape, dtype, seed=0):
    """Small integers, whose sums and products are exact in every dtype."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 3, shape) - (np.dtype(dtype).kind in "ifc")
    return small.astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SUMS)
def test_every_dtype_along_every_axis(name, dtype):
    for shape in [(), *SHAPES]:
        h = host(shape, dtype)
        x = fs.asarray(h)
        for axis in (None, *range(-len(shape), len(shape))):
            want = np.asarray(getattr(np, name)(h, axis=axis))
            got = getattr(fs, name)(x, axis=axis).to_numpy()
            assert got.dtype == want.dtype, (shape, axis)
            assert np.array_equal(got, want), (shape, axis)
            assert got.shape == want.shape


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_the_standards_names(name, dtype):
    for shape in [(), *SHAPES, (0,), (2, 0), (0, 2)]:
        h = host(shape, dtype)
        x = fs.asarray(h)
        axes = [*range(-len(shape), len(shape)), *([None] if len(shape) < 2 else [])]
        for axis in axes:
            for first in (False, True):
                want = getattr(np, name)(h, axis=axis, include_initial=first)
                got = getattr(fs, name)(x, axis=axis, include_initial=first).to_numpy()
                assert (got.shape, got.dtype) == (want.shape, want.dtype), (shape, axis, first)
                assert np.array_equal(got, want), (shape, axis, first)
    with pytest.raises(ValueError, match=rf"^{name}: an array of shape \(2, 3\) has several axes"):
        getattr(fs, name)(fs.zeros((2, 3)))
    with pytest.raises(np.exceptions.AxisError):
        getattr(fs, name)(fs.zeros((2, 3)), axis=2)


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if not dtype.startswith("complex")])
@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_so_far(name, dtype):
    function = np.logical_or if name == "cummax" else np.logical_and
    function = function if dtype == "bool" else EXTREMES[name]
    for shape in SHAPES:
        h = np.random.default_rng(3).integers(0, 2 if dtype == "bool" else 100, shape).astype(dtype)
        x = fs.asarray(h)
        for axis in range(-len(shape), len(shape)):
            check(getattr(fs, name)(x, axis).to_numpy(), function.accumulate(h, axis))
        check(getattr(fs, name)(x).to_numpy(), function.accumulate(h.reshape(-1)))


def test_nan_and_infinity():
    h = np.array([1, -np.inf, 3, np.nan, 2, np.inf], np.float32)
    x = fs.asarray(h)
    with np.errstate(invalid="ignore"):
        for name in (*SUMS, "nancumsum", "nancumprod"):
            check(getattr(fs, name)(x).to_numpy(), getattr(np, name)(h))
    for name, function in EXTREMES.items():
        check(getattr(fs, name)(x).to_numpy(), function.accumulate(h))


@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_that_pass_over_nan(dtype):
    h = host((3, 4), dtype)
    if h.dtype.kind in "fc":
        h[1, 2] = h[0, 0] = np.nan
    x = fs.asarray(h)
    for name in ("nancumsum", "nancumprod"):
        for axis in (None, 0, 1):
            want = getattr(np, name)(h, axis=axis)
            got = getattr(fs, name)(x, axis=axis).to_numpy()
            assert got.dtype == want.dtype
            assert np.array_equal(got, want), name


def test_dtypes_that_are_asked_for():
    h = np.array([100, 100, 100, 200], np.uint8)
    x = fs.asarray(h)
    for dtype in ("uint8", "int16", "float32", "complex64"):
        check(fs.cumsum(x, dtype=dtype).to_numpy(), np.cumsum(h, dtype=dtype))
        check(fs.cumulative_sum(x, dtype=dtype).to_numpy(), np.cumulative_sum(h, dtype=dtype))
    mask = np.array([False, True, False])
    check(fs.cumsum(fs.asarray(mask), dtype=bool).to_numpy(), np.cumsum(mask, dtype=bool))
    check(fs.cumprod(fs.asarray(mask), dtype=bool).to_numpy(), np.cumprod(mask, dtype=bool))
    holed = np.array([3, np.nan, 2], np.float32)
    for name in ("nancumsum", "nancumprod"):
        want = getattr(np, name)(holed, None, np.float64)
        check(getattr(fs, name)(fs.asarray(holed), None, np.float64).to_numpy(), want)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_sums_of_random_numbers(dtype, rng):
    h = rng.standard_normal((3, 700)).astype(dtype)
    exact = h.astype(np.longdouble).cumsum(1)
    sizes = np.abs(h.astype(np.longdouble)).cumsum(1)
    got = fs.cumsum(fs.asarray(h), 1).to_numpy()
    # One rounding for every doubling of the length, of what was added so far; halves are rounded once more.
    inside = np.finfo(np.float32 if dtype == "float16" else dtype).eps
    allowed = np.log2(700) * inside * sizes + (np.finfo(dtype).eps / 2) * np.abs(exact)
    assert got.dtype == dtype
    assert np.all(np.abs(got - exact) <= allowed)


def test_halves_are_rounded_once():
    h = np.full(4096, 0.1, np.float16)
    got = fs.cumsum(fs.asarray(h)).to_numpy()
    exact = h.astype(np.float64).cumsum()
    assert np.all(np.abs(got - exact) <= np.spacing(got).astype(np.float64) * 0.51)


@pytest.mark.parametrize("name", [*SUMS, "cummax", "nancumsum", "nancumprod"])
def test_every_layout(name):
    h = host((6, 8), "int64")
    x = fs.asarray(h)
    for note, view in VIEWS.items():
        seen = view(h)
        for axis in (None, *range(seen.ndim)):
            got = getattr(fs, name)(view(x), axis).to_numpy()
            if name == "cummax":
                seen_along, along = (seen.reshape(-1), 0) if axis is None else (seen, axis)
                want = np.maximum.accumulate(seen_along, along)
            else:
                want = getattr(np, name)(seen, axis)
            check(got, want, note=(note, axis))


def test_empty():
    for shape in ((0,), (3, 0), (0, 3)):
        x, h = fs.zeros(shape), np.zeros(shape, np.float32)
        for axis in (None, *range(len(shape))):
            check(fs.cumsum(x, axis).to_numpy(), np.cumsum(h, axis))
            check(fs.nancumprod(x, axis).to_numpy(), np.nancumprod(h, axis))
            assert fs.cummax(x, axis).shape == np.cumsum(h, axis).shape


def test_what_does_not_fit():
    for name in (*SUMS, "nancumsum", "nancumprod", "cummax"):
        with pytest.raises(TypeError, match=f"^{name}: every operand is an array of farshore"):
            getattr(fs, name)([1, 2])
        with pytest.raises(np.exceptions.AxisError):
            getattr(fs, name)(fs.zeros(3), 1)
    with pytest.raises(TypeError, match=r"^cummin does not accept complex64"):
        fs.cummin(fs.asarray(np.array([1j], np.complex64)))


def test_numpys_names_run_on_the_device(log):
    h = np.arange(12, dtype=np.float32).reshape(3, 4)
    x = fs.asarray(h)
    moved = len(log)
    calls = {
        "cumsum": lambda a: np.cumsum(a, 1),
        "cumprod": lambda a: np.cumprod(a, axis=0, dtype=np.float64),
        "nancumsum": lambda a: np.nancumsum(a),
        "nancumprod": lambda a: np.nancumprod(a, 1),
        "cumulative_sum": lambda a: np.cumulative_sum(a, axis=1, include_initial=True),
    }
    got = {name: call(x) for name, call in calls.items()}
    assert len(log) == moved
    for name, call in calls.items():
        assert isinstance(got[name], fs.Array), name
        check(got[name].to_numpy(), call(h))
