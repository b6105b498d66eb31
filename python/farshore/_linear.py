"""Sums of products over axes that two arrays have in common: matrices, vectors, and all others by name.

Narrow dtypes are computed in 32 bits and converted once, at the end; integers wrap as NumPy's do.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod as product
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.exceptions import AxisError
from numpy.lib.array_utils import normalize_axis_tuple

from farshore import _core
from farshore._core import Array
from farshore._creation import zeros
from farshore._manipulation import require_array
from farshore._reductions import sum as sum_over

Name: TypeAlias = str | int
"""Of an index: its letter, or counted from the end one of those that "..." stands for."""

INSIDE = {
    "bool": np.int32,
    "int8": np.int32,
    "int16": np.int32,
    "uint8": np.uint32,
    "uint16": np.uint32,
    "float16": np.float32,
}
"""What dtypes are computed in that are too narrow for sums; of bool, how often both were True."""

LONGEST = 1024
"""As many elements of the shorter operand of a convolution are done at once."""


def matmul(x1: Array, x2: Array, /) -> Array:
    """The products of matrices, in the last two axes; the axes before them broadcast.

    x1, x2: an operand of one axis is a row on the left, a column on the right, and lends the result no axis.
    Their dtypes are promoted; of bool, whether any two meet that are True.
    Raises ValueError for an array without axes and for shapes that do not match.

    >>> import farshore as fs
    >>> print(fs.matmul(fs.asarray([[1, 2], [3, 4]]), fs.asarray([1, 10])))
    [21 43]
    """
    x1, x2 = require_array("matmul", x1), require_array("matmul", x2)
    shapes = f"shapes {x1.shape} and {x2.shape}"
    if not x1.ndim or not x2.ndim:
        raise ValueError(f"matmul: of {shapes} one has no axis to sum over; fs.multiply takes numbers")
    a = x1 if x1.ndim > 1 else x1[None, :]
    b = x2 if x2.ndim > 1 else x2[:, None]
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"matmul: {shapes} do not match: rows of {a.shape[-1]}, columns of {b.shape[-2]}")
    try:
        np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise ValueError(
            f"matmul: {shapes} do not match: the axes before the last two do not broadcast"
        ) from None
    result = _product(a, b)
    if x2.ndim == 1:
        result = result[..., 0]
    return result if x1.ndim > 1 else result[..., 0] if x2.ndim == 1 else result[..., 0, :]


def matrix_transpose(x: Array, /) -> Array:
    """The array with its last two axes exchanged; a view. Raises ValueError for an array of fewer axes.

    >>> import farshore as fs
    >>> fs.matrix_transpose(fs.zeros((2, 3, 4))).shape
    (2, 4, 3)
    """
    return require_array("matrix_transpose", x).mT


def tensordot(
    x1: Array, x2: Array, /, *, axes: int | tuple[int | Sequence[int], int | Sequence[int]] = 2
) -> Array:
    """The sum of products over axes of both; the result has the other axes of x1, then those of x2.

    axes: how many of the last of x1 and the first of x2; or which of x1 and which of x2, in pairs.
    Raises ValueError for axes of different lengths and for one that is named twice, AxisError out of range.

    >>> import farshore as fs
    >>> x = fs.ones((2, 3, 4))
    >>> fs.tensordot(x, x, axes=([1, 0], [1, 0])).shape
    (4, 4)
    """
    x1, x2 = require_array("tensordot", x1), require_array("tensordot", x2)
    if isinstance(axes, (int, np.integer)):
        if not 0 <= axes <= min(x1.ndim, x2.ndim):
            raise ValueError(f"tensordot: shapes {x1.shape} and {x2.shape} do not both have {axes} axes")
        axes = (range(x1.ndim - axes, x1.ndim), range(axes))
    return _contracted("tensordot", x1, x2, *axes)


def vecdot(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    """The sum over `axis` of the conjugates of x1 times x2; the other axes broadcast.

    Raises ValueError where `axis` is not equally long in both, AxisError where one lacks it.

    >>> import farshore as fs
    >>> print(fs.vecdot(fs.asarray([1j, 2]), fs.asarray([1j, 3])))
    (7+0j)
    """
    x1, x2 = require_array("vecdot", x1), require_array("vecdot", x2)
    if not x1.ndim or not x2.ndim:
        raise ValueError(f"vecdot: of shapes {x1.shape} and {x2.shape} one has no axis to sum over")
    a, b = (_with_last(x, axis) for x in (x1, x2))
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(f"vecdot: shapes {x1.shape} and {x2.shape} are not equally long along axis {axis}")
    dtype = np.result_type(a.dtype, b.dtype)
    return _sum_of_products(_core.conj(a) if a.dtype.kind == "c" else a, b, -1, dtype)


def outer(x1: Array, x2: Array, /) -> Array:
    """The products of every element of x1, which make the rows, with every element of x2.

    >>> import farshore as fs
    >>> print(fs.outer(fs.asarray([1, 2]), fs.asarray([1, 10, 100])))
    [[  1  10 100]
     [  2  20 200]]
    """
    x1, x2 = require_array("outer", x1), require_array("outer", x2)
    return _core.multiply(x1.reshape(-1)[:, None], x2.reshape(-1))


def dot(x1: Array, x2: Array, /) -> Array:
    """The sum of products over the last axis of x1 and the last but one of x2, or its only one.

    Unlike `matmul`, the axes before them do not broadcast: the result has all of x1, then all of x2. An array
    without axes multiplies.
    Raises ValueError for axes of different lengths.

    >>> import farshore as fs
    >>> fs.dot(fs.zeros((5, 2, 3)), fs.zeros((6, 3, 4))).shape
    (5, 2, 6, 4)
    """
    x1, x2 = require_array("dot", x1), require_array("dot", x2)
    if not x1.ndim or not x2.ndim:
        return _core.multiply(x1, x2)
    return _contracted("dot", x1, x2, -1, -1 if x2.ndim == 1 else -2)


def inner(x1: Array, x2: Array, /) -> Array:
    """The sum of products over the last axes of both. Otherwise as `dot`.

    >>> import farshore as fs
    >>> print(fs.inner(fs.asarray([[1, 2], [3, 4]]), fs.asarray([[1, 0], [0, 1], [1, 1]])))
    [[1 2 3]
     [3 4 7]]
    """
    x1, x2 = require_array("inner", x1), require_array("inner", x2)
    if not x1.ndim or not x2.ndim:
        return _core.multiply(x1, x2)
    return _contracted("inner", x1, x2, -1, -1)


def einsum(subscripts: str, /, *operands: Array) -> Array:
    """The sum of products of elements whose indices have names: "ij,jk->ik" is a product of matrices.

    subscripts: a letter for each axis of each operand, after "->" the axes of the result; all other letters
    are summed over. A letter twice in one operand is its diagonal, "..." are axes that broadcast. Without
    "->", the result has the letters that occur once, in alphabetical order.
    The operands are combined from left to right; of one alone, where nothing is summed, the result is a view.
    Raises ValueError for subscripts that are none, that do not fit the operands, or fit lengths that differ.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 2], [3, 4]])
    >>> print(fs.einsum("ij,ij->i", x, x), fs.einsum("ii", x))
    [ 5 25] 5
    """
    arrays = [require_array("einsum", x) for x in operands]
    inputs, output = _parsed(subscripts, [x.shape for x in arrays])
    lengths = _lengths(subscripts, inputs, [x.shape for x in arrays])
    dtype = np.result_type(*(x.dtype for x in arrays))
    # Bool stays, and is any of and in each step: numbers of True could wrap to 0.
    inside = dtype if dtype == np.bool else _inside(dtype)
    result, names = None, list[Name]()
    for place, (x, own) in enumerate(zip(arrays, inputs, strict=True)):
        x, own = _diagonals(x.astype(inside, copy=False), own)
        later = {name for one in inputs[place + 1 :] for name in one} | set(output)
        x, own = _summed(x, own, later | set(names))
        if result is None:
            result, names = x, own
        else:
            result, names = _combined(result, names, x, own, later, lengths)
    assert result is not None
    return result.permute_dims([names.index(name) for name in output]).astype(dtype, copy=False)


def trace(
    x: Array, /, *, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: npt.DTypeLike | None = None
) -> Array:
    """The sum of the diagonal where the index along `axis2` - the one along `axis1` = offset.

    dtype: of the result; without one, as for `sum`.
    Raises ValueError for an array of fewer than two axes and for the same axis twice, AxisError out of range.

    >>> import farshore as fs
    >>> print(fs.trace(fs.asarray([[1, 2], [3, 4]])))
    5
    """
    x = require_array("trace", x)
    if x.ndim < 2:
        raise ValueError(f"trace: an array of shape {x.shape} has no diagonal")
    axes = [normalize_axis_tuple(axis, x.ndim, "trace")[0] for axis in (axis1, axis2)]
    if axes[0] == axes[1]:
        raise ValueError(f"trace: axis {axis1} and axis {axis2} of {x.ndim} are the same one")
    return sum_over(_diagonal(x, axes[0], axes[1], offset), axis=-1, dtype=dtype)


def kron(a: Array, b: Array, /) -> Array:
    """Kronecker's product: each element of a, replaced by all of b times that element.

    An array of fewer axes has axes of length 1 put before them.

    >>> import farshore as fs
    >>> print(fs.kron(fs.asarray([1, 10]), fs.asarray([1, 2, 3])))
    [ 1  2  3 10 20 30]
    """
    a, b = require_array("kron", a), require_array("kron", b)
    ndim = max(a.ndim, b.ndim)
    outside = (1,) * (ndim - a.ndim) + a.shape
    within = (1,) * (ndim - b.ndim) + b.shape
    apart = [length for one in outside for length in (one, 1)]
    between = [length for one in within for length in (1, one)]
    result = _core.multiply(a.reshape(apart), b.reshape(between))
    return result.reshape([one * two for one, two in zip(outside, within, strict=True)])


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
    long, short = (x.reshape(-1).astype(_inside(dtype), copy=False) for x in (a, v))
    if long.size < short.size:
        long, short = short, long
    result = _outside(_convolved(long, short), dtype)
    partial = short.size - 1
    if mode == "same":
        return result[partial // 2 : partial // 2 + long.size]
    return result[partial : long.size] if mode == "valid" else result


def _inside(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(INSIDE.get(dtype.name, dtype))


def _outside(x: Array, dtype: np.dtype[Any]) -> Array:
    return _core.not_equal(x, 0) if dtype == np.bool else x.astype(dtype, copy=False)


def _product(a: Array, b: Array) -> Array:
    """The products of matrices that fit."""
    dtype = np.result_type(a.dtype, b.dtype)
    if a.shape[-1] == 1:
        return _core.multiply(a, b)
    # A row or a column keeps few invocations busy as a matrix, and many as a sum.
    if b.shape[-1] == 1:
        return _sum_of_products(a, b.mT, -1, dtype, keepdims=True)
    if a.shape[-2] == 1:
        return _sum_of_products(a.mT, b, -2, dtype, keepdims=True)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = (x.astype(_inside(dtype), copy=False).broadcast_to([*batch, *x.shape[-2:]]) for x in (a, b))
    return _outside(_core.matmul(a, b), dtype)


def _sum_of_products(a: Array, b: Array, axis: int, dtype: np.dtype[Any], keepdims: bool = False) -> Array:
    inside = _inside(dtype)
    terms = _core.multiply(a.astype(inside, copy=False), b.astype(inside, copy=False))
    return _outside(_core.reduce("add", terms, [axis % terms.ndim], keepdims), dtype)


def _contracted(
    op: str, x1: Array, x2: Array, axes1: int | Sequence[int], axes2: int | Sequence[int]
) -> Array:
    """The sum of products over the axes, in pairs."""
    summed = []
    for x, axes in ((x1, axes1), (x2, axes2)):
        named = (axes,) if isinstance(axes, (int, np.integer)) else tuple(axes)
        summed.append(normalize_axis_tuple(named, x.ndim, op))
    lengths = [[x.shape[axis] for axis in axes] for x, axes in zip((x1, x2), summed, strict=True)]
    if lengths[0] != lengths[1]:
        raise ValueError(
            f"{op}: shapes {x1.shape} and {x2.shape} do not match: "
            f"axes {summed[0]} and {summed[1]} have lengths {lengths[0]} and {lengths[1]}"
        )
    left = [axis for axis in range(x1.ndim) if axis not in summed[0]]
    right = [axis for axis in range(x2.ndim) if axis not in summed[1]]
    return _matrices(x1, [], left, list(summed[0]), x2, [], list(summed[1]), right)


def _matrices(
    a: Array,
    a_batch: list[int],
    rows: list[int],
    a_terms: list[int],
    b: Array,
    b_batch: list[int],
    b_terms: list[int],
    columns: list[int],
) -> Array:
    """The sum of products over `terms`, by one product of matrices; its axes: batch, rows, columns."""
    shapes = [[x.shape[axis] for axis in axes] for x, axes in ((a, rows), (a, a_terms), (b, columns))]
    m, k, n = map(product, shapes)
    left = a.permute_dims([*a_batch, *rows, *a_terms]).reshape([*(a.shape[one] for one in a_batch), m, k])
    right = b.permute_dims([*b_batch, *b_terms, *columns]).reshape([*(b.shape[one] for one in b_batch), k, n])
    result = _product(left, right)
    return result.reshape([*result.shape[:-2], *shapes[0], *shapes[2]])


def _with_last(x: Array, axis: int) -> Array:
    """`x` with `axis` as the last one."""
    if not -x.ndim <= axis < x.ndim:
        raise AxisError(axis, x.ndim)
    axis %= x.ndim
    return x.permute_dims([*(one for one in range(x.ndim) if one != axis), axis])


def _diagonal(x: Array, axis1: int, axis2: int, offset: int = 0) -> Array:
    """The diagonal of two axes as the last one; a view where the layout allows it."""
    others = [axis for axis in range(x.ndim) if axis not in (axis1, axis2)]
    rows, columns = x.shape[axis1], x.shape[axis2]
    flat = x.permute_dims([*others, axis1, axis2]).reshape(
        [*(x.shape[axis] for axis in others), rows * columns]
    )
    length = max(0, min(rows - max(-offset, 0), columns - max(offset, 0)))
    first = offset if offset >= 0 else -offset * columns
    return flat[..., first : first + length * (columns + 1) : columns + 1][..., :length]


def _parsed(subscripts: str, shapes: list[tuple[int, ...]]) -> tuple[list[list[Name]], list[Name]]:
    """The names of each operand's indices, and of those of the result."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ValueError(f"einsum: {subscripts!r} is for {len(terms)} operands, not {len(shapes)}")
    inputs = []
    for term, shape in zip(terms, shapes, strict=True):
        more = len(shape) - len(_letters(subscripts, term))
        if more < 0 or (more and "..." not in term):
            raise ValueError(f"einsum: {term!r} in {subscripts!r} does not name the axes of shape {shape}")
        inputs.append(_names(term, more))
    broadcast = [name for name in range(-max(map(len, shapes)), 0) if any(name in one for one in inputs)]
    found = [name for one in inputs for name in one if isinstance(name, str)]
    if not arrow:
        return inputs, [*broadcast, *sorted(name for name in found if found.count(name) == 1)]
    letters = _letters(subscripts, right)
    if broadcast and "..." not in right:
        raise ValueError(
            f"einsum: {subscripts!r} needs ... in its result too, which stands for {len(broadcast)} axes"
        )
    for name in letters:
        if letters.count(name) > 1 or name not in found:
            raise ValueError(
                f"einsum: {name!r} in the result of {subscripts!r} is named twice, or in no operand"
            )
    return inputs, _names(right, len(broadcast))


def _letters(subscripts: str, term: str) -> str:
    letters = term.replace("...", "", 1)
    if letters and not (letters.isalpha() and letters.isascii()):
        raise ValueError(f"einsum: {term!r} in {subscripts!r} is made of letters and at most one ...")
    return letters


def _names(term: str, more: int) -> list[Name]:
    before, _, after = term.partition("...")
    return [*before, *range(-more, 0), *after]


def _lengths(subscripts: str, inputs: list[list[Name]], shapes: list[tuple[int, ...]]) -> dict[Name, int]:
    """The length of each index; between operands, 1 is repeated."""
    lengths: dict[Name, int] = {}
    for names, shape in zip(inputs, shapes, strict=True):
        own: dict[Name, int] = {}
        for name, length in zip(names, shape, strict=True):
            known = lengths.get(name, 1)
            if own.setdefault(name, length) != length or (length != known and 1 not in (length, known)):
                listed = ", ".join(map(str, shapes))
                raise ValueError(
                    f"einsum: {subscripts!r} gives one name to lengths that differ in shapes {listed}"
                )
            lengths[name] = length if known == 1 else known
    return lengths


def _diagonals(x: Array, names: list[Name]) -> tuple[Array, list[Name]]:
    """`x` with one axis for each name."""
    for name in dict.fromkeys(names):
        while names.count(name) > 1:
            first = names.index(name)
            second = names.index(name, first + 1)
            x = _diagonal(x, first, second)
            names = [one for place, one in enumerate(names) if place not in (first, second)] + [name]
    return x, names


def _summed(x: Array, names: list[Name], kept: set[Name]) -> tuple[Array, list[Name]]:
    axes = [axis for axis, name in enumerate(names) if name not in kept]
    if not axes:
        return x, names
    terms = x.astype(_inside(x.dtype), copy=False)
    result = _outside(_core.reduce("add", terms, axes, False), x.dtype)
    return result, [name for name in names if name in kept]


def _combined(
    a: Array, a_names: list[Name], b: Array, b_names: list[Name], later: set[Name], lengths: dict[Name, int]
) -> tuple[Array, list[Name]]:
    """The product of two operands, summed over what both have and nothing later has."""
    shared = [name for name in a_names if name in b_names]
    batch = [name for name in shared if name in later]
    terms = [name for name in shared if name not in later]
    rows = [name for name in a_names if name not in shared]
    columns = [name for name in b_names if name not in shared]
    a, b = (
        x.broadcast_to([lengths[name] if name in terms else x.shape[axis] for axis, name in enumerate(names)])
        for x, names in ((a, a_names), (b, b_names))
    )
    a_batch, a_rows, a_terms = ([a_names.index(name) for name in one] for one in (batch, rows, terms))
    b_batch, b_terms, b_columns = ([b_names.index(name) for name in one] for one in (batch, terms, columns))
    result = _matrices(a, a_batch, a_rows, a_terms, b, b_batch, b_terms, b_columns)
    return result, [*batch, *rows, *columns]


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
        sums = _product(padded, shifted)
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
