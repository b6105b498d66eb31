"""The explicit copy in all its forms: dtype=, order=, and out= of every layout, dtype and byte order."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES, bits, random


@pytest.fixture
def h(rng):
    return random("float32", 24, rng).reshape(4, 6)


@pytest.fixture
def x(h):
    return fs.asarray(h)


@pytest.mark.parametrize("order", ["C", "F", "A", "K"])
def test_order(order, x, h):
    got = x.to_numpy(order=order)
    check(got, h)
    assert got.flags.f_contiguous == (order == "F")
    check(x.get(order=order), h)
    check(x.T.to_numpy(order=order), h.T)


def test_an_order_that_does_not_exist(x):
    with pytest.raises(ValueError, match=r'order is "C" or "F", not "Z"'):
        x.to_numpy(order="Z")


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtype_converts(dtype, x, h):
    small = np.abs(h) + 1 if np.dtype(dtype).kind != "u" else np.abs(h)
    small = np.minimum(small, 100)
    check(fs.asarray(small).to_numpy(dtype=dtype), small.astype(dtype))


def test_dtype_converts_on_the_device_so_that_fewer_bytes_move(x, log):
    x.to_numpy(dtype="float16")
    np.asarray(x, dtype="float16", copy=True)
    assert [one["nbytes"] for one in log.crossings] == [48, 48]


OUTS = {
    "C order": lambda: np.empty((4, 6), np.float32),
    "Fortran order": lambda: np.empty((4, 6), np.float32, order="F"),
    "steps": lambda: np.empty((8, 18), np.float32)[1::2, ::3],
    "reversed": lambda: np.empty((4, 6), np.float32)[::-1, ::-1],
    "offset": lambda: np.empty(30, np.float32)[5:29].reshape(4, 6),
    "float64": lambda: np.empty((4, 6), np.float64),
    "float16": lambda: np.empty((4, 6), np.float16),
    "other byte order": lambda: np.empty((4, 6), np.dtype(np.float32).newbyteorder("S")),
    "other byte order, float64, Fortran": lambda: np.empty((4, 6), np.dtype("f8").newbyteorder("S"), "F"),
    "unaligned": lambda: np.empty(97, np.uint8)[1:].view(np.float32).reshape(4, 6),
    "complex": lambda: np.empty((4, 6), np.complex64),
}


@pytest.mark.parametrize("what", OUTS)
def test_out(what, x, h):
    for array, want in ((x, h), (x + 1, h + 1), (x[::-1], h[::-1])):
        out = OUTS[what]()
        assert array.to_numpy(out=out) is out
        assert np.array_equal(out, want.astype(out.dtype))
    out = OUTS[what]()
    assert fs.asnumpy(x, out=out) is out
    assert np.array_equal(out, h.astype(out.dtype))


def test_out_touches_nothing_else(x, h):
    frame = np.full((8, 18), -1, np.float32)
    x.to_numpy(out=frame[1::2, ::3])
    want = np.full((8, 18), -1, np.float32)
    want[1::2, ::3] = h
    assert np.array_equal(frame, want)


def test_out_keeps_nan_payloads():
    host = np.array([0x7F800001, 0xFFC12345], np.uint32).view(np.float32)
    out = np.empty(4, np.float32)[::2]
    fs.asarray(host).to_numpy(out=out)
    assert np.array_equal(bits(out), bits(host))


def test_outs_that_cannot_hold_the_array(x):
    with pytest.raises(ValueError, match=r"out has shape \(6, 4\), the array \(4, 6\)"):
        x.to_numpy(out=np.empty((6, 4), np.float32))
    read_only = np.empty((4, 6), np.float32)
    read_only.flags.writeable = False
    with pytest.raises(ValueError, match="out is read-only"):
        x.to_numpy(out=read_only)
    with pytest.raises(TypeError, match=r"out has dtype float64, and dtype=.*float16.* was asked for"):
        x.to_numpy(out=np.empty((4, 6)), dtype=np.float16)
    with pytest.raises(TypeError, match=r"complex128; not object"):
        x.to_numpy(out=np.empty((4, 6), object))
    with pytest.raises(TypeError):
        x.to_numpy(out=[0.0] * 24)


def test_a_failed_copy_leaves_out_alone(x):
    out = np.zeros((4, 6), np.float32)
    with fs.transfers("forbid"), pytest.raises(fs.ForbiddenTransferError):
        x.to_numpy(out=out)
    assert not out.any()


def test_asnumpy_gives_host_data_back(h):
    assert fs.asnumpy(h) is h
    out = np.empty_like(h)
    assert fs.asnumpy(h, out=out) is out
    assert np.array_equal(out, h)


def test_asarray_of_an_array_of_ours(x, h):
    assert fs.asarray(x) is x
    assert fs.asarray(x, copy=False) is x
    assert not fs.asarray(x, copy=True).shares_memory(x)
    check(fs.asarray(x, dtype="float64").to_numpy(), h.astype("float64"))
    with pytest.raises(ValueError, match=r"copy=False cannot be kept: the array is float32 on"):
        fs.asarray(x, dtype="float64", copy=False)
    with pytest.raises(ValueError, match=r"copy=False cannot be kept: the data is on the host"):
        fs.asarray(h, copy=False)


def test_tolist_gives_python_numbers():
    for host in (np.arange(3), np.array([[True], [False]]), np.array([1 + 2j]), np.array(1.5, np.float16)):
        got = fs.asarray(host).tolist()
        assert got == host.tolist()
        assert repr(got) == repr(host.tolist()), "the same types"
