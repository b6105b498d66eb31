"""Numbers at equal ratios, powers, and what functions make of places: NumPy's, in narrower floats."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES

ENDS = [(0, 3), (2.5, -1), (-2, -2), (0.0, 1.0)]


@pytest.mark.parametrize(("start", "stop"), ENDS)
def test_at_equal_ratios_by_exponents(start, stop, log):
    for num in (0, 1, 2, 7):
        for endpoint in (True, False):
            for base in (10.0, 2, 0.5):
                want = np.logspace(start, stop, num, endpoint, base)
                got = fs.logspace(start, stop, num, endpoint, base)
                check(got.to_numpy(), want.astype(np.float32), ulps=1)
                got = fs.logspace(start, stop, num, endpoint, base, "float64")
                np.testing.assert_allclose(got.to_numpy(), want, rtol=1e-14)
    got = fs.logspace(0, 2, 3, dtype="int64")
    assert (got.tolist(), got.dtype) == ([1, 10, 100], np.int64)
    got = fs.logspace(0, 1j, 4)
    np.testing.assert_allclose(got.to_numpy(), np.logspace(0, 1j, 4), rtol=1e-6)
    assert not log.bytes_to_device


@pytest.mark.parametrize(
    ("start", "stop"),
    [(1, 1000), (1e-3, 7), (256, 1), (-1, -1000), (3, 3), (1j, 1000j), (1, -1 + 0j), (2j, 5)],
)
def test_at_equal_ratios_between_ends(start, stop):
    for num in (0, 1, 2, 3, 9):
        for endpoint in (True, False):
            want = np.geomspace(start, stop, num, endpoint)
            got = fs.geomspace(start, stop, num, endpoint)
            assert got.dtype == (np.complex64 if want.dtype.kind == "c" else np.float32)
            np.testing.assert_allclose(got.to_numpy(), want, rtol=1e-6, atol=1e-6 * abs(stop))
            if num:
                assert got.to_numpy()[0] == got.dtype.type(start)
            if num > 1 and endpoint:
                assert got.to_numpy()[-1] == got.dtype.type(stop)
    for ends in ((0, 1), (1, 0), (-1, 1)):
        with pytest.raises(ValueError, match="geomspace"):
            fs.geomspace(*ends)


@pytest.mark.parametrize("dtype", DTYPES)
def test_powers(dtype, rng):
    host = rng.integers(0, 4, 5).astype(dtype)
    for columns in (None, 0, 1, 2, 4):
        for increasing in (False, True):
            want = np.vander(host, columns, increasing)
            want = want.astype(dtype) if host.dtype.kind in "fc" else want
            check(fs.vander(fs.asarray(host), columns, increasing).to_numpy(), want)
            check(np.vander(fs.asarray(host), columns, increasing).to_numpy(), want)
    assert fs.vander(fs.asarray(host[:0])).shape == (0, 0)
    check(fs.vander([1, 2, 3]).to_numpy(), np.vander([1, 2, 3]))
    with pytest.raises(ValueError, match="one axis"):
        fs.vander(fs.zeros((2, 2)))


def test_identity():
    for n in (0, 1, 3):
        check(fs.identity(n).to_numpy(), np.identity(n, np.float32))
        check(fs.identity(n, "int8").to_numpy(), np.identity(n, "int8"))


def test_what_a_function_makes_of_places():
    def cone(row, column, height=1):
        return row * 2 + column * height

    for shape in ((2, 3), (0, 2)):
        got = fs.fromfunction(cone, shape, height=5)
        check(got.to_numpy(), np.fromfunction(cone, shape, height=5).astype(np.float32))
        check(fs.fromfunction(cone, shape, dtype=int).to_numpy(), np.fromfunction(cone, shape, dtype=int))
    assert fs.fromfunction(lambda row: row == 1, (3,)).tolist() == [False, True, False]
