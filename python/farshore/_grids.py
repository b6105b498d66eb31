"""Numbers in a row, and matrices made of them: computed on the device, without a transfer."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, isqrt
from numbers import Complex, Integral, Real
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._creation import zeros
from farshore._dtypes import result_type
from farshore._manipulation import require_array
from farshore.exceptions import OutOfRangeError


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: npt.DTypeLike | None = None,
    device: Device | str | None = None,
) -> Array:
    """start, start + step, start + 2 * step ..., as far as it is before `stop`.

    With one argument, from 0 to before it. Whole numbers are exact, others rounded once where the device has
    float64.
    dtype: without one, int64 for ints, float32 once one is a float.
    Raises ValueError for a step of 0 and for what is not finite, OutOfRangeError for numbers that the dtype
    does not hold, TypeError for fractions in an integer dtype.

    >>> import farshore as fs
    >>> print(fs.arange(5), fs.arange(1, 0, -0.25))
    [0 1 2 3 4] [1.   0.75 0.5  0.25]
    """
    if stop is None:
        start, stop = 0, start
    start, stop, step = (_number("arange", one) for one in (start, stop, step))
    if not step:
        raise ValueError("arange: a step of 0 leads nowhere")
    ints = isinstance(start, int) and isinstance(stop, int) and isinstance(step, int)
    wanted = np.dtype((np.int64 if ints else np.float32) if dtype is None else dtype)
    # Divided upwards; whole numbers exactly.
    length = max(0, -int((start - stop) // step) if ints else ceil((stop - start) / step))
    ends = [start, start + step * (length - 1)] if length else []
    device = _device(device)
    if wanted.kind in "iu":
        _check_whole(wanted, start, step, ends)
        inside = np.dtype(np.uint64 if wanted == np.uint64 else np.int64)
    elif wanted.kind == "b":
        raise TypeError("arange: bool holds no numbers in a row; compare them with something")
    elif start == int(start) and step == int(step) and all(-(2**63) <= one < 2**63 for one in ends):
        inside = np.dtype(np.int64)
    else:
        inside = _wide(np.dtype(np.float64), device)
    if inside.kind == "f":
        first, each = float(start), float(step)
    else:
        # A step may be longer than the dtype's range; products wrap, and are right in the end.
        low = int(np.iinfo(inside).min)
        first, each = int(start) if length else 0, (int(step) - low) % 2**64 + low
    return _sequence(length, device, lambda index: (index.astype(inside) * each + first).astype(wanted))


def linspace(
    start: complex,
    stop: complex,
    /,
    num: int,
    *,
    dtype: npt.DTypeLike | None = None,
    device: Device | str | None = None,
    endpoint: bool = True,
) -> Array:
    """`num` numbers at equal distances, from exactly `start` to exactly `stop`.

    endpoint: False leaves `stop` out, of num + 1 such numbers.
    dtype: without one, float32, or complex64 when an end is complex; integers are rounded down. Distances are
    computed in float64 where the device has it.
    Raises ValueError for less than no numbers and for what is not finite.

    >>> import farshore as fs
    >>> print(fs.linspace(0, 1, 5), fs.linspace(0, 1, 4, endpoint=False))
    [0.   0.25 0.5  0.75 1.  ] [0.   0.25 0.5  0.75]
    """
    if num < 0:
        raise ValueError(f"linspace: {num} is less than no numbers")
    first, last = (_number("linspace", one, Complex) for one in (start, stop))
    wanted = result_type(first, last, np.float32) if dtype is None else np.dtype(dtype)
    device = _device(device)
    inside = _wide(result_type(first, last, np.float64), device)
    parts = int(num) - 1 if endpoint else int(num)
    each = (last - first) / max(parts, 1)

    def value(index: Array) -> Array:
        """From the nearer end, so that both are exact."""
        upwards = index.astype(inside) * each + first
        downwards = last - (parts - index).astype(inside) * each
        result = _core.where(index * 2 <= parts, upwards, downwards)
        return (_core.floor(result) if wanted.kind in "iu" else result).astype(wanted)

    return _sequence(int(num), device, value)


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: npt.DTypeLike | None = None,
    device: Device | str | None = None,
) -> Array:
    """A matrix of zeros with ones where column - row = k; float32 unless `dtype` says otherwise.

    n_cols: without it, as many as rows.

    >>> import farshore as fs
    >>> print(fs.eye(2, 3, k=1))
    [[0. 1. 0.]
     [0. 0. 1.]]
    """
    columns = n_rows if n_cols is None else n_cols
    result = zeros((n_rows, columns), dtype=dtype, device=device)
    length = min(n_rows - max(-k, 0), columns - max(k, 0))
    if length > 0:
        first = k if k >= 0 else -k * columns
        result.reshape(-1)[first : first + length * (columns + 1) : columns + 1] = True
    return result


def meshgrid(*arrays: Array, indexing: Literal["xy", "ij"] = "xy") -> tuple[Array, ...]:
    """The coordinates of each point of a grid: each array along an axis of its own, repeated along others.

    arrays: of one axis; others are flattened.
    indexing: "ij" has the arrays' axes in their order, "xy" exchanges the first two.
    Raises ValueError for other words.

    >>> import farshore as fs
    >>> x, y = fs.meshgrid(fs.asarray([1, 2, 3]), fs.asarray([4, 5]))
    >>> print(x, y)
    [[1 2 3]
     [1 2 3]] [[4 4 4]
     [5 5 5]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f'meshgrid: indexing is "xy" or "ij", not {indexing!r}')
    parts = [require_array("meshgrid", x) for x in arrays]
    axes = list(range(len(parts)))
    if indexing == "xy":
        axes[:2] = axes[:2][::-1]
    shape = [0] * len(parts)
    for axis, x in zip(axes, parts, strict=True):
        shape[axis] = x.size
    return tuple(
        x.reshape([-1 if one == axis else 1 for one in range(len(parts))]).broadcast_to(shape).copy()
        for axis, x in zip(axes, parts, strict=True)
    )


def tril(x: Array, /, *, k: int = 0) -> Array:
    """x with zeros where column - row > k; of an array of more axes, each matrix of the last two.

    Raises ValueError for an array of fewer axes.

    >>> import farshore as fs
    >>> print(fs.tril(fs.ones((2, 3), dtype=fs.int8)))
    [[1 0 0]
     [1 1 0]]
    """
    return _core.where(_below("tril", x, k), x, False)


def triu(x: Array, /, *, k: int = 0) -> Array:
    """x with zeros where column - row < k. Otherwise as `tril`.

    >>> import farshore as fs
    >>> print(fs.triu(fs.ones((2, 3), dtype=fs.int8)))
    [[1 1 1]
     [0 1 1]]
    """
    return _core.where(_below("triu", x, k - 1), False, x)


def _below(op: str, x: Array, k: int) -> Array:
    """Where column - row <= k."""
    x = require_array(op, x)
    if x.ndim < 2:
        raise ValueError(f"{op}: an array of shape {x.shape} is no matrix")
    rows, columns = x.shape[-2:]
    nearest = max(-rows, min(k, columns))
    return _core.less_equal(_sequence(columns, x.device) - nearest, _sequence(rows, x.device)[:, None])


def _sequence(length: int, device: Device, value: Callable[[Array], Array] = lambda index: index) -> Array:
    """`value` of 0, 1, 2 ... of int64, as the rows of a square, whose side is made in the same way."""
    if length <= 2:
        index = _core.empty([length], np.int64, device)
        for one in range(length):
            index[one] = one
        return value(index)
    side = isqrt(length - 1) + 1
    row = _sequence(side, device)
    return value(row[: -(-length // side), None] * side + row).reshape(-1)[:length]


def _device(device: Device | str | None) -> Device:
    if isinstance(device, Device):
        return device
    return _core.default_device() if device is None else _core.open_device(device)


def _wide(dtype: np.dtype[Any], device: Device) -> np.dtype[Any]:
    """`dtype`, or half of it where the device lacks it."""
    return dtype if dtype.name in device.dtypes else np.dtype(f"{dtype.kind}{dtype.itemsize // 2}")


def _number(op: str, value: Any, kind: type = Real) -> Any:
    """`value` as one of Python's finite numbers."""
    if isinstance(value, Integral):
        return int(value)
    if not isinstance(value, kind):
        raise TypeError(f"{op} is between {kind.__name__.lower()} numbers, not {type(value).__name__}")
    number = float(value) if isinstance(value, Real) else complex(value)  # type: ignore[call-overload]
    if not np.isfinite(number):
        raise ValueError(f"{op} is between finite numbers, not {number}")
    return number


def _check_whole(dtype: np.dtype[Any], start: float, step: float, ends: list[float]) -> None:
    if int(start) != start or int(step) != step:
        raise TypeError(f"arange: {dtype} holds no fractions, but start and step are {start} and {step}")
    info = np.iinfo(dtype)
    for one in ends:
        if not info.min <= one <= info.max:
            raise OutOfRangeError(
                f"arange: {one} is out of range for {dtype}, which holds {info.min} to {info.max}"
            )
