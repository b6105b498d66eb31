"""What each element makes with all before it, along an axis: sums, products, extremes so far."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._core import Array
from farshore._manipulation import require_array
from farshore._reductions import accumulated, called_as, passed_over, require_ordered, stored, unrounded


def _cumulative(
    op: str,
    x: Array,
    /,
    axis: int | None = None,
    dtype: npt.DTypeLike | None = None,
    *,
    include_initial: bool = False,
    out: Array | None = None,
) -> Array:
    x = require_array(op, x)
    if axis is None and x.ndim > 1:
        raise ValueError(f"{op}: an array of shape {x.shape} has several axes; say along which: axis=0")
    x, axis = _along(x, axis)
    result = _accumulate(op, x, axis, dtype, out)
    if not include_initial:
        return stored(op, result, out)
    before = (slice(None),) * axis
    shape = (*x.shape[:axis], x.shape[axis] + 1, *x.shape[axis + 1 :])
    longer = _core.empty(shape, result.dtype, x.device)
    longer[(*before, slice(1))] = op.endswith("prod")
    longer[(*before, slice(1, None))] = result
    return stored(op, longer, out)


@called_as(_cumulative)
def cumulative_sum(x: Array, /, *args: Any, **how: Any) -> Array:
    """The sums of each element and all before it along `axis`.

    axis: may be left out where there is but one.
    dtype: of the result, to which the elements are converted first; without one, int64 or uint64 for integers
    and bool, else that of x. Halves are added in single precision.
    include_initial: whether a 0 comes first, so that the axis is longer by one.
    out: as of `sum`.
    Raises ValueError without an axis where there are several, AxisError for one that x lacks.

    >>> import farshore as fs
    >>> print(fs.cumulative_sum(fs.asarray([1, 2, 3]), include_initial=True))
    [0 1 3 6]
    """
    return _cumulative("cumulative_sum", x, *args, **how)


@called_as(_cumulative)
def cumulative_prod(x: Array, /, *args: Any, **how: Any) -> Array:
    """The products of each element and all before it along `axis`. Otherwise as `cumulative_sum`.

    include_initial: whether a 1 comes first.

    >>> import farshore as fs
    >>> print(fs.cumulative_prod(fs.asarray([1, 2, 3, 4])))
    [ 1  2  6 24]
    """
    return _cumulative("cumulative_prod", x, *args, **how)


def _running(
    op: str,
    x: Array,
    /,
    axis: int | None = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    x = passed_over(op, require_array(op, x), 1 if op.endswith("prod") else 0)
    return stored(op, _accumulate(op, *_along(x, axis), dtype, out), out)


@called_as(_running)
def cumsum(x: Array, /, *args: Any, **how: Any) -> Array:
    """The sums of each element and all before it along `axis`; without one, of x flattened.

    dtype: as of `cumulative_sum`. out: as of `sum`. Raises AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.cumsum(fs.asarray([[1, 2], [3, 4]])), fs.cumsum(fs.asarray([[1, 2], [3, 4]]), axis=1)[1])
    [ 1  3  6 10] [3 7]
    """
    return _running("cumsum", x, *args, **how)


@called_as(_running)
def cumprod(x: Array, /, *args: Any, **how: Any) -> Array:
    """The products of each element and all before it along `axis`. Otherwise as `cumsum`.

    >>> import farshore as fs
    >>> print(fs.cumprod(fs.asarray([1, 2, 3, 4])))
    [ 1  2  6 24]
    """
    return _running("cumprod", x, *args, **how)


@called_as(_running)
def nancumsum(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `cumsum`, with NaN counting as 0.

    >>> import farshore as fs
    >>> print(fs.nancumsum(fs.asarray([1.0, float("nan"), 2.0])))
    [1. 1. 3.]
    """
    return _running("nancumsum", x, *args, **how)


@called_as(_running)
def nancumprod(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `cumprod`, with NaN counting as 1.

    >>> import farshore as fs
    >>> print(fs.nancumprod(fs.asarray([3.0, float("nan"), 2.0])))
    [3. 3. 6.]
    """
    return _running("nancumprod", x, *args, **how)


def cummax(x: Array, /, axis: int | None = None) -> Array:
    """The largest of each element and all before it along `axis`, NaN from the first NaN on.

    axis: without one, of x flattened. Raises AxisError for one that x lacks, TypeError for complex numbers.

    >>> import farshore as fs
    >>> print(fs.cummax(fs.asarray([1, 3, 2, 5])))
    [1 3 3 5]
    """
    return _scan("maximum", *_along(require_ordered("cummax", x), axis))


def cummin(x: Array, /, axis: int | None = None) -> Array:
    """The smallest of each element and all before it along `axis`. Otherwise as `cummax`.

    >>> import farshore as fs
    >>> print(fs.cummin(fs.asarray([4, 3, 5, 1])))
    [4 3 3 1]
    """
    return _scan("minimum", *_along(require_ordered("cummin", x), axis))


def _along(x: Array, axis: int | None) -> tuple[Array, int]:
    """The array and the axis, from 0, that NumPy's arguments mean."""
    return (x.reshape(-1), 0) if axis is None else (x, normalize_axis_index(axis, x.ndim))


def _accumulate(op: str, x: Array, axis: int, dtype: npt.DTypeLike | None, out: Array | None) -> Array:
    wanted = accumulated(x, dtype, out)
    name = "multiply" if op.endswith("prod") else "add"
    if wanted == np.bool:
        name = "maximum" if name == "add" else "minimum"
    return _scan(name, unrounded(x, wanted), axis).astype(wanted, copy=False)


def _scan(name: str, x: Array, axis: int) -> Array:
    return _core.scan(name, x, axis) if x.size else _core.empty(x.shape, x.dtype, x.device)
