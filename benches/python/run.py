"""Farshore beside NumPy, a kernel written by hand, and whatever else is installed.

python benches/python/run.py [--quick] [--only NAME | --sweep] [--json FILE] [--save]
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
import sweep
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
    records: list[Record] = []
    if options.sweep:
        for batch in sweep.batches(peers, options.quick):
            print(sweep.progress(batch), flush=True)
            records += batch
        table = sweep.markdown(records)
        print(f"\n{table}")
    else:
        print(report.head())
        for batch in batches(peers, options):
            for group in report.groups(batch):
                print(report.text(group), flush=True)
            records += batch
        print(f"{report.RULE}\n{reading()}")
        table = report.markdown(records)

    data = {"run": run, "records": [asdict(record) for record in records]}
    if options.json:
        write(options.json, data)
    if options.save:
        adapter = next((peer.where.adapter for peer in peers if peer.name == FARSHORE), "host")
        place = report.path(RESULTS, str(run["date"]), adapter, "-sweep" if options.sweep else "")
        write(place.with_name(place.name + ".json"), data)
        page = place.with_name(place.name + ".md")
        page.write_text(report.page(lines, table))
        print(f"saved: {page.relative_to(ROOT)} and .json")
    failed = [record for record in records if record.error]
    if failed:
        print(f"{len(failed)} of {len(records)} records failed", file=sys.stderr)
    return bool(failed)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time Farshore beside its peers.")
    parser.add_argument("--quick", action="store_true", help="short arrays and few rounds: does it work?")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--only", metavar="NAME", action="append", choices=NAMES, help=", ".join(NAMES))
    what.add_argument("--sweep", action="store_true", help="instead: transfers of 1 MiB to 8 GiB, in GB/s")
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
        "Ratios are of medians. `vs NumPy`: above 1, this peer is faster than NumPy. `Farshore is`:\n"
        "above 1, Farshore is faster than this peer. Computations: inputs and result stay on the device,\n"
        "which has finished when the clock stops; NumPy's result is a fresh array, except that of\n"
        "`numpy out=`. Transfers: NumPy copies within host memory, into a new array or one that exists.\n"
        "Every result is compared with NumPy's in float64, every transferred one bit by bit."
    )


def write(path: Path, data: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
