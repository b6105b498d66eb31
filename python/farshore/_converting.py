"""Arrays of what is there already, laid out or checked as it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._creation import asarray
from farshore._facts import in_order


def copy(x: Any, /, order: Literal["K", "A", "C", "F"] = "K", subok: bool = False) -> Array:
    """The elements in new memory: `x.copy()`. What is on the host is copied to the default device.

    order: "F" lays them out in Fortran's order, the others in C order.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2])
    >>> fs.copy(x).shares_memory(x)
    False
    """
    found = asarray(x)
    return _fortran(found) if check_order("copy", order) else found.copy()


def ascontiguousarray(
    x: Any, /, dtype: npt.DTypeLike | None = None, *, device: Device | str | None = None
) -> Array:
    """x itself where its elements follow each other in C order and have the dtype, else a copy that is so.

    With at least one axis. Host arrays, lists and numbers are copied to a device, as by `asarray`.

    >>> import farshore as fs
    >>> fs.ascontiguousarray(fs.zeros((2, 3)).T).strides
    (8, 4)
    """
    found = asarray(x, dtype=dtype, device=device)
    found = found if found.ndim else found.reshape(1)
    return found if in_order(found) else found.copy()


def asfortranarray(
    x: Any, /, dtype: npt.DTypeLike | None = None, *, device: Device | str | None = None
) -> Array:
    """x itself where its elements follow each other in Fortran's order and have the dtype, else a copy.
    Otherwise as `ascontiguousarray`.

    >>> import farshore as fs
    >>> fs.asfortranarray(fs.zeros((2, 3))).strides
    (4, 8)
    """
    found = asarray(x, dtype=dtype, device=device)
    found = found if found.ndim else found.reshape(1)
    return found if in_order(found.T) else _fortran(found)


def asarray_chkfinite(
    x: Any, /, dtype: npt.DTypeLike | None = None, *, device: Device | str | None = None
) -> Array:
    """`asarray(x)`, of which it is read from the device whether all elements are finite: one scalar.

    Raises ValueError for NaN and infinities.

    >>> import farshore as fs
    >>> print(fs.asarray_chkfinite([1.0, 2.0]))
    [1. 2.]
    """
    found = asarray(x, dtype=dtype, device=device)
    if found.dtype.kind in "fc" and found.size:
        finite = _core.reduce("minimum", _core.isfinite(found).reshape(-1), [0], False)
        if not finite:
            raise ValueError("asarray_chkfinite: there are infinite elements, or NaN")
    return found


def frombuffer(
    buffer: Any,
    /,
    dtype: npt.DTypeLike = float,
    count: int = -1,
    offset: int = 0,
    *,
    device: Device | str | None = None,
) -> Array:
    """The bytes of a buffer of the host, such as `bytes` or a memoryview, as elements; copied to a device.

    dtype: what they are, float64 as in NumPy unless it is given. count: how many elements, -1 for all.
    offset: how many bytes come before. Raises ValueError for bytes that are no whole number of elements.

    >>> import farshore as fs
    >>> print(fs.frombuffer(b"abc", fs.uint8))
    [97 98 99]
    """
    return asarray(np.frombuffer(buffer, dtype, count, offset), device=device)


def fromiter(
    iter: Iterable[Any], /, dtype: npt.DTypeLike, count: int = -1, *, device: Device | str | None = None
) -> Array:
    """What an iterable gives, as elements along one axis; copied to a device once all is there.

    count: how many are taken, -1 for all. Raises ValueError where there are fewer.

    >>> import farshore as fs
    >>> print(fs.fromiter((n * n for n in range(4)), fs.int32))
    [0 1 4 9]
    """
    return asarray(np.fromiter(iter, dtype, count), device=device)


def check_order(op: str, order: str | None) -> bool:
    """Whether it is Fortran's. Raises ValueError for what is no order."""
    if order not in ("C", "F", "A", "K", None):
        raise ValueError(f"{op}: order is one of 'C', 'F', 'A' and 'K', not {order!r}")
    return order == "F"


def _fortran(x: Array) -> Array:
    return x.T.copy().T
