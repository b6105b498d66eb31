"""What is known of an array without its elements. Numbers and lists are asked as NumPy asks them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from farshore._core import Array
from farshore._operands import OURS


def shape(x: Any, /) -> tuple[int, ...]:
    """The lengths of the axes: `x.shape`.

    >>> import farshore as fs
    >>> fs.shape(fs.zeros((2, 3)))
    (2, 3)
    """
    return x.shape if isinstance(x, OURS) else np.shape(x)


def ndim(x: Any, /) -> int:
    """How many axes there are: `x.ndim`.

    >>> import farshore as fs
    >>> fs.ndim(fs.zeros((2, 3)))
    2
    """
    return x.ndim if isinstance(x, OURS) else np.ndim(x)


def size(x: Any, /, axis: int | Sequence[int] | None = None) -> int:
    """How many elements there are: `x.size`; or how many places along `axis`, or several of them.

    Raises AxisError out of range.

    >>> import farshore as fs
    >>> fs.size(fs.zeros((2, 3))), fs.size(fs.zeros((2, 3)), 1)
    (6, 3)
    """
    lengths = shape(x)
    axes = range(len(lengths)) if axis is None else normalize_axis_tuple(axis, len(lengths))
    return prod(lengths[one] for one in axes)


def iscomplexobj(x: Any, /) -> bool:
    """Whether the dtype is complex, whatever the elements are.

    >>> import farshore as fs
    >>> fs.iscomplexobj(fs.zeros(2, dtype=fs.complex64))
    True
    """
    return bool(x.dtype.kind == "c") if isinstance(x, OURS) else np.iscomplexobj(x)


def isrealobj(x: Any, /) -> bool:
    """Whether the dtype is not complex.

    >>> import farshore as fs
    >>> fs.isrealobj(fs.zeros(2))
    True
    """
    return not iscomplexobj(x)


def isscalar(x: Any, /) -> bool:
    """Whether x is one of Python's or NumPy's numbers or a string; an array without axes is none.

    >>> import farshore as fs
    >>> fs.isscalar(2.5), fs.isscalar(fs.asarray(2.5))
    (True, False)
    """
    return np.isscalar(x)


def isfortran(x: Array, /) -> bool:
    """Whether the elements lie in memory in Fortran's order, and not in C order too.

    >>> import farshore as fs
    >>> x = fs.zeros((2, 3))
    >>> fs.isfortran(x), fs.isfortran(x.T)
    (False, True)
    """
    return not in_order(x) and in_order(x.T)


def in_order(x: Array) -> bool:
    """Whether the elements follow each other in C order."""
    step = x.itemsize
    for length, stride in zip(reversed(x.shape), reversed(x.strides), strict=True):
        if length != 1 and stride != step:
            return not x.size
        step *= length
    return True


def may_share_memory(a: Any, b: Any, /) -> bool:
    """Whether both lie in the same memory: as `shares_memory`.

    >>> import farshore as fs
    >>> x = fs.zeros((2, 3))
    >>> fs.may_share_memory(x[0], x), fs.may_share_memory(x, fs.zeros(3))
    (True, False)
    """
    return shares_memory(a, b)


def shares_memory(a: Any, b: Any, /) -> bool:
    """Whether both lie in the same memory, as views of one array do: `x.shares_memory(y)`.

    An array of a device has none in common with one of the host.

    >>> import farshore as fs
    >>> x = fs.zeros((2, 3))
    >>> fs.shares_memory(x[0], x), fs.shares_memory(x, fs.zeros(3))
    (True, False)
    """
    first, second = (getattr(one, "array", one) for one in (a, b))
    return isinstance(first, Array) and isinstance(second, Array) and first.shares_memory(second)
