"""Arrays made longer at the ends of their axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._manipulation import require_array
from farshore._rearranging import moveaxis

Widths: TypeAlias = int | Sequence[int] | Sequence[Sequence[int]]
Values: TypeAlias = complex | Array | Sequence[complex] | Sequence[Sequence[complex]]
Mode: TypeAlias = Literal["constant", "edge", "reflect", "symmetric", "wrap"]

MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def pad(x: Array, /, pad_width: Widths, mode: Mode = "constant", *, constant_values: Values = 0) -> Array:
    """x with more elements before and after those it has along each axis; a copy.

    pad_width: how many, as (before, after) for each axis, as one such pair or as one number for all.
    mode: "constant" for `constant_values`, given as the widths are; "edge" for the last element; "reflect"
    for the elements in reverse, without the last one; "symmetric" with it; "wrap" for those at the other end.
    Raises ValueError for other words, for negative widths, for values that the dtype does not hold, and for
    an empty axis whose elements are to be repeated; TypeError for widths that are no integers.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2, 3])
    >>> print(fs.pad(x, 2), fs.pad(x, (1, 2), "reflect"))
    [0 0 1 2 3 0 0] [2 1 2 3 2 1]
    """
    x = require_array("pad", x)
    if mode not in MODES:
        raise ValueError(f"pad: mode is one of {', '.join(MODES)}, not {mode!r}")
    widths = _widths(pad_width, x.ndim)
    values = _values(constant_values, x.ndim)
    for axis, pair in enumerate(widths):
        if mode != "constant" and not x.shape[axis] and any(pair):
            raise ValueError(f"pad: axis {axis} of shape {x.shape} is empty, so there is nothing to {mode}")
    shape = [before + length + after for length, (before, after) in zip(x.shape, widths, strict=True)]
    result = _core.empty(shape, x.dtype, x.device)
    inside = [slice(before, before + length) for length, (before, _) in zip(x.shape, widths, strict=True)]
    result[tuple(inside)] = x
    for axis, place in enumerate(inside):
        # Earlier axes are filled to their ends, later ones hold nothing yet beside x.
        rows = moveaxis(result[(slice(None),) * (axis + 1) + tuple(inside[axis + 1 :])], axis, 0)
        if not rows.size or not any(widths[axis]):
            continue
        if mode == "constant":
            rows[: place.start], rows[place.stop :] = values[axis]
        elif mode == "edge" or (mode == "reflect" and x.shape[axis] == 1):
            rows[: place.start] = rows[place.start]
            rows[place.stop :] = rows[place.stop - 1]
        elif mode == "wrap":
            _wrap(rows, place.start, place.stop, x.shape[axis])
        else:
            _reflect(rows, place.start, place.stop, 1 if mode == "reflect" else 0)
    return result


def _reflect(rows: Array, start: int, stop: int, skipped: int) -> None:
    """Fills what is before `start` and from `stop` on with reflections, without the `skipped` last rows."""
    length = stop - start - skipped
    before, after = min(start, length), min(len(rows) - stop, length)
    rows[start - before : start] = rows[start + skipped : start + skipped + before][::-1]
    rows[stop : stop + after] = rows[stop - skipped - after : stop - skipped][::-1]
    _wrap(rows, start - before, stop + after, 2 * length)


def _wrap(rows: Array, start: int, stop: int, period: int) -> None:
    """Fills the same with what is `period` rows away, in pieces that grow with what there is to copy."""
    while start > 0:
        away = (stop - start) // period * period
        begin = max(0, start - away)
        rows[begin:start] = rows[begin + away : start + away]
        start = begin
    while stop < len(rows):
        away = (stop - start) // period * period
        end = min(len(rows), stop + away)
        rows[stop:end] = rows[stop - away : end - away]
        stop = end


def _widths(pad_width: Widths, ndim: int) -> list[tuple[int, int]]:
    given = np.asarray(pad_width)
    if given.dtype.kind not in "iu":
        raise TypeError(f"pad: widths are integers, not {pad_width!r}")
    if (given < 0).any():
        raise ValueError(f"pad: widths are 0 or more, not {pad_width!r}")
    return [(int(before), int(after)) for before, after in _for_each_axis("pad_width", given, ndim)]


def _values(constant_values: Values, ndim: int) -> list[Any]:
    if isinstance(constant_values, Array):
        return [(constant_values, constant_values)] * ndim
    return _for_each_axis("constant_values", np.asarray(constant_values), ndim)


def _for_each_axis(name: str, given: np.ndarray[Any, Any], ndim: int) -> list[Any]:
    try:
        pairs: list[Any] = np.broadcast_to(given, (ndim, 2)).tolist()
    except ValueError:
        raise ValueError(
            f"pad: {name} of shape {given.shape} is no pair for each of {ndim} axes, shape ({ndim}, 2)"
        ) from None
    return pairs
