"""Reshape, permute, broadcast, expand and squeeze give NumPy's shapes and elements, and NumPy's refusals."""

import farshore as fs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.exceptions import AxisError


def same(got, want):
    assert got.shape == want.shape
    assert np.array_equal(got.to_numpy(), want)


shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)


def numbered(shape):
    return np.arange(np.prod(shape), dtype=np.int32).reshape(shape)


@st.composite
def reshapes(draw):
    """A shape, an order of its axes, and another shape of as many elements."""
    shape = draw(hnp.array_shapes(max_dims=4, max_side=6))
    order = draw(st.permutations(range(len(shape))))
    left, target = int(np.prod(shape)), []
    while left > 1:
        factor = draw(st.sampled_from([n for n in range(1, left + 1) if left % n == 0]))
        target.append(factor)
        left //= factor
    if target and draw(st.booleans()):
        target[draw(st.integers(0, len(target) - 1))] = -1
    return shape, order, tuple(target)


@given(reshapes())
def test_reshape_of_any_view(drawn):
    shape, order, target = drawn
    host = numbered(shape).transpose(order)
    x = fs.permute_dims(fs.asarray(numbered(shape)), tuple(order))
    same(x.reshape(target), host.reshape(target))
    same(fs.reshape(x, target), host.reshape(target))


@given(reshapes())
def test_reshape_is_a_view_where_numpys_is(drawn):
    shape, order, target = drawn
    host = numbered(shape).transpose(order)
    x = fs.asarray(numbered(shape)).permute_dims(list(order))
    assert x.reshape(target).shares_memory(x) == np.shares_memory(host.reshape(target), host)


@given(data=st.data())
def test_permute_dims(data):
    host = numbered(data.draw(shapes))
    order = data.draw(st.permutations(range(host.ndim)))
    if data.draw(st.booleans()):
        order = [axis - host.ndim for axis in order]
    same(fs.permute_dims(fs.asarray(host), tuple(order)), host.transpose(order))
    same(fs.asarray(host).T, host.T)


@given(data=st.data())
def test_broadcast_to(data):
    drawn = data.draw(
        hnp.mutually_broadcastable_shapes(num_shapes=1, base_shape=data.draw(shapes), max_dims=5, min_side=0)
    )
    host = numbered(drawn.input_shapes[0])
    same(fs.broadcast_to(fs.asarray(host), drawn.result_shape), np.broadcast_to(host, drawn.result_shape))


@given(data=st.data())
def test_expand_dims_and_squeeze(data):
    host = numbered(data.draw(shapes))
    axis = data.draw(st.integers(-host.ndim - 1, host.ndim))
    wide = fs.expand_dims(fs.asarray(host), axis=axis)
    same(wide, np.expand_dims(host, axis))
    same(fs.squeeze(wide, axis), host)


def test_matrix_transpose():
    host = numbered((2, 3, 4))
    same(fs.asarray(host).mT, host.mT)
    with pytest.raises(ValueError, match=r"mT exchanges the last two axes; this array has 1"):
        fs.zeros(3).mT


def test_reshape_takes_numbers_tuples_and_lists():
    x = fs.asarray(numbered((12,)))
    for got in (
        x.reshape(3, 4),
        x.reshape((3, 4)),
        x.reshape([3, 4]),
        x.reshape(3, -1),
        fs.reshape(x, [3, 4]),
    ):
        same(got, numbered((3, 4)))
    same(x.reshape(-1), numbered((12,)))
    same(x[3].reshape(()), np.array(3, np.int32))


def test_reshape_copies_when_told_to():
    x = fs.asarray(numbered((3, 4)))
    assert not fs.reshape(x, (12,), copy=True).shares_memory(x)
    assert fs.reshape(x, (12,), copy=False).shares_memory(x)
    with pytest.raises(ValueError, match=r"copy=False cannot be kept.*strides \(4, 16\).*\(12,\)"):
        fs.reshape(x.T, (12,), copy=False)


@pytest.mark.parametrize("shape", [(5,), (3, 5), (-1, 5), (-1, -1), (0, -1), (2, 0)])
def test_reshape_refuses_what_numpy_refuses(shape):
    with pytest.raises(ValueError, match=r"reshape|unknown dimension"):
        numbered((12,)).reshape(shape)
    with pytest.raises(ValueError, match=r"shape"):
        fs.zeros(12).reshape(shape)


def test_an_empty_array_has_no_length_to_find():
    with pytest.raises(ValueError, match="reshape"):
        np.zeros((0, 3)).reshape(-1, 0)
    with pytest.raises(ValueError, match=r"shape"):
        fs.zeros((0, 3)).reshape(-1, 0)
    assert fs.zeros((0, 3)).reshape(-1).shape == (0,)
    assert fs.zeros((0, 3)).reshape(-1, 3).shape == (0, 3)


def test_axes_that_are_not_there():
    x = fs.zeros((2, 1, 3))
    with pytest.raises(AxisError, match=r"axis 3 is out of bounds for array of dimension 3"):
        x.permute_dims([0, 1, 3])
    with pytest.raises(AxisError, match=r"axis 5 is out of bounds"):
        fs.squeeze(x, 5)
    with pytest.raises(AxisError, match=r"axis 4 is out of bounds"):
        fs.expand_dims(x, axis=4)
    with pytest.raises(ValueError, match=r"axis 0 is named twice in \[0, 0, 1\]"):
        x.permute_dims([0, 0, 1])
    with pytest.raises(ValueError, match=r"names 2 axes of an array that has 3"):
        x.permute_dims([0, 1])
    with pytest.raises(ValueError, match=r"axis 2 has length 3; only an axis of length 1 can be dropped"):
        fs.squeeze(x, (1, 2))


def test_broadcasts_that_do_not_fit():
    with pytest.raises(ValueError, match=r"broadcast_to: shapes \(2,\) and \(3,\) do not broadcast"):
        fs.broadcast_to(fs.zeros(2), (3,))
    with pytest.raises(ValueError, match=r"broadcast_to: shapes \(2, 3\) and \(3,\) do not broadcast"):
        fs.broadcast_to(fs.zeros((2, 3)), (3,))


def test_a_shape_of_too_many_elements_is_refused():
    with pytest.raises(ValueError, match=r"big|large|many|elements"):
        np.broadcast_to(np.zeros(1), (2**40, 2**40))
    with pytest.raises(ValueError, match=r"big|large|many|elements"):
        fs.zeros(1).broadcast_to((2**40, 2**40))
    with pytest.raises(ValueError, match=r"big|large|many|elements"):
        fs.broadcast_to(fs.zeros(1), (2**33, 2**33))


@given(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=4, max_side=4))
def test_broadcast_arrays(drawn):
    hosts = [numbered(shape) for shape in drawn.input_shapes]
    arrays = [fs.asarray(host) for host in hosts]
    got = fs.broadcast_arrays(*arrays)
    assert isinstance(got, tuple)
    assert fs.broadcast_shapes(*drawn.input_shapes) == drawn.result_shape
    for one, x, want in zip(got, arrays, np.broadcast_arrays(*hosts), strict=True):
        same(one, want)
        assert one.shares_memory(x) or not one.size
    assert fs.broadcast_arrays() == fs.broadcast_shapes() == ()


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        fs.broadcast_shapes((2,), (3,))
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        fs.broadcast_arrays(fs.zeros(2), fs.zeros(3))
    with pytest.raises(TypeError, match="broadcast_arrays: every operand is an array of farshore, not int"):
        fs.broadcast_arrays(fs.zeros(2), 3)
