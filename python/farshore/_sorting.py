"""Elements in order, and the positions that put them in order."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Literal

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._core import Array
from farshore._grids import _wide
from farshore._manipulation import require_array
from farshore._taking import take_along_axis

KINDS = ("quicksort", "mergesort", "heapsort", "stable")
"""NumPy's names of sorts."""


def sort(
    x: Array,
    /,
    axis: int | None = -1,
    kind: str | None = None,
    order: None = None,
    *,
    descending: bool = False,
    stable: bool | None = None,
) -> Array:
    """The elements in order along `axis`; with None, of all of them.

    NaN is last, also in descending order; complex numbers go by their real parts, then by the imaginary ones.
    kind, stable: equal elements keep their order whatever these say; they are NumPy's.
    Raises AxisError for an axis that x lacks, ValueError for another kind and for an order of fields.

    >>> import farshore as fs
    >>> print(fs.sort(fs.asarray([3, 1, 2])), fs.sort(fs.asarray([3, 1, 2]), descending=True))
    [1 2 3] [3 2 1]
    """
    _check_kind("sort", kind, order, stable)
    x, along = _line("sort", x, axis)
    return _core.sort(x, along, descending)


def argsort(
    x: Array,
    /,
    axis: int | None = -1,
    kind: str | None = None,
    order: None = None,
    *,
    descending: bool = False,
    stable: bool | None = None,
) -> Array:
    """The positions along `axis`, of int64, at which the elements are in order. Otherwise as `sort`.

    >>> import farshore as fs
    >>> print(fs.argsort(fs.asarray([3, 1, 2])))
    [1 2 0]
    """
    _check_kind("argsort", kind, order, stable)
    x = require_array("argsort", x)
    x, along = _line("argsort", x if x.ndim else x.reshape(1), axis)
    return _core.argsort(x, along, descending)


def sort_complex(x: Array, /) -> Array:
    """The elements in order along the last axis, as complex numbers: complex64 for integers of at most 16
    bits, complex128 for other real numbers, or complex64 where the device lacks it.

    >>> import farshore as fs
    >>> print(fs.sort_complex(fs.asarray([3, 1, 2], dtype=fs.int8)))
    [1.+0.j 2.+0.j 3.+0.j]
    """
    x = require_array("sort_complex", x)
    if x.dtype.kind != "c":
        narrow = x.dtype.kind in "iu" and x.dtype.itemsize < 4
        x = x.astype(np.complex64 if narrow else _wide(np.dtype(np.complex128), x.device))
    return sort(x)


def lexsort(keys: Array | Sequence[Array], axis: int = -1) -> Array:
    """The positions, of int64, that put the last key in order, where it is equal the one before, and so on.

    keys: arrays of one shape, or one whose first axis goes over them. Each is sorted once.
    Raises TypeError without keys, ValueError where their shapes differ, AxisError for an axis they lack.

    >>> import farshore as fs
    >>> print(fs.lexsort([fs.asarray([2, 1, 0]), fs.asarray([5, 5, 4])]))
    [2 1 0]
    """
    parts = [require_array("lexsort", key) for key in keys]
    if not parts:
        raise TypeError("lexsort: there are no keys")
    if any(key.shape != parts[0].shape for key in parts):
        raise ValueError(f"lexsort: keys of shapes {', '.join(str(key.shape) for key in parts)} differ")
    if not parts[0].ndim:
        return _core.full((), 0, np.int64, parts[0].device)
    along = normalize_axis_index(axis, parts[0].ndim)
    order = _core.argsort(parts[0], along, False)
    for key in parts[1:]:
        again = _core.argsort(take_along_axis(key, order, axis=along), along, False)
        order = take_along_axis(order, again, axis=along)
    return order


def partition(
    x: Array,
    kth: int | Sequence[int],
    /,
    axis: int | None = -1,
    kind: Literal["introselect"] = "introselect",
    order: None = None,
) -> Array:
    """The elements along `axis`, those at `kth` where they are in sorted order, none larger before them.

    All are sorted, which costs more than a partition needs, whatever `kind` says.
    Raises ValueError for a position that is not there. Otherwise as `sort`.

    >>> import farshore as fs
    >>> print(fs.partition(fs.asarray([3, 1, 2]), 1))
    [1 2 3]
    """
    _check_select("partition", kind, order)
    x, along = _line("partition", x, axis)
    _check_positions("partition", kth, x.shape[along])
    return _core.sort(x, along, False)


def argpartition(
    x: Array,
    kth: int | Sequence[int],
    /,
    axis: int | None = -1,
    kind: Literal["introselect"] = "introselect",
    order: None = None,
) -> Array:
    """The positions along `axis`, of int64, at which the elements are partitioned. Otherwise as `partition`.

    >>> import farshore as fs
    >>> print(fs.argpartition(fs.asarray([3, 1, 2]), 1))
    [1 2 0]
    """
    _check_select("argpartition", kind, order)
    x, along = _line("argpartition", x, axis)
    _check_positions("argpartition", kth, x.shape[along])
    return _core.argsort(x, along, False)


def topk(
    x: Array, k: int, /, *, axis: int | None = -1, mode: Literal["largest", "smallest"] = "largest"
) -> tuple[Array, Array]:
    """The k largest elements along `axis` in descending order, and their positions, of int64.

    With None, of all of them. Of equal elements the first come first; NaN comes after all others.
    mode: "smallest" gives the smallest in ascending order.
    Raises ValueError for more elements than there are and for other words, AxisError as `sort`.

    >>> import farshore as fs
    >>> values, indices = fs.topk(fs.asarray([3, 1, 4, 1, 5]), 2)
    >>> print(values, indices)
    [5 4] [4 2]
    """
    x, along = _line("topk", x, axis)
    if mode not in ("largest", "smallest"):
        raise ValueError(f"topk: mode is 'largest' or 'smallest', not {mode!r}")
    length = x.shape[along]
    if not 0 <= index(k) <= length:
        raise ValueError(f"topk: k is {k}, but axis {along} has {length} elements")
    order = _core.argsort(x, along, mode == "largest")
    first = order[(slice(None),) * along + (slice(k),)]
    return take_along_axis(x, first, axis=along), first


def _line(op: str, x: Array, axis: int | None) -> tuple[Array, int]:
    """The array to sort, and along which of its axes."""
    x = require_array(op, x)
    return (x.reshape(-1), 0) if axis is None else (x, normalize_axis_index(axis, x.ndim))


def _check_kind(op: str, kind: str | None, order: None, stable: bool | None) -> None:
    """Refuses what NumPy refuses: each kind is one whose order a stable sort has too."""
    if order is not None:
        raise ValueError(f"{op}: there are no fields to order by: {order!r}")
    if kind is None:
        return
    if not isinstance(kind, str):
        raise TypeError(f"{op}: kind is a word, not {type(kind).__name__}")
    if kind.lower() not in KINDS:
        raise ValueError(f"{op}: kind is one of {', '.join(KINDS)}, not {kind!r}")
    if stable is not None:
        raise ValueError(f"{op}: kind and stable are two words for one thing; give one of them")


def _check_select(op: str, kind: str, order: None) -> None:
    if kind != "introselect":
        raise ValueError(f"{op}: kind is 'introselect', not {kind!r}")
    if order is not None:
        raise ValueError(f"{op}: there are no fields to order by: {order!r}")


def _check_positions(op: str, kth: int | Sequence[int], length: int) -> None:
    for one in kth if isinstance(kth, Sequence) else (kth,):
        if not -length <= index(one) < length:
            raise ValueError(f"{op}: there is no position {one} among {length} elements")
