"""The functions of the table in mpmath: pure Python, everywhere, slow."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import mpmath

NOTHING = -(10**9)
"""The exponent of 0."""


class Mpmath:
    name = f"mpmath {mpmath.__version__}"

    def __init__(self, bits: int) -> None:
        self.mp = mpmath.mp.clone()
        self.mp.prec = bits

    def working(self) -> AbstractContextManager[Any]:
        """To compute in."""
        found: AbstractContextManager[Any] = self.mp.workprec(self.mp.prec)
        return found

    def number(self, value: Any) -> Any:
        return self.mp.mpc(value) if isinstance(value, complex) else self.mp.mpf(value)

    def exponent(self, value: Any) -> int:
        """As frexp counts."""
        _, mantissa, exponent, bits = value._mpf_
        return int(exponent + bits) if mantissa else NOTHING

    def scaled(self, value: Any, scale: int) -> Any:
        """value times 2 ** -scale."""
        return self.mp.ldexp(value, -scale)

    def function(self, name: str, is_complex: bool) -> Callable[..., Any]:
        mp = self.mp
        own: dict[str, Callable[..., Any]] = {
            "add": lambda x, y: x + y,
            "subtract": lambda x, y: x - y,
            "multiply": lambda x, y: x * y,
            "divide": lambda x, y: x / y,
            "abs": abs,
            "square": lambda x: x * x,
            "reciprocal": lambda x: 1 / x,
            "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
            "fmod": lambda x, y: mp.sign(x) * self._remainder(abs(x), abs(y)),
            "remainder": self._remainder,
            "deg2rad": lambda x: x * mp.pi / 180,
            "rad2deg": lambda x: x * 180 / mp.pi,
            "exp2": lambda x: mp.power(2, x),
            "log2": lambda x: mp.log(x) / mp.ln2,
            "pow": lambda x, y: mp.power(x, y),
            "logaddexp": lambda x, y: max(x, y) + mp.log1p(mp.exp(-abs(x - y))),
            "logaddexp2": lambda x, y: max(x, y) + mp.log1p(mp.power(2, -abs(x - y))) / mp.ln2,
            "sinc": self._sinc,
            "atan2": self._atan2,
            "gamma": self._gamma,
            "lgamma": self._lgamma,
            "i0": lambda x: mp.besseli(0, x) if abs(x) < 2000 else mp.inf,
        }
        if is_complex:
            own |= {
                "atan": lambda z: self._near_0(mp.atan, z, -3),
                "atanh": lambda z: self._near_0(mp.atanh, z, 3),
            }
        return own.get(name) or getattr(mp, name)

    def _remainder(self, x: Any, y: Any) -> Any:
        # x % 0 is x in mpmath.
        return x % y if y else self.mp.nan

    def _atan2(self, y: Any, x: Any) -> Any:
        if not x and not y:
            raise ZeroDivisionError  # the signs of 0 matter, and are not known here
        return self.mp.atan2(y, x)

    def _near_0(self, function: Callable[[Any], Any], z: Any, third: int) -> Any:
        """Of small complex numbers mpmath gives an absolute precision only; there, two terms are enough."""
        return function(z) if abs(z) > 1e-30 else z + z * z * z / third

    def _sinc(self, x: Any) -> Any:
        return self.mp.sinpi(x) / (self.mp.pi * x) if x else x + 1

    def _gamma(self, x: Any) -> Any:
        """Beyond is overflow, or 0, and would take forever."""
        if x > 200:
            return self.mp.inf
        if x < -400 and x != self.mp.floor(x):
            return x * 0
        return self.mp.gamma(x)

    def _lgamma(self, x: Any) -> Any:
        mp = self.mp
        if x > 0:
            return mp.loggamma(x)
        # By reflection; at its zeros the two logarithms cancel.
        return mp.log(mp.pi / abs(mp.sinpi(x))) - mp.loggamma(1 - x)
