"""An array of nested lists of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from farshore._core import Array
from farshore._dtypes import result_type
from farshore._joining import join
from farshore._manipulation import require_array
from farshore._operands import OURS, beside


def block(arrays: Any, /) -> Array:
    """The arrays of nested lists, put together: those of the innermost lists along the last axis, the results
    along the axis before it, and so on.

    arrays: lists of one depth, of arrays and numbers; an array of fewer axes has axes of length 1 put before
    them. Raises ValueError for lists of several depths, for empty ones, and for shapes that do not fit;
    TypeError where there is no array.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 2]])
    >>> print(fs.block([[x, 0], [9, x]]))
    [[1 2 0]
     [9 1 2]]
    """
    depth, parts = _depth(arrays), list(_parts(arrays))
    first = next((one for one in parts if isinstance(one, OURS)), parts[0] if parts else None)
    x = require_array("block", first)
    dtype = result_type(*parts)
    ndim = max(depth, *(np.ndim(one) if not isinstance(one, OURS) else one.ndim for one in parts))

    def joined(value: Any, level: int) -> Array:
        if isinstance(value, list):
            return join("block", [joined(one, level + 1) for one in value], ndim - depth + level)
        one = beside("block", value, x).astype(dtype, copy=False)
        return one.reshape([1] * (ndim - one.ndim) + list(one.shape))

    result = joined(arrays, 0)
    return result if depth else result.copy()


def _parts(value: Any) -> Any:
    """All that is in nested lists."""
    if isinstance(value, list):
        for one in value:
            yield from _parts(one)
    else:
        yield value


def _depth(value: Any) -> int:
    """How many lists there are around each array: for all of them as many."""
    if isinstance(value, tuple):
        raise TypeError("block: the arrays are in lists, not in tuples")
    if not isinstance(value, list):
        return 0
    depths = {_depth(one) for one in value}
    if len(depths) != 1:
        raise ValueError(f"block: {'an empty list' if not depths else 'lists of several depths'} in {value}")
    return depths.pop() + 1
