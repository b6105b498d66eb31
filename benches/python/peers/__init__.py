"""Who takes part. A peer prepares a task once, and then runs it as often as it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from tasks import Task

NUMPY = "numpy"
NUMPY_REUSE = "numpy out="
FARSHORE = "farshore"
RECORDED = "fs recorded"
CUSTOM = "fs custom"
RAW = "raw wgpu"
WGPU_PY = "wgpu-py"
EAGER = "wgpu-py eager"
PYOPENCL = "pyopencl"
PINNED = "pinned CUDA"


class LeftOut(Exception):
    """Why a peer cannot take part, or not in one task."""


@dataclass(frozen=True)
class Where:
    """What a peer runs on."""

    adapter: str
    backend: str
    driver: str


@dataclass(frozen=True)
class Crossings:
    """What one run moved, as counted by the peer itself."""

    bytes_to_device: int
    bytes_to_host: int
    transfers: int


@dataclass(frozen=True)
class Case:
    """A task made ready: its inputs are where the peer computes."""

    run: Callable[[], Any]
    """Does the task and waits until it is done. The result stays where it was computed."""
    to_host: Callable[[Any], np.ndarray] = field(default=lambda result: result)
    """The result of `run` as a NumPy array, to be verified; not timed."""
    crossings: Callable[[], Crossings] | None = None
    """Runs once more and counts."""
    counters: Callable[[], dict[str, int]] | None = None
    """How many buffers, bind groups and pipelines were created so far."""
    calls: int = 1
    """How often `run` does the task; what is recorded is of one."""
    seconds: Callable[[Any, float], float] = lambda result, elapsed: elapsed
    """What counts, of the result of `run` and the time it took. May wait for what `run` only began."""
    tidy: Callable[[], None] = lambda: None
    """After each run, outside its time, when the result is gone."""
    close: Callable[[], None] = lambda: None


class Peer(Protocol):
    name: str
    version: str
    where: Where

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        """Raises LeftOut when the peer has no such thing."""


def open_peer(name: str, like: Where | None = None) -> Peer:
    """Imports are here, so that a peer pays for its own only. `like`: where to run, if it can choose."""
    if name in (NUMPY, NUMPY_REUSE):
        from peers.with_numpy import NumPy

        return NumPy(reuse=name == NUMPY_REUSE)
    if name == FARSHORE:
        from peers.with_farshore import Farshore

        return Farshore()
    if name in (RECORDED, CUSTOM):
        from peers.farshore_otherwise import Custom, Recorded

        return Recorded() if name == RECORDED else Custom()
    if name == EAGER:
        from peers.wgpu_eager import EagerWgpu

        return EagerWgpu(like)
    if name == RAW:
        from peers.raw_wgpu import RawWgpu

        return RawWgpu(like)
    if name == WGPU_PY:
        from peers.wgpu_py import WgpuPy

        return WgpuPy(like)
    if name == PYOPENCL:
        from peers.with_pyopencl import PyOpenCL

        return PyOpenCL()
    if name == PINNED:
        from peers.pinned import Pinned

        return Pinned()
    from peers.other_libraries import Other

    return Other(name)


def open_all() -> tuple[list[Peer], list[str]]:
    """Every peer of this machine, and a line for each that was looked for in vain."""
    from peers.other_libraries import installed

    peers, lines, like = [], [], None
    for name in [NUMPY, NUMPY_REUSE, FARSHORE, RECORDED, CUSTOM, RAW, WGPU_PY, EAGER, *installed()]:
        try:
            peers.append(open_peer(name, like))
        except LeftOut as reason:
            lines.append(f"{name} is left out: {reason}")
        else:
            like = peers[-1].where if name == FARSHORE else like
    return peers, lines
