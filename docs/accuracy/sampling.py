"""Operands to measure at: bit patterns from everywhere, dense regions, and the edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from accuracy.functions import Row
from accuracy.ulps import PART, format_of

Array = npt.NDArray[Any]
Draw = Callable[[int], Array]
WORDS: dict[str, np.dtype[Any]] = {
    "float16": np.dtype(np.uint16),
    "float32": np.dtype(np.uint32),
    "float64": np.dtype(np.uint64),
}


def operands(row: Row, dtype: str, count: int, rng: np.random.Generator) -> list[Array]:
    """About `count` values for each operand; all values of float16, if there is one operand."""
    if dtype == "float16" and not row.pairs:
        return [every(dtype)]
    if dtype in PART:
        return [_complex(row, dtype, count, rng) for _ in range(2 if row.pairs else 1)]
    if row.pairs:
        return _crossed(row, dtype, count, rng)
    return [_reals(row, dtype, count, rng)]


def every(dtype: str, first: int = 0, count: int = 1 << 16) -> Array:
    """The values whose bits are `first` and those that follow."""
    return np.arange(first, first + count, dtype=np.uint64).astype(WORDS[dtype]).view(np.dtype(dtype))


def patterns(dtype: str, count: int, rng: np.random.Generator) -> Array:
    """Any bits."""
    word = WORDS[dtype]
    return np.frombuffer(rng.bytes(count * word.itemsize), word).view(np.dtype(dtype))


def around(chosen: list[Array], count: int, rng: np.random.Generator) -> list[Array]:
    """Values near the chosen ones, near by any measure: where one error is large, a larger one may be."""
    index = rng.integers(0, chosen[0].size, count)
    return [_nudged(one[index], rng) for one in chosen]


def _nudged(values: Array, rng: np.random.Generator) -> Array:
    dtype = str(values.dtype)
    if dtype in PART:
        result = np.empty_like(values)
        result.real, result.imag = _nudged(values.real, rng), _nudged(values.imag, rng)
        return result
    bits = np.ascontiguousarray(values).view(WORDS[dtype]).astype(np.uint64)
    size = np.exp2(rng.uniform(0, format_of(dtype).digits - 2, values.size)).astype(np.uint64)
    moved = np.where(rng.integers(0, 2, values.size, bool), bits + size, bits - size)
    return moved.astype(WORDS[dtype]).view(np.dtype(dtype))


def edges(dtype: str) -> Array:
    """Zeros, subnormals, the ends of the range, infinities, NaN."""
    info = np.finfo(dtype)
    sizes = [0, info.smallest_subnormal, info.tiny - info.smallest_subnormal, info.tiny, info.eps, 0.5]
    sizes += [1 - info.epsneg, 1, 1 + info.eps, 2, np.pi, 1 / info.eps, info.max / 2, info.max, np.inf]
    positive = np.array(sizes, dtype)
    return np.concatenate([positive, -positive, np.array([np.nan], dtype)])


def _neighbours(points: Array) -> Array:
    """Each with the eight numbers on either side."""
    up, down, found = points, points, [points]
    with np.errstate(all="ignore"):
        for _ in range(8):
            up, down = (np.nextafter(x, points.dtype.type(end)) for x, end in ((up, np.inf), (down, -np.inf)))
            found += [up, down]
    return np.concatenate(found)


def _fixed(row: Row, dtype: str) -> Array:
    """What is looked at each time."""
    form = format_of(dtype)
    with np.errstate(all="ignore"):
        powers = np.exp2(np.arange(max(form.lowest, -64), min(form.highest, 64))).astype(dtype)
        points = np.array(row.points, np.float64).astype(dtype)
        return np.concatenate(
            [edges(dtype), _neighbours(np.concatenate([points, powers[::4], -powers[::4]]))]
        )


def _even(row: Row, dtype: str, count: int, rng: np.random.Generator) -> Array:
    """From the regions, and nearer and nearer to the points."""
    share = count // (len(row.regions) + 1) + 1
    drawn = [rng.uniform(low, high, share) for low, high in row.regions]
    near = rng.choice(np.array([*row.points, 0, 1, -1]), share)
    off = rng.choice([-1.0, 1.0], share) * np.exp2(-rng.uniform(0, 60, share))
    drawn.append(near + off * np.maximum(np.abs(near), 1))
    with np.errstate(all="ignore"):
        return rng.permutation(np.concatenate(drawn).astype(dtype))[:count]


def _reals(row: Row, dtype: str, count: int, rng: np.random.Generator) -> Array:
    fixed = _fixed(row, dtype)
    left = max(count - fixed.size, count // 4)
    return np.concatenate([fixed, patterns(dtype, left // 2, rng), _even(row, dtype, left - left // 2, rng)])


def _crossed(row: Row, dtype: str, count: int, rng: np.random.Generator) -> list[Array]:
    """Every edge with every other, any bits, and pairs as the function needs them."""
    known = edges(dtype)
    left, right = (side.ravel() for side in np.meshgrid(known, known))
    half = max(count - left.size, count // 4) // 2
    chosen = PAIRS[row.pairs](dtype, half, rng)
    with np.errstate(all="ignore"):
        return [
            np.concatenate([edge, patterns(dtype, half, rng), one.astype(dtype)])
            for edge, one in zip((left, right), chosen, strict=True)
        ]


def _magnitudes(dtype: str, count: int, rng: np.random.Generator, reach: float = 1) -> Array:
    """Of all exponents alike, and both signs."""
    form = format_of(dtype)
    low, high = (
        reach * end if reach <= 1 else np.sign(end) * reach for end in (form.lowest, form.highest - 1)
    )
    exponents = rng.uniform(low, high, count)
    return rng.choice([-1.0, 1.0], count) * np.exp2(exponents)


def _any(dtype: str, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    first = _magnitudes(dtype, count, rng, 0.5)
    return first, _magnitudes(dtype, count, rng, 0.5)


def _near(dtype: str, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Of sizes so near that both count."""
    with np.errstate(all="ignore"):
        digits = format_of(dtype).digits
        first = _magnitudes(dtype, count, rng).astype(dtype).astype(np.float64)
        ratio = rng.choice([-1.0, 1.0], count) * np.exp2(rng.normal(0, digits / 4, count))
        return first, first * ratio


def _pow(dtype: str, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Powers within the range and beyond its ends; bases near 1, negative ones, whole exponents."""
    form = format_of(dtype)
    spread = np.where(rng.random(count) < 0.5, rng.uniform(-form.highest, form.highest, count), 0)
    close = rng.choice([-1.0, 1.0], count) * np.exp2(-rng.uniform(0, form.digits, count))
    base = np.where(spread == 0, 1 + close / 2, np.exp2(spread)).astype(dtype).astype(np.float64)
    wanted = rng.uniform(1.1 * (form.lowest - form.digits), 1.1 * form.highest, count)
    with np.errstate(all="ignore"):
        exponent = wanted / np.log2(base)
        whole = (rng.random(count) < 0.25) & (np.abs(exponent) < 1e15)
        exponent = np.where(whole, np.round(exponent), exponent)
        return np.where(whole & rng.integers(0, 2, count, bool), -base, base), exponent


def _logarithms(dtype: str, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Of numbers that both count, and of numbers whose sum is about 1."""
    first = rng.uniform(-100, 100, count)
    second = first + rng.normal(0, format_of(dtype).digits / 3, count)
    small = rng.uniform(-3, -0.01, count)
    rest = np.where(rng.integers(0, 2, count, bool), np.log(-np.expm1(small)), np.log2(1 - np.exp2(small)))
    cancels = rng.random(count) < 0.3
    return np.where(cancels, small, first), np.where(cancels, rest, second)


PAIRS: dict[str, Callable[[str, int, np.random.Generator], tuple[Array, Array]]] = {
    "any": _any,
    "near": _near,
    "pow": _pow,
    "logarithms": _logarithms,
}


def _complex(row: Row, dtype: str, count: int, rng: np.random.Generator) -> Array:
    """Finite numbers: parts of all exponents, parts from the regions, and near 1, i, -1, -i."""
    real, share = PART[dtype], count // 4 + 1
    known = edges(real)
    known = known[np.isfinite(known)]
    if row.reach != 1:
        known = known[(known == 0) | (np.abs(np.log2(np.abs(known) + (known == 0))) < 6)]
    parts = [[side.ravel() for side in np.meshgrid(known, known)]]
    parts.append([_magnitudes(real, share, rng, row.reach) for _ in range(2)])
    parts.append([_even(row, real, share, rng) for _ in range(2)])
    size, angle = np.exp2(-rng.uniform(0, 60, share)), rng.uniform(0, 2 * np.pi, share)
    near = rng.choice([1, 1j, -1, -1j], share) + size * np.exp(1j * angle)
    parts.append([near.real, near.imag])
    first = _magnitudes(real, share, rng, 6)
    parts.append([first, first * np.exp2(rng.normal(0, 3, share))])
    result = np.empty(sum(one[0].size for one in parts), dtype)
    with np.errstate(all="ignore"):
        result.real = np.concatenate([one[0] for one in parts])
        result.imag = np.concatenate([one[1] for one in parts])
    return rng.permutation(result[np.isfinite(result)])
