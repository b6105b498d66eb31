"""What happens to positions on the device that are outside their axis."""

from __future__ import annotations

import os
from contextvars import ContextVar, Token
from typing import Literal, TypeAlias, cast, get_args

import numpy as np

from farshore import _core
from farshore._core import Array

Mode: TypeAlias = Literal["raise", "clip", "wrap"]

_mode: ContextVar[Mode | None] = ContextVar("indexing", default=None)


class indexing:
    """A block in which positions on the device that are outside their axis are found, or mean others.

    mode: "raise", the default: found on the device and raised as IndexError at the next wait; "clip": the
    nearest place, so that negative ones are the first; "wrap": counted around, so that -1 is the last and
    the length is the first. Of `x[i]` and `x[i] = value` for arrays i of the device; lists and numbers are
    checked at once in every mode, and functions have a `mode=` of their own. Blocks nest, and are those of a
    thread or task; without one, the environment variable `FARSHORE_INDEXING` holds.
    Raises ValueError for another mode.

    >>> import farshore as fs
    >>> x, i = fs.asarray([10, 20, 30]), fs.asarray([-1, 1, 4])
    >>> with fs.indexing("clip"):
    ...     print(x[i])
    [10 20 30]
    >>> with fs.indexing("wrap"):
    ...     print(x[i])
    [30 20 20]
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = require_mode("indexing", mode)
        self._tokens: list[Token[Mode | None]] = []

    def __enter__(self) -> None:
        self._tokens.append(_mode.set(self._mode))

    def __exit__(self, *error: object) -> None:
        _mode.reset(self._tokens.pop())


def mode_of_indexing() -> Mode:
    """That of the innermost block, else that of the process."""
    return _mode.get() or require_mode("FARSHORE_INDEXING", os.environ.get("FARSHORE_INDEXING") or "raise")


def require_mode(op: str, mode: str) -> Mode:
    """`mode`, if there is such a one."""
    if mode not in get_args(Mode):
        raise ValueError(f"{op}: the mode is 'raise', 'clip' or 'wrap', not {mode!r}")
    return cast(Mode, mode)


def inside(places: Array, length: int, mode: Mode) -> Array:
    """The places on an axis of that length, more than 0, that `places` mean by "clip" or "wrap"."""
    # Narrow ones may not hold the length.
    places = places if places.dtype == np.uint64 else places.astype(np.int64)
    if mode == "wrap":
        return places % length
    return _core.minimum(_core.maximum(places, 0), length - 1)
