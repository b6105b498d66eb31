"""Places, as one number and as one for each axis: NumPy's."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES

SHAPES = [(), (5,), (2, 3), (3, 1, 4), (2, 0), (2, 3, 4, 5)]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_indices(shape, log):
    for dtype in (None, "int8", "uint64", "float32"):
        how = {} if dtype is None else {"dtype": dtype}
        check(fs.indices(shape, **how).to_numpy(), np.indices(shape, **how))
        got, want = fs.indices(shape, **how, sparse=True), np.indices(shape, **how, sparse=True)
        assert len(got) == len(want)
        for mine, theirs in zip(got, want, strict=True):
            check(mine.to_numpy(), theirs)
    assert not log.bytes_to_device
    with pytest.raises(TypeError):
        fs.indices((2.5,))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("order", ["C", "F"])
def test_there_and_back(shape, order, rng):
    size = int(np.prod(shape))
    for count in ((), (7,), (2, 3)):
        if not size or not shape:
            continue
        places = rng.integers(0, size, count)
        want = np.unravel_index(places, shape, order)
        got = fs.unravel_index(fs.asarray(places), shape, order)
        assert len(got) == len(want)
        for mine, theirs in zip(got, want, strict=True):
            check(mine.to_numpy(), np.asarray(theirs))
        check(fs.ravel_multi_index(got, shape, order=order).to_numpy(), np.asarray(places))
        check(np.ravel_multi_index(got, shape, order=order).to_numpy(), np.asarray(places))
        got = np.unravel_index(fs.asarray(places), shape, order)
        check(got[0].to_numpy(), np.asarray(want[0]))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_places_of_every_dtype(dtype):
    host = np.array([0, 5, 100], dtype)
    for mine, theirs in zip(
        fs.unravel_index(fs.asarray(host), (20, 30)),
        np.unravel_index(host.astype(int), (20, 30)),
        strict=True,
    ):
        check(mine.to_numpy(), theirs)
    pair = (host, host[::-1])
    for mode in ("raise", "wrap", "clip"):
        want = np.ravel_multi_index([one.astype(int) for one in pair], (101, 300), mode)
        got = fs.ravel_multi_index([fs.asarray(one) for one in pair], (101, 300), mode)
        check(got.to_numpy(), want)


def test_out_of_bounds(rng):
    host = [rng.integers(-20, 20, 30), rng.integers(-20, 20, (4, 1))]
    x = [fs.asarray(one) for one in host]
    for mode in ("wrap", "clip", ("wrap", "clip"), ["clip", "wrap"]):
        mode = tuple(mode) if isinstance(mode, list) else mode
        check(fs.ravel_multi_index(x, (3, 7), mode).to_numpy(), np.ravel_multi_index(host, (3, 7), mode))
    for one in (-1, 21):
        with pytest.raises(IndexError, match="out of bounds"):
            fs.unravel_index(fs.asarray([0, one]), (3, 7))[0].to_numpy()
        with pytest.raises(ValueError, match="out of bounds"):
            fs.unravel_index(one, (3, 7))
    for one in (-1, 3):
        with pytest.raises(IndexError, match="out of bounds"):
            fs.ravel_multi_index((fs.asarray([one]), fs.asarray([0])), (3, 7)).to_numpy()
    with pytest.raises(IndexError, match="no elements"):
        fs.unravel_index(fs.asarray([0]), (3, 0))


def test_numbers():
    assert fs.unravel_index(22, (7, 6)) == (3, 4)
    assert fs.unravel_index(3, 7) == (3,)
    check(fs.ravel_multi_index((fs.asarray([0, 1]), 2), (2, 3)).to_numpy(), np.array([2, 5]))
    check(fs.ravel_multi_index(fs.asarray([[0, 1], [2, 0]]), (2, 3)).to_numpy(), np.array([2, 3]))
    x = fs.asarray([[1, 5], [9, 4]])
    assert [int(one) for one in np.unravel_index(x.argmax(), x.shape)] == [1, 0]
    assert int(x[fs.unravel_index(x.argmax(), x.shape)]) == 9


def test_what_does_not_fit():
    x = fs.asarray([0, 1])
    with pytest.raises(ValueError, match="not 'x'"):
        fs.unravel_index(x, (2, 3), "x")
    with pytest.raises(ValueError, match="not 'x'"):
        fs.ravel_multi_index((x, x), (2, 3), order="x")
    with pytest.raises(ValueError, match="not 'x'"):
        fs.ravel_multi_index((x, x), (2, 3), "x")
    with pytest.raises(ValueError, match="1 arrays and 2 modes for 2 axes"):
        fs.ravel_multi_index((x,), (2, 3))
    for dtype in ("float32", "bool"):
        with pytest.raises(TypeError, match=f"not {dtype}"):
            fs.unravel_index(x.astype(dtype), (2, 3))
        with pytest.raises(TypeError, match=f"not {dtype}"):
            fs.ravel_multi_index((x.astype(dtype), x), (2, 3))


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if np.dtype(dtype).kind in "biu"])
def test_crossings_of_rows_and_columns(dtype, rng):
    host = rng.integers(0, 9, (4, 5, 3))
    x = fs.asarray(host)
    if dtype == "bool":
        args = [rng.integers(0, 2, length).astype(bool) for length in host.shape]
    else:
        args = [rng.integers(0, length, 3).astype(dtype) for length in host.shape]
    got, want = fs.ix_(*map(fs.asarray, args)), np.ix_(*args)
    for mine, theirs in zip(got, want, strict=True):
        assert mine.shape == theirs.shape
        assert np.array_equal(mine.to_numpy(), theirs)
    check(x[got].to_numpy(), host[want])
    check(x[np.ix_(*map(fs.asarray, args))].to_numpy(), host[want])


def test_crossings_of_lists():
    host = np.arange(12).reshape(3, 4)
    x = fs.asarray(host)
    check(
        x[fs.ix_([0, 2], [True, False, False, True])].to_numpy(),
        host[np.ix_([0, 2], [True, False, False, True])],
    )
    check(x[fs.ix_([], [1])].to_numpy(), host[np.ix_([], [1])])
    assert fs.ix_() == ()
    with pytest.raises(ValueError, match="one axis"):
        fs.ix_(x)
    with pytest.raises(TypeError, match="float32"):
        fs.ix_([1.5])
