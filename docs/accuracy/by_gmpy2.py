"""The functions of the table in MPFR and MPC, through gmpy2: about ten times as fast as mpmath."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import gmpy2

from accuracy.by_mpmath import NOTHING


class Gmpy2:
    name = f"gmpy2 {gmpy2.version()}"

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def working(self) -> AbstractContextManager[Any]:
        """To compute in."""
        found: AbstractContextManager[Any] = gmpy2.context(precision=self.bits)
        return found

    def number(self, value: Any) -> Any:
        return gmpy2.mpc(value) if isinstance(value, complex) else gmpy2.mpfr(value)

    def exponent(self, value: Any) -> int:
        """As frexp counts."""
        return int(gmpy2.get_exp(value)) if value else NOTHING

    def scaled(self, value: Any, scale: int) -> Any:
        """value times 2 ** -scale."""
        return gmpy2.div_2exp(value, scale) if scale >= 0 else gmpy2.mul_2exp(value, -scale)

    def function(self, name: str, is_complex: bool) -> Callable[..., Any]:
        """To be called, and used, within `working`."""
        g, pi, ln2 = gmpy2, gmpy2.const_pi(), gmpy2.const_log2()
        own: dict[str, Callable[..., Any]] = {
            "add": lambda x, y: x + y,
            "subtract": lambda x, y: x - y,
            "multiply": lambda x, y: x * y,
            "divide": lambda x, y: x / y,
            "abs": abs,
            "square": lambda x: x * x,
            "reciprocal": lambda x: 1 / x,
            "remainder": self._remainder,
            "deg2rad": lambda x: x * pi / 180,
            "rad2deg": lambda x: x * 180 / pi,
            "pow": lambda x, y: x**y,
            "logaddexp": lambda x, y: max(x, y) + g.log1p(g.exp(-abs(x - y))),
            "logaddexp2": lambda x, y: max(x, y) + g.log1p(g.exp2(-abs(x - y))) / ln2,
            "sinc": self._sinc,
            "lgamma": lambda x: g.lgamma(x)[0],
            "i0": self._i0,
        }
        if is_complex:
            own |= {
                "exp2": lambda z: g.exp(z * ln2),
                "log2": lambda z: g.log(z) / ln2,
                "log10": lambda z: g.log(z) / g.log(g.mpfr(10)),
                "expm1": self._complex_expm1,
                "log1p": self._complex_log1p,
            }
        return own.get(name) or getattr(g, name)

    def _remainder(self, x: Any, y: Any) -> Any:
        rest = gmpy2.fmod(x, y)
        return rest + y if rest and (rest < 0) != (y < 0) else rest

    def _sinc(self, x: Any) -> Any:
        """The angle is brought near 0 first, without error; at whole numbers the result is 0."""
        rest, pi = gmpy2.fmod(x, 2), gmpy2.const_pi()
        if not x:
            return x + 1
        return x * 0 if rest in (0, 1, -1) else gmpy2.sin(pi * rest) / (pi * x)

    def _i0(self, x: Any) -> Any:
        """The power series; all its terms are positive."""
        if not abs(x) < 2000:
            return gmpy2.inf()
        quarter, term, total, k = x * x / 4, gmpy2.mpfr(1), gmpy2.mpfr(1), 0
        while term > total * 2.0**-160:
            k += 1
            term *= quarter / (k * k)
            total += term
        return total

    def _complex_expm1(self, z: Any) -> Any:
        """e^x cos y - 1 = expm1(x) cos y - 2 sin(y/2)^2, so that little cancels."""
        g = gmpy2
        half = g.sin(z.imag / 2)
        real = g.expm1(z.real) * g.cos(z.imag) - 2 * half * half
        return g.mpc(real, g.exp(z.real) * g.sin(z.imag))

    def _complex_log1p(self, z: Any) -> Any:
        """|1 + z|^2 - 1 = 2x + x^2 + y^2 where that is exact enough."""
        g, x, y = gmpy2, z.real, z.imag
        real = g.log1p(2 * x + x * x + y * y) / 2 if x > -0.25 else g.log(g.hypot(1 + x, y))
        return g.mpc(real, g.atan2(y, 1 + x))
