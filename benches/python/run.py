"""Farshore beside NumPy, a kernel written by hand, and whatever else is installed.

python benches/python/run.py [--quick] [--only NAME] [--json FILE] [--save]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import fresh
import report
from measure import FULL, QUICK, measure
from peers import FARSHORE, Peer, open_all
from record import ROOT, Record, environment
from recording import OP as RECORD
from recording import recording
from tasks import TASKS, lens

RESULTS = ROOT / "benches" / "results"
NAMES = [*(task.op for task in TASKS), RECORD, fresh.COLD, fresh.IMPORT]


def main() -> int:
    options = arguments()
    peers, left_out = open_all()
    run = environment({peer.name: peer.version for peer in peers})
    run["wheel"] = fresh.wheel()
    lines = [*facts(run, peers), *left_out]
    print("\n".join(lines), end="\n\n")
    print(report.head())
    records: list[Record] = []
    for batch in batches(peers, options):
        for group in report.groups(batch):
            print(report.text(group), flush=True)
        records += batch
    print(f"{report.RULE}\n{reading()}")

    data = {"run": run, "records": [asdict(record) for record in records]}
    if options.json:
        write(options.json, data)
    if options.save:
        adapter = next((peer.where.adapter for peer in peers if peer.name == FARSHORE), "host")
        place = report.path(RESULTS, str(run["date"]), adapter)
        write(place.with_name(place.name + ".json"), data)
        table = place.with_name(place.name + ".md")
        table.write_text(report.markdown(lines, records))
        print(f"saved: {table.relative_to(ROOT)} and .json")
    failed = [record for record in records if record.error]
    if failed:
        print(f"{len(failed)} of {len(records)} records failed", file=sys.stderr)
    return bool(failed)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time Farshore beside its peers.")
    parser.add_argument("--quick", action="store_true", help="short arrays and few rounds: does it work?")
    parser.add_argument("--only", metavar="NAME", action="append", choices=NAMES, help=", ".join(NAMES))
    parser.add_argument("--json", metavar="FILE", type=Path, help="write every record here")
    parser.add_argument(
        "--save", action="store_true", help="write benches/results/<date>-<adapter>.{json,md}"
    )
    return parser.parse_args()


def batches(peers: list[Peer], options: argparse.Namespace) -> Iterator[list[Record]]:
    """The records of each task, as soon as they are there."""
    effort = QUICK if options.quick else FULL
    wanted = options.only or NAMES
    for task in TASKS:
        if task.op in wanted:
            for length in lens(task, options.quick):
                yield measure(task, length, peers, effort)
    if RECORD in wanted:
        yield recording(peers, effort)
    if fresh.COLD in wanted:
        yield fresh.first_results(peers, 1 if options.quick else 5)
    if fresh.IMPORT in wanted:
        yield fresh.imports(peers, 3 if options.quick else 9)


def facts(run: dict, peers: list[Peer]) -> list[str]:
    wheel = run["wheel"]
    lines = [
        f"{run['date']}, commit {run['commit']}",
        f"host: {run['processor']}, {run['cores']} cores, load {run['load']:.1f}"
        if run["load"] is not None
        else f"host: {run['processor']}, {run['cores']} cores",
        f"NumPy {run['numpy']}, Python {run['python']}",
    ]
    lines += [
        f"{peer.name} {peer.version}: {', '.join(filter(None, vars(peer.where).values()))}"
        for peer in peers
        if not peer.name.startswith("numpy")
    ]
    lines.append(
        f"wheel: {wheel[1] / 1e6:.1f} MB ({wheel[0]})" if wheel else "wheel: none was built (`make wheel`)"
    )
    return lines


def reading() -> str:
    return (
        "Ratios are of medians; above 1 is faster than NumPy, or than the kernel written by hand.\n"
        "Computations: inputs and result stay on the device, which has finished when the clock stops;\n"
        "NumPy's result is a fresh array, except that of `numpy out=`. Transfers: NumPy's is array.copy().\n"
        "Every result is compared with NumPy's in float64, every transferred one bit by bit."
    )


def write(path: Path, data: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
