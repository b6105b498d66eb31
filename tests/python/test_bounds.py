"""`with fs.indexing(mode)`: what positions outside an axis mean."""

import os
import subprocess
import sys
import threading

import farshore as fs
import numpy as np
import pytest

DTYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def meant(places, length, mode):
    """NumPy's answer for `take`, in 64 bits."""
    return np.take(np.arange(length), places.astype(object).astype(np.int64), mode=mode)


@pytest.mark.parametrize("mode", ["clip", "wrap"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("length", [1, 7, 300])
def test_places_outside(mode, dtype, length, rng, log):
    limits = np.iinfo(dtype)
    low, high = max(limits.min, -1000), min(limits.max, 1000)
    places = rng.integers(low, high, (5, 9), dtype=dtype, endpoint=True)
    host = rng.standard_normal((length, 3)).astype(np.float32)
    x, i = fs.asarray(host), fs.asarray(places)
    before = log.bytes_to_host
    with fs.indexing(mode):
        y = x[i]
        fs.synchronize()
    assert log.bytes_to_host == before
    assert np.array_equal(y.to_numpy(), host[meant(places, length, mode)])


@pytest.mark.parametrize("mode", ["clip", "wrap"])
def test_mixed_keys_and_assignment(mode, rng):
    host = rng.standard_normal((4, 5, 6)).astype(np.float32)
    i, j = np.array([-7, 2, 9]), np.array([[3], [60]])
    x = fs.asarray(host)
    with fs.indexing(mode):
        y = x[fs.asarray(i), ::2, fs.asarray(j)]
        x[:, fs.asarray(i)] = 0
    a, b = meant(i, 4, mode), meant(j, 6, mode)
    assert np.array_equal(y.to_numpy(), host[a, ::2, b])
    host[:, meant(i, 5, mode)] = 0
    assert np.array_equal(x.to_numpy(), host)


def test_lists_masks_and_numbers_are_checked_in_every_mode():
    x = fs.asarray([1, 2, 3])
    with fs.indexing("clip"):
        with pytest.raises(IndexError):
            x[[3]]
        with pytest.raises(IndexError):
            x[3]
        with pytest.raises(IndexError):
            x[fs.asarray([True, False])]
        with pytest.raises(IndexError, match="size 0"):
            x[:0][fs.asarray([0])]
        assert x[[-1]].to_numpy() == 3


def test_blocks_nest_and_end_with_errors():
    x, i = fs.asarray([1, 2, 3]), fs.asarray([4])
    with fs.indexing("wrap"):
        with pytest.raises(IndexError), fs.indexing("clip"):
            x[3]
        assert x[i].to_numpy() == 2
        with fs.indexing("raise"), pytest.raises(IndexError):
            x[i].to_numpy()
    with pytest.raises(IndexError):
        x[i].to_numpy()


def test_one_block_may_be_entered_again():
    x, i = fs.asarray([1, 2, 3]), fs.asarray([4])
    wrap = fs.indexing("wrap")
    with wrap, wrap:
        assert x[i].to_numpy() == 2
    with wrap:
        assert x[i].to_numpy() == 2


def test_other_threads_have_their_own():
    x, i, seen = fs.asarray([1, 2, 3]), fs.asarray([4]), []

    def other():
        try:
            x[i].to_numpy()
        except IndexError as error:
            seen.append(error)

    with fs.indexing("clip"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(seen) == 1


def test_other_modes_are_refused():
    with pytest.raises(ValueError, match="indexing: the mode is 'raise', 'clip' or 'wrap', not 'reise'"):
        fs.indexing("reise")


@pytest.mark.parametrize(
    ("value", "printed"), [("wrap", "2"), ("clip", "3"), ("", "IndexError"), ("x", "ValueError")]
)
def test_the_process_has_one(value, printed):
    program = """
import farshore as fs
try:
    print(fs.asarray([1, 2, 3])[fs.asarray([4])].to_numpy()[0])
except Exception as error:
    print(type(error).__mro__[:-3])
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, "FARSHORE_INDEXING": value},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed in done.stdout
