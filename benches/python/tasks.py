"""What is timed: each task once, in words that every peer understands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

MI = 1 << 20
QUICK_LEN = 1_000_000
ORACLE_CHUNK = MI


@dataclass(frozen=True)
class Task:
    """One computation or transfer, at one or more lengths."""

    op: str
    title: str
    kind: Literal["compute", "upload", "readback", "readback_into"]
    lens: tuple[int, ...]
    dtype: str = "float32"
    low: float = 0.5
    high: float = 2.0
    formula: Callable[..., Any] | None = None
    """Of a namespace such as numpy, then the arrays a and b."""
    reuse: Callable[..., Any] | None = None
    """As `formula` for NumPy, of a and b and two arrays to write into: no memory is taken."""
    wgsl: str = ""
    """The same by hand: the body of fn compute(a: vec4<f32>, b: vec4<f32>) -> vec4<f32>."""
    inside: str | None = None
    """The dtype that the arrays are converted to before the formula; its result is converted back."""
    tolerance: float = 4e-6
    """Relative to the float64 result; for integers, in units."""

    def inputs(self, length: int) -> list[np.ndarray]:
        """Arrays a and b for a computation, one array for a transfer."""
        rng = np.random.default_rng(length)
        count = 2 if self.kind == "compute" else 1
        if np.dtype(self.dtype).kind == "u":
            return [
                rng.integers(self.low, self.high, length, self.dtype, endpoint=True) for _ in range(count)
            ]
        span = np.float32(self.high - self.low)
        values = (rng.random(length, np.float32) * span + np.float32(self.low) for _ in range(count))
        return [array.astype(self.dtype) for array in values]

    def compute(self, xp: Any, cast: Callable[[Any, str], Any], a: Any, b: Any) -> Any:
        if self.inside is None:
            return self.formula(xp, a, b)
        return cast(self.formula(xp, cast(a, self.inside), cast(b, self.inside)), self.dtype)

    def worst_error(self, result: np.ndarray, inputs: list[np.ndarray]) -> float:
        """How far `result` is from NumPy's in float64; 0 or infinity for transfers, which keep every bit."""
        if result.shape != inputs[0].shape or result.dtype != np.dtype(self.dtype):
            return float("inf")
        if self.kind != "compute":
            same = np.array_equal(result.view(np.uint8), inputs[0].view(np.uint8))
            return 0.0 if same else float("inf")
        worst = 0.0
        for start in range(0, len(result), ORACLE_CHUNK):
            part = slice(start, start + ORACLE_CHUNK)
            exact = self.formula(np, *(array[part].astype(np.float64) for array in inputs))
            if result.dtype.kind == "u":
                error = np.abs(result[part] - np.trunc(exact))
            else:
                error = np.abs(result[part] - exact) / np.abs(exact)
            worst = max(worst, float(np.nan_to_num(error, nan=np.inf).max()))
        return worst


def add(xp: Any, a: Any, b: Any) -> Any:
    return a + b


def chain(xp: Any, a: Any, b: Any) -> Any:
    return xp.sqrt(a * b + 1) * 2 - a


def sin_exp(xp: Any, a: Any, b: Any) -> Any:
    return xp.sin(a) * xp.exp(b)


def hundred(xp: Any, a: Any, b: Any) -> Any:
    for _ in range(50):
        a = a * 0.875 + b
    return a


def add_reuse(a: np.ndarray, b: np.ndarray, out: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.add(a, b, out=out)


def chain_reuse(a: np.ndarray, b: np.ndarray, out: np.ndarray, _: np.ndarray) -> np.ndarray:
    np.multiply(a, b, out=out)
    np.add(out, 1, out=out)
    np.sqrt(out, out=out)
    np.multiply(out, 2, out=out)
    return np.subtract(out, a, out=out)


def sin_exp_reuse(a: np.ndarray, b: np.ndarray, out: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.multiply(np.sin(a, out=out), np.exp(b, out=other), out=out)


def hundred_reuse(a: np.ndarray, b: np.ndarray, out: np.ndarray, _: np.ndarray) -> np.ndarray:
    np.copyto(out, a)
    for _ in range(50):
        np.multiply(out, 0.875, out=out)
        np.add(out, b, out=out)
    return out


CHAIN = "sqrt(a*b + 1)*2 - a"
CHAIN_WGSL = "return sqrt(a * b + 1.0) * 2.0 - a;"

TASKS = [
    Task("upload", "host to device", "upload", (64 * MI,)),
    Task("readback", "device to a new host array", "readback", (64 * MI,)),
    Task("readback_out", "device to an existing host array", "readback_into", (64 * MI,)),
    Task("add", "a + b", "compute", (16 * MI,), formula=add, reuse=add_reuse, wgsl="return a + b;"),
    Task(
        "chain",
        CHAIN,
        "compute",
        (1000, 1_000_000, 16 * MI),
        formula=chain,
        reuse=chain_reuse,
        wgsl=CHAIN_WGSL,
    ),
    Task(
        "sin_exp",
        "sin(a)*exp(b)",
        "compute",
        (16 * MI,),
        formula=sin_exp,
        reuse=sin_exp_reuse,
        wgsl="return sin(a) * exp(b);",
    ),
    Task(
        "chain_uint8",
        CHAIN,
        "compute",
        (16 * MI,),
        dtype="uint8",
        # So that every result lies in 0..255.
        low=64,
        high=255,
        formula=chain,
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
        formula=chain,
        reuse=chain_reuse,
        wgsl=CHAIN_WGSL,
        tolerance=6e-3,
    ),
    Task(
        "hundred",
        "100 operations: x = x*0.875 + b",
        "compute",
        (1000,),
        formula=hundred,
        reuse=hundred_reuse,
        wgsl="var x = a; for (var i = 0; i < 50; i++) { x = x * 0.875 + b; } return x;",
        tolerance=2e-5,
    ),
]


def lens(task: Task, quick: bool) -> list[int]:
    """The lengths to time; none above a million for a quick run."""
    return sorted({min(length, QUICK_LEN) for length in task.lens}) if quick else list(task.lens)
