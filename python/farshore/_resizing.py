"""Arrays made longer or shorter."""

from __future__ import annotations

from math import prod
from operator import index

from numpy.lib.array_utils import normalize_axis_tuple

from farshore import _core
from farshore._core import Array
from farshore._creation import zeros
from farshore._grids import arange
from farshore._manipulation import require_array


def resize(x: Array, new_shape: int | tuple[int, ...], /) -> Array:
    """The elements in C order under another shape: the first of them, or again from the first where there are
    too few; zeros where there are none. A copy.

    Raises ValueError for lengths below 0.

    >>> import farshore as fs
    >>> print(fs.resize(fs.asarray([1, 2, 3]), (2, 2)))
    [[1 2]
     [3 1]]
    """
    x = require_array("resize", x)
    shape = [index(one) for one in (new_shape if isinstance(new_shape, (tuple, list)) else (new_shape,))]
    if any(one < 0 for one in shape):
        raise ValueError(f"resize: the lengths of a shape are 0 or more, not {new_shape}")
    size = prod(shape)
    if not x.size or not size:
        return zeros(tuple(shape), dtype=x.dtype, device=x.device)
    flat = x.reshape(-1)
    if size <= flat.size:
        return flat[:size].copy().reshape(shape)
    return _core.gather(flat, [arange(size, device=x.device) % flat.size], False).reshape(shape)


def trim_zeros(x: Array, /, trim: str = "fb", axis: int | tuple[int, ...] | None = None) -> Array:
    """x without the places at both ends of each axis where all elements are 0; a view.

    trim: "f" for the front alone, "b" for the back.
    axis: along which; without it, all of them. Where the others are is read from the device: one scalar for
    each axis.
    Raises ValueError for other words, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.trim_zeros(fs.asarray([0, 0, 1, 0, 2, 0])))
    [1 0 2]
    """
    x = require_array("trim_zeros", x)
    ends = trim.lower()
    if ends not in ("fb", "bf", "f", "b"):
        raise ValueError(f"trim_zeros: trim is 'f', 'b' or 'fb', not {trim!r}")
    axes = range(x.ndim) if axis is None else normalize_axis_tuple(axis, x.ndim)
    kept = [slice(None)] * x.ndim
    for one in axes:
        first, last = _ends(x, one)
        # Where all are 0, nothing is left, whichever end is meant.
        kept[one] = slice(
            first if "f" in ends or first == last else None, last if "b" in ends or first == last else None
        )
    return x[tuple(kept)]


def _ends(x: Array, axis: int) -> tuple[int, int]:
    """The first place along an axis where not all elements are 0, and the one after the last."""
    length, others = x.shape[axis], [one for one in range(x.ndim) if one != axis]
    if not x.size:
        return 0, 0
    there = _core.not_equal(x, 0)
    there = _core.reduce("maximum", there, others, False) if others else there
    place = arange(length, device=x.device)
    first = _core.reduce("minimum", _core.where(there, place, length), [0], False)
    last = _core.reduce("maximum", _core.where(there, place + 1, 0), [0], False)
    # Both in one number, which crosses once.
    both = divmod(int(first * (length + 1) + last), length + 1)
    return both if both[0] < length else (0, 0)
