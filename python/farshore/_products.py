"""Sums of products by name of axes, all of which are products of matrices in the end."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from farshore import _core
from farshore._core import Array

INSIDE = {
    "bool": np.int32,
    "int8": np.int32,
    "int16": np.int32,
    "uint8": np.uint32,
    "uint16": np.uint32,
    "float16": np.float32,
}
"""What dtypes are computed in that are too narrow for sums; of bool, how often both were True."""


def inside_of(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(INSIDE.get(dtype.name, dtype))


def outside(x: Array, dtype: np.dtype[Any]) -> Array:
    return _core.not_equal(x, 0) if dtype == np.bool else x.astype(dtype, copy=False)


def product(a: Array, b: Array) -> Array:
    """The products of matrices that fit."""
    dtype = np.result_type(a.dtype, b.dtype)
    if a.shape[-1] == 1:
        return _core.multiply(a, b)
    # A row or a column keeps few invocations busy as a matrix, and many as a sum.
    if b.shape[-1] == 1:
        return sum_of_products(a, b.mT, -1, dtype, keepdims=True)
    if a.shape[-2] == 1:
        return sum_of_products(a.mT, b, -2, dtype, keepdims=True)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = (x.astype(inside_of(dtype), copy=False).broadcast_to([*batch, *x.shape[-2:]]) for x in (a, b))
    return outside(_core.matmul(a, b), dtype)


def sum_of_products(a: Array, b: Array, axis: int, dtype: np.dtype[Any], keepdims: bool = False) -> Array:
    inside = inside_of(dtype)
    terms = _core.multiply(a.astype(inside, copy=False), b.astype(inside, copy=False))
    return outside(_core.reduce("add", terms, [axis % terms.ndim], keepdims), dtype)


def contracted(
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
    return matrices(x1, [], left, list(summed[0]), x2, [], list(summed[1]), right)


def matrices(
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
    m, k, n = map(prod, shapes)
    left = a.permute_dims([*a_batch, *rows, *a_terms]).reshape([*(a.shape[one] for one in a_batch), m, k])
    right = b.permute_dims([*b_batch, *b_terms, *columns]).reshape([*(b.shape[one] for one in b_batch), k, n])
    result = product(left, right)
    return result.reshape([*result.shape[:-2], *shapes[0], *shapes[2]])


def diagonal_of(x: Array, axis1: int, axis2: int, offset: int = 0) -> Array:
    """The diagonal of two axes as the last one; a view where the layout allows it."""
    others = [axis for axis in range(x.ndim) if axis not in (axis1, axis2)]
    rows, columns = x.shape[axis1], x.shape[axis2]
    flat = x.permute_dims([*others, axis1, axis2]).reshape(
        [*(x.shape[axis] for axis in others), rows * columns]
    )
    length = max(0, min(rows - max(-offset, 0), columns - max(offset, 0)))
    first = offset if offset >= 0 else -offset * columns
    return flat[..., first : first + length * (columns + 1) : columns + 1][..., :length]
