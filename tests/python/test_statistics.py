"""Means, variances and their kin, and those that pass over NaN: as NumPy's in float64, on the device."""

import warnings

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES

SHAPES = [(), (1,), (7,), (4, 1, 6), (3, 4, 5)]
MOMENTS = ["mean", "var", "std"]
SKIPPING = ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin"]
ORDERED = ["nanmax", "nanmin"]


def host(shape, dtype, seed=0):
    """Numbers of the size of 1, and small integers."""
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype).kind
    if kind in "biu":
        return rng.integers(0, 2 if kind == "b" else 9, shape).astype(dtype)
    real = rng.standard_normal(shape)
    return np.asarray(real + 1j * rng.standard_normal(shape) if kind == "c" else real).astype(dtype)


def holed(shape, dtype, seed=0):
    """The same with NaN, and with a row of nothing else where there are several."""
    h = host(shape, dtype, seed)
    if h.dtype.kind in "fc":
        h[np.random.default_rng(seed + 1).random(shape) < 0.3] = np.nan
        if h.ndim > 1:
            h[0] = np.nan
    return h


def axes_of(ndim):
    return [None, (), *range(-ndim, ndim), *([(0, -1), (1, 0)] if ndim > 1 else [])]


def quietly(function, *args, **how):
    """What NumPy gives, without what it warns of."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return np.asarray(function(*args, **how))


def wide(h):
    return h.astype(np.complex128 if h.dtype.kind == "c" else np.float64)


def near(got, want, dtype, size, note=""):
    """Holds a result against one in double precision.

    A sum of n numbers by halves is off by at most log2(n) roundings of the sum of their sizes, which are
    about 1 here; the other few steps, and the last rounding, are another 4.
    """
    assert got.dtype == dtype, (note, got.dtype, dtype)
    assert got.shape == want.shape, (note, got.shape, want.shape)
    assert np.array_equal(np.isnan(got), np.isnan(want)), note
    finite = np.isfinite(want)
    assert np.array_equal(got[~finite & ~np.isnan(want)], want[~finite & ~np.isnan(want)]), note
    eps = np.finfo(dtype).eps
    allowed = (4 + np.log2(max(size, 1))) * eps * np.maximum(np.abs(want[finite]), 1)
    assert np.all(np.abs(got[finite] - want[finite]) <= allowed), (note, got, want)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", MOMENTS)
def test_every_dtype_over_every_axis(name, dtype):
    for shape in SHAPES:
        h = host(shape, dtype)
        x = fs.asarray(h)
        for axis in axes_of(len(shape)):
            for keepdims in (False, True):
                want = quietly(getattr(np, name), wide(h), axis=axis, keepdims=keepdims)
                result = quietly(getattr(np, name), h, axis=axis, keepdims=keepdims).dtype
                got = getattr(fs, name)(x, axis=axis, keepdims=keepdims).to_numpy()
                near(got, want, result, h.size, (shape, axis))


@pytest.mark.parametrize(
    ("name", "dtype"),
    [(name, dtype) for name in SKIPPING for dtype in DTYPES if "complex" not in dtype or name not in ORDERED],
)
def test_nan_is_passed_over(name, dtype):
    for shape in SHAPES[1:]:
        h = holed(shape, dtype)
        x = fs.asarray(h)
        for axis in axes_of(len(shape)):
            exact = h if h.dtype.kind in "biu" else wide(h)
            want = quietly(getattr(np, name), exact, axis=axis, keepdims=True)
            result = quietly(getattr(np, name), h, axis=axis).dtype
            got = getattr(fs, name)(x, axis=axis, keepdims=True).to_numpy()
            if result.kind in "biu":
                check(got, want)
            else:
                near(got, want, result, h.size, (shape, axis))


def test_correction_by_both_names():
    h = host((4, 5), "float64")
    x = fs.asarray(h)
    for name in ("var", "std", "nanvar", "nanstd"):
        for correction in (0, 1, 1.5, 4):
            want = getattr(np, name)(h, axis=0 if correction < 4 else 1, ddof=correction)
            for how in ({"correction": correction}, {"ddof": correction}):
                got = getattr(fs, name)(x, axis=0 if correction < 4 else 1, **how).to_numpy()
                near(got, want, np.float64, h.size)
        with pytest.raises(ValueError, match=f"^{name}: correction and ddof are the same; 1 and 2"):
            getattr(fs, name)(x, correction=1, ddof=2)


@pytest.mark.parametrize(
    ("fewer", "name"), [(5, "var"), (7, "std"), (7, "var"), (5, "nanvar"), (7, "nanstd")]
)
def test_no_degrees_of_freedom(fewer, name):
    h = host((4, 5), "float32")
    want = quietly(getattr(np, name), h, axis=1, ddof=fewer)
    x = fs.asarray(h)
    if name.startswith("nan"):
        got = getattr(fs, name)(x, axis=1, ddof=fewer)
    else:
        with pytest.warns(RuntimeWarning, match="^Degrees of freedom <= 0 for slice$"):
            got = getattr(fs, name)(x, axis=1, ddof=fewer)
    assert np.array_equal(got.to_numpy(), want, equal_nan=True)


@pytest.mark.parametrize("name", [*MOMENTS, "nanmean", "nanvar", "nanstd"])
def test_where(name):
    h = host((4, 5, 3), "float64")
    h[1, 2] = np.nan
    mask = np.random.default_rng(2).random((4, 5, 3)) < 0.6
    mask[1, 2] = False
    mask[2] = False
    x, m = fs.asarray(h), fs.asarray(mask)
    for axis in axes_of(3):
        for their, our in ((mask, m), (mask[:, :, :1], m[:, :, :1]), (mask[0], m[0]), (True, True)):
            want = quietly(getattr(np, name), h, axis=axis, where=their)
            got = getattr(fs, name)(x, axis=axis, where=our).to_numpy()
            near(got, want, np.float64, h.size, axis)
    with pytest.raises(TypeError, match=f"^{name}: where is of bool, not float64"):
        getattr(fs, name)(x, where=x)


def test_a_variance_far_from_zero():
    h = (host(1000, "float64") + 1e4).astype(np.float32)
    want = h.astype(np.float64).var()
    assert abs(fs.var(fs.asarray(h)).item() - want) <= 1e-3 * want


def test_the_mean_of_many_halves():
    h = np.full(5000, 300, np.float16)
    x = fs.asarray(h)
    # Their sum is beyond what halves hold.
    assert fs.mean(x).item() == 300
    assert fs.nanmean(x).item() == 300
    assert fs.mean(x, dtype=np.float16).item() == 300
    assert fs.average(x, weights=x).item() == 300
    assert fs.var(x).item() == 0


def test_dtypes_that_are_asked_for():
    h = host((3, 4), "int32")
    x = fs.asarray(h)
    for name in MOMENTS:
        for dtype in ("float16", "float32", "float64"):
            want = getattr(np, name)(h.astype(np.float64), axis=1)
            near(getattr(fs, name)(x, axis=1, dtype=dtype).to_numpy(), want, dtype, h.size)
    check(fs.mean(x, 0, dtype=np.int64).to_numpy(), h.mean(0, dtype=np.int64))
    with pytest.raises(TypeError, match=r"^var: dtype is of floats or complex numbers, not int64"):
        fs.var(x, dtype=np.int64)
    check(fs.nansum(x, dtype=np.float32).to_numpy(), np.nansum(h, dtype=np.float32))


def test_infinities_and_nan():
    h = np.array([[1, np.inf, 2], [np.inf, -np.inf, 0], [np.nan, 1, 2], [-0.0, -0.0, -0.0]], np.float32)
    x = fs.asarray(h)
    for name in (*MOMENTS, *SKIPPING, "ptp"):
        want = quietly(getattr(np, name), h, axis=1)
        near(getattr(fs, name)(x, axis=1).to_numpy(), want, np.float32, 3, name)


def test_no_elements():
    x, h = fs.zeros((0, 3)), np.zeros((0, 3), np.float32)
    for name in ("mean", "nanmean"):
        for axis in (None, 0):
            with pytest.warns(RuntimeWarning, match="^Mean of empty slice$") as caught:
                got = getattr(fs, name)(x, axis)
            assert caught[0].filename == __file__
            check(got.to_numpy(), quietly(getattr(np, name), h, axis=axis))
        check(getattr(fs, name)(x, 1).to_numpy(), getattr(np, name)(h, 1))
    for name in ("var", "std"):
        with pytest.warns(RuntimeWarning, match="^Degrees of freedom") as caught:
            got = getattr(fs, name)(x, 0)
        assert caught[0].filename == __file__
        check(got.to_numpy(), quietly(getattr(np, name), h, axis=0))
    assert fs.nansum(x).item() == 0
    assert fs.nanprod(x, 0).tolist() == [1, 1, 1]
    assert fs.count_nonzero(x).item() == 0
    assert fs.logsumexp(x, 0).tolist() == [-np.inf] * 3
    for name in ("ptp", "nanmax", "nanmin"):
        with pytest.raises(ValueError, match=r"no elements: shape \(0, 3\)"):
            getattr(fs, name)(x)
    assert fs.nanmax(x, initial=2).item() == 2


@pytest.mark.parametrize("name", ["nanmax", "nanmin"])
def test_extremes_with_initial_and_where(name):
    h = holed((4, 5), "float32")
    mask = np.random.default_rng(2).random((4, 5)) < 0.6
    x, m = fs.asarray(h), fs.asarray(mask)
    for initial in (-9, 0.5, 9):
        check(getattr(fs, name)(x, 1, initial=initial).to_numpy(), getattr(np, name)(h, 1, initial=initial))
        want = getattr(np, name)(h, 0, initial=initial, where=mask)
        check(getattr(fs, name)(x, 0, initial=initial, where=m).to_numpy(), want)
    with pytest.raises(ValueError, match="initial="):
        getattr(fs, name)(x, where=m)
    for op in (name, "ptp"):
        with pytest.raises(TypeError, match=f"^{op} does not accept complex64"):
            getattr(fs, op)(fs.asarray(np.array([1j], np.complex64)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_average(dtype):
    h, w = host((3, 4), dtype), host((3, 4), "float32", 5) ** 2 + np.float32(0.1)
    x, v = fs.asarray(h), fs.asarray(w)
    for axis in axes_of(2):
        for keepdims in (False, True):
            how = {"axis": axis, "keepdims": keepdims}
            for theirs, ours in (
                (None, None),
                (w, v),
                (w.astype(np.int32), fs.asarray(w.astype(np.int32) + 1)),
            ):
                theirs = theirs if theirs is None or theirs.dtype != np.int32 else theirs + 1
                want, total = np.average(wide(h), weights=theirs, returned=True, **how)
                result = quietly(np.average, h, weights=theirs, **how).dtype
                got, sums = fs.average(x, weights=ours, returned=True, **how)
                near(got.to_numpy(), np.asarray(want), result, 12, how)
                near(sums.to_numpy(), np.asarray(total), result, 12, how)


def test_average_with_weights_of_some_axes():
    h = host((3, 4, 5), "float64")
    x = fs.asarray(h)
    for axis in (0, 1, -1, (0, 1), (2, 0), (1, 2), (-1, 0, 1)):
        shape = np.transpose(
            h,
            [one % 3 for one in (axis if isinstance(axis, tuple) else (axis,))]
            + [
                one
                for one in range(3)
                if one not in [i % 3 for i in (axis if isinstance(axis, tuple) else (axis,))]
            ],
        ).shape[: len(axis) if isinstance(axis, tuple) else 1]
        w = np.random.default_rng(4).random(shape) + 0.1
        near(fs.average(x, axis, fs.asarray(w)).to_numpy(), np.average(h, axis, w), np.float64, h.size, axis)
    with pytest.raises(TypeError, match=r"^average: weights of shape \(3,\) .* say along which axes"):
        fs.average(x, weights=fs.zeros(3))
    with pytest.raises(ValueError, match=r"^average: weights of shape \(3,\) do not fit .* along axis 1"):
        fs.average(x, 1, fs.zeros(3))


def test_average_of_weights_that_vanish():
    assert np.isnan(fs.average(fs.asarray([1.0, 2.0]), weights=fs.zeros(2)).item())


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if not dtype.startswith("complex")])
def test_ptp_and_count_nonzero(dtype):
    for shape in SHAPES:
        h = host(shape, dtype)
        x = fs.asarray(h)
        for axis in axes_of(len(shape)):
            got = fs.count_nonzero(x, axis, keepdims=True)
            assert got.dtype == np.int64
            assert np.array_equal(got.to_numpy(), np.count_nonzero(h, axis=axis, keepdims=True))
            if dtype != "bool":
                check(fs.ptp(x, axis).to_numpy(), np.asarray(np.ptp(h, axis)), 0, True)
    if dtype == "bool":
        with pytest.raises(TypeError, match=r"^subtract does not accept bool"):
            fs.ptp(fs.asarray([True]))


def test_ptp_wraps_as_numpys():
    h = np.array([-100, 100], np.int8)
    assert fs.ptp(fs.asarray(h)).item() == np.ptp(h)


@pytest.mark.parametrize("dtype", ["int32", "float16", "float32", "float64"])
def test_logsumexp(dtype):
    for shape in SHAPES:
        h = host(shape, dtype) * np.asarray(3, dtype)
        x = fs.asarray(h)
        for axis in axes_of(len(shape)):
            for keepdims in (False, True):
                want = np.log(np.sum(np.exp(wide(h)), axis=axis, keepdims=keepdims))
                got = fs.logsumexp(x, axis, keepdims).to_numpy()
                near(got, np.asarray(want), np.float64 if dtype == "int32" else dtype, h.size, (shape, axis))


def test_logsumexp_of_the_large_and_the_infinite():
    inf = np.inf
    rows = [
        [1e4, 1e4],
        [-1e4, -1e4],
        [inf, 1],
        [-inf, 1],
        [-inf, -inf],
        [inf, -inf],
        [inf, inf],
        [np.nan, inf],
    ]
    got = fs.logsumexp(fs.asarray(rows), 1).to_numpy()
    want = [1e4 + np.log(2), -1e4 + np.log(2), inf, 1, -inf, inf, inf, np.nan]
    near(got, np.array(want), np.float32, 2)
    with pytest.raises(TypeError, match=r"^logsumexp does not accept complex64"):
        fs.logsumexp(fs.asarray(np.array([1j], np.complex64)))


@pytest.mark.parametrize("name", [*MOMENTS, "nansum", "nanmax", "count_nonzero", "logsumexp"])
def test_every_layout(name):
    h = host((6, 8), "float64")
    x = fs.asarray(h)
    for note, view in VIEWS.items():
        seen = view(h)
        if not seen.size:
            continue
        for axis in (None, *range(seen.ndim)):
            got = getattr(fs, name)(view(x), axis=axis).to_numpy()
            if name == "logsumexp":
                want = np.log(np.exp(seen).sum(axis))
            else:
                want = getattr(np, name)(seen, axis=axis)
            if name == "count_nonzero":
                assert np.array_equal(got, want), (note, axis)
            else:
                near(got, np.asarray(want), np.float64, h.size, (note, axis))


def test_numpys_names_run_on_the_device(log):
    h = holed((3, 4), "float32")
    x = fs.asarray(h)
    moved = len(log)
    calls = {
        "mean": lambda a: np.mean(a, 0),
        "var": lambda a: np.var(a, 1, None, None, 1),
        "std": lambda a: np.std(a, axis=1, keepdims=True),
        "average": lambda a: np.average(a, 1),
        "ptp": lambda a: np.ptp(a, 1),
        "nansum": lambda a: np.nansum(a, axis=1),
        "nanmax": lambda a: np.nanmax(a[1:], axis=1),
        "nanstd": lambda a: np.nanstd(a[1:], 1),
        "count_nonzero": lambda a: np.count_nonzero(a, axis=1),
    }
    got = {name: call(x) for name, call in calls.items()}
    assert len(log) == moved
    for name, call in calls.items():
        assert isinstance(got[name], fs.Array), name
        want = quietly(call, h)
        assert np.allclose(got[name].to_numpy(), want, equal_nan=True), name


def test_what_is_no_array():
    for name in (*MOMENTS, *SKIPPING, "average", "ptp", "logsumexp", "count_nonzero"):
        with pytest.raises(TypeError, match=f"^{name}: every operand is an array of farshore, not list"):
            getattr(fs, name)([1.0, 2.0])
        with pytest.raises(np.exceptions.AxisError):
            getattr(fs, name)(fs.zeros(3), 1)
