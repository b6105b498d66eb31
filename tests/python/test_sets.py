"""Elements once each, and what is in which: NumPy's results, in order."""

import farshore as fs
import numpy as np
import pytest
from layouts import HOST, VIEWS
from samples import DTYPES, special, values

PAIRS = ["union1d", "intersect1d", "setdiff1d", "setxor1d"]


def repeated(dtype, shape, rng):
    return rng.choice(np.append(values(dtype, 9, rng), special(dtype)[-1:]), shape)


def equal(got, want, note=""):
    """Equal dtype, shape and elements; which of 0 and -0 stands for both is open, as is which NaN."""
    got = got.to_numpy()
    assert (got.dtype, got.shape) == (want.dtype, want.shape), note
    assert np.array_equal(got[got == got], want[want == want]), note
    assert np.array_equal(got == got, want == want), note


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (1,), (0,), (60,), (5, 7), (2, 0, 3), (3, 4, 5)], ids=str)
def test_once_each(dtype, shape, rng):
    host = repeated(dtype, shape, rng)
    x = fs.asarray(host)
    equal(fs.unique_values(x), np.unique(host, equal_nan=False))
    want = np.unique(host, True, True, True, equal_nan=False)
    got = fs.unique_all(x)
    for mine, theirs in zip(got, want, strict=True):
        equal(mine, theirs)
    assert got._fields == ("values", "indices", "inverse_indices", "counts")
    values, counts = fs.unique_counts(x)
    equal(values, want[0])
    equal(counts, want[3])
    values, inverse = fs.unique_inverse(x)
    equal(values, want[0])
    equal(inverse, want[2])
    assert inverse.shape == host.shape
    assert fs.unique_counts(x)._fields == ("values", "counts")
    assert fs.unique_inverse(x)._fields == ("values", "inverse_indices")


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpys_unique(dtype, rng):
    host = repeated(dtype, (6, 9), rng)
    x = fs.asarray(host)
    for equal_nan in (True, False):
        equal(fs.unique(x, equal_nan=equal_nan), np.unique(host, equal_nan=equal_nan))
        # Without places NumPy's sort is not stable, and any NaN may be the first.
        values, *want = np.unique(host, True, True, True, equal_nan=equal_nan)
        for asked in ([True, False, False], [False, True, False], [False, False, True], [True] * 3):
            got = fs.unique(x, *asked, equal_nan=equal_nan)
            chosen = [values, *(one for one, ask in zip(want, asked, strict=True) if ask)]
            for mine, theirs in zip(got, chosen, strict=True):
                equal(mine, theirs, (asked, equal_nan))


@pytest.mark.parametrize("dtype", DTYPES)
def test_parts_along_an_axis(dtype, rng):
    host = rng.integers(0, 2, (4, 3, 5)).astype(dtype)
    host[2], host[:, :, 4], host[:, 0] = host[0], host[:, :, 1], host[:, 2]
    for source in (host, host[0], host[0, 0], host[:0], host[:, :, :0], np.zeros((0, 3), dtype)):
        for axis in range(-source.ndim, source.ndim):
            want = np.unique(source, True, True, True, axis)
            for mine, theirs in zip(fs.unique(fs.asarray(source), True, True, True, axis), want, strict=True):
                equal(mine, theirs, (source.shape, axis))
            equal(fs.unique(fs.asarray(source), axis=axis), want[0])
    with pytest.raises(np.exceptions.AxisError):
        fs.unique(fs.asarray(host), axis=3)


def test_of_the_elements_that_are_equal_the_first_is_named():
    _, indices, inverse, counts = fs.unique_all(fs.asarray([0.0, -0.0, 5.0, 0.0, 5.0]))
    assert (indices.tolist(), inverse.tolist(), counts.tolist()) == ([0, 2], [0, 0, 1, 0, 1], [3, 2])


def test_every_nan_is_one_of_its_own():
    x = fs.asarray([float("nan"), 1.0, float("nan")])
    assert fs.unique_counts(x).counts.tolist() == [1, 1, 1]
    assert fs.unique_inverse(x).inverse_indices.tolist() == [1, 0, 2]
    assert fs.unique(x).size == 2


@pytest.mark.parametrize("view", VIEWS)
def test_every_view(view, rng):
    host = rng.integers(0, 20, (6, 8)).astype(np.int32)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    for mine, theirs in zip(fs.unique_all(x), np.unique(host, True, True, True), strict=True):
        equal(mine, theirs)
    equal(fs.isin(x, x[..., :3] if host.ndim else x), np.isin(host, host[..., :3] if host.ndim else host))


@pytest.mark.parametrize("layout", HOST)
def test_every_layout(layout, rng):
    host = HOST[layout](lambda n: rng.integers(-4, 4, n).astype(np.float32))
    equal(fs.unique_values(fs.asarray(host)), np.unique(host).astype(np.float32))


@pytest.mark.parametrize("dtype", DTYPES)
def test_which_are_in_another(dtype, rng):
    for shape, other in [((30,), (7,)), ((4, 5), (2, 3)), ((), (5,)), ((5,), ()), ((0,), (3,)), ((3,), (0,))]:
        left, right = repeated(dtype, shape, rng), repeated(dtype, other, rng)
        for invert in (False, True):
            got = fs.isin(fs.asarray(left), fs.asarray(right), invert=invert)
            equal(got, np.isin(left, right, invert=invert), (shape, other))


def test_which_are_in_a_list(log):
    for dtype in ("int8", "int64", "uint64", "float32", "complex64", "bool"):
        x = fs.asarray(np.array([0, 1, 5, 100]).astype(dtype))
        moved = log.bytes_to_device
        for listed in ([1, 5], [1.0, 0.5], (5,), range(3), [[0], [100]], [], [300, 5], [True]):
            want = np.isin(x.to_numpy(), np.array(listed))
            for got in (fs.isin(x, listed), np.isin(x, listed), ~fs.isin(x, listed, invert=True)):
                equal(got, want, (dtype, listed))
        assert log.bytes_to_device - moved <= 3 * 8 * 15
    assert fs.isin([1, 7], x).tolist() == [True, False]
    assert fs.isin(x, [1], True, True).dtype == np.bool
    for kind in ("sort", "table", None):
        assert np.isin(x, [1], kind=kind).shape == x.shape
    with pytest.raises(ValueError, match="not 'x'"):
        fs.isin(x, [1], kind="x")


@pytest.mark.parametrize("dtype", ["bool", "int16", "float32", "complex64"])
def test_of_two_without_repetitions(dtype, rng):
    left, right = (rng.permutation(np.unique(repeated(dtype, size, rng))) for size in (20, 15))
    left, right = left[left == left], right[right == right]
    x, y = fs.asarray(left), fs.asarray(right)
    for name in ("intersect1d", "setdiff1d", "setxor1d"):
        for assume in (False, True):
            want = getattr(np, name)(left, right, assume_unique=assume)
            equal(getattr(fs, name)(x, y, assume_unique=assume), want, name)
            equal(getattr(np, name)(x, y, assume_unique=assume), want, name)


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_both_have_it(dtype, rng):
    for sizes in [(20, 15), (0, 5), (5, 0), ((4, 5), (3, 2))]:
        left, right = (repeated(dtype, size, rng) for size in sizes)
        want = np.intersect1d(left, right, return_indices=True)
        got = fs.intersect1d(fs.asarray(left), fs.asarray(right), return_indices=True)
        for mine, theirs in zip(got, want, strict=True):
            equal(mine, theirs, sizes)
    left, right = np.unique(left), np.unique(right)
    got = fs.intersect1d(fs.asarray(left), fs.asarray(right), True, return_indices=True)
    for mine, theirs in zip(got, np.intersect1d(left, right, True, return_indices=True), strict=True):
        equal(mine, theirs)


def test_lists_beside_arrays():
    x = fs.asarray([3, 1, 2, 3])
    assert fs.union1d(x, [5, 1]).tolist() == [1, 2, 3, 5]
    assert fs.intersect1d(x, [5, 1]).tolist() == [1]
    assert fs.setdiff1d(x, [5, 1]).tolist() == [2, 3]
    assert fs.setdiff1d([5, 1], x).tolist() == [5]
    assert fs.setxor1d(x, [5, 1]).tolist() == [2, 3, 5]
    assert fs.unique(x, sorted=False).tolist() == [1, 2, 3]


def test_which_are_a_number():
    x = fs.asarray([1, 2, 3])
    assert fs.isin(x, 2).tolist() == [False, True, False]
    assert fs.isin(2, x).tolist() is True
    assert fs.isin(x, 2.5, invert=True).tolist() == [True] * 3
    assert fs.isin(x.astype("uint8"), fs.asarray([-1, 3])).tolist() == [False, False, True]


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_of_two(name, dtype, rng):
    for sizes in [(20, 15), (0, 5), (5, 0), (0, 0), (1, 1)]:
        left, right = (repeated(dtype, size, rng) for size in sizes)
        got = getattr(fs, name)(fs.asarray(left), fs.asarray(right))
        equal(got, getattr(np, name)(left, right), (name, sizes))
    left, right = repeated(dtype, (4, 5), rng), repeated(dtype, (3, 2), rng)
    equal(getattr(fs, name)(fs.asarray(left), fs.asarray(right)), getattr(np, name)(left, right))


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_dtypes(name, rng):
    left, right = rng.integers(0, 9, 12).astype(np.int8), rng.integers(0, 12, 9).astype(np.float32)
    equal(getattr(fs, name)(fs.asarray(left), fs.asarray(right)), getattr(np, name)(left, right))


def test_lists_are_refused():
    for function in (fs.unique_values, fs.unique_all, fs.unique):
        with pytest.raises(TypeError, match="not list"):
            function([1, 2])
    for function in (fs.isin, fs.union1d, fs.intersect1d, fs.setdiff1d, fs.setxor1d):
        with pytest.raises(TypeError, match="not list"):
            function([1, 2], [1])
        with pytest.raises(TypeError, match="not str"):
            function(fs.asarray([1, 2]), "1")
        with pytest.raises(fs.ImplicitTransferError, match=r"numpy\.ndarray of 8 bytes"):
            function(fs.asarray([1, 2]), np.array([1]))
