"""What goes wrong outside: dead devices, memory that is gone, callbacks that misbehave. All else is kept."""

import gc
import mmap
import os
import subprocess
import sys
from multiprocessing.shared_memory import SharedMemory

import farshore as fs
import numpy as np
import pytest
from agreement import check
from driver import SWITCHES, build

LONG = 17 << 20
"""Elements of float32: more than 64 MiB, in several parts."""


@pytest.fixture
def h():
    return np.arange(24, dtype=np.float32).reshape(4, 6)


@pytest.fixture
def x(h):
    return fs.asarray(h)


def run(code: str, environment: dict[str, str] | None = None) -> str:
    """Runs `code` in a process of its own, which must end well, and in time; gives what it printed."""
    start = """if True:
    import faulthandler, gc, io, os, warnings
    faulthandler.dump_traceback_later(20, exit=True)
    warnings.simplefilter("ignore")
    import farshore as fs, numpy as np
"""
    code = start + "\n".join(f"    {line}" for line in code.splitlines())
    environment = environment or dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


DEAD = (
    SWITCHES
    + """
host = np.arange(1000, dtype=np.float32)
long = np.ones(1 << 20, np.float32)
x, y, z = fs.asarray(host), fs.asarray(host), fs.asarray(long)
fs.synchronize()
pending = y + 1
"""
)
CALLS = {
    "to_numpy": "x.to_numpy()",
    "to_numpy, out": "x.to_numpy(out=np.empty_like(host))",
    "to_numpy, a view": "x[::3].to_numpy()",
    "to_numpy, pending": "pending.to_numpy()",
    "to_numpy, long": "z.to_numpy()",
    "to_numpy, not blocking": "z.to_numpy(blocking=False).result()",
    "asarray": "fs.asarray(host).to_numpy()",
    "asarray, long": "fs.asarray(long)",
    "set": "x.set(host)",
    "set, long": "z.set(long)",
    "assignment": "x.__setitem__(slice(2), host[:2])",
    "assignment, pending": "x.__setitem__(..., y + 1) or fs.synchronize()",
    "copyto": "fs.copyto(host, x)",
    "item": "x[3].item()",
    "print": "str(x)",
    "pickle": "x.__reduce__()",
    "dlpack": "np.from_dlpack(x, device='cpu')",
    "from_dlpack": "fs.from_dlpack(host).to_numpy()",
    "map_host": "x.map_host().__enter__()",
    "save": "fs.save(io.BytesIO(), x)",
    "synchronize": "fs.synchronize()",
    "block_until_ready": "pending.block_until_ready()",
}


@pytest.mark.parametrize("first", ["synchronize", "none"])
def test_a_dead_device_says_so_in_every_call(first, tmp_path):
    environment = build(tmp_path)
    code = (
        DEAD
        + f"""
calls = {CALLS!r}
if os.environ.get("FARSHORE_SHARED_MEMORY") == "0":
    del calls["map_host"]
lost.value = 1
if {first!r} == "synchronize":
    try:
        fs.evaluate(y * 3)
        fs.synchronize()
    except fs.DeviceError:
        pass
for name, call in calls.items():
    try:
        print(name, "gives", repr(eval(call))[:40])
    except fs.DeviceError as error:
        if "lost" not in str(error): print(name, "says", error)
    except BaseException as error:
        print(name, "raises", type(error).__name__)
"""
    )
    assert run(code, environment) == ""


FIRST = [
    "to_numpy",
    "to_numpy, long",
    "to_numpy, pending",
    "to_numpy, not blocking",
    "asarray",
    "asarray, long",
    "set",
    "assignment",
    "map_host",
    "synchronize",
    "block_until_ready",
]


@pytest.mark.parametrize("call", FIRST)
def test_the_call_at_which_a_device_dies_says_so(call, tmp_path):
    if call == "map_host" and os.environ.get("FARSHORE_SHARED_MEMORY") == "0":
        pytest.skip("without shared memory it asks no device")
    code = (
        DEAD
        + f"""
fs.evaluate(y * 3)
lost.value = 1
try:
    {CALLS[call]}
    fs.synchronize()
    print("nothing was said")
except fs.DeviceError as error:
    if "lost" not in str(error): print(error)
"""
    )
    assert run(code, build(tmp_path)) == ""


@pytest.mark.parametrize("way", ["for", "async for"])
def test_a_device_that_dies_in_the_middle_of_a_stream_names_the_frame(tmp_path, way):
    code = (
        DEAD
        + f"""
import asyncio
pipeline = fs.pipeline(lambda frame: fs.cumulative_sum(frame) + 1)
def camera():
    for number in range(20):
        lost.value = number >= 10
        yield host + number
stream, given = pipeline.stream(camera()), 0
async def run():
    global given
    async for frame in stream:
        given += 1
try:
    if {way!r} == "for":
        for frame in stream:
            given += 1
    else:
        asyncio.run(run())
    print("the end")
except fs.DeviceError as error:
    if "lost" not in str(error): print("says", error)
    if error.__notes__ != [f"in frame {{given}} of a stream"]: print(given, error.__notes__)
if not 7 <= given <= 10: print(given)
print(*stream)
try:
    pipeline(x)
    fs.synchronize()
    print("it goes on")
except fs.DeviceError:
    pass
"""
    )
    assert run(code, build(tmp_path)).strip() == ""


def test_a_device_that_dies_under_a_readback_tells_who_waits(tmp_path):
    code = (
        DEAD
        + """
import asyncio
busy.value = 1
laters = [one.to_numpy(blocking=False) for one in (y[::2], pending, z)]
lost.value = 1
async def wait(later):
    return await later
for later in laters:
    for wait_for in (later.result, lambda: asyncio.run(wait(later))):
        try:
            wait_for()
            print("a result")
        except fs.DeviceError as error:
            if "lost" not in str(error): print(error)
del x, y, z, pending, laters, later, wait_for
gc.collect()
print(fs.default_device().memory()["used"])
"""
    )
    assert run(code, build(tmp_path)) == "0\n"


def test_what_the_host_knows_outlives_the_device(tmp_path):
    code = (
        DEAD
        + """
lost.value = 1
try: fs.synchronize(); x.to_numpy()
except fs.DeviceError: pass
print(repr(x).partition(",")[0], x.nbytes, x[2:].shape, (x + 1).dtype)
with fs.transfers("forbid"):
    try: x.to_numpy()
    except fs.ForbiddenTransferError: print("forbidden")
"""
    )
    assert run(code, build(tmp_path)) == "Array(shape=(1000 4000 (998,) float32\nforbidden\n"


@pytest.mark.parametrize("writeable", [True, False])
def test_host_arrays_that_are_read_only_are_read(writeable, h):
    h.flags.writeable = writeable
    check(fs.asarray(h).to_numpy(), h)
    x = fs.zeros(h.shape)
    x.set(h)
    x[1:] = h[1:]
    fs.copyto(x, h)
    check(x.to_numpy(), h)
    check(fs.from_dlpack(h).to_numpy(), h)
    read_only = np.frombuffer(h.tobytes(), np.float32).reshape(h.shape)
    with pytest.raises(ValueError, match="read-only"):
        fs.copyto(read_only, x)
    with pytest.raises(ValueError, match="read-only"):
        x.to_numpy(out=read_only, blocking=False)
    check(read_only, h)


def test_memory_of_a_file_is_not_unmapped_while_it_is_filled(tmp_path, h, x):
    path = tmp_path / "x"
    path.write_bytes(bytes(h.nbytes))
    with open(path, "r+b") as file:
        memory = mmap.mmap(file.fileno(), 0)
    seen = []

    def close(done, total):
        # The last who has the array is the transfer.
        with pytest.raises(BufferError):
            memory.close()
        seen.append(done)

    x.to_numpy(out=np.frombuffer(memory, np.float32).reshape(h.shape), progress=close)
    memory.close()
    assert seen == [h.nbytes]
    assert path.read_bytes() == h.tobytes()


def test_shared_memory_is_not_closed_while_it_is_read():
    h = np.arange(1 << 19, dtype=np.float32)
    memory = SharedMemory(create=True, size=h.nbytes)
    try:
        host = np.frombuffer(memory.buf, h.dtype, h.size)
        host[...] = h
        seen = []

        def close(done, total):
            with pytest.raises(BufferError):
                memory.close()
            seen.append(done)

        x = fs.asarray(host, progress=close)
        del host
        assert seen == [h.nbytes]
        check(x.to_numpy(), h)
    finally:
        memory.close()
        memory.unlink()


def test_an_array_that_is_being_filled_cannot_be_resized(h, x):
    def resize(done, total):
        with pytest.raises(ValueError, match="resize"):
            out.resize((1000, 1000))

    out = np.empty_like(h)
    x.to_numpy(out=out, progress=resize)
    check(out, h)


def test_an_array_without_memory_is_no_array(x):
    for nothing in (None, object(), np.array(None), np.array([object()]), np.array(["a"]), np.array([b"a"])):
        with pytest.raises(TypeError):
            fs.asarray(nothing)
    with pytest.raises(TypeError):
        fs.asarray(np.zeros((4, 6), np.longdouble))
    for host in (np.zeros((4, 6), "M8[s]"), np.zeros((4, 6), [("a", "f4")])):
        for call in (fs.asarray, x.set, lambda host: fs.copyto(x, host), fs.from_dlpack):
            with pytest.raises((TypeError, BufferError)):
                call(host)
    assert x.tolist() == np.arange(24).reshape(4, 6).tolist()


class Stop(Exception):
    """What a callback raises."""


def stopping(at):
    """A callback that raises after so many calls."""
    calls = []

    def progress(done, total):
        calls.append((done, total))
        if len(calls) == at:
            raise Stop(done)

    progress.calls = calls
    return progress


STOPPED = {
    "to_numpy": lambda x, h, path, stop: x.to_numpy(progress=stop),
    "to_numpy, out": lambda x, h, path, stop: x.to_numpy(out=np.empty_like(h), progress=stop),
    "to_numpy, not blocking": lambda x, h, path, stop: x.to_numpy(
        out=np.empty_like(h), blocking=False, progress=stop
    ).result(),
    "asarray": lambda x, h, path, stop: fs.asarray(h, progress=stop),
    "save": lambda x, h, path, stop: fs.save(path / "new.npy", x, progress=stop),
    "load": lambda x, h, path, stop: fs.load(path / "x.npy", progress=stop),
}


@pytest.mark.parametrize("what", STOPPED)
def test_a_callback_that_raises_stops_the_transfer(what, tmp_path, device):
    host = np.arange(LONG, dtype=np.float32)
    x = fs.asarray(host)
    np.save(tmp_path / "x.npy", host)
    gc.collect()
    fs.synchronize()
    used = device.memory()["used"]
    for at in (1, 2):
        progress = stopping(at)
        with fs.transfers(max_bytes=host.nbytes) as log:
            try:
                STOPPED[what](x, host, tmp_path, progress)
            except Stop:
                # Pinned memory is complete when it is there, so of it there is one report.
                crossed = log.bytes_to_host + log.bytes_to_device
                done, total = progress.calls[-1]
                assert total == host.nbytes
                assert len(progress.calls) == at
                assert crossed < total or done == total or what == "save", "files are read ahead"
                x[: (host.nbytes - crossed) // 4].to_numpy()
            else:
                assert len(progress.calls) == 1
                assert at == 2
                assert what in ("to_numpy", "to_numpy, not blocking")
        gc.collect()
        fs.synchronize()
        assert device.memory()["used"] == used
        assert not (tmp_path / "new.npy").exists() or at > len(progress.calls)
    assert np.array_equal(x.to_numpy(), host)


def test_a_callback_that_is_none_is_refused_before_anything_moves(x, h, log):
    with fs.transfers(max_bytes=h.nbytes):
        for call in (
            lambda: x.to_numpy(progress="yes"),
            lambda: x.to_numpy(blocking=False, progress=3),
            lambda: fs.asarray(h, progress=[]),
            lambda: fs.save("never.npy", x, progress="yes"),
        ):
            with pytest.raises(TypeError, match="progress is True, False or a function"):
                call()
        assert len(log) == 0
        check(x.to_numpy(), h)


BUSY = {
    "reads the array": "x[0].item()",
    "computes with the array": "(x[:4] + 1).tolist()",
    "writes to the array": "x.__setitem__(0, 5)",
    "uploads": "fs.asarray([1.0])",
    "uploads a long one": "fs.asarray(host)",
    "reads another": "y.to_numpy(out=out)",
    "computes with another": "(y[:4] + 1).tolist()",
    "saves": "fs.save(io.BytesIO(), y)",
}


@pytest.mark.parametrize("what", BUSY)
@pytest.mark.parametrize("call", ["x.to_numpy(out=out, {})", "fs.asarray(host, {})"])
def test_a_callback_may_use_the_device(call, what):
    # An error would do; a process that stands still for ever does not.
    run(f"""
host = np.arange({LONG}, dtype=np.float32)
x, y, out = fs.asarray(host), fs.asarray(host), np.empty_like(host)

def callback(done, total):
    try:
        {BUSY[what]}
    except (RuntimeError, BufferError, fs.DeviceError):
        pass

{call.format("progress=callback")}
assert np.array_equal(y.to_numpy(), host)
""")
