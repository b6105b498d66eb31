"""pandas: refused, but where it copies in any case; some calls do not ask, and `isin` answers wrongly."""

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, hidden, moved, refused, unasked, upload, works

pd = pytest.importorskip("pandas")


@pytest.fixture
def frame(h):
    return pd.DataFrame({"a": h})


def same(got, want):
    assert type(got) is type(want)
    kind = {pd.Series: "series", pd.DataFrame: "frame", pd.Index: "index"}.get(type(want), "extension_array")
    getattr(pd.testing, f"assert_{kind}_equal")(got, want)


COPIES = {
    "Series(x, copy=True)": lambda a, frame: pd.Series(a, copy=True),
    "frame.assign(b=x)": lambda a, frame: frame.assign(b=a),
}
REFUSED = {
    "Series(x)": lambda a, frame: pd.Series(a),
    "Series(x, dtype=)": lambda a, frame: pd.Series(a, dtype="f8"),
    "Index(x)": lambda a, frame: pd.Index(a),
    "DataFrame({'a': x})": lambda a, frame: pd.DataFrame({"a": a}),
    "cut(x, 3)": lambda a, frame: pd.Series(pd.cut(a, 3)),
    "series + x": lambda a, frame: frame["a"] + a,
    "series == x": lambda a, frame: frame["a"] == a,
    "series[x > 0.5]": lambda a, frame: frame["a"][a > 0.5],
}


@pytest.mark.parametrize("call", COPIES)
def test_what_passes_copy_true_works(call, x, h, frame):
    same(works(lambda: COPIES[call](x, frame), bulk(80)), COPIES[call](h, frame))


def test_array_finds_another_dtype(x, h):
    assert works(lambda: pd.array(x), bulk(80)).dtype == "Float64"
    assert works(lambda: pd.array(x.implicit()), bulk(80)).dtype == "Float64"
    assert works(lambda: pd.array(x.to_numpy()), bulk(80)).dtype == pd.array(h).dtype == "Float32"


def test_a_new_column_is_a_copy(x, h, frame):
    works(lambda: frame.__setitem__("b", x), bulk(80))
    assert np.array_equal(frame["b"], h)


@pytest.mark.parametrize("call", REFUSED)
def test_the_rest_is_refused(call, x, frame):
    refused(lambda: REFUSED[call](x, frame))


@pytest.mark.parametrize("call", REFUSED)
@pytest.mark.parametrize("remedy", ["to_numpy", "implicit"])
def test_a_host_copy_works(call, remedy, x, h, frame):
    handed, _ = REMEDIES[remedy]
    same(works(lambda: REFUSED[call](handed(x), frame), bulk(80)), REFUSED[call](h, frame))


def test_allow_makes_series_but_brings_the_operand_to_the_device(x, h, frame):
    same(works(lambda: pd.Series(x), bulk(80), "allow"), pd.Series(h))
    with fs.transfers("allow") as log:
        got = frame["a"] + x
    same(got, frame["a"] + h)
    assert moved(log) == [*upload(80), *bulk(80)]
    assert {one["spoken"] for one in log.crossings} == {"implicit"}


@pytest.mark.parametrize("call", REFUSED)
@pytest.mark.parametrize("remedy", ["to_numpy", "implicit"])
def test_no_remedy_passes_forbid(call, remedy, x, frame):
    handed, _ = REMEDIES[remedy]
    for argument in (lambda: x, lambda: handed(x)):
        with fs.transfers("forbid") as log, pytest.raises(fs.ForbiddenTransferError):
            REFUSED[call](argument(), frame)
        assert len(log) == 0


def test_a_refusal_tells_the_bytes_that_would_move(x, frame):
    assert "copy 80 bytes" in refused(lambda: pd.Series(x, dtype="f8")), "float32 is widened on the host"
    assert "copy 20 bytes" in refused(lambda: frame["a"][x > 0.5]), "bools"


def test_a_mask_can_be_made_on_the_device(x, h, frame):
    same(works(lambda: frame["a"][(x > 0.5).to_numpy()], bulk(20)), frame["a"][h > 0.5])
    with fs.transfers("allow"), pytest.raises(KeyError):
        frame["a"][x > 0.5]  # a mask is looked for before the array is converted


INTO = {
    "series[:] = x": lambda a, series, frame: series.__setitem__(slice(None), a),
    "series.iloc[:] = x": lambda a, series, frame: series.iloc.__setitem__(slice(None), a),
    "frame.loc[:, 'a'] = x": lambda a, series, frame: frame.loc.__setitem__((slice(None), "a"), a),
}


@pytest.mark.parametrize("call", INTO)
def test_writing_into_rows_hides_the_refusal_but_keeps_it_as_the_cause(call, x, h):
    def write(a):
        series, frame = pd.Series(h * 0), pd.DataFrame({"a": h * 0})
        INTO[call](a, series, frame)
        return frame["a"] if "frame" in call else series

    error = hidden(lambda: write(x), (ValueError, TypeError), "setting an array element|Invalid value")
    assert isinstance(error.__cause__, fs.ImplicitTransferError)
    assert np.array_equal(works(lambda: write(x.to_numpy()), bulk(80)), h)


def test_a_whole_frame_as_an_operand_is_not_known(x, h, frame):
    x = x.reshape(20, 1)
    unasked(lambda: frame + x, ValueError, "Unable to coerce list of <class 'farshore.Array'>")
    same(works(lambda: frame + x.to_numpy(), bulk(80)), frame + h[:, None])


def test_a_frame_of_two_axes(x2, h2):
    refused(lambda: pd.DataFrame(x2))
    refused(lambda: pd.DataFrame(x2, copy=True))
    same(works(lambda: pd.DataFrame(x2.to_numpy()), bulk(1600)), pd.DataFrame(h2))
    same(works(lambda: pd.DataFrame(x2), bulk(1600), "allow"), pd.DataFrame(h2))


def test_isna_is_refused(x):
    refused(lambda: pd.isna(x))
    assert not works(lambda: pd.isna(x.to_numpy()), bulk(80)).any()


@pytest.mark.parametrize("function", [pd.unique, pd.factorize])
def test_unique_does_not_ask(function, x, h):
    unasked(lambda: function(x), TypeError, "requires a Series")
    got = works(lambda: function(x.to_numpy()), bulk(80))
    assert np.array_equal(got, function(h))


def test_to_numeric_gives_the_array_back(x):
    assert works(lambda: pd.to_numeric(x), []) is x


def test_isin_answers_wrongly(h):
    # It puts the elements into a hash table; they have no hash, and pandas takes 0 for it.
    few, series = fs.asarray(h[:5]), pd.Series(h[:5])
    with fs.transfers() as log:
        got = series.isin(few)
    assert not got.all()
    assert log.scalar_reads == len(log) > 5, "each comparison was a transfer"


@pytest.mark.parametrize("remedy", ["to_numpy", "implicit"])
def test_isin_of_a_host_copy(remedy, h):
    few, (handed, _) = fs.asarray(h[:5]), REMEDIES[remedy]
    same(works(lambda: pd.Series(h).isin(handed(few)), bulk(20)), pd.Series(h).isin(h[:5]))


def test_a_list_of_elements_is_a_series_of_objects(x, h):
    got = works(lambda: pd.Series([x[0], x[1]]), [])
    assert got.dtype == object
    assert all(isinstance(one, fs.Array) for one in got)
    same(works(lambda: pd.Series(x[:2].to_numpy()), bulk(8)), pd.Series(h[:2]))


def test_theirs_to_ours(h, h2, frame):
    got = works(lambda: fs.asarray(frame["a"]), upload(80))
    assert np.array_equal(got.to_numpy(), h)
    got = works(lambda: fs.asarray(pd.DataFrame(h2)), upload(1600))
    assert np.array_equal(got.to_numpy(), h2)


def test_a_series_as_an_operand_is_refused(x, h, frame):
    refused(lambda: x + frame["a"])
    got = works(lambda: x + fs.asarray(frame["a"]), upload(80))
    assert np.array_equal(got.to_numpy(), h + h)
