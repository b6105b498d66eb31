"""Bad input: the class and the words of each exception, and that everything is usable afterwards."""

import farshore as fs
import numpy as np
import pytest

A, B = np.arange(6, dtype=np.float32).reshape(2, 3), np.ones((4, 5), np.float32)


@pytest.fixture(autouse=True)
def usable():
    """Whatever a test here does wrong, arrays made before and after it compute."""
    x = fs.asarray(A)
    pending = x + 1
    yield
    assert np.array_equal(pending.to_numpy(), A + 1)
    assert np.array_equal((x * 2).to_numpy(), A * 2)
    assert np.array_equal((fs.ones(3) + 1).to_numpy(), [2, 2, 2])


def test_shapes_that_do_not_broadcast():
    x, y = fs.asarray(A), fs.asarray(B)
    with pytest.raises(
        ValueError, match=r"^add: shapes \(2, 3\) and \(4, 5\) do not broadcast to one shape$"
    ):
        x + y
    with pytest.raises(ValueError, match=r"^maximum: shapes \(2, 3\) and \(4,\) do not broadcast"):
        fs.maximum(x, fs.zeros(4))
    with pytest.raises(ValueError, match=r"^add: shapes \(0,\) and \(2,\) do not broadcast"):
        fs.zeros(0) + fs.zeros(2)
    with pytest.raises(ValueError, match=r"^numpy\.add: shapes|^add: shapes"):
        np.add(x, y)
    assert np.array_equal((x + x).to_numpy(), A + A)


def test_shapes_that_do_not_reshape():
    with pytest.raises(
        ValueError, match=r"^reshape: cannot view 6 elements of shape \(2, 3\) as shape \(4, 2\)$"
    ):
        fs.asarray(A).reshape(4, 2)


def test_dtypes_that_a_function_does_not_accept():
    with pytest.raises(
        TypeError, match=r"^subtract does not accept bool; it accepts int8,.*x\.astype\(fs\.\w+\)"
    ):
        fs.asarray([True]) - fs.asarray([True])
    with pytest.raises(TypeError, match=r"^gcd does not accept float64; it accepts int8, int16, "):
        fs.gcd(fs.zeros(3, dtype="float64"), 2)
    with pytest.raises(TypeError, match=r"^ldexp does not accept float32; .*x2\.astype\(fs\.int32\)"):
        fs.ldexp(fs.zeros(3), fs.zeros(3))
    with pytest.raises(TypeError, match=r"^add: where is of bool, not float32; write where=\(mask != 0\)"):
        fs.add(fs.zeros(3), 1, where=fs.zeros(3))
    with pytest.raises(TypeError, match=r"^less does not accept complex64; it accepts bool, int8"):
        fs.less(fs.zeros(3, dtype="complex64"), 1)


def test_a_dtype_that_the_device_lacks(device):
    missing = {"float64", "int64", "uint64", "complex128"} - set(device.dtypes)
    if not missing:
        pytest.skip("this device has every dtype")
    for dtype in missing:
        with pytest.raises(TypeError, match=rf"has no {dtype}: the array was not made\. Ask for dtype="):
            fs.zeros(3, dtype=dtype)
        with pytest.raises(TypeError, match=rf"has no {dtype}"):
            fs.asarray(np.zeros(3, dtype))


def test_numbers_out_of_range():
    cases = [
        (lambda: fs.full(3, 2**40, dtype="int32"), "full: the value 1099511627776 is out of range for int32"),
        (lambda: fs.zeros(3, dtype="uint8") + 256, "add: the value 256 is out of range for uint8"),
        (lambda: fs.zeros(3, dtype="uint8") - -1, "subtract: the value -1 is out of range for uint8"),
        (
            lambda: fs.zeros(3, dtype="int8").__setitem__(0, 128),
            "assignment: the value 128 is out of range for int8",
        ),
        (
            lambda: fs.full(3, 2**70, dtype="int64"),
            "full: the value 1180591620717411303424 is out of range for int64",
        ),
    ]
    for call, words in cases:
        with pytest.raises(fs.OutOfRangeError) as caught:
            call()
        assert str(caught.value).startswith(words)
        assert "which holds -" in str(caught.value) or "which holds 0 to 255" in str(caught.value)
        assert isinstance(caught.value, (OverflowError, ValueError))


def test_host_numbers_out_of_range():
    for call in (lambda: fs.asarray(300, dtype="uint8"), lambda: fs.asarray([1, -1], dtype="uint16")):
        with pytest.raises(OverflowError, match=r"out of (bounds|range) for uint"):
            call()
    with pytest.raises(OverflowError, match="out of range for every integer dtype"):
        fs.asarray(2**70)
    with pytest.raises(OverflowError, match="out of range for every integer dtype"):
        fs.asarray([1, -(2**70)])


def test_numbers_of_a_higher_kind_are_not_cut_down():
    with pytest.raises(ValueError, match=r"^assignment: 1\.5 cannot be converted to int32$"):
        fs.zeros(3, dtype="int32")[0] = 1.5
    with pytest.raises(ValueError, match=r"^full: .*j? ?cannot be converted to float32$"):
        fs.full(3, 1 + 2j, dtype="float32")
    with pytest.raises(ValueError, match=r"^full: 0\.5 cannot be converted to bool$"):
        fs.full(3, 0.5, dtype="bool")


@pytest.mark.parametrize("make", [fs.empty, fs.zeros, fs.ones])
@pytest.mark.parametrize("shape", [2**40, (2**20, 2**20), (2**62, 8), (2**63 - 1, 2)])
def test_too_large_an_array(make, shape, device):
    with pytest.raises(fs.OutOfDeviceMemoryError) as caught:
        make(shape)
    assert isinstance(caught.value, MemoryError)
    assert isinstance(caught.value, fs.DeviceError)
    message = str(caught.value)
    assert message.startswith(f"{device} cannot hold ")
    assert f"one array holds at most {device.limits['array_bytes']} bytes there" in message


def test_too_large_a_result(device):
    big = fs.zeros((100_000, 1)) + fs.zeros((1, 100_000))
    with pytest.raises(fs.OutOfDeviceMemoryError, match="cannot hold 40000000000 "):
        fs.evaluate(big)
    assert big[:2, :2].shape == (2, 2)
    assert big.is_pending, "a failed evaluation leaves it as it was"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (2, r"^index 2 is out of bounds for axis 0 with size 2$"),
        (-3, r"^index -3 is out of bounds for axis 0 with size 2$"),
        ((0, 3), r"^index 3 is out of bounds for axis 1 with size 3$"),
        ((0, 0, 0), r"^too many indices: the array has 2 dimensions, but 3 were indexed$"),
        (2**80, r"is out of bounds for axis 0 with size 2$"),
        (1.5, r"an index is made of integers, slices .*; float is none of them"),
        ("a", r"an index is made of integers, slices .*; str is none of them"),
        ([0, 2], r"^index 2 is out of bounds for axis 0 with size 2$"),
        ([0.5], r"^arrays used as indices must be of integer \(or boolean\) type, not float64$"),
        ([True], r"^boolean index did not match indexed array along axis 0; size of axis is 2 but"),
    ],
)
def test_bad_indices(key, words):
    x = fs.asarray(A)
    with pytest.raises(IndexError, match=words):
        x[key]
    with pytest.raises(IndexError, match=words):
        x[key] = 0
    assert np.array_equal(x.to_numpy(), A)


def test_bad_slices():
    x = fs.asarray(A)
    with pytest.raises(ValueError, match=r"a slice's step cannot be 0"):
        x[::0]
    with pytest.raises((ValueError, IndexError), match=r"at most one ellipsis"):
        x[..., ...]
    with pytest.raises(TypeError, match=r"__index__"):
        x[1.5:]
    assert x[5:].shape == (0, 3)
    assert x[-(2**80) : 2**80 : 2**70].shape == (1, 3)


def test_bad_calls():
    x = fs.asarray(A)
    with pytest.raises(TypeError, match=r"^add\(\) takes 2 operands, 1 were given$"):
        fs.add(x)
    with pytest.raises(TypeError, match=r"^sqrt\(\) takes 1 operands?, 2 were given$"):
        fs.sqrt(x, x)
    with pytest.raises(ValueError, match=r"lengths of a shape are 0 or more, not -1"):
        fs.zeros(-1)
    with pytest.raises(TypeError, match=r"^the value of full is a number$"):
        fs.full(3, "a")
    with pytest.raises(TypeError, match="complex128"):
        fs.zeros(3, dtype="datetime64[s]")


def test_a_failed_operation_records_nothing(device):
    x, y = fs.asarray(A), fs.zeros(7)
    fs.synchronize()
    before = device.counters()
    for _ in range(3):
        with pytest.raises(ValueError, match="broadcast"):
            x + y
    assert device.counters() == before
