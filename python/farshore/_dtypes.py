"""What dtypes hold, how they are promoted, and arrays of another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from farshore import _core
from farshore._core import Array, Device
from farshore._creation import asarray
from farshore._implicit import ImplicitArray
from farshore._manipulation import require_array

Source: TypeAlias = npt.DTypeLike | Array | ImplicitArray

KINDS = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}
"""The standard's names of kinds of dtypes, and NumPy's letters for them."""

NUMBERS = (bool, int, float, complex)
WEAK = (np.bool, np.int64, np.float32, np.complex64)
"""What numbers make of dtypes of a lower kind."""
RANKS = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}
"""The kinds of dtypes, as indices of these two."""


@dataclass(frozen=True)
class FloatLimits:
    """What `finfo` gives; eps is the distance from 1 to the next number."""

    dtype: np.dtype[Any]
    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float


@dataclass(frozen=True)
class IntegerLimits:
    """What `iinfo` gives."""

    dtype: np.dtype[Any]
    bits: int
    max: int
    min: int


def finfo(type: Source, /) -> FloatLimits:
    """What a float dtype holds; of a complex one, what its parts hold.

    type: a dtype, or an array, whose dtype is meant. Raises TypeError for dtypes of other kinds.

    >>> import farshore as fs
    >>> limits = fs.finfo(fs.complex64)
    >>> limits.dtype, limits.bits, limits.eps, limits.max
    (dtype('float32'), 32, 1.1920928955078125e-07, 3.4028234663852886e+38)
    """
    dtype = _dtype(type)
    if dtype.kind not in "fc":
        raise TypeError(f"finfo is of float and complex dtypes, not of {dtype}; there is fs.iinfo")
    info = np.finfo(dtype)
    numbers = (float(one) for one in (info.eps, info.max, info.min, info.smallest_normal))
    return FloatLimits(info.dtype, int(info.bits), *numbers)


def iinfo(type: Source, /) -> IntegerLimits:
    """What an integer dtype holds.

    type: a dtype, or an array, whose dtype is meant. Raises TypeError for dtypes of other kinds.

    >>> import farshore as fs
    >>> fs.iinfo(fs.asarray([1, 2]))
    IntegerLimits(dtype=dtype('int64'), bits=64, max=9223372036854775807, min=-9223372036854775808)
    """
    dtype = _dtype(type)
    if dtype.kind not in "iu":
        raise TypeError(f"iinfo is of integer dtypes, not of {dtype}; there is fs.finfo")
    info = np.iinfo(dtype)
    return IntegerLimits(dtype, info.bits, info.max, info.min)


def isdtype(dtype: npt.DTypeLike, kind: Any) -> bool:
    """Whether `dtype` is of a kind.

    kind: a dtype, or one of "bool", "signed integer", "unsigned integer", "integral", "real floating",
    "complex floating", "numeric"; of a tuple of these, any. float16 counts as real floating.
    Raises ValueError for another name, TypeError for None.

    >>> import farshore as fs
    >>> fs.isdtype(fs.int8, "integral"), fs.isdtype(fs.int8, (fs.float32, "bool"))
    (True, False)
    """
    if dtype is None or kind is None:
        raise TypeError("None is no dtype, and no kind of them")
    if isinstance(kind, tuple):
        return any(isdtype(dtype, one) for one in kind)
    if isinstance(kind, str):
        if kind not in KINDS:
            raise ValueError(f"isdtype knows no kind {kind!r}; there are {', '.join(KINDS)}")
        return np.dtype(dtype).kind in KINDS[kind]
    return bool(np.dtype(dtype) == np.dtype(kind))


def result_type(*arrays_and_dtypes: Source | complex | np.generic) -> np.dtype[Any]:
    """The dtype of an operation between all of these: arrays, dtypes, numbers.

    Numbers are weak: one changes the dtype of the others only when it is of a higher kind, to int64, float32
    or complex64, and float64 to complex128.
    Raises ValueError without arguments, TypeError for what is no dtype of farshore.

    >>> import farshore as fs
    >>> fs.result_type(fs.int8, fs.uint8), fs.result_type(fs.asarray([1, 2]), 0.5)
    (dtype('int16'), dtype('float32'))
    """
    if not arrays_and_dtypes:
        raise ValueError("result_type: there are no arrays and no dtypes")
    ranks = [_rank(one) for one in arrays_and_dtypes]
    dtypes = [_dtype(one) for one, rank in zip(arrays_and_dtypes, ranks, strict=True) if rank is None]
    highest = max((rank for rank in ranks if rank is not None), default=0)
    dtype = np.result_type(*dtypes) if dtypes else np.dtype(np.bool)
    if highest <= RANKS[dtype.kind]:
        return dtype
    return np.dtype(np.complex128 if dtype == np.float64 else WEAK[highest])


def can_cast(from_: Source, to: npt.DTypeLike, /) -> bool:
    """Whether promotion leads from one dtype to another, so that no value is lost.

    from_: a dtype, or an array; from an array, nothing leads to a dtype that its device lacks.

    >>> import farshore as fs
    >>> fs.can_cast(fs.int8, fs.int16), fs.can_cast(fs.float64, fs.float32)
    (True, False)
    """
    wanted = _dtype(to)
    if isinstance(from_, (Array, ImplicitArray)) and wanted.name not in from_.device.dtypes:
        return False
    return np.can_cast(_dtype(from_), wanted)


def astype(
    x: Array, dtype: npt.DTypeLike, /, *, copy: bool = True, device: Device | str | None = None
) -> Array:
    """x with another dtype: floats lose their fractions to integers, and what is not 0 is True.

    copy: False gives back x itself where nothing is to be done.
    device: where to; on another than that of x, the elements go by way of the host.
    Raises TypeError from complex to real dtypes, where fs.real or fs.imag says which part is meant.

    >>> import farshore as fs
    >>> print(fs.astype(fs.asarray([1.5, -2.5]), fs.int8))
    [ 1 -2]
    """
    x, wanted = require_array("astype", x), np.dtype(dtype)
    if x.dtype.kind == "c" and wanted.kind in "iuf":
        raise TypeError(f"astype does not take {x.dtype} to {wanted}: take fs.real(x) or fs.imag(x) first")
    result = x if wanted == x.dtype and not copy else x.astype(wanted)
    return result if device is None else asarray(result, device=device)


def _rank(value: Any) -> int | None:
    """The kind of a number, as an index of WEAK; None for arrays and dtypes."""
    if isinstance(value, (np.generic, np.ndarray)) and not value.ndim:
        value = value.item()
    return next((rank for rank, kind in enumerate(NUMBERS) if isinstance(value, kind)), None)


def _dtype(source: Any) -> np.dtype[Any]:
    """The dtype that an argument is, or has."""
    if source is None:
        raise TypeError("None is no dtype")
    dtype = source.dtype if isinstance(source, (Array, ImplicitArray, np.ndarray)) else np.dtype(source)
    _core.check_dtype(dtype)
    return dtype
