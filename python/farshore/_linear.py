"""Sums of products over axes that two arrays have in common: matrices and vectors.

Narrow dtypes are computed in 32 bits and converted once, at the end; integers wrap as NumPy's do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numpy.exceptions import AxisError
from numpy.lib.array_utils import normalize_axis_tuple

from farshore import _core
from farshore._core import Array
from farshore._manipulation import require_array
from farshore._products import contracted, diagonal_of, product, sum_of_products
from farshore._reductions import sum as sum_over


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
    result = product(a, b)
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
    return contracted("tensordot", x1, x2, *axes)


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
    return sum_of_products(_core.conj(a) if a.dtype.kind == "c" else a, b, -1, dtype)


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
    return contracted("dot", x1, x2, -1, -1 if x2.ndim == 1 else -2)


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
    return contracted("inner", x1, x2, -1, -1)


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
    return sum_over(diagonal_of(x, axes[0], axes[1], offset), axis=-1, dtype=dtype)


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


def _with_last(x: Array, axis: int) -> Array:
    """`x` with `axis` as the last one."""
    if not -x.ndim <= axis < x.ndim:
        raise AxisError(axis, x.ndim)
    axis %= x.ndim
    return x.permute_dims([*(one for one in range(x.ndim) if one != axis), axis])
