"""Medians and quantiles: as NumPy's in float64, on the device."""

import warnings

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES

METHODS = ["linear", "lower", "higher", "nearest", "midpoint"]
BETWEEN = ["linear", "midpoint"]
SKIPPING = ["nanquantile", "nanpercentile"]
REALS = [dtype for dtype in DTYPES if not dtype.startswith("complex")]
SHAPES = [(), (1,), (7,), (8,), (4, 1, 6), (3, 4, 5)]


def host(shape, dtype, seed=0):
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype).kind
    if kind in "biu":
        return rng.integers(0, 2 if kind == "b" else 100, shape).astype(dtype)
    real = rng.standard_normal(shape)
    return np.asarray(real + 1j * rng.standard_normal(shape) if kind == "c" else real).astype(dtype)


def axes_of(ndim):
    return [None, *range(-ndim, ndim), *([(), (0, -1), (1, 0)] if ndim > 1 else [])]


def wide(h):
    return h.astype(np.complex128 if h.dtype.kind == "c" else np.float64)


def quietly(function, *args, **how):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return np.asarray(function(*args, **how))


def near(got, want, dtype, note=""):
    """Within 4 roundings of numbers of the size of the elements: a difference, a product, a sum, the last."""
    want = np.asarray(want)
    assert got.dtype == dtype, (note, got.dtype)
    assert got.shape == want.shape, (note, got.shape, want.shape)
    assert np.array_equal(np.isnan(got), np.isnan(want)), note
    finite = np.isfinite(want)
    infinite = ~finite & ~np.isnan(want)
    assert np.array_equal(got[infinite], want[infinite]), note
    allowed = 4 * np.finfo(dtype).eps * np.maximum(np.abs(want[finite]), 4)
    assert np.all(np.abs(got[finite] - want[finite]) <= allowed), (note, got, want)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["median", "nanmedian"])
def test_medians_over_every_axis(name, dtype):
    for shape in SHAPES:
        h = host(shape, dtype)
        x = fs.asarray(h)
        for axis in axes_of(len(shape)):
            for keepdims in (False, True):
                how = {"axis": axis, "keepdims": keepdims}
                want = quietly(getattr(np, name), wide(h), **how)
                result = quietly(getattr(np, name), h, **how).dtype
                near(getattr(fs, name)(x, **how).to_numpy(), want, result, (shape, axis))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64"])
def test_medians_and_nan(dtype):
    h = host((6, 8), dtype)
    h[np.random.default_rng(3).random((6, 8)) < 0.2] = np.nan
    h[2] = np.nan
    h[3] = host(8, dtype)
    x = fs.asarray(h)
    for name in ("median", "nanmedian"):
        for axis in (None, 0, 1, (0, 1)):
            want = quietly(getattr(np, name), wide(h), axis=axis)
            near(getattr(fs, name)(x, axis).to_numpy(), want, dtype, (name, axis))


def test_medians_and_infinity():
    inf, nan = np.inf, np.nan
    h = np.array(
        [[inf, inf, 1], [-inf, inf, nan], [inf, inf, inf], [-inf, 1, inf], [inf, 2, nan]], np.float32
    )
    x = fs.asarray(h)
    for columns in (2, 3):
        for name in ("median", "nanmedian"):
            want = quietly(getattr(np, name), h[:, :columns], axis=1)
            near(getattr(fs, name)(x[:, :columns], 1).to_numpy(), want, np.float32, (name, columns))


def test_the_largest_number_is_its_own_median():
    h = np.full(3, np.finfo(np.float32).max, np.float32)
    assert fs.median(fs.asarray(h)).item() == h[0]
    assert fs.nanmedian(fs.asarray(h)).item() == h[0]


@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("method", METHODS)
def test_quantiles_over_every_axis(method, dtype):
    if dtype == "bool" and method in BETWEEN:
        with pytest.raises(TypeError, match=r"^quantile: nothing is between bools; take method='nearest'"):
            fs.quantile(fs.asarray([True]), 0.5, method=method)
        return
    for shape in SHAPES:
        h = host(shape, dtype)
        x = fs.asarray(h)
        for axis in axes_of(len(shape)):
            for q in (0.3, [0, 0.5, 1]):
                how = {"axis": axis, "method": method, "keepdims": axis == 0}
                want = np.quantile(h if method not in BETWEEN else wide(h), q, **how)
                got = fs.quantile(x, q, **how).to_numpy()
                if method in BETWEEN:
                    near(got, want, np.float64 if h.dtype.kind in "iu" else dtype, (shape, how))
                else:
                    check(got, np.asarray(want), note=(shape, how))


@pytest.mark.parametrize("method", METHODS)
def test_shapes_of_q(method):
    h = host((5, 6), "float64")
    x = fs.asarray(h)
    rng = np.random.default_rng(1)
    for q in (0, 1, 0.25, rng.random(4).tolist(), rng.random((2, 3)), [], [[0.5]]):
        for axis in (None, 0, 1, (0, 1)):
            for keepdims in (False, True):
                how = {"axis": axis, "keepdims": keepdims, "method": method}
                want = np.quantile(h, np.asarray(q, np.float64), **how)
                near(fs.quantile(x, q, **how).to_numpy(), want, np.float64, (q, how))
                percents = np.asarray(q, np.float64) * 100
                want = np.percentile(h, percents, **how)
                near(fs.percentile(x, percents, **how).to_numpy(), want, np.float64, (q, how))


@pytest.mark.parametrize("method", METHODS)
def test_ranks_that_the_device_computes(method):
    h = host((3, 5, 6), "float64")
    x = fs.asarray(h)
    rng = np.random.default_rng(1)
    for q in (np.array(0.25), rng.random(4), np.array([[0, 0.5], [0.75, 1]])):
        for axis in (None, 0, 1, (0, 2)):
            how = {"axis": axis, "method": method}
            want = np.quantile(h, q, **how)
            near(fs.quantile(x, fs.asarray(q), **how).to_numpy(), want, np.float64, (q, how))
            want = np.percentile(h, q * 100, **how)
            near(fs.percentile(x, fs.asarray(q * 100), **how).to_numpy(), want, np.float64, (q, how))
    ends = fs.quantile(x, fs.asarray([-1.0, 2.0]), method=method).to_numpy()
    assert np.array_equal(ends, [h.min(), h.max()])
    numbers = (h[0] * 100).astype(np.int32)
    got = fs.quantile(fs.asarray(numbers), fs.asarray([0.1, 0.9]), 1, method=method)
    want = np.quantile(numbers, np.array([0.1, 0.9], np.float32).astype(np.float64), 1, method=method)
    assert got.dtype == want.dtype
    assert np.allclose(got.to_numpy(), want)


@pytest.mark.parametrize("method", METHODS)
def test_quantiles_and_nan(method):
    h = host((4, 5), "float32")
    h[1, 2] = np.nan
    x = fs.asarray(h)
    for axis in (0, 1):
        want = np.quantile(wide(h), [0, 0.4], axis, method=method)
        near(fs.quantile(x, [0, 0.4], axis, method=method).to_numpy(), want, np.float32)
        near(fs.quantile(x, fs.asarray([0, 0.4]), axis, method=method).to_numpy(), want, np.float32)


def holed(shape, dtype, seed=0):
    """Random numbers with NaN among them; a row of nothing else, one of one number, one without any."""
    h = host(shape, dtype, seed)
    h[np.random.default_rng(seed + 1).random(shape) < 0.3] = np.nan
    h[0] = h[1] = np.nan
    h[1, 1] = 2
    h[2] = host(shape[1:], dtype, seed + 2)
    return h


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("method", METHODS)
def test_quantiles_that_pass_over_nan(method, dtype):
    for shape in ((5, 6), (4, 3, 5)):
        h = holed(shape, dtype)
        x = fs.asarray(h)
        for axis in axes_of(len(shape)):
            for q in (0.3, 0, 1, [0, 0.5, 1], [[0.25, 0.75]], []):
                how = {"axis": axis, "method": method, "keepdims": axis == 0}
                parts = np.asarray(q, np.float64)
                line = parts.reshape(-1) if parts.ndim > 1 else parts
                want = quietly(np.nanquantile, h if method not in BETWEEN else wide(h), line, **how)
                # NumPy does not always put several axes of q first.
                want = want.reshape(parts.shape + want.shape[line.ndim :])
                for rank in (q, fs.asarray(parts)):
                    got = fs.nanquantile(x, rank, **how).to_numpy()
                    if method in BETWEEN:
                        near(got, want, dtype, (shape, how))
                    else:
                        check(got, want, note=(shape, how))
                    percents = rank * 100 if isinstance(rank, fs.Array) else parts * 100
                    # A hundred times a part is not always the same part of a hundred.
                    close = fs.nanpercentile(x, percents, **how).to_numpy()
                    assert np.allclose(close, got, 1e-2, 1e-2, equal_nan=True)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64"])
@pytest.mark.parametrize("method", METHODS)
def test_quantiles_of_integers_have_no_nan_to_pass_over(method, dtype):
    x = fs.asarray(host((4, 5), dtype))
    if dtype == "bool" and method in BETWEEN:
        with pytest.raises(TypeError, match=r"^nanquantile: nothing is between bools"):
            fs.nanquantile(x, 0.5, method=method)
        return
    for q in (0.3, [0.25, 0.75]):
        want = fs.quantile(x, q, 1, method=method).to_numpy()
        check(fs.nanquantile(x, q, 1, method=method).to_numpy(), want)


def test_quantiles_that_pass_over_nan_and_infinity():
    inf, nan = np.inf, np.nan
    h = np.array([[-inf, nan, -inf], [inf, inf, nan], [nan, nan, -inf], [-inf, inf, nan], [inf, nan, 1]])
    x = fs.asarray(h.astype(np.float32))
    for q, want in ((0, [-inf, inf, -inf, -inf, 1]), (1, [-inf, inf, -inf, inf, inf])):
        for rank in (q, fs.asarray(float(q))):
            assert fs.nanquantile(x, rank, 1).tolist() == want
    assert fs.nanquantile(x, 0.25, 1).tolist()[4] == inf
    zeros = fs.asarray(np.array([-0.0, nan, -0.0], np.float32))
    assert np.signbit(fs.nanquantile(zeros, 0.5, method="lower").item())


def test_nothing_moves_to_pass_over_nan():
    x = fs.asarray(holed((5, 6), "float32"))
    with fs.transfers("forbid"):
        for axis in (None, 1, (0, 1)):
            fs.evaluate(
                fs.nanquantile(x, [0.1, 0.9], axis), fs.nanpercentile(x, 30, axis), fs.nanmedian(x, axis)
            )


def test_quantiles_and_infinity():
    inf, large = np.inf, float(np.finfo(np.float32).max)
    cases = [
        ([1, inf], 0, 1),
        ([1, inf], 0.25, inf),
        ([1, inf], 0.5, inf),
        ([-inf, 1, 2], 0, -inf),
        ([-inf, 1], 0.75, -inf),
        ([inf, inf], 0.5, inf),
        ([-inf, inf], 0.5, np.nan),
        ([-large, large], 0.5, 0),
    ]
    for elements, q, want in cases:
        x = fs.asarray(np.array(elements, np.float32))
        for rank in (q, fs.asarray(float(q))):
            assert np.array_equal(fs.quantile(x, rank).item(), want, equal_nan=True), (elements, q)


def test_quantiles_grow_with_q():
    h = host(9, "float32")
    got = fs.quantile(fs.asarray(h), np.linspace(0, 1, 65)).to_numpy()
    assert np.all(np.diff(got) >= 0)


@pytest.mark.parametrize("name", ["median", "nanmedian", "quantile", "nanquantile"])
def test_every_layout(name):
    h = host((6, 8), "float64")
    if name.startswith("nan"):
        h[1, 2] = h[4, ::3] = np.nan
    x = fs.asarray(h)
    q = [0.3] if "quantile" in name else []
    for note, view in VIEWS.items():
        seen = view(h)
        for axis in (None, *range(seen.ndim)):
            if seen.size:
                got = getattr(fs, name)(view(x), *q, axis=axis).to_numpy()
                near(got, quietly(getattr(np, name), seen, *q, axis=axis), np.float64, (note, axis))


def test_no_elements():
    x, h = fs.zeros((0, 3)), np.zeros((0, 3), np.float32)
    for name in ("median", "nanmedian"):
        for axis in (None, 0):
            with pytest.warns(RuntimeWarning, match="^Mean of empty slice$") as caught:
                got = getattr(fs, name)(x, axis)
            assert caught[0].filename == __file__
            check(got.to_numpy(), quietly(getattr(np, name), h, axis=axis))
        assert getattr(fs, name)(x, 1).shape == (0,)
    assert fs.quantile(x, [0.5, 0.1], 1).shape == (2, 0)
    for name in SKIPPING:
        for axis in (None, 0):
            with pytest.warns(RuntimeWarning, match="^Mean of empty slice$") as caught:
                got = getattr(fs, name)(x, 0.5, axis)
            assert caught[0].filename == __file__
            check(got.to_numpy(), quietly(getattr(np, name), h, 0.5, axis=axis))
            # NumPy leaves the axes of q out here.
            with pytest.warns(RuntimeWarning):
                got = getattr(fs, name)(x, [0.5, 0.1], axis, True).to_numpy()
            assert got.shape == (2, 1, 1 if axis is None else 3)
            assert np.isnan(got).all()
        assert getattr(fs, name)(x, [0.5, 0.1], 1).shape == (2, 0)
        assert getattr(fs, name)(x, fs.asarray([0.5, 0.1]), 1).shape == (2, 0)
    for function in (fs.quantile, fs.percentile):
        with pytest.raises(IndexError, match=r"no elements have no ranks: shape \(0, 3\)"):
            function(x, 0.5)


def test_what_does_not_fit():
    x = fs.asarray([1.0, 2.0])
    for q in (-0.1, 1.5, [0.5, 2], float("nan")):
        with pytest.raises(ValueError, match=r"^quantile: q is from 0 to 1, not"):
            fs.quantile(x, q)
    for name in ("percentile", "nanpercentile"):
        with pytest.raises(ValueError, match=rf"^{name}: q is from 0 to 100, not 101"):
            getattr(fs, name)(x, 101)
    with pytest.raises(ValueError, match=r"^nanquantile: q is from 0 to 1, not -1"):
        fs.nanquantile(x, -1)
    with pytest.raises(TypeError, match=r"^nanquantile does not accept complex64"):
        fs.nanquantile(fs.asarray(np.array([1j], np.complex64)), 0.5)
    with pytest.raises(ValueError, match=r"^quantile: there is no method 'best', but linear, "):
        fs.quantile(x, 0.5, method="best")
    with pytest.raises(TypeError, match=r"^quantile does not accept complex64"):
        fs.quantile(fs.asarray(np.array([1j], np.complex64)), 0.5)
    for name in ("median", "nanmedian"):
        with pytest.raises(TypeError, match=f"^{name}: every operand is an array of farshore"):
            getattr(fs, name)([1.0])
        with pytest.raises(np.exceptions.AxisError):
            getattr(fs, name)(x, 1)


def test_numpys_names_run_on_the_device(log):
    h = host((3, 4), "float32")
    x = fs.asarray(h)
    moved = len(log)
    calls = {
        "median": lambda a: np.median(a, axis=1),
        "nanmedian": lambda a: np.nanmedian(a, 0),
        "quantile": lambda a: np.quantile(a, 0.3, axis=1),
        "quantile, named": lambda a: np.quantile(a, q=[0.1, 0.2], method="lower"),
        "percentile": lambda a: np.percentile(a, 30, 0, keepdims=True),
        "nanquantile": lambda a: np.nanquantile(a, [0.3, 0.4], 1, method="higher"),
        "nanpercentile": lambda a: np.nanpercentile(a, 30, axis=0, keepdims=True),
    }
    got = {name: call(x) for name, call in calls.items()}
    assert len(log) == moved
    for name, call in calls.items():
        assert isinstance(got[name], fs.Array), name
        assert np.allclose(got[name].to_numpy(), call(h)), name
