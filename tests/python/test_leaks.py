"""Each way across, many times: device, pinned memory and process hold afterwards what they held before."""

import ctypes
import gc
import io
import os
import pickle
import subprocess
import sys

import farshore as fs
import numpy as np
import pytest

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

LIBC = ctypes.CDLL(None)
MIB = 1 << 20
SMALL_ROUNDS, LARGE_ROUNDS = 300, 30
SLACK = 4 * MIB
"""What the process may grow by: 300 rounds that leak 24 KiB each, or 30 that leak 1 MiB each, show."""


def resident():
    """Bytes of memory that the process occupies, without what the allocator keeps for later."""
    if hasattr(LIBC, "malloc_trim"):
        LIBC.malloc_trim(0)
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Stop(Exception):
    pass


def stop(done, total):
    raise Stop


def refused(error, call, *arguments):
    with pytest.raises(error):
        call(*arguments)


def mapped(x):
    try:
        with x.map_host() as lent:
            view = np.asarray(lent)
            del view
    except fs.CopyRequiredError:
        pass


def left_with_views(x):
    try:
        with x.map_host() as lent:
            view = np.asarray(lent)
    except fs.CopyRequiredError:
        return
    except BufferError:
        del view, lent


def saved_and_loaded(x):
    file = io.BytesIO()
    fs.save(file, x)
    file.seek(0)
    fs.load(file)


def zipped(x):
    file = io.BytesIO()
    fs.savez(file, x, again=x)
    file.seek(0)
    with fs.load(file) as both:
        both["again"]


def many_readbacks(x, h):
    laters = [x.to_numpy(blocking=False) for _ in range(4)] + [(x + 1).to_numpy(blocking=False)]
    laters[0].result()
    laters[-1].result()


def forbidden(x, h):
    with fs.transfers("forbid"):
        for call in (x.to_numpy, lambda: x.to_numpy(blocking=False), lambda: fs.asarray(h), lambda: x.set(h)):
            refused(fs.ForbiddenTransferError, call)


def beyond_the_budget(x, h):
    with fs.transfers(max_bytes=x.nbytes - 1):
        refused(fs.ForbiddenTransferError, x.to_numpy)
        refused(fs.ForbiddenTransferError, fs.asarray, h)


WAYS = {
    "to_numpy": lambda x, h: x.to_numpy(),
    "to_numpy, out": lambda x, h: x.to_numpy(out=h),
    "to_numpy, out of another layout": lambda x, h: x[::-1].to_numpy(out=h[::-1]),
    "to_numpy, dtype": lambda x, h: (x.to_numpy(dtype="float16"), x.to_numpy(dtype="float64")),
    "to_numpy, order": lambda x, h: x.reshape(-1, 4).to_numpy(order="F"),
    "to_numpy, not blocking": lambda x, h: x.to_numpy(blocking=False).result(),
    "to_numpy, not blocking, out": lambda x, h: x.to_numpy(blocking=False, out=h).result(),
    "readbacks that nobody waits for": many_readbacks,
    "asarray": lambda x, h: fs.asarray(h),
    "set": lambda x, h: x.set(h),
    "assignment": lambda x, h: x.__setitem__(slice(None, None, 2), h[::2]),
    "copyto": lambda x, h: (fs.copyto(x, h), fs.copyto(h, x)),
    "item": lambda x, h: (x[3].item(), float(x[-1])),
    "tolist": lambda x, h: x[:1000].tolist(),
    "print": lambda x, h: str(x),
    "pickle": lambda x, h: pickle.loads(pickle.dumps(x)),
    "pickle, out of band": lambda x, h: pickle.dumps(x, 5, buffer_callback=[].append),
    "dlpack": lambda x, h: np.from_dlpack(x, device="cpu"),
    "dlpack, a capsule that nobody takes": lambda x, h: (
        x.__dlpack__(dl_device=(1, 0)),
        x.__dlpack__(dl_device=(1, 0), max_version=(1, 0)),
    ),
    "from_dlpack": lambda x, h: fs.from_dlpack(h),
    "map_host": lambda x, h: mapped(x),
    "map_host, left with views": lambda x, h: left_with_views(x),
    "files": lambda x, h: saved_and_loaded(x),
    "archives": lambda x, h: zipped(x),
    "forbidden": forbidden,
    "beyond the budget": beyond_the_budget,
    "implicit": lambda x, h: refused(fs.ImplicitTransferError, np.asarray, x),
    "no copy": lambda x, h: refused(fs.CopyRequiredError, lambda: np.asarray(x, copy=False)),
    "no export": lambda x, h: refused(fs.ExportError, np.from_dlpack, x),
    "wrong out": lambda x, h: refused(ValueError, lambda: x.to_numpy(out=h[1:])),
    "stopped, out": lambda x, h: refused(Stop, lambda: x.to_numpy(out=h, progress=stop)),
    "stopped, not blocking": lambda x, h: refused(
        Stop, x.to_numpy(blocking=False, out=h, progress=stop).result
    ),
    "stopped, save": lambda x, h: refused(Stop, lambda: fs.save(io.BytesIO(), x, progress=stop)),
}
LARGE_WAYS = {
    **WAYS,
    "stopped, asarray": lambda x, h: refused(Stop, lambda: fs.asarray(h, progress=stop)),
    "many results": lambda x, h: [x.to_numpy() for _ in range(3)],
}


def held(device):
    """Bytes on the device, kept for it on the host, and in the process."""
    gc.collect()
    fs.synchronize()
    memory = device.memory()
    return memory["used"], memory["pinned"], resident()


def check(device, way, length, rounds):
    h = np.arange(length, dtype=np.float32)
    x = fs.asarray(h)
    for _ in range(rounds // 3):  # pools, caches and the heap grow to their size first
        way(x, h)
    grown = []
    for _ in range(3):
        used, pinned, process = held(device)
        for _ in range(rounds):
            way(x, h)
        used_after, pinned_after, process_after = held(device)
        assert used_after == used
        grown.append((pinned_after - pinned, process_after - process))
        # A pool may take another step once; a leak grows each time.
        if max(grown[-1]) <= SLACK:
            return
    raise AssertionError(f"bytes kept on the host and in the process grow each time: {grown}")


@linux
@pytest.mark.filterwarnings("ignore::farshore.ScalarReadsWarning")
@pytest.mark.parametrize("what", WAYS)
def test_small_arrays(what, device):
    check(device, WAYS[what], 1024, SMALL_ROUNDS)


@linux
@pytest.mark.parametrize("what", LARGE_WAYS)
def test_arrays_of_1_mib_and_more(what, device):
    check(device, LARGE_WAYS[what], 300_000, LARGE_ROUNDS)


@linux
def test_an_array_of_160_mib(device):
    h = np.ones(40 * MIB, np.float32)
    out = np.empty_like(h)
    x = fs.asarray(h)

    def once():
        x.to_numpy(out=out, blocking=False).result()
        fs.asarray(h)
        x.to_numpy()
        refused(Stop, lambda: fs.asarray(h, progress=stop))
        refused(Stop, lambda: x.to_numpy(out=out, progress=stop))

    once()
    once()
    used, pinned, process = held(device)
    once()
    once()
    used_after, pinned_after, process_after = held(device)
    assert (used_after, pinned_after) == (used, pinned)
    assert process_after <= process + 16 * MIB


@linux
def test_the_check_sees_a_leak(device):
    kept = []
    with pytest.raises(AssertionError):
        check(device, lambda x, h: kept.append(np.ones(24_000, np.uint8)), 1024, SMALL_ROUNDS)
    with pytest.raises(AssertionError):
        check(device, lambda x, h: kept.append(fs.asarray(h)), 1024, 3)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x.to_numpy(),
        lambda x: x.to_numpy(blocking=False).result(),
        lambda x: x.to_numpy(blocking=False),
        lambda x: np.from_dlpack(x, device="cpu"),
        lambda x: fs.from_dlpack(np.ones(1024, np.float32)),
        lambda x: pickle.loads(pickle.dumps(x)),
        lambda x: x.map_host(),
        lambda x: x.implicit(),
    ],
)
def test_reference_counts_are_enough(make, device):
    """No way makes a cycle: memory does not wait for the garbage collector."""
    x = fs.ones(1024)
    gc.collect()
    fs.synchronize()
    gc.disable()
    try:
        for _ in range(3):
            make(x)
        gc.collect()
        for _ in range(10):
            make(x)
        fs.synchronize()
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.skipif(os.environ.get("FARSHORE_SHARED_MEMORY") == "0", reason="this is that process")
@linux
def test_again_without_shared_memory():
    environment = {**os.environ, "FARSHORE_SHARED_MEMORY": "0"}
    chosen = "to_numpy or results or dlpack or stopped"
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", chosen]
    command = [sys.executable, "-m", "pytest", *arguments, __file__]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
