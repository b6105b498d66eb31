"""Where elements are, by their truth and in sorted arrays: NumPy's places."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import HOST, VIEWS
from samples import DTYPES, values


def sparse(dtype, shape, rng):
    """Special values, half of them replaced by 0."""
    host = rng.choice(values(dtype, 30, rng), shape)
    host[rng.integers(0, 2, shape).astype(bool)] = 0
    return host


def same_places(x, host):
    for got, want in zip(fs.nonzero(x), np.nonzero(host), strict=True):
        check(got.to_numpy(), want)


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_other_than_0(dtype, rng):
    for shape in [(40,), (0,), (5, 6), (2, 0), (0, 3), (2, 3, 4), (1, 5, 1, 2)]:
        host = sparse(dtype, shape, rng)
        x = fs.asarray(host)
        same_places(x, host)
        check(fs.flatnonzero(x).to_numpy(), np.flatnonzero(host), note=shape)
        check(fs.argwhere(x).to_numpy(), np.argwhere(host), note=shape)


@pytest.mark.parametrize("view", VIEWS)
def test_places_in_every_view(view, rng):
    host = sparse("int32", (6, 8), rng)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    check(fs.flatnonzero(x).to_numpy(), np.flatnonzero(host))
    check(fs.argwhere(x).to_numpy(), np.argwhere(host))
    if host.ndim:
        same_places(x, host)
    check(fs.extract(x != 0, x).to_numpy(), np.extract(host != 0, host))


def test_places_without_axes():
    for value in (0, 5):
        check(fs.argwhere(fs.asarray(value)).to_numpy(), np.argwhere(np.asarray(value)))
        check(fs.flatnonzero(fs.asarray(value)).to_numpy(), np.flatnonzero(value))
    with pytest.raises(ValueError, match="without axes"):
        fs.nonzero(fs.asarray(5))


@pytest.mark.parametrize("dtype", DTYPES)
def test_extracted(dtype, rng):
    host = values(dtype, 24, rng).reshape(-1, 2)
    condition = rng.integers(0, 3, host.shape)
    got = fs.extract(fs.asarray(condition), fs.asarray(host))
    check(got.to_numpy(), np.extract(condition, host))
    check(fs.extract(fs.asarray(condition[:1]), fs.asarray(host)).to_numpy(), np.extract(condition[:1], host))
    longer = fs.asarray(np.append(condition.reshape(-1) * 0 + 1, [0, 0]))
    assert fs.extract(longer, fs.asarray(host)).size == host.size


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("length", [0, 1, 2, 3, 7, 8, 9, 64, 201])
def test_searched(dtype, length, rng):
    host = np.sort(rng.choice(values(dtype, 40, rng), length), kind="stable")
    wanted = np.append(values(dtype, 50, rng), host[:31])
    x, keys = fs.asarray(host), fs.asarray(wanted)
    for side in ("left", "right"):
        want = np.searchsorted(host, wanted, side=side)
        check(fs.searchsorted(x, keys, side=side).to_numpy(), want, note=side)
        order = rng.permutation(length)
        mixed, back = fs.asarray(host[order]), fs.asarray(np.argsort(order))
        check(fs.searchsorted(mixed, keys, side=side, sorter=back).to_numpy(), want, note=side)


@pytest.mark.parametrize("layout", HOST)
def test_searched_for_every_layout(layout, rng):
    edges = np.sort(rng.integers(0, 50, 12)).astype(np.int32)
    host = HOST[layout](lambda n: rng.integers(-5, 60, n).astype(np.int32))
    check(fs.searchsorted(fs.asarray(edges), fs.asarray(host)).to_numpy(), np.searchsorted(edges, host))
    steps = np.repeat(edges, 3)
    got = fs.searchsorted(fs.asarray(steps)[::3], fs.asarray(host), side="right")
    check(got.to_numpy(), np.searchsorted(steps[::3], host, side="right"))


def test_searched_for_other_dtypes_and_numbers(rng):
    edges = np.sort(rng.integers(-100, 100, 20)).astype(np.int8)
    x = fs.asarray(edges)
    for wanted in (rng.uniform(-99, 99, 9), rng.integers(0, 255, 9, np.uint8), np.array([True, False])):
        check(fs.searchsorted(x, fs.asarray(wanted)).to_numpy(), np.searchsorted(edges, wanted))
    for number in (5, -3.5, True, np.float32(7)):
        check(fs.searchsorted(x, number).to_numpy(), np.asarray(np.searchsorted(edges, number)))


def test_searched_for_lists():
    edges = np.array([-3, 0, 5, 5, 100], np.int8)
    x = fs.asarray(edges)
    for wanted in ([5, -9], [300, -300], [0.5, 5.0], [], [[1], [2]], (5,)):
        for side in ("left", "right"):
            want = np.searchsorted(edges, wanted, side)
            check(fs.searchsorted(x, wanted, side).to_numpy(), want)
            check(np.searchsorted(x, wanted, side).to_numpy(), want)
            check(x.searchsorted(wanted, side).to_numpy(), want)


def test_what_cannot_be_searched():
    x = fs.asarray([1, 2, 3])
    with pytest.raises(ValueError, match="one axis"):
        fs.searchsorted(fs.zeros((2, 2)), x)
    with pytest.raises(ValueError, match="one axis"):
        fs.searchsorted(fs.asarray(1), x)
    with pytest.raises(ValueError, match="not 'middle'"):
        fs.searchsorted(x, x, side="middle")
    with pytest.raises(ValueError, match=r"\(2,\)"):
        fs.searchsorted(x, x, sorter=x[:2])
    with pytest.raises(TypeError, match="float32"):
        fs.searchsorted(x, x, sorter=fs.zeros(3))
    with pytest.raises(TypeError, match="not list"):
        fs.searchsorted([1, 2], [1, 2])
    with pytest.raises(fs.ImplicitTransferError, match=r"numpy\.ndarray of 16 bytes"):
        fs.searchsorted(x, np.array([1, 2]))
