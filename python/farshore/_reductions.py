"""Functions that make one element of many, in one pass; the same input always gives the same bits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import Signature, signature
from math import prod as product
from typing import Any, Concatenate, ParamSpec, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.array_utils import normalize_axis_tuple

from farshore import _core
from farshore._core import Array
from farshore._creation import full
from farshore._manipulation import require_array

Axis: TypeAlias = int | tuple[int, ...] | None
Mask: TypeAlias = Array | bool | None
P = ParamSpec("P")


def called_as(
    model: Callable[Concatenate[str, P], Array],
) -> Callable[[Callable[..., Array]], Callable[P, Array]]:
    """Gives a function the parameters of `model`, but for the first: the name of the function.

    Functions of one family pass what they are given on to one model, and their parameters stand there alone.
    A model passes over NaN for the names that begin with "nan".
    """
    parameters = list(signature(model).parameters.values())[1:]
    names = {one.name for one in parameters}

    def named(function: Callable[..., Array]) -> Callable[P, Array]:
        @wraps(function)
        def called(*args: P.args, **how: P.kwargs) -> Array:
            for wrong in how.keys() - names:
                raise TypeError(f"{function.__name__}() got an unexpected keyword argument {wrong!r}")
            return function(*args, **how)

        called.__signature__ = Signature(parameters, return_annotation="Array")  # type: ignore[attr-defined]
        return called

    return named


def stored(op: str, result: Array, out: Array | None) -> Array:
    """`result`; or `out`, into which it is written: of its shape, and of a dtype of its kind or above it."""
    if out is None:
        return result
    if not isinstance(out, Array):
        raise TypeError(
            f"{op}: out is an array of farshore, not {type(out).__name__}; to fill a host array: "
            f"fs.copyto(h, fs.{op}(..))"
        )
    if out.shape != result.shape:
        raise ValueError(f"{op}: the result has shape {result.shape}, out {out.shape}")
    if not np.can_cast(result.dtype, out.dtype, "same_kind"):
        raise TypeError(
            f"{op}: the result is {result.dtype}, which an array of {out.dtype} cannot hold; "
            f"write x = {op}(x, ..)"
        )
    out[...] = result
    return out


def accumulate(
    op: str,
    x: Array,
    /,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
    *,
    out: Array | None = None,
    initial: complex | None = None,
    where: Mask = None,
) -> Array:
    """What `sum` and `prod` give, and those of them that pass over NaN."""
    x = require_array(op, x)
    wanted = accumulated(x, dtype, out)
    name, empty = ("add", 0) if op.endswith("sum") else ("multiply", 1)
    combine = getattr(_core, name)
    x = passed_over(op, x, empty)
    if wanted == np.bool:
        name = "maximum" if name == "add" else "minimum"
    # A sum by itself is rounded once anyway.
    x = x.astype(wanted, copy=False) if initial is None else unrounded(x, wanted)
    result = reduce(name, masked(op, x, where, empty), axis, keepdims, empty)
    if initial is not None:
        result = combine(result, full((), initial, dtype=x.dtype, device=x.device))
    return stored(op, result.astype(wanted, copy=False), out)


@called_as(accumulate)
def sum(x: Array, /, *args: Any, **how: Any) -> Array:
    """The sum of the elements over `axis`, or over all of them; 0 where there are none.

    axis: one, or a tuple of several. keepdims: whether they stay, with length 1.
    dtype: of the result, to which the elements are converted first; without one, int64 or uint64 for integers
    and bool, else that of x. Halves are added in single precision, and rounded once.
    out: an array of the shape of the result, which is written into it and converted to its dtype; without
    `dtype`, the dtypes of x and of out are promoted, and in that the sum is taken.
    initial: a number that is added. where: a mask of bool, broadcast to x; other elements do not count.
    Raises AxisError for an axis that x lacks, ValueError for an out of another shape, TypeError for one of a
    dtype of a lower kind: of integers for floats.

    >>> import farshore as fs
    >>> print(fs.sum(fs.asarray([[1, 2], [3, 4]]), axis=0))
    [4 6]
    """
    return accumulate("sum", x, *args, **how)


@called_as(accumulate)
def prod(x: Array, /, *args: Any, **how: Any) -> Array:
    """The product of the elements over `axis`, or of all of them; 1 where there are none. Otherwise as `sum`.

    initial: a number that is multiplied by.

    >>> import farshore as fs
    >>> print(fs.prod(fs.asarray([1, 2, 3, 4])))
    24
    """
    return accumulate("prod", x, *args, **how)


def extreme(
    op: str,
    x: Array,
    /,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    out: Array | None = None,
    initial: float | None = None,
    where: Mask = None,
) -> Array:
    """What `max` and `min` give, and those of them that pass over NaN."""
    x = require_ordered(op, x)
    name, least = ("maximum", -np.inf) if op.endswith("max") else ("minimum", np.inf)
    numbers = passed_over(op, x, least)
    if initial is None:
        if mask_of(op, x, where) is not None:
            raise ValueError(f"{op}: where may leave no elements; initial= says what is then the result")
        result = reduce(name, numbers, axis, keepdims, None)
        if numbers is not x:
            result = _core.where(all(_core.isnan(x), axis, keepdims), np.nan, result)
        return stored(op, result, out)
    start = full((), initial, dtype=x.dtype, device=x.device)
    if not x.size:
        shape = reduced(x.shape, axes_of(x, axis), keepdims)
        return stored(op, start.broadcast_to(shape).copy(), out)
    result = reduce(name, masked(op, numbers, where, start), axis, keepdims, None)
    return stored(op, getattr(_core, name)(result, start), out)


@called_as(extreme)
def max(x: Array, /, *args: Any, **how: Any) -> Array:
    """The largest element over `axis`, or of all; NaN if one is.

    axis, keepdims: as of `sum`. out: an array of the shape of the result, which is written into it.
    initial: a number that counts as one more element; it is needed beside `where`, a mask of bool, broadcast
    to x, without whose elements the others do.
    Raises ValueError where there are none, TypeError for complex numbers, and as `sum`.

    >>> import farshore as fs
    >>> print(fs.max(fs.asarray([[1, 5], [3, 4]]), axis=1))
    [5 4]
    """
    return extreme("max", x, *args, **how)


@called_as(extreme)
def min(x: Array, /, *args: Any, **how: Any) -> Array:
    """The smallest element over `axis`, or of all. Otherwise as `max`.

    >>> import farshore as fs
    >>> print(fs.min(fs.asarray([[1, 5], [3, 4]])))
    1
    """
    return extreme("min", x, *args, **how)


def _truth(
    op: str,
    x: Array,
    /,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    out: Array | None = None,
    where: Mask = None,
) -> Array:
    x = require_array(op, x).astype(np.bool, copy=False)
    name, empty = ("minimum", True) if op == "all" else ("maximum", False)
    return stored(op, reduce(name, masked(op, x, where, empty), axis, keepdims, empty), out)


@called_as(_truth)
def all(x: Array, /, *args: Any, **how: Any) -> Array:
    """Whether every element over `axis`, or of all, is other than 0; True where there are none.

    axis, keepdims, out: as of `max`. where: a mask of bool, broadcast to x; other elements do not count.

    >>> import farshore as fs
    >>> print(fs.all(fs.asarray([1.0, 0.0])))
    False
    """
    return _truth("all", x, *args, **how)


@called_as(_truth)
def any(x: Array, /, *args: Any, **how: Any) -> Array:
    """Whether an element over `axis`, or of all, is other than 0; False where there are none.

    axis, keepdims, out: as of `max`. where: a mask of bool, broadcast to x; other elements do not count.

    >>> import farshore as fs
    >>> print(fs.any(fs.asarray([1.0, 0.0])))
    True
    """
    return _truth("any", x, *args, **how)


def array_equal(a1: Array, a2: Array, equal_nan: bool = False) -> Array:
    """Whether both have the same shape and elements: an array of one bool, so that nothing crosses.

    equal_nan: whether NaN equals NaN.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2])
    >>> print(fs.array_equal(x, x), fs.array_equal(x, x + 1))
    True False
    """
    a1, a2 = require_array("array_equal", a1), require_array("array_equal", a2)
    if a1.shape != a2.shape:
        return full((), False, dtype=np.bool, device=a1.device)
    same = _core.equal(a1, a2)
    if equal_nan:
        same = same + _core.not_equal(a1, a1) * _core.not_equal(a2, a2)
    return all(same)


def reduce(name: str, x: Array, axis: Axis, keepdims: bool, empty: complex | None) -> Array:
    """`_core.reduce` over any axes: x anew over none of them, and `empty` of no elements."""
    axes = axes_of(x, axis)
    if empty is None and not count(x.shape, axes):
        raise ValueError(f"there is no largest or smallest of no elements: shape {x.shape}, axis {axis}")
    if not axes:
        return x.copy()
    if not x.size:
        return full(reduced(x.shape, axes, keepdims), empty or 0, dtype=x.dtype, device=x.device)
    return _core.reduce(name, x, list(axes), keepdims)


def known(x: Array) -> int:
    """The one element of x, a bool or an integer, for a function that must know it: one counted scalar read.

    By `int(x)`, a line that calls the function in a loop would be told that it reads element by element.
    """
    host = np.empty((), x.dtype)
    x._read_into(host, "scalar")
    return int(host)


def axes_of(x: Array, axis: Axis) -> tuple[int, ...]:
    """The axes that an argument `axis` means, from 0. AxisError, or ValueError for one named twice."""
    return tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)


def count(shape: tuple[int, ...], axes: Iterable[int]) -> int:
    """How many elements go into each of the result."""
    return product(shape[one] for one in axes)


def reduced(shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """The shape of the result."""
    if keepdims:
        return tuple(1 if one in axes else length for one, length in enumerate(shape))
    return tuple(length for one, length in enumerate(shape) if one not in axes)


def mask_of(op: str, x: Array, where: Mask) -> Array | None:
    """The mask that an argument `where` means, of the shape of x; None where it masks nothing."""
    if where is None or where is True:
        return None
    if isinstance(where, (bool, np.bool)):
        return full(x.shape, bool(where), dtype=np.bool, device=x.device)
    mask = require_array(op, where)
    if mask.dtype != np.bool:
        raise TypeError(f"{op}: where is of bool, not {mask.dtype}; write where=(mask != 0)")
    return mask.broadcast_to(x.shape)


def masked(op: str, x: Array, where: Mask, instead: Array | complex) -> Array:
    """x with `instead` for the elements that do not count."""
    mask = mask_of(op, x, where)
    return x if mask is None else _core.where(mask, x, instead)


def passed_over(op: str, x: Array, instead: float) -> Array:
    """x with `instead` for NaN, where the function of that name passes over it."""
    if not op.startswith("nan") or x.dtype.kind not in "fc":
        return x
    return _core.where(_core.isnan(x), instead, x)


def accumulated(x: Array, dtype: npt.DTypeLike | None, out: Array | None = None) -> np.dtype[Any]:
    """The dtype of sums and products of x."""
    if dtype is not None:
        return np.dtype(dtype)
    if isinstance(out, Array):
        return np.result_type(x.dtype, out.dtype)
    if x.dtype.kind in "bi":
        return np.dtype(np.int64)
    return np.dtype(np.uint64) if x.dtype.kind == "u" else x.dtype


def averaged(x: Array, dtype: npt.DTypeLike | None, out: Array | None = None) -> np.dtype[Any]:
    """The dtype of means of x."""
    if dtype is not None:
        return np.dtype(dtype)
    own = np.dtype(np.float64) if x.dtype.kind in "biu" else x.dtype
    return np.result_type(own, out.dtype) if isinstance(out, Array) else own


def unrounded(x: Array, dtype: np.dtype[Any]) -> Array:
    """x in `dtype`, but halves in single precision: results are rounded once, at the end."""
    x = x.astype(dtype, copy=False)
    return x.astype(np.float32) if dtype == np.float16 else x


def require_ordered(op: str, x: Array) -> Array:
    """x, when its elements have an order."""
    x = require_array(op, x)
    if x.dtype.kind == "c":
        raise TypeError(
            f"{op} does not accept {x.dtype}: complex numbers have no order; take fs.real, fs.imag or fs.abs"
        )
    return x
