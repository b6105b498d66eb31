"""Exact results, with 256 bits: by gmpy2 where it is installed, else by mpmath, which takes longer.

Where an operand is NaN or infinite, at poles and outside of the domain, and for the sign of 0, NumPy's word
is taken.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from accuracy.by_mpmath import Mpmath
from accuracy.functions import Row
from accuracy.references import in_float64
from accuracy.ulps import PART, Doubles, Exact, format_of, from_doubles, parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

BITS = 256


class Library(Protocol):
    name: str

    def working(self) -> AbstractContextManager[Any]: ...
    def number(self, value: Any) -> Any: ...
    def exponent(self, value: Any) -> int: ...
    def scaled(self, value: Any, scale: int) -> Any: ...
    def function(self, name: str, is_complex: bool) -> Callable[..., Any]: ...


@functools.cache
def libraries() -> list[Library]:
    """Those there are; the first is used."""
    try:
        from accuracy.by_gmpy2 import Gmpy2
    except ImportError:
        return [Mpmath(BITS)]
    return [Gmpy2(BITS), Mpmath(BITS)]


def exact(row: Row, operands: list[npt.NDArray[Any]], library: Library | None = None) -> Exact:
    """What the function of `row` is of these operands, which have one dtype."""
    library, dtype = library or libraries()[0], str(operands[0].dtype)
    with np.errstate(all="ignore"):
        wide = [one.astype(np.complex128 if dtype in PART else np.float64) for one in operands]
        told = parts(in_float64(row)(*wide))
    result = from_doubles(told, dtype)
    finite = np.all([np.isfinite(one) for one in wide], 0)
    zeros = np.any([(parts(one) == 0).any(0) for one in wide], 0)
    with library.working():
        function = library.function(row.name, dtype in PART)
        for index in np.flatnonzero(finite).tolist():
            values = [library.number(one[index].item()) for one in wide]
            found = _value(function, values, len(told))
            if found:
                has_zero = zeros[index] or not any(found)
                _write(result, index, found, told[:, index] if has_zero else None, library, dtype)
    return result


def _value(function: Callable[..., Any], values: list[Any], rows: int) -> list[Any]:
    """The parts of a result; nothing where it is not finite, or not real as it should be."""
    try:
        value = function(*values)
    except (ValueError, ZeroDivisionError, OverflowError):
        return []
    found = [value.real, value.imag]
    if any(part - part != 0 for part in found) or (rows == 1 and found[1] != 0):
        return []
    return found[:rows]


def _write(
    result: Exact, index: int, found: list[Any], told: Doubles | None, library: Library, dtype: str
) -> None:
    form = format_of(dtype)
    exponents = [library.exponent(part) for part in found]
    top = max(exponents)
    if len(found) == 2 and top > form.lowest:
        # The size of a complex number may lie in the next binade.
        sizes = [library.scaled(part, top) for part in found]
        top += library.exponent(sizes[0] * sizes[0] + sizes[1] * sizes[1]) > 0
    scale = result.scale[index] = min(max(top, form.lowest), form.highest)
    for row, part in enumerate(found):
        if exponents[row] > form.highest:
            high, low = (1.0 if part > 0 else -1.0), 0.0
        else:
            part = library.scaled(part, int(scale))
            high = float(part)
            low = float(part - high)
        if told is not None and (np.signbit(told[row]) != np.signbit(high)) and not np.isnan(told[row]):
            high, low = -high, -low
        result.high[row, index], result.low[row, index] = high, low
    result.signed[index] = len(found) == 1 and not found[0] and told is not None and told[0] == 0
