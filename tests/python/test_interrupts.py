"""Ctrl-C in the middle of what takes long: the interrupt comes soon, nothing is lost, the device goes on."""

import os
import subprocess
import sys

import pytest
from driver import SWITCHES, build

START = """if True:
    import faulthandler, gc, io, os, signal, sys, threading, time, warnings
    faulthandler.dump_traceback_later(30, exit=True)
    warnings.simplefilter("ignore")
    import farshore as fs, numpy as np

    device = fs.default_device()

    def interrupt():
        os.kill(os.getpid(), signal.SIGINT)

    def used():
        gc.collect()
        fs.synchronize()
        return device.memory()["used"]

    def is_freed(before):
        # At once, or when a thread that still works has let go.
        end = time.monotonic() + 10
        while used() != before and time.monotonic() < end:
            time.sleep(0.01)
        return used() == before

    def seconds_to_interrupt(call):
        start = time.monotonic()
        try:
            call()
        except KeyboardInterrupt:
            return time.monotonic() - start
        sys.exit("no KeyboardInterrupt")
"""


def run(code: str, environment: dict[str, str] | None = None) -> None:
    """Runs `code` behind START in a process of its own, which must end well, and in time."""
    code = START + "\n".join(f"    {line}" for line in code.splitlines())
    environment = {**os.environ, **(environment or {})}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stdout + done.stderr


COPIES = {
    "to_numpy": "x.to_numpy(progress=press)",
    "to_numpy, out": "x.to_numpy(out=np.empty_like(host), progress=press)",
    "to_numpy, dtype": "x.to_numpy(dtype=np.int32, progress=press)",
    "asarray": "fs.asarray(host, progress=press)",
    "save": "fs.save(io.BytesIO(), x, progress=press)",
    "load": "fs.load(file, progress=press)",
}


@pytest.mark.parametrize("what", COPIES)
def test_a_copy_of_256_mib_is_interrupted_after_its_first_part(what):
    # Without pinned memory every copy has parts, whatever the device.
    run(
        f"""
host = np.arange(64 << 20, dtype=np.float32)
file = io.BytesIO()
if {what!r} == "load":
    np.save(file, host)
    file.seek(0)
x = fs.asarray(host)
before, calls = used(), []

def press(done, total):
    calls.append((done, total))
    interrupt()

with fs.transfers(max_bytes=host.nbytes + 4) as log:
    seconds_to_interrupt(lambda: {COPIES[what]})
    assert len(calls) == 1 and calls[0][0] < calls[0][1] == host.nbytes, calls
    assert is_freed(before)
    crossed = log.bytes_to_host + log.bytes_to_device
    assert crossed <= 96 << 20, "what did not cross is not written down"
    # What did not cross may cross now, and no more.
    assert x[-1].item() == host[-1]
    rest = fs.asarray(host[crossed // 4 :])
    try:
        x[-1].item()
        sys.exit("more crossed than max_bytes")
    except fs.ForbiddenTransferError:
        pass
assert np.array_equal(rest.to_numpy(), host[crossed // 4 :])
assert np.array_equal(x.to_numpy(), host)
""",
        {"FARSHORE_PINNED_LIMIT": "0"},
    )


def test_a_copy_that_tells_nobody_is_interrupted_too():
    run("""
host = np.arange(1, (64 << 20) + 1, dtype=np.float32)
x = fs.asarray(host)

def press_once_begun(out):
    while not out[0]:
        time.sleep(0.0002)
    interrupt()

for _ in range(20):  # a loaded machine may press too late
    out = np.zeros_like(host)
    thread = threading.Thread(target=press_once_begun, args=(out,))
    thread.start()
    with fs.transfers() as log:
        try:
            x.to_numpy(out=out)
            thread.join()
        except KeyboardInterrupt:
            thread.join()
            if out[-1] == 0:
                break
else:
    sys.exit("every copy went on to its end")
assert len(log) == 0
x.to_numpy(out=out)
assert np.array_equal(out, host)
""")


def test_an_interrupted_result_can_be_had_later():
    run("""
host = np.arange(1 << 20, dtype=np.float32)
x = fs.asarray(host)
before, opened = used(), threading.Event()
later = x.to_numpy(blocking=False, progress=lambda *state: opened.wait())
threading.Timer(0.1, interrupt).start()
assert seconds_to_interrupt(later.result) < 5
assert not later.done()
opened.set()
assert np.array_equal(later.result(), host)
assert np.array_equal(x.to_numpy(), host)
del later
assert is_freed(before)
""")


WAITS = {
    "to_numpy": "y.to_numpy()",
    "to_numpy, out": "y.to_numpy(out=np.empty(1000, np.float32))",
    "result": "y.to_numpy(blocking=False).result()",
    "item": "y[0].item()",
    "float": "float(y[0])",
    "print": "str(y)",
    "pickle": "y.__reduce__()",
    "dlpack": "np.from_dlpack(y, device='cpu')",
    "save": "fs.save(io.BytesIO(), y)",
    "map_host": "y.map_host().__enter__()",
    "synchronize": "fs.synchronize()",
    "block_until_ready": "y.block_until_ready()",
    "upload": "[fs.asarray(long) for _ in range(4)]",
}


@pytest.mark.parametrize("what", WAITS)
def test_waiting_for_kernels_is_interrupted(what, tmp_path):
    shared = os.environ.get("FARSHORE_SHARED_MEMORY") != "0"
    if what == "map_host" and not shared:
        pytest.skip("without shared memory it does not wait")
    run(
        SWITCHES
        + f"""
host = np.arange(1000, dtype=np.float32)
long = np.ones(16 << 20, np.float32) if {what!r} == "upload" else None
x = fs.asarray(host)
before = used()
y = x + 1
fs.evaluate(y)
busy.value = 1
threading.Timer(0.1, interrupt).start()
threading.Timer(4, lambda: setattr(busy, "value", 0)).start()
with fs.transfers() as log:
    seconds = seconds_to_interrupt(lambda: {WAITS[what]})
    assert {what!r} == "upload" or len(log) == 0
busy.value = 0
assert seconds < 3, f"the interrupt was seen after {{seconds}} seconds"
assert np.array_equal(y.to_numpy(), host + 1)
assert np.array_equal(x.to_numpy(), host)
del y
assert is_freed(before)
os._exit(0)
""",
        build(tmp_path),
    )


def test_other_threads_go_on_while_kernels_run(tmp_path):
    run(
        SWITCHES
        + """
host = np.arange(1000, dtype=np.float32)
x = fs.asarray(host)
for wait in (lambda y: y.to_numpy(), lambda y: y[5].item(), lambda y: fs.synchronize(), str):
    y = x + 1
    fs.evaluate(y)
    busy.value = 1
    # The device ends when another thread has come on so far.
    def tick():
        for _ in range(100):
            time.sleep(0.001)
        busy.value = 0
    ticking = threading.Thread(target=tick)
    ticking.start()
    wait(y)
    assert not busy.value
    ticking.join()
    assert np.array_equal(y.to_numpy(), host + 1)
""",
        build(tmp_path),
    )


def test_a_readback_does_not_wait_for_kernels(tmp_path):
    run(
        SWITCHES
        + """
host = np.arange(1000, dtype=np.float32)
x, y = fs.asarray(host), fs.asarray(host)
busy.value = 1
laters = [one.to_numpy(blocking=False) for one in (y[::3], y * 2, y + 1, x)]
assert not any(later.done() for later in laters)
busy.value = 0
for later, want in zip(laters, (host[::3], host * 2, host + 1, host)):
    assert np.array_equal(later.result(), want)
""",
        build(tmp_path),
    )


def test_a_handler_of_a_signal_may_use_the_device():
    run("""
host = np.arange(32 << 20, dtype=np.float32)
x, y, out = fs.asarray(host), fs.asarray(host[:2]), np.empty_like(host)
seen = []

def handle(*_):
    seen.append((y + 1).tolist() + fs.asarray([3.0]).tolist() + x[:2].tolist())
    try:
        (x[:2] + 1).tolist()
    except fs.MappedError:
        pass  # x is being read

def press(done, total):
    if done < total:
        interrupt()

signal.signal(signal.SIGINT, handle)
for call in (lambda: x.to_numpy(out=out, progress=press), lambda: fs.asarray(host, progress=press)):
    seen.clear()
    call()
    assert seen and all(one == [1, 2, 3, 0, 1] for one in seen), seen
assert np.array_equal(out, host)
""")
