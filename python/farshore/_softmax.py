"""Shares of exponentials: memory is read once where rows share a kernel, and otherwise twice."""

from __future__ import annotations

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._reductions import require_ordered


def softmax(x: Array, /, *, axis: int | None = -1) -> Array:
    """e to the power of each element over the sum of those along `axis`, or of all where it is None.

    It does not overflow on the way; NaN where an element is infinite. Floats keep their dtype, integers give
    float64. Raises TypeError for complex numbers, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.softmax(fs.asarray([1000.0, 1000.0])))
    [0.5 0.5]
    """
    return _shares("softmax", x, axis)


def log_softmax(x: Array, /, *, axis: int | None = -1) -> Array:
    """The logarithm of `softmax`, precise where that is close to 0, or rounds to it. Otherwise as that.

    >>> import farshore as fs
    >>> print(fs.log_softmax(fs.asarray([0.0, -1000.0])))
    [    0. -1000.]
    """
    return _shares("log_softmax", x, axis)


def _shares(op: str, x: Array, axis: int | None) -> Array:
    x = require_ordered(op, x)
    if x.dtype.kind in "biu":
        x = x.astype(np.float64)
    if not x.ndim and axis in (0, -1):
        axis = None
    return _core.softmax(x, axis, op == "log_softmax")
