"""Readbacks: the elements as they were when they were asked for, whatever happens before they are there."""

import asyncio
import gc
import inspect
import mmap
import os
import subprocess
import sys
import threading
import time

import farshore as fs
import numpy as np
import pytest
from agreement import check

LARGE = 17 << 20
"""Elements of float32: more than 64 MiB, in several chunks."""


@pytest.fixture
def h():
    return np.arange(24, dtype=np.float32).reshape(4, 6)


@pytest.fixture
def x(h):
    return fs.asarray(h)


class Gate:
    """`progress=` of a transfer that does not end before the gate is opened."""

    def __init__(self):
        self.opened = threading.Event()

    def __call__(self, done, total):
        assert self.opened.wait(60)

    def open(self):
        self.opened.set()


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.open()


def test_a_result_can_be_had_many_times(x, h):
    later = x.to_numpy(blocking=False)
    first = later.result()
    check(first, h)
    assert first.flags.writeable
    assert later.done()
    assert later.result() is first
    assert repr(later) == "<Readback: done>"


def test_it_is_given_before_the_elements_are_there(x, h, gate):
    later = x.to_numpy(blocking=False, progress=gate)
    assert not later.done()
    assert repr(later) == "<Readback: under way>"
    with pytest.raises(TimeoutError):
        later.result(timeout=0.02)
    with pytest.raises(TimeoutError):
        later.result(0)
    gate.open()
    check(later.result(timeout=60), h)


def test_cupys_name_and_the_function(x, h):
    check(x.get(blocking=False).result(), h)
    check(fs.asnumpy(x, blocking=False).result(), h)


def test_awaited_twice_and_by_several_tasks(x, h):
    async def main():
        later = x.to_numpy(blocking=False)

        async def one():
            return await later

        return [await later, await later, *await asyncio.gather(*(one() for _ in range(5)), later, later)]

    got = asyncio.run(main())
    check(got[0], h)
    assert all(one is got[0] for one in got)


def test_awaited_in_one_loop_after_another(x, h, gate):
    later = x.to_numpy(blocking=False, progress=gate)

    async def give_up():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(later, 0.02)

    async def wait():
        asyncio.get_running_loop().call_later(0.02, gate.open)
        return await later

    asyncio.run(give_up())
    asyncio.run(give_up())
    check(asyncio.run(wait()), h)
    assert asyncio.run(wait()) is later.result()


def test_a_cancelled_task_takes_nothing_from_others(x, h, gate):
    async def main():
        later = x.to_numpy(blocking=False, progress=gate)

        async def one():
            return await later

        tasks = [asyncio.create_task(one()) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        assert not later.done()
        gate.open()
        return [await tasks[1], await tasks[2], await later]

    for got in asyncio.run(main()):
        check(got, h)


def test_the_loop_goes_on_while_a_readback_is_awaited(x, h, gate):
    async def main():
        later = x.to_numpy(blocking=False, progress=gate)
        waiting = asyncio.ensure_future(later)
        for _ in range(50):
            await asyncio.sleep(0.001)
        assert not waiting.done()
        gate.open()
        return await waiting

    check(asyncio.run(main()), h)


async def ticks_while(awaitable):
    """How often another task ran meanwhile, and what came."""
    count = 0

    async def tick():
        nonlocal count
        while True:
            await asyncio.sleep(0.001)
            count += 1

    ticking = asyncio.create_task(tick())
    got = await awaitable
    ticking.cancel()
    return count, got


def test_the_loop_goes_on_while_a_large_array_is_copied():
    host = np.arange(LARGE, dtype=np.float32)
    big = fs.asarray(host)
    out = np.empty_like(host)
    fs.synchronize()

    async def main():
        # A blocked loop ticks once at most; a loaded machine may need a second try.
        for _ in range(30):
            count, got = await ticks_while(big.to_numpy(out=out, blocking=False))
            if count >= 3:
                return count, got
        return count, got

    count, got = asyncio.run(main())
    assert count >= 3
    assert got is out
    assert np.array_equal(out, host)


def test_threads_wait_for_the_same_readback(x, h, gate):
    later = x.to_numpy(blocking=False, progress=gate)
    got = []

    def wait():
        got.append(later.result(60))

    def await_it():
        got.append(asyncio.run(asyncio.wait_for(later, 60)))

    threads = [threading.Thread(target=target) for target in 6 * [wait] + 3 * [await_it]]
    for thread in threads:
        thread.start()
    time.sleep(0.02)
    gate.open()
    for thread in threads:
        thread.join()
    assert len(got) == 9
    assert all(one is got[0] for one in got)
    check(got[0], h)


def test_a_callback_that_raises_is_what_the_result_raises(x, h):
    class Stop(Exception):
        pass

    def stop(done, total):
        raise Stop(done, total)

    later = x.to_numpy(blocking=False, progress=stop)
    for _ in range(2):
        with pytest.raises(Stop) as caught:
            later.result()
        assert caught.value.args == (h.nbytes, h.nbytes)

    async def main():
        await later

    with pytest.raises(Stop):
        asyncio.run(main())
    check(x.to_numpy(blocking=False).result(), h)


def zero(x):
    x[...] = 0


def add(x):
    x += 1


def scatter(x):
    x.reshape(-1)[1::3] = -1


def upload(x):
    x.set(np.full(x.shape, 9, x.dtype))


WRITES = {"fill": zero, "add": add, "scatter": scatter, "upload": upload}
READS = {
    "whole": lambda x: x,
    "view": lambda x: x[1:],
    "steps": lambda x: x[::-2],
    "pending": lambda x: x + 1,
    "pending view": lambda x: (x * 2)[3:],
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("length", [7, 5000, 300_000])
def test_the_elements_are_those_of_the_moment(length, write, read):
    readbacks = []
    for turn in range(6):
        host = np.arange(turn, turn + length, dtype=np.float32)
        x = fs.asarray(host)
        y = READS[read](x)
        readbacks.append((y.to_numpy(blocking=False), READS[read](host)))
        WRITES[write](x)
        del x, y
        fs.asarray(np.full(length, -5, np.float32)) + 1
    for later, want in readbacks:
        check(later.result(), want)


@pytest.mark.parametrize("write", WRITES)
def test_the_elements_of_a_large_array_are_those_of_the_moment(write):
    host = np.arange(LARGE, dtype=np.float32)
    x = fs.asarray(host)
    later = x.to_numpy(blocking=False)
    WRITES[write](x)
    changed = x.copy()
    del x
    assert np.array_equal(later.result(), host)
    assert changed[1].item() != 1


def test_the_memory_of_a_deleted_array_is_not_used_before_its_readback_is_done(device):
    host = np.arange(LARGE, dtype=np.float32)
    x = fs.asarray(host)
    later = x.to_numpy(blocking=False, out=np.empty_like(host))
    del x
    others = [fs.full(LARGE, number, dtype="float32") for number in range(3)]
    fs.evaluate(*others)
    assert np.array_equal(later.result(), host)
    assert [one[-1].item() for one in others] == [0, 1, 2]


OUTS = {
    "C order": lambda: np.zeros((4, 6), np.float32),
    "Fortran order": lambda: np.zeros((4, 6), np.float32, order="F"),
    "steps": lambda: np.zeros((8, 18), np.float32)[1::2, ::-3],
    "float64": lambda: np.zeros((4, 6)),
    "other byte order": lambda: np.zeros((4, 6), np.dtype(np.float32).newbyteorder("S")),
}


@pytest.mark.parametrize("what", OUTS)
def test_out(what, x, h):
    out = OUTS[what]()
    later = x.to_numpy(out=out, blocking=False)
    x[...] = 0
    assert later.result() is out
    assert np.array_equal(out, h.astype(out.dtype))


def test_order_and_dtype(x, h):
    for order in "CF":
        for dtype in ("float16", "float32", "float64", "complex64", "uint8"):
            got = x.to_numpy(order=order, dtype=dtype, blocking=False).result()
            check(got, h.astype(dtype))
    assert x.to_numpy(order="F", blocking=False).result().flags.f_contiguous


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2)])
def test_without_axes_and_empty(shape):
    check(fs.ones(shape).to_numpy(blocking=False).result(), np.ones(shape, np.float32))


def test_out_lives_as_long_as_it_is_written_to(x, h, gate):
    memory = mmap.mmap(-1, h.nbytes)
    out = np.frombuffer(memory, np.float32).reshape(h.shape)
    later = x.to_numpy(out=out, blocking=False, progress=gate)
    del out
    gc.collect()
    with pytest.raises(BufferError):
        memory.close()
    gate.open()
    later.result()
    assert memory[:] == h.tobytes()
    del later
    gc.collect()
    fs.synchronize()
    memory.close()


def test_what_cannot_be_filled_is_refused_at_the_call(x, log):
    read_only = np.zeros((4, 6), np.float32)
    read_only.flags.writeable = False
    for error, arguments in (
        (ValueError, {"out": read_only}),
        (ValueError, {"out": np.zeros((6, 4), np.float32)}),
        (TypeError, {"out": np.zeros((4, 6), object)}),
        (TypeError, {"out": [0.0] * 24}),
        (TypeError, {"dtype": "datetime64[s]"}),
        (TypeError, {"progress": "yes"}),
        (ValueError, {"order": "Z"}),
    ):
        with pytest.raises(error):
            x.to_numpy(blocking=False, **arguments)
    assert len(log) == 0


def test_the_policy_is_that_of_the_call(x, h, gate):
    with fs.transfers("forbid"), pytest.raises(fs.ForbiddenTransferError):
        x.to_numpy(blocking=False)
    with fs.transfers("explicit"):
        later = x.to_numpy(blocking=False, progress=gate)
    with fs.transfers("forbid"):
        gate.open()
        check(later.result(), h)

    async def main():
        with fs.transfers("forbid"):
            return await later

    check(asyncio.run(main()), h)


def test_the_budget_is_taken_at_the_call(x, h, gate):
    with fs.transfers(max_bytes=h.nbytes):
        later = x.to_numpy(blocking=False, progress=gate)
        with pytest.raises(fs.ForbiddenTransferError, match="0 are left"):
            x.to_numpy(blocking=False)
        gate.open()
        check(later.result(), h)
        with pytest.raises(fs.ForbiddenTransferError, match="0 are left"):
            x[0, :1].to_numpy()


def test_it_is_written_down_once_with_the_line_that_asked(x, h, gate):
    with fs.transfers() as log:
        later = x.to_numpy(blocking=False, progress=gate)
        line = inspect.currentframe().f_lineno - 1
        assert len(log) == 0
    gate.open()
    later.result()
    later.result()
    (crossing,) = log.crossings
    assert crossing["caller"] == f"{__file__}:{line}"
    facts = [crossing[name] for name in ("direction", "kind", "spoken", "nbytes")]
    assert facts == ["to host", "bulk", "explicit", h.nbytes]


def run(code: str) -> None:
    """Runs `code` in a process of its own, which must end well, and in time."""
    start = """if True:
    import faulthandler, threading, warnings
    faulthandler.dump_traceback_later(60, exit=True)
    warnings.simplefilter("ignore")
    import farshore as fs, numpy as np
"""
    code = start + "\n".join(f"    {line}" for line in code.splitlines())
    done = subprocess.run(
        [sys.executable, "-c", code], env=dict(os.environ), capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), (done.stdout, done.stderr)


def test_many_readbacks_from_many_threads_while_others_compute():
    run("""
x = fs.asarray(np.arange(40_000, dtype=np.float32))
want, failures, stop = x.to_numpy(), [], threading.Event()

def read(number):
    y = fs.asarray(want + number)
    for turn in range(30):
        shared, own = x.to_numpy(blocking=False), y.to_numpy(blocking=False)
        sum = (x + y + turn).to_numpy(blocking=False)
        y += 1
        if not np.array_equal(own.result(), want + number + turn): failures.append((number, turn))
        if not np.array_equal(sum.result(), 2 * want + number + 2 * turn): failures.append((number, turn))
        if not np.array_equal(shared.result(), want): failures.append((number, turn))

def compute():
    while not stop.is_set():
        fs.evaluate(fs.sqrt(x) + 1, x * 2)
        fs.asarray(want).to_numpy()

readers = [threading.Thread(target=read, args=(number,)) for number in range(6)]
computers = [threading.Thread(target=compute) for _ in range(2)]
for thread in readers + computers: thread.start()
for thread in readers: thread.join()
stop.set()
for thread in computers: thread.join()
assert failures == [], failures
""")


@pytest.mark.parametrize("length", [10, 400_000, 20_000_000])
def test_a_process_ends_while_readbacks_are_under_way(length):
    for _ in range(3):
        run(f"""
x = fs.asarray(np.ones({length}, np.float32))
kept = [(x + number).to_numpy(blocking=False) for number in range(4)]
x.to_numpy(blocking=False)
x.to_numpy(blocking=False, out=np.empty({length}, np.float32), progress=lambda done, total: None)
""")


def test_a_process_ends_while_a_callback_runs():
    run("""
import time
entered = threading.Event()
later = fs.ones(10).to_numpy(blocking=False, progress=lambda *state: entered.set() or time.sleep(0.3))
entered.wait()
""")


def another_thread_goes_on(during):
    """Whether another thread runs while `during` does: in 10 calls of at most 30, so that neither a busy
    machine nor a switch of threads just before a call decides."""
    count, stop, seen = 0, threading.Event(), 0

    def tick():
        nonlocal count
        while not stop.wait(0.001):
            count += 1

    thread = threading.Thread(target=tick)
    thread.start()
    for _ in range(30):
        before = count
        during()
        seen += count - before >= 5
        if seen == 10:
            break
    stop.set()
    thread.join()
    return seen == 10


def test_other_threads_go_on_during_copies(tmp_path):
    host = np.arange(2 * LARGE, dtype=np.float32)
    big = fs.asarray(host)
    out = np.empty_like(host)
    for call in (
        lambda: big.to_numpy(out=out),
        lambda: fs.asarray(host),
        lambda: fs.save(tmp_path / "x.npy", big[:LARGE]),
    ):
        assert another_thread_goes_on(call)


def test_the_check_of_other_threads_sees_a_held_interpreter():
    import ctypes

    assert not another_thread_goes_on(lambda: ctypes.PyDLL(None).usleep(30_000))
