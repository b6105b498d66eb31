"""pandas: refused, but where it copies in any case; `isin` answers wrongly."""

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, hidden, moved, refused, upload, works

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
    assert works(lambda: pd.array(x.to_numpy()), bulk(80)).dtype == "Float32"


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


def test_a_mask_can_be_made_on_the_device(x, h, frame):
    same(works(lambda: frame["a"][(x > 0.5).to_numpy()], bulk(20)), frame["a"][h > 0.5])


def test_a_frame_of_two_axes(x2, h2):
    refused(lambda: pd.DataFrame(x2))
    refused(lambda: pd.DataFrame(x2, copy=True))
    same(works(lambda: pd.DataFrame(x2.to_numpy()), bulk(1600)), pd.DataFrame(h2))
    same(works(lambda: pd.DataFrame(x2), bulk(1600), "allow"), pd.DataFrame(h2))


def test_isna_is_refused(x):
    refused(lambda: pd.isna(x))
    assert not works(lambda: pd.isna(x.to_numpy()), bulk(80)).any()


def test_unique_does_not_ask(x, h):
    hidden(lambda: pd.unique(x), TypeError, "unique requires a Series")
    assert np.array_equal(works(lambda: pd.unique(x.to_numpy()), bulk(80)), h)


def test_to_numeric_gives_the_array_back(x):
    assert works(lambda: pd.to_numeric(x), []) is x


def test_isin_answers_wrongly(h):
    # It puts the elements into a hash table; they have no hash, and pandas takes 0 for it.
    few, series = fs.asarray(h[:5]), pd.Series(h[:5])
    with fs.transfers() as log:
        got = series.isin(few)
    assert not got.all()
    assert log.scalar_reads == len(log) > 5, "each comparison was a transfer"
    assert not series.isin(few.implicit()).all()
    assert works(lambda: series.isin(few.to_numpy()), bulk(20)).all()


def test_theirs_to_ours(h, h2, frame):
    got = works(lambda: fs.asarray(frame["a"]), upload(80))
    assert np.array_equal(got.to_numpy(), h)
    got = works(lambda: fs.asarray(pd.DataFrame(h2)), upload(1600))
    assert np.array_equal(got.to_numpy(), h2)


def test_a_series_as_an_operand_is_refused(x, h, frame):
    refused(lambda: x + frame["a"])
    got = works(lambda: x + fs.asarray(frame["a"]), upload(80))
    assert np.array_equal(got.to_numpy(), h + h)
