"""Arrays that are equal, or nearly so: NumPy's answers."""

import warnings

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES, special

FLOATS = ["float16", "float32", "float64", "complex64", "complex128"]


@pytest.fixture(autouse=True)
def quiet():
    """NumPy warns of infinities, on the host."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def near(host, rng):
    """Numbers about as far from those of `host` as the tolerances reach."""
    factor = rng.choice([1, 1 + 1e-7, 1 + 1.5e-5, 1 - 0.5e-5, 1.01], host.shape)
    return (host * factor).astype(host.dtype)


@pytest.mark.parametrize("dtype", FLOATS)
def test_near_numbers(dtype, rng):
    host = rng.standard_normal((5, 40)).astype(dtype)
    host[0, :9] = special(dtype)[:9]
    host[0, 9:16] = special(dtype)[-7:]
    other = near(host, rng)
    for how in ({}, {"equal_nan": True}, {"rtol": 1e-2}, {"rtol": 0.0, "atol": 0.1}, {"rtol": 0, "atol": 0}):
        want = np.isclose(host, other, **how)
        check(fs.isclose(fs.asarray(host), fs.asarray(other), **how).to_numpy(), want, note=how)
        check(np.isclose(fs.asarray(host), fs.asarray(other), **how).to_numpy(), want, note=how)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("other", ["bool", "int64", "uint8", "float32", "complex64"])
def test_of_two_dtypes(dtype, other, rng):
    host, far = rng.integers(0, 2, 20).astype(dtype), rng.integers(0, 3, 20).astype(other)
    check(fs.isclose(fs.asarray(host), fs.asarray(far)).to_numpy(), np.isclose(host, far))
    for how in ((host, host), (host, far)):
        mine = [fs.asarray(one) for one in how]
        assert fs.allclose(*mine) is np.allclose(*how)
        assert fs.array_equiv(*mine) is bool(np.array_equiv(*how))


def test_ends_of_integers():
    for dtype in ("int8", "int64", "uint64", "uint8"):
        host = special(dtype)
        other = host[::-1].copy()
        check(fs.isclose(fs.asarray(host), fs.asarray(other)).to_numpy(), np.isclose(host, other), note=dtype)


def test_infinities_and_nan():
    host = np.array([np.inf, -np.inf, np.nan, 1, np.inf, np.nan], np.float32)
    other = np.array([np.inf, np.inf, np.nan, np.inf, 1, 1], np.float32)
    for equal_nan in (False, True):
        for a, b in ((host, other), (other, host)):
            got = fs.isclose(fs.asarray(a), fs.asarray(b), equal_nan=equal_nan)
            check(got.to_numpy(), np.isclose(a, b, equal_nan=equal_nan))
            got = fs.isclose(fs.asarray(a * 1j), fs.asarray(b + 0j), equal_nan=equal_nan)
            check(got.to_numpy(), np.isclose(a * 1j, b + 0j, equal_nan=equal_nan))
    assert fs.allclose(fs.asarray(host[:3]), fs.asarray(host[:3])) is False
    assert fs.allclose(fs.asarray(host[:3]), fs.asarray(host[:3]), equal_nan=True) is True


@pytest.mark.parametrize("view", VIEWS)
def test_every_view(view, rng):
    host = rng.integers(0, 3, (6, 8)).astype(np.float32)
    other = near(host, rng)
    x, y = VIEWS[view](fs.asarray(host)), VIEWS[view](fs.asarray(other))
    host, other = VIEWS[view](host), VIEWS[view](other)
    check(fs.isclose(x, y).to_numpy(), np.isclose(host, other))
    assert fs.allclose(x, y) is np.allclose(host, other)
    assert fs.array_equiv(x, x) is True
    assert fs.array_equiv(x, y) is bool(np.array_equiv(host, other))


def test_broadcast():
    x = fs.asarray(np.arange(6.0, dtype=np.float32).reshape(2, 3))
    for shape in ((3,), (2, 1), (1, 3), ()):
        host = np.ones(shape, np.float32)
        check(fs.isclose(x, fs.asarray(host)).to_numpy(), np.isclose(x.to_numpy(), host))
    tolerance = np.array([0.5, 1.5, 2.5], np.float32)
    got = fs.isclose(x, 1, atol=fs.asarray(tolerance))
    check(got.to_numpy(), np.isclose(x.to_numpy(), 1, atol=tolerance))
    with pytest.raises(ValueError, match="broadcast"):
        fs.isclose(x, x[:, :2])
    for shapes in (((2, 3), (3,)), ((2, 3), (2,)), ((0,), (1,)), ((0,), (2,)), ((), (4, 1)), ((0, 3), (3,))):
        one, other = (np.ones(shape, np.int32) for shape in shapes)
        assert fs.array_equiv(fs.asarray(one), fs.asarray(other)) is bool(np.array_equiv(one, other)), shapes


def test_numbers_and_lists():
    x = fs.asarray([1.0, 2.0])
    assert fs.isclose(x, 1).tolist() == [True, False]
    assert fs.isclose(1.0, x).tolist() == [True, False]
    assert fs.isclose(x, [1, 2.1]).tolist() == [True, False]
    assert fs.allclose(x, [1, 2]) is True
    assert fs.array_equiv(x, 1) is False
    assert fs.array_equiv(x[:1], [1]) is True
    assert fs.isclose(x.astype("int8"), [1, 300]).tolist() == [True, False]
    for call in (fs.isclose, fs.allclose, fs.array_equiv):
        with pytest.raises(TypeError, match="not list"):
            call([1], [1])
        with pytest.raises(TypeError, match="not str"):
            call(x, "a")
        with pytest.raises(fs.ImplicitTransferError, match=r"numpy\.ndarray of 16 bytes"):
            call(x, np.ones(2))


def test_one_scalar_is_read(log):
    x = fs.asarray(np.arange(6, dtype=np.float32))
    moved = len(log)
    fs.isclose(x, x).evaluate()
    assert len(log) == moved
    for call in (lambda: fs.allclose(x, x + 1), lambda: fs.array_equiv(x, x), lambda: np.allclose(x, x)):
        call()
        moved += 1
        assert len(log) == moved
        assert (log.crossings[-1]["kind"], log.crossings[-1]["nbytes"]) == ("scalar", 1)
    assert fs.array_equiv(x, x[:4]) is False
    assert len(log) == moved
