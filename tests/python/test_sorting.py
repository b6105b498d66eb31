"""Sorted, and what sorts: the order and the places that NumPy's stable sort gives."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import HOST, VIEWS
from numpy.exceptions import AxisError
from samples import DTYPES, values


def repeated(dtype, shape, rng, nan=True):
    """Few values, special ones among them, many times."""
    known = values(dtype, 11, rng)
    return rng.choice(known if nan else known[~np.isnan(known)], shape)


def descending(host, axis):
    """The places in descending order: equal elements in theirs, NaN last."""
    rank = np.unique(host, return_inverse=True, equal_nan=True)[1].reshape(host.shape)
    return np.argsort(np.where(np.isnan(host), 1, -rank), axis=axis, kind="stable")


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_axis_and_both_orders(dtype, rng):
    for shape in [(37,), (1,), (0,), (5, 7), (3, 0), (4, 3, 6)]:
        host = repeated(dtype, shape, rng)
        x = fs.asarray(host)
        for axis in (None, *range(-len(shape), len(shape))):
            order = np.argsort(host, axis=axis, kind="stable")
            check(fs.argsort(x, axis=axis).to_numpy(), order, note=(shape, axis))
            check(
                fs.sort(x, axis=axis).to_numpy(), np.sort(host, axis=axis, kind="stable"), note=(shape, axis)
            )
        # How complex NaN of several kinds are ordered downwards is open.
        host = repeated(dtype, shape, rng, nan=host.dtype.kind != "c")
        x = fs.asarray(host)
        for axis, source in ((-1, host), (None, host.reshape(-1))):
            order = descending(source, -1)
            check(fs.argsort(x, axis=axis, descending=True).to_numpy(), order)
            got = fs.sort(x, axis=axis, descending=True, stable=False).to_numpy()
            check(got, np.take_along_axis(source, order, -1))


@pytest.mark.parametrize("layout", HOST)
def test_every_layout(layout, rng):
    host = HOST[layout](lambda n: rng.integers(-5, 5, n).astype(np.float32))
    x = fs.asarray(host)
    check(fs.sort(x, axis=None).to_numpy(), np.sort(host, axis=None, kind="stable").astype(np.float32))
    check(fs.argsort(x).to_numpy(), np.argsort(host, kind="stable"))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view(view, rng):
    host = rng.integers(0, 9, (6, 8)).astype(np.int16)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    check(fs.argsort(x).to_numpy(), np.argsort(host, kind="stable"))
    if host.ndim:
        check(fs.sort(x, axis=0).to_numpy(), np.sort(host, axis=0))


@pytest.mark.parametrize("dtype", DTYPES)
def test_several_keys(dtype, rng):
    for shape in [(40,), (3, 10)]:
        keys = [repeated(dtype, shape, rng) for _ in range(3)]
        mine = [fs.asarray(key) for key in keys]
        for axis in range(-len(shape), len(shape)):
            check(fs.lexsort(mine, axis=axis).to_numpy(), np.lexsort(keys, axis=axis))
    mixed = [rng.integers(0, 3, 30), rng.integers(0, 2, 30).astype(bool), rng.choice([np.nan, 1.0, 2.0], 30)]
    check(fs.lexsort([fs.asarray(key) for key in mixed]).to_numpy(), np.lexsort(mixed))
    whole = rng.integers(0, 3, (3, 20))
    check(fs.lexsort(fs.asarray(whole)).to_numpy(), np.lexsort(whole))
    check(fs.lexsort([fs.asarray(5)]).to_numpy(), np.asarray(np.lexsort([np.asarray(5)])))


@pytest.mark.parametrize("dtype", DTYPES)
def test_partitions_are_sorted(dtype, rng):
    host = repeated(dtype, (4, 9), rng)
    x = fs.asarray(host)
    for axis, kth in ((-1, 3), (0, -1), (1, (0, 5)), (None, 20)):
        want = np.sort(host, axis=axis, kind="stable")
        check(fs.partition(x, kth, axis=axis).to_numpy(), want)
        check(fs.argpartition(x, kth, axis=axis).to_numpy(), np.argsort(host, axis=axis, kind="stable"))
        # The element that NumPy has there is the same.
        there = np.partition(host, kth, axis=axis)
        along = 0 if axis is None else axis
        check(np.take(want, kth, axis=along), np.take(there, kth, axis=along), either_zero=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_largest_and_the_smallest(dtype, rng):
    host = repeated(dtype, (5, 8), rng, nan=np.dtype(dtype).kind != "c")
    x = fs.asarray(host)
    for axis, source in ((0, host), (1, host), (-1, host), (None, host.reshape(-1))):
        along = 0 if axis is None else axis
        for mode, order in (
            ("largest", descending(source, along)),
            ("smallest", np.argsort(source, axis=along, kind="stable")),
        ):
            for k in (0, 1, 3, source.shape[along]):
                places = np.take(order, np.arange(k), axis=along)
                got, indices = fs.topk(x, k, axis=axis, mode=mode)
                check(indices.to_numpy(), places, note=(axis, mode, k))
                check(got.to_numpy(), np.take_along_axis(source, places, along), note=(axis, mode, k))


def test_what_does_not_fit():
    x = fs.zeros((2, 3))
    for function in (fs.sort, fs.argsort, lambda x, axis: fs.topk(x, 1, axis=axis)):
        with pytest.raises(AxisError):
            function(x, axis=2)
    with pytest.raises(AxisError):
        fs.sort(fs.asarray(1.0))
    with pytest.raises(TypeError, match="not list"):
        fs.sort([1, 2])
    for k in (-1, 4):
        with pytest.raises(ValueError, match=f"k is {k}, but axis 1 has 3 elements"):
            fs.topk(x, k)
    with pytest.raises(ValueError, match="not 'middle'"):
        fs.topk(x, 1, mode="middle")
    for function in (fs.partition, fs.argpartition):
        for kth in (3, -4, [0, 3]):
            with pytest.raises(ValueError, match="there is no position"):
                function(x, kth)
        with pytest.raises(TypeError):
            function(x, 1.0)
    with pytest.raises(TypeError, match="no keys"):
        fs.lexsort([])
    with pytest.raises(ValueError, match="differ"):
        fs.lexsort([x, x.T])
    with pytest.raises(AxisError):
        fs.lexsort([x], axis=2)


def test_numpys_words(rng):
    host = rng.integers(0, 9, (4, 5))
    x = fs.asarray(host)
    for axis in (0, -1, None):
        for how in ({}, {"kind": None}, {"stable": True}, {"stable": False}, {"kind": "STABLE"}):
            for xp in (fs, np):
                check(xp.sort(x, axis, **how).to_numpy(), np.sort(host, axis, **how))
        for kind in ("quicksort", "mergesort", "heapsort", "stable"):
            want = np.argsort(host, axis, "stable")
            for xp in (fs, np):
                check(xp.sort(x, axis, kind).to_numpy(), np.sort(host, axis))
                check(xp.argsort(x, axis, kind=kind).to_numpy(), want)
        check(x.argsort(axis, "stable").to_numpy(), want)
        check(np.partition(x, 0, axis, kind="introselect").to_numpy(), np.sort(host, axis))
    for name in ("sort", "argsort"):
        function = getattr(fs, name)
        with pytest.raises(ValueError, match=f"{name}: kind is one of quicksort.*, not 'bogus'"):
            function(x, kind="bogus")
        with pytest.raises(TypeError, match="kind is a word, not int"):
            function(x, kind=0)
        with pytest.raises(ValueError, match="give one of them"):
            function(x, kind="stable", stable=True)
    for function in (fs.partition, fs.argpartition):
        with pytest.raises(ValueError, match="'introselect', not 'stable'"):
            function(x, 0, kind="stable")
    for call in (fs.sort, fs.argsort, lambda x, order: fs.partition(x, 0, order=order)):
        with pytest.raises(ValueError, match="no fields to order by: 'a'"):
            call(x, order="a")


@pytest.mark.parametrize("dtype", DTYPES)
def test_sorted_as_complex(dtype, rng):
    host = repeated(dtype, (3, 9), rng)
    want = np.sort_complex(host)
    check(fs.sort_complex(fs.asarray(host)).to_numpy(), want, either_zero=True)
    check(np.sort_complex(fs.asarray(host)).to_numpy(), want, either_zero=True)


def test_the_array_itself_stays():
    x = fs.asarray([3, 1, 2])
    fs.sort(x), fs.argsort(x), fs.partition(x, 1)
    assert x.tolist() == [3, 1, 2]
