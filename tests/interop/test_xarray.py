"""xarray: keeps the array on the device as it is, and computes there what farshore can."""

import copy

import farshore as fs
import numpy as np
import pytest
from outcome import bulk, refused, unasked, upload, works

xr = pytest.importorskip("xarray")


@pytest.fixture
def mine(x2):
    return xr.DataArray(x2, dims=("a", "b"))


@pytest.fixture
def theirs(h2):
    return xr.DataArray(h2, dims=("a", "b"))


STAYS = {
    "a + 1": lambda a: a + 1,
    "a * a": lambda a: a * a,
    "a > 0.5": lambda a: a > 0.5,
    "numpy.sqrt(a)": lambda a: np.sqrt(a),
    "a.isel(a=slice(3))": lambda a: a.isel(a=slice(3)),
    "a[1]": lambda a: a[1],
    "a[0].broadcast_like(a)": lambda a: a[0].broadcast_like(a),
    "a.expand_dims('n')": lambda a: a.expand_dims("n"),
    "a.stack(z=('a', 'b'))": lambda a: a.stack(z=("a", "b")),
    "a.astype('i4')": lambda a: a.astype("i4"),
    "a.copy(deep=False)": lambda a: a.copy(deep=False),
    "a.transpose()": lambda a: a.transpose(),
    "a[0] + a[:, 0]": lambda a: a[0] + a[:, 0],
    "a.squeeze()": lambda a: a[:, :1].squeeze(),
    "a.diff('a')": lambda a: a.diff("a"),
    "abs(-a)": lambda a: abs(-a),
    "a // 0.3": lambda a: a // 0.3,
    "a**2": lambda a: a**2,
    "~(a > 0.5) | (a < 0.2)": lambda a: ~(a > 0.5) | (a < 0.2),
    "numpy.arctan2(a, a + 1)": lambda a: np.arctan2(a, a + 1),
    "a.sum('a')": lambda a: a.sum("a"),
    "(a > 0.5).any('b')": lambda a: (a > 0.5).any("b"),
    "a.where(a > 0.5)": lambda a: a.where(a > 0.5),
    "a.where(a > 0.5).sum('b')": lambda a: a.where(a > 0.5).sum("b"),
    "a.where(a > 0.5).count('b')": lambda a: a.where(a > 0.5).count("b"),
    "a.mean()": lambda a: a.mean(),
    "a.where(a > 0.5).mean('a')": lambda a: a.where(a > 0.5).mean("a"),
    "a.std()": lambda a: a.std(),
    "a.var('a', ddof=1)": lambda a: a.var("a", ddof=1),
    "a.median('b')": lambda a: a.median("b"),
    "a.min()": lambda a: a.min(),
    "a.max('a')": lambda a: a.max("a"),
    "a.prod('a')": lambda a: (a + 0.5).prod("a"),
    "a.cumsum('a')": lambda a: a.cumsum("a"),
    "a.cumprod('a')": lambda a: (a + 0.5).cumprod("a"),
    "a.dot(a)": lambda a: a.dot(a),
    "xarray.corr(a, a * a)": lambda a: xr.corr(a, a * a),
    "a.pad(a=1)": lambda a: a.pad(a=1),
    "a.pad(a=1, mode='edge')": lambda a: a.pad(a=1, mode="edge"),
    "a.shift(a=1)": lambda a: a.shift(a=1),
    "a.isin(a[0].data)": lambda a: a.isin(a[0].data),
    "a.isnull()": lambda a: a.isnull(),
    "a.notnull()": lambda a: a.where(a > 0.5).notnull(),
    "a.clip(0.2, 0.5)": lambda a: a.clip(0.2, 0.5),
    "a.round()": lambda a: (a * 9).round(),
    "a.roll(a=1)": lambda a: a.roll(a=1),
    "a.coarsen(a=2).sum()": lambda a: a.coarsen(a=2).sum(),
    "a.coarsen(a=2).mean()": lambda a: a.coarsen(a=2).mean(),
    "a == a": lambda a: a == a,
    "xarray.concat([a, a], 'a')": lambda a: xr.concat([a, a], "a"),
}
REFUSED = {
    "a.values": lambda a: a.values,
    "a.to_pandas()": lambda a: a.to_pandas(),
}


def test_the_array_is_wrapped_as_it_is(x2):
    assert works(lambda: xr.DataArray(x2, dims=("a", "b")), []).data is x2
    assert works(lambda: xr.Variable(("a", "b"), x2), []).data is x2
    assert works(lambda: xr.Dataset({"q": (("a", "b"), x2)}), [])["q"].data is x2


@pytest.mark.parametrize("call", STAYS)
def test_what_farshore_computes_stays_on_the_device(call, mine, theirs):
    got, want = works(lambda: STAYS[call](mine), []), STAYS[call](theirs)
    assert isinstance(got.data, fs.Array)
    assert (got.dims, got.dtype) == (want.dims, want.dtype)
    np.testing.assert_allclose(got.to_numpy(), want.values, rtol=1e-6)


FILLS = {
    "a.where(a > 0.5, 0)": lambda a: a.where(a > 0.5, 0),
    "a.fillna(0.5)": lambda a: a.where(a > 0.5).fillna(0.5),
    "xarray.where(a > 0.5, a, 0)": lambda a: xr.where(a > 0.5, a, 0),
}


@pytest.mark.parametrize("call", FILLS)
def test_a_number_beside_it_goes_to_the_device_as_an_array(call, mine, theirs):
    with fs.transfers() as log:
        got = FILLS[call](mine)
    assert {one["direction"] for one in log.crossings} == {"to device"}
    assert log.bytes_to_device <= 16
    want = FILLS[call](theirs)
    assert isinstance(got.data, fs.Array)
    assert got.dtype == want.dtype
    assert np.array_equal(got.to_numpy(), want.values)


def test_what_is_implicit_is_wrapped_too_and_copied_by_what_needs_the_host(x2, h2, theirs):
    a = works(lambda: xr.DataArray(x2.implicit(), dims=("a", "b")), [])
    part = works(lambda: a.isel(a=slice(3)), [])
    assert isinstance(part.data, fs.ImplicitArray)
    assert np.array_equal(works(lambda: part.values, bulk(240)), h2[:3])
    assert type(works(lambda: a + 1, bulk(1600)).data) is np.ndarray


def test_integers_want_floats_before_there_are_gaps(mine, theirs):
    # xarray hands over its NaN as a number of NumPy, where the standard has arrays.
    whole = mine.astype("i4")
    unasked(lambda: whole.where(mine > 0.5), TypeError, "astype: every operand is an array of farshore")
    got = works(lambda: whole.astype("f4").where(mine > 0.5), [])
    assert np.array_equal(got.to_numpy(), theirs.astype("i4").where(theirs > 0.5).values, equal_nan=True)


OF_THE_NAMESPACE = "a.dot(a)"
"""xarray looks for its function in the array's namespace, where all others are NumPy's."""


@pytest.mark.parametrize("call", sorted({*REFUSED, *STAYS, *FILLS} - {OF_THE_NAMESPACE}))
def test_what_is_implicit_gives_the_same(call, x2, theirs):
    do = {**REFUSED, **STAYS, **FILLS}[call]
    got = np.asarray(do(xr.DataArray(x2.implicit(), dims=("a", "b"))))
    np.testing.assert_allclose(got, np.asarray(do(theirs)), rtol=1e-6)


def test_what_is_implicit_gives_ours_where_the_function_is_ours(x2, theirs):
    do = STAYS[OF_THE_NAMESPACE]
    got = works(lambda: do(xr.DataArray(x2.implicit(), dims=("a", "b"))), [])
    assert type(got.data) is fs.Array
    assert got.data.item() == pytest.approx(do(theirs).item())


def test_printing_shows_no_elements(mine):
    text = works(lambda: repr(mine) + mine._repr_html_(), [])
    assert "Array(shape=(20, 20), float32" in text


@pytest.mark.parametrize("call", REFUSED)
def test_what_needs_the_host_is_refused(call, mine):
    refused(lambda: REFUSED[call](mine))


@pytest.mark.parametrize("call", REFUSED)
def test_as_numpy_first(call, mine, theirs):
    got = works(lambda: REFUSED[call](mine.as_numpy()), bulk(1600))
    assert np.array_equal(np.asarray(got), np.asarray(REFUSED[call](theirs)))


@pytest.mark.parametrize("call", REFUSED)
def test_allow(call, mine, theirs):
    with fs.transfers("allow"):
        got = np.asarray(REFUSED[call](mine))
    assert np.array_equal(got, np.asarray(REFUSED[call](theirs)))


def test_what_xarray_looks_for_in_the_namespace(mine, theirs):
    # By then the number for the gaps has gone up as an array.
    text = "module 'farshore' has no attribute 'lib'"
    unasked(lambda: mine.rolling(a=3).mean(), AttributeError, text, upload(8, 8))
    got = works(lambda: mine.as_numpy().rolling(a=3).mean(), bulk(1600))
    assert np.array_equal(got.values, theirs.rolling(a=3).mean().values, equal_nan=True)


def test_quantiles(mine, theirs):
    got = works(lambda: mine.quantile([0.25, 0.5], "a"), [])
    assert isinstance(got.data, fs.Array)
    np.testing.assert_allclose(got.to_numpy(), theirs.quantile([0.25, 0.5], "a").values, rtol=1e-6)


def test_where_the_greatest_is_asks_whether_there_are_numbers(mine, theirs):
    got = works(lambda: mine.argmax("a"), ["to host scalar 1"])
    assert isinstance(got.data, fs.Array)
    assert np.array_equal(got.to_numpy(), theirs.argmax("a").values)


def test_membership(mine, theirs):
    """xarray makes a NumPy array of what it is given, and that is refused beside one of the device."""
    values = np.float32([0, 1])
    refused(lambda: mine.isin(values))
    there = fs.asarray(values)
    got = works(lambda: mine.isin(there), [])
    assert isinstance(got.data, fs.Array)
    assert np.array_equal(got.to_numpy(), theirs.isin(values).values)


def test_to_numpy_is_the_word(mine, h2):
    assert np.array_equal(works(lambda: mine.to_numpy(), bulk(1600)), h2)
    assert np.array_equal(works(lambda: mine.as_numpy().values, bulk(1600)), h2)


COMPARES = {
    "a.equals(b)": lambda a, b: a.equals(b),
    "a.identical(b)": lambda a, b: a.identical(b),
    "a.broadcast_equals(b)": lambda a, b: a.broadcast_equals(b),
    "dataset.equals(dataset)": lambda a, b: xr.Dataset({"q": a}).equals(xr.Dataset({"q": b})),
}


@pytest.mark.parametrize("call", COMPARES)
def test_equals_reads_one_bool(call, mine, x2):
    same, other = mine.copy(data=fs.asarray(x2.to_numpy())), mine.copy(data=x2 + (x2 == 1) * 1e-6)
    assert works(lambda: COMPARES[call](mine, same), ["to host scalar 1"]) is True
    assert works(lambda: COMPARES[call](mine, other), ["to host scalar 1"]) is False
    assert works(lambda: COMPARES[call](mine, mine.copy(deep=False)), []) is True
    gaps = mine.where(mine > 0.5)
    assert COMPARES[call](gaps, gaps.copy(deep=True)) is True, "NaN equals NaN"
    with fs.transfers("forbid"), pytest.raises(fs.ForbiddenTransferError):
        COMPARES[call](mine, same)


@pytest.mark.parametrize("call", COMPARES)
def test_equals_takes_a_refusal_for_no(call, mine, theirs):
    # xarray answers False to a TypeError.
    assert works(lambda: COMPARES[call](mine, theirs), []) is False
    assert works(lambda: COMPARES[call](theirs, mine), []) is False
    assert works(lambda: COMPARES[call](mine.as_numpy(), theirs), bulk(1600)) is True
    with fs.transfers("allow"):
        assert COMPARES[call](mine, theirs) is True


def test_the_tests_of_xarray(mine, x2):
    same, other = (mine.copy(data=data) for data in (fs.asarray(x2.to_numpy()), x2 + 1))
    works(lambda: xr.testing.assert_equal(mine, same), ["to host scalar 1"])
    works(lambda: xr.testing.assert_identical(mine, same), ["to host scalar 1"])
    with pytest.raises(AssertionError, match="not equal"):
        xr.testing.assert_equal(mine, other)
    works(lambda: xr.testing.assert_allclose(mine, same), ["to host scalar 1"])


INDEXES = {  # and the bytes that the indices have
    "a.isel(a=[0, 2])": (lambda a: a.isel(a=[0, 2]), [8]),
    "a.isel(a=numpy.arange(20) > 10)": (lambda a: a.isel(a=np.arange(20) > 10), [36]),
    "a.sel(a=[3, 4])": (lambda a: a.assign_coords(a=range(20)).sel(a=[3, 4]), [8]),
    "a.sortby('a')": (lambda a: a.assign_coords(a=range(20, 0, -1)).sortby("a"), [80]),
    "a.groupby('a').max()": (
        lambda a: a.assign_coords(a=np.arange(20) % 2).groupby("a").max(),
        [40, 40, 40],
    ),
}


@pytest.mark.parametrize("call", INDEXES)
def test_rows_by_an_array_of_indices(call, mine, theirs):
    do, indices = INDEXES[call]
    assert refused(lambda: do(mine)).startswith("indexing: one operand is a numpy.ndarray of")
    got = works(lambda: do(mine), upload(*indices), "allow")
    assert isinstance(got.data, fs.Array)
    assert np.array_equal(got.to_numpy(), do(theirs).values)
    got = works(lambda: do(mine.as_numpy()), bulk(1600))
    assert np.array_equal(got.values, do(theirs).values)


def test_rows_by_an_array_of_indices_on_the_device(mine, theirs):
    rows = fs.asarray([0, 2])
    got = works(lambda: mine.isel(a=rows), [])
    assert isinstance(got.data, fs.Array)
    assert np.array_equal(got.to_numpy(), theirs.isel(a=[0, 2]).values)


def test_an_operand_on_the_host_is_refused(mine, theirs):
    refused(lambda: mine + theirs)
    got = works(lambda: mine + theirs.copy(data=fs.asarray(theirs.values)), upload(1600))
    assert np.array_equal(got.to_numpy(), (theirs + theirs).values)


def test_numbers(mine, theirs):
    assert works(lambda: mine[1, 2].item(), ["to host scalar 4"]) == theirs[1, 2].item()
    refused(lambda: float(mine[1, 2]))


def test_a_coordinate_goes_to_the_host_unasked(x, h, h2):
    got = works(lambda: xr.DataArray(h2, dims=("a", "b"), coords={"a": x}), bulk(80))
    assert np.array_equal(got["a"].values, h)


def test_plot_asks_for_to_numpy_by_itself(mine):
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    works(lambda: mine.plot(ax=Figure().subplots()), bulk(1600))


def test_a_deep_copy_stays_on_the_device(mine, h2):
    got = works(lambda: copy.deepcopy(mine), [])
    assert isinstance(got.data, fs.Array)
    assert not got.data.shares_memory(mine.data)
    assert np.array_equal(got.to_numpy(), h2)


def test_theirs_to_ours(theirs, h2):
    assert np.array_equal(works(lambda: fs.asarray(theirs), upload(1600)).to_numpy(), h2)
