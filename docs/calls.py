"""Writes the tables of `transfers.md`: each call of `calls.txt` is run, and what it did is what stands there.

`python docs/calls.py` writes them, between the lines `<!-- begin: name -->` and `<!-- end: name -->`; with
`--check`, it fails when the page is not what it would write. What a call moves is read from a ledger, what it
raises is caught, and whether it waits is seen by the work of the device that is under way: `Busy`.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import difflib
import io
import re
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import farshore as fs
from operands import CASES, MODULES, OPERANDS, Case

PAGE = Path(__file__).with_name("transfers.md")
CALLS = Path(__file__).with_name("calls.txt")
POLICIES = ["explicit", "warn", "allow", "forbid"]
CLASSES = ["bulk", "scalar", "upload"]
TITLES = {
    "moves": "moves",
    "kind": "counted as",
    "words": "words",
    "waits": "waits",
    "raises": "raises",
    "y": "`y` is then",
}


class Row(NamedTuple):
    """Calls that do the same."""

    calls: list[str]
    shown: int
    """How many of them the page shows."""
    remark: str
    cases: list[Case]


class Table(NamedTuple):
    columns: list[str]
    directions: bool
    """Whether the column "moves" says to where."""
    rows: list[Row]


def tables() -> dict[str, Table]:
    """Those of `calls.txt`, by name."""
    found: dict[str, Table] = {}
    calls: list[str] = []
    for text in CALLS.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[([a-z ]+)\](.*)", text):
            columns = heading[2].split()
            rows: list[Row] = []
            found[heading[1]] = Table(
                [one for one in columns if one in TITLES], "directions" in columns, rows
            )
        elif text.startswith("    ?"):
            rows[-1] = rows[-1]._replace(cases=CASES[text[6:]])
        elif text.startswith("    "):
            shown = calls.index("...") if "..." in calls else len(calls)
            rows.append(Row([one for one in calls if one != "..."], shown, text.strip(), []))
            calls = []
        elif text and not text.startswith("#"):
            calls += text.split(" ; ")
    return found


class Busy:
    """Work for the device of 40 ms or more. A call waits if the work that was recorded before it is done
    when it returns: synchronizing then takes no longer than what the call recorded itself."""

    def __init__(self) -> None:
        self.seconds, length, self.times = 0.0, 1 << 18, 1
        while self.seconds < 0.04 and self.times < 32:
            length, self.times = (2 * length, 1) if length < 1 << 25 else (length, 2 * self.times)
            self.source = fs.zeros(length)
            self.record()
            self.rest()  # the first time, the kernel is compiled
            self.seconds = min(self.once() for _ in range(3))

    def once(self) -> float:
        self.record()
        return self.rest()

    def record(self) -> None:
        for _ in range(self.times):
            wave = self.source
            for _ in range(8):
                wave = fs.sin(wave)
            fs.evaluate(wave)

    def rest(self) -> float:
        """Seconds until the device has done all that was recorded."""
        start = time.perf_counter()
        fs.synchronize()
        return time.perf_counter() - start

    def waits(self, *calls: str) -> bool:
        """Whether one of the calls waits."""
        votes = {True: 0, False: 0}
        # One may be chance: the machine has other things to do, too.
        while 2 not in votes.values():
            each = [(code, prepared(code)) for code in calls]
            fs.synchronize()
            self.record()
            with fs.transfers("explicit"):
                for code, values in each:
                    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                        run(code, values)
            votes[self.rest() < self.seconds / 4] += 1
        return votes[True] == 2


def names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def prepared(code: str) -> dict[str, Any]:
    """What the names in `code` stand for, made anew."""
    return {name: OPERANDS[name]() for name in names(code) & OPERANDS.keys()}


def run(code: str, values: dict[str, Any]) -> Any:
    """The value of the last expression, as at Python's prompt."""
    tree = ast.parse(code)
    if isinstance(tree.body[-1], ast.Expr):
        tree.body[-1] = ast.Assign([ast.Name("_", ast.Store())], tree.body[-1].value)
    ast.fix_missing_locations(tree)
    function = compile(tree, code, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    everything = {**MODULES, **values}
    awaited = eval(function, everything)
    if asyncio.iscoroutine(awaited):
        asyncio.run(awaited)
    values.update(everything)
    return everything.get("_")


def moved(log: fs.Ledger, directions: bool) -> str:
    """`24 bytes`, `3 × 4 bytes to host`."""
    crossings = Counter((one["direction"], one["nbytes"]) for one in log.crossings)
    parts = []
    for (direction, nbytes), count in crossings.items():
        times = f"{count} × " if count > 1 else ""
        parts.append(f"{times}{nbytes} byte{'s' * (nbytes != 1)}" + f" {direction}" * directions)
    return ", ".join(parts)


def cells(code: str, directions: bool) -> dict[str, str]:
    """What is to be said of one call, but for waiting."""
    values, raised = prepared(code), ""
    with fs.transfers("explicit") as log, contextlib.redirect_stdout(io.StringIO()):
        try:
            value = run(code, values)
            if isinstance(value, fs.Readback):
                value.result()
        except Exception as error:
            raised = f"`{type(error).__name__}`"
    state = ""
    if "y" in names(code):
        state = "pending" if values["y"].is_pending else "computed"
    return {
        "moves": moved(log, directions),
        "kind": ", ".join(sorted({one["kind"] for one in log.crossings})),
        "words": ", ".join(sorted({one["spoken"] for one in log.crossings})),
        "waits": "",
        "raises": raised,
        "y": state,
    }


def measured(row: Row, table: Table, busy: Busy) -> dict[str, str]:
    """What is to be said of all calls of a row."""
    each = {code: cells(code, table.directions) for code in row.calls}
    if busy.waits(*row.calls):
        for code, found in each.items():
            found["waits"] = "yes" if len(each) == 1 or busy.waits(code) else ""
    return common(each)


def common(each: dict[str, Any]) -> Any:
    """What all calls of a row do."""
    first, *rest = each
    for code in rest:
        if each[code] != each[first]:
            raise SystemExit(f"`{code}` needs another row than `{first}`: {each[code]}, not {each[first]}")
    return each[first]


def lines(row: Row, table: Table, busy: Busy) -> list[list[str]]:
    """The lines of a row: one, or one for each of its cases that has a name."""
    found = measured(row, table, busy)
    for name, text in found.items():
        if text and name not in table.columns and name != "y":
            raise SystemExit(f"`{row.calls[0]}` does not belong here: {TITLES[name]} {text}")
    if not row.cases:
        return [line(code_cell(row), found, row, table)]
    here = next(case for case in row.cases if case.here)
    if found != {**dict.fromkeys(found, ""), **here.cells}:
        raise SystemExit(f"`{row.calls[0]}` was to be {here}, but is {found}")
    shown = [case for case in row.cases if case.label is not None]
    return [
        line(f"{code_cell(row)}; {case.label}".removesuffix("; "), case.cells, row, table) for case in shown
    ]


def line(call: str, found: dict[str, str], row: Row, table: Table) -> list[str]:
    said = {"moves": "nothing", "waits": "no"} | {name: text for name, text in found.items() if text}
    return [call, *(said.get(name, "") for name in table.columns), row.remark]


def code_cell(row: Row) -> str:
    shown = ", ".join(f"`{code}`".replace("|", "\\|") for code in row.calls[: row.shown])
    return shown + " and so on" * (row.shown < len(row.calls))


def markdown(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines).replace("  |", " |")


def written(table: Table, busy: Busy) -> str:
    header = ["call", *(TITLES[name] for name in table.columns), ""]
    return markdown(header, [one for row in table.rows for one in lines(row, table, busy)])


def answer(code: str, **policies: str) -> str:
    """What a policy answers to a request."""
    values = prepared(code)
    with (
        fs.transfers(**policies) as log,
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("always")
        try:
            run(code, values)
        except fs.TransferError as error:
            return f"`{type(error).__name__}`"
    warned = any(issubclass(one.category, fs.ImplicitTransferWarning) for one in caught)
    return ("moves" if len(log) else "moves nothing") + ", warns" * warned


def policies(rows: list[Row]) -> str:
    """The table of policies, and which of the three classes guards each request."""
    lines = []
    for row in rows:
        each = {}
        for code in row.calls:
            found = [answer(code, policy=policy) for policy in POLICIES]
            guards = [one for one in CLASSES if answer(code, policy="allow", **{one: "forbid"}) != found[2]]
            each[code] = [", ".join(guards), *found]
        lines.append([code_cell(row), *common(each), row.remark])
    return markdown(["request", "class", *(f'`"{one}"`' for one in POLICIES), ""], lines)


def page() -> str:
    """The page with its tables made anew."""
    text = PAGE.read_text(encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        busy = Busy()
        for name, table in tables().items():
            made = policies(table.rows) if name == "policies" else written(table, busy)
            begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->"
            before, found, rest = text.partition(begin)
            _, ended, after = rest.partition(end)
            if not found or not ended:
                raise SystemExit(f"{PAGE.name} needs the lines {begin.strip()} and {end}")
            text = f"{before}{begin}\n{made}\n{end}{after}"
    return text


def main(arguments: list[str]) -> int:
    """Write the page, or check it; gives the exit status."""
    old, new = PAGE.read_text(encoding="utf-8"), page()
    if arguments != ["--check"]:
        PAGE.write_text(new, encoding="utf-8")
    elif old != new:
        difference = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
        print(*difference, sep="\n", file=sys.stderr)
        print(f"{PAGE.name} does not say what the calls do: run `make docs`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
