"""What is kept: one record for each task, peer and size, and the facts that all of them share."""

from __future__ import annotations

import datetime
import math
import os
import platform
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Record:
    op: str
    title: str
    shape: list[int]
    dtype: str
    layout: str
    peer: str
    peer_version: str
    adapter: str
    backend: str
    driver: str
    commit: str
    warm_ups: int = 0
    n: int = 0
    wall_min_ms: float | None = None
    wall_median_ms: float | None = None
    wall_p95_ms: float | None = None
    first_call_ms: float | None = None
    bytes_to_device: int | None = None
    """In one run, counted by the peer; None for a peer that doesn't count."""
    bytes_to_host: int | None = None
    transfers: int | None = None
    created: dict[str, int] | None = None
    """Buffers, bind groups and pipelines made in all timed runs; None for a peer that doesn't count."""
    verified: bool | None = None
    """Against NumPy in float64; None where there is nothing to compare."""
    worst_error: float | None = None
    error: str | None = None

    def take(self, seconds: list[float]) -> None:
        """Fills the wall times."""
        ordered = sorted(seconds)
        self.n = len(ordered)
        self.wall_min_ms = ordered[0] * 1e3
        self.wall_median_ms = statistics.median(ordered) * 1e3
        self.wall_p95_ms = ordered[math.ceil(0.95 * len(ordered)) - 1] * 1e3


def environment(peers: dict[str, str]) -> dict[str, object]:
    """The facts of a run that are not of a single record."""
    return {
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "commit": commit(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "peers": peers,
    }


@cache
def commit() -> str:
    """The commit of the source, marked when there are changes on top."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*"]
    try:
        return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


@cache
def processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()
