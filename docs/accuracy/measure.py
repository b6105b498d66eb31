"""Runs functions over samples and keeps the worst errors: Farshore's, NumPy's, the driver's own."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import farshore as fs
import numpy as np
import numpy.typing as npt

from accuracy import sampling
from accuracy.builtin import Builtins
from accuracy.exact import exact
from accuracy.functions import Row
from accuracy.references import Function, beside, in_float64
from accuracy.ulps import NEAR, PART, Exact, errors, format_of, parts

Operands = list[npt.NDArray[Any]]
DTYPES = ("float16", "float32", "float64", "complex64", "complex128")
CHUNK = 1 << 22
"""Elements at a time of a sweep."""
SUSPECTS = 32
"""The worst samples: around them more are taken, and those of a sweep are computed exactly."""


class Finding(NamedTuple):
    """What one function did over samples."""

    samples: int = 0
    ulps: float = 0.0
    at: tuple[Any, ...] = ()
    """The operands of the worst error."""
    wrong: int = 0
    """Results that are NaN or infinite as they should not be, or of the wrong sign of 0."""
    wrong_at: tuple[Any, ...] = ()

    def joined(self, other: Finding) -> Finding:
        worse = other if other.ulps > self.ulps or not self.at else self
        first = self.wrong_at or other.wrong_at
        return Finding(self.samples + other.samples, worse.ulps, worse.at, self.wrong + other.wrong, first)


class Measured(NamedTuple):
    row: Row
    dtype: str
    found: dict[str, Finding]
    """Of `farshore`; of `numpy` and `builtin` where they have the function."""


def farshore(row: Row) -> Function:
    """Ours, from arrays on the host to arrays on the host."""
    function = getattr(fs, row.name)

    def call(*operands: npt.NDArray[Any]) -> npt.NDArray[Any]:
        result: npt.NDArray[Any] = function(*(fs.asarray(one) for one in operands)).to_numpy()
        return result

    return call


def dtypes(row: Row) -> list[str]:
    """Those in which Farshore has the function, on this device."""
    found: list[str] = []
    for dtype in DTYPES:
        if hasattr(fs, row.name) and (row.is_complex or dtype not in PART):
            try:
                farshore(row)(*[np.ones(1, dtype)] * (2 if row.pairs else 1))
            except TypeError:
                continue
            found.append(dtype)
    return found


def candidates(row: Row, dtype: str, builtins: Builtins | None) -> dict[str, Function]:
    """What is measured, ours first."""
    found = {"farshore": farshore(row)}
    if numpys := beside(row):
        found["numpy"] = numpys
    if builtins and (its := builtins.function(row, dtype)):
        found["builtin"] = its
    return found


@functools.cache
def keeps_subnormals(dtype: str) -> bool:
    """Whether subnormal operands and subnormal results are more than 0 on the default device."""
    tiny = np.full(4, np.finfo(dtype).tiny)
    down = fs.multiply(fs.asarray(tiny), 0.5).to_numpy()
    up = fs.multiply(fs.asarray(tiny / 2), 2).to_numpy()
    return bool((down != 0).all() and (up != 0).all())


def measured(row: Row, dtype: str, samples: int, seed: int, builtins: Builtins | None = None) -> Measured:
    """Three quarters of the samples from everywhere, one from around the worst of ours.

    float16 is held against NumPy's float64, and the worst against the exact result."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{row.name} {dtype}".encode())])
    functions = candidates(row, dtype, builtins)
    operands = _allowed(sampling.operands(row, dtype, samples * 3 // 4, rng))
    if dtype == "float16":
        return Measured(row, dtype, _swept(row, functions, operands))
    found, worst = _judged(row, functions, operands, exact(row, operands))
    near = _allowed(sampling.around([one[worst] for one in operands], samples // 4, rng))
    again, _ = _judged(row, functions, near, exact(row, near))
    return Measured(row, dtype, {name: one.joined(again[name]) for name, one in found.items()})


def exhausted(row: Row, builtins: Builtins | None = None) -> Iterator[Measured]:
    """All float32 values, held against NumPy's float64, and the worst against the exact result.

    Gives what is known after each chunk."""
    functions = candidates(row, "float32", builtins)
    total = {name: Finding() for name in functions}
    for first in range(0, 1 << 32, CHUNK):
        found = _swept(row, functions, _allowed([sampling.every("float32", first, CHUNK)]))
        total = {name: one.joined(found[name]) for name, one in total.items()}
        yield Measured(row, "float32", total)


def _allowed(operands: Operands) -> Operands:
    """Without subnormals where the device has none; of complex numbers the finite ones."""
    dtype = str(operands[0].dtype)
    rows = np.concatenate([parts(one) for one in operands])
    kept = np.isfinite(rows).all(0) if dtype in PART else np.ones(rows.shape[1], bool)
    if not keeps_subnormals(PART.get(dtype, dtype)):
        kept &= ~((np.abs(rows) < float(np.finfo(dtype).tiny)) & (rows != 0)).any(0)
    return [one[kept] for one in operands]


def _judged(
    row: Row, functions: dict[str, Function], operands: Operands, known: Exact
) -> tuple[dict[str, Finding], npt.NDArray[np.int64]]:
    """What each did, and where ours is worst."""
    found, worst = {}, np.arange(0)
    for name, function in functions.items():
        ulps, wrong = _errors(row, function(*operands), known)
        found[name] = _finding(operands, ulps, wrong)
        if name == "farshore":
            worst = np.argsort(ulps)[-SUSPECTS:]
    return found, worst


def _swept(row: Row, functions: dict[str, Function], operands: Operands) -> dict[str, Finding]:
    """As `_judged`, of real numbers: by float64; what then seems worst is held against the exact result."""
    dtype = str(operands[0].dtype)
    form, found = format_of(dtype), {}
    with np.errstate(all="ignore"):
        wide = in_float64(row)(*(one.astype(np.float64) for one in operands))
        end = 2.0**form.highest
        known = np.clip(wide, -end, end)
        lowest = np.frexp(row.at_least)[1] if row.at_least else form.lowest
        steps = np.ldexp(1.0, form.digits - np.frexp(known)[1].clip(lowest, form.highest))
        for name, function in functions.items():
            result = function(*operands)
            got = result.astype(np.float64)
            ulps = np.abs(np.clip(got, -end, end) - known) * steps
            odd = (np.isinf(got) | np.isinf(wide)) & ~(ulps <= NEAR)
            odd |= (got == 0) & (known == 0) & (np.signbit(got) != np.signbit(known))
            odd &= ~(np.isnan(got) & np.isnan(known))
            odd |= np.isnan(got) != np.isnan(known)
            if not keeps_subnormals(dtype):
                odd &= ~(np.abs(known) < np.finfo(dtype).tiny)
                ulps[np.abs(known) < np.finfo(dtype).tiny] = 0
            ulps[odd | np.isnan(ulps)] = 0
            _assured(row, operands, result, ulps, odd)
            found[name] = _finding(operands, ulps, odd)
    return found


def _assured(
    row: Row,
    operands: Operands,
    result: npt.NDArray[Any],
    ulps: npt.NDArray[np.float64],
    odd: npt.NDArray[np.bool_],
) -> None:
    """Puts exact errors where the largest were, until the largest is exact; likewise for wrong results."""

    def exactly(at: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        return _errors(row, result[at], exact(row, [one[at] for one in operands]))

    sure = np.zeros(ulps.size, bool)
    while not sure[worst := [int(ulps.argmax())]].all():
        ulps[worst], odd[worst] = exactly(worst)
        sure[worst] = True
    doubtful = np.flatnonzero(odd)[:SUSPECTS]
    if doubtful.size:
        _, odd[doubtful] = exactly(doubtful)


def _errors(
    row: Row, result: npt.NDArray[Any], known: Exact
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Those of results that should be subnormal are passed over where the device has none."""
    ulps, wrong = errors(result, known)
    if row.at_least:
        ulps = np.ldexp(ulps, np.minimum(known.scale - np.frexp(row.at_least)[1], 0))
    if not keeps_subnormals(str(result.real.dtype)):
        flushed = (np.abs(known.high) < 0.5).all(0) & (known.scale == known.form.lowest)
        ulps, wrong = np.where(flushed, 0, ulps), wrong & ~flushed
    return ulps, wrong


def _finding(operands: Operands, ulps: npt.NDArray[np.float64], wrong: npt.NDArray[np.bool_]) -> Finding:
    worst, first = int(ulps.argmax()), int(wrong.argmax())
    return Finding(
        ulps.size,
        float(ulps[worst]),
        tuple(one[worst] for one in operands),
        int(wrong.sum()),
        tuple(one[first] for one in operands) if wrong.any() else (),
    )
