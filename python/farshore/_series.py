"""Numbers at equal ratios, powers, and what a function makes of places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._coordinates import indices
from farshore._core import Array, Device
from farshore._creation import asarray
from farshore._dtypes import result_type
from farshore._grids import _device, _wide, eye, linspace
from farshore._operands import OURS


def logspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    endpoint: bool = True,
    base: complex = 10.0,
    dtype: npt.DTypeLike | None = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """`base` to the power of `num` numbers at equal distances, from `start` to `stop`.

    endpoint: False leaves `stop` out, of num + 1 such numbers.
    dtype: without one, float32, or complex64 when a number is complex. Computed in float64 where the device
    has it. Raises as `linspace`.

    >>> import farshore as fs
    >>> print(fs.logspace(0, 3, 4))
    [   1.   10.  100. 1000.]
    """
    _check_numbers("logspace", start, stop, base)
    device = _device(device)
    inside = _wide(result_type(start, stop, base, np.float64), device)
    powers = linspace(start, stop, num, dtype=inside, device=device, endpoint=endpoint)
    wanted = result_type(start, stop, base, np.float32) if dtype is None else np.dtype(dtype)
    return _core.pow(_core.full((), base, inside, device), powers).astype(wanted)


def geomspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    endpoint: bool = True,
    dtype: npt.DTypeLike | None = None,
    *,
    device: Device | str | None = None,
) -> Array:
    """`num` numbers, each of them the one before it times the same, from exactly `start` to exactly `stop`.

    endpoint: False leaves `stop` out, of num + 1 such numbers.
    dtype: without one, float32, or complex64 when an end is complex: a spiral around 0. Computed in float64
    where the device has it.
    Raises ValueError for an end of 0, for real ends on both sides of it, and as `linspace`.

    >>> import farshore as fs
    >>> print(fs.geomspace(1, 16, 5))
    [ 1.  2.  4.  8. 16.]
    """
    _check_numbers("geomspace", start, stop)
    if not start or not stop:
        raise ValueError(f"geomspace: from {start} to {stop} no ratio leads")
    device = _device(device)
    inside = _wide(result_type(start, stop, np.float64), device)
    if inside.kind != "c" and (start.real < 0) != (stop.real < 0):
        raise ValueError(f"geomspace: 0 is between {start} and {stop}; complex ends go around it")
    wanted = result_type(start, stop, np.float32) if dtype is None else np.dtype(dtype)
    # As seen from the start, so that the logarithm of negative numbers is that of their ratio.
    end = np.log(np.asarray(stop, np.result_type(inside, np.float64)) / start).item()
    powers = linspace(0, end, num, dtype=inside, device=device, endpoint=endpoint)
    result = _core.multiply(_core.exp(powers), start)
    if num:
        result[:1] = start
    if endpoint and num > 1:
        result[-1:] = stop
    return result.astype(wanted)


def vander(x: Array | Sequence[complex], /, N: int | None = None, increasing: bool = False) -> Array:
    """Vandermonde's matrix: a row for each element, its powers from N - 1 down to 0.

    N: how many columns; without it, as many as rows. increasing: from 0 up.
    Of int64 for integers of fewer bits; floats keep their dtype.
    Raises ValueError for other than one axis.

    >>> import farshore as fs
    >>> print(fs.vander(fs.asarray([1, 2, 3])))
    [[1 1 1]
     [4 2 1]
     [9 3 1]]
    """
    x = asarray(x)
    if x.ndim != 1:
        raise ValueError(f"vander: x has one axis, not the shape {x.shape}")
    columns = x.size if N is None else N
    dtype = np.result_type(x.dtype, np.int64) if x.dtype.kind in "biu" else x.dtype
    powers = _core.full((x.size, columns), 1, dtype, x.device)
    if columns > 1 and x.size:
        powers[:, 1:] = x[:, None]
        powers = _core.scan("multiply", powers, 1)
    return powers if increasing else powers[:, ::-1]


def identity(n: int, /, dtype: npt.DTypeLike | None = None, *, device: Device | str | None = None) -> Array:
    """The matrix of n rows that has ones on its diagonal, and zeros elsewhere: `eye(n)`.

    >>> import farshore as fs
    >>> print(fs.identity(2))
    [[1. 0.]
     [0. 1.]]
    """
    return eye(n, dtype=dtype, device=device)


def fromfunction(
    function: Callable[..., Any],
    shape: Sequence[int],
    /,
    *,
    dtype: npt.DTypeLike | None = None,
    device: Device | str | None = None,
    **kwargs: Any,
) -> Any:
    """What a function gives for the places along each axis of that shape: it is called once, with an array
    for each axis, and with `kwargs`.

    dtype: of these arrays; without one, float32, as NumPy's are floats.

    >>> import farshore as fs
    >>> print(fs.fromfunction(lambda row, column: row * 10 + column, (2, 3), dtype=fs.int64))
    [[ 0  1  2]
     [10 11 12]]
    """
    places = indices(shape, np.float32 if dtype is None else dtype, device=device)
    return function(*places, **kwargs)


def _check_numbers(op: str, *ends: Any) -> None:
    for one in ends:
        if isinstance(one, OURS):
            raise TypeError(f"{op} does not accept {one.dtype} arrays: its ends are numbers")
