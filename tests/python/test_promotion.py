"""Result dtypes are NumPy's for every pair of dtypes; numbers are weak, and never narrowed silently."""

import farshore as fs
import numpy as np
import pytest
from agreement import check, expected
from samples import DTYPES, special, values

INTEGERS = [dtype for dtype in DTYPES if np.dtype(dtype).kind in "iu"]


@pytest.mark.parametrize("right", DTYPES)
@pytest.mark.parametrize("left", DTYPES)
def test_every_pair(left, right, rng):
    hosts = values(left, 60, rng), values(right, 60, rng)
    result = fs.add(*map(fs.asarray, hosts))
    assert result.dtype == np.promote_types(left, right)
    check(result.to_numpy(), expected("add", *hosts), note=f"{left} + {right}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("number", [True, False])
def test_a_bool_never_changes_the_dtype(dtype, number, rng):
    host = values(dtype, 40, rng)
    x = fs.asarray(host)
    with np.errstate(all="ignore"):
        check((x + number).to_numpy(), host + number)
        check((number * x).to_numpy(), expected("multiply", host, np.full((), number, host.dtype)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("number", [0, 1, 3])
def test_an_integer_keeps_every_dtype_but_bool(dtype, number, rng):
    host = values(dtype, 40, rng)
    with np.errstate(all="ignore"):
        want = host + number
    check((fs.asarray(host) + number).to_numpy(), want)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "float16", "float32", "complex64"])
def test_negative_integers(dtype, rng):
    host = values(dtype, 40, rng)
    with np.errstate(all="ignore"):
        check((fs.asarray(host) - -5).to_numpy(), host - -5)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("number", [0.1, -2.5, 1e-30, float("inf"), float("nan"), -0.0])
def test_a_float_keeps_every_float(dtype, number, rng):
    host = values(dtype, 40, rng)
    with np.errstate(all="ignore"):
        want = host + number
    check((fs.asarray(host) + number).to_numpy(), want)


@pytest.mark.parametrize("dtype", ["bool", *INTEGERS])
def test_a_float_makes_float32_of_integers(dtype):
    # NumPy makes float64; here the default float is float32, as in the array API standard's words.
    host = np.array([0, 1, 1, 0]).astype(dtype)
    got = fs.asarray(host) * 0.1
    check(got.to_numpy(), host.astype(np.float32) * np.float32(0.1))


@pytest.mark.parametrize(
    ("dtype", "want"),
    [("float16", "complex64"), ("float32", "complex64"), ("float64", "complex128"), ("int64", "complex64")],
)
def test_a_complex_number_makes_complex(dtype, want):
    got = fs.asarray(np.array([1, 2, 3], dtype)) * 2j
    check(got.to_numpy(), (np.array([1, 2, 3]) * 2j).astype(want))


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_a_complex_number_keeps_complex(dtype, rng):
    host = values(dtype, 40, rng)
    with np.errstate(all="ignore"):
        check((fs.asarray(host) + (0.1 - 3j)).to_numpy(), host + (0.1 - 3j))


@pytest.mark.parametrize("number", [np.float64(2), np.int8(2), np.float32(2), np.bool_(True), np.uint64(2)])
def test_numbers_of_numpy_are_weak_too(number):
    x = fs.asarray([1.0, 2.0])
    for got in (x * number, number * x, np.multiply(number, x)):
        assert isinstance(got, fs.Array)
        assert got.dtype == np.float32
        assert np.array_equal(got.to_numpy(), np.array([1.0, 2.0]) * number)
    assert (fs.asarray([1, 2]) + np.int8(1)).dtype == np.int64


@pytest.mark.parametrize("dtype", INTEGERS)
def test_an_integer_out_of_range_raises(dtype):
    x = fs.zeros(3, dtype=dtype)
    info = np.iinfo(dtype)
    for number in (info.max + 1, info.min - 1):
        with pytest.raises(fs.OutOfRangeError) as caught:
            x + number
        message = str(caught.value)
        assert message.startswith(f"add: the value {number} is out of range for {dtype}")
        assert f"{info.min} to {info.max}" in message
    for number in (info.max, info.min):
        check((x + number).to_numpy(), np.full(3, number, dtype))


COMPARISONS = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparing_with_an_integer_out_of_range(dtype, name):
    info, host = np.iinfo(dtype), special(dtype)
    for number in (info.max + 1, info.min - 1, 2**100, -(2**100)):
        check(getattr(fs, name)(fs.asarray(host), number).to_numpy(), getattr(np, name)(host, number))
        check(getattr(fs, name)(number, fs.asarray(host)).to_numpy(), getattr(np, name)(number, host))


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64"])
@pytest.mark.parametrize("name", COMPARISONS)
def test_signed_integers_beside_uint64_are_compared_exactly(dtype, name):
    # Their common dtype is float64, in which 2**53 and 2**53 + 1 are equal.
    signed, wide = np.meshgrid(special(dtype), special("uint64"))
    if dtype == "int64":
        signed, wide = np.append(signed, 2**53), np.append(wide, np.uint64(2**53 + 1))
    function, theirs = getattr(fs, name), getattr(np, name)
    check(function(fs.asarray(signed), fs.asarray(wide)).to_numpy(), theirs(signed, wide))
    check(function(fs.asarray(wide), fs.asarray(signed)).to_numpy(), theirs(wide, signed))


def test_long_integers_reach_float_arrays():
    x = fs.asarray([1.0, 2.0])
    check((x + 2**100).to_numpy(), np.array([1, 2], np.float32) + 2**100)


@pytest.mark.parametrize("dtype", DTYPES)
def test_numbers_on_the_left(dtype, rng):
    host = values(dtype, 40, rng)
    x = fs.asarray(host)
    with np.errstate(all="ignore"):
        check((1 + x).to_numpy(), 1 + host)
        check((x == 1).to_numpy(), host == 1)
        if dtype != "bool":
            check((1 - x).to_numpy(), 1 - host)
            check((2 * x).to_numpy(), 2 * host)
