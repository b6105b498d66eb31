"""Bits as elements, and eight of them in a byte."""

from __future__ import annotations

from operator import index
from typing import Literal

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._core import Array
from farshore._creation import zeros
from farshore._grids import arange
from farshore._places import line


def packbits(x: Array, /, axis: int | None = None, bitorder: Literal["big", "little"] = "big") -> Array:
    """Eight elements along `axis` as one of uint8, a bit for each that says whether it is other than 0; the
    last ones with bits of 0. With None, of x as one axis.

    bitorder: whether the first is the highest bit, "big", or the lowest.
    Raises TypeError for floats, ValueError for other words, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.packbits(fs.asarray([1, 0, 0, 0, 0, 0, 1, 1, 1])))
    [131 128]
    """
    _check_order("packbits", bitorder)
    x, axis = line("packbits", x, axis)
    if x.dtype.kind not in "biu":
        raise TypeError(f"packbits: bits are made of integers or bools, not of {x.dtype}")
    if not x.ndim:
        x = x.reshape(1)
    length = -(-x.shape[axis] // 8)
    shape = [*x.shape[:axis], length * 8, *x.shape[axis + 1 :]]
    bits = zeros(tuple(shape), dtype=np.uint8, device=x.device)
    bits[(*(slice(None),) * axis, slice(x.shape[axis]))] = _core.not_equal(x, 0)
    bits = bits.reshape([*shape[:axis], length, 8, *shape[axis + 1 :]])
    if not bits.size:
        return zeros((*shape[:axis], length, *shape[axis + 1 :]), dtype=np.uint8, device=x.device)
    shifted = _core.bitwise_left_shift(bits, _shifts(bits, axis + 1, bitorder))
    return _core.reduce("add", shifted, [axis + 1], False)


def unpackbits(
    x: Array,
    /,
    axis: int | None = None,
    count: int | None = None,
    bitorder: Literal["big", "little"] = "big",
) -> Array:
    """The eight bits of each element along `axis`, of uint8; with None, of x as one axis.

    count: how many there are in the end, more of them with bits of 0; negative, how many are left out.
    bitorder: as in `packbits`.
    Raises TypeError for other than uint8, ValueError for other words and for more to leave out than there
    are, AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.unpackbits(fs.asarray([131], dtype=fs.uint8)))
    [1 0 0 0 0 0 1 1]
    """
    _check_order("unpackbits", bitorder)
    x, axis = line("unpackbits", x, axis)
    if x.dtype != np.uint8:
        raise TypeError(f"unpackbits: bits are taken from uint8, not from {x.dtype}")
    if not x.ndim:
        x, axis = x.reshape(1), normalize_axis_index(axis, 1)
    before, after = x.shape[:axis], x.shape[axis + 1 :]
    length = x.shape[axis] * 8
    apart = x.reshape([*before, x.shape[axis], 1, *after])
    bits = _core.bitwise_and(_core.bitwise_right_shift(apart, _shifts(apart, axis + 1, bitorder)), 1)
    bits = bits.reshape([*before, length, *after])
    if count is None:
        return bits
    wanted = index(count) if count >= 0 else length + index(count)
    if wanted < 0:
        raise ValueError(f"unpackbits: count={count} leaves out more than the {length} bits that there are")
    part = (*(slice(None),) * axis, slice(min(wanted, length)))
    if wanted <= length:
        return bits[part]
    result = zeros((*before, wanted, *after), dtype=np.uint8, device=x.device)
    result[part] = bits
    return result


def _shifts(x: Array, axis: int, bitorder: str) -> Array:
    """By how much each of eight bits along an axis is shifted."""
    row = arange(8, dtype=np.uint8, device=x.device)
    return (row if bitorder == "little" else row[::-1]).reshape([8, *[1] * (x.ndim - axis - 1)])


def _check_order(op: str, bitorder: str) -> None:
    if bitorder not in ("big", "little"):
        raise ValueError(f"{op}: bitorder is 'big' or 'little', not {bitorder!r}")
