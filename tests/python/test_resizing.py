"""Arrays made longer or shorter: NumPy's."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from numpy.exceptions import AxisError
from samples import DTYPES, values

SHAPES = [(), 0, 1, 5, (2, 3), (4, 5), (0, 2), (3, 1, 2)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_resized(dtype, rng):
    for shape in ((6,), (2, 3), (0,), (), (1, 1)):
        host = np.resize(values(dtype, 6, rng), shape)
        x = fs.asarray(host)
        for new in SHAPES:
            check(fs.resize(x, new).to_numpy(), np.resize(host, new), note=(shape, new))
            check(np.resize(x, new).to_numpy(), np.resize(host, new), note=(shape, new))
            assert not fs.resize(x, new).shares_memory(x)
    with pytest.raises(ValueError, match="0 or more"):
        fs.resize(x, (-1, 2))


@pytest.mark.parametrize("dtype", ["bool", "int8", "float32", "complex64"])
def test_trimmed(dtype):
    for line in ([0, 0, 1, 0, 1, 0], [1, 0, 0], [0, 1], [0, 0], [1], [0], []):
        host = np.array(line).astype(dtype)
        x = fs.asarray(host)
        for trim in ("fb", "f", "b", "BF"):
            check(fs.trim_zeros(x, trim).to_numpy(), np.trim_zeros(host, trim), note=(line, trim))
            check(np.trim_zeros(x, trim).to_numpy(), np.trim_zeros(host, trim), note=(line, trim))


# Of several axes, NumPy trims from 2.2 on.
EXPECTED = {
    None: (slice(1, 3), slice(2, 4)),
    0: (slice(1, 3), slice(None)),
    1: (slice(None), slice(2, 4)),
    (0, -1): (slice(1, 3), slice(2, 4)),
    (): (slice(None), slice(None)),
}


@pytest.mark.parametrize("axis", EXPECTED)
def test_trimmed_along_several_axes(axis):
    host = np.zeros((4, 6), np.float32)
    host[1, 2] = host[2, 3] = np.nan
    x = fs.asarray(host)
    rows, columns = EXPECTED[axis]
    check(fs.trim_zeros(x, axis=axis).to_numpy(), host[rows, columns])
    assert fs.trim_zeros(x, axis=axis).shares_memory(x)
    front = host[rows.start :, columns.start :]
    check(fs.trim_zeros(x, "f", axis=axis).to_numpy(), front)
    assert fs.trim_zeros(fs.zeros((2, 3)), axis=0).shape == (0, 3)
    assert fs.trim_zeros(x[0, 0]).shape == ()


@pytest.mark.parametrize("view", VIEWS)
def test_of_every_view(view):
    host = np.arange(48).reshape(6, 8) % 5 * (np.arange(8) > 2)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    check(fs.resize(x, (7, 9)).to_numpy(), np.resize(host, (7, 9)))
    flat = host.reshape(-1)
    check(fs.trim_zeros(x.reshape(-1)).to_numpy(), np.trim_zeros(flat))


def test_one_scalar_for_each_axis(log):
    x = fs.asarray(np.eye(3))
    moved = log.scalar_reads
    fs.trim_zeros(x)
    assert log.scalar_reads == moved + 2


def test_what_does_not_fit():
    x = fs.zeros((2, 3))
    with pytest.raises(ValueError, match="not 'x'"):
        fs.trim_zeros(x, "x")
    with pytest.raises(AxisError):
        fs.trim_zeros(x, axis=2)
