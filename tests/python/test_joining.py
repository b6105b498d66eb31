"""Arrays joined, taken apart and repeated have NumPy's elements, bit for bit, and NumPy's refusals."""

import farshore as fs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from layouts import VIEWS
from numpy.exceptions import AxisError
from samples import DTYPES, bits, values

CASES = {
    "concat, first axis": lambda xp, x: xp.concat([x, x[:1], x[::-1]]),
    "concat, last axis": lambda xp, x: xp.concat((x, x), axis=-1),
    "concat, flattened": lambda xp, x: xp.concat([x, x], axis=None),
    "stack, in front": lambda xp, x: xp.stack([x, x, x]),
    "stack, behind": lambda xp, x: xp.stack([x, x], axis=-1),
    "vstack": lambda xp, x: xp.vstack([x, x]),
    "hstack": lambda xp, x: xp.hstack([x, x]),
    "dstack": lambda xp, x: xp.dstack([x, x]),
    "column_stack": lambda xp, x: xp.column_stack([x, x]),
    "append": lambda xp, x: xp.append(x, x),
    "append, first axis": lambda xp, x: xp.append(x, x[:2], axis=0),
    "unstack": lambda xp, x: xp.unstack(x),
    "unstack, last axis": lambda xp, x: xp.unstack(x, axis=-1),
    "split, in two": lambda xp, x: xp.split(x, 2),
    "split, at places": lambda xp, x: xp.split(x, [1, 3, 2, -1, 99], axis=-1),
    "array_split": lambda xp, x: xp.array_split(x, 4),
    "array_split, many": lambda xp, x: xp.array_split(x, 11, axis=-1),
    "array_split, at places": lambda xp, x: xp.array_split(x, (2, 4)),
    "tile": lambda xp, x: xp.tile(x, 3),
    "tile, once": lambda xp, x: xp.tile(x, 1),
    "tile, never": lambda xp, x: xp.tile(x, (2, 0)),
    "tile, new axes": lambda xp, x: xp.tile(x, (2, 1, 3)),
    "tile, as it is": lambda xp, x: xp.tile(x, ()),
    "repeat, flattened": lambda xp, x: xp.repeat(x, 3),
    "repeat, first axis": lambda xp, x: xp.repeat(x, 2, axis=0),
    "repeat, last axis": lambda xp, x: xp.repeat(x, 3, axis=-1),
    "repeat, never": lambda xp, x: xp.repeat(x, 0, axis=-1),
}


def same(got, want):
    """Whether these are the same arrays, or the same number of the same arrays."""
    if isinstance(want, (list, tuple)):
        assert type(got) is type(want)
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            same(one, other)
        return
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
    x = fs.asarray(host)
    for case in CASES.values():
        alike(case, x, host)
    counts = np.array([3, 0, 1, 2])
    same(fs.repeat(x, fs.asarray(counts), axis=0), np.repeat(host, counts, axis=0))


@pytest.mark.parametrize("shape", [(0,), (1,), (0, 3), (3, 0), (2, 0, 2), (1, 1, 1, 1)])
def test_lengths_of_none_and_one(shape, rng):
    host = values("float32", int(np.prod(shape)), rng).reshape(shape)
    for case in CASES.values():
        alike(case, fs.asarray(host), host)


@pytest.mark.parametrize("dtypes", [("int8", "uint8"), ("float32", "int64"), ("bool", "complex64")])
def test_dtypes_are_promoted(dtypes, rng):
    hosts = [values(dtype, 5, rng) for dtype in dtypes]
    arrays = [fs.asarray(host) for host in hosts]
    for name in ("concat", "stack", "vstack", "hstack", "dstack", "column_stack"):
        same(getattr(fs, name)(arrays), getattr(np, name)(hosts))
    same(fs.append(*arrays), np.append(*hosts))


def test_arrays_of_several_shapes(rng):
    hosts = [values("int32", 6, rng).reshape(shape) for shape in [(2, 3), (6,), (1, 6), (3, 2)]]
    wide, flat, row, tall = (fs.asarray(host) for host in hosts)
    same(fs.vstack([flat, row]), np.vstack([hosts[1], hosts[2]]))
    same(fs.hstack([wide, tall.T]), np.hstack([hosts[0], hosts[3].T]))
    same(fs.column_stack([flat, row.T, flat]), np.column_stack([hosts[1], hosts[2].T, hosts[1]]))
    same(fs.dstack([flat, row]), np.dstack([hosts[1], hosts[2]]))
    same(fs.append(wide, tall), np.append(hosts[0], hosts[3]))
    same(fs.concat(wide), np.concat(hosts[0]))


def test_parts_are_views():
    x = fs.arange(12).reshape(3, 4)
    for parts in (fs.unstack(x), fs.split(x, 2, axis=1), fs.array_split(x, 2)):
        assert all(part.shares_memory(x) for part in parts)
    fs.split(x, 2, axis=1)[1][...] = 0
    assert np.array_equal(x.to_numpy()[:, 2:], np.zeros((3, 2)))


def test_what_is_repeated_is_a_copy():
    x = fs.arange(3)
    for got in (fs.tile(x, 1), fs.tile(x, ()), fs.repeat(x, 1), fs.concat([x]), fs.tile(x[:1], 4)):
        assert not got.shares_memory(x)
        got[...] = 7
    assert np.array_equal(x.to_numpy(), [0, 1, 2])


@given(data=st.data())
def test_tile(data):
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
    repetitions = tuple(data.draw(st.lists(st.integers(0, 3), max_size=4)))
    host = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    same(fs.tile(fs.asarray(host), repetitions), np.tile(host, repetitions))


@given(data=st.data())
def test_split(data):
    length = data.draw(st.integers(0, 12))
    host = np.arange(2 * length).reshape(2, length)
    where = data.draw(st.one_of(st.integers(1, 8), st.lists(st.integers(-13, 13), max_size=4)))
    x = fs.asarray(host)
    for name in ("split", "array_split"):
        alike(lambda xp, x, name=name: getattr(xp, name)(x, where, axis=1), x, host)


@given(data=st.data())
def test_repeat_by_place(data):
    shape = data.draw(hnp.array_shapes(max_dims=3, min_side=0, max_side=6))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    length = data.draw(st.sampled_from([shape[axis], 1]))
    counts = np.array(data.draw(st.lists(st.integers(0, 3), min_size=length, max_size=length)), np.int64)
    host = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    x, ours = fs.asarray(host), fs.asarray(counts)
    same(fs.repeat(x, ours, axis=axis), np.repeat(host, counts, axis=axis))


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int32", "int64", "uint64"])
def test_repetitions_of_any_integer_dtype(dtype, rng):
    host = values("float64", 12, rng).reshape(3, 4)
    counts = np.array([1, 0, 1], dtype)
    got = fs.repeat(fs.asarray(host), fs.asarray(counts), axis=0)
    same(got, np.repeat(host, counts.astype(np.int64), axis=0))
    same(fs.repeat(fs.asarray(host), fs.asarray(counts)[2]), host.ravel())


def test_repeat_flattens(rng):
    host = values("int16", 12, rng).reshape(3, 4)
    counts = np.arange(12)[::-1] % 4
    same(fs.repeat(fs.asarray(host).T, fs.asarray(counts)), np.repeat(host.T, counts))


def test_refusals_of_joining():
    x, matrix = fs.zeros(3), fs.zeros((2, 3))
    for name in ("concat", "stack", "vstack", "hstack", "dstack", "column_stack"):
        function = getattr(fs, name)
        with pytest.raises(ValueError, match=f"{name}: there are no arrays"):
            function([])
        with pytest.raises(TypeError, match=f"{name}: every operand is an array of farshore, not list"):
            function([x, [1.0, 2.0, 3.0]])
        with pytest.raises(ValueError, match=rf"{name}: shapes .*\(.*3.*\).* differ"):
            function([x, fs.zeros((4, 5))])
    with pytest.raises(ValueError, match=r"concat: arrays without axes have no end to follow; fs\.stack"):
        fs.concat([x[0], x[1]])
    with pytest.raises(AxisError, match=r"axis 1 is out of bounds for array of dimension 1"):
        fs.concat([x, x], axis=1)
    with pytest.raises(AxisError, match=r"axis -3 is out of bounds for array of dimension 2"):
        fs.stack([x, x], axis=-3)
    with pytest.raises(ValueError, match=r"append: shapes \(2, 3\), \(3,\) differ"):
        fs.append(matrix, x, axis=0)
    with pytest.raises(TypeError, match=r"append: every operand is an array of farshore, not int"):
        fs.append(3, 4)
    with pytest.raises(fs.ImplicitTransferError, match=r"numpy\.ndarray of 24 bytes"):
        fs.append(x, np.zeros(3))


def test_numbers_and_lists_are_appended(log):
    host = np.arange(6, dtype=np.int8).reshape(2, 3)
    x = fs.asarray(host)
    moved = len(log)
    longer = fs.append(x, 7)
    assert len(log) == moved
    assert longer.tolist() == [0, 1, 2, 3, 4, 5, 7]
    same(fs.append(x, [[7, 8, 9]], axis=0), np.append(host, np.array([[7, 8, 9]], np.int8), axis=0))
    same(fs.append([[7, 8, 9]], x, 0), np.append(np.array([[7, 8, 9]], np.int8), host, 0))
    same(np.append(x, [[7], [8]], 1), np.append(host, np.array([[7], [8]], np.int8), 1))
    same(fs.append(x, []), host.reshape(-1))
    assert fs.append(x, [300]).dtype == np.int64
    assert fs.append(x, [0.5]).dtype == np.float32


def test_refusals_of_parts():
    x = fs.zeros((5, 2))
    for name in ("split", "array_split"):
        function = getattr(fs, name)
        with pytest.raises(TypeError, match=f"{name}: every operand is an array of farshore, not list"):
            function([1, 2], 2)
        with pytest.raises(ValueError, match=f"{name}: there are 1 or more parts, not 0"):
            function(x, 0)
        with pytest.raises(AxisError, match="axis 2 is out of bounds"):
            function(x, 1, axis=2)
        with pytest.raises(TypeError, match="float"):
            function(x, [1.5])
    with pytest.raises(ValueError, match=r"split: 2 parts of a length of 5 are not equal; fs\.array_split"):
        fs.split(x, 2)
    with pytest.raises(AxisError, match="axis 0 is out of bounds for array of dimension 0"):
        fs.unstack(x[0, 0])
    with pytest.raises(TypeError, match="unstack: every operand is an array of farshore, not ndarray"):
        fs.unstack(np.zeros(3))


def test_refusals_of_repetitions():
    x = fs.zeros((2, 3))
    with pytest.raises(ValueError, match=r"tile: there are no fewer than 0 repetitions.*\(1, -1\)"):
        fs.tile(x, (1, -1))
    with pytest.raises(TypeError, match="float"):
        fs.tile(x, 1.5)
    with pytest.raises(ValueError, match="repeat: there are no fewer than 0 repetitions, but these are -1"):
        fs.repeat(x, -1)
    with pytest.raises(ValueError, match=r"repeat: .* some of these are negative"):
        fs.repeat(x, fs.asarray([3, -1]), axis=0)
    with pytest.raises(ValueError, match=r"shape \(2,\) do not fit axis 1 of shape \(2, 3\).*\(3,\)"):
        fs.repeat(x, fs.asarray([3, 1]), axis=1)
    with pytest.raises(ValueError, match=r"shape \(1, 1\) do not fit"):
        fs.repeat(x, fs.asarray([[3]]), axis=1)
    with pytest.raises(TypeError, match="repeat: repetitions are counted in integers, not in float32"):
        fs.repeat(x, fs.asarray([1.0, 2.0]), axis=0)
    for wrong in ([1, 2], 1.5, None):
        with pytest.raises(TypeError, match="repeat: every operand is an array of farshore, not"):
            fs.repeat(x, wrong, axis=0)
    with pytest.raises(AxisError, match="axis 2 is out of bounds"):
        fs.repeat(x, 2, axis=2)


def test_only_a_count_crosses(log):
    x = fs.arange(6)
    fs.repeat(fs.tile(fs.stack([x, x]), 2), 3)
    for part in fs.split(x, 3):
        fs.append(part, part)
    assert not log.scalar_reads
    fs.repeat(x, x)
    assert log.scalar_reads == 1
