"""Errors in ulps: how far a result is from the exact one, in steps between the numbers of its dtype there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

NEAR = 64
"""Ulps from the end of the range within which infinity is only inaccurate; beyond, it is wrong."""


class Format(NamedTuple):
    digits: int
    """Binary ones of the significand."""
    lowest: int
    """The exponent of the smallest normal number, as frexp counts; subnormals have its spacing."""
    highest: int


FORMATS = {
    "float16": Format(11, -13, 16),
    "float32": Format(24, -125, 128),
    "float64": Format(53, -1021, 1024),
}
PART = {"complex64": "float32", "complex128": "float64"}


def format_of(dtype: str) -> Format:
    return FORMATS[PART.get(dtype, dtype)]


class Exact(NamedTuple):
    """Exact results times 2 ** -scale, as sums of two float64; what overflows is 2 ** highest.

    One row for real numbers, two for complex ones, whose parts have the scale of their size."""

    high: Doubles
    low: Doubles
    scale: npt.NDArray[np.int64]
    signed: npt.NDArray[np.bool_]
    """Which are 0, and of the sign of `high`."""
    form: Format


def from_doubles(values: Doubles, dtype: str) -> Exact:
    """Float64 numbers taken for exact; a row of them, or two rows of parts."""
    form = format_of(dtype)
    with np.errstate(all="ignore"):
        size = np.abs(values[0]) if len(values) == 1 else np.hypot(*values)
        exponent = np.frexp(np.where(np.isfinite(size), size, 1))[1].astype(np.int64)
        scale = exponent.clip(form.lowest, form.highest)
        scaled = np.ldexp(values, -scale).clip(-1, 1)
        high = np.where(np.isfinite(values), scaled, values)
    return Exact(high, np.zeros_like(high), scale, (len(values) == 1) & (values[0] == 0), form)


def parts(array: npt.NDArray[Any]) -> Doubles:
    """As rows of float64: one for real numbers, two for complex ones."""
    rows = [array.real, array.imag] if array.dtype.kind == "c" else [array]
    with np.errstate(invalid="ignore"):  # signalling NaN
        return np.stack([np.asarray(row, np.float64) for row in rows])


def errors(result: npt.NDArray[Any], exact: Exact) -> tuple[Doubles, npt.NDArray[np.bool_]]:
    """Ulps, and which results are not inaccurate but wrong: NaN or infinite as they should not be, or of the
    wrong sign of 0. Of complex numbers the distance counts, in ulps of the size."""
    form, got = exact.form, parts(result)
    with np.errstate(all="ignore"):
        scaled = np.ldexp(got, -exact.scale)
        end = np.ldexp(1.0, form.highest - exact.scale)
        scaled = np.where(np.isinf(got), np.copysign(end, got), scaled)
        distance = (scaled - exact.high) - exact.low
        ulps = np.ldexp(np.abs(distance[0]) if len(distance) == 1 else np.hypot(*distance), form.digits)
    is_nan, should_be_nan = np.isnan(got).any(0), np.isnan(exact.high).any(0)
    pole = np.isinf(exact.high)
    beyond = np.abs(exact.high) >= 1
    endless = np.isinf(got) | beyond
    # Of a complex result beyond the range one infinite part will do: the other may be nothing beside it.
    met = (np.isinf(got) & beyond & (np.signbit(got) == np.signbit(exact.high))).any(0) & (len(got) == 2)
    other_sign = exact.signed & (exact.high[0] == 0) & (np.signbit(got[0]) != np.signbit(exact.high[0]))
    wrong = (is_nan != should_be_nan) | (pole & (got != exact.high)).any(0)
    wrong |= endless.any(0) & ~met & ~pole.any(0) & ~(ulps <= NEAR) & ~is_nan
    wrong |= other_sign & ~should_be_nan & (got[0] == 0)
    return np.where(wrong | should_be_nan | pole.any(0) | met, 0, ulps), wrong
