"""Values to test with: for every dtype the special ones, random ones over the whole range, and their bits."""

import numpy as np

DTYPES = [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
]
FLOATS = ["float16", "float32", "float64"]
COMPLEX = ["complex64", "complex128"]
UNSIGNED = {2: np.uint16, 4: np.uint32, 8: np.uint64}


def special(dtype: str) -> np.ndarray:
    """The values at which arithmetic goes wrong first; floats without NaN payloads (see `bit_patterns`)."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return np.array([False, True])
    if kind in "iu":
        info = np.iinfo(dtype)
        near = [info.min, info.min + 1, info.max - 1, info.max, info.max // 2, 0, 1, 2, 3, 10]
        if kind == "i":
            near += [-1, -2, -7]
        return np.array(near, dtype)
    if kind == "f":
        info = np.finfo(dtype)
        positive = [0, info.smallest_subnormal, info.tiny - info.smallest_subnormal, info.tiny, info.eps]
        positive += [0.5, 1, 1 + info.eps, 1.5, 2, np.pi, 100.25, info.max / 2, info.max, np.inf]
        positive = np.array(positive, dtype)
        return np.concatenate([positive, -positive, np.array([np.nan], dtype)])
    part = special("float32" if dtype == "complex64" else "float64")
    chosen = part[[0, 1, 3, 5, 6, 10, 11, 13, 14, 15, 20, 21, 26, 28, 29, 30]]
    real, imag = np.meshgrid(chosen, chosen)
    result = np.empty(real.size, dtype)
    result.real, result.imag = real.ravel(), imag.ravel()
    return result


def bit_patterns(dtype: str) -> np.ndarray:
    """`special`, and for floats NaN of both signs with payloads, quiet and signalling, as arrays see them."""
    if np.dtype(dtype).kind not in "fc":
        return special(dtype)
    real = {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)
    info, word = np.finfo(real), UNSIGNED[np.dtype(real).itemsize]
    infinity = int(np.array([np.inf], real).view(word)[0])
    quiet = 1 << (info.nmant - 1)
    payloads = [infinity | quiet | 5, infinity | quiet | (quiet - 1), infinity | 1, infinity | (quiet - 1)]
    sign = 1 << (8 * np.dtype(real).itemsize - 1)
    nans = np.array(payloads + [bits | sign for bits in payloads], word).view(real)
    parts = np.concatenate([special(real), nans])
    return parts if real == dtype else np.append(parts, parts[: parts.size % 2]).view(dtype)


def random(dtype: str, size: int, rng: np.random.Generator) -> np.ndarray:
    """Any value of an integer dtype; floats over many magnitudes, all finite."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return rng.integers(0, 2, size).astype(bool)
    if kind in "iu":
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max, size, dtype, endpoint=True)
    if kind == "c":
        result = np.empty(size, dtype)
        real = "float32" if dtype == "complex64" else "float64"
        result.real, result.imag = random(real, size, rng), random(real, size, rng)
        return result
    exponents = rng.uniform(-10, 10, size)
    return (rng.choice([-1.0, 1.0], size) * np.exp2(exponents)).astype(dtype)


def values(dtype: str, size: int, rng: np.random.Generator) -> np.ndarray:
    """`size` values in a random order, the special ones first among them."""
    known = special(dtype)
    return rng.permutation(np.concatenate([known, random(dtype, max(size, known.size), rng)]))[:size]


def pairs(dtype: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays in which every two special values meet, and random ones."""
    known = special(dtype)
    left, right = np.meshgrid(known, known)
    left = np.concatenate([left.ravel(), random(dtype, 301, rng)])
    return left, np.concatenate([right.ravel(), random(dtype, 301, rng)])


def bits(array: np.ndarray) -> np.ndarray:
    """The bytes of the elements, in C order: two arrays are the same bit for bit when these are equal."""
    return np.frombuffer(np.ascontiguousarray(array).tobytes(), np.uint8)
