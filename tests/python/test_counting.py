"""Elements counted by number and by range: NumPy's counts and edges; sums of weights in pairs."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import HOST, VIEWS
from samples import DTYPES, special

REAL = [dtype for dtype in DTYPES if not dtype.startswith("complex")]
INTEGERS = [dtype for dtype in REAL if not dtype.startswith("float")]


def numbers(dtype, size, rng):
    """Small numbers many times; with fractions where the dtype has them."""
    host = rng.integers(0, 2 if dtype == "bool" else 7, size)
    return (host / 2 if dtype.startswith("float") else host).astype(dtype)


def same(got, want, ulps=0):
    for mine, theirs in zip(got, want, strict=True):
        check(mine.to_numpy(), theirs, ulps=ulps)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_counted(dtype, rng):
    for size in (0, 1, 50):
        host = numbers(dtype, size, rng)
        x = fs.asarray(host)
        for minlength in (0, 3, 300):
            check(fs.bincount(x, minlength=minlength).to_numpy(), np.bincount(host, minlength=minlength))
    host = rng.integers(0, 2 if dtype == "bool" else 120, 60).astype(dtype)
    check(fs.bincount(fs.asarray(host)).to_numpy(), np.bincount(host))


@pytest.mark.parametrize("dtype", REAL)
def test_whole_weights_are_exact(dtype, rng):
    host = rng.integers(0, 9, 200)
    weights = rng.integers(0, 2, 200).astype(dtype)
    got = fs.bincount(fs.asarray(host), fs.asarray(weights), minlength=12)
    check(got.to_numpy(), np.bincount(host, weights, 12))
    # NumPy gives int64 where there are no elements.
    got = fs.bincount(fs.asarray(host[:0]), fs.asarray(weights[:0]), minlength=2)
    check(got.to_numpy(), np.zeros(2))


def test_weights_lose_no_digits(rng):
    host = rng.integers(0, 3, 3000)
    weights = rng.standard_normal(3000)
    # Where differences of sums over all are taken, the small ones are gone.
    weights[host == 0] *= 1e16
    got = fs.bincount(fs.asarray(host), fs.asarray(weights)).to_numpy()
    for key in range(3):
        mine = weights[host == key]
        assert abs(got[key] - mine.sum()) <= 12 * np.finfo(float).eps * np.abs(mine).sum()


def test_weights_that_are_infinite_stay_with_their_key():
    x = fs.asarray([0, 1, 1, 2, 3, 3])
    weights = fs.asarray([1.0, float("inf"), 2.0, float("nan"), float("inf"), float("-inf")])
    host = x.to_numpy(), weights.to_numpy()
    with np.errstate(invalid="ignore"):
        check(fs.bincount(x, weights).to_numpy(), np.bincount(*host))


@pytest.mark.parametrize("view", VIEWS)
def test_counted_in_every_view(view, rng):
    host = rng.integers(0, 9, (6, 8))
    weights = rng.integers(-5, 5, (6, 8)).astype(np.float32)
    x, w = (VIEWS[view](fs.asarray(one)).reshape(-1) for one in (host, weights))
    host, weights = (VIEWS[view](one).reshape(-1) for one in (host, weights))
    check(fs.bincount(x, w).to_numpy(), np.bincount(host, weights).astype(np.float64))


def test_what_cannot_be_counted():
    x = fs.asarray([1, 2])
    with pytest.raises(ValueError, match="least of which is -3"):
        fs.bincount(fs.asarray([1, -3, 2]))
    with pytest.raises(ValueError, match="one axis"):
        fs.bincount(fs.zeros((2, 2), dtype=fs.int8))
    with pytest.raises(ValueError, match="one axis"):
        fs.bincount(fs.asarray(1))
    for dtype in ("float32", "complex64"):
        with pytest.raises(TypeError, match=dtype):
            fs.bincount(fs.zeros(3, dtype=dtype))
    with pytest.raises(TypeError, match="complex64"):
        fs.bincount(x, fs.zeros(2, dtype="complex64"))
    with pytest.raises(ValueError, match=r"weights of shape \(1,\)"):
        fs.bincount(x, fs.zeros(1))
    with pytest.raises(ValueError, match="minlength is 0 or more, not -1"):
        fs.bincount(x, minlength=-1)


@pytest.mark.parametrize("dtype", REAL)
def test_ranges_of_given_edges(dtype, rng):
    host = np.append(numbers(dtype, 40, rng), special(dtype))
    for edges in (np.array([0.5, 1, 1, 2.5, 4]), np.array([3, 1, 0]), np.array([2.0]), np.zeros(0)):
        for right in (False, True) if edges.size > 1 else (False,):
            got = fs.digitize(fs.asarray(host), fs.asarray(edges), right)
            check(got.to_numpy(), np.digitize(host, edges, right), note=(edges, right))


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float16", "float32", "float64"])
def test_edges_in_order(dtype):
    x = fs.asarray([0.5, 1.0, 2.0])
    host = x.to_numpy()
    for edges in ([0, 1], [1, 0], [1, 1], [0, 0, 1, 1], [1, 1, 0], [0, 1, 0], [1, 0, 1], [1, 0, 0, 1]):
        theirs = np.array(edges, dtype)
        ours = fs.asarray(theirs)
        falls, rises = sorted(edges) != edges, sorted(edges)[::-1] != edges
        if falls and rises:
            with pytest.raises(ValueError, match="monotonically"):
                np.digitize(host, theirs)
            with pytest.raises(ValueError, match=r"^digitize: edges ascend or descend, these do both"):
                fs.digitize(x, ours)
        else:
            check(fs.digitize(x, ours).to_numpy(), np.digitize(host, theirs))
        for name in ("histogram", "histogram_bin_edges"):
            if falls:
                with pytest.raises(ValueError, match="monotonically"):
                    getattr(np, name)(host, theirs)
                with pytest.raises(ValueError, match=r"^histogram: edges ascend, these descend somewhere"):
                    getattr(fs, name)(x, ours)
            else:
                getattr(fs, name)(x, ours)
    if dtype.startswith("float"):
        theirs = np.array([0, 1, np.nan], dtype)
        check(fs.digitize(x, fs.asarray(theirs)).to_numpy(), np.digitize(host, theirs))
        assert np.isnan(fs.histogram_bin_edges(x, fs.asarray(theirs)).to_numpy()[-1])


def test_the_order_of_edges_is_one_read():
    x, edges = fs.asarray([0.5, 1.0, 2.0]), fs.asarray([0.0, 1.0, 3.0])
    for function in (fs.digitize, fs.histogram, fs.histogram_bin_edges):
        with fs.transfers() as log:
            function(x, edges)
        assert [(one["kind"], one["nbytes"]) for one in log.crossings] == [("scalar", 1)]
        with fs.transfers("forbid"):
            function(x, edges[:1])
            with pytest.raises(fs.ForbiddenTransferError):
                function(x, edges)
    with fs.transfers("forbid"):
        fs.histogram(x, 4)
        fs.histogram_bin_edges(x, 4)
    # Such a line reads no elements one by one, and is not told that it does.
    for _ in range(300):
        fs.digitize(x, edges)


@pytest.mark.parametrize("layout", HOST)
def test_ranges_of_every_layout(layout, rng):
    host = HOST[layout](lambda n: rng.integers(-3, 9, n).astype(np.float32))
    edges = np.array([0, 2, 4, 8], np.float32)
    x = fs.asarray(host)
    check(fs.digitize(x, fs.asarray(edges)).to_numpy(), np.asarray(np.digitize(host, edges)))
    same(fs.histogram(x, fs.asarray(edges)), np.histogram(host, edges))


@pytest.mark.parametrize("dtype", [dtype for dtype in REAL if dtype != "bool"])
def test_histograms(dtype, rng):
    host = numbers(dtype, 60, rng)
    x = fs.asarray(host)
    for bins in (1, 3, 10):
        for limits in (None, (1, 5), (-2.5, 2.7), (4, 4)):
            want = np.histogram(host, bins, limits)
            same(fs.histogram(x, bins, limits), want)
            check(fs.histogram_bin_edges(x, bins, limits).to_numpy(), want[1])
    edges = np.array([0, 1, 1, 2.5, 3])
    for density in (False, True):
        with np.errstate(invalid="ignore"):
            want = np.histogram(host, edges, density=density)
        same(fs.histogram(x, fs.asarray(edges), density=density), want)
    for source in (host[:1], host[:0], host[:6] * 0):
        same(fs.histogram(fs.asarray(source), 4), np.histogram(source, 4))


@pytest.mark.parametrize("dtype", DTYPES)
def test_weighted_histograms(dtype, rng):
    host = rng.uniform(-1, 6, (4, 20)).astype(np.float32)
    weights = rng.integers(0, 2, (4, 20)).astype(dtype)
    x, w = fs.asarray(host), fs.asarray(weights)
    for limits in (None, (0, 5)):
        same(fs.histogram(x, 5, limits, weights=w), np.histogram(host, 5, limits, weights=weights))
    edges = np.array([0, 1.5, 2, 2, 4], np.float32)
    want = np.histogram(host, edges, weights=weights.astype(np.int64) if dtype == "bool" else weights)
    got = fs.histogram(x, fs.asarray(edges), weights=w)
    check(got[0].to_numpy(), want[0].astype(dtype))
    if dtype in ("int32", "float64", "complex128"):
        with np.errstate(all="ignore"):
            want = np.histogram(host, edges, weights=weights, density=True)
        same(fs.histogram(x, fs.asarray(edges), weights=w, density=True), want)


def test_histograms_of_bool_and_beside_what_is_not_finite():
    host = np.array([True, False, True])
    with pytest.warns(RuntimeWarning, match="bool"):
        want = np.histogram(host, 3)
    same(fs.histogram(fs.asarray(host), 3), want)
    host = np.array([np.nan, 1, np.inf, 2, -np.inf, 1], np.float32)
    same(fs.histogram(fs.asarray(host), 3, (0, 3)), np.histogram(host, 3, (0, 3)))
    weights = np.arange(6.0)
    same(
        fs.histogram(fs.asarray(host), 3, (0, 3), weights=fs.asarray(weights)),
        np.histogram(host, 3, (0, 3), weights=weights),
    )
    assert np.isnan(fs.histogram_bin_edges(fs.asarray(host[:2]), 2).to_numpy()).all()


def test_what_has_no_histogram():
    x = fs.asarray([1.0, 2.0])
    for bins, limits, message in (
        (0, None, "0 ranges"),
        (2, (2, 1), "descends"),
        (2, (0, float("inf")), "not finite"),
        (fs.zeros((2, 2)), None, "in a row"),
    ):
        with pytest.raises(ValueError, match=message):
            fs.histogram(x, bins, limits)
    for bins in (2.5, "auto", [1, 2]):
        with pytest.raises(TypeError, match="a number of ranges or an array"):
            fs.histogram(x, bins)
    with pytest.raises(ValueError, match=r"weights of shape \(1,\)"):
        fs.histogram(x, weights=x[:1])
    z = fs.zeros(2, dtype="complex64")
    for call in (
        lambda: fs.histogram(z),
        lambda: fs.digitize(z, x),
        lambda: fs.digitize(x, z),
        lambda: fs.histogram(x, z),
    ):
        with pytest.raises(TypeError, match="complex numbers have no order"):
            call()
    with pytest.raises(ValueError, match="one axis"):
        fs.digitize(x, fs.zeros((2, 2)))
