"""Conversions between dtypes give NumPy's values, by `astype` and by `fs.asarray`."""

import warnings

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES, random, special


def convertible(source, target, rng):
    """Values whose conversion NumPy defines: floats to integers only within the range."""
    host = np.concatenate([special(source), random(source, 301, rng)])
    if np.dtype(target).kind not in "iu" or np.dtype(source).kind not in "fc":
        return host
    info = np.iinfo(target)
    real = host.real.astype(np.float64)
    # Half the range, so that rounding to float16 or float32 does not lead out of it.
    inside = np.isfinite(real) & (real >= info.min / 2) & (real <= info.max / 2)
    if info.min == 0:
        inside &= real >= 0
    return host[inside & np.isfinite(host.imag)]


@pytest.mark.parametrize("target", DTYPES)
@pytest.mark.parametrize("source", DTYPES)
def test_astype_is_numpys(source, target, rng):
    host = convertible(source, target, rng)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
        want = host.astype(target)
    check(fs.asarray(host).astype(target).to_numpy(), want, note=f"{source} to {target}")


@pytest.mark.parametrize("source", ["float32", "float64"])
def test_rounding_to_float16_is_to_nearest_even(source):
    halves = np.arange(0, 0x7C00, dtype=np.uint16).view(np.float16).astype(source)
    middle = (halves[:-1] + halves[1:]) / 2
    host = np.concatenate([middle, np.nextafter(middle, 0), np.nextafter(middle, np.array(np.inf, source))])
    host = np.concatenate([host, -host])
    check(fs.asarray(host).astype("float16").to_numpy(), host.astype("float16"))


def test_rounding_to_float32_is_to_nearest_even(rng):
    near = random("float32", 4001, rng)
    middle = (near.astype(np.float64) + np.nextafter(near, np.float32(np.inf)).astype(np.float64)) / 2
    host = np.concatenate([middle, np.nextafter(middle, 0), np.nextafter(middle, np.inf)])
    check(fs.asarray(host).astype("float32").to_numpy(), host.astype("float32"))


@pytest.mark.parametrize("source", ["int32", "uint32", "int64", "uint64"])
@pytest.mark.parametrize("target", ["float16", "float32", "float64"])
def test_long_integers_round_to_nearest_even(source, target, rng):
    host = random(source, 4001, rng)
    # Ties: odd multiples of the spacing's half.
    bits = np.iinfo(source).bits - 1
    ties = ((1 << (bits - 1)) + np.arange(1, 400, dtype=object) * (1 << max(bits - 25, 0))).astype(source)
    host = np.concatenate([host, ties, ties + 1, ties - 1])
    with np.errstate(all="ignore"):
        want = host.astype(target)
    check(fs.asarray(host).astype(target).to_numpy(), want)


def test_astype_gives_a_new_array_unless_told_not_to():
    x = fs.asarray([1.0, 2.0])
    assert not x.astype("float32").shares_memory(x)
    assert x.astype("float32", copy=False).shares_memory(x)
    assert not x.astype("int8", copy=False).shares_memory(x)


def test_astype_of_a_view_takes_the_view(rng):
    host = random("int16", 48, rng).reshape(6, 8)
    check(fs.asarray(host).T[::2].astype("float32").to_numpy(), host.T[::2].astype("float32"))


def test_asarray_converts_what_it_is_told_to():
    host = np.array([1.5, -2.5, 300.25])
    for dtype in ("float32", "float16", "complex64", "int16", ">f4", np.float64):
        x = fs.asarray(host, dtype=dtype)
        check(x.to_numpy(), host.astype(np.dtype(dtype).newbyteorder("=")))
    y = fs.asarray(x, dtype="float32")
    assert y.dtype == np.float32


def test_python_numbers_have_defaults_of_their_own():
    assert fs.asarray(1.5).dtype == np.float32
    assert fs.asarray([1.5, 2]).dtype == np.float32
    assert fs.asarray([]).dtype == np.float32
    assert fs.asarray([1, 2]).dtype == np.int64
    assert fs.asarray([1j]).dtype == np.complex64
    assert fs.asarray([True]).dtype == np.bool_
    assert fs.asarray([[1], [2.5]]).shape == (2, 1)


def test_numpy_values_keep_their_dtype():
    assert fs.asarray(np.array([1.5])).dtype == np.float64
    assert fs.asarray(np.float64(1.5)).dtype == np.float64
    assert fs.asarray([np.float64(1.5)]).dtype == np.float64
    assert fs.asarray([np.int8(1), np.int8(2)]).dtype == np.int8
    assert fs.asarray(np.complex128(1)).dtype == np.complex128
