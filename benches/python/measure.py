"""Rounds: in each, every peer runs the task once, so that what disturbs one disturbs all."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from peers import Case, LeftOut, Peer
from record import Record, commit
from tasks import Task


@dataclass(frozen=True)
class Effort:
    """How long to go on: at least `least` rounds, at most `most`, no new one after `seconds`."""

    warm_ups: int
    least: int
    most: int
    seconds: float


MOST_MORE = 1 << 30
"""Bytes of memory beyond those of the array that `touch` fills at most."""

FULL = Effort(warm_ups=3, least=15, most=60, seconds=6)
QUICK = Effort(warm_ups=2, least=3, most=15, seconds=0.5)


@dataclass
class Runner:
    """A peer at work on one task."""

    case: Case
    record: Record
    nbytes: int
    """Of host memory that was in use a moment ago, free for each run."""
    seconds: list[float]

    def once(self) -> float:
        touch(self.nbytes)
        start = time.perf_counter()
        result = self.case.run()
        elapsed = self.case.seconds(result, time.perf_counter() - start)
        # Not in the time, and not kept for the next round either.
        del result
        self.case.tidy()
        return elapsed / self.case.calls


def measure(task: Task, length: int, peers: list[Peer], effort: Effort) -> list[Record]:
    inputs = task.inputs(length)
    runners, records = [], []
    for peer in peers:
        record = blank(peer, task.op, task.title, [length], task.dtype)
        try:
            runner = start(task, peer, inputs, record)
        except LeftOut:
            continue
        except Exception as error:
            record.error = f"{type(error).__name__}: {error}"
        else:
            runners.append(runner)
        records.append(record)
    interleave(runners, effort)
    for runner in runners:
        # Once more at the end: by now the memory of earlier results was used again.
        verify(task, runner.case, runner.case.run(), inputs, runner.record)
        runner.case.close()
    runners.clear()
    gc.collect()
    return records


def blank(peer: Peer, op: str, title: str, shape: list[int], dtype: str) -> Record:
    where = peer.where
    return Record(
        op=op,
        title=title,
        shape=shape,
        dtype=dtype,
        layout="C",
        peer=peer.name,
        peer_version=peer.version,
        adapter=where.adapter,
        backend=where.backend,
        driver=where.driver,
        commit=commit(),
    )


def start(task: Task, peer: Peer, inputs: list[np.ndarray], record: Record) -> Runner:
    """The first call, timed and verified."""
    case = peer.prepare(task, inputs)
    nbytes = min(2 * inputs[0].nbytes, inputs[0].nbytes + MOST_MORE) if task.copies else 0
    touch(nbytes)
    begin = time.perf_counter()
    result = case.run()
    elapsed = case.seconds(result, time.perf_counter() - begin)
    record.first_call_ms = elapsed / case.calls * 1e3
    verify(task, case, result, inputs, record)
    if case.crossings is not None:
        moved = case.crossings()
        record.bytes_to_device = moved.bytes_to_device
        record.bytes_to_host = moved.bytes_to_host
        record.transfers = moved.transfers
        if moved.transfers != task.transfers:
            record.error = f"{moved.transfers} transfers where {task.transfers} should be counted"
    return Runner(case, record, nbytes, [])


def verify(task: Task, case: Case, result: object, inputs: list[np.ndarray], record: Record) -> None:
    error = task.worst_error(case.to_host(result), inputs)
    record.worst_error = max(error, record.worst_error or 0.0)
    record.verified = record.worst_error <= task.tolerance
    if not record.verified:
        record.error = f"off by {record.worst_error:.3g} where {task.tolerance:g} is allowed"


def interleave(runners: list[Runner], effort: Effort) -> None:
    for _ in range(effort.warm_ups):
        for runner in runners:
            runner.once()
    before = {id(runner): counters(runner) for runner in runners}
    deadline = time.perf_counter() + effort.seconds
    for number in range(effort.most):
        if number >= effort.least and time.perf_counter() > deadline:
            break
        # Another one first in every round: nobody always finds the caches as the same neighbour left them.
        turn = number % max(1, len(runners))
        for runner in runners[turn:] + runners[:turn]:
            runner.seconds.append(runner.once())
    for runner in runners:
        runner.record.warm_ups = effort.warm_ups
        runner.record.take(runner.seconds)
        after = counters(runner)
        if after is not None:
            created = {name: after[name] - before[id(runner)][name] for name in after}
            runner.record.created = created
            if any(count >= runner.record.n for count in created.values()):
                runner.record.error = "a steady program creates nothing for an operation, this one did"


def touch(nbytes: int) -> None:
    """Uses memory and frees it.

    A hypervisor takes free memory away after a second, and giving it back takes ten times as long as a copy:
    whose run came late would lose.
    """
    np.empty(nbytes, np.uint8).fill(1)


def counters(runner: Runner) -> dict[str, int] | None:
    return runner.case.counters and runner.case.counters()


def seconds_of(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
