"""Values written where masks say, on diagonals, and chosen by numbers: NumPy's."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES, bits, values


def some(dtype, shape, rng):
    return np.resize(values(dtype, int(np.prod(shape)), rng), shape)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["place", "putmask"])
def test_written_where_a_mask_says(name, dtype, rng):
    host = some(dtype, (4, 6), rng)
    for count in (1, 5, 24, 30):
        mask, new = rng.integers(0, 2, (4, 6)), some(dtype, (count,), rng)
        x, after = fs.asarray(host), host.copy()
        getattr(fs, name)(x, fs.asarray(mask), fs.asarray(new))
        getattr(np, name)(after, mask, new)
        assert np.array_equal(bits(x.to_numpy()), bits(after)), count
        x = fs.asarray(host)
        getattr(np, name)(x, fs.asarray(mask), fs.asarray(new))
        assert np.array_equal(bits(x.to_numpy()), bits(after)), count


@pytest.mark.parametrize(
    "view", [view for view in VIEWS if not {"broadcast", "copy", "element"} & {*view.split()}]
)
def test_written_into_every_view(view, rng):
    host = np.arange(48)
    for name in ("place", "putmask"):
        x, after = fs.asarray(host.reshape(6, 8)), host.reshape(6, 8).copy()
        mine, theirs = VIEWS[view](x), VIEWS[view](after)
        mask = rng.integers(0, 2, theirs.shape).astype(bool)
        getattr(fs, name)(mine, fs.asarray(mask), [70, 80, 90])
        getattr(np, name)(theirs, mask, [70, 80, 90])
        check(x.to_numpy(), after, note=name)


def test_nothing_is_read(log):
    x = fs.asarray(np.arange(6))
    moved = len(log)
    fs.place(x, x > 2, 7)
    fs.putmask(x, x > 6, x)
    fs.place(x, x > 6, x)
    assert len(log) == moved
    assert x.tolist() == [0, 1, 2, 0, 1, 2]


def test_what_is_not_written():
    x = fs.asarray([1, 2, 3])
    fs.place(x[:0], x[:0] > 1, [5])
    fs.putmask(x[:0], x[:0] > 1, [5])
    fs.putmask(x, x > 1, [])
    assert x.tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="no values"):
        fs.place(x, x > 1, [])
    for call in (fs.place, fs.putmask):
        with pytest.raises(ValueError, match="the mask has 2 elements, the array 3"):
            call(x, x[:2] > 1, 5)
        call(x, [True, False, False], 9)
        assert x.tolist() == [9, 2, 3]


@pytest.mark.parametrize("dtype", DTYPES)
def test_diagonals_are_written(dtype, rng):
    for shape in ((4, 4), (3, 5), (7, 3), (9, 2), (3, 3, 3), (2, 2, 2, 2), (0, 3), (3, 0), (1, 1)):
        host = some(dtype, shape, rng)
        for count in (0, 1, 2, 5):
            for wrap in (False, True):
                new = some(dtype, (), rng) if not count else some(dtype, (count,), rng)
                x, after = fs.asarray(host), host.copy()
                fs.fill_diagonal(x, fs.asarray(new), wrap)
                np.fill_diagonal(after, new, wrap)
                assert np.array_equal(bits(x.to_numpy()), bits(after)), (shape, count, wrap)


def test_diagonals_of_views_are_written():
    for view in (lambda a: a.T, lambda a: a[1:4, ::-2], lambda a: a[::2]):
        x, after = fs.asarray(np.zeros((6, 8))), np.zeros((6, 8))
        fs.fill_diagonal(view(x), [1, 2, 3])
        np.fill_diagonal(view(after), [1, 2, 3])
        check(x.to_numpy(), after)
    np.fill_diagonal(x, 5)
    np.fill_diagonal(after, 5)
    check(x.to_numpy(), after)
    with pytest.raises(ValueError, match="no diagonal"):
        fs.fill_diagonal(x[0], 1)
    with pytest.raises(ValueError, match="equally long"):
        fs.fill_diagonal(fs.zeros((2, 2, 3)), 1)


def test_matrices_of_a_diagonal():
    host = np.arange(6).reshape(2, 3)
    for k in (-2, 0, 1):
        check(fs.diagflat(fs.asarray(host), k).to_numpy(), np.diagflat(host, k))
        check(np.diagflat(fs.asarray(host), k).to_numpy(), np.diagflat(host, k))
    check(fs.diagflat([1, 2]).to_numpy(), np.diagflat([1, 2]))
    check(fs.diagflat(fs.asarray(7)).to_numpy(), np.diagflat(7))


def test_places_of_a_diagonal():
    for n, ndim in ((0, 2), (3, 2), (2, 3), (2, 1)):
        got, want = fs.diag_indices(n, ndim), np.diag_indices(n, ndim)
        assert len(got) == len(want) == ndim
        for mine, theirs in zip(got, want, strict=True):
            check(mine.to_numpy(), theirs)
    x = fs.asarray(np.arange(27).reshape(3, 3, 3))
    check(x[fs.diag_indices_from(x)].to_numpy(), np.array([0, 13, 26]))
    check(x[np.diag_indices_from(x)].to_numpy(), np.array([0, 13, 26]))
    for one in (x[0, 0], x[:2]):
        with pytest.raises(ValueError, match="all equally long"):
            fs.diag_indices_from(one)


@pytest.mark.parametrize("dtype", DTYPES)
def test_chosen_by_numbers(dtype, rng):
    choices = [some(dtype, shape, rng) for shape in ((3, 4), (4,), (3, 1), ())]
    mine = [fs.asarray(one) for one in choices]
    for shape in ((3, 4), (4,), (2, 1, 1), ()):
        number = rng.integers(0, 4, shape)
        want = np.choose(number, choices)
        check(fs.choose(fs.asarray(number), mine).to_numpy(), want)
        check(np.choose(fs.asarray(number), mine).to_numpy(), want)
        number = rng.integers(-9, 9, shape).astype(np.int8)
        for mode in ("wrap", "clip"):
            got = fs.choose(fs.asarray(number), mine, mode=mode)
            check(got.to_numpy(), np.choose(number, choices, mode=mode))


def test_chosen_among_rows_and_numbers():
    host = np.arange(12).reshape(3, 4)
    number = np.array([2, 0, 1, 2])
    check(fs.choose(fs.asarray(number), fs.asarray(host)).to_numpy(), np.choose(number, host))
    x = fs.asarray(number)
    assert fs.choose(x, [5, x, [1, 2, 3, 4]]).tolist() == [1, 5, 1, 4]
    assert fs.choose(x, [5.5, x.astype("int8"), 0]).dtype == np.float32
    assert fs.choose(x == 2, [0, 10]).tolist() == [10, 0, 0, 10]
    check(fs.choose(fs.asarray([0]), [fs.asarray(host)]).to_numpy(), np.choose([0], [host]))


def test_no_such_choice():
    x = fs.asarray([0, 1])
    for number in (2, -1):
        with pytest.raises(IndexError, match="out of bounds"):
            fs.choose(fs.asarray([0, number]), [x, x]).to_numpy()
    with pytest.raises(ValueError, match="no choices"):
        fs.choose(x, [])
    with pytest.raises(ValueError, match="not 'x'"):
        fs.choose(x, [x], mode="x")
    with pytest.raises(TypeError, match="not float32"):
        fs.choose(x.astype("float32"), [x, x])
