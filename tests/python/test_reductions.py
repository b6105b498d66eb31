"""Sums and their kin, joined arrays: as NumPy's, on the device."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
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
    with pytest.raises(TypeError, match=r"^max does not accept complex64: .*fs\.real"):
        fs.max(x)
    with pytest.raises(np.exceptions.AxisError):
        fs.sum(x, axis=1)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_layout(name):
    h = host((6, 8), "int32")
    x = fs.asarray(h)
    for note, view in VIEWS.items():
        seen = view(h)
        if not seen.size and name in ("max", "min"):
            continue
        for axis in (None, *range(seen.ndim), ()):
            want = np.asarray(getattr(np, name)(seen, axis=axis))
            check(getattr(fs, name)(view(x), axis=axis).to_numpy(), want, note=(note, axis))


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_and_initial(dtype):
    h, mask = host((3, 4), dtype), np.random.default_rng(1).integers(0, 2, (3, 4)) > 0
    x, m = fs.asarray(h), fs.asarray(mask)
    for name, initial in (("sum", 3), ("prod", 2), ("max", 1), ("min", 1)):
        if h.dtype.kind == "c" and name in ("max", "min"):
            continue
        for axis, keepdims in ((None, False), (1, True), ((), False)):
            how = {"axis": axis, "keepdims": keepdims, "initial": initial}
            want = np.asarray(getattr(np, name)(h, where=mask, **how))
            got = getattr(fs, name)(x, where=m, **how).to_numpy()
            assert got.dtype == want.dtype
            # Of products 0 may have either sign.
            assert np.array_equal(got, want), (name, how)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_masks_of_other_shapes(name):
    h, mask = host((3, 4), "float32"), np.random.default_rng(1).integers(0, 2, (3, 4)) > 0
    x, m = fs.asarray(h), fs.asarray(mask)
    how = {"axis": 0} if name in ("all", "any") else {"axis": 0, "initial": 1}
    for their, our in (
        (mask[1], m[1]),
        (mask[:, :1], m[:, :1]),
        (mask.T[0, 0], m[0, 0]),
        (True, True),
        (False, False),
    ):
        want = np.asarray(getattr(np, name)(h, where=their, **how))
        assert np.array_equal(getattr(fs, name)(x, where=our, **how).to_numpy(), want)


def test_what_a_mask_hides_does_not_come_through():
    h = np.array([1, np.nan, np.inf, 4], np.float32)
    x, m = fs.asarray(h), fs.asarray(np.isfinite(h))
    assert fs.sum(x, where=m).item() == 5
    assert fs.prod(x, where=m).item() == 4
    assert fs.max(x, where=m, initial=-np.inf).item() == 4


def test_halves_are_rounded_once():
    h = np.full(3000, 0.1, np.float16)
    x = fs.asarray(h)
    want = np.float16(h.astype(np.float64).sum() + 1000)
    assert fs.sum(x, initial=1000).item() == want
    assert fs.sum(x, dtype=np.float16, initial=1000).dtype == np.float16


def test_the_axis_by_position():
    h = np.arange(12).reshape(3, 4)
    x = fs.asarray(h)
    for name in FUNCTIONS:
        assert np.array_equal(getattr(fs, name)(x, 1).to_numpy(), getattr(np, name)(h, 1)), name
        assert np.array_equal(getattr(fs, name)(x, (0, -1)).to_numpy(), getattr(np, name)(h, (0, -1))), name
    assert fs.sum(x, 0, np.float32).dtype == np.float32


def test_a_sum_over_no_axes_is_another_array():
    x = fs.asarray(np.arange(3.0))
    for result in (fs.sum(x, ()), fs.max(x, ()), fs.sum(x[0])):
        assert not result.shares_memory(x)
    total = fs.sum(x, ())
    total[0] = 7
    assert x.tolist() == [0, 1, 2]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float64", "complex64"])
def test_empty_of_every_axis(dtype):
    h = np.zeros((2, 0, 3), dtype)
    x = fs.asarray(h)
    for axis in (None, 0, 1, 2, (0, 1), (0, 2), (0, 1, 2), ()):
        for keepdims in (False, True):
            how = {"axis": axis, "keepdims": keepdims}
            for name in ("sum", "prod", "all", "any"):
                check(getattr(fs, name)(x, **how).to_numpy(), np.asarray(getattr(np, name)(h, **how)))
            if dtype == "complex64":
                continue
            check(fs.max(x, initial=1, **how).to_numpy(), np.asarray(np.max(h, initial=1, **how)))
            try:
                want = np.asarray(np.min(h, **how))
            except ValueError:
                with pytest.raises(ValueError, match="no elements"):
                    fs.min(x, **how)
            else:
                check(fs.min(x, **how).to_numpy(), want)


def test_sums_of_bool_as_bool():
    h = np.array([[True, True], [True, False]])
    x = fs.asarray(h)
    check(fs.sum(x, 1, dtype=bool).to_numpy(), h.sum(1, dtype=bool))
    check(fs.prod(x, 1, dtype=bool).to_numpy(), h.prod(1, dtype=bool))


def test_sums_that_are_refused():
    x = fs.asarray(np.arange(6).reshape(2, 3))
    with pytest.raises(TypeError, match=r"^sum: where is of bool, not int64; write where=\(mask != 0\)"):
        fs.sum(x, where=x)
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        fs.sum(x, where=fs.asarray([True, False]))
    with pytest.raises(ValueError, match=r"^max: where may leave no elements; initial="):
        fs.max(x, where=x > 1)
    with pytest.raises(ValueError, match="axis"):
        fs.sum(x, axis=(0, 0))
    with pytest.raises(ValueError, match=r"1\.5 cannot be converted to int64"):
        fs.sum(x, initial=1.5)
    with pytest.raises((OverflowError, ValueError)):
        fs.max(x, initial=-np.inf)
    with pytest.raises(TypeError, match=r"^sum: every operand is an array of farshore, not list"):
        fs.sum([1, 2])


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
        "sum, initial": lambda a: np.sum(a, 0, np.float32, None, True, 3),
        "max, initial": lambda a: np.max(a, 1, initial=6),
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


REDUCTIONS = [
    *FUNCTIONS,
    *("argmax", "argmin", "mean", "var", "std", "ptp", "median", "nansum", "nanprod", "nanmean", "nanvar"),
    *(
        "nanstd",
        "nanmax",
        "nanmin",
        "nanmedian",
        "nanargmax",
        "nanargmin",
        "cumulative_sum",
        "cumulative_prod",
    ),
    *("cumsum", "cumprod", "nancumsum", "nancumprod"),
]
QUANTILES = ["quantile", "percentile", "nanquantile", "nanpercentile"]


def called(module, name, x, *args, **how):
    """The function of that name, of what it needs beside x."""
    return getattr(module, name)(x, *([0.25] if name in QUANTILES else []), *args, **how)


@pytest.mark.parametrize("name", [*REDUCTIONS, *QUANTILES])
def test_the_result_is_written_into_out(name):
    h = host((3, 4), "float32", 5) + np.float32(0.5)
    x = fs.asarray(h)
    for axis in (None, 1) if "cumulative" not in name else (1, 0):
        want = np.asarray(called(np, name, h, axis=axis))
        for dtype in {want.dtype.name, "float64", "complex64"}:
            # A view of every second element of something larger, in the other order of axes.
            into = np.full(tuple(2 * length for length in want.shape[::-1]), 7, dtype)
            y = fs.asarray(into)
            view, theirs = (one[(..., *[slice(None, None, 2)] * want.ndim)].T for one in (y, into))
            theirs[...] = want
            got = called(fs, name, x, axis=axis, out=view)
            assert got is view, (axis, dtype)
            assert np.allclose(y.to_numpy(), into, rtol=1e-6), (axis, dtype)
            view[...] = 7
            if not name.startswith("arg") and dtype == want.dtype:
                assert called(np, name, x, axis=axis, out=view) is view, "NumPy's name"
                assert np.allclose(y.to_numpy(), into, rtol=1e-6), (axis, dtype)


@pytest.mark.parametrize("name", [*REDUCTIONS, *QUANTILES])
def test_an_out_that_does_not_fit(name):
    x = fs.asarray(host((3, 4), "float32"))
    y = called(fs, name, x, axis=1)
    for shape in ((*y.shape, 1), (1, *y.shape), (2, *y.shape[1:])):
        with pytest.raises(ValueError, match=rf"^{name}: the result has shape \(.*\), out \("):
            called(fs, name, x, axis=1, out=fs.zeros(shape))
    lower = "bool" if y.dtype.kind in "i" else "int64"
    if y.dtype != np.bool:
        with pytest.raises(
            TypeError, match=rf"^{name}: the result is .*, which an array of {lower} cannot hold"
        ):
            called(fs, name, x, axis=1, out=fs.zeros(y.shape, dtype=lower))
    for other in ([0] * 3, y.to_numpy(), y.implicit()):
        with pytest.raises(TypeError, match=rf"^{name}: out is an array of farshore, not .*fs.copyto\(h"):
            called(fs, name, x, axis=1, out=other)
    with pytest.raises(fs.ImplicitTransferError, match=rf"numpy\.{name} was given"):
        called(np, name, x, axis=1, out=y.to_numpy())


def test_out_may_be_a_part_of_the_operand():
    for name in ("sum", "mean", "max", "median"):
        h = host((4, 4), "float32")
        x = fs.asarray(h)
        want = h.copy()
        want[:, 2] = getattr(np, name)(h, 0)
        assert getattr(fs, name)(x, 0, out=x[:, 2]).shape == (4,)
        assert np.allclose(x.to_numpy(), want), name
    x = fs.asarray(h)
    assert fs.cumsum(x, 1, out=x) is x
    check(x.to_numpy(), h.cumsum(1))


def test_no_elements_into_out():
    x = fs.zeros((0, 3))
    y = fs.ones(3)
    for name, want in (("sum", 0), ("prod", 1), ("any", 0), ("all", 1), ("nansum", 0)):
        assert getattr(fs, name)(x, 0, out=y).tolist() == [want] * 3, name
    assert fs.max(x, 0, initial=5, out=y).tolist() == [5] * 3
    assert fs.argmax(x, 1, out=y[:0]).shape == (0,)
    assert fs.cumsum(x, 0, out=x).shape == (0, 3)
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"):
        assert np.isnan(fs.mean(x, 0, out=y).tolist()).all()


@pytest.mark.parametrize("own", ["bool", "int8", "uint8", "int32", "float16", "float32", "complex64"])
@pytest.mark.parametrize("dtype", ["bool", "int8", "int64", "float16", "float32", "float64", "complex128"])
def test_what_is_added_up_is_promoted_with_out(own, dtype):
    h = np.full((40, 2), 100).astype(own)
    x, y = fs.asarray(h), fs.zeros(2, dtype=dtype)
    # NumPy writes floats into arrays of integers too.
    fits = np.can_cast(np.result_type(own, dtype), dtype, "same_kind")
    for name in ("sum", "nansum"):
        if not fits:
            with pytest.raises(TypeError, match="cannot hold"):
                getattr(fs, name)(x, 0, out=y)
            continue
        with np.errstate(over="ignore"):
            want = getattr(np, name)(h, 0, out=np.zeros(2, dtype))
        check(getattr(fs, name)(x, 0, out=y).to_numpy(), want)
    if fits:
        want = np.cumsum(h[:5], 0, out=np.zeros((5, 2), dtype))
        check(fs.cumsum(x[:5], 0, out=fs.zeros((5, 2), dtype=dtype)).to_numpy(), want)


def test_methods_write_into_out():
    h = host((3, 4), "float32")
    x, y = fs.asarray(h), fs.zeros(3)
    for name in (*FUNCTIONS, "mean", "var", "std", "argmax", "argmin"):
        assert getattr(x, name)(axis=1, out=y) is y, name
        assert np.allclose(y.to_numpy(), getattr(h, name)(axis=1)), name
    assert x.cumsum(1, None, x) is x
    check(x.to_numpy(), h.cumsum(1))


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
