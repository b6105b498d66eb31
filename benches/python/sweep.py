"""Transfers of every size: 1 MiB to 8 GiB, up and down, in GB/s."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from measure import Effort, measure
from peers import FARSHORE, NUMPY_REUSE, RAW, Peer
from record import Record
from tasks import MI, Task

SIZES = (*(MI << shift for shift in range(0, 14, 2)), 8192 * MI)
QUICK_LARGEST = 16 * MI
UP = Task("sweep_up", "host to new memory of the device", "upload", ())
DOWN = Task("sweep_down", "device to a new host array", "readback", ())
FULL = Effort(warm_ups=1, least=3, most=40, seconds=3)
QUICK = Effort(warm_ups=1, least=3, most=5, seconds=0.2)


def batches(peers: list[Peer], quick: bool) -> Iterator[list[Record]]:
    """The records of each size, as soon as they are there."""
    taking_part = [peer for peer in peers if peer.name not in (NUMPY_REUSE, RAW)]
    most = min(largest(peers), QUICK_LARGEST if quick else SIZES[-1])
    for nbytes in SIZES:
        if nbytes <= most:
            effort = QUICK if quick else FULL
            yield [
                record for task in (UP, DOWN) for record in measure(task, nbytes // 4, taking_part, effort)
            ]


def largest(peers: list[Peer]) -> int:
    """Bytes: what Farshore's device can hold as one array, and at most a quarter of the free host memory."""
    limits = [peer.device.limits["array_bytes"] for peer in peers if peer.name == FARSHORE]
    return min([free_memory() // 4, *limits])


def free_memory() -> int:
    try:
        found = re.search(r"^MemAvailable:\s*(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    # Other systems tell it elsewhere, or not at all.
    return int(found[1]) * 1024 if found else 8192 * MI


def progress(batch: list[Record]) -> str:
    errors = [f"  ! {record.op}, {record.peer}: {record.error}" for record in batch if record.error]
    return "\n".join([f"{_size(batch[0])}: {len(batch)} measured", *errors])


def markdown(records: list[Record]) -> str:
    """A line for each size, a column for each direction and peer: GB/s of the median, 10^9 bytes each."""
    columns = list(dict.fromkeys((record.op, record.peer) for record in records))
    columns.sort(key=lambda column: column[0] != UP.op)
    names = [f"{'up' if op == UP.op else 'down'}, {peer}" for op, peer in columns]
    rows: dict[str, dict[tuple[str, str], str]] = {}
    for record in records:
        rows.setdefault(_size(record), {})[record.op, record.peer] = _speed(record)
    table = [["GB/s", *names]]
    table += [[name, *(row.get(column, "") for column in columns)] for name, row in rows.items()]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        f"| {' | '.join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in table
    ]
    lines.insert(1, f"|{'|'.join('-' * (width + 1) + ':' for width in widths)}|")
    return "\n".join([*lines, ""])


def _size(record: Record) -> str:
    mebibytes = record.shape[0] * 4 // MI
    return f"{mebibytes} MiB" if mebibytes < 1024 else f"{mebibytes // 1024} GiB"


def _speed(record: Record) -> str:
    if record.error or not record.wall_median_ms:
        return "FAILED"
    return f"{record.shape[0] * 4 / record.wall_median_ms / 1e6:.2f}"
