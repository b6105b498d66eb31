"""Arrays put together out of others, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import index
from typing import SupportsIndex

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from farshore import _core
from farshore._core import Array
from farshore._creation import zeros
from farshore._grids import arange
from farshore._manipulation import at_least, expand_dims, require_array
from farshore._operands import OURS, Numbers, beside


def concat(arrays: Iterable[Array], /, axis: int | None = 0) -> Array:
    """The arrays one after another along `axis`; with None, flattened first.

    Their dtypes are promoted. Raises ValueError for none, for shapes that differ elsewhere than along `axis`,
    for several devices; AxisError out of range.

    >>> import farshore as fs
    >>> print(fs.concat([fs.asarray([1, 2]), fs.asarray([3])]))
    [1 2 3]
    """
    return join("concat", arrays, axis)


def stack(arrays: Iterable[Array], /, axis: int = 0) -> Array:
    """The arrays, all of one shape, along a new axis at position `axis` of the result. Raises as `concat`.

    >>> import farshore as fs
    >>> print(fs.stack([fs.asarray([1, 2]), fs.asarray([3, 4])], axis=1))
    [[1 3]
     [2 4]]
    """
    parts = [require_array("stack", x) for x in arrays]
    if any(x.shape != parts[0].shape for x in parts):
        raise ValueError(f"stack: shapes {', '.join(str(x.shape) for x in parts)} differ")
    return join("stack", [expand_dims(x, axis=axis) for x in parts], axis)


def vstack(arrays: Iterable[Array], /) -> Array:
    """The arrays one below another: along the first axis, where an array of one axis is a row.

    Raises as `concat`.

    >>> import farshore as fs
    >>> print(fs.vstack([fs.asarray([1, 2]), fs.asarray([3, 4])]))
    [[1 2]
     [3 4]]
    """
    return join("vstack", [at_least("vstack", x, 2) for x in arrays], 0)


def hstack(arrays: Iterable[Array], /) -> Array:
    """The arrays side by side: along the second axis, or the only one. Raises as `concat`.

    >>> import farshore as fs
    >>> print(fs.hstack([fs.asarray([[1], [2]]), fs.asarray([[3], [4]])]))
    [[1 3]
     [2 4]]
    """
    parts = [at_least("hstack", x, 1) for x in arrays]
    return join("hstack", parts, 1 if parts and parts[0].ndim > 1 else 0)


def dstack(arrays: Iterable[Array], /) -> Array:
    """The arrays one behind another: along the third axis, after `atleast_3d`. Raises as `concat`.

    >>> import farshore as fs
    >>> print(fs.dstack([fs.asarray([1, 2]), fs.asarray([3, 4])]))
    [[[1 3]
      [2 4]]]
    """
    return join("dstack", [at_least("dstack", x, 3) for x in arrays], 2)


def column_stack(arrays: Iterable[Array], /) -> Array:
    """The arrays side by side, where an array of one axis is a column. Raises as `concat`.

    >>> import farshore as fs
    >>> print(fs.column_stack([fs.asarray([1, 2]), fs.asarray([3, 4])]))
    [[1 3]
     [2 4]]
    """
    parts = [require_array("column_stack", x) for x in arrays]
    return join("column_stack", [x if x.ndim > 1 else x.reshape(-1, 1) for x in parts], 1)


def append(x: Numbers, values: Numbers, /, axis: int | None = None) -> Array:
    """x, then `values`, along `axis`; with None, flattened first. One of them may be a number or a list.

    Raises as `concat`.

    >>> import farshore as fs
    >>> print(fs.append(fs.asarray([[1, 2]]), [[3, 4]], axis=0), fs.append(fs.asarray([1, 2]), 3))
    [[1 2]
     [3 4]] [1 2 3]
    """
    array = require_array("append", x if isinstance(x, OURS) or not isinstance(values, OURS) else values)
    return join("append", [beside("append", one, array) for one in (x, values)], axis)


def unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    """The arrays that lie along `axis`, which they lack; views. Raises AxisError out of range.

    >>> import farshore as fs
    >>> print(*fs.unstack(fs.asarray([[1, 2], [3, 4]]), axis=1))
    [1 3] [2 4]
    """
    x = require_array("unstack", x)
    before = (slice(None),) * normalize_axis_index(axis, x.ndim)
    return tuple(x[(*before, one)] for one in range(x.shape[len(before)]))


def split(x: Array, /, indices_or_sections: SupportsIndex | Sequence[int], axis: int = 0) -> list[Array]:
    """Parts of x that follow each other along `axis`; views.

    indices_or_sections: how many parts of one length, or where each part but the first begins.
    Raises ValueError for a length that is no multiple of their number, AxisError out of range.

    >>> import farshore as fs
    >>> print(*fs.split(fs.arange(6), 3), *fs.split(fs.arange(6), [1, 4]))
    [0 1] [2 3] [4 5] [0] [1 2 3] [4 5]
    """
    return _parts("split", x, indices_or_sections, axis, even=True)


def array_split(
    x: Array, /, indices_or_sections: SupportsIndex | Sequence[int], axis: int = 0
) -> list[Array]:
    """As `split`, but the first parts are longer by one where the length is no multiple of their number.

    >>> import farshore as fs
    >>> print(*fs.array_split(fs.arange(5), 2))
    [0 1 2] [3 4]
    """
    return _parts("array_split", x, indices_or_sections, axis, even=False)


def tile(x: Array, repetitions: int | Sequence[int], /) -> Array:
    """x as a whole, repeated along each axis; a copy.

    repetitions: how often, for each of the last axes of x; a longer one gives x new axes in front.
    Raises ValueError for less than no repetitions.

    >>> import farshore as fs
    >>> print(fs.tile(fs.asarray([1, 2]), (2, 2)))
    [[1 2 1 2]
     [1 2 1 2]]
    """
    x = require_array("tile", x)
    if not isinstance(repetitions, (Sequence, np.ndarray)):
        repetitions = (repetitions,)
    counts = [index(one) for one in repetitions]
    if any(count < 0 for count in counts):
        raise ValueError(f"tile: there are no fewer than 0 repetitions, but these are {repetitions}")
    counts = [1] * (x.ndim - len(counts)) + counts
    lengths = [1] * (len(counts) - x.ndim) + list(x.shape)
    once = x.reshape([one for length in lengths for one in (1, length)])
    pairs = list(zip(counts, lengths, strict=True))
    often = once.broadcast_to([one for pair in pairs for one in pair])
    return often.copy().reshape([count * length for count, length in pairs])


def repeat(x: Array, repeats: int | Array, /, *, axis: int | None = None) -> Array:
    """Each element repeated along `axis`; without one, of x flattened. A copy.

    repeats: how often; or an integer array that says it for each place of the axis, or for all when it has
    one element. The shape of the result then depends on its values, so one number is read from the device.
    Raises ValueError for less than no repetitions and for an array of another shape, TypeError for one of
    another dtype, AxisError out of range.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 2], [3, 4]])
    >>> print(fs.repeat(x, 2), fs.repeat(x, fs.asarray([0, 2]), axis=0))
    [1 1 2 2 3 3 4 4] [[3 4]
     [3 4]]
    """
    x = require_array("repeat", x)
    if axis is None or not x.ndim:
        x, axis = x.reshape(-1), axis or 0
    along = normalize_axis_index(axis, x.ndim)
    if isinstance(repeats, (int, np.integer)):
        return _repeat_all(x, int(repeats), along)
    counts = require_array("repeat", repeats)
    if counts.dtype.kind not in "biu":
        raise TypeError(f"repeat: repetitions are counted in integers, not in {counts.dtype}")
    if counts.size == 1 and counts.ndim < 2:
        return _repeat_all(x, int(counts.reshape(())), along)
    if counts.shape != (x.shape[along],):
        raise ValueError(
            f"repeat: repetitions of shape {counts.shape} do not fit axis {along} of shape {x.shape}; "
            f"they are one number or of shape ({x.shape[along]},)"
        )
    return _repeat_each(x, counts.astype(np.int64), along) if counts.size else x.copy()


def join(op: str, arrays: Iterable[Array], axis: int | None) -> Array:
    """The arrays one after another, for an operation that is called `op`."""
    parts = [require_array(op, x) for x in arrays]
    if axis is None:
        parts, axis = [x.reshape(-1) for x in parts], 0
    if not parts:
        raise ValueError(f"{op}: there are no arrays")
    first = parts[0]
    if not first.ndim:
        raise ValueError(f"{op}: arrays without axes have no end to follow; fs.stack gives them one")
    along = normalize_axis_index(axis, first.ndim)
    rest = [(*x.shape[:along], *x.shape[along + 1 :]) for x in parts]
    if any(x.ndim != first.ndim for x in parts) or any(one != rest[0] for one in rest):
        shapes = ", ".join(str(x.shape) for x in parts)
        raise ValueError(f"{op}: shapes {shapes} differ elsewhere than along axis {along}")
    shape = (*first.shape[:along], sum(x.shape[along] for x in parts), *first.shape[along + 1 :])
    result = _core.empty(shape, np.result_type(*(x.dtype for x in parts)), first.device)
    start = 0
    for x in parts:
        end = start + x.shape[along]
        result[(slice(None),) * along + (slice(start, end),)] = x
        start = end
    return result


def _parts(
    op: str, x: Array, indices_or_sections: SupportsIndex | Sequence[int], axis: int, even: bool
) -> list[Array]:
    x = require_array(op, x)
    before = (slice(None),) * normalize_axis_index(axis, x.ndim)
    length = x.shape[len(before)]
    if isinstance(indices_or_sections, SupportsIndex):
        sections = index(indices_or_sections)
        if sections < 1:
            raise ValueError(f"{op}: there are 1 or more parts, not {sections}")
        each, left = divmod(length, sections)
        if left and even:
            raise ValueError(
                f"{op}: {sections} parts of a length of {length} are not equal; fs.array_split allows that"
            )
        bounds = [one * each + min(one, left) for one in range(sections + 1)]
    else:
        bounds = [0, *map(index, indices_or_sections), length]
    return [x[(*before, slice(*pair))] for pair in pairwise(bounds)]


def _repeat_all(x: Array, count: int, axis: int) -> Array:
    if count < 0:
        raise ValueError(f"repeat: there are no fewer than 0 repetitions, but these are {count}")
    before, length, after = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
    often = expand_dims(x, axis=axis + 1).broadcast_to([*before, length, count, *after])
    return often.copy().reshape([*before, length * count, *after])


def _repeat_each(x: Array, counts: Array, axis: int) -> Array:
    fewest, sum_ = (_core.reduce(name, counts, [0], False) for name in ("minimum", "add"))
    total = int(_core.where(fewest < 0, -1, sum_))
    if total < 0:
        raise ValueError("repeat: there are no fewer than 0 repetitions, but some of these are negative")
    # Each place writes its number where its repetitions begin. Places without any begin where the next one
    # does, which comes later and so replaces them, or behind the end.
    source = zeros(total + 1, dtype=np.int64, device=x.device)
    begin = _core.scan("add", counts, 0) - counts
    _core.scatter(source, [begin], arange(counts.size, device=x.device), False)
    source = _core.scan("maximum", source, 0)[:total]
    return _core.gather(x, [*[None] * axis, source, *[None] * (x.ndim - axis - 1)], False)
