"""Places as one number in C order and as one for each axis, and arrays of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from operator import index
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._bounds import Mode, inside, require_mode
from farshore._core import Array, Device
from farshore._creation import asarray
from farshore._grids import arange
from farshore._manipulation import require_array
from farshore._operands import OURS, beside
from farshore._places import checked


@overload
def indices(
    dimensions: Sequence[int],
    dtype: npt.DTypeLike | None = None,
    sparse: Literal[False] = False,
    *,
    device: Device | str | None = None,
) -> Array: ...


@overload
def indices(
    dimensions: Sequence[int],
    dtype: npt.DTypeLike | None = None,
    *,
    sparse: Literal[True],
    device: Device | str | None = None,
) -> tuple[Array, ...]: ...


def indices(
    dimensions: Sequence[int],
    dtype: npt.DTypeLike | None = None,
    sparse: bool = False,
    *,
    device: Device | str | None = None,
) -> Array | tuple[Array, ...]:
    """For each axis of an array of that shape, the place along it of every element; int64 unless `dtype` says
    otherwise.

    sparse: a tuple of arrays of length 1 along the other axes, instead of one array.

    >>> import farshore as fs
    >>> print(fs.indices((2, 2)))
    [[[0 0]
      [1 1]]
    <BLANKLINE>
     [[0 1]
      [0 1]]]
    """
    shape = [index(one) for one in dimensions]
    wanted = np.int64 if dtype is None else dtype
    lines = tuple(
        arange(length, dtype=wanted, device=device).reshape(
            [-1 if one == axis else 1 for one in range(len(shape))]
        )
        for axis, length in enumerate(shape)
    )
    if sparse:
        return lines
    result = _core.empty([len(shape), *shape], wanted, device)
    for axis, line in enumerate(lines):
        result[axis] = line
    return result


def ix_(*args: Array | Sequence[int] | Sequence[bool]) -> tuple[Array, ...]:
    """Places along each axis, so that `x[ix_(rows, columns)]` is where these rows and columns cross.

    args: of one axis, of integers, or of bools, of which there is one for each place of the axis.
    Raises ValueError for other axes, TypeError for other dtypes.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    >>> print(x[fs.ix_([0, 2], [1, 2])])
    [[2 3]
     [8 9]]
    """
    device = next((one.device for one in args if isinstance(one, OURS)), None)
    found = []
    for axis, one in enumerate(args):
        # Without places, a list says nothing of their dtype.
        dtype = None if isinstance(one, OURS) or len(one) else np.int64
        places = (
            require_array("ix_", one) if isinstance(one, OURS) else asarray(one, dtype=dtype, device=device)
        )
        if places.ndim != 1:
            raise ValueError(f"ix_: places are of one axis, not of shape {places.shape}")
        if places.dtype.kind not in "biu":
            raise TypeError(f"ix_: places are integers or bools, not {places.dtype}")
        places = _core.nonzero(places) if places.dtype == np.bool else places
        found.append(places.reshape([-1 if other == axis else 1 for other in range(len(args))]))
    return tuple(found)


def unravel_index(
    indices: Array | int, shape: int | Sequence[int], order: Literal["C", "F"] = "C"
) -> tuple[Any, ...]:
    """The place along each axis of elements that are counted through an array of that shape, of int64.

    indices: integers of any shape; those out of bounds are an IndexError at the next wait. Of a number, the
    places are numbers, found at once.
    order: "C" counts along the last axis first, "F" along the first one.
    Raises ValueError for a number out of bounds and for other words, TypeError for other than integers.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 5, 3], [4, 9, 6]])
    >>> print(*fs.unravel_index(fs.argmax(x), x.shape))
    1 1
    """
    lengths = (shape,) if isinstance(shape, (int, np.integer)) else tuple(index(one) for one in shape)
    _check_order("unravel_index", order)
    if not isinstance(indices, OURS):
        return tuple(int(one) for one in np.unravel_index(index(indices), lengths, order))
    places = require_array("unravel_index", indices)
    if places.dtype.kind not in "iu":
        raise TypeError(f"unravel_index: places are integers, not {places.dtype}")
    left = checked("unravel_index", places, prod(lengths))
    found: list[Array] = []
    for length in lengths if order == "F" else reversed(lengths):
        found.append(_core.remainder(left, max(length, 1)))
        left = _core.floor_divide(left, max(length, 1))
    return tuple(found if order == "F" else reversed(found))


def ravel_multi_index(
    multi_index: Array | Sequence[Array | int],
    dims: int | Sequence[int],
    mode: Mode | Sequence[Mode] = "raise",
    order: Literal["C", "F"] = "C",
) -> Array:
    """The places of elements as they are counted through an array of that shape, of int64.

    multi_index: the places along each axis, which broadcast; or an array whose first axis goes over them.
    mode: "raise" reports places out of bounds as an IndexError at the next wait, "clip" takes the nearest,
    "wrap" goes round; one for all axes, or one for each.
    order: as in `unravel_index`.
    Raises ValueError for other than as many arrays as axes, and for other words, TypeError for other than
    integers.

    >>> import farshore as fs
    >>> print(fs.ravel_multi_index((fs.asarray([0, 1]), fs.asarray([2, 0])), (2, 3)))
    [2 3]
    """
    lengths = (dims,) if isinstance(dims, (int, np.integer)) else tuple(index(one) for one in dims)
    _check_order("ravel_multi_index", order)
    given = list(multi_index)
    modes: list[Mode] = [mode] * len(lengths) if isinstance(mode, str) else list(mode)
    if not len(given) == len(lengths) == len(modes):
        raise ValueError(
            f"ravel_multi_index: {len(given)} arrays and {len(modes)} modes for {len(lengths)} axes"
        )
    first = next((one for one in given if isinstance(one, OURS)), None)
    first = require_array("ravel_multi_index", given[0] if first is None and given else first)
    result: Array | None = None
    steps = [prod(lengths[:one] if order == "F" else lengths[one + 1 :]) for one in range(len(lengths))]
    for one, length, how, step in zip(given, lengths, modes, steps, strict=True):
        part = _inside(beside("ravel_multi_index", one, first), length, how) * step
        result = part if result is None else result + part
    assert result is not None
    return result


def _inside(places: Array, length: int, mode: Mode) -> Array:
    if places.dtype.kind not in "iu":
        raise TypeError(f"ravel_multi_index: places are integers, not {places.dtype}")
    if require_mode("ravel_multi_index", mode) == "raise" or not length:
        return checked("ravel_multi_index", places, length)
    return inside(places, length, mode).astype(np.int64, copy=False)


def _check_order(op: str, order: str) -> None:
    if order not in ("C", "F"):
        raise ValueError(f"{op}: order is 'C' or 'F', not {order!r}")
