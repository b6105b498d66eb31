"""What it costs to write one operation down, without running it; and that nothing else is created for it."""

from __future__ import annotations

import numpy as np
from measure import Effort, blank, seconds_of
from peers import FARSHORE, NUMPY, Peer
from record import Record

OP = "record"
OPERATIONS = 2000
FORMS = ("a * b", "a + 1", "add(a, b)")


def recording(peers: list[Peer], effort: Effort) -> list[Record]:
    """Milliseconds of one operation: recorded by Farshore, computed on one element by NumPy."""
    taking_part = [peer for peer in peers if peer.name in (FARSHORE, NUMPY)]
    records, loops, seconds = [], [], []
    for form in FORMS:
        for peer in taking_part:
            fs = getattr(peer, "fs", None)
            title = f"record {form}" if fs else f"compute {form}"
            records.append(blank(peer, OP, title, [1], "float32"))
            loops.append(_loop(form, np if fs is None else fs))
            seconds.append([])
    rounds = max(effort.least, effort.most // 2)
    for loop in loops:
        loop()
    before = [_created(peer) for peer in taking_part]
    for number in range(rounds):
        for at, loop in enumerate(loops):
            elapsed = seconds_of(loop) / OPERATIONS
            if number >= effort.warm_ups:
                seconds[at].append(elapsed)
    after = [_created(peer) for peer in taking_part]
    for at, record in enumerate(records):
        record.warm_ups = effort.warm_ups
        record.take(seconds[at])
        who = at % len(taking_part)
        if before[who] is not None:
            record.created = {name: after[who][name] - before[who][name] for name in before[who]}
            record.verified = not any(record.created.values())
            if not record.verified:
                record.error = f"created while recording: {record.created}"
    return records


def _loop(form: str, xp):
    a = xp.asarray(np.ones(1, np.float32))
    b = xp.asarray(np.ones(1, np.float32))
    count = range(OPERATIONS)
    match form:
        case "a * b":

            def loop() -> None:
                for _ in count:
                    a * b
        case "a + 1":

            def loop() -> None:
                for _ in count:
                    a + 1
        case _:
            add = xp.add

            def loop() -> None:
                for _ in count:
                    add(a, b)

    return loop


def _created(peer: Peer) -> dict[str, int] | None:
    return peer.created() if hasattr(peer, "created") else None
