"""What needs a process of its own: imports, and the first result with the driver's caches empty and filled.

Never by fork: a driver's threads don't survive it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import blank
from peers import FARSHORE, RAW, Peer, Where, open_peer
from record import ROOT, Record
from tasks import TASKS

COLD, SECOND, IMPORT = "cold_start", "second_start", "import"
LENGTH = 1_000_000
MODULES = {
    FARSHORE: "farshore",
    RAW: "wgpu.backends.wgpu_native",
    "cupy": "cupy",
    "torch": "torch",
    "jax": "jax",
    "mlx": "mlx.core",
}


def first_results(peers: list[Peer], n: int) -> list[Record]:
    """Seconds from `import numpy` to the first result: import, device, upload, compile, compute."""
    taking_part = [peer for peer in peers if peer.name in MODULES]
    records = {
        (peer.name, op): blank(peer, op, title, [LENGTH], "float32")
        for op, title in (
            (COLD, "new process, caches empty: chain"),
            (SECOND, "new process, caches filled: chain"),
        )
        for peer in taking_part
    }
    seconds: dict[tuple[str, str], list[float]] = {key: [] for key in records}
    for _ in range(n):
        for peer in taking_part:
            with tempfile.TemporaryDirectory(prefix="farshore-bench-") as caches:
                for op in (COLD, SECOND):
                    record = records[peer.name, op]
                    try:
                        answer = _child([peer.name, json.dumps(vars(peer.where))], caches)
                    except subprocess.CalledProcessError as error:
                        record.error = (error.stderr.strip().splitlines() or ["failed"])[-1]
                        continue
                    seconds[peer.name, op].append(answer["seconds"])
                    record.verified = answer["verified"] and record.verified is not False
                    record.error = None if record.verified else "the result is wrong"
    for key, record in records.items():
        if seconds[key]:
            record.take(seconds[key])
            record.first_call_ms = record.wall_median_ms
    return sorted(records.values(), key=lambda record: record.op)


def imports(peers: list[Peer], n: int) -> list[Record]:
    """Seconds beyond NumPy's own import, of modules that were compiled before, as installed ones are."""
    taking_part = [peer for peer in peers if peer.name in MODULES]
    records = [blank(peer, IMPORT, "import, beyond NumPy's own", [], "") for peer in taking_part]
    seconds: list[list[float]] = [[] for _ in records]
    with tempfile.TemporaryDirectory(prefix="farshore-bench-") as compiled:
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        for number in range(n + 1):
            for at, record in enumerate(records):
                code = (
                    "import time, numpy; start = time.perf_counter(); "
                    f"import {MODULES[record.peer]}; print(time.perf_counter() - start)"
                )
                command = [sys.executable, "-c", code]
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
                if number:  # the first one compiles
                    seconds[at].append(float(done.stdout))
    for record, times in zip(records, seconds, strict=True):
        record.warm_ups = 1
        record.take(times)
    return records


def wheel() -> tuple[str, int] | None:
    """The newest wheel that was built here, and its bytes."""
    wheels = [path for folder in ("dist", "target/wheels") for path in (ROOT / folder).glob("*.whl")]
    newest = max(wheels, key=lambda path: path.stat().st_mtime, default=None)
    return newest and (str(newest.relative_to(ROOT)), newest.stat().st_size)


def _child(arguments: list[str], caches: str) -> dict:
    places = ("MESA_SHADER_CACHE_DIR", "XDG_CACHE_HOME", "__GL_SHADER_DISK_CACHE_PATH", "CUDA_CACHE_PATH")
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | dict.fromkeys(places, caches),
    )
    return json.loads(done.stdout.splitlines()[-1])


def main(name: str, where: str) -> None:
    task = next(task for task in TASKS if task.op == "chain")
    inputs = task.inputs(LENGTH)
    start = time.perf_counter()
    case = open_peer(name, Where(**json.loads(where))).prepare(task, inputs)
    result = case.run()
    elapsed = time.perf_counter() - start
    verified = task.worst_error(case.to_host(result), inputs) <= task.tolerance
    print(json.dumps({"seconds": elapsed, "verified": verified}))


if __name__ == "__main__":
    main(*sys.argv[1:])
