"""xarray: keeps the array on the device as it is, and computes there what farshore can."""

import copy

import farshore as fs
import numpy as np
import pytest
from outcome import bulk, hidden, refused, upload, works

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
}
REFUSED = {
    "a.values": lambda a: a.values,
    "a.mean()": lambda a: a.mean(),
    "a.sum('a')": lambda a: a.sum("a"),
    "a.where(a > 0.5)": lambda a: a.where(a > 0.5),
    "a.isnull()": lambda a: a.isnull(),
    "xarray.concat([a, a], 'a')": lambda a: xr.concat([a, a], "a"),
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
    assert got.dims == want.dims
    assert np.array_equal(got.to_numpy(), want.values)


def test_what_is_implicit_is_copied_at_once(x2, h2):
    got = works(lambda: xr.DataArray(x2.implicit(), dims=("a", "b")), bulk(1600))
    assert type(got.data) is np.ndarray
    assert np.array_equal(got.values, h2)


def test_printing_shows_no_elements(mine):
    text = works(lambda: repr(mine) + mine._repr_html_(), [])
    assert "Array(shape=(20, 20), float32" in text


@pytest.mark.parametrize("call", REFUSED)
def test_what_needs_the_host_is_refused(call, mine):
    refused(lambda: REFUSED[call](mine))


@pytest.mark.parametrize("call", REFUSED)
def test_as_numpy_first(call, mine, theirs):
    got = works(lambda: REFUSED[call](mine.as_numpy()), bulk(1600))
    assert np.array_equal(np.asarray(got), np.asarray(REFUSED[call](theirs)), equal_nan=call != "a.isnull()")


@pytest.mark.parametrize("call", REFUSED)
def test_allow(call, mine, theirs):
    with fs.transfers("allow"):
        got = np.asarray(REFUSED[call](mine))
    assert np.array_equal(got, np.asarray(REFUSED[call](theirs)), equal_nan=call != "a.isnull()")


def test_to_numpy_is_the_word(mine, h2):
    assert np.array_equal(works(lambda: mine.to_numpy(), bulk(1600)), h2)
    assert np.array_equal(works(lambda: mine.as_numpy().values, bulk(1600)), h2)


def test_equals_takes_a_refusal_for_no(mine, theirs, x2):
    # xarray answers False to a TypeError. The same array object is never compared.
    other = mine.copy(data=fs.asarray(x2.to_numpy()))
    assert works(lambda: mine.equals(other), []) is False
    assert works(lambda: mine.identical(other), []) is False
    assert works(lambda: mine.equals(mine.copy(deep=False)), []) is True
    assert works(lambda: mine.as_numpy().equals(other.as_numpy()), bulk(1600, 1600)) is True
    with fs.transfers("allow"):
        assert mine.equals(other) is True
    refused(lambda: xr.testing.assert_equal(mine, other))


def test_transpose_needs_a_method_that_is_not_there(mine, theirs):
    hidden(lambda: mine.transpose(), AttributeError, "no attribute 'transpose'")
    hidden(lambda: mine[0] + mine[:, 0], AttributeError, "no attribute 'transpose'")
    turned = works(lambda: xr.DataArray(mine.data.T, dims=("b", "a")), [])
    assert np.array_equal(turned.to_numpy(), theirs.T.values)


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
