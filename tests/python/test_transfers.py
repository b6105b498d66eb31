"""Copies of every dtype, and refusals of what nobody asked for; the folder `door` asks under all policies."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES, random


@pytest.fixture
def x():
    return fs.asarray(np.arange(6, dtype=np.float32).reshape(2, 3))


@pytest.fixture
def h():
    return np.arange(6, dtype=np.float32).reshape(2, 3)


IMPLICIT = {
    "fs.asarray of a list": lambda x: fs.asarray([x, x]),
    "testing": lambda x: np.testing.assert_array_equal(x, x),
}


@pytest.mark.parametrize("what", IMPLICIT)
def test_what_was_not_asked_for_is_refused(what, x, log):
    with pytest.raises(fs.ImplicitTransferError) as caught:
        IMPLICIT[what](x)
    message = str(caught.value)
    assert "this would copy" in message
    assert "bytes from" in message
    assert str(x.device) in message
    assert "x.to_numpy()" in message
    assert "np.asarray(x, copy=True)" in message
    assert 'fs.transfers("allow")' in message
    assert "unexpected keyword argument" not in message
    assert len(log) == 0, "nothing moved"


def test_a_refusal_computes_nothing(device):
    y = fs.asarray(np.ones(100, np.float32)) + 1
    before = device.counters()
    with pytest.raises(fs.ImplicitTransferError):
        np.asarray(y, dtype="f8")
    assert y.is_pending
    assert device.counters() == before


@pytest.mark.parametrize("dtype", DTYPES)
def test_copy_true_copies(dtype, rng):
    host = random(dtype, 12, rng).reshape(3, 4)
    x = fs.asarray(host)
    for got in (np.asarray(x, copy=True), np.array(x), np.array(x, copy=True), np.asanyarray(x, copy=True)):
        assert type(got) is np.ndarray
        check(got, host)
        assert got.flags.writeable
        assert got.flags.c_contiguous
        assert not np.shares_memory(got, np.asarray(x, copy=True))
    check(np.asarray(x.T, copy=True), host.T)


def test_copy_true_with_a_dtype(x, h):
    for dtype in ("float64", "int16", ">f4", object, "float16", "U5", "complex64"):
        got = np.asarray(x, dtype=dtype, copy=True)
        assert got.dtype == np.dtype(dtype)
        assert np.array_equal(got, h.astype(dtype))
    check(np.asarray(x, order="F", copy=True), h)
    assert np.array(x, ndmin=4).shape == (1, 1, 2, 3)
