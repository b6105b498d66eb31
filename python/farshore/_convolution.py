"""Sums of products of one array with the other, shifted along it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from farshore._core import Array
from farshore._creation import zeros
from farshore._manipulation import require_array
from farshore._products import inside_of, outside, product

LONGEST = 1024
"""As many elements of the shorter operand of a convolution are done at once."""


def convolve(a: Array, v: Array, /, mode: Literal["full", "same", "valid"] = "full") -> Array:
    """The sums of products of two arrays of one axis, one of them reversed and shifted along the other.

    mode: "full" has every shift at which they overlap, "valid" those at which they do so wholly, "same" as
    many in the middle as the longer one has elements.
    Raises ValueError for arrays of other than one axis, for empty ones, and for other words.

    >>> import farshore as fs
    >>> print(fs.convolve(fs.asarray([1, 2, 3]), fs.asarray([1, 10])))
    [ 1 12 23 30]
    """
    if mode not in ("full", "same", "valid"):
        raise ValueError(f'convolve: mode is "full", "same" or "valid", not {mode!r}')
    a, v = require_array("convolve", a), require_array("convolve", v)
    if a.ndim > 1 or v.ndim > 1:
        raise ValueError(f"convolve: shapes {a.shape} and {v.shape} are not both of one axis")
    if not a.size or not v.size:
        raise ValueError(f"convolve: of shapes {a.shape} and {v.shape} one is empty")
    dtype = np.result_type(a.dtype, v.dtype)
    long, short = (x.reshape(-1).astype(inside_of(dtype), copy=False) for x in (a, v))
    if long.size < short.size:
        long, short = short, long
    result = outside(_convolved(long, short), dtype)
    partial = short.size - 1
    if mode == "same":
        return result[partial // 2 : partial // 2 + long.size]
    return result[partial : long.size] if mode == "valid" else result


def _convolved(long: Array, short: Array) -> Array:
    """Every shift: blocks of the long one times a matrix whose rows are the short one, each shifted."""
    length = min(short.size, LONGEST)
    blocks = -(-long.size // length)
    ends = blocks * length
    padded = _padded(long, ends).reshape(blocks, length)
    result = zeros(ends + short.size + length, dtype=long.dtype, device=long.device)
    for start in range(0, short.size, length):
        part = short[start : start + length]
        # Rows that are one element longer than those of the matrix shift by themselves.
        longer = zeros((length, 2 * length + 1), dtype=long.dtype, device=long.device)
        longer[:, : part.size] = part
        shifted = longer.reshape(-1)[: 2 * length * length].reshape(length, 2 * length)
        sums = product(padded, shifted)
        for half in (0, length):
            place = slice(start + half, start + half + ends)
            result[place] = result[place] + sums[:, half : half + length].reshape(-1)
    return result[: long.size + short.size - 1]


def _padded(x: Array, length: int) -> Array:
    if x.size == length:
        return x
    result = zeros(length, dtype=x.dtype, device=x.device)
    result[: x.size] = x
    return result
