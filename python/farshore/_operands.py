"""What stands beside an array in a call: another one, a number, a list of numbers, an array of the host."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._dtypes import NUMBERS, result_type
from farshore._implicit import ImplicitArray
from farshore._manipulation import require_array

Numbers: TypeAlias = "Array | complex | list[Any] | tuple[Any, ...] | range"
"""An array of a device, or what is written in the call itself: a number, a list of numbers."""

OURS = (Array, ImplicitArray)
LISTS = (list, tuple, range)


def beside(op: str, value: Any, x: Array) -> Array:
    """`value` on the device of x; a number has no axes.

    Numbers and lists of them are weak: of the dtype of x where it holds them. Lists cross, as literals do; a
    host array is refused, unless the policy lets pass what nobody asked for.
    """
    if isinstance(value, OURS):
        return require_array(op, value)
    if isinstance(value, np.ndarray) and value.ndim:
        return _core.upload_index(op, value, x.device)
    if not isinstance(value, (*NUMBERS, np.generic, np.ndarray, *LISTS)):
        return require_array(op, value)
    host = numbers(op, value)
    return literal(host.astype(weak(host, x), copy=False), x.device)


def literal(host: npt.NDArray[Any], device: Device) -> Array:
    """What is written in a call, on the device: one number goes with a kernel, several cross."""
    if host.size == 1:
        return _core.full(host.shape, host.item(), host.dtype, device)
    return _core.from_numpy(np.require(host, requirements="C"), device)


def numbers(op: str, value: Any) -> npt.NDArray[Any]:
    """A number or a list of numbers as a host array. Raises TypeError for others."""
    host = np.asarray(value)
    if host.dtype.kind not in "biufc":
        raise TypeError(f"{op}: a list beside an array is of numbers, not of {host.dtype}")
    return host


def weak(host: npt.NDArray[Any], x: Array) -> np.dtype[Any]:
    """The dtype of numbers beside x: that of x, unless they are of a higher kind, or out of its range."""
    if not host.size:
        return x.dtype
    dtype = result_type(x, host.dtype.type(0).item())
    if dtype.kind in "iu" and host.dtype.kind != "b":
        ends = np.iinfo(dtype)
        if not ends.min <= int(host.min()) <= int(host.max()) <= ends.max:
            return np.result_type(dtype, host.dtype)
    return dtype
