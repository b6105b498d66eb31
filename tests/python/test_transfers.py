"""What NumPy asks of an array on a device: refused unless the words ask for a copy, and then what was asked.

The rows are those of the table of policies in the documentation of transfers; each refusal's text is read.
"""

import warnings

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES, random

NUMPY = tuple(map(int, np.__version__.split(".")[:2]))


@pytest.fixture
def x():
    return fs.asarray(np.arange(6, dtype=np.float32).reshape(2, 3))


@pytest.fixture
def h():
    return np.arange(6, dtype=np.float32).reshape(2, 3)


IMPLICIT = {
    "asarray": lambda x: np.asarray(x),
    "asarray with a dtype": lambda x: np.asarray(x, dtype="f8"),
    "asarray with dtype=object": lambda x: np.asarray(x, dtype=object),
    "asarray, order": lambda x: np.asarray(x, order="F"),
    "copy=None": lambda x: np.asarray(x, copy=None),
    "array, copy=None": lambda x: np.array(x, copy=None),
    "asanyarray": lambda x: np.asanyarray(x),
    "ascontiguousarray": lambda x: np.ascontiguousarray(x),
    "a list of arrays": lambda x: np.array([x, x]),
    "a list of arrays, copy=True": lambda x: np.asarray([x, x], copy=True),
    "fs.asarray of a list": lambda x: fs.asarray([x, x]),
    "testing": lambda x: np.testing.assert_array_equal(x, x),
    "index": lambda x: np.zeros(9)[x],
    "take": lambda x: np.zeros(9).take(x),
    "setitem at indices": lambda x: np.zeros(9).__setitem__([0, 1], x[0, :2]),
    "setitem by a mask": lambda x: np.zeros(3).__setitem__(np.ones(3, bool), x[0]),
    "ndarray.dot": lambda x: np.zeros((2, 2), np.float32).dot(x),
    # NumPy's own functions send copy=True without being asked to.
    "np.ma.array": lambda x: np.ma.array(x, copy=True),
    "np.ma.filled": lambda x: np.ma.filled(x),
    "np.ma.masked_where": lambda x: np.ma.masked_where(np.ones((2, 3), bool), x),
    "np.char.array": lambda x: np.char.array(x),
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
    # NumPy's dot asks with copy=True first, and throws the result away.
    assert len(log) == (what == "ndarray.dot"), "nothing moved"


FUNCTIONS = {
    "stack": lambda x: np.stack([x, x]),
    "concatenate": lambda x: np.concatenate([x, x]),
    "sum": lambda x: np.sum(x),
    "mean": lambda x: np.mean(x),
    "median": lambda x: np.median(x),
    "sort": lambda x: np.sort(x),
    "where": lambda x: np.where(x, 1, 2),
    "allclose": lambda x: np.allclose(x, 1),
    "array_equal": lambda x: np.array_equal(np.zeros((2, 3)), x),
    "save": lambda x: np.save("/nonexistent/x.npy", x),
    "dot": lambda x: np.dot(np.zeros((2, 2), np.float32), x),
    "searchsorted": lambda x: np.searchsorted(np.zeros(3), x[0]),
    "copy": lambda x: np.copy(x),
    "nan_to_num": lambda x: np.nan_to_num(x),
    "linalg.norm": lambda x: np.linalg.norm(x),
    "linalg.inv": lambda x: np.linalg.inv(x[:, :2]),
    "fft.fft": lambda x: np.fft.fft(x),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_numpy_that_is_not_there_is_refused_by_name(name, x, log):
    with pytest.raises(fs.ImplicitTransferError) as caught:
        FUNCTIONS[name](x)
    message = str(caught.value)
    assert f"numpy.{name} was given an array on {x.device}" in message
    assert "it would copy" in message
    assert f"numpy.{name}(x.to_numpy())" in message, "the remedy can be typed as it stands"
    assert caught.value.nbytes > 0
    assert caught.value.requested_by.startswith(f"{__file__}:")
    assert len(log) == 0


def test_a_matrix_is_refused(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        with pytest.raises(fs.ImplicitTransferError):
            np.matrix(x)


def test_the_refusal_carries_the_facts(x):
    with pytest.raises(fs.ImplicitTransferError) as caught:
        np.asarray(x[0])
    error = caught.value
    line = caught.tb.tb_lineno
    assert isinstance(error, TypeError)
    assert isinstance(error, fs.TransferError)
    assert error.nbytes == 12
    assert error.shape == (3,)
    assert error.dtype == np.float32
    assert error.device == str(x.device)
    assert error.requested_by == f"{__file__}:{line}"
    assert f"asked for at {__file__}:{line}" in str(error)
    assert "12 bytes" in str(error)


def test_an_empty_array_is_refused_as_any_other():
    with pytest.raises(fs.ImplicitTransferError, match="would copy 0 bytes"):
        np.asarray(fs.zeros(0))


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


@pytest.mark.parametrize("policy", ["explicit", "warn", "allow", "forbid"])
def test_copy_false_is_always_refused(policy, x):
    with fs.transfers(policy) as log, pytest.raises(fs.CopyRequiredError) as caught:
        np.asarray(x, copy=False)
    assert isinstance(caught.value, ValueError)
    assert caught.value.nbytes == 24
    message = str(caught.value)
    assert message.startswith("copy=False cannot be kept: the 24 bytes lie in the memory of")
    assert "x.to_numpy()" in message
    with fs.transfers(policy), pytest.raises(ValueError, match="copy=False"):
        np.array(x, dtype="f8", copy=False)
    assert len(log) == 0


@pytest.mark.skipif(NUMPY < (2, 3), reason="before 2.3, NumPy asks as for np.asarray(x, copy=True)")
def test_assigning_into_a_host_array_is_refused(x, h):
    with pytest.raises(fs.ImplicitTransferError, match=r"x\.to_numpy\(\)"):
        h[...] = x
    with pytest.raises(fs.ImplicitTransferError):
        h[0] = x[0]
    assert np.array_equal(h.ravel(), np.arange(6)), "nothing was written"


@pytest.mark.skipif(NUMPY >= (2, 3), reason="from 2.3 on NumPy asks as for np.asarray(x)")
def test_assigning_into_a_host_array_is_taken_for_a_copy(x, h):
    with fs.transfers() as log:
        h[...] = x * 2
    assert log.bytes_to_host == 24


def test_there_is_no_other_door(x):
    for attribute in ("__array_interface__", "__array_struct__", "__buffer__"):
        assert not hasattr(x, attribute)
    for door in (memoryview, np.frombuffer, bytes, bytearray):
        with pytest.raises(TypeError):
            door(x)


def test_metadata_is_no_transfer(x, log):
    assert np.shape(x) == (2, 3)
    assert np.ndim(x) == 2
    assert np.size(x) == 6
    assert (x.nbytes, x.itemsize, x.size, x.ndim, x.strides) == (24, 4, 6, 2, (12, 4))
    assert np.iscomplexobj(x) is False
    assert len(log) == 0


def test_metadata_of_result_type(x, log):
    assert np.result_type(x, np.float64) == np.float64
    assert len(log) == 0


EXPLICIT = {
    "to_numpy": lambda x: x.to_numpy(),
    "get": lambda x: x.get(),
    "numpy": lambda x: x.numpy(),
    "numpy force": lambda x: x.numpy(force=True),
    "asnumpy": lambda x: fs.asnumpy(x),
    "asarray copy=True": lambda x: np.asarray(x, copy=True),
    "tolist": lambda x: np.array(x.tolist(), np.float32),
}


@pytest.mark.parametrize("what", EXPLICIT)
def test_what_is_asked_for_by_name_copies_and_is_counted(what, x, h, log):
    check(EXPLICIT[what](x), h)
    assert log.bytes_to_host == 24
    assert [one["kind"] for one in log.crossings] == ["bulk"]
    assert log.crossings[0]["direction"] == "to host"
    assert log.crossings[0]["caller"].startswith(f"{__file__}:")
