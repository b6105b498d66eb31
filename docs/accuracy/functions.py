"""What is measured: for each function where to look closely, what stands beside it, how far it may be off.

All functions are looked at over all bit patterns, too. The regions and points here are those where methods
change, results cancel, or ranges end.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

HALF = 0.5
"""The error of a correctly rounded result is never larger; a tie makes it exactly this."""
BOUND = {"float16": 0.51, "float32": 4.0, "float64": 4.0, "complex64": 8.0, "complex128": 8.0}
"""Ulps that a function may be off, where its row does not say less. float16 is float32, rounded once more."""

FLOATS = [np.finfo(name) for name in ("float16", "float32", "float64")]
LARGEST = [float(one.max) for one in FLOATS]
SMALLEST = [float(value) for one in FLOATS for value in (one.tiny, one.smallest_subnormal)]
LOGS = [math.log(value) for value in LARGEST + SMALLEST]
NEAREST_TO_HALF_PI = [math.ldexp(16367173, 72), math.ldexp(6381956970095103, 797)]
"""J.-M. Muller, "Elementary Functions" (1997): the float32 and the float64 nearest to a multiple of pi/2."""


class Row(NamedTuple):
    name: str
    regions: tuple[tuple[float, float], ...] = ((-2, 2), (-100, 100))
    """Where samples lie evenly: of one operand, or of each."""
    points: tuple[float, ...] = ()
    """Samples crowd around these, too."""
    pairs: str = ""
    """How two operands are chosen, a name in `sampling.PAIRS`; empty for functions of one."""
    wgsl: str = ""
    """The driver's own, of `x` or of `x1` and `x2`; empty where WGSL has none."""
    like: str = ""
    """NumPy's or SciPy's name, where it differs."""
    bound: float = math.inf
    at_least: float = 0
    """A smaller result is what two others leave of each other: its error counts in ulps of this size."""
    is_complex: bool = True
    """Whether it is measured for complex numbers, where Farshore has it."""
    reach: float = 1
    """Of complex numbers: the share of the exponents that is looked at, or the largest exponent. NumPy's
    products and quotients overflow on the way to finite results, and ours with them."""


def bound(row: Row, dtype: str) -> float:
    """Ulps that a result may be off. No complex result is rounded correctly."""
    return BOUND[dtype] if dtype.startswith("complex") else min(BOUND[dtype], row.bound)


ANGLES = ((-7, 7), (-1e3, 1e3), (-1e6, 1e6))
TURNS = (*(k * math.pi / 2 for k in range(-64, 65) if k), *NEAREST_TO_HALF_PI)
EXPONENTS = ((-1, 1), (-104, 89), (-746, 710))
BINARY_EXPONENTS = ((-1, 1), (-150, 128), (-1075, 1024))
OVERFLOWS = (*LOGS, *(x + math.log(2) for x in LOGS))
POSITIVE = ((0, 2), (0, 100), (0.9, 1.1))
POLES = tuple(float(-k) for k in range(1, 35))
LGAMMA_ZEROS = (1.0, 2.0, -2.4570247382208006, -2.7476826467274127, -3.1435808883499798, -3.9552942848585979)

ROWS = [
    Row("add", pairs="near", wgsl="x1 + x2", bound=HALF),
    Row("subtract", pairs="near", wgsl="x1 - x2", bound=HALF),
    Row("multiply", pairs="any", wgsl="x1 * x2", bound=HALF, reach=0.45),
    Row("divide", pairs="any", wgsl="x1 / x2", bound=HALF, reach=0.45),
    Row("abs", wgsl="abs(x)", bound=HALF),
    Row("square", wgsl="x * x", bound=HALF, reach=0.45),
    Row("reciprocal", wgsl="1 / x", bound=HALF, reach=0.45),
    Row("sqrt", POSITIVE, wgsl="sqrt(x)", bound=HALF),
    Row("cbrt", is_complex=False),
    Row("hypot", pairs="near", wgsl="length(vec2(x1, x2))", is_complex=False),
    Row("remainder", pairs="near", bound=HALF, is_complex=False),
    Row("fmod", pairs="near", bound=HALF, is_complex=False),
    Row("deg2rad", ((-360, 360), (-1e4, 1e4)), wgsl="radians(x)", is_complex=False),
    Row("rad2deg", ((-7, 7), (-1e3, 1e3)), wgsl="degrees(x)", is_complex=False),
    Row("exp", EXPONENTS, OVERFLOWS, wgsl="exp(x)"),
    Row("exp2", BINARY_EXPONENTS, (128.0, -126.0, -149.0, 1024.0, -1022.0, -1074.0), wgsl="exp2(x)", reach=6),
    Row("expm1", (*EXPONENTS, (-40, 1)), OVERFLOWS),
    Row("log", POSITIVE, (1.0,), wgsl="log(x)"),
    Row("log1p", ((-1, 1), (-0.1, 0.1), (0, 100)), (-1.0,)),
    Row("log2", POSITIVE, (1.0,), wgsl="log2(x)"),
    Row("log10", POSITIVE, (1.0,)),
    Row("pow", pairs="pow", wgsl="pow(x1, x2)", reach=6),
    Row("logaddexp", pairs="logarithms", is_complex=False, at_least=2.0**-20),
    Row("logaddexp2", pairs="logarithms", is_complex=False, at_least=2.0**-20),
    Row("sin", ANGLES, TURNS, wgsl="sin(x)"),
    Row("cos", ANGLES, TURNS, wgsl="cos(x)"),
    Row("tan", ANGLES, TURNS, wgsl="tan(x)"),
    Row("asin", ((-1, 1), (0.49, 0.51)), (1.0, -1.0), wgsl="asin(x)"),
    Row("acos", ((-1, 1), (0.49, 0.51)), (1.0, -1.0), wgsl="acos(x)"),
    Row("atan", ((-2, 2), (-40, 40)), (1.0, -1.0), wgsl="atan(x)"),
    Row("atan2", pairs="near", wgsl="atan2(x1, x2)", is_complex=False),
    Row("sinh", (*EXPONENTS, (-20, 20)), OVERFLOWS, wgsl="sinh(x)"),
    Row("cosh", (*EXPONENTS, (-20, 20)), OVERFLOWS, wgsl="cosh(x)"),
    Row("tanh", ((-1, 1), (-22, 22)), wgsl="tanh(x)"),
    Row("asinh", ((-1, 1), (-1e3, 1e3)), wgsl="asinh(x)"),
    Row("acosh", ((1, 2), (1, 1e3)), (1.0,), wgsl="acosh(x)"),
    Row("atanh", ((-1, 1), (-0.1, 0.1)), (1.0, -1.0), wgsl="atanh(x)"),
    Row("sinc", ((-4, 4), (-100, 100)), tuple(float(k) for k in range(-9, 10) if k), is_complex=False),
    Row("erf", ((-1, 1), (-6, 6)), like="special.erf", is_complex=False),
    Row(
        "erfc",
        ((-1, 1), (-6, 11), (-6, 28)),
        (10.05, 9.19, 26.54, 27.22),
        like="special.erfc",
        is_complex=False,
    ),
    Row(
        "gamma",
        ((-5, 5), (-45, 36), (-185, 172)),
        (*POLES, 35.04010009, 171.6243769563027),
        like="special.gamma",
        is_complex=False,
    ),
    Row(
        "lgamma",
        ((-5, 5), (0.5, 3), (-50, 50)),
        LGAMMA_ZEROS,
        like="special.gammaln",
        is_complex=False,
        at_least=1,
    ),
    Row("i0", ((-9, 9), (-92, 92), (-714, 714)), (91.90, 713.98), like="special.i0", is_complex=False),
]

EXACT = {
    *(
        "angle",
        "bitwise_and",
        "bitwise_count",
        "bitwise_invert",
        "bitwise_left_shift",
        "bitwise_or",
        "bitwise_right_shift",
        "bitwise_xor",
    ),
    *(
        "ceil",
        "clip",
        "conj",
        "copysign",
        "equal",
        "floor",
        "floor_divide",
        "fmax",
        "fmin",
        "frexp",
        "gcd",
    ),
    *("greater", "greater_equal", "heaviside", "imag", "isfinite", "isinf", "isnan", "lcm", "ldexp", "less"),
    *("less_equal", "logical_and", "logical_not", "logical_or", "logical_xor", "maximum", "minimum", "modf"),
    *(
        "negative",
        "frexp_exponent",
        "frexp_mantissa",
        "nextafter",
        "not_equal",
        "positive",
        "real",
        "rint",
        "round",
        "sign",
        "signbit",
        "spacing",
    ),
    "trunc",
    "where",
}
"""Ufuncs that round nothing: the tests hold them against NumPy bit for bit. `angle` is `atan2`."""
