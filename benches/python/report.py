"""Records as a table: in a terminal as they come, and as Markdown."""

from __future__ import annotations

import math
from itertools import groupby
from pathlib import Path

from peers import FARSHORE, NUMPY
from record import Record

HEAD = ("peer", "median", "min", "p95", "first call", "vs NumPy", "Farshore is", "result")
WIDTHS = (13, 11, 11, 11, 12, 10, 12, 12)
TRANSFERS = ("upload", "upload_into", "readback", "readback_out", "map", "issue", "stall")
SMALL = ("refusal", "refusal_deep", "scalar", "element")
RULE = "─" * 98


def head() -> str:
    return f"  {_row(HEAD)}\n{RULE}"


def groups(records: list[Record]) -> list[list[Record]]:
    """Those that are compared with each other, in order."""

    def key(record: Record) -> tuple:
        # Recording is compared with computing one element.
        return record.op, record.shape, record.title.removeprefix("record ").removeprefix("compute ")

    return [list(group) for _, group in groupby(records, key)]


def text(group: list[Record]) -> str:
    """One group: what was done, then a line for each peer."""
    lines = [title(group[0])]
    lines += [f"  {_row(cells(record, group))}" for record in group]
    # Wrapped by nobody: an error is worth its whole line.
    lines += [f"  ! {record.peer}: {record.error}" for record in group if record.error]
    lines += [
        f"  ! {record.peer} created in the timed runs: {made(record)}" for record in group if made(record)
    ]
    return "\n".join(lines)


def page(facts: list[str], table: str) -> str:
    return "\n".join(["# Farshore beside its peers", "", *(f"- {fact}" for fact in facts), "", table])


def markdown(records: list[Record]) -> str:
    lines = ["| task | " + " | ".join(HEAD) + " |", "|---" * 2 + "|--:" * (len(HEAD) - 2) + "|---|"]
    for group in groups(records):
        for record in group:
            first = title(record) if record is group[0] else ""
            error = f": {record.error}" if record.error else ""
            lines.append(f"| {first} | " + " | ".join(cells(record, group)) + error + " |")
    return "\n".join([*lines, ""])


def title(record: Record) -> str:
    if not record.shape:
        return record.title
    length = math.prod(record.shape)
    if record.op == "record":
        form = record.title.removeprefix("record ").removeprefix("compute ")
        return f"{record.op} · one operation, {form} (NumPy: done, on one element)"
    if record.op in SMALL:
        return f"{record.op} · {record.title}"
    nbytes = f" ({length * 4 / 2**20:.0f} MiB)" if record.op in TRANSFERS else ""
    return f"{record.op} · {record.title} · {size(length)} {record.dtype}{nbytes}"


def cells(record: Record, group: list[Record]) -> tuple[str, ...]:
    return (
        record.peer,
        duration(record.wall_median_ms),
        duration(record.wall_min_ms),
        duration(record.wall_p95_ms),
        duration(record.first_call_ms),
        ratio(record, _of(NUMPY, group)),
        ratio(_of(FARSHORE, group), record),
        outcome(record),
    )


def outcome(record: Record) -> str:
    if record.error:
        return "FAILED"
    if record.verified is None:
        return ""
    # Recording gives no values: what is verified is that it creates nothing else. NumPy refuses nothing.
    return "as promised" if record.op in ("record", "refusal", "refusal_deep") else "as NumPy's"


def ratio(record: Record | None, other: Record | None) -> str:
    """How many times faster `record` is than `other`, by the medians; nothing for itself."""
    if record is None or other is None or other is record:
        return ""
    if not record.wall_median_ms or not other.wall_median_ms:
        return ""
    return f"{other.wall_median_ms / record.wall_median_ms:.2f}x"


def _of(name: str, group: list[Record]) -> Record | None:
    return next((one for one in group if one.peer == name), None)


def duration(milliseconds: float | None) -> str:
    if milliseconds is None:
        return ""
    if milliseconds < 1:
        return f"{milliseconds * 1e3:.3g} µs" if milliseconds < 0.1 else f"{milliseconds * 1e3:.0f} µs"
    return f"{milliseconds:.2f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"


def size(length: int) -> str:
    return f"{length >> 20} Mi" if length and length % (1 << 20) == 0 else f"{length:,}"


def made(record: Record) -> str:
    created = record.created or {}
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in created.items() if count)


def slug(adapter: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in adapter.lower()).split()
    return "-".join(words) or "unknown"


def path(folder: Path, date: str, adapter: str, ending: str) -> Path:
    """Where a saved run goes, without the suffix of the file."""
    return folder / f"{date[:10]}-{slug(adapter)}{ending}"


def _row(values: tuple[str, ...]) -> str:
    first, *middle, last = [
        value.ljust(width) if at in (0, len(WIDTHS) - 1) else value.rjust(width)
        for at, (value, width) in enumerate(zip(values, WIDTHS, strict=True))
    ]
    return f"{first}{''.join(middle)}  {last}".rstrip()
