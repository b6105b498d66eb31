"""Places that are left out and put between, told by lists and by arrays of the device: NumPy's results."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES, values

LISTS = [[], [0], [-1], [0, 2], [2, 0], [6, 1, 1], [-7, 6, -1], (1, 3), range(0, 7, 2), [[1], [3]]]
MASKS = [[True, False] * 3 + [True], [False] * 7, [True] * 7]


def some(dtype, shape, rng):
    return np.resize(values(dtype, int(np.prod(shape)), rng), shape)


@pytest.mark.parametrize("dtype", DTYPES)
def test_left_out_by_lists(dtype, rng):
    host = some(dtype, (3, 7), rng)
    x = fs.asarray(host)
    for obj in (*LISTS, *MASKS):
        flat = np.resize(obj, 21) if obj in MASKS else obj
        for axis, places in ((None, flat), (1, obj), (-1, obj)):
            places = list(places) if isinstance(places, np.ndarray) else places
            want = np.delete(host, places, axis)
            check(fs.delete(x, places, axis=axis).to_numpy(), want, note=(obj, axis))
            check(np.delete(x, places, axis).to_numpy(), want, note=(obj, axis))
            there = fs.asarray(np.asarray(places, None if len(places) else np.int64))
            check(fs.delete(x, there, axis=axis).to_numpy(), want, note=(obj, axis))


@pytest.mark.parametrize("dtype", DTYPES)
def test_put_between_by_lists(dtype, rng):
    host = some(dtype, (3, 7), rng)
    x = fs.asarray(host)
    for obj in [*(list(one) for one in LISTS[:-1]), [7, 0, 7]]:
        for axis in (None, 1):
            count = len(obj)
            news = [some(dtype, shape, rng) for shape in ((), (count,), (1,))]
            news += [some(dtype, (3, count), rng), some(dtype, (3, 1), rng)] * (axis is not None)
            for new in news:
                if count == 0 and new.shape == (3, 0):
                    continue
                want = np.insert(host, obj, new, axis)
                got = fs.insert(x, obj, fs.asarray(new), axis=axis)
                check(got.to_numpy(), want, note=(obj, new.shape, axis))
                there = fs.asarray(np.asarray(obj, None if count else np.int64))
                got = fs.insert(x, there, fs.asarray(new), axis=axis)
                check(got.to_numpy(), want, note=(obj, new.shape, axis))


def test_several_before_one_place():
    host = np.arange(5)
    x = fs.asarray(host)
    for obj in (2, [2], np.array(2)):
        want = np.insert(host, obj, [7, 8, 9])
        check(fs.insert(x, obj, [7, 8, 9]).to_numpy(), want)
        check(fs.insert(x, fs.asarray(obj), fs.asarray([7, 8, 9])).to_numpy(), want)
    matrix = np.arange(6).reshape(2, 3)
    for obj in (1, [1]):
        for new in (np.array([[7], [8]]), np.array([7, 8, 9])):
            for axis in (0, 1):
                try:
                    want = np.insert(matrix, obj, new, axis)
                except ValueError:
                    continue
                for place in (obj, fs.asarray(obj)):
                    got = fs.insert(fs.asarray(matrix), place, fs.asarray(new), axis=axis)
                    check(got.to_numpy(), want, note=(obj, new.shape, axis))


def test_into_nothing():
    x = fs.zeros((2, 0))
    check(fs.insert(x, [0, 0], 5, axis=1).to_numpy(), np.insert(np.zeros((2, 0), np.float32), [0, 0], 5, 1))
    check(fs.insert(x, fs.asarray([0, 0]), 5, axis=1).to_numpy(), np.full((2, 2), 5, np.float32))
    check(fs.delete(x, [], axis=1).to_numpy(), np.zeros((2, 0), np.float32))


@pytest.mark.parametrize("view", VIEWS)
def test_of_every_view(view):
    host = np.arange(48).reshape(6, 8)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    for axis in range(host.ndim):
        if host.shape[axis] > 1:
            check(fs.delete(x, [0, -1], axis=axis).to_numpy(), np.delete(host, [0, -1], axis))
            check(fs.insert(x, [0, 1], 9, axis=axis).to_numpy(), np.insert(host, [0, 1], 9, axis))


def test_masks_put_between():
    host = np.arange(4)
    mask = [True, False, True, False]
    check(fs.insert(fs.asarray(host), mask, 9).to_numpy(), np.insert(host, np.flatnonzero(mask), 9))
    check(
        fs.insert(fs.asarray(host), fs.asarray(mask), 9).to_numpy(), np.insert(host, np.flatnonzero(mask), 9)
    )


def test_what_crosses(log):
    x = fs.asarray(np.arange(100))
    for call, kinds in (
        (lambda: fs.delete(x, 5), []),
        (lambda: fs.delete(x, slice(2, 9)), []),
        (lambda: fs.delete(x, [0, 2]), ["to device"]),
        (lambda: fs.delete(x, x > 1), ["to host"]),
        # One of them tells of places out of bounds.
        (lambda: fs.delete(x, x[:2]), ["to host"] * 2),
        (lambda: fs.insert(x, [0, 2], 9), ["to device"]),
        (lambda: fs.insert(x, x[:2], 9), []),
        (lambda: fs.insert(x, 3, [8, 9]), ["to device"]),
    ):
        moved = len(log)
        call()
        assert [one["direction"] for one in log.crossings[moved:]] == kinds
        assert all(one["nbytes"] <= 16 for one in log.crossings[moved:])


def test_places_that_are_not_there():
    x = fs.asarray(np.arange(5))
    for call, far in ((fs.delete, 5), (lambda x, obj: fs.insert(x, obj, 9), 6)):
        for place in (far, -6):
            with pytest.raises(IndexError, match=f"place {place} is out of bounds for 5"):
                call(x, [0, place])
            with pytest.raises(IndexError, match="out of bounds"):
                call(x, fs.asarray([0, place])).to_numpy()
        with pytest.raises(IndexError, match="float"):
            call(x, [1.5])
        with pytest.raises(IndexError, match="float32"):
            call(x, x.astype("float32"))
        for mask in ([True, False], fs.asarray([True, False])):
            with pytest.raises(ValueError, match=r"5 places and bools of shape \(2,\)"):
                call(x, mask)
        with pytest.raises(TypeError, match="not 'a'"):
            call(x, "a")
        with pytest.raises(fs.ImplicitTransferError, match=r"numpy\.ndarray"):
            call(x, np.array([0, 1]))
    with pytest.raises(ValueError, match="broadcast"):
        fs.insert(x, [0, 2], [1, 2, 3])
