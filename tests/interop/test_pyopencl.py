"""PyOpenCL: neither side knows the other's arrays; both know the host, by a copy or by mapped memory."""

import operator

import farshore as fs
import numpy as np
import pytest
from outcome import absent, bulk, not_an_operand, unasked, upload, works

cl = pytest.importorskip("pyopencl")
cl_array = pytest.importorskip("pyopencl.array")


@pytest.fixture(scope="module")
def queue():
    try:
        platforms = cl.get_platforms()
    except cl.Error:
        platforms = []
    devices = [device for platform in platforms for device in platform.get_devices()]
    if not devices:
        pytest.skip("no OpenCL platform; pocl-binary-distribution has one")
    return cl.CommandQueue(cl.Context(devices[:1]))


@pytest.fixture
def theirs(queue, h):
    return cl_array.to_device(queue, h)


COPIES = {
    "to_device(queue, x)": lambda queue, t, x: cl_array.to_device(queue, x),
    "t.set(x)": lambda queue, t, x: t.set(x),
}
OURS_TO_THEIRS = {
    "enqueue_copy(queue, buffer, x)": (
        lambda queue, t, x: cl.enqueue_copy(queue, t.base_data, x),
        TypeError,
        "a bytes-like object is required",
    ),
    "enqueue_copy(queue, x, buffer)": (
        lambda queue, t, x: cl.enqueue_copy(queue, x, t.base_data),
        TypeError,
        "a bytes-like object is required",
    ),
    "Buffer(hostbuf=x)": (
        lambda queue, t, x: cl.Buffer(queue.context, cl.mem_flags.COPY_HOST_PTR, hostbuf=x),
        TypeError,
        "a bytes-like object is required",
    ),
    "t[:] = x": (lambda queue, t, x: t.__setitem__(slice(None), x), RuntimeError, "bad_cast"),
    "t + x": (lambda queue, t, x: t + x, TypeError, "unsupported operand"),
    "x + t": (lambda queue, t, x: x + t, TypeError, "unsupported operand"),
}


@pytest.mark.parametrize("call", COPIES)
def test_a_copy_to_theirs_raises_with_our_sentence(call, queue, theirs, x):
    absent(lambda: COPIES[call](queue, theirs, x), "flags")


@pytest.mark.parametrize("call", OURS_TO_THEIRS)
def test_ours_is_not_known_to_theirs(call, queue, theirs, x):
    function, kind, text = OURS_TO_THEIRS[call]
    unasked(lambda: function(queue, theirs, x), kind, text)


@pytest.mark.parametrize("call", [*COPIES, *(call for call in OURS_TO_THEIRS if "+" not in call)])
def test_what_is_implicit_is_not_known_either(call, queue, theirs, x):
    function = COPIES.get(call) or OURS_TO_THEIRS[call][0]
    with pytest.raises((TypeError, RuntimeError), match=r"a bytes-like object is required|bad_cast"):
        function(queue, theirs, x.implicit())


def test_theirs_is_not_known_to_ours(theirs, x):
    # NumPy makes one object of each of their elements.
    unasked(lambda: fs.asarray(theirs), TypeError, "not object")
    unasked(lambda: x.__setitem__(..., theirs), TypeError, "not object")


def test_equality_wants_one_side_converted(theirs, x):
    for do in (operator.eq, operator.ne):
        for policy in ("explicit", "allow"):
            not_an_operand(lambda do=do: do(x, theirs), policy=policy)
            not_an_operand(lambda do=do: do(theirs, x), policy=policy)
    assert np.array_equal((x == fs.asarray(theirs.get())).to_numpy(), [True] * 20)


def test_operators_with_one_side_converted(theirs, x, h):
    assert np.array_equal(works(lambda: x + fs.asarray(theirs.get()), upload(80)).to_numpy(), h + h)


def test_a_new_array_of_theirs(queue, x, h):
    got = works(lambda: cl_array.to_device(queue, x.to_numpy()), bulk(80))
    assert np.array_equal(got.get(), h)


def test_into_memory_of_theirs(queue, theirs, x, h):
    theirs.fill(0)
    works(lambda: theirs.set(x.to_numpy()), bulk(80))
    assert np.array_equal(theirs.get(), h)
    works(lambda: cl.enqueue_copy(queue, theirs.base_data, (x * 2).to_numpy()), bulk(80))
    assert np.array_equal(theirs.get(), h * 2)


def test_into_mapped_memory_of_theirs_without_another_host_copy(queue, x, h):
    theirs = cl_array.zeros(queue, 20, np.float32)
    mapped = theirs.map_to_host()
    assert works(lambda: x.to_numpy(out=mapped), bulk(80)) is mapped
    mapped.base.release(queue)
    assert np.array_equal(theirs.get(), h)


def test_from_mapped_memory_of_ours_nothing_is_copied_on_the_host(shared_memory, queue, theirs, x, h):
    theirs.fill(0)

    def lend():
        with x.map_host() as mapped:
            # theirs.set(...) would keep a view of it, in theirs.events.
            cl.enqueue_copy(queue, theirs.base_data, mapped)

    works(lend, ["to host map 80"])
    assert np.array_equal(theirs.get(), h)


def test_by_dlpack(queue, x, h):
    got = works(lambda: cl_array.to_device(queue, np.from_dlpack(x, device="cpu")), ["to host dlpack 80"])
    assert np.array_equal(got.get(), h)


def test_a_new_array_of_ours(theirs, h):
    got = works(lambda: fs.asarray(theirs.get()), upload(80))
    assert np.array_equal(got.to_numpy(), h)


def test_into_memory_of_ours_from_mapped_memory(queue, theirs, h):
    x = fs.zeros(20)
    mapped = theirs.map_to_host()
    works(lambda: x.__setitem__(..., mapped), upload(80))
    mapped.base.release(queue)
    assert np.array_equal(x.to_numpy(), h)
    works(lambda: x.__setitem__(..., theirs.get() + 1), upload(80))
    assert np.array_equal(x.to_numpy(), h + 1)
