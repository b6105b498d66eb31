"""Elements taken from other places and put there: NumPy's, for every dtype."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from numpy.exceptions import AxisError
from samples import DTYPES, bits, values

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def some(dtype, shape, rng):
    return np.resize(values(dtype, int(np.prod(shape)), rng), shape)


@pytest.mark.parametrize("dtype", DTYPES)
def test_taken(dtype, rng):
    host = some(dtype, (3, 4, 5), rng)
    x = fs.asarray(host)
    for shape in ((), (0,), (6,), (2, 3)):
        for axis in (None, 0, 1, -1):
            length = host.size if axis is None else host.shape[axis]
            places = rng.integers(-length, length, shape)
            check(fs.take(x, fs.asarray(places), axis=axis).to_numpy(), np.take(host, places, axis))
            places = rng.integers(-3 * length, 3 * length, shape)
            for mode in ("clip", "wrap"):
                got = fs.take(x, fs.asarray(places), axis=axis, mode=mode)
                check(got.to_numpy(), np.take(host, places, axis, mode=mode), note=mode)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_places_of_every_dtype(dtype, rng):
    host = np.arange(200)
    x, places = fs.asarray(host), rng.integers(0, 120, 9).astype(dtype)
    for mode in ("raise", "clip", "wrap"):
        check(fs.take(x, fs.asarray(places), mode=mode).to_numpy(), host[places.astype(int)])
    check(fs.take_along_axis(x, fs.asarray(places)).to_numpy(), host[places.astype(int)])


def test_taken_at_a_number():
    host = np.arange(12).reshape(3, 4)
    x = fs.asarray(host)
    for axis, place in ((None, -1), (0, 2), (1, np.int8(-4))):
        check(fs.take(x, place, axis=axis).to_numpy(), np.take(host, place, axis))
    for mode in ("clip", "wrap"):
        check(fs.take(x, 9, axis=0, mode=mode).to_numpy(), np.take(host, 9, 0, mode=mode))
        check(fs.take(x, -9, axis=0, mode=mode).to_numpy(), np.take(host, -9, 0, mode=mode))
    assert not fs.take(x, 1, axis=0).shares_memory(x)
    check(fs.take(fs.asarray(7), 0).to_numpy(), np.asarray(7))


@pytest.mark.parametrize("view", VIEWS)
def test_taken_from_every_view(view, rng):
    host = rng.integers(0, 99, (6, 8))
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    if host.size:
        places = rng.integers(-host.size, host.size, 7)
        check(fs.take(x, fs.asarray(places)).to_numpy(), np.take(host, places))
    for axis in range(host.ndim if host.size else 0):
        order = np.argsort(host, axis=axis, kind="stable")
        got = fs.take_along_axis(x, fs.asarray(order), axis=axis)
        check(got.to_numpy(), np.take_along_axis(host, order, axis))


SHAPES = [
    ((5,), (7,)),
    ((3, 4), (3, 2)),
    ((3, 4), (1, 2)),
    ((1, 4), (3, 2)),
    ((2, 3, 4), (2, 3, 4)),
    ((2, 3, 4), (1, 5, 1)),
    ((2, 3, 4), (2, 5, 1)),
    ((2, 3, 4), (1, 5, 4)),
    ((2, 1, 3, 1), (1, 2, 3, 5)),
    ((2, 3), (2, 0)),
]


@pytest.mark.parametrize(("shape", "places"), SHAPES, ids=str)
def test_along_every_axis(shape, places, rng):
    for dtype in ("float32", "int8", "complex128"):
        host = some(dtype, shape, rng)
        for axis in range(-len(shape), len(shape)):
            pairs = enumerate(zip(shape, places, strict=True))
            others = [pair for one, pair in pairs if one != axis % len(shape)]
            if any(1 not in pair and pair[0] != pair[1] for pair in others):
                continue
            indices = rng.integers(-shape[axis], shape[axis], places)
            got = fs.take_along_axis(fs.asarray(host), fs.asarray(indices), axis=axis)
            want = np.take_along_axis(host, indices, axis)
            check(got.to_numpy(), want, note=axis)
            # So that it does not matter which of two goes to one place.
            new = np.resize(host.reshape(-1)[:1], want.shape)
            x, after = fs.asarray(host), host.copy()
            fs.put_along_axis(x, fs.asarray(indices), fs.asarray(new), axis)
            np.put_along_axis(after, indices, new, axis)
            check(x.to_numpy(), after, note=axis)


def test_put_along_an_axis_by_keywords():
    x, after = fs.zeros((2, 3)), np.zeros((2, 3), np.float32)
    fs.put_along_axis(x, axis=1, values=fs.asarray([[5.0], [6.0]]), indices=fs.asarray([[1], [0]]))
    np.put_along_axis(after, axis=1, values=np.array([[5.0], [6.0]]), indices=np.array([[1], [0]]))
    check(x.to_numpy(), after)


@pytest.mark.parametrize("dtype", DTYPES)
def test_put(dtype, rng):
    host = some(dtype, (4, 5), rng)
    for size, count in ((6, 6), (6, 4), (6, 1), (3, 8), (0, 2), (4, 0)):
        places = rng.permutation(20)[:size] - 10
        new = some(dtype, (count,), rng) if count else host.reshape(-1)[:0]
        x, after = fs.asarray(host), host.copy()
        fs.put(x, fs.asarray(places), fs.asarray(new))
        if count:
            np.put(after, places, new)
        assert np.array_equal(bits(x.to_numpy()), bits(after)), (size, count)
    for mode in ("clip", "wrap"):
        x, after = fs.asarray(host), host.copy()
        places = np.array([-25, 3, 24])
        fs.put(x, fs.asarray(places), 1, mode)
        np.put(after, places, 1, mode)
        check(x.to_numpy(), after, note=mode)


def test_lists(log):
    host = np.arange(12).reshape(3, 4)
    x = fs.asarray(host)
    for places in ([0, -1], [[1, 2], [0, 0]], (2,), range(3), []):
        for axis in (None, 0, 1):
            want = host.take(np.asarray(places, np.int64), axis)
            check(fs.take(x, places, axis=axis).to_numpy(), want)
            check(np.take(x, places, axis).to_numpy(), want)
    check(x.take([5, -9], mode="wrap").to_numpy(), host.take([5, -9], mode="wrap"))
    check(fs.compress([True, False, True], x, axis=0).to_numpy(), host[[0, 2]])
    check(fs.compress([0, 1], x).to_numpy(), np.compress([0, 1], host))
    crossed = log.scalar_reads
    fs.put(x, [0, -1], [70, 80])
    x.put([1], 90)
    np.put(host, [0, -1, 1], [70, 80, 90])
    assert log.scalar_reads == crossed
    check(x.to_numpy(), host)
    for places in ([12], [0, -13]):
        with pytest.raises(IndexError, match="out of bounds for 12"):
            fs.take(x, places)
        with pytest.raises(IndexError, match="out of bounds for 12"):
            fs.put(x, places, 1)
    for places in ([0.5], [True]):
        with pytest.raises(TypeError, match="places are integers"):
            fs.take(x, places)
    with pytest.raises(TypeError, match="list beside an array is of numbers"):
        fs.take(x, ["a"])
    with pytest.raises(ValueError, match="one axis"):
        fs.compress([[True]], x)


def test_put_into_views_and_at_numbers(rng):
    host = np.arange(24).reshape(4, 6)
    for view in (lambda a: a.T, lambda a: a[1:3, ::-2], lambda a: a[2]):
        x, after = fs.asarray(host), host.copy()
        fs.put(view(x), fs.asarray([0, -1, 2]), fs.asarray([70, 80, 90]))
        after_view = view(after)
        after_view[np.unravel_index([0, after_view.size - 1, 2], after_view.shape)] = [70, 80, 90]
        check(x.to_numpy(), after)
        x, after = fs.asarray(host), host.copy()
        fs.put_along_axis(view(x), fs.asarray([3, 1]), 7, None)
        after_view = view(after)
        after_view[np.unravel_index([3, 1], after_view.shape)] = 7
        check(x.to_numpy(), after)
    x = fs.zeros(3)
    fs.put(x, -1, 5)
    fs.put(x, fs.asarray([0, 0]), fs.asarray([1, 2]))
    assert x.tolist() == [2, 0, 5]


@pytest.mark.parametrize("dtype", DTYPES)
def test_compressed(dtype, rng):
    host = some(dtype, (4, 6), rng)
    x = fs.asarray(host)
    for axis, length in ((None, 24), (None, 9), (0, 4), (1, 6), (-1, 3)):
        condition = rng.integers(0, 2, length)
        got = fs.compress(fs.asarray(condition), x, axis=axis)
        check(got.to_numpy(), np.compress(condition, host, axis), note=(axis, length))
    assert fs.compress(fs.asarray([True, False, False, False, False]), x, axis=0).shape == (1, 6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_selected(dtype, rng):
    choices = [some(dtype, shape, rng) for shape in ((3, 4), (4,), (3, 1))]
    conditions = [rng.integers(0, 2, shape).astype(bool) for shape in ((3, 4), (3, 1), (4,))]
    default = some(dtype, (), rng)
    for other in (0, default):
        got = fs.select(
            [fs.asarray(one) for one in conditions],
            [fs.asarray(one) for one in choices],
            fs.asarray(other) if isinstance(other, np.ndarray) else other,
        )
        check(got.to_numpy(), np.select(conditions, choices, other))


def test_selected_among_dtypes_and_numbers():
    x = fs.asarray([1, 2, 3])
    got = fs.select([x < 2, x > 2], [x.astype("int8"), x / 2], 7)
    check(got.to_numpy(), np.array([1, 7, 1.5]))
    assert fs.select([x < 2], [5]).tolist() == [5, 0, 0]
    assert fs.select([x < 2, x > 2], [True, 2.5], 1j).dtype == np.complex64


@pytest.mark.parametrize("view", VIEWS)
def test_diagonals_of_every_view(view):
    host = np.arange(48).reshape(6, 8)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    if host.ndim < 2:
        return
    for offset in (0, 1, -2, 5, -9, 9):
        for axes in ((0, 1), (1, 0), (-1, 0), (0, -1)):
            if axes[0] % host.ndim != axes[1] % host.ndim:
                got = fs.diagonal(x, offset, *axes)
                check(got.to_numpy(), np.diagonal(host, offset, *axes), note=(offset, axes))


@pytest.mark.parametrize("dtype", DTYPES)
def test_diagonals(dtype, rng):
    for shape in ((4, 4), (2, 5), (5, 2), (1, 3), (3, 1), (0, 3), (3, 0), (2, 3, 4)):
        host = some(dtype, shape, rng)
        x = fs.asarray(host)
        for k in range(-5, 6):
            check(fs.diagonal(x, k).to_numpy(), np.diagonal(host, k), note=(shape, k))
            if len(shape) == 2:
                check(fs.diag(x, k).to_numpy(), np.diag(host, k), note=(shape, k))
    for size in (0, 1, 3):
        host = some(dtype, (size,), rng)
        for k in (-2, 0, 1):
            check(fs.diag(fs.asarray(host), k).to_numpy(), np.diag(host, k), note=(size, k))


def test_the_diagonal_of_a_whole_matrix_is_a_view():
    x = fs.zeros((2, 3, 4))
    for one in (x[0], x[0].T, x[1:2]):
        assert fs.diagonal(one, 1, -2, -1).shares_memory(x)
    diagonal = fs.diagonal(x[0])
    diagonal[...] = 5
    assert x[0].tolist() == [[5, 0, 0, 0], [0, 5, 0, 0], [0, 0, 5, 0]]


SLICES = [slice(None), slice(0, 0), slice(1, 4), slice(None, None, 2), slice(1, None, 3), slice(2, 3)]
SLICES += [slice(5, 1, -2), slice(None, None, -1), slice(-3, None), slice(None, None, -4), slice(9, None)]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float64", "complex64"])
def test_left_out_and_put_between(dtype, rng):
    host = some(dtype, (3, 7), rng)
    x = fs.asarray(host)
    for obj in (0, 2, -1, *SLICES):
        for axis in (None, 0, 1) if obj in range(-3, 3) or isinstance(obj, slice) else (None,):
            check(fs.delete(x, obj, axis=axis).to_numpy(), np.delete(host, obj, axis), note=(obj, axis))
            got = fs.insert(x, obj, 1, axis=axis)
            check(got.to_numpy(), np.insert(host, obj, 1, axis), note=(obj, axis))


def test_several_put_between(rng):
    host = np.arange(21).reshape(3, 7)
    x = fs.asarray(host)
    for obj in (0, 3, -2):
        for new in (np.arange(3), np.array([[5], [6], [7]]), np.arange(6).reshape(2, 3), np.array([4])):
            want = np.insert(host, obj, new, 1)
            check(fs.insert(x, obj, fs.asarray(new), axis=1).to_numpy(), want, note=(obj, new))
    check(fs.insert(x, 3, fs.asarray([8, 9])).to_numpy(), np.insert(host, 3, [8, 9]))
    check(fs.insert(x, 21, fs.asarray([8, 9])).to_numpy(), np.insert(host, 21, [8, 9]))
    for obj in SLICES:
        count = len(range(7)[obj])
        for new in (np.arange(count) + 100, np.arange(3 * count).reshape(3, count) + 100):
            check(
                fs.insert(x, obj, fs.asarray(new), axis=1).to_numpy(), np.insert(host, obj, new, 1), note=obj
            )
    got = fs.insert(x.astype("float32"), 1, 2.5, axis=0)
    check(got.to_numpy(), np.insert(host.astype("float32"), 1, 2.5, 0))


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if not dtype.startswith("complex")])
def test_interpolated(dtype, rng):
    points = np.sort(rng.permutation(np.arange(100))[:9]).astype(dtype)
    heights = rng.integers(0, 2, 9).astype(dtype)
    places = np.append(rng.integers(0, 127, 30), [0, 1]).astype(dtype)
    args = places, points, heights
    mine = [fs.asarray(one) for one in args]
    check(fs.interp(*mine).to_numpy(), np.interp(*args))
    check(fs.interp(*mine, left=-1.5, right=9).to_numpy(), np.interp(*args, left=-1.5, right=9))
    mine[2], heights = mine[2].astype("complex64") * 1j, heights.astype("complex64") * 1j
    check(fs.interp(*mine).to_numpy(), np.interp(places, points, heights), ulps=1)


def test_interpolated_between_random_points(rng):
    points, heights = np.sort(rng.uniform(0, 10, 40)), rng.standard_normal(40)
    for places in (rng.uniform(-1, 11, 500), points, np.asarray(3.5), rng.uniform(0, 9, (3, 4))):
        for length in (40, 2, 1):
            args = places, points[:length], heights[:length]
            got = fs.interp(*(fs.asarray(one) for one in args))
            check(got.to_numpy(), np.asarray(np.interp(*args)))
    places = np.array([np.nan, 1, np.inf, -np.inf, 0.5, 2.5, 3.5, 9])
    points, heights = np.array([0.0, 1, 2, 3, np.inf]), np.array([0, np.inf, np.inf, 5, 7])
    with np.errstate(all="ignore"):
        want = np.interp(places, points, heights)
    check(fs.interp(*(fs.asarray(one) for one in (places, points, heights))).to_numpy(), want)
    points = rng.uniform(-400, 400, 12)
    args = rng.uniform(-1000, 1000, 50), points, rng.standard_normal(12)
    check(fs.interp(*map(fs.asarray, args), period=-360).to_numpy(), np.interp(*args, period=-360))


def test_places_that_are_not_there():
    x = fs.zeros((2, 3))
    for place in (6, -7):
        with pytest.raises(IndexError, match=f"place {place} is out of bounds for 6"):
            fs.take(x, place)
        with pytest.raises(IndexError, match="out of bounds"):
            fs.put(x, place, 1)
    far, near = fs.asarray([0, 6]), fs.asarray([[0, 3]])
    for call in (
        lambda: fs.take(x, far).to_numpy(),
        lambda: fs.take_along_axis(x, near, axis=1).to_numpy(),
        lambda: (fs.put(x, far, 1), x.to_numpy()),
        lambda: (fs.put_along_axis(x, near, 1, 1), x.to_numpy()),
        lambda: fs.compress(fs.asarray([False, False, True]), x, axis=0).to_numpy(),
    ):
        with pytest.raises(IndexError, match="out of bounds"):
            call()
    with pytest.raises(IndexError, match="no elements"):
        fs.take(x[:, :0], fs.asarray([0]), axis=1)
    with pytest.raises(IndexError):
        fs.take(x[:0], 0, axis=0, mode="clip")
    for axis in (2, -3):
        for call in (
            lambda axis: fs.take(x, 0, axis=axis),
            lambda axis: fs.take_along_axis(x, x.astype("int64"), axis=axis),
            lambda axis: fs.compress(fs.asarray([True]), x, axis=axis),
            lambda axis: fs.diagonal(x, 0, axis, 0),
            lambda axis: fs.delete(x, 0, axis=axis),
            lambda axis: fs.insert(x, 0, 0, axis=axis),
        ):
            with pytest.raises(AxisError):
                call(axis)
    for call in (lambda: fs.delete(x, 6), lambda: fs.insert(x, 7, 0), lambda: fs.delete(x, -3, axis=0)):
        with pytest.raises(IndexError, match="out of bounds"):
            call()


def test_what_does_not_fit():
    x = fs.zeros((2, 3))
    with pytest.raises(ValueError, match="not 'x'"):
        fs.take(x, 0, mode="x")
    for places in (fs.zeros(2), fs.asarray([True])):
        with pytest.raises(TypeError, match=f"not {places.dtype}"):
            fs.take(x, places)
        with pytest.raises(IndexError, match="places are integers"):
            fs.take_along_axis(x, places[None], axis=1)
    with pytest.raises(ValueError, match="1 axes, the array has 2"):
        fs.take_along_axis(x, fs.asarray([0]), axis=1)
    with pytest.raises(IndexError, match=r"\(3, 1\) do not fit \(2, 3\)"):
        fs.take_along_axis(x, fs.asarray([[0], [0], [0]]), axis=1)
    with pytest.raises(ValueError, match="one axis"):
        fs.compress(fs.asarray([[True]]), x)
    for lists in (([], []), ([x > 0], [])):
        with pytest.raises(ValueError, match="choices"):
            fs.select(*lists)
    with pytest.raises(TypeError, match="float32"):
        fs.select([x], [x])
    with pytest.raises(ValueError, match="no matrix"):
        fs.diagonal(x[0])
    with pytest.raises(ValueError, match="are the same"):
        fs.diagonal(x, 0, 1, -1)
    for one in (fs.asarray(1), x[None]):
        with pytest.raises(ValueError, match="neither a matrix"):
            fs.diag(one)
    with pytest.raises(ValueError, match="do not broadcast"):
        fs.insert(x, slice(0, 1), fs.asarray([[1], [2], [3]]), axis=1)
    with pytest.raises(ValueError, match="not as many"):
        fs.interp(x, x[0], x[1, :2])
    with pytest.raises(ValueError, match="not as many"):
        fs.interp(x, x[0, :0], x[0, :0])
    with pytest.raises(ValueError, match="period of 0"):
        fs.interp(x, x[0], x[0], period=0)
    with pytest.raises(TypeError, match="complex64"):
        fs.interp(x.astype("complex64"), x[0], x[0])
