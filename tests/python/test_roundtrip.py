"""Bits that go to the device and come back are the same bits: every dtype, host layout and view."""

import farshore as fs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from layouts import HOST, VIEWS
from samples import COMPLEX, DTYPES, FLOATS, bit_patterns, bits, random


def taken(dtype, size, rng):
    """`size` values, NaN payloads among them, bit for bit."""
    known = bit_patterns(dtype)
    return np.resize(known, size) if size <= known.size else np.append(known, random(dtype, size, rng))[:size]


@pytest.mark.parametrize("layout", HOST)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_layout_comes_back_bit_for_bit(dtype, layout, rng):
    host = HOST[layout](lambda size: taken(dtype, size, rng))
    x = fs.asarray(host)
    assert x.shape == host.shape
    assert x.dtype == np.dtype(dtype), "the native dtype of the same kind"
    assert x.dtype.isnative
    back = x.to_numpy()
    assert back.shape == host.shape
    assert back.dtype == np.dtype(dtype)
    native = host if host.dtype.isnative else host.byteswap().view(host.dtype.newbyteorder("="))
    assert np.array_equal(bits(back), bits(native))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_view_of_the_device_comes_back_bit_for_bit(dtype, view, rng):
    host = taken(dtype, 48, rng).reshape(6, 8)
    want = VIEWS[view](host)
    got = VIEWS[view](fs.asarray(host))
    assert got.shape == want.shape
    assert np.array_equal(bits(got.to_numpy()), bits(want))
    assert np.array_equal(bits(got.copy().to_numpy()), bits(want)), "a copy on the device"


@pytest.mark.parametrize("dtype", FLOATS + COMPLEX)
def test_every_nan_payload_zero_and_subnormal_survives(dtype):
    host = bit_patterns(dtype)
    x = fs.asarray(host)
    assert np.array_equal(bits(x.to_numpy()), bits(host))
    assert np.array_equal(bits(x.copy().to_numpy()), bits(host)), "copied by a kernel"
    assert np.array_equal(bits(x[::-1].to_numpy()), bits(host[::-1])), "read through a view"
    target = fs.zeros(host.shape, dtype=dtype)
    target[...] = x
    assert np.array_equal(bits(target.to_numpy()), bits(host)), "assigned"
    target[::-1] = x
    assert np.array_equal(bits(target.to_numpy()), bits(host[::-1])), "assigned through a view"


@pytest.mark.parametrize("dtype", FLOATS + COMPLEX)
def test_astype_to_the_same_dtype_keeps_bits(dtype):
    host = bit_patterns(dtype)
    assert np.array_equal(bits(fs.asarray(host).astype(dtype).to_numpy()), bits(host))


def test_all_65536_float16_survive():
    host = np.arange(65536, dtype=np.uint16).view(np.float16)
    x = fs.asarray(host)
    assert np.array_equal(bits(x.to_numpy()), bits(host))
    assert np.array_equal(bits(x[1::3].to_numpy()), bits(host[1::3]))


def test_the_result_is_a_fresh_writeable_array():
    x = fs.asarray(np.arange(6.0))
    first, second = x.to_numpy(), x.to_numpy()
    assert first.flags.writeable
    assert first.flags.c_contiguous
    assert not np.shares_memory(first, second)
    first[:] = 0
    assert np.array_equal(x.to_numpy(), second)


def test_the_host_array_may_change_after_the_upload():
    host = np.arange(1000, dtype=np.int32)
    x = fs.asarray(host)
    host[:] = -1
    assert np.array_equal(x.to_numpy(), np.arange(1000))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 255, 256, 257, 65535, 65536, 65537])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "complex128"])
def test_every_length_comes_back(dtype, size, rng):
    host = random(dtype, size, rng)
    assert np.array_equal(bits(fs.asarray(host).to_numpy()), bits(host))
    assert np.array_equal(bits(fs.asarray(host)[1:].to_numpy()), bits(host[1:]))


@given(data=st.data())
def test_any_basic_index_of_any_array(data):
    dtype = data.draw(st.sampled_from(DTYPES))
    host = data.draw(hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=7)))
    key = data.draw(hnp.basic_indices(host.shape, allow_newaxis=True, allow_ellipsis=True))
    want = np.asarray(host[key])
    got = fs.asarray(host)[key]
    assert got.shape == want.shape
    assert np.array_equal(bits(got.to_numpy()), bits(want))


REFUSED = {
    "objects": (np.array([None, {}], object), "object"),
    "integers as objects": (np.array([1, 2], object), "object"),
    "strings": (np.array(["a", "b"]), "str32"),
    "a string": ("abc", "str96"),
    "bytes": (np.array([b"a"]), "bytes8"),
    "dates": (np.array(["2026-02-08"], "datetime64[D]"), "datetime64"),
    "time spans": (np.array([5], "timedelta64[s]"), "timedelta64"),
    "structures": (np.zeros(2, [("a", "i4"), ("b", "f8")]), "void"),
    "None": (None, "object"),
}
if np.dtype(np.longdouble).itemsize > 8:
    REFUSED["long double"] = (np.zeros(2, np.longdouble), np.dtype(np.longdouble).name)


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_a_number_is_refused(what):
    value, name = REFUSED[what]
    with pytest.raises(TypeError) as caught:
        fs.asarray(value)
    message = str(caught.value)
    assert name in message
    assert all(dtype in message for dtype in DTYPES), "the message names what is accepted"


@pytest.mark.parametrize("dtype", ["object", "U3", "datetime64[D]", "longdouble"])
def test_a_dtype_that_is_not_ours_is_refused_by_name(dtype):
    if np.dtype(dtype) == np.float64:
        pytest.skip("long double is float64 here")
    with pytest.raises(TypeError, match=r"complex128"):
        fs.asarray([1.0, 2.0], dtype=dtype)
    with pytest.raises(TypeError, match=r"complex128"):
        fs.zeros(3).astype(dtype)


def test_a_masked_array_is_refused_with_the_remedy():
    with pytest.raises(TypeError, match=r"obj\.filled"):
        fs.asarray(np.ma.array([1, 2], mask=[True, False]))
