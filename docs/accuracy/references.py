"""NumPy's and SciPy's functions under the names of the table, and Python's where SciPy is missing."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from accuracy.functions import Row
from accuracy.ulps import PART

Function = Callable[..., npt.NDArray[Any]]


def beside(row: Row) -> Function | None:
    """What stands in NumPy's column: NumPy's function, or SciPy's if it is here."""
    library, name = "numpy", row.like or row.name
    if name.startswith("special."):
        library, name = "scipy.special", name.removeprefix("special.")
    try:
        function = getattr(importlib.import_module(library), name)
    except (ImportError, AttributeError):
        return None

    def call(*operands: npt.NDArray[Any]) -> npt.NDArray[Any]:
        dtype = str(operands[0].dtype)
        with np.errstate(all="ignore"):
            result = np.asarray(function(*operands))
            of_size = result.dtype.kind == "f" and dtype in PART
            # SciPy gives float32 for float16.
            return result.astype(PART[dtype] if of_size else dtype, copy=False)

    return call


def in_float64(row: Row) -> Function:
    """What says which NaN, infinity and sign of 0 is right, and is near the exact result."""
    found = beside(row) or np.vectorize(_IN_PYTHON[row.name], otypes=[np.float64])
    repaired = _REPAIRED.get(row.name)

    def call(*operands: npt.NDArray[Any]) -> npt.NDArray[Any]:
        with np.errstate(all="ignore"):
            result = np.asarray(found(*operands))
            return repaired(operands[0], result) if repaired else result

    return call


def _sinc(x: npt.NDArray[Any], _: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """NumPy's multiplies by pi before it takes whole turns away. At whole numbers 0 of either sign will do:
    there stands the smallest number."""
    rest = x - 2 * np.round(x / 2)
    result = np.sin(np.pi * rest) / (np.pi * x)
    result = np.where((np.abs(rest) == 1) | ((rest == 0) & (x != 0)), 5e-324, result)
    return np.where(x == 0, 1.0, np.where(np.isinf(x), np.nan, result))


def _signed_gamma(x: npt.NDArray[Any], result: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Where it is as good as 0, SciPy's has the wrong sign below -2 ** 31."""
    below = np.floor(x)
    sign = np.where(below % 2 == 0, 1.0, -1.0)
    return np.where((x < -190) & np.isfinite(x) & (x != below), np.copysign(0.0, sign), result)


def _endless_i0(x: npt.NDArray[Any], result: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """SciPy's is NaN at infinity."""
    return np.where(np.isinf(x), np.inf, result)


def _gamma(x: float) -> float:
    try:
        return math.gamma(x)
    except OverflowError:
        return math.copysign(math.inf, x)
    except ValueError:
        return math.copysign(math.inf, x) if x == 0 else math.nan


def _lgamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):
        return math.inf


def _expm1(z: npt.NDArray[Any], result: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """NumPy's complex one has NaN beside infinity."""
    return np.where(np.isfinite(result), result, np.exp(z) - 1) if z.dtype.kind == "c" else result


def _log1p(z: npt.NDArray[Any], result: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """NumPy's complex one adds 1 first, and so loses what is small."""
    if z.dtype.kind != "c":
        return result
    x, y = z.real, z.imag
    near = np.abs(z) < 0.5
    further = z.copy()
    further.real += 1
    result = np.where(np.isnan(z), result, np.log(further))
    result.real[near] = (np.log1p(x * (2 + x) + y * y) / 2)[near]
    result.imag[near] = np.arctan2(y, 1 + x)[near]
    return result


_REPAIRED: dict[str, Function] = {
    "sinc": _sinc,
    "gamma": _signed_gamma,
    "i0": _endless_i0,
    "expm1": _expm1,
    "log1p": _log1p,
    # C99 and Python's math have inf there, SciPy's gammaln -inf.
    "lgamma": lambda x, result: np.where(np.isneginf(x), np.inf, result),
}
_IN_PYTHON: dict[str, Callable[[float], float]] = {
    "erf": math.erf,
    "erfc": math.erfc,
    "gamma": _gamma,
    "lgamma": _lgamma,
    "i0": lambda x: float(np.i0(x)),
}
