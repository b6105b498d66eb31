"""Arrays as sets: what is in them, each once and in order, and what is in another."""

from __future__ import annotations

from math import prod
from typing import Literal, NamedTuple

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._core import Array
from farshore._grids import arange
from farshore._joining import concat
from farshore._manipulation import require_array
from farshore._operands import OURS, Numbers, beside
from farshore._searching import promoted, searchsorted
from farshore._sorting import lexsort


class UniqueAllResult(NamedTuple):
    """What `unique_all` gives."""

    values: Array
    indices: Array
    inverse_indices: Array
    counts: Array


class UniqueCountsResult(NamedTuple):
    """What `unique_counts` gives."""

    values: Array
    counts: Array


class UniqueInverseResult(NamedTuple):
    """What `unique_inverse` gives."""

    values: Array
    inverse_indices: Array


def unique_all(x: Array, /) -> UniqueAllResult:
    """The elements, each once and in order; where each is first, which one each element is, how many are.

    Places are those in C order, of int64; inverse_indices has the shape of x. Every NaN is one of its own.
    How many there are is read from the device: one scalar.

    >>> import farshore as fs
    >>> for part in fs.unique_all(fs.asarray([3, 1, 3])):
    ...     print(part)
    [1 3]
    [1 0]
    [1 0 1]
    [1 2]
    """
    return UniqueAllResult(*_unique("unique_all", x, True, True, True, False))


def unique_counts(x: Array, /) -> UniqueCountsResult:
    """The elements, each once and in order, and how often each is there, of int64. Otherwise as `unique_all`.

    >>> import farshore as fs
    >>> values, counts = fs.unique_counts(fs.asarray([3, 1, 3]))
    >>> print(values, counts)
    [1 3] [1 2]
    """
    return UniqueCountsResult(*_unique("unique_counts", x, False, False, True, False))


def unique_inverse(x: Array, /) -> UniqueInverseResult:
    """The elements, each once and in order, and which of them each element is. Otherwise as `unique_all`.

    >>> import farshore as fs
    >>> values, inverse = fs.unique_inverse(fs.asarray([3, 1, 3]))
    >>> print(values, inverse)
    [1 3] [1 0 1]
    """
    return UniqueInverseResult(*_unique("unique_inverse", x, False, True, False, False))


def unique_values(x: Array, /) -> Array:
    """The elements, each once and in order. Otherwise as `unique_all`.

    >>> import farshore as fs
    >>> print(fs.unique_values(fs.asarray([3, 1, 3])))
    [1 3]
    """
    return _unique("unique_values", x, False, False, False, False)[0]


def unique(
    x: Array,
    /,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Array | tuple[Array, ...]:
    """The elements, each once and in order; in a tuple with what else is asked for.

    return_index: where each is first; return_inverse: which one each element is, in the shape of x;
    return_counts: how often each is there. Places are those in C order, of int64.
    axis: along which there are parts of x, each of which counts as one element; places are those along it.
    They are sorted once for each of the elements in a part, and every NaN is one of its own.
    equal_nan: whether all NaN are one. sorted: they are in order with False too.
    How many there are is read from the device: one scalar.
    Raises AxisError for an axis that x lacks.

    >>> import farshore as fs
    >>> print(fs.unique(fs.asarray([3, 1, 3])))
    [1 3]
    """
    if axis is None:
        found = _unique("unique", x, return_index, return_inverse, return_counts, equal_nan)
    else:
        found = _unique_parts(require_array("unique", x), axis, return_index, return_inverse, return_counts)
    return tuple(found) if len(found) > 1 else found[0]


def isin(
    x1: Numbers,
    x2: Numbers,
    /,
    assume_unique: bool = False,
    invert: bool = False,
    *,
    kind: Literal["sort", "table"] | None = None,
) -> Array:
    """Whether each element of x1 is one of x2, in the shape of x1. NaN is none of any.

    One of them may be a number, or a list of them; both are promoted. x2 is sorted, and searched for each
    element of x1, whatever `kind` and `assume_unique` say.
    invert: whether it is none of them instead.
    Raises ValueError for another kind.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2, 3])
    >>> print(fs.isin(x, fs.asarray([3, 1])), fs.isin(x, [2, 5]))
    [ True False  True] [False  True False]
    """
    if kind not in (None, "sort", "table"):
        raise ValueError(f"isin: kind is None, 'sort' or 'table', not {kind!r}")
    x1, x2 = promoted("isin", x1, x2)
    if not x2.size:
        return _core.full(x1.shape, invert, np.bool, x1.device)
    ordered = _core.sort(x2.reshape(-1), 0, False)
    # Past the end, the last one is compared, which is smaller.
    there = _core.gather(ordered, [searchsorted(ordered, x1)], False)
    return _core.not_equal(there, x1) if invert else _core.equal(there, x1)


def union1d(x1: Numbers, x2: Numbers, /) -> Array:
    """What is in x1 or in x2, each once and in order; all NaN are one. Both are promoted.

    One of them may be a list of numbers, as of all of these functions.
    How many there are is read from the device, as by all of these functions.

    >>> import farshore as fs
    >>> print(fs.union1d(fs.asarray([3, 1]), fs.asarray([1, 2])))
    [1 2 3]
    """
    parts = [x.reshape(-1) for x in promoted("union1d", x1, x2)]
    return _unique("union1d", concat(parts), False, False, False, True)[0]


def intersect1d(
    x1: Numbers, x2: Numbers, /, assume_unique: bool = False, return_indices: bool = False
) -> Array | tuple[Array, Array, Array]:
    """What is in x1 and in x2, each once and in order; NaN is in no two. Both are promoted.

    assume_unique: says that no element is twice in one of them, which saves a sort of each.
    return_indices: in a tuple with where each is first in x1 and in x2, in C order, of int64.

    >>> import farshore as fs
    >>> print(fs.intersect1d(fs.asarray([3, 1]), fs.asarray([1, 2])))
    [1]
    """
    if return_indices:
        return _where_in_both(*promoted("intersect1d", x1, x2), assume_unique)
    ordered = _both("intersect1d", x1, x2, assume_unique)
    return _core.gather(ordered, [_core.nonzero(ordered[1:] == ordered[:-1])], False)


def setdiff1d(x1: Numbers, x2: Numbers, /, assume_unique: bool = False) -> Array:
    """What is in x1 but not in x2, each once and in order, of the dtype of x1; NaN is in no two.

    assume_unique: says that no element is twice in x1; they stay in the order of x1.

    >>> import farshore as fs
    >>> print(fs.setdiff1d(fs.asarray([3, 1]), fs.asarray([1, 2])))
    [3]
    """
    if not isinstance(x1, OURS):
        x1 = beside("setdiff1d", x1, require_array("setdiff1d", x2))
    x1 = require_array("setdiff1d", x1).reshape(-1)
    if not assume_unique:
        [x1] = _unique("setdiff1d", x1, False, False, False, True)
    return _core.gather(x1, [_core.nonzero(isin(x1, x2, invert=True))], False)


def setxor1d(x1: Numbers, x2: Numbers, /, assume_unique: bool = False) -> Array:
    """What is in one of x1 and x2 only, each once and in order; NaN is in no two. Both are promoted.

    assume_unique: says that no element is twice in one of them, which saves a sort of each.

    >>> import farshore as fs
    >>> print(fs.setxor1d(fs.asarray([3, 1]), fs.asarray([1, 2])))
    [2 3]
    """
    ordered = _both("setxor1d", x1, x2, assume_unique)
    first = _first(ordered, False)
    last = _core.full(first.shape, True, np.bool, first.device)
    last[:-1] = first[1:]
    return _core.gather(ordered, [_core.nonzero(first & last)], False)


def _unique(op: str, x: Array, index: bool, inverse: bool, counts: bool, equal_nan: bool) -> list[Array]:
    """The elements once each, and of the rest what is asked for."""
    x = require_array(op, x)
    flat = x.reshape(-1)
    if not (index or inverse):
        ordered = _core.sort(flat, 0, False)
        return _each_once(ordered, _first(ordered, equal_nan), None, index, inverse, counts)
    order = _core.argsort(flat, 0, False)
    ordered = _core.gather(flat, [order], False)
    found = _each_once(ordered, _first(ordered, equal_nan), order, index, inverse, counts)
    if inverse:
        found[1 + index] = found[1 + index].reshape(x.shape)
    return found


def _unique_parts(x: Array, axis: int, index: bool, inverse: bool, counts: bool) -> list[Array]:
    """The parts of x along an axis, once each."""
    axis = normalize_axis_index(axis, x.ndim)
    parts = x.permute_dims([axis, *(one for one in range(x.ndim) if one != axis)])
    rows = parts.reshape(parts.shape[0], prod(parts.shape[1:]))
    if rows.shape[1]:
        order = lexsort([rows[:, one] for one in reversed(range(rows.shape[1]))])
        ordered = _core.gather(rows, [order, None], False)
        first = _core.full(order.shape, True, np.bool, x.device)
        if rows.shape[0] > 1:
            first[1:] = _core.reduce("maximum", _core.not_equal(ordered[1:], ordered[:-1]), [1], False)
    else:
        order, ordered = arange(rows.shape[0], device=x.device), rows
        first = order == 0
    found = _each_once(ordered, first, order, index, inverse, counts)
    values = found[0].reshape((found[0].shape[0], *parts.shape[1:]))
    found[0] = values.permute_dims([*range(1, axis + 1), 0, *range(axis + 1, x.ndim)])
    return found


def _each_once(
    ordered: Array, first: Array, order: Array | None, index: bool, inverse: bool, counts: bool
) -> list[Array]:
    """Of elements, or rows, in order, those that are first, and of the rest what is asked for."""
    starts, rest = _core.nonzero(first), [None] * (ordered.ndim - 1)
    found = [_core.gather(ordered, [starts, *rest], False)]
    if order is not None and index:
        found.append(_core.gather(order, [starts], False))
    if order is not None and inverse:
        which = _core.empty(first.shape, np.int64, first.device)
        _core.scatter(which, [order], _core.scan("add", first.astype(np.int64), 0) - 1, False)
        found.append(which)
    if counts:
        ends = concat([starts, _core.full((1,), first.size, np.int64, first.device)])
        found.append(ends[1:] - starts)
    return found


def _first(ordered: Array, equal_nan: bool) -> Array:
    """Which elements differ from the one before."""
    here, before = ordered[1:], ordered[:-1]
    differ = _core.not_equal(here, before)
    if equal_nan and ordered.dtype.kind in "fc":
        differ = differ & ~(_core.isnan(here) & _core.isnan(before))
    first = _core.full(ordered.shape, True, np.bool, ordered.device)
    first[1:] = differ
    return first


def _both(op: str, x1: Numbers, x2: Numbers, assume_unique: bool) -> Array:
    """The elements of each once, those of both twice, in order."""
    parts = [x.reshape(-1) for x in promoted(op, x1, x2)]
    if not assume_unique:
        parts = [_unique(op, x, False, False, False, True)[0] for x in parts]
    return _core.sort(concat(parts), 0, False)


def _where_in_both(x1: Array, x2: Array, assume_unique: bool) -> tuple[Array, Array, Array]:
    """What is in both, and where it is first in each."""
    parts = [x.reshape(-1) for x in (x1, x2)]
    places = [arange(x.size, device=x.device) for x in parts]
    if not assume_unique:
        found = [_unique("intersect1d", x, True, False, False, True) for x in parts]
        parts, places = [one[0] for one in found], [one[1] for one in found]
    whole, first = concat(parts), parts[0].size
    order = _core.argsort(whole, 0, False)
    ordered = _core.gather(whole, [order], False)
    # The sort is stable, so that of two which are equal the first is of x1.
    twice = _core.nonzero(ordered[1:] == ordered[:-1])
    mine, theirs = (_core.gather(order, [one], False) for one in (twice, twice + 1))
    return (
        _core.gather(ordered, [twice], False),
        _core.gather(places[0], [mine], False) if first else places[0],
        _core.gather(places[1], [theirs - first], False) if parts[1].size else places[1],
    )
