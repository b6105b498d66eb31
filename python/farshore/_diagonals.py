"""Diagonals: taken, written, and matrices made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._core import Array, Device
from farshore._creation import asarray, zeros
from farshore._grids import arange
from farshore._manipulation import require_array
from farshore._operands import Numbers
from farshore._places import values_of, write_back


def diagonal(x: Array, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The elements at which the place along axis2 is that along axis1 plus `offset`, along a last axis.

    A view where the two axes lie in memory as one, as those of a whole matrix do, else a copy.
    Raises ValueError for less than two axes and for one that is named twice, AxisError for one that x lacks.

    >>> import farshore as fs
    >>> print(fs.diagonal(fs.asarray([[1, 2, 3], [4, 5, 6]]), 1))
    [2 6]
    """
    x = require_array("diagonal", x)
    if x.ndim < 2:
        raise ValueError(f"diagonal: an array of shape {x.shape} is no matrix")
    one, two = normalize_axis_index(axis1, x.ndim), normalize_axis_index(axis2, x.ndim)
    if one == two:
        raise ValueError(f"diagonal: axis {axis1} and axis {axis2} are the same")
    x = x.permute_dims([*(axis for axis in range(x.ndim) if axis not in (one, two)), one, two])
    rows, columns = x.shape[-2:]
    length = max(0, min(rows - max(-offset, 0), columns - max(offset, 0)))
    if not length:
        return x[..., 0, :0] if rows else x[..., :0, 0] if columns else x.reshape((*x.shape[:-2], 0))
    row, column = max(-offset, 0), max(offset, 0)
    if x.strides[-1] == rows * x.strides[-2]:
        x, rows, columns, row, column = x.mT, columns, rows, column, row
    if x.strides[-2] == columns * x.strides[-1]:
        first = row * columns + column
        line = x.reshape((*x.shape[:-2], rows * columns))
        return line[..., first : first + (length - 1) * (columns + 1) + 1 : columns + 1]
    place = arange(length, device=x.device)
    return _core.gather(x, [*[None] * (x.ndim - 2), place + row, place + column], False)


def diag(x: Array, /, k: int = 0) -> Array:
    """Of a matrix, its diagonal at column - row = k, as `diagonal`; of one axis, the matrix that has it.

    Raises ValueError for other shapes.

    >>> import farshore as fs
    >>> print(fs.diag(fs.asarray([1, 2])))
    [[1 0]
     [0 2]]
    """
    x = require_array("diag", x)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        raise ValueError(f"diag: an array of shape {x.shape} is neither a matrix nor a diagonal")
    side = x.size + abs(k)
    result = zeros((side, side), dtype=x.dtype, device=x.device)
    if x.size:
        first = k if k >= 0 else -k * side
        last = first + (x.size - 1) * (side + 1)
        result.reshape(-1)[first : last + 1 : side + 1] = x
    return result


def diagflat(x: Array | Sequence[Any], /, k: int = 0) -> Array:
    """The matrix whose diagonal, at column - row = k, has the elements of x in C order; zeros elsewhere.

    >>> import farshore as fs
    >>> print(fs.diagflat(fs.asarray([[1, 2], [3, 4]])))
    [[1 0 0 0]
     [0 2 0 0]
     [0 0 3 0]
     [0 0 0 4]]
    """
    return diag(asarray(x).reshape(-1), k)


def fill_diagonal(x: Array, val: Numbers, /, wrap: bool = False) -> None:
    """Writes `val` where all indices are equal; again from the first of them where there are too few.

    wrap: goes on below in a matrix of more rows than columns, after a row that is left out.
    Raises ValueError for less than two axes, and for lengths that differ of more than two.

    >>> import farshore as fs
    >>> x = fs.zeros((2, 3), dtype=fs.int8)
    >>> fs.fill_diagonal(x, 5)
    >>> print(x)
    [[5 0 0]
     [0 5 0]]
    """
    x = require_array("fill_diagonal", x)
    if x.ndim < 2:
        raise ValueError(f"fill_diagonal: an array of shape {x.shape} has no diagonal")
    if x.ndim > 2 and len(set(x.shape)) > 1:
        raise ValueError(f"fill_diagonal: of more than two axes all are equally long, unlike {x.shape}")
    end = x.size if wrap or x.ndim > 2 else min(x.size, x.shape[1] ** 2)
    step = sum(x.shape[1] ** one for one in range(x.ndim))
    flat = x.reshape(-1)
    place, new = flat[:end:step], values_of("fill_diagonal", val, x).reshape(-1)
    if not place.size or not new.size:
        return
    if 1 < new.size < place.size:
        new = _core.gather(new, [arange(place.size, device=x.device) % new.size], False)
    place[...] = new if new.size == 1 else new[: place.size]
    write_back(x, flat)


def diag_indices(n: int, ndim: int = 2, *, device: Device | str | None = None) -> tuple[Array, ...]:
    """The places, of int64, of the diagonal of an array of `ndim` axes of length n: `x[diag_indices(n)]`.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 2], [3, 4]])
    >>> print(x[fs.diag_indices(2)])
    [1 4]
    """
    return (arange(n, device=device),) * ndim


def diag_indices_from(x: Array, /) -> tuple[Array, ...]:
    """`diag_indices` of an array, on its device. Raises ValueError for less than two axes and unequal ones.

    >>> import farshore as fs
    >>> print(*fs.diag_indices_from(fs.zeros((2, 2))))
    [0 1] [0 1]
    """
    x = require_array("diag_indices_from", x)
    if x.ndim < 2 or len(set(x.shape)) > 1:
        raise ValueError(f"diag_indices_from: two axes or more, all equally long, not the shape {x.shape}")
    return diag_indices(x.shape[0], x.ndim, device=x.device)
