"""Arrays turned, rolled and with axes exchanged have NumPy's elements, bit for bit, and NumPy's refusals."""

import farshore as fs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from layouts import VIEWS
from numpy.exceptions import AxisError
from samples import DTYPES, bits, values

REORDERED = {
    "flip": lambda xp, x: xp.flip(x),
    "flip, last axis": lambda xp, x: xp.flip(x, axis=-1),
    "flip, two axes": lambda xp, x: xp.flip(x, axis=(0, 1)),
    "flip, no axes": lambda xp, x: xp.flip(x, axis=()),
    "flipud": lambda xp, x: xp.flipud(x),
    "fliplr": lambda xp, x: xp.fliplr(x),
    "rot90": lambda xp, x: xp.rot90(x),
    "rot90, twice": lambda xp, x: xp.rot90(x, 2),
    "rot90, back": lambda xp, x: xp.rot90(x, k=-1),
    "rot90, not at all": lambda xp, x: xp.rot90(x, 8),
    "rot90, last axes": lambda xp, x: xp.rot90(x, 1, (-1, -2)),
    "moveaxis": lambda xp, x: xp.moveaxis(x, 0, -1),
    "moveaxis, several": lambda xp, x: xp.moveaxis(x, (0, 1), (-1, 0)),
    "swapaxes": lambda xp, x: xp.swapaxes(x, 0, -1),
    "rollaxis": lambda xp, x: xp.rollaxis(x, -1),
    "rollaxis, to the end": lambda xp, x: xp.rollaxis(x, 0, x.ndim),
    "rollaxis, to the middle": lambda xp, x: xp.rollaxis(x, 0, -1),
    "swapaxes, itself": lambda xp, x: xp.swapaxes(x, -1, -1),
    "atleast_1d": lambda xp, x: xp.atleast_1d(x),
    "atleast_2d": lambda xp, x: xp.atleast_2d(x),
    "atleast_3d": lambda xp, x: xp.atleast_3d(x),
}
ROLLED = {
    "flattened": lambda xp, x: xp.roll(x, 5),
    "flattened, back": lambda xp, x: xp.roll(x, -1001),
    "not at all": lambda xp, x: xp.roll(x, 0, axis=0),
    "first axis": lambda xp, x: xp.roll(x, 2, axis=0),
    "last axis, back": lambda xp, x: xp.roll(x, -3, axis=-1),
    "two axes": lambda xp, x: xp.roll(x, (1, -2), axis=(0, 1)),
    "two axes alike": lambda xp, x: xp.roll(x, 1, axis=(0, 1)),
    "one axis twice": lambda xp, x: xp.roll(x, (1, 2), axis=(-1, -1)),
    "several shifts of one axis": lambda xp, x: xp.roll(x, (1, 2), axis=0),
    "several shifts, flattened": lambda xp, x: xp.roll(x, (1, 2)),
}
CASES = {
    **REORDERED,
    **{f"roll, {name}": case for name, case in ROLLED.items()},
    "ravel": lambda xp, x: xp.ravel(x),
}


def same(got, want):
    assert (got.shape, got.dtype) == (want.shape, want.dtype)
    assert np.array_equal(bits(got.to_numpy()), bits(want))


def alike(case, x, host):
    """Whether both sides give the same, or refuse alike."""
    try:
        want = case(np, host)
    except (ValueError, IndexError) as error:
        with pytest.raises(type(error)):
            case(fs, x)
    else:
        same(case(fs, x), want)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("view", VIEWS)
def test_any_layout(view, name, rng):
    host = values("int16", 48, rng).reshape(6, 8)
    alike(CASES[name], VIEWS[view](fs.asarray(host)), VIEWS[view](host))


@pytest.mark.parametrize("dtype", DTYPES)
def test_any_dtype(dtype, rng):
    host = values(dtype, 24, rng).reshape(4, 6)
    for case in CASES.values():
        alike(case, fs.asarray(host), host)


@pytest.mark.parametrize("shape", [(0,), (1,), (0, 3), (3, 0), (2, 0, 2), (1, 1, 1, 1)])
def test_lengths_of_none_and_one(shape, rng):
    host = values("float32", int(np.prod(shape)), rng).reshape(shape)
    for case in CASES.values():
        alike(case, fs.asarray(host), host)


@pytest.mark.parametrize("name", REORDERED)
def test_another_order_is_a_view(name):
    x = fs.asarray(np.arange(12).reshape(3, 4))
    assert REORDERED[name](fs, x).shares_memory(x)


@pytest.mark.parametrize("name", ROLLED)
def test_roll_copies(name):
    x = fs.asarray(np.arange(12).reshape(3, 4))
    assert not ROLLED[name](fs, x).shares_memory(x)


def test_a_flipped_array_can_be_written():
    x = fs.zeros((2, 3))
    fs.flip(x)[0, 0] = 1
    fs.rot90(x)[0, 0] = 2
    assert np.array_equal(x.to_numpy(), [[0, 0, 2], [0, 0, 1]])


@pytest.mark.parametrize("view", VIEWS)
def test_ravel_is_a_view_where_numpys_is(view):
    host = np.arange(48).reshape(6, 8)
    x, want = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    if want.size and view != "reshaped by a copy":
        assert fs.ravel(x).shares_memory(x) >= np.shares_memory(np.ravel(want), want)


def test_new_axes_of_several_arrays():
    x, y = fs.zeros(()), fs.zeros((2, 3))
    for ndim, shapes in enumerate([((1,), (2, 3)), ((1, 1), (2, 3)), ((1, 1, 1), (2, 3, 1))], 1):
        got = getattr(fs, f"atleast_{ndim}d")(x, y)
        assert isinstance(got, tuple)
        assert tuple(one.shape for one in got) == shapes
    assert fs.atleast_1d() == ()


@given(data=st.data())
def test_roll(data):
    shape = data.draw(hnp.array_shapes(min_side=0, max_dims=3, max_side=5))
    axes = st.integers(-len(shape), len(shape) - 1)
    pairs = data.draw(st.lists(st.tuples(st.integers(-9, 9), axes), min_size=1, max_size=4))
    shift, axis = (tuple(one) for one in zip(*pairs, strict=True))
    host = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    same(fs.roll(fs.asarray(host), shift, axis=axis), np.roll(host, shift, axis=axis))


@given(data=st.data())
def test_moveaxis(data):
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=5, max_side=3))
    count = data.draw(st.integers(0, len(shape)))
    source, target = (data.draw(st.permutations(range(len(shape))))[:count] for _ in "12")
    source = tuple(one - len(shape) if data.draw(st.booleans()) else one for one in source)
    host = np.arange(np.prod(shape)).reshape(shape)
    same(fs.moveaxis(fs.asarray(host), source, tuple(target)), np.moveaxis(host, source, tuple(target)))


@given(data=st.data())
def test_rot90(data):
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=4))
    axes = tuple(data.draw(st.permutations(range(len(shape))))[:2])
    k = data.draw(st.integers(-9, 9))
    host = np.arange(np.prod(shape)).reshape(shape)
    same(fs.rot90(fs.asarray(host), k, axes), np.rot90(host, k, axes))


CALLS = {
    "flip": lambda x: fs.flip(x),
    "flipud": lambda x: fs.flipud(x),
    "fliplr": lambda x: fs.fliplr(x),
    "rot90": lambda x: fs.rot90(x),
    "roll": lambda x: fs.roll(x, 1),
    "moveaxis": lambda x: fs.moveaxis(x, 0, 1),
    "swapaxes": lambda x: fs.swapaxes(x, 0, 1),
    "ravel": lambda x: fs.ravel(x),
    "atleast_1d": lambda x: fs.atleast_1d(x),
    "atleast_2d": lambda x: fs.atleast_2d(x),
    "atleast_3d": lambda x: fs.atleast_3d(x),
    "reshape": lambda x: fs.reshape(x, -1),
    "permute_dims": lambda x: fs.permute_dims(x),
    "broadcast_to": lambda x: fs.broadcast_to(x, (2, 2)),
    "expand_dims": lambda x: fs.expand_dims(x, 0),
    "squeeze": lambda x: fs.squeeze(x),
}


@pytest.mark.parametrize("name", CALLS)
def test_only_arrays_of_farshore(name):
    for wrong in ([[1, 2]], 3, np.zeros((2, 2))):
        with pytest.raises(TypeError, match=f"{name}: every operand is an array of farshore, not"):
            CALLS[name](wrong)


def test_refusals():
    x = fs.zeros((2, 3))
    for call in (
        lambda: fs.flip(x, axis=2),
        lambda: fs.roll(x, 1, axis=-3),
        lambda: fs.rot90(x, axes=(0, 2)),
        lambda: fs.moveaxis(x, 5, 0),
        lambda: fs.moveaxis(x, 0, 5),
        lambda: fs.rollaxis(x, 2),
        lambda: fs.rollaxis(x, 0, 3),
        lambda: fs.swapaxes(x, 0, 2),
        lambda: fs.fliplr(x[0]),
        lambda: fs.flipud(x[0, 0]),
    ):
        with pytest.raises(AxisError, match=r"axis -?\d is out of bounds for array of dimension \d"):
            call()
    for call in (
        lambda: fs.flip(x, axis=(0, -2)),
        lambda: fs.rot90(x, axes=(0, 0)),
        lambda: fs.moveaxis(x, (0, 0), (0, 1)),
    ):
        with pytest.raises(ValueError, match="repeated axis"):
            call()
    with pytest.raises(ValueError, match=r"rot90: a plane has two axes, not 1: \(0,\)"):
        fs.rot90(x, axes=(0,))
    with pytest.raises(ValueError, match=r"roll: 3 shifts are not for 2 axes: \(1, 2, 3\), \(0, 1\)"):
        fs.roll(x, (1, 2, 3), axis=(0, 1))
    with pytest.raises(ValueError, match=r"moveaxis: 2 axes have no 1 places: \(0, 1\), 0"):
        fs.moveaxis(x, (0, 1), 0)
    with pytest.raises(TypeError, match="float"):
        fs.roll(x, 1.5)


def test_nothing_crosses(log):
    x = fs.arange(12).reshape(3, 4)
    for case in CASES.values():
        case(fs, x)
    assert not log.crossings
