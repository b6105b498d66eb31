"""Copies into memory that exists: `fs.copyto(x, h)`, `x.set(h)`, `fs.copyto(h, x)`."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from farshore._core import Array
from farshore._implicit import ImplicitArray

Casting = Literal["no", "equiv", "safe", "same_kind", "unsafe"]


def copyto(dst: Any, src: Any, casting: Casting = "same_kind") -> None:
    """Copy the elements of `src` into `dst`, broadcast to its shape and converted to its dtype.

    dst: an array of farshore, or a host array to which one is copied.
    src: an array of farshore or of NumPy, nested lists, a number. What crosses is counted.
    casting: as NumPy's; TypeError for a conversion that it does not allow. ValueError for shapes that do not
    fit.

    >>> import numpy as np, farshore as fs
    >>> x = fs.zeros(3)
    >>> fs.copyto(x, np.array([1, 2, 3], np.float32))
    >>> print(x)
    [1. 2. 3.]
    """
    if isinstance(dst, Array):
        _to_device(dst, src, casting)
    elif not isinstance(dst, np.ndarray):
        raise TypeError(f"copyto: dst is an array of farshore or of NumPy, not {type(dst).__name__}")
    elif isinstance(src, Array):
        _check(src.dtype, dst.dtype, casting)
        if src.shape == dst.shape:
            src.to_numpy(out=dst)
        else:
            src.broadcast_to(dst.shape)  # refused before anything moves
            np.copyto(dst, src.to_numpy(), casting=casting)
    else:
        np.copyto(dst, src, casting=casting)


def set_elements(x: Array, h: Any) -> None:
    """What `x.set(h)` does: as `copyto`, but `h` has the shape of `x`."""
    host = h if isinstance(h, (Array, ImplicitArray)) else np.asarray(h)
    if host.shape != x.shape:
        raise ValueError(
            f"set: the host array has shape {host.shape}, this one {x.shape}; fs.copyto broadcasts"
        )
    _to_device(x, host, "same_kind")


def _to_device(x: Array, src: Any, casting: Casting) -> None:
    if isinstance(src, ImplicitArray):
        src = src.array
    if isinstance(src, Array):
        _check(src.dtype, x.dtype, casting)
        x[...] = src
        return
    if isinstance(src, (bool, int, float, complex, np.generic)):
        _check(np.result_type(src, x.dtype), x.dtype, casting)
        x[...] = src
        return
    host = np.asarray(src)
    _check(host.dtype, x.dtype, casting)
    converted = np.require(host, x.dtype, "C")
    if host.shape == x.shape:
        x._write_from(converted, "bulk")
    else:
        # Only what is there crosses; the device repeats it.
        x[...] = converted


def _check(have: np.dtype[Any], want: np.dtype[Any], casting: Casting) -> None:
    if not np.can_cast(have, want, casting):
        raise TypeError(
            f"copyto: {have} does not become {want} under casting={casting!r}; convert it first, "
            'or write casting="unsafe"'
        )
