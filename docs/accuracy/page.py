"""The table of `accuracy.md`: what is written there, and whether it lacks something."""

from __future__ import annotations

import datetime
import importlib.metadata
import re
from pathlib import Path

import farshore as fs
import numpy as np

from accuracy.exact import libraries
from accuracy.functions import ROWS, bound
from accuracy.measure import DTYPES, Finding, Measured, dtypes, keeps_subnormals
from accuracy.ulps import PART

PAGE = Path(__file__).parent.with_suffix(".md")
BEGIN, END = "<!-- begin: errors -->\n", "<!-- end: errors -->"
HEADER = ["function", "dtype", "samples", "worst error in ulps", "at", "NumPy", "builtin"]


def where() -> str:
    """The adapter and the driver."""
    device = fs.default_device()
    return f"{device.name} ({device.id.partition(':')[0]}), driver {device.driver}"


def versions() -> str:
    found = [f"Farshore {fs.__version__}", f"NumPy {np.__version__}"]
    for name, title in (("scipy", "SciPy"), ("wgpu", "wgpu-py")):
        try:
            found.append(f"{title} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"no {title}")
    return ", ".join([*found, f"exact results by {libraries()[0].name}"])


def cells(one: Measured) -> list[str]:
    """One line of the table."""
    ours = one.found["farshore"]
    at = ", ".join(str(x) for x in ours.at)
    others = [figure(one.found[name]) if name in one.found else "" for name in ("numpy", "builtin")]
    every = {"float16": 1 << 16, "float32": 1 << 32}.get(one.dtype) == ours.samples and not one.row.pairs
    samples = f"all {ours.samples}" if every else str(ours.samples)
    return [f"`{one.row.name}`", one.dtype, samples, figure(ours), f"`{at}`" * bool(ours.ulps), *others]


def figure(found: Finding) -> str:
    """`0.50`, `1.2e+07`, `1.10; 3 wrong`; beyond 1e20 nothing is learnt from the number."""
    text = (
        f"{found.ulps:.2f}" if found.ulps < 1000 else f"{found.ulps:.1e}" if found.ulps < 1e20 else "> 1e+20"
    )
    return f"{text if found.ulps else '0'}" + f"; {found.wrong} wrong" * bool(found.wrong)


def save(results: list[Measured], command: str, page: Path = PAGE) -> None:
    """Write these results; what else was measured on this adapter, with this driver, stays."""
    text = page.read_text(encoding="utf-8")
    before, old, after = _split(text)
    kept = _rows(old) if where() in old else {}
    new = {(one.row.name, one.dtype): cells(one) for one in results}
    order = [(row.name, dtype) for row in ROWS for dtype in DTYPES]
    rows = [(kept | new)[key] for key in order if key in kept or key in new]
    today = datetime.datetime.now(datetime.UTC).date()
    device = fs.default_device()
    controls = [
        [
            dtype,
            "float32, and rounded" if dtype == "float16" else PART.get(dtype, dtype),
            "as written" if device.capabilities["strict_arithmetic"] else "the driver may reorder it",
            "kept" if keeps_subnormals(PART.get(dtype, dtype)) else "flushed to 0, and not measured",
        ]
        for dtype in DTYPES
        if dtype in device.dtypes
    ]
    made = [
        f"On {where()}; {versions()}; {today}; `{command}`.\n",
        markdown(["dtype", "computed in", "arithmetic", "subnormals"], controls),
        markdown(HEADER, rows),
    ]
    page.write_text(f"{before}{BEGIN}\n" + "\n".join(made) + f"\n{END}{after}", encoding="utf-8")


def faults(page: Path = PAGE) -> list[str]:
    """What the page lacks of what is on this device, and which of its figures are too large."""
    known = _rows(_split(page.read_text(encoding="utf-8"))[1])
    found = []
    for row in ROWS:
        for dtype in dtypes(row):
            line = known.get((row.name, dtype))
            if line is None:
                found.append(f"{row.name} of {dtype} is missing")
            elif "wrong" in line[3] or float(line[3]) > bound(row, dtype):
                found.append(f"{row.name} of {dtype}: {line[3]} ulps, and {bound(row, dtype)} is the bound")
    return found


def markdown(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines).replace("  |", " |")


def _split(text: str) -> tuple[str, str, str]:
    before, found, rest = text.partition(BEGIN)
    old, ended, after = rest.partition(END)
    if not found or not ended:
        raise SystemExit(f"{PAGE.name} needs the lines {BEGIN.strip()} and {END}")
    return before, old, after


def _rows(text: str) -> dict[tuple[str, str], list[str]]:
    """The lines of the table, by function and dtype."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", text, re.M)
    ]
    return {
        (line[0].strip("`"), line[1]): line for line in lines if len(line) == len(HEADER) and "`" in line[0]
    }
