"""How exactly each result must be NumPy's: the one table of tolerances, and the comparison that keeps to it.

Everything is exact, signs of zero included, but for what `ULPS` names. NaN must stand where NumPy has NaN;
which NaN it is does not matter. The functions of `ULPS` are held against a wider type, rounded once;
complex products against their definition, since NumPy fuses them on some processors and not on others.
"""

from collections.abc import Callable

import mpmath
import numpy as np

_REAL_AND_COMPLEX = (
    "exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh pow"
)
_REAL = "atan2 hypot cbrt logaddexp logaddexp2 sinc erf erfc gamma lgamma i0"
TRANSCENDENTAL = _REAL_AND_COMPLEX.split()
REAL = _REAL.split()
PRODUCTS = ["multiply", "square", "divide", "sqrt", "reciprocal", "sign"]

ULPS = {
    # Units in the last place of the result.
    **{(name, dtype): 4 for name in TRANSCENDENTAL + REAL for dtype in ("float32", "float64")},
    **{(name, "float16"): 1 for name in TRANSCENDENTAL + REAL},
    # Of the result's size, in the norm: |got - exact| <= ulps * eps * |exact|.
    **{(name, dtype): 8 for name in TRANSCENDENTAL + PRODUCTS for dtype in ("complex64", "complex128")},
    # The result is real, so these are plain units in the last place.
    **{(name, dtype): 8 for name in ("abs", "angle") for dtype in ("complex64", "complex128")},
    **{("angle", dtype): 1 for dtype in ("float16", "float32", "float64")},
}
ULPS_OF = {name for name, _ in ULPS}
EITHER_ZERO = {"maximum", "minimum", "fmax", "fmin"}
"""Of 0 and -0 they may give either: NumPy does by processor, dtype and position."""
AT_LEAST = {"lgamma": 1.0, "logaddexp": 1e-2, "logaddexp2": 1e-2}
"""Results smaller than this are sums that cancel; they may be off as much as one of this size."""
ZEROS_OPEN = {"divide", "expm1", "pow"}
"""A part of their complex results that is 0 may be so by rounding, and then has either sign."""


def _by_mpmath(function: Callable[..., object]) -> Callable[[np.ndarray], np.ndarray]:
    def one(x: float) -> float:
        with mpmath.workdps(30):
            return float(function(mpmath.mpf(x)))

    return np.vectorize(one, otypes=[np.float64])


def _erfc(x: mpmath.mpf) -> object:
    return mpmath.mpf(0) if x > 30 else mpmath.erfc(x)


def _gamma(x: mpmath.mpf) -> object:
    if mpmath.isnan(x):
        return x
    if x == 0 or x > 200:
        return mpmath.inf
    if x < 0 and (mpmath.isinf(x) or x == mpmath.floor(x)):
        return mpmath.nan
    return mpmath.gamma(x) if x > -300 else mpmath.mpf(0)


def _signed_gamma(x: np.ndarray) -> np.ndarray:
    """mpmath has no -0, and neither is what vanishes negative there."""
    sign = np.where(x < 0, np.where(np.floor(x) % 2 == 0, 1.0, -1.0), np.copysign(1, x))
    return np.copysign(_by_mpmath(_gamma)(x), sign)


def _lgamma(x: mpmath.mpf) -> object:
    if mpmath.isinf(x) or (x <= 0 and x == mpmath.floor(x)):
        return mpmath.inf
    # By reflection: the gamma function itself leaves every range.
    return (
        mpmath.log(mpmath.pi / abs(mpmath.sinpi(x))) - mpmath.loggamma(1 - x) if x < 0 else mpmath.loggamma(x)
    )


def _i0(x: mpmath.mpf) -> object:
    return mpmath.inf if abs(x) > 1000 else mpmath.besseli(0, x)


def _sinc(x: mpmath.mpf) -> object:
    return mpmath.nan if mpmath.isinf(x) else mpmath.sincpi(x)


def _expm1(z: np.ndarray) -> np.ndarray:
    """NumPy's has NaN beside infinity, and loses small parts."""
    x, y = z.real, z.imag
    result = np.exp(z) - 1
    near = np.isfinite(z) & (x < 1)
    result.real[near] = (np.expm1(x) * np.cos(y) - 2 * np.sin(y / 2) ** 2)[near]
    result.imag[near] = (np.exp(x) * np.sin(y))[near]
    return result


def _log1p(z: np.ndarray) -> np.ndarray:
    """NumPy's loses small parts."""
    x, y = z.real, z.imag
    result = z.copy()
    result.real += 1
    result = np.log(result)
    near = np.abs(z) < 0.5
    result.real[near] = (np.log1p(x * (2 + x) + y * y) / 2)[near]
    result.imag = np.where(near, np.arctan2(y, 1 + x), result.imag)
    return result


def _divide(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """NumPy's overflows on the way to finite results; infinities are left to the standard's suite."""
    quotient = left / right
    return np.where(np.isfinite(quotient) & np.isfinite(left) & np.isfinite(right), quotient, OPEN)


def _sign(z: np.ndarray) -> np.ndarray:
    """NumPy's is a number for infinity beside NaN, where the standard has NaN."""
    return np.where(np.isnan(z), np.nan * (1 + 1j), np.sign(z))


OPEN = complex(np.nan, -1.5)
"""What a complex oracle gives where it claims nothing."""
ORACLES: dict[str, Callable[..., np.ndarray]] = {
    "erf": lambda x: np.copysign(_by_mpmath(mpmath.erf)(x), x),
    "erfc": _by_mpmath(_erfc),
    "gamma": _signed_gamma,
    "lgamma": _by_mpmath(_lgamma),
    "i0": _by_mpmath(_i0),
    "sinc": _by_mpmath(_sinc),
    "frexp_mantissa": lambda x: np.frexp(x)[0],
    "frexp_exponent": lambda x: np.frexp(x)[1],
}
"""Functions that NumPy lacks, or has too inexactly to be held against."""
COMPLEX_ORACLES: dict[str, Callable[..., np.ndarray]] = {
    "expm1": _expm1,
    "log1p": _log1p,
    "divide": _divide,
    "sign": _sign,
}


def expected(name: str, *operands: np.ndarray) -> np.ndarray:
    """What NumPy computes, of the dtype that NumPy gives it."""
    with np.errstate(all="ignore"):
        dtype = result_dtype(name, *operands)
        is_complex = any(np.asarray(x).dtype.kind == "c" for x in operands)
        if name in ("multiply", "square") and is_complex:
            return _product(operands[0], operands[-1], dtype)
        function = ORACLES.get(name) or getattr(np, name)
        if name not in ULPS_OF or (name in PRODUCTS and not is_complex) or dtype.kind not in "fc":
            return np.asarray(function(*operands))
        double = [np.asarray(x, np.complex128 if is_complex else np.float64) for x in operands]
        if name in ORACLES:
            return np.asarray(np.asarray(function(*double)).astype(dtype))
        if is_complex:
            function = COMPLEX_ORACLES.get(name, function)
            return np.asarray(function(*(np.asarray(x, np.clongdouble) for x in double)).astype(dtype))
        wide = [np.asarray(x, np.longdouble) for x in double] if dtype == np.float64 else double
        return np.asarray(function(*wide).astype(dtype))


def result_dtype(name: str, *operands: np.ndarray) -> np.dtype:
    """The dtype that NumPy gives the result."""
    if name == "frexp_exponent":
        return np.dtype(np.int32)
    # Functions of floats that are no ufuncs, or that NumPy lacks.
    like = "sqrt" if name in (*ORACLES, "angle") else name
    result = getattr(np, like)(*(np.asarray(x).reshape(-1)[:0] for x in operands))
    return np.dtype(result.real.dtype if name == "angle" else result.dtype)


def _product(left: np.ndarray, right: np.ndarray, dtype: np.dtype) -> np.ndarray:
    left, right = np.broadcast_arrays(np.asarray(left, dtype), np.asarray(right, dtype))
    result = np.empty(left.shape, dtype)
    result.real = left.real * right.real - left.imag * right.imag
    result.imag = left.real * right.imag + left.imag * right.real
    return result


def check(
    got: np.ndarray,
    want: np.ndarray,
    ulps: int = 0,
    either_zero: bool = False,
    note: object = "",
    at_least: float = 0.0,
) -> None:
    """Fails, naming the first elements, unless `got` is `want` within `ulps`."""
    want = np.asarray(want)
    assert got.dtype == want.dtype, f"{note}: dtype {got.dtype}, NumPy has {want.dtype}"
    assert got.shape == want.shape, f"{note}: shape {got.shape}, NumPy has {want.shape}"
    if either_zero and got.dtype.kind == "f":
        got, want = got + np.zeros((), got.dtype), want + np.zeros((), want.dtype)
    with np.errstate(all="ignore"):
        if got.dtype.kind == "c" and ulps:
            wrong = _differ_in_norm(got, want, ulps, either_zero)
        elif got.dtype.kind == "c":
            wrong = _differ(got.real, want.real, 0) | _differ(got.imag, want.imag, 0)
        else:
            wrong = _differ(got, want, ulps)
            if at_least:
                wrong &= ~(np.abs(got - want) <= ulps * np.spacing(got.dtype.type(at_least)))
    if np.any(wrong):
        first = np.flatnonzero(wrong)[:5]
        shown = [f"at {i}: got {got.ravel()[i]!r}, NumPy has {want.ravel()[i]!r}" for i in first]
        raise AssertionError(f"{note}: {np.count_nonzero(wrong)} of {wrong.size} differ; " + "; ".join(shown))


def _differ(got: np.ndarray, want: np.ndarray, ulps: int) -> np.ndarray:
    if got.dtype.kind != "f":
        return got != want
    nan = np.isnan(got) != np.isnan(want)
    both = np.isnan(got) & np.isnan(want)
    return ~both & (nan | (ulps_apart(got, want) > ulps) | (np.signbit(got) != np.signbit(want)))


def ulps_apart(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """Representable numbers between two floats of one dtype; infinity comes next after the largest."""
    word = {2: np.int16, 4: np.int32, 8: np.int64}[got.dtype.itemsize]

    def ordinal(x: np.ndarray) -> np.ndarray:
        # The bits of negative numbers count downwards; two's complement makes one line of both.
        bits = np.ascontiguousarray(x).view(word).reshape(x.shape).astype(np.int64)
        return np.where(bits < 0, np.int64(np.iinfo(word).min) - bits, bits)

    mine, theirs = ordinal(got), ordinal(want)
    # The distance of opposite ends fits only without a sign.
    ahead, behind = (np.asarray(f(mine, theirs)).view(np.uint64) for f in (np.maximum, np.minimum))
    return ahead - behind


def _differ_in_norm(got: np.ndarray, want: np.ndarray, ulps: int, either_zero: bool) -> np.ndarray:
    """Parts that NumPy has as NaN or infinite must be the same; where both are finite the distance counts."""
    wrong = np.zeros(got.shape, bool)
    for part in ("real", "imag"):
        mine, theirs = getattr(got, part), getattr(want, part)
        special = ~np.isfinite(theirs) | ~np.isfinite(mine)
        same = (mine == theirs) | (np.isnan(mine) & np.isnan(theirs))
        zeros = (mine == 0) & (theirs == 0) & (np.signbit(mine) != np.signbit(theirs))
        wrong |= (special & ~same) | (zeros & (not either_zero))
    finite = np.isfinite(got) & np.isfinite(want)
    wrong &= ~(np.isnan(want.real) & (want.imag == OPEN.imag))
    wide = np.clongdouble
    distance = np.abs(got.astype(wide) - want.astype(wide))
    info = np.finfo(want.real.dtype)
    allowed = ulps * np.maximum(np.abs(want.astype(wide)) * info.eps, info.smallest_subnormal)
    return wrong | (finite & (distance > allowed))
