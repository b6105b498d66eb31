"""DLPack with every sort of producer and consumer: what is handed over lives as long as someone has it."""

import ctypes
import gc
import weakref

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import HOST
from samples import DTYPES, bit_patterns, bits

CPU, CUDA, CUDA_HOST, METAL = 1, 2, 3, 8
IS_COPIED = 2


class Managed(ctypes.Structure):
    """The ends of `DLManagedTensor`; the 48 bytes between them are the tensor."""

    _fields_ = [("tensor", ctypes.c_byte * 48), ("context", ctypes.c_void_p), ("deleter", ctypes.c_void_p)]


class Versioned(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_uint32 * 2),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", ctypes.c_byte * 48),
    ]


DELETER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
KINDS = {"old": (None, b"dltensor", Managed), "versioned": ((1, 0), b"dltensor_versioned", Versioned)}


def opened(capsule, kind):
    _, name, layout = KINDS[kind]
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.cast(pointer(capsule, name), ctypes.POINTER(layout)).contents


class Producer:
    """An array of another library: NumPy's, said to be on some device."""

    def __init__(self, host, device=(CPU, 0)):
        self.host = host
        self.device = device
        self.asked = []

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, **asked):
        self.asked.append(asked)
        return self.host.__dlpack__(max_version=asked.get("max_version"))


class Old(Producer):
    """One of before 2023, who knows no version."""

    def __dlpack__(self, *, stream=None):
        self.asked.append({})
        return self.host.__dlpack__()


class Refusing(Producer):
    """One whose elements cannot leave their device."""

    def __dlpack__(self, **asked):
        raise BufferError("not from here")


@pytest.fixture
def h():
    return np.arange(24, dtype=np.float32).reshape(4, 6)


@pytest.fixture
def x(h):
    return fs.asarray(h)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", HOST)
def test_every_array_of_numpy(layout, dtype, log):
    host = HOST[layout](lambda size: np.resize(bit_patterns(dtype), size))
    try:
        host.__dlpack__(max_version=(1, 0))
    except BufferError:
        with pytest.raises(BufferError):
            fs.from_dlpack(host)
        assert len(log) == 0
        return
    x = fs.from_dlpack(host)
    assert (x.shape, x.dtype) == (host.shape, host.dtype)
    assert np.array_equal(bits(x.to_numpy()), bits(host))
    up = log.crossings[0]
    facts = [up[name] for name in ("direction", "kind", "spoken", "nbytes")]
    assert facts == ["to device", "dlpack", "explicit", host.nbytes]


def test_most_arrays_of_numpy_have_dlpack():
    refused = set()
    for layout, make in HOST.items():
        try:
            make(lambda size: np.resize(bit_patterns("float32"), size)).__dlpack__(max_version=(1, 0))
        except BufferError:
            refused.add(layout)
    assert refused == {"other byte order", "other byte order, steps"}, refused


@pytest.mark.parametrize("producer", [Producer, Old])
@pytest.mark.parametrize("device", [(CPU, 0), (CUDA_HOST, 0)])
def test_what_the_host_can_read_is_taken_as_it_is(producer, device, h, x):
    given = producer(h, device)
    check(fs.from_dlpack(given).to_numpy(), h)
    assert len(given.asked) == 1
    assert given.asked[0].get("dl_device") is None
    h[...] = 0
    check(fs.from_dlpack(given, copy=True).to_numpy(), h)


@pytest.mark.parametrize("kind", [CUDA, METAL, 7, 14])
def test_another_device_is_asked_for_a_host_copy(kind, h):
    given = Producer(h, (kind, 1))
    check(fs.from_dlpack(given).to_numpy(), h)
    assert given.asked[0]["dl_device"] == (CPU, 0)


def test_a_device_that_gives_no_host_copy(h, log):
    for given in (Refusing(h, (CUDA, 0)), Refusing(h)):
        with pytest.raises(BufferError, match="not from here"):
            fs.from_dlpack(given)
    with pytest.raises((BufferError, TypeError)):
        fs.from_dlpack(Old(h, (CUDA, 0)))
    assert len(log) == 0


@pytest.mark.parametrize("error", [BufferError, RuntimeError, ValueError, AttributeError, KeyboardInterrupt])
def test_what_a_producer_raises_is_raised(error, h, log):
    class Broken(Producer):
        def __dlpack__(self, **asked):
            raise error("broken")

    with pytest.raises(error, match="broken"):
        fs.from_dlpack(Broken(h))

    class Lost(Producer):
        def __dlpack_device__(self):
            raise error("lost")

    with pytest.raises(error, match="lost"):
        fs.from_dlpack(Lost(h))
    assert len(log) == 0


@pytest.mark.parametrize("given", [None, 3, "x", object(), lambda: None, [1.0]])
def test_what_is_no_capsule_is_not_taken(given, h, log):
    class Strange(Producer):
        def __dlpack__(self, **asked):
            return given

    with pytest.raises((TypeError, ValueError)):
        fs.from_dlpack(Strange(h))
    with pytest.raises(TypeError, match="has no DLPack"):
        fs.from_dlpack(given)
    with pytest.raises(TypeError, match="has no DLPack"):
        fs.from_dlpack(h.__dlpack__())
    assert len(log) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_capsule_is_taken_once(kind, h):
    capsule = h.__dlpack__(max_version=KINDS[kind][0])

    class Twice(Producer):
        def __dlpack__(self, **asked):
            return capsule

    check(fs.from_dlpack(Twice(h)).to_numpy(), h)
    with pytest.raises(ValueError, match="PyCapsule"):
        fs.from_dlpack(Twice(h))
    with pytest.raises(ValueError, match="PyCapsule"):
        np.from_dlpack(Twice(h))


def test_dtypes_that_farshore_lacks(log):
    for dtype in (np.longdouble, np.clongdouble, "M8[s]", object):
        host = np.zeros(3, dtype)
        with pytest.raises((TypeError, BufferError)):
            fs.from_dlpack(host)
    assert len(log) == 0


def test_a_budget_and_forbid_hold(h, x):
    with fs.transfers(upload="forbid") as log, pytest.raises(fs.ForbiddenTransferError):
        fs.from_dlpack(h)
    assert len(log) == 0
    with fs.transfers(max_bytes=h.nbytes - 1):
        for call in (lambda: fs.from_dlpack(h), lambda: np.from_dlpack(x, device="cpu")):
            with pytest.raises(fs.ForbiddenTransferError):
                call()


@pytest.mark.parametrize("kind", KINDS)
def test_a_producer_is_released_when_its_elements_are_here(kind):
    class Tracked(np.ndarray):
        pass

    host = np.arange(10.0).view(Tracked)
    death = weakref.ref(host)

    class Given(Producer):
        def __dlpack__(self, **asked):
            return self.host.__dlpack__(max_version=KINDS[kind][0])

    x = fs.from_dlpack(Given(host))
    assert death() is host
    del host
    gc.collect()
    assert death() is None
    assert x.tolist() == list(range(10))


class Holder:
    """Gives a capsule that was made before to a consumer."""

    def __init__(self, capsule):
        self.capsule = capsule

    def __dlpack_device__(self):
        return (CPU, 0)

    def __dlpack__(self, **asked):
        return self.capsule


@pytest.fixture
def made(monkeypatch):
    """Weak references to the host arrays that transfers made, but not to those of pinned memory."""
    made, empty = [], np.empty

    def spy(*args, **named):
        array = empty(*args, **named)
        made.append(weakref.ref(array))
        return array

    monkeypatch.setattr(np, "empty", spy)
    return made


DELETERS = []
"""Kept for ever: a capsule that a failed test leaves behind calls its own."""


def counted_deleter(capsule, kind):
    """Puts a deleter before the capsule's own; gives the list of its calls."""
    managed, calls = opened(capsule, kind), []
    original = DELETER(managed.deleter)

    @DELETER
    def deleter(pointer):
        calls.append(pointer)
        original(pointer)

    managed.deleter = ctypes.cast(deleter, ctypes.c_void_p).value
    DELETERS.append(deleter)
    return calls


@pytest.mark.parametrize("kind", KINDS)
def test_a_capsule_that_nobody_takes_is_deleted_once(kind, x, made):
    capsule = x.__dlpack__(dl_device=(CPU, 0), max_version=KINDS[kind][0])
    assert all(one() is not None for one in made)
    calls = counted_deleter(capsule, kind)
    gc.collect()
    assert calls == []
    del capsule
    gc.collect()
    assert len(calls) == 1
    assert all(one() is None for one in made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_capsule_that_is_taken_is_deleted_once_by_the_last_who_has_it(kind, x, h, made):
    capsule = x.__dlpack__(dl_device=(CPU, 0), max_version=KINDS[kind][0])
    calls = counted_deleter(capsule, kind)
    host = np.from_dlpack(Holder(capsule))
    x[...] = 0
    del capsule, x
    view = host[1:, ::2]
    del host
    gc.collect()
    fs.evaluate(fs.full((4, 6), 3, dtype="float32"))
    fs.synchronize()
    assert calls == []
    assert all(one() is not None for one in made)
    check(view, h[1:, ::2])
    del view
    gc.collect()
    assert len(calls) == 1
    assert all(one() is None for one in made)


@pytest.mark.parametrize("kind", KINDS)
def test_only_versioned_capsules_have_flags(kind, x):
    capsule = x.__dlpack__(dl_device=(CPU, 0), max_version=KINDS[kind][0], copy=True)
    managed = opened(capsule, kind)
    if kind == "versioned":
        assert managed.flags == IS_COPIED
    assert managed.deleter


def test_versions_to_come_get_what_there_is(x, h):
    for version in ((1, 1), (1, 99), (2, 0)):
        capsule = x.__dlpack__(dl_device=(CPU, 0), max_version=version)
        assert opened(capsule, "versioned").version[0] == 1
        check(np.from_dlpack(Holder(capsule)), h)


def test_a_refused_export_makes_nothing(x, made):
    with fs.transfers("forbid"), pytest.raises(fs.ForbiddenTransferError):
        x.__dlpack__(dl_device=(CPU, 0))
    for arguments in ({}, {"copy": False, "dl_device": (CPU, 0)}, {"dl_device": (CUDA, 0)}):
        with pytest.raises(fs.ExportError):
            x.__dlpack__(**arguments)
    with pytest.raises(ValueError, match="stream"):
        x.__dlpack__(dl_device=(CPU, 0), stream=1)
    with pytest.raises(TypeError):
        x.__dlpack__(dl_device=(CPU, 0), max_version="new")
    assert made == [] or all(one() is None for one in made)


@pytest.mark.parametrize("length", [10, 3 << 20])
def test_what_was_exported_is_nobody_elses(length):
    host = np.arange(length, dtype=np.float32)
    x = fs.asarray(host)
    exported = [np.from_dlpack(x, device="cpu") for _ in range(3)]
    if np.lib.NumpyVersion(np.__version__) < "2.2.0":
        # NumPy gave what it imported read-only, whatever the capsule said.
        assert not exported[0].flags.writeable
        exported[0] = exported[0].copy()
    exported[0][...] = -1
    x += 1
    del x
    others = [fs.full(length, 5, dtype="float32").to_numpy() for _ in range(3)]
    for got in exported[1:]:
        check(got, host)
    assert (exported[0] == -1).all()
    assert all((one == 5).all() for one in others)


def test_an_array_of_ours_is_a_view_of_the_same_memory(x, h, log):
    y = fs.from_dlpack(x)
    assert y is not x
    x[0] = -1
    assert y.shares_memory(x)
    assert len(log) == 0
    copy = fs.from_dlpack(x, copy=True)
    assert not copy.shares_memory(x)
    assert fs.from_dlpack(x, copy=False).shares_memory(x)
    assert len(log) == 0
    assert y[0, 0].item() == -1


def test_there_and_back_again(h):
    x = fs.asarray(h)
    for view in (x, x.T, x[::-1, ::2], x[1, 2], x[:0]):
        check(fs.from_dlpack(np.from_dlpack(view, device="cpu")).to_numpy(), view.to_numpy())
