"""Every length: shorter than a vector, around powers of two, past one row of workgroups, past one binding."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import random

LENGTHS = sorted({0, 1, 2, 3, 5, 6} | {2**k + d for k in range(2, 18) for d in (-1, 0, 1)})


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float16", "float32", "int64", "complex128"])
def test_around_powers_of_two(dtype, rng):
    host = random(dtype, LENGTHS[-1], rng)
    whole = fs.asarray(host)
    for length in LENGTHS:
        x = fs.asarray(host[:length])
        check((x + x).to_numpy(), host[:length] + host[:length], note=length)
        check((whole[:length] + x).to_numpy(), host[:length] + host[:length], note=f"view of {length}")


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "complex64"])
def test_neighbours_of_a_short_assignment_stay(dtype, rng):
    host = random(dtype, 300, rng)
    for length in (1, 2, 3, 4, 5, 63, 64, 65, 255, 256, 257):
        x = fs.asarray(host)
        x[7 : 7 + length] = x[:length] + x[:length]
        want = host.copy()
        want[7 : 7 + length] = host[:length] + host[:length]
        check(x.to_numpy(), want, note=length)


@pytest.mark.parametrize("extra", [-1, 0, 1, 5])
def test_past_65535_workgroups(extra, rng):
    length = 65536 * 256 + extra
    host = rng.integers(0, 256, length, np.uint8)
    x = fs.asarray(host)
    check((x * 3 + 1).to_numpy(), host * np.uint8(3) + np.uint8(1))


def test_past_65535_workgroups_by_strides(rng):
    host = rng.integers(0, 256, 2 * (65536 * 256 + 77), np.uint8)
    x = fs.asarray(host)
    check((x[::-2] + x[::2]).to_numpy(), host[::-2] + host[::2])
    x[1::2] = 7
    host[1::2] = 7
    check(x.to_numpy(), host)


@pytest.fixture(scope="module")
def beyond():
    """More than one binding of 128 MiB: 140 MB of float32."""
    return np.random.default_rng(1).random(35_000_003, np.float32)


def test_beyond_one_binding(beyond):
    x = fs.asarray(beyond)
    check(x.to_numpy(), beyond)
    check((x * 2 + x).to_numpy(), beyond * 2 + beyond)


def test_beyond_one_binding_with_steps(beyond):
    x = fs.asarray(beyond)
    check((x[::2] + 1).to_numpy(), beyond[::2] + 1)
    check((x[::-3] * 2).to_numpy(), beyond[::-3] * 2)
    check((x[1:] - x[:-1]).to_numpy(), beyond[1:] - beyond[:-1])


def test_beyond_one_binding_transposed(beyond):
    host = beyond[: 9000 * 3800].reshape(9000, 3800)
    x = fs.asarray(host)
    check((x.T + 1).to_numpy(), host.T + 1)


def test_beyond_one_binding_both_ways_at_once(beyond):
    host = beyond[: 5900 * 5900].reshape(5900, 5900)
    x = fs.asarray(host)
    check((x + x.T).to_numpy(), host + host.T)


def test_beyond_one_binding_by_broadcasting(beyond):
    column, row = beyond[:7001].reshape(7001, 1), beyond[-5003:]
    check((fs.asarray(column) + fs.asarray(row)).to_numpy(), column + row)


def test_beyond_one_binding_assigned(beyond):
    x, want = fs.asarray(beyond), beyond.copy()
    x[5::4] = x[:-5:4]
    want[5::4] = beyond[:-5:4]
    x[3:-9] = x[9:-3]
    want[3:-9] = want[9:-3].copy()
    check(x.to_numpy(), want)


@pytest.mark.parametrize("dtype", ["bool", "int16"])
def test_beyond_one_binding_of_short_elements(dtype, rng):
    host = np.resize(random(dtype, 1_000_003, rng), 140_000_003 // np.dtype(dtype).itemsize)
    x = fs.asarray(host)
    check((x[::-1] + x).to_numpy(), host[::-1] + host)


def test_sorted_beyond_one_binding(rng):
    """Of 136 MB no two halves can be bound at once: it is sorted in blocks, which are merged in pairs."""
    host = rng.integers(0, 1 << 20, 34_000_001).astype(np.int32)
    assert np.array_equal(fs.sort(fs.asarray(host)).to_numpy(), np.sort(host))


def test_positions_beyond_one_binding(rng):
    """Equal elements stay in their order, whichever blocks they are in."""
    host = rng.integers(0, 1000, 17_000_003).astype(np.uint8)
    expected = np.argsort(host, kind="stable")
    assert np.array_equal(fs.argsort(fs.asarray(host), stable=True).to_numpy(), expected)


def test_rows_sorted_beyond_one_binding(rng):
    host = rng.random((40_001, 900), dtype=np.float32)
    x = fs.asarray(host)
    assert np.array_equal(fs.sort(x, axis=1, descending=True).to_numpy(), np.sort(host, axis=1)[:, ::-1])


def test_positions_of_a_mask_beyond_one_binding(rng):
    mask = rng.random(18_000_001) < 0.97
    expected = np.flatnonzero(mask)
    assert len(expected) * 8 > 128 << 20
    assert np.array_equal(fs.nonzero(fs.asarray(mask))[0].to_numpy(), expected)
    host = np.arange(mask.size, dtype=np.uint8)
    assert np.array_equal(fs.asarray(host)[fs.asarray(mask)].to_numpy(), host[mask])
