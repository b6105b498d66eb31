"""How exactly each result must be NumPy's: the one table of tolerances, and the comparison that keeps to it.

Everything is exact, signs of zero included, but for what `ULPS` names. NaN must stand where NumPy has NaN;
which NaN it is does not matter. The four functions of `REFERENCE` are held against float64, rounded once;
complex products against their definition, since NumPy fuses them on some processors and not on others.
"""

import numpy as np

ULPS = {
    # Units in the last place of the result.
    ("exp", "float32"): 4,
    ("log", "float32"): 4,
    ("sin", "float32"): 4,
    ("cos", "float32"): 4,
    ("exp", "float16"): 1,
    ("log", "float16"): 1,
    ("sin", "float16"): 1,
    ("cos", "float16"): 1,
    # Of the result's size, in the norm: |got - exact| <= ulps * eps * |exact|.
    ("multiply", "complex64"): 8,
    ("multiply", "complex128"): 8,
    ("square", "complex64"): 8,
    ("square", "complex128"): 8,
    ("divide", "complex64"): 8,
    ("divide", "complex128"): 8,
    ("sqrt", "complex64"): 8,
    ("sqrt", "complex128"): 8,
    # The result is real, so these are plain units in the last place.
    ("abs", "complex64"): 8,
    ("abs", "complex128"): 8,
}
REFERENCE = {"exp", "log", "sin", "cos"}
EITHER_ZERO = {"maximum", "minimum"}
"""Of 0 and -0 they may give either: NumPy does by processor, dtype and position."""


def expected(name: str, *operands: np.ndarray) -> np.ndarray:
    """What NumPy computes, of the dtype that NumPy gives it."""
    function = getattr(np, name)
    with np.errstate(all="ignore"):
        result = function(*operands)
        if name in ("multiply", "square") and result.dtype.kind == "c":
            return _product(operands[0], operands[-1], result.dtype)
        if name not in REFERENCE:
            return np.asarray(result)
        return np.asarray(function(*(np.asarray(x, np.float64) for x in operands)).astype(result.dtype))


def _product(left: np.ndarray, right: np.ndarray, dtype: np.dtype) -> np.ndarray:
    left, right = np.broadcast_arrays(np.asarray(left, dtype), np.asarray(right, dtype))
    result = np.empty(left.shape, dtype)
    result.real = left.real * right.real - left.imag * right.imag
    result.imag = left.real * right.imag + left.imag * right.real
    return result


def check(
    got: np.ndarray, want: np.ndarray, ulps: int = 0, either_zero: bool = False, note: object = ""
) -> None:
    """Fails, naming the first elements, unless `got` is `want` within `ulps`."""
    want = np.asarray(want)
    assert got.dtype == want.dtype, f"{note}: dtype {got.dtype}, NumPy has {want.dtype}"
    assert got.shape == want.shape, f"{note}: shape {got.shape}, NumPy has {want.shape}"
    if either_zero and got.dtype.kind == "f":
        got, want = got + np.zeros((), got.dtype), want + np.zeros((), want.dtype)
    with np.errstate(all="ignore"):
        if got.dtype.kind == "c" and ulps:
            wrong = _differ_in_norm(got, want, ulps)
        elif got.dtype.kind == "c":
            wrong = _differ(got.real, want.real, 0) | _differ(got.imag, want.imag, 0)
        else:
            wrong = _differ(got, want, ulps)
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


def _differ_in_norm(got: np.ndarray, want: np.ndarray, ulps: int) -> np.ndarray:
    """Parts that NumPy has as NaN or infinite must be the same; where both are finite the distance counts."""
    wrong = np.zeros(got.shape, bool)
    for part in ("real", "imag"):
        mine, theirs = getattr(got, part), getattr(want, part)
        special = ~np.isfinite(theirs) | ~np.isfinite(mine)
        same = (mine == theirs) | (np.isnan(mine) & np.isnan(theirs))
        zeros = (mine == 0) & (theirs == 0) & (np.signbit(mine) != np.signbit(theirs))
        wrong |= (special & ~same) | zeros
    finite = np.isfinite(got) & np.isfinite(want)
    wide = np.clongdouble
    distance = np.abs(got.astype(wide) - want.astype(wide))
    info = np.finfo(want.real.dtype)
    allowed = ulps * np.maximum(np.abs(want.astype(wide)) * info.eps, info.smallest_subnormal)
    return wrong | (finite & (distance > allowed))
