"""Triangles of a matrix: as ones, and as the places of their elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._creation import ones
from farshore._grids import arange
from farshore._manipulation import require_array
from farshore._searching import nonzero, searchsorted


def tri(
    N: int,
    M: int | None = None,
    k: int = 0,
    dtype: npt.DTypeLike | None = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """A matrix of N rows of ones where column - row <= k, and of zeros elsewhere; float32 unless `dtype` says
    otherwise.

    M: how many columns; without it, as many as rows.

    >>> import farshore as fs
    >>> print(fs.tri(2, 3, 1))
    [[1. 1. 0.]
     [1. 1. 1.]]
    """
    columns = N if M is None else M
    # Further away nothing changes.
    near = max(-N, min(k, columns))
    below = arange(columns, device=device) - near <= arange(N, device=device)[:, None]
    return below.astype(np.float32 if dtype is None else dtype)


def tril_indices(
    n: int, k: int = 0, m: int | None = None, *, device: Device | str | None = None
) -> tuple[Array, Array]:
    """The places where column - row <= k in a matrix of n rows and m columns, in C order: rows, columns.

    Of int64; without m, there are as many columns as rows. Nothing is read.

    >>> import farshore as fs
    >>> print(*fs.tril_indices(3))
    [0 1 1 2 2 2] [0 0 1 0 1 2]
    """
    columns = n if m is None else m
    ends = np.clip(np.arange(n) + k + 1, 0, columns)
    return _places(n, int(ends.sum()), lambda row: _clipped(row + (k + 1), columns), None, device)


def triu_indices(
    n: int, k: int = 0, m: int | None = None, *, device: Device | str | None = None
) -> tuple[Array, Array]:
    """The places where column - row >= k. Otherwise as `tril_indices`.

    >>> import farshore as fs
    >>> print(*fs.triu_indices(3))
    [0 0 0 1 1 2] [0 1 2 1 2 2]
    """
    columns = n if m is None else m
    total = int((columns - np.clip(np.arange(n) + k, 0, columns)).sum())

    def first(row: Array) -> Array:
        return _clipped(row + k, columns)

    return _places(n, total, lambda row: columns - first(row), first, device)


def tril_indices_from(x: Array, /, k: int = 0) -> tuple[Array, Array]:
    """`tril_indices` of a matrix, on its device. Raises ValueError for other than two axes.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 2], [3, 4]])
    >>> print(x[fs.tril_indices_from(x)])
    [1 3 4]
    """
    x = _matrix("tril_indices_from", x)
    return tril_indices(x.shape[0], k, x.shape[1], device=x.device)


def triu_indices_from(x: Array, /, k: int = 0) -> tuple[Array, Array]:
    """`triu_indices` of a matrix, on its device. Raises ValueError for other than two axes.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 2], [3, 4]])
    >>> print(x[fs.triu_indices_from(x)])
    [1 2 4]
    """
    x = _matrix("triu_indices_from", x)
    return triu_indices(x.shape[0], k, x.shape[1], device=x.device)


def mask_indices(
    n: int, mask_func: Callable[..., Array], k: Any = 0, *, device: Device | str | None = None
) -> tuple[Array, ...]:
    """The places that `mask_func`, such as `np.triu`, leaves other than 0 in a matrix of n by n ones.

    k: what `mask_func` is called with besides. How many there are is read from the device: one scalar.

    >>> import numpy as np, farshore as fs
    >>> print(*fs.mask_indices(2, np.triu))
    [0 0 1] [0 1 1]
    """
    return nonzero(mask_func(ones((n, n), dtype=np.int32, device=device), k))


def _places(
    rows: int,
    total: int,
    counts: Callable[[Array], Array],
    first: Callable[[Array], Array] | None,
    device: Device | str | None,
) -> tuple[Array, Array]:
    """Of so many places in each row, from its first column on, the rows and the columns."""
    if not total:
        return arange(0, device=device), arange(0, device=device)
    row, place = arange(rows, device=device), arange(total, device=device)
    number = counts(row)
    ends = _core.scan("add", number, 0)
    starts = ends - number if first is None else ends - number - first(row)
    here = searchsorted(ends, place, side="right")
    return here, place - _core.gather(starts, [here], False)


def _clipped(places: Array, length: int) -> Array:
    return _core.minimum(_core.maximum(places, 0), length)


def _matrix(op: str, x: Array) -> Array:
    x = require_array(op, x)
    if x.ndim != 2:
        raise ValueError(f"{op}: an array of shape {x.shape} is no matrix")
    return x
