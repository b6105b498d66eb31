"""`make accuracy`: measures every function of the table that Farshore has, and prints its worst errors.

The status is 1 if a function passes its bound. Every run takes the same samples, unless it is given a --seed.
"""

from __future__ import annotations

import argparse
import sys
import warnings

import farshore as fs

from accuracy import page
from accuracy.builtin import Builtins
from accuracy.functions import EXACT, ROWS, Row, bound
from accuracy.measure import Measured, dtypes, exhausted, measured

COMMAND = "make accuracy"


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="this function, and others so named")
    parser.add_argument("--dtype", action="append", help="this dtype, and others so named")
    parser.add_argument(
        "--samples", type=int, default=40_000, metavar="N", help="for each function and dtype"
    )
    parser.add_argument("--seed", type=int, default=0, help="other samples than those of every run")
    parser.add_argument(
        "--exhaustive", action="store_true", help="all float32 values; minutes for a function"
    )
    parser.add_argument("--save", action="store_true", help="write the table of docs/accuracy.md")
    parser.add_argument("--check", action="store_true", help="measure nothing: is all in docs/accuracy.md?")
    return parser.parse_args(arguments)


def opened() -> Builtins | None:
    """The driver's functions, on the adapter that Farshore uses."""
    device = fs.default_device()
    try:
        return Builtins(device.id.partition(":")[0], device.name)
    except LookupError as reason:
        print(f"Without the driver's own functions: {reason}", file=sys.stderr)
        return None


def swept(row: Row, builtins: Builtins | None) -> Measured:
    """All of float32, with a line that tells how far it is."""
    for one in exhausted(row, builtins):
        if sys.stderr.isatty():
            share = one.found["farshore"].samples / (1 << 32)
            print(
                f"\r{row.name}: {share:.1%}, {page.figure(one.found['farshore'])} ", end="", file=sys.stderr
            )
    if sys.stderr.isatty():
        print(end="\r\x1b[K", file=sys.stderr)
    return one


def told(one: Measured) -> bool:
    """Print a result; whether it is within the bound."""
    function, *rest = page.cells(one)
    most, ours = bound(one.row, one.dtype), one.found["farshore"]
    fine = ours.ulps <= most and not ours.wrong
    print(" | ".join([function.strip("`").ljust(11), *rest]), flush=True)
    if not fine:
        for name, found in one.found.items():
            if found.wrong:
                print(f"    {name} is wrong at {', '.join(map(repr, found.wrong_at))}")
        print(f"    the bound is {most:g} ulps")
    return fine


def main(arguments: list[str]) -> int:
    options = parsed(arguments)
    warnings.simplefilter("ignore", fs.SoftwareDeviceWarning)
    if options.check:
        found = page.faults()
        print(*found, sep="\n", file=sys.stderr)
        return len(found) > 0
    names = {row.name for row in ROWS}
    if unknown := set(options.only or ()) - names:
        raise SystemExit(
            f"there is no sampler for {', '.join(unknown)}: add a row to docs/accuracy/functions.py"
        )
    results, fine, builtins = [], True, opened()
    print(" | ".join(page.HEADER))
    for row in ROWS:
        if options.only and row.name not in options.only:
            continue
        for dtype in dtypes(row):
            if options.dtype and dtype not in options.dtype:
                continue
            if options.exhaustive and (dtype != "float32" or row.pairs):
                continue
            one = (
                swept(row, builtins)
                if options.exhaustive
                else measured(row, dtype, options.samples, options.seed, builtins)
            )
            fine &= told(one)
            results.append(one)
    if left := unmeasured():
        print(f"Not measured, for want of a sampler: {', '.join(left)}", file=sys.stderr)
    if options.save:
        page.save(
            results, " ".join([COMMAND, *([f"ACCURACY_ARGS='{' '.join(arguments)}'"] if arguments else [])])
        )
    return not fine


def unmeasured() -> list[str]:
    """The ufuncs that round, and have no row."""
    ufuncs = {name for name in fs.__all__ if isinstance(getattr(fs, name), fs.ufunc)}
    return sorted(ufuncs - EXACT - {row.name for row in ROWS})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
