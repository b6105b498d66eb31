"""Arrays taken apart along an axis that has a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import SupportsIndex

from farshore._core import Array
from farshore._joining import split
from farshore._manipulation import require_array


def vsplit(x: Array, /, indices_or_sections: SupportsIndex | Sequence[int]) -> list[Array]:
    """Parts of x that follow each other along the first axis; views. Raises as `split`, and ValueError for
    less than two axes.

    >>> import farshore as fs
    >>> print(*fs.vsplit(fs.asarray([[1, 2], [3, 4]]), 2))
    [[1 2]] [[3 4]]
    """
    return _split("vsplit", x, indices_or_sections, 0, 2)


def hsplit(x: Array, /, indices_or_sections: SupportsIndex | Sequence[int]) -> list[Array]:
    """Parts of x that lie side by side: along the second axis, or the only one; views. Raises as `split`, and
    ValueError without axes.

    >>> import farshore as fs
    >>> print(*fs.hsplit(fs.asarray([1, 2, 3]), [1]))
    [1] [2 3]
    """
    return _split("hsplit", x, indices_or_sections, 1, 1)


def dsplit(x: Array, /, indices_or_sections: SupportsIndex | Sequence[int]) -> list[Array]:
    """Parts of x that lie one behind another: along the third axis; views. Raises as `split`, and ValueError
    for less than three axes.

    >>> import farshore as fs
    >>> print(*fs.dsplit(fs.asarray([[[1, 2]]]), 2))
    [[[1]]] [[[2]]]
    """
    return _split("dsplit", x, indices_or_sections, 2, 3)


def _split(
    op: str, x: Array, indices_or_sections: SupportsIndex | Sequence[int], axis: int, ndim: int
) -> list[Array]:
    x = require_array(op, x)
    if x.ndim < ndim:
        raise ValueError(f"{op}: an array of shape {x.shape} has fewer than {ndim} axes")
    return split(x, indices_or_sections, min(axis, x.ndim - 1))
