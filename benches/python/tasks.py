"""What is timed: each task once, in words that every peer understands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import formulas
import numpy as np
import operands

MI = 1 << 20
QUICK_LEN = 1_000_000
CHUNK = MI
"""Elements that are compared at a time."""
CALLS = 200
"""How often one run does what is too short for a clock: refusals and reads of one value."""
AT = 7
"""The element that is read alone."""

Kind = Literal[
    "compute",
    "upload",
    "upload_into",
    "readback",
    "readback_into",
    "map",
    "issue",
    "stall",
    "refusal",
    "scalar",
    "element",
]


@dataclass(frozen=True)
class Task:
    """One computation or transfer, at one or more lengths."""

    op: str
    title: str
    kind: Kind
    lens: tuple[int, ...]
    dtype: str = "float32"
    low: float = 0.5
    high: float = 2.0
    depth: int = 1
    """How many Python frames lie between the clock and a refusal."""
    make: Callable[[np.random.Generator, int], list[np.ndarray]] | None = None
    """Of a computation, where a and b are others than random numbers from `low` to `high`."""
    formula: Callable[..., Any] | None = None
    """Of a namespace such as numpy, then the arrays a and b."""
    reuse: Callable[..., Any] | None = None
    """As `formula` for NumPy, of a and b and two arrays to write into: no memory is taken."""
    wgsl: str = ""
    """The same by hand: the body of fn compute(a: vec4<f32>, b: vec4<f32>) -> vec4<f32>; empty if none is."""
    words: bool = False
    """Whether the formula is in words of NumPy's that PyTorch and MLX lack, or mean otherwise."""
    counted: bool = False
    """Whether the values tell the length of the result: one number is read to learn it."""
    gives: str | None = None
    """The dtype of the result, where it isn't `dtype`."""
    inside: str | None = None
    """The dtype that the arrays are converted to before the formula; its result is converted back."""
    tolerance: float = 4e-6
    """Relative to the float64 result; for integers, in units."""

    @property
    def transfers(self) -> int:
        """How many crossings a peer that counts must count for doing it once."""
        return int(self.counted) if self.kind in ("compute", "refusal") else 1

    @property
    def copies(self) -> bool:
        """Whether whole arrays are copied in the time, so that the state of the host's memory decides."""
        return self.kind in ("upload", "upload_into", "readback", "readback_into", "stall")

    def inputs(self, length: int) -> list[np.ndarray]:
        """Arrays a and b for a computation, one array for a transfer."""
        rng = np.random.default_rng(length)
        if self.make is not None:
            return self.make(rng, length)
        count = 2 if self.kind == "compute" else 1
        return [self.random(rng, length) for _ in range(count)]

    def random(self, rng: np.random.Generator, length: int) -> np.ndarray:
        if np.dtype(self.dtype).kind == "u":
            return rng.integers(self.low, self.high, length, self.dtype, endpoint=True)
        values = rng.random(length, np.float32)
        # In place: the largest fill a quarter of the memory.
        values *= np.float32(self.high - self.low)
        values += np.float32(self.low)
        return values.astype(self.dtype, copy=False)

    def compute(self, xp: Any, cast: Callable[[Any, str], Any], a: Any, b: Any) -> Any:
        if self.inside is None:
            return self.formula(xp, a, b)
        return cast(self.formula(xp, cast(a, self.inside), cast(b, self.inside)), self.dtype)

    def worst_error(self, result: Any, inputs: list[np.ndarray]) -> float:
        """How far `result` is from NumPy's in float64; 0 or infinity for all but computations."""
        match self.kind:
            case "compute":
                return self._computed(result, inputs)
            case "refusal":
                right = result == CALLS
            case "scalar" | "element":
                right = result == float(inputs[0][AT])
            case _:
                right = _same_bits(result, inputs[0])
        return 0.0 if right else float("inf")

    def exact(self, inputs: list[np.ndarray]) -> np.ndarray:
        """NumPy's result in float64; masks, places and what is only put in order stay as they are."""
        return self.formula(np, *(x if x.dtype.kind in "bi" else x.astype(np.float64) for x in inputs))

    def _computed(self, result: np.ndarray, inputs: list[np.ndarray]) -> float:
        # Where elements meet others than their own, they must all be there.
        whole = None if self.wgsl else self.exact(inputs)
        shape = inputs[0].shape if whole is None else whole.shape
        if result.shape != shape or result.dtype != np.dtype(self.gives or self.dtype):
            return float("inf")
        result, whole = result.reshape(-1), None if whole is None else whole.reshape(-1)
        worst = 0.0
        for start in range(0, len(result), CHUNK):
            part = slice(start, start + CHUNK)
            exact = whole[part] if whole is not None else self.exact([array[part] for array in inputs])
            if result.dtype.kind in "iu":
                error = np.abs(result[part] - np.trunc(exact))
            else:
                error = np.abs(result[part] - exact) / np.where(exact == 0, 1, np.abs(exact))
            worst = max(worst, float(np.nan_to_num(error, nan=np.inf).max()))
        return worst


def _same_bits(result: np.ndarray, expected: np.ndarray) -> bool:
    if result.shape != expected.shape or result.dtype != expected.dtype:
        return False
    pair = result.view(np.uint8), expected.view(np.uint8)
    parts = (slice(start, start + 4 * CHUNK) for start in range(0, pair[0].size, 4 * CHUNK))
    return all(np.array_equal(pair[0][part], pair[1][part]) for part in parts)


CHAIN = "sqrt(a*b + 1)*2 - a"
CHAIN_WGSL = "return sqrt(a * b + 1.0) * 2.0 - a;"

TASKS = [
    Task("upload", "host to new memory of the device", "upload", (64 * MI,)),
    Task("upload_into", "host to an existing array of the device", "upload_into", (64 * MI,)),
    Task("readback", "device to a new host array", "readback", (64 * MI,)),
    Task("readback_out", "device to an existing host array", "readback_into", (64 * MI,)),
    Task("map", "device memory seen by NumPy, no copy", "map", (64 * MI,)),
    Task("issue", "readback begun, until the handle is there", "issue", (64 * MI,)),
    Task("stall", "readback awaited: longest delay of a tick of 1 ms", "stall", (64 * MI,)),
    Task("refusal", "np.asarray(x), refused and caught", "refusal", (1000,)),
    Task("refusal_deep", "the same, 30 frames down", "refusal", (1000,), depth=30),
    Task("scalar", "float(x), x is 0-d", "scalar", (1000,)),
    Task("element", f"x[{AT}].item()", "element", (1000,)),
    Task(
        "add",
        "a + b",
        "compute",
        (16 * MI,),
        formula=formulas.add,
        reuse=formulas.add_reuse,
        wgsl="return a + b;",
    ),
    Task(
        "chain",
        CHAIN,
        "compute",
        (1000, 1_000_000, 16 * MI),
        formula=formulas.chain,
        reuse=formulas.chain_reuse,
        wgsl=CHAIN_WGSL,
    ),
    Task(
        "sin_exp",
        "sin(a)*exp(b)",
        "compute",
        (16 * MI,),
        formula=formulas.sin_exp,
        reuse=formulas.sin_exp_reuse,
        wgsl="return sin(a) * exp(b);",
    ),
    Task("five", "tanh(a*2 + b)*exp(b) + a", "compute", (16 * MI,), formula=formulas.five),
    Task("row", "a + b, one row of b", "compute", (16 * MI,), formula=formulas.add_row),
    Task("column", "a + b, one column of b", "compute", (16 * MI,), formula=formulas.add_column),
    Task("transposed", "a + b.T", "compute", (16 * MI,), formula=formulas.add_transposed),
    Task(
        "chain_uint8",
        CHAIN,
        "compute",
        (16 * MI,),
        dtype="uint8",
        # So that every result lies in 0..255.
        low=64,
        high=255,
        formula=formulas.chain,
        wgsl=CHAIN_WGSL,
        inside="float32",
        tolerance=1,
    ),
    Task(
        "chain_float16",
        CHAIN,
        "compute",
        (16 * MI,),
        dtype="float16",
        formula=formulas.chain,
        reuse=formulas.chain_reuse,
        # By hand it is rounded once, not at each step as NumPy does: see the next row.
        wgsl=CHAIN_WGSL,
        tolerance=6e-3,
    ),
    Task(
        "chain_float16_wide",
        f"{CHAIN}, computed in float32",
        "compute",
        (16 * MI,),
        dtype="float16",
        formula=formulas.chain,
        wgsl=CHAIN_WGSL,
        inside="float32",
        tolerance=6e-3,
    ),
    Task(
        "hundred",
        "100 operations: x = x*0.875 + b",
        "compute",
        (1000,),
        formula=formulas.hundred,
        reuse=formulas.hundred_reuse,
        wgsl="var x = a; for (var i = 0; i < 50; i++) { x = x * 0.875 + b; } return x;",
        tolerance=2e-5,
    ),
    Task("sum", "sum(a)", "compute", (16 * MI,), formula=formulas.total),
    Task("sum_chain", f"sum({CHAIN})", "compute", (16 * MI,), formula=formulas.total_chain),
    Task("mean_rows", "mean of each row of a square", "compute", (16 * MI,), formula=formulas.mean_rows),
    Task(
        "softmax",
        "softmax of each row of 1024",
        "compute",
        (16 * MI,),
        formula=formulas.softmax,
        words=True,
    ),
    Task(
        "cumsum",
        "cumsum(a), zeros and ones",
        "compute",
        (16 * MI,),
        make=operands.zeros_and_ones,
        formula=formulas.cumsum,
        words=True,
        # Of other values NumPy's, added one after another, end some percent off.
        tolerance=0,
    ),
    Task(
        "sort",
        "sort(a), no two equal",
        "compute",
        (4 * MI,),
        make=operands.shuffled,
        formula=formulas.sort,
        words=True,
        tolerance=0,
    ),
    Task(
        "argsort",
        "argsort(a), no two equal",
        "compute",
        (4 * MI,),
        make=operands.shuffled,
        formula=formulas.argsort,
        words=True,
        gives="int64",
        tolerance=0,
    ),
    Task(
        "unique",
        "unique(a), about four of each",
        "compute",
        (4 * MI,),
        dtype="int32",
        make=operands.integers,
        formula=formulas.unique,
        words=True,
        counted=True,
        tolerance=0,
    ),
    Task(
        "mask",
        "a[m], half of m is True",
        "compute",
        (16 * MI,),
        make=operands.masked,
        formula=formulas.select,
        words=True,
        counted=True,
        tolerance=0,
    ),
    Task(
        "take",
        "take(a, i), i random int64",
        "compute",
        (16 * MI,),
        make=operands.places,
        formula=formulas.take,
        words=True,
        tolerance=0,
    ),
]


def lens(task: Task, quick: bool) -> list[int]:
    """The lengths to time; none above a million for a quick run."""
    return sorted({min(length, QUICK_LEN) for length in task.lens}) if quick else list(task.lens)
