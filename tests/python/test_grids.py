"""Numbers in a row, matrices of them, arrays like others: NumPy's values, without a transfer."""

import farshore as fs
import numpy as np
import pytest
from agreement import ulps_apart
from hypothesis import given
from hypothesis import strategies as st
from samples import COMPLEX, DTYPES, FLOATS

INTEGERS = [dtype for dtype in DTYPES if np.dtype(dtype).kind in "iu"]
LENGTHS = [0, 1, 2, 3, 4, 5, 8, 9, 10, 99, 100, 101, 1023, 1024, 1025, 65_537, 1_000_003]


def same(got, want):
    assert (got.shape, got.dtype) == (want.shape, want.dtype)
    assert np.array_equal(got.to_numpy(), want)


@pytest.mark.parametrize("length", LENGTHS)
def test_arange_of_a_length(length):
    same(fs.arange(length), np.arange(length, dtype=np.int64))
    same(fs.arange(float(length)), np.arange(length).astype(np.float32))


@st.composite
def whole(draw, dtype):
    """Start, stop and step in the range of an integer dtype, and not too far apart."""
    info = np.iinfo(dtype)
    start, stop = (draw(st.integers(info.min, info.max)) for _ in range(2))
    least = max(1, abs(stop - start) // 300)
    step = draw(st.integers(least, max(least, info.max))) * draw(st.sampled_from([1, -1]))
    return start, stop, step


@given(data=st.data(), dtype=st.sampled_from(INTEGERS))
def test_arange_of_integers_is_exact(data, dtype):
    start, stop, step = data.draw(whole(dtype))
    want = np.array(list(range(start, stop, step)), dtype)
    same(fs.arange(start, stop, step, dtype=dtype), want)


@given(data=st.data(), dtype=st.sampled_from([*FLOATS, *COMPLEX]))
def test_whole_numbers_are_rounded_once(data, dtype):
    start, stop, step = data.draw(whole("int64"))
    with np.errstate(over="ignore"):
        want = np.array(range(start, stop, step), np.int64).astype(dtype)
    same(fs.arange(start, stop, step, dtype=dtype), want)


@given(
    start=st.floats(-1e6, 1e6),
    step=st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3),
    length=st.integers(0, 300),
    dtype=st.sampled_from(FLOATS),
)
def test_arange_of_floats(start, step, length, dtype):
    stop = start + step * length
    got = fs.arange(start, stop, step, dtype=dtype)
    want = np.arange(start, stop, step)
    assert got.shape == want.shape
    assert got.dtype == dtype
    exact = start + np.arange(want.size) * step
    with np.errstate(over="ignore"):
        assert np.all(ulps_apart(got.to_numpy(), exact.astype(dtype)) <= 1)


def test_arange_has_numpys_arguments():
    same(fs.arange(2, 5), np.arange(2, 5))
    same(fs.arange(5, step=2), np.arange(5, step=2))
    same(fs.arange(5, 0), np.arange(5, 0))
    same(fs.arange(np.int8(100), np.int8(-100), np.int8(-100)), np.array([100, 0]))
    same(fs.arange(2**64 - 3, 2**64 - 1, dtype="uint64"), np.array([2**64 - 3, 2**64 - 2], np.uint64))
    same(fs.arange(0, 5, 2**70), np.array([0]))
    same(np.arange(3, like=fs.zeros(1)), np.arange(3))
    assert fs.arange(3, device=fs.default_device().id).device == fs.default_device()
    assert fs.arange(0, 1, 0.25).dtype == np.float32


REFUSED = [
    ((0, 5, 0), {}, ValueError, "a step of 0 leads nowhere"),
    ((0, float("inf")), {}, ValueError, "between finite numbers, not inf"),
    ((float("nan"),), {}, ValueError, "between finite numbers, not nan"),
    ((1j,), {}, TypeError, "between real numbers, not complex"),
    (("3",), {}, TypeError, "between real numbers, not str"),
    ((0.5, 3), {"dtype": "int8"}, TypeError, "int8 holds no fractions, but start and step are 0.5 and 1"),
    ((300,), {"dtype": "uint8"}, fs.OutOfRangeError, "299 is out of range for uint8, which holds 0 to 255"),
    ((-1, 3), {"dtype": "uint64"}, fs.OutOfRangeError, "-1 is out of range for uint64"),
    ((2**63, 2**63 + 2), {}, fs.OutOfRangeError, "9223372036854775808 is out of range for int64"),
    ((2,), {"dtype": "bool"}, TypeError, "bool holds no numbers in a row"),
]


@pytest.mark.parametrize(("arguments", "keywords", "error", "message"), REFUSED, ids=str)
def test_what_arange_refuses(arguments, keywords, error, message):
    with pytest.raises(error, match=message):
        fs.arange(*arguments, **keywords)


def test_an_array_is_no_end():
    with pytest.raises(TypeError, match="arange is between real numbers, not Array"):
        fs.arange(fs.asarray(3))


@given(
    start=st.floats(-1e9, 1e9),
    stop=st.floats(-1e9, 1e9),
    num=st.integers(0, 400),
    endpoint=st.booleans(),
    dtype=st.sampled_from(["float32", "float64", "complex64", "complex128"]),
)
def test_linspace(start, stop, num, endpoint, dtype):
    got = fs.linspace(start, stop, num, endpoint=endpoint, dtype=dtype)
    want = np.linspace(start, stop, num, endpoint=endpoint)
    assert (got.shape, got.dtype) == (want.shape, dtype)
    # NumPy's own last place is not the nearest either; seen from the larger end.
    near = 4 * float(np.finfo(dtype).eps) * max(abs(start), abs(stop))
    host = got.to_numpy()
    assert np.all(np.abs(host - want.astype(dtype)) <= near)
    if num:
        assert host[0] == np.dtype(dtype).type(start)
    if num > 1 and endpoint:
        assert host[-1] == np.dtype(dtype).type(stop)
    if not endpoint:
        with_end = fs.linspace(start, stop, num + 1, dtype=dtype)
        assert np.array_equal(host, with_end[:-1].to_numpy())


def test_linspace_of_other_dtypes():
    same(fs.linspace(0, 1, 5), np.linspace(0, 1, 5, dtype=np.float32))
    same(fs.linspace(0, 2 + 4j, 3), np.array([0, 1 + 2j, 2 + 4j], np.complex64))
    same(fs.linspace(0, 10, 4, dtype="int16"), np.array([0, 3, 6, 10], np.int16))
    same(fs.linspace(-1, -2, 3, dtype="int8"), np.array([-1, -2, -2], np.int8))
    same(fs.linspace(1, 5, 1), np.array([1], np.float32))
    assert fs.linspace(0, 1, 3, dtype="float16").dtype == np.float16


def test_what_linspace_refuses():
    with pytest.raises(ValueError, match="-1 is less than no numbers"):
        fs.linspace(0, 1, -1)
    with pytest.raises(ValueError, match="between finite numbers, not inf"):
        fs.linspace(0, float("inf"), 3)
    with pytest.raises(TypeError, match="between complex numbers, not Array"):
        fs.linspace(fs.asarray(0.0), 1, 3)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("k", [0, 1, -1, 3, -4, 10**20, -(10**20)])
@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 2), (0, 3), (3, 0), (1, 1)], ids=str)
def test_eye_and_triangles(shape, k, dtype):
    reach = max(-9, min(k, 9))
    same(fs.eye(*shape, k=k, dtype=dtype), np.eye(*shape, k=reach, dtype=dtype))
    host = (np.arange(2 * shape[0] * shape[1]).reshape(2, *shape) + 1).astype(dtype)
    x = fs.asarray(host)
    same(fs.tril(x, k=k), np.tril(host, reach))
    same(fs.triu(x[1], k=k), np.triu(host[1], reach))


def test_eye_by_default():
    same(fs.eye(3), np.eye(3, dtype=np.float32))
    for function in (fs.tril, fs.triu):
        with pytest.raises(ValueError, match=r"an array of shape \(3,\) is no matrix"):
            function(fs.zeros(3))
    with pytest.raises(ValueError, match="lengths of a shape are 0 or more"):
        fs.eye(-1)


def test_no_zero_loses_what_a_triangle_keeps():
    host = np.array([[np.nan, np.inf], [-0.0, -np.inf]], np.float32)
    got = fs.tril(fs.asarray(host)).to_numpy()
    assert np.array_equal(got, np.tril(host), equal_nan=True)
    assert np.array_equal(np.signbit(got), np.signbit(np.tril(host)))


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("lengths", [(), (3,), (3, 2), (2, 1, 4), (2, 0), (2, 3, 4, 5)], ids=str)
def test_meshgrid(lengths, indexing):
    hosts = [np.arange(length, dtype=np.int32) * 10**axis for axis, length in enumerate(lengths)]
    got = fs.meshgrid(*map(fs.asarray, hosts), indexing=indexing)
    assert isinstance(got, tuple)
    for one, want in zip(got, np.meshgrid(*hosts, indexing=indexing), strict=True):
        same(one, want)


def test_meshgrid_gives_arrays_of_their_own():
    row = fs.asarray([1, 2, 3])
    first, _ = fs.meshgrid(row, fs.asarray(7))
    first[0, 0] = 9
    assert row.tolist() == [1, 2, 3]
    same(fs.meshgrid(fs.eye(2))[0], np.array([1, 0, 0, 1], np.float32))
    with pytest.raises(ValueError, match='"xy" or "ij", not \'yx\''):
        fs.meshgrid(row, row, indexing="yx")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["empty_like", "zeros_like", "ones_like"])
def test_like(name, dtype):
    x = fs.zeros((2, 3), dtype="float32")
    ours, theirs = getattr(fs, name), getattr(np, name)
    for got in (ours(x.astype(dtype)), ours(x, dtype=dtype), ours(x.T, dtype=dtype, device=x.device)):
        want = theirs(np.zeros(got.shape, dtype))
        assert (got.shape, got.dtype, got.device) == (want.shape, want.dtype, x.device)
        if name != "empty_like":
            same(got, want)


@pytest.mark.parametrize("dtype", DTYPES)
def test_full_of_an_array(dtype):
    host = np.array([3, 2], dtype)
    value = fs.asarray(host)[0]
    with fs.transfers() as log:
        got = fs.full((2, 3), value), fs.full((2, 3), value[None]), fs.full(4, value, dtype="complex64")
    assert len(log) == 0, "the number stays on the device"
    same(got[0], np.full((2, 3), host[0]))
    same(got[1], np.full((2, 3), host[:1]))
    same(got[2], np.full(4, host[0], np.complex64))
    same(fs.full((3, 2), fs.asarray(host)), np.full((3, 2), host))
    same(fs.full((), value), np.full((), host[0]))
    same(fs.full((2, 0), value), np.full((2, 0), host[0]))
    with pytest.raises(ValueError, match="broadcast"):
        fs.full(3, fs.asarray(host))


def test_full_like():
    x = fs.zeros((2, 3), dtype="int8")
    same(fs.full_like(x, 7), np.full((2, 3), 7, np.int8))
    same(fs.full_like(x, 1.5, dtype="float64"), np.full((2, 3), 1.5))
    with pytest.raises(fs.OutOfRangeError):
        fs.full_like(x, 1000)
    same(fs.full_like(x, fs.asarray(7.5, dtype="float32")), np.full((2, 3), 7, np.int8))
    same(fs.full_like(x, fs.asarray([7.5], dtype="float32"), dtype="float64"), np.full((2, 3), 7.5))
    for name in ("zeros_like", "ones_like", "empty_like"):
        with pytest.raises(TypeError, match="not list"):
            getattr(fs, name)([1, 2])


def test_nothing_crosses(log):
    x = fs.ones((30, 30))
    moved = len(log)
    made = [fs.arange(1000), fs.linspace(0, 1j, 1000), fs.eye(9), fs.tril(x), fs.triu(x), fs.zeros_like(x)]
    made += [
        *fs.meshgrid(x[0], x[0]),
        np.zeros_like(x),
        np.full_like(x, 3),
        np.tril(x, -1),
        np.eye(3, like=x),
    ]
    fs.evaluate(*made)
    assert len(log) == moved
    assert all(isinstance(one, fs.Array) for one in made)
