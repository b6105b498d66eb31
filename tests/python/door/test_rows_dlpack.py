"""Rows 26 to 28 and 30: DLPack gives host copies when the host is asked for; there is no other protocol."""

import ctypes

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import EXPLICIT, MAGIC, POLICIES, ask, held, is_line_of

CPU = (1, 0)
VULKAN, METAL, OTHER = 7, 8, 12
READ_ONLY, IS_COPIED = 1, 2
each_policy = pytest.mark.parametrize("policy", POLICIES)

TO_HOST = {
    "device": lambda x: np.from_dlpack(x, device="cpu"),
    "copy=None": lambda x: np.from_dlpack(x, device="cpu", copy=None),
    "copy=True": lambda x: np.from_dlpack(x, device="cpu", copy=True),
}


@each_policy
@pytest.mark.parametrize("what", TO_HOST)
def test_row_26_from_dlpack_to_the_host(what, policy, states):
    for host, x in states:
        got = held(policy, EXPLICIT, TO_HOST[what], x, crossings=[("to host", "dlpack", x.nbytes)])
        if got is not None:
            check(got, host)
            # Before 2.2, NumPy marks all that comes through DLPack as read-only.
            assert got.flags.writeable == (np.lib.NumpyVersion(np.__version__) >= "2.2.0")
            assert not np.shares_memory(got, TO_HOST[what](x))


class DLDevice(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int32), ("id", ctypes.c_int32)]


class DLTensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device", DLDevice),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class Versioned(ctypes.Structure):
    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", DLTensor),
    ]


def opened(capsule, name, layout):
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.cast(pointer(capsule, name), ctypes.POINTER(layout)).contents


@pytest.mark.parametrize("copy", [None, True])
def test_row_26_the_capsule_says_that_it_is_a_copy(copy, x):
    capsule = x.__dlpack__(dl_device=CPU, max_version=(1, 0), copy=copy)
    managed = opened(capsule, b"dltensor_versioned", Versioned)
    assert managed.major == 1
    assert managed.flags == IS_COPIED
    tensor = managed.tensor
    assert (tensor.device.type, tensor.device.id) == CPU
    assert tensor.shape[: tensor.ndim] == [2, 2]
    assert (tensor.code, tensor.bits, tensor.lanes) == (2, 32, 1)


def test_row_26_without_a_version_the_capsule_is_the_old_one(x):
    for version in (None, (0, 8)):
        capsule = x.__dlpack__(dl_device=CPU, max_version=version)
        assert '"dltensor"' in repr(capsule)


REFUSED = {
    "no device": lambda x: np.from_dlpack(x),
    "__dlpack__()": lambda x: x.__dlpack__(),
    "a stream": lambda x: x.__dlpack__(stream=1),
    "its own device": lambda x: x.__dlpack__(dl_device=x.__dlpack_device__()),
    "another device": lambda x: x.__dlpack__(dl_device=(2, 0), max_version=(1, 0)),
    "copy=True, no device": lambda x: x.__dlpack__(copy=True),
}
COPY_FALSE = {
    "from_dlpack": lambda x: np.from_dlpack(x, device="cpu", copy=False),
    "from_dlpack, no device": lambda x: np.from_dlpack(x, copy=False),
    "__dlpack__": lambda x: x.__dlpack__(dl_device=CPU, copy=False),
}


@each_policy
@pytest.mark.parametrize("what", COPY_FALSE)
def test_row_27_copy_false(what, policy, x):
    check_export_error(policy, COPY_FALSE[what], x)


@each_policy
@pytest.mark.parametrize("what", REFUSED)
def test_row_28_the_devices_own_memory(what, policy, x):
    check_export_error(policy, REFUSED[what], x)


def test_rows_27_and_28_in_every_state(states):
    for _, x in states:
        check_export_error("explicit", COPY_FALSE["from_dlpack"], x)
        check_export_error("explicit", REFUSED["no device"], x)


def check_export_error(policy, call, x):
    answer = ask(policy, call, x)
    error = answer.error
    assert isinstance(error, fs.ExportError), repr(error)
    assert isinstance(error, fs.TransferError)
    assert isinstance(error, BufferError)
    # NumPy asks again after a TypeError, PyTorch up to four times.
    assert not isinstance(error, TypeError)
    assert (answer.crossings, answer.warned) == ([], [])
    assert (error.nbytes, error.shape, error.dtype) == (x.nbytes, x.shape, x.dtype)
    assert error.device == str(x.device)
    for words in ('np.from_dlpack(x, device="cpu")', "x.to_numpy()", str(x.device)):
        assert words in str(error)
    assert MAGIC not in str(error)


def test_rows_27_and_28_the_refusal_says_who_asked(x):
    for call in (REFUSED["no device"], COPY_FALSE["from_dlpack"]):
        error = ask("explicit", call, x).error
        assert error.requested_by is not None
        assert is_line_of(error.requested_by, call)


def test_row_28_the_device_is_told_truly(x):
    kind, number = x.__dlpack_device__()
    assert number == 0
    backend = str(x.device).partition(":")[0]
    assert kind == {"vulkan": VULKAN, "metal": METAL}.get(backend, OTHER)


@each_policy
def test_row_30_there_is_no_buffer(policy, x):
    for door in (memoryview, np.frombuffer, bytes, bytearray):
        answer = ask(policy, lambda door=door: door(x))
        assert isinstance(answer.error, TypeError)
        assert answer.crossings == []


@each_policy
def test_row_30_the_array_interface_is_absent_and_says_why(policy, x):
    # Pillow prints the text; NumPy takes an AttributeError for absence.
    answer = ask(policy, lambda: x.__array_interface__)
    assert type(answer.error) is AttributeError
    for words in (str(x.device), "x.to_numpy()"):
        assert words in str(answer.error)
    assert not hasattr(x, "__array_interface__")
    assert not hasattr(x, "__array_struct__")
    assert not hasattr(x, "__buffer__")
    assert not hasattr(x, "__dlpack_c_exchange_api__")
