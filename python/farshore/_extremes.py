"""Where the largest and the smallest elements are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._core import Array
from farshore._creation import full
from farshore._grids import arange
from farshore._reductions import any as any_of
from farshore._reductions import called_as, known, passed_over, reduced, require_ordered, stored


def _position(
    op: str,
    x: Array,
    /,
    axis: int | None = None,
    keepdims: bool = False,
    *,
    out: Array | None = None,
) -> Array:
    x = require_ordered(op, x)
    along = None if axis is None else normalize_axis_index(axis, x.ndim)
    shape = reduced(x.shape, tuple(range(x.ndim)) if along is None else (along,), keepdims)
    if along is None:
        x, along = x.reshape(-1), 0
    length = x.shape[along]
    if not length:
        raise ValueError(f"{op}: there are no elements to choose from: shape {x.shape}, axis {axis}")
    if not x.size:
        return stored(op, _core.empty(shape, np.int64, x.device), out)
    name, worst = ("maximum", -np.inf) if op.endswith("max") else ("minimum", np.inf)
    candidates = passed_over(op, x, worst)
    skips = candidates is not x
    here = _core.equal(x, _core.reduce(name, candidates, [along], True))
    if x.dtype.kind == "f" and not skips:
        here = _core.logical_or(here, _core.isnan(x))
    # The least position where it stands; `length` where it stands nowhere.
    narrow = np.dtype(np.int32 if length < 2**31 else np.int64)
    places = arange(length, dtype=narrow, device=x.device).reshape((-1,) + (1,) * (x.ndim - along - 1))
    nowhere = full((), length, dtype=narrow, device=x.device)
    first = _core.reduce("minimum", _core.where(here, places, nowhere), [along], False)
    if skips and known(any_of(_core.equal(first, length))):
        raise ValueError(
            f"{op}: All-NaN slice encountered: shape {x.shape}, axis {axis}; give it numbers: "
            f"fs.{op}(fs.where(fs.isnan(x), {worst}, x), ..)"
        )
    return stored(op, first.astype(np.int64).reshape(shape), out)


@called_as(_position)
def argmax(x: Array, /, *args: Any, **how: Any) -> Array:
    """The position along `axis` of the largest element, the first of several; of the first NaN if any is.

    axis: without one, the position in x flattened. keepdims: whether the axis stays, with length 1.
    out: an array of the shape of the result, which is written into it; the result is of int64.
    Raises ValueError where there are no elements, AxisError for an axis that x lacks, TypeError for complex
    numbers.

    >>> import farshore as fs
    >>> print(fs.argmax(fs.asarray([[1, 5, 5], [7, 3, 4]]), axis=1))
    [1 0]
    """
    return _position("argmax", x, *args, **how)


@called_as(_position)
def argmin(x: Array, /, *args: Any, **how: Any) -> Array:
    """The position along `axis` of the smallest element. Otherwise as `argmax`.

    >>> import farshore as fs
    >>> print(fs.argmin(fs.asarray([[1, 5, 5], [7, 3, 4]])))
    0
    """
    return _position("argmin", x, *args, **how)


@called_as(_position)
def nanargmax(x: Array, /, *args: Any, **how: Any) -> Array:
    """The position along `axis` of the largest element that is not NaN. Otherwise as `argmax`.

    Raises ValueError where all are NaN: of floats, one scalar, whether it is so, is read from the device.

    >>> import farshore as fs
    >>> print(fs.nanargmax(fs.asarray([1.0, float("nan"), 2.0])))
    2
    """
    return _position("nanargmax", x, *args, **how)


@called_as(_position)
def nanargmin(x: Array, /, *args: Any, **how: Any) -> Array:
    """The position along `axis` of the smallest element that is not NaN. Otherwise as `nanargmax`.

    >>> import farshore as fs
    >>> print(fs.nanargmin(fs.asarray([float("nan"), 1.0, 2.0])))
    1
    """
    return _position("nanargmin", x, *args, **how)
