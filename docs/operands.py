"""What the names in the calls of `calls.txt` stand for, and what some of those calls depend on.

Each name is made anew for each call, of 6 float32 elements (24 bytes) where it is an array of two axes.
"""

import asyncio
import atexit
import copy
import operator
import pickle
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import farshore as fs
import numpy as np

MODULES = {
    "asyncio": asyncio,
    "copy": copy,
    "fs": fs,
    "np": np,
    "operator": operator,
    "pickle": pickle,
    "__name__": "user",  # NumPy's own calls are told apart by it
}
FOLDER = tempfile.TemporaryDirectory()
atexit.register(FOLDER.cleanup)


def host() -> np.ndarray:
    return np.arange(6, dtype=np.float32).reshape(2, 3)


def array() -> fs.Array:
    return fs.asarray(host())


def integers() -> fs.Array:
    return fs.asarray(np.arange(3, dtype=np.int32))


def ledger() -> fs.Ledger:
    with fs.transfers() as log:
        array().to_numpy()
    return log


def readback() -> fs.Readback:
    """One that is done."""
    later = array().to_numpy(blocking=False)
    later.result()
    return later


def npy() -> Path:
    np.save(path := Path(FOLDER.name, "x.npy"), host())
    return path


def npz() -> Path:
    np.savez(path := Path(FOLDER.name, "x.npz"), a=host())
    return path


def safetensors() -> Path:
    fs.save_safetensors(path := Path(FOLDER.name, "x.safetensors"), {"a": array()})
    return path


def profiled() -> fs.profile:
    """One that is done."""
    with fs.profile() as done:
        array().copy().evaluate()
    return done


def doubled() -> fs.ElementwiseKernel:
    return fs.ElementwiseKernel("T x", "T y", "y = x + x", "doubled")


def frames() -> fs.Stream:
    return recorded().stream([host()] * 9, in_flight=1)


def recorded() -> fs.Pipeline[[fs.Array], fs.Array]:
    return fs.pipeline(lambda x: x + x)


def total() -> fs.ReductionKernel:
    return fs.ReductionKernel("T x", "T y", "x", "a + b", "y = a", 0, "total")


def zeroed() -> fs.RawKernel:
    code = """
        @group(0) @binding(0) var<storage, read_write> x: array<f32>;
        @compute @workgroup_size(64)
        fn zeroed(@builtin(global_invocation_id) id: vec3<u32>) { x[id.x] = 0; }
    """
    return fs.RawKernel(code, "zeroed")


OPERANDS: dict[str, Callable[[], Any]] = {
    "doubled": doubled,
    "total": total,
    "recorded": recorded,
    "frames": frames,
    "zeroed": zeroed,
    "x": array,
    "y": lambda: array() + 1,
    "n": integers,
    "long": lambda: fs.asarray(np.ones(1_000_000, np.float32)),
    "h": host,
    "out": host,
    "p": lambda: array().implicit(),
    "q": lambda: integers().implicit(),
    "m": lambda: array().map_host(),
    "later": readback,
    "log": ledger,
    "profiled": profiled,
    "trace": lambda: Path(FOLDER.name, "trace.json"),
    "device": fs.default_device,
    "pickled": lambda: pickle.dumps(array()),
    "npy": npy,
    "npz": npz,
    "opened": lambda: fs.load(npz()),
    "safetensors": safetensors,
    "masked": lambda: np.ma.array(host()[0]),
    "rng": lambda: np.random.default_rng(0),
    "eye": lambda: fs.asarray(np.eye(3, dtype=np.float32)),
}


class Case(NamedTuple):
    """What a call does in some circumstances."""

    label: str | None
    """What the page calls them; None where it says nothing of them."""
    here: bool
    """Whether they are those of this run."""
    cells: dict[str, str]


OLD = np.lib.NumpyVersion(np.__version__) < "2.3.0"
with warnings.catch_warnings():
    warnings.simplefilter("ignore", fs.SoftwareDeviceWarning)
    SHARED = fs.default_device().shares_memory


def assigned(nbytes: int) -> list[Case]:
    """Before 2.3, NumPy asks for a copy when it assigns."""
    moves = {"moves": f"{nbytes} bytes to host", "kind": "bulk", "words": "explicit", "waits": "yes"}
    return [
        Case("NumPy 2.1 and 2.2", OLD, moves),
        Case("NumPy 2.3 and newer", not OLD, {"raises": "`ImplicitTransferError`"}),
    ]


def lent(label: str = "", **more: str) -> list[Case]:
    """Memory that host and device share is lent, a device's own is not."""
    moves = {"moves": "24 bytes", "kind": "map", "words": "explicit", "waits": "yes", **more}
    return [
        Case(label and f"shared {label}", SHARED, moves),
        Case(
            f"the device's own {label}" if label else None,
            not SHARED,
            {"raises": "`CopyRequiredError`"},
        ),
    ]


CASES: dict[str, list[Case]] = {
    "assigned 24": assigned(24),
    "assigned 8": assigned(8),
    "lent": lent("memory"),
    "lent and recorded": lent(),
    "lent and read": lent(moves="2 × 24 bytes", kind="bulk, map"),
    "lent and needed": lent(raises="`MappedError`"),
    "lent and kept": lent(raises="`BufferError`"),
}
