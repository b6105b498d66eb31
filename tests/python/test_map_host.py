"""Memory that NumPy looks at in place: what device and host share, and what the device wrote for the host."""

import gc
import io
import os
import subprocess
import sys
import threading

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES, bit_patterns, bits

SHARED = os.environ.get("FARSHORE_SHARED_MEMORY") != "0"
MIB = 1 << 20


def can_map():
    try:
        with fs.ones(1).map_host():
            return True
    except fs.CopyRequiredError:
        return False


@pytest.fixture
def shared():
    if not can_map():
        pytest.skip("this device shares no memory with the host")


@pytest.fixture
def staged():
    if SHARED:
        pytest.skip("runs again in a process with FARSHORE_SHARED_MEMORY=0")


mapped_memory = pytest.mark.usefixtures("shared")
new_arrays = pytest.mark.usefixtures("staged")


@pytest.fixture
def h():
    return np.arange(24, dtype=np.float32).reshape(4, 6)


@pytest.fixture
def x(h):
    return fs.asarray(h)


@mapped_memory
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_every_dtype(view, dtype):
    host = np.resize(bit_patterns(dtype), 48).reshape(6, 8)
    want, y = np.asarray(VIEWS[view](host)), VIEWS[view](fs.asarray(host))
    with y.map_host() as mapped:
        assert (mapped.shape, mapped.dtype) == (want.shape, want.dtype)
        got = np.asarray(mapped)
        assert (got.shape, got.dtype) == (want.shape, want.dtype)
        assert np.array_equal(bits(got), bits(want))
        assert got.size < 2 or got.strides == y.strides
        assert not got.flags.owndata
        assert not got.flags.writeable
        del got


@mapped_memory
def test_it_is_the_array_s_own_memory(x):
    with x.map_host() as mapped, x[1:, ::2].map_host() as part:
        whole, some = np.asarray(mapped), np.asarray(part)
        assert np.shares_memory(whole, some)
        assert some.ctypes.data == whole[1:, ::2].ctypes.data
        assert np.asarray(mapped).ctypes.data == whole.ctypes.data
        del whole, some


@mapped_memory
def test_nothing_can_be_written(x, h):
    with x.map_host() as mapped:
        view = np.asarray(mapped)
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 1
        with pytest.raises(ValueError, match="WRITEABLE"):
            view.flags.writeable = True
        with pytest.raises(ValueError, match="read-only"):
            np.add(view, 1, out=view)
        with pytest.raises(TypeError, match="read-only"):
            memoryview(mapped)[0, 0] = 1
        with pytest.raises((BufferError, TypeError)):
            io.BytesIO(b"1234").readinto(mapped)
        del view
    check(x.to_numpy(), h)


@mapped_memory
def test_memoryviews_and_bytes(x, h):
    with x.map_host() as mapped:
        view = memoryview(mapped)
        assert (view.format, view.shape, view.strides, view.readonly) == ("f", (4, 6), (24, 4), True)
        assert bytes(mapped) == h.tobytes()
        view.release()
    with x.T.map_host() as mapped:
        assert bytes(memoryview(mapped)) == h.T.tobytes()
        with pytest.raises(BufferError, match=r"x\.copy\(\)"):
            io.BytesIO().write(mapped)


KERNELS = {
    "a kernel": lambda x: fs.evaluate(x + 1),
    "a copy": lambda x: x.copy().block_until_ready(),
    "a view's read": lambda x: x[::2].to_numpy(),
    "a write": lambda x: x.__setitem__(0, 1),
    "an upload": lambda x: x.set(np.zeros((4, 6), np.float32)),
    "a long upload": lambda x: x.__setitem__(..., np.zeros((4, 6), np.float32)),
    "an addition in place": lambda x: x.__iadd__(1),
    "copyto": lambda x: fs.copyto(x, 1),
    "an item of a strided view": lambda x: fs.asarray([1.0, 2.0]).__setitem__(slice(2), x[0, :2]),
}


@mapped_memory
@pytest.mark.parametrize("what", KERNELS)
def test_kernels_that_need_the_memory_are_refused_meanwhile(what, x, h):
    with x.map_host() as mapped:
        with pytest.raises(fs.MappedError, match="map_host"):
            KERNELS[what](x)
        view = np.asarray(mapped)
        check(view, h)
        del view
    check((x * 2).to_numpy(), h * 2)
    KERNELS[what](x)


@mapped_memory
def test_what_was_recorded_before_and_needs_the_memory_is_computed_afterwards(x, h):
    y = x + 1
    with x.map_host():
        with pytest.raises(fs.MappedError):
            y.to_numpy()
        with pytest.raises(fs.MappedError):
            y.block_until_ready()
    check(y.to_numpy(), h + 1)


@mapped_memory
def test_reads_and_other_arrays_go_on(x, h):
    other = fs.asarray(h) + 1
    with x.map_host() as mapped:
        view = np.asarray(mapped)
        check(x.to_numpy(), h)
        check(x[1].to_numpy(), h[1])
        check(x.to_numpy(blocking=False).result(), h)
        assert x[2, 3].item() == h[2, 3]
        check((other * 2).to_numpy(), (h + 1) * 2)
        check(view, h)
        fs.synchronize()
        del view


@mapped_memory
def test_two_maps_of_one_array(x, h):
    with x.map_host() as first:
        a = np.asarray(first)
        with x.map_host() as second:
            b = np.asarray(second)
            assert a.ctypes.data == b.ctypes.data
            del b
        check(a, h)
        with pytest.raises(fs.MappedError):
            fs.evaluate(x + 1)
        del a
    check((x + 1).to_numpy(), h + 1)


@mapped_memory
def test_a_map_may_be_entered_again_but_not_twice_at_once(x, h):
    mapped = x.map_host()
    for _ in range(3):
        with mapped:
            check(np.array(mapped), h)
            with pytest.raises(RuntimeError, match="entered already"):
                mapped.__enter__()
        x += 1
        h = h + 1


@mapped_memory
def test_a_map_is_entered_by_one_of_two_threads():
    for _ in range(3):
        y = fs.full(1 << 20, 1.5, dtype="float32")
        for _ in range(20):
            y = fs.sin(y)
        mapped, barrier, entered, refused = y.map_host(), threading.Barrier(2), [], []

        def enter(mapped=mapped, barrier=barrier, entered=entered, refused=refused):
            barrier.wait()
            try:
                entered.append(mapped.__enter__())
            except RuntimeError as error:
                refused.append(error)

        threads = [threading.Thread(target=enter) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(entered), len(refused)) == (1, 1)
        mapped.__exit__(None, None, None)


@mapped_memory
def test_views_outlive_their_block_their_map_and_their_array(h):
    x = fs.asarray(h)
    with pytest.raises(BufferError, match="1 host view is still alive"), x.map_host() as mapped:
        view = np.asarray(mapped)[1:]
    del x, mapped
    gc.collect()
    others = [fs.full((4, 6), number, dtype="float32") for number in range(20)]
    fs.evaluate(*others)
    fs.synchronize()
    check(view, h[1:])
    del view
    gc.collect()


@mapped_memory
def test_every_sort_of_view_is_counted(x):
    mapped = x.map_host().__enter__()
    views = [np.asarray(mapped), memoryview(mapped), np.asarray(mapped)[1].T, memoryview(mapped)[1:]]
    derived = views[0][1:]
    with pytest.raises(BufferError, match="4 host views are still alive"):
        mapped.__exit__(None, None, None)
    while views:
        with pytest.raises(fs.MappedError):
            fs.evaluate(x + 1)
        views.pop()
        gc.collect()
    with pytest.raises(fs.MappedError):
        fs.evaluate(x + 1)
    del derived
    gc.collect()
    fs.evaluate(x + 1)


@mapped_memory
def test_an_exception_in_the_block_is_the_one_that_comes_out(x, h):
    views = []
    with pytest.raises(KeyError, match="mine"), x.map_host() as mapped:
        {}[views.append(np.asarray(mapped)) or "mine"]
    with pytest.raises(fs.MappedError):
        fs.evaluate(x + 1)
    check(views.pop(), h)
    gc.collect()
    check((x + 1).to_numpy(), h + 1)


@mapped_memory
def test_a_map_that_is_dropped_inside_its_block_ends_with_its_views(x, h):
    view = np.asarray(x.map_host().__enter__())
    gc.collect()
    with pytest.raises(fs.MappedError):
        fs.evaluate(x + 1)
    check(view, h)
    del view
    gc.collect()
    fs.evaluate(x + 1)


@mapped_memory
def test_threads_map_compute_and_drop():
    host = np.arange(10_000, dtype=np.float32)
    x, failures = fs.asarray(host), []

    owns = [x + number for number in range(4)]
    fs.evaluate(*owns)

    def work(number):
        own = owns[number]
        for turn in range(40):
            with x.map_host() as mapped, own.map_host() as mine:
                a, b = np.asarray(mapped), np.asarray(mine)
                if not (np.array_equal(a, host) and np.array_equal(b, host + number + turn)):
                    failures.append((number, turn))
                del a, b
            own += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    check((x + 1).to_numpy(), host + 1)


@mapped_memory
def test_a_map_waits_for_what_was_recorded(log):
    host = np.arange(1 << 18, dtype=np.float32)
    x = fs.asarray(host)
    x += 1
    y = x * 2
    with y.map_host() as mapped:
        check(np.array(mapped), (host + 1) * 2)
    x[::2] = 0
    with x.map_host() as mapped:
        assert not np.array(mapped)[::2].any()
    assert [one["nbytes"] for one in log.crossings if one["kind"] == "map"] == [host.nbytes] * 2


def test_without_shared_memory_no_map_is_given():
    if not SHARED:
        x = fs.ones(3)
        with pytest.raises(fs.CopyRequiredError, match=r"x\.to_numpy\(\)"), x.map_host():
            pass
        check((x + 1).to_numpy(), np.full(3, 2, np.float32))


@pytest.mark.skipif(not SHARED, reason="this is that process")
def test_again_without_shared_memory():
    environment = {**os.environ, "FARSHORE_SHARED_MEMORY": "0"}
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "new_array or no_map"]
    command = [sys.executable, "-m", "pytest", *arguments, __file__]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout, done.stdout


NEW = {
    "to_numpy": lambda x: x.to_numpy(),
    "to_numpy, Fortran order": lambda x: x.to_numpy(order="F"),
    "to_numpy, dtype": lambda x: x.to_numpy(dtype="float32"),
    "to_numpy, not blocking": lambda x: x.to_numpy(blocking=False).result(),
    "np.array": lambda x: np.array(x),
    "np.asarray": lambda x: np.asarray(x, copy=True),
    "a view": lambda x: x[1:].to_numpy(),
    "steps": lambda x: x[:, ::-2].to_numpy(),
    "an odd offset": lambda x: x.reshape(-1)[3:-5].to_numpy(),
}


@new_arrays
@pytest.mark.parametrize("dtype", ["float32", "uint8", "int16", "complex128"])
@pytest.mark.parametrize("what", NEW)
def test_a_new_array_is_the_callers_own(what, dtype, device):
    host = np.resize(np.arange(251), (1023, 2053)).astype(dtype)
    x = fs.asarray(host)
    want = host.real.astype("float32") if "dtype" in what else host
    parts = {"a view": want[1:], "steps": want[:, ::-2], "an odd offset": want.reshape(-1)[3:-5]}
    want = parts.get(what, want)
    got, other = NEW[what](x), NEW[what](x)
    assert device.memory()["pinned"] > 0
    assert got.flags.writeable
    assert got.flags.aligned
    assert got.flags["F_CONTIGUOUS" if "Fortran" in what else "C_CONTIGUOUS"]
    check(got, want)
    got[...] = 7
    check(other, want)
    check(x.to_numpy(), host)
    got += got
    assert (got == np.array(14).astype(got.dtype)).all()


@new_arrays
def test_a_new_arrays_memory_is_not_used_again_while_a_slice_of_it_lives():
    x = fs.asarray(np.arange(MIB, dtype=np.float32))
    slices = [x.to_numpy()[number::1000] for number in range(6)]
    gc.collect()
    others = [(x + 100 * number).to_numpy() for number in range(6)]
    for number, part in enumerate(slices):
        check(part, np.arange(MIB, dtype=np.float32)[number::1000])
    del slices, part
    gc.collect()
    for number, other in enumerate(others):
        check(other, np.arange(MIB, dtype=np.float32) + np.float32(100 * number))


@new_arrays
def test_a_new_arrays_memory_is_used_again_after_its_death(device):
    x = fs.asarray(np.arange(MIB, dtype=np.float32))
    device.trim()
    assert device.memory()["pinned"] == 0
    addresses = set()
    for _ in range(20):
        addresses.add(x.to_numpy().ctypes.data)
    one = device.memory()["pinned"]
    assert 4 * MIB <= one < 8 * MIB
    assert len(addresses) == 1
    kept = [x.to_numpy() for _ in range(3)]
    assert device.memory()["pinned"] == 3 * one
    device.trim()
    assert device.memory()["pinned"] == 3 * one, "arrays that are alive keep theirs"
    del kept
    device.trim()
    assert device.memory()["pinned"] == 0


@new_arrays
def test_a_new_array_outlives_all_else(device):
    host = np.arange(MIB, dtype=np.float32)
    later = fs.asarray(host).to_numpy(blocking=False)
    got = later.result()
    del later
    gc.collect()
    device.trim()
    fs.synchronize()
    check(got, host)
    assert not got.flags.owndata
    with pytest.raises(ValueError, match="resize"):
        got.resize(3)


@pytest.mark.parametrize("limit", [0, 5 * MIB])
def test_beyond_the_limit_a_new_array_is_an_ordinary_copy(limit):
    code = f"""if True:
    import warnings
    warnings.simplefilter("ignore")
    import farshore as fs, numpy as np
    host = np.arange({MIB}, dtype=np.float32)
    x = fs.asarray(host)
    got = [x.to_numpy() for _ in range(3)] + [x.to_numpy(blocking=False).result() for _ in range(2)]
    assert fs.default_device().memory()["pinned"] <= {limit}
    assert [one.flags.owndata for one in got] == [{limit == 0}] + [True] * 4
    assert all(np.array_equal(one, host) and one.flags.writeable for one in got)
    """
    environment = {**os.environ, "FARSHORE_SHARED_MEMORY": "0", "FARSHORE_PINNED_LIMIT": str(limit)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@new_arrays
def test_small_new_arrays_are_ordinary_memory():
    x = fs.asarray(np.arange(1000, dtype=np.float32))
    assert x.to_numpy().flags.owndata
