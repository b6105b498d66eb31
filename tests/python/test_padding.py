"""Padded arrays have NumPy's elements, bit for bit, in every mode and however wide, and NumPy's refusals."""

import farshore as fs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from layouts import VIEWS
from samples import DTYPES, bits, values

MODES = ["constant", "edge", "reflect", "symmetric", "wrap"]


def same(got, want):
    assert (got.shape, got.dtype) == (want.shape, want.dtype)
    assert np.array_equal(bits(got.to_numpy()), bits(want))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("view", VIEWS)
def test_any_layout(view, mode, rng):
    host = values("int16", 48, rng).reshape(6, 8)
    x, want = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    if not want.size and mode != "constant":
        with pytest.raises(ValueError, match="empty"):
            np.pad(want, (1, 2), mode)
        with pytest.raises(ValueError, match=rf"pad: axis 0 of shape .* is empty.* to {mode}"):
            fs.pad(x, (1, 2), mode)
        return
    same(fs.pad(x, (1, 2), mode), np.pad(want, (1, 2), mode))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_any_dtype(dtype, mode, rng):
    host = values(dtype, 15, rng).reshape(3, 5)
    x = fs.asarray(host)
    for widths in (2, (0, 3), ((1, 0), (2, 4)), ((2, 1),)):
        same(fs.pad(x, widths, mode), np.pad(host, widths, mode))
    if mode == "constant":
        same(fs.pad(x, 1, constant_values=1), np.pad(host, 1, constant_values=1))


@given(data=st.data())
def test_any_widths(data):
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=3, max_side=5))
    widths = data.draw(
        st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), min_size=len(shape), max_size=len(shape))
    )
    mode = data.draw(st.sampled_from(MODES))
    host = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    same(fs.pad(fs.asarray(host), widths or 1, mode), np.pad(host, widths or 1, mode))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(1,), (1, 1), (2,), (1, 3), (2, 1, 2)])
def test_many_times_the_length(shape, mode, rng):
    host = values("float32", int(np.prod(shape)), rng).reshape(shape)
    for widths in ((40, 0), (0, 41), (17, 23)):
        same(fs.pad(fs.asarray(host), widths, mode), np.pad(host, widths, mode))


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_array_beside_axes_that_are_not(mode):
    host = np.zeros((0, 3), np.float32)
    widths = ((0, 0), (2, 1))
    same(fs.pad(fs.asarray(host), widths, mode), np.pad(host, widths, mode))
    same(fs.pad(fs.asarray(host), 0, mode), np.pad(host, 0, mode))


def test_an_empty_array_becomes_one_of_constants():
    host = np.zeros((0, 3), np.float32)
    same(fs.pad(fs.asarray(host), 1, constant_values=5), np.pad(host, 1, constant_values=5))


def test_constants_of_each_end(rng):
    host = values("float32", 12, rng).reshape(3, 4)
    x = fs.asarray(host)
    for constants in (7, (1, 2), ((1, 2), (3, 4)), ((5,), (6,)), np.array([1.5, -0.0])):
        got = fs.pad(x, ((1, 2), (2, 1)), constant_values=constants)
        same(got, np.pad(host, ((1, 2), (2, 1)), constant_values=constants))
    same(fs.pad(x, 1, constant_values=x[1, 2]), np.pad(host, 1, constant_values=host[1, 2]))
    for dtype, constant in (("uint64", 2**64 - 1), ("complex64", 1 - 2j), ("bool", True)):
        one = np.zeros(2, dtype)
        got = fs.pad(fs.asarray(one), 1, constant_values=constant)
        same(got, np.pad(one, 1, constant_values=constant))


def test_a_padded_array_is_a_copy():
    x = fs.arange(4)
    for mode in MODES:
        assert not fs.pad(x, 0, mode).shares_memory(x)


def test_the_work_does_not_grow_with_the_width(device):
    x = fs.arange(3)
    device.synchronize()
    before = device.counters()["dispatches"]
    fs.pad(x, 10_000, "wrap").evaluate()
    assert device.counters()["dispatches"] - before < 100


def test_refusals():
    x = fs.zeros((2, 3))
    with pytest.raises(ValueError, match=r"pad: mode is one of constant, edge.*, not 'mirror'"):
        fs.pad(x, 1, "mirror")
    with pytest.raises(ValueError, match=r"pad: widths are 0 or more, not \(1, -1\)"):
        fs.pad(x, (1, -1))
    with pytest.raises(TypeError, match=r"pad: widths are integers, not 1\.5"):
        fs.pad(x, 1.5)
    with pytest.raises(ValueError, match=r"pad: pad_width of shape \(3, 2\) is no pair for each of 2 axes"):
        fs.pad(x, ((1, 1), (1, 1), (1, 1)))
    with pytest.raises(ValueError, match=r"pad: constant_values of shape \(3,\) is no pair"):
        fs.pad(x, 1, constant_values=(1, 2, 3))
    with pytest.raises(fs.OutOfRangeError, match="300 is out of range for uint8"):
        fs.pad(fs.zeros(2, dtype=fs.uint8), 1, constant_values=300)
    for wrong in ([1, 2], 3, np.zeros(3)):
        with pytest.raises(TypeError, match="pad: every operand is an array of farshore, not"):
            fs.pad(wrong, 1)


def test_nothing_crosses(log):
    x = fs.arange(12).reshape(3, 4)
    for mode in MODES:
        fs.pad(x, 7, mode)
    assert not log.crossings
