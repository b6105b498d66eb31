"""Indexing by arrays, lists and masks: NumPy's results, and after assignments NumPy's whole array."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from hypothesis import given, settings
from hypothesis import strategies as st
from layouts import VIEWS
from samples import DTYPES, bits, random, values


def get(x, key):
    return x[key]


def put(x, key, value):
    x[key] = value


INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def on_device(key):
    """The key with each host array in it on the device, and those without axes too."""
    if isinstance(key, tuple):
        return tuple(on_device(one) for one in key)
    return fs.asarray(key) if isinstance(key, np.ndarray) else key


def agree(host, key, mine=None):
    """Reading and writing `key` give what NumPy gives; `mine` is the key for our side."""
    key_here = on_device(key) if mine is None else mine
    want = host[key]
    check(get(fs.asarray(host), key_here).to_numpy(), want, note=key)
    x, after = fs.asarray(host), host.copy()
    source = np.roll(host.reshape(-1), 1)
    source = np.resize(source, np.shape(want)) if source.size else np.zeros(np.shape(want), host.dtype)
    put(x, key_here, fs.asarray(source))
    after[key] = source
    assert np.array_equal(bits(x.to_numpy()), bits(after)), f"after the assignment to {key}"
    x, after = fs.asarray(host), host.copy()
    put(x, key_here, 1)
    after[key] = 1
    assert np.array_equal(bits(x.to_numpy()), bits(after)), f"after 1 was assigned to {key}"


A = np.arange(120, dtype=np.int32).reshape(4, 5, 6)
ROW, COLUMN = np.array([2, 0, -1]), np.array([[1], [-2]])
LAST = np.arange(6) % 2 == 0
FIRST_TWO = np.arange(20).reshape(4, 5) % 3 == 0
LAST_TWO = np.arange(30).reshape(5, 6) % 4 == 1
KEYS = {
    "one array": ROW,
    "two axes of positions": np.array([[0, 3], [1, 1]]),
    "of one element": np.array([2]),
    "no axes": np.array(2),
    "no axes, after a slice": (slice(1, 3), np.array(2)),
    "no axes, apart": (np.array(2), slice(None), np.array(-1)),
    "no axes, beside an array": (np.array(2), slice(None), ROW),
    "empty": np.zeros(0, np.int64),
    "empty, of two axes": (slice(None), np.zeros((2, 0), np.int64)),
    "every axis": (ROW, ROW, ROW),
    "broadcast": (ROW, COLUMN),
    "after a slice": (slice(None), ROW),
    "after a step": (slice(None, None, -2), ROW, slice(1, None, 2)),
    "last": (..., ROW),
    "adjacent in the middle": (slice(1, 3), ROW, COLUMN),
    "apart": (ROW, slice(None), COLUMN),
    "apart by an ellipsis": (ROW, ..., COLUMN),
    "apart by an empty ellipsis": (slice(2), ROW, ..., COLUMN),
    "apart by a new axis": (ROW, None, COLUMN),
    "new axes around": (None, ROW, COLUMN, None),
    "an int before": (1, ROW),
    "an int after": (slice(None), ROW, -1),
    "an int apart": (1, slice(None), ROW),
    "an int apart, behind": (ROW, slice(None), -2),
    "an int before a slice before": (slice(None), 1, ROW),
    "a mask of all axes": A % 7 == 2,
    "a mask of none": A < 0,
    "a mask of the first axis": np.array([True, False, True, True]),
    "a mask of the first two": FIRST_TWO,
    "a mask of the last two": (slice(None), LAST_TWO),
    "a mask of the last two of some": (slice(1, 3), LAST_TWO),
    "a mask of the last": (..., LAST),
    "a mask behind an int": (2, slice(None), LAST),
    "a mask and a slice": (FIRST_TWO, slice(None, None, -1)),
    "a mask beside an array": (FIRST_TWO, np.arange(FIRST_TWO.sum()) % 6),
    "a mask apart from an array": (np.arange(4) > 0, slice(None), ROW),
    "a mask broadcast over an array": (slice(None), COLUMN, LAST),
    "a mask and new axes": (None, FIRST_TWO, None),
    "two masks": (np.arange(4) % 2 == 0, slice(None), np.arange(6) > 3),
    "True": True,
    "False": False,
    "True beside an array": (True, ROW),
    "True apart from an array": (True, slice(None), ROW),
    "False beside one": (False, np.array([1])),
    "True in the middle": (slice(None), True, slice(1, 2)),
    "a mask without axes": np.array(True),
    "a mask without axes that is false": (..., np.array(False)),
}


@pytest.mark.parametrize("name", KEYS)
def test_each_form(name):
    agree(A, KEYS[name])


@pytest.mark.parametrize("name", KEYS)
def test_each_form_of_a_list(name):
    """A list is positions or a mask, as it is for NumPy."""
    key = KEYS[name]
    parts = key if isinstance(key, tuple) else (key,)
    lists = tuple(one.tolist() if isinstance(one, np.ndarray) else one for one in parts)
    agree(A, key, lists if isinstance(key, tuple) else lists[0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_elements_of_every_dtype(dtype, rng):
    host = values(dtype, 60, rng).reshape(3, 4, 5)
    for key in (np.array([2, 0, 0]), (slice(None), np.array([[3, 1]])), rng.integers(0, 2, (3, 4)) > 0):
        check(get(fs.asarray(host), on_device(key)).to_numpy(), host[key], note=key)
        x, want = fs.asarray(host), host.copy()
        source = random(dtype, want[key].shape[-1], rng)
        put(x, on_device(key), fs.asarray(source))
        want[key] = source
        assert np.array_equal(bits(x.to_numpy()), bits(want))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_positions_of_every_dtype(dtype):
    host = np.arange(100, 112, dtype=np.float32)
    index = np.array([3, 0, 11, 3, 7], dtype)
    agree(host, index)
    agree(host, index, index.tolist())
    if dtype.startswith("int"):
        agree(host, np.array([-1, 4, -12], dtype))
        agree(np.arange(300), np.array([-100, 127, -1], dtype))


@pytest.mark.parametrize("name", VIEWS)
def test_views_of_any_layout(name, rng):
    host = random("float32", 48, rng).reshape(6, 8)
    view = VIEWS[name](host)
    if not np.size(view):
        return
    view = np.asarray(view)
    mask = rng.integers(0, 2, view.shape) > 0
    keys = [mask, (..., mask)]
    if view.ndim:
        keys += [rng.integers(-len(view), len(view), 4), tuple(rng.integers(-n, n, 3) for n in view.shape)]
    if view.ndim > 1:
        keys += [(slice(None, None, -1), rng.integers(0, view.shape[1], (2, 2))), (0, mask[0])]
    for key in keys:
        check(get(VIEWS[name](fs.asarray(host)), on_device(key)).to_numpy(), view[key], note=key)


@pytest.mark.parametrize("name", [name for name in VIEWS if "broadcast" not in name and "copy" not in name])
def test_a_write_through_a_view_is_seen_by_its_base(name, rng):
    host = random("int16", 48, rng).reshape(6, 8)
    shape = np.shape(VIEWS[name](host))
    keys = [rng.integers(0, 2, shape) > 0]
    if shape and 0 not in shape:
        keys += [tuple(rng.integers(-n, n, 3) for n in shape)]
    for key in keys:
        x, want = fs.asarray(host), host.copy()
        target = VIEWS[name](want)
        if not shape:
            target = want[4:5, 7:].reshape(())
        many = random("int16", np.size(target[key]), rng).reshape(np.shape(target[key]))
        for source in (many, np.array(7, np.int16)):
            put(VIEWS[name](x), on_device(key), fs.asarray(source))
            target[key] = source
            assert np.array_equal(x.to_numpy(), want)


def test_pending_arrays(rng):
    host = random("float32", 48, rng).reshape(6, 8)
    x, index = fs.asarray(host), np.array([5, 1, 1])
    got = get(x + 1, fs.asarray(index) - 1) * 2
    check(got.to_numpy(), (host + 1)[index - 1] * 2)
    got, want = x * 2, host * 2
    put(got, fs.asarray(index) + 0, x[:3] - 1)
    want[index] = host[:3] - 1
    check(got.to_numpy(), want)
    got = x[::2] + x[1::2]
    put(got, got > 0, 0)
    want = host[::2] + host[1::2]
    want[want > 0] = 0
    check(got.to_numpy(), want)


def test_operations_recorded_before_see_the_old_elements():
    x = fs.asarray(np.arange(6.0, dtype=np.float32))
    before, chosen = x + x, get(x, [1, 2])
    put(x, [0, 1], 50)
    put(x, x < 3, -1)
    assert np.array_equal(before.to_numpy(), [0, 2, 4, 6, 8, 10])
    assert np.array_equal(chosen.to_numpy(), [1, 2])
    assert np.array_equal(x.to_numpy(), [50, 50, -1, 3, 4, 5])


def test_the_result_is_a_copy():
    x = fs.asarray([1, 2, 3])
    for key in ([0, 1, 2], True, x > 0):
        result = get(x, key)
        assert not result.shares_memory(x)
        result[...] = 9
    assert np.array_equal(x.to_numpy(), [1, 2, 3])


def test_of_places_named_twice_the_last_stays(rng):
    host = np.zeros((50, 3), np.int32)
    index = rng.integers(0, 50, 400)
    source = np.arange(1200, dtype=np.int32).reshape(400, 3)
    x = fs.asarray(host)
    put(x, fs.asarray(index), fs.asarray(source))
    host[index] = source
    assert np.array_equal(x.to_numpy(), host)


@pytest.mark.parametrize("step", [slice(None, None, -1), slice(None)])
def test_the_value_and_the_positions_may_be_of_the_same_memory(step):
    x, want = fs.asarray(np.array([3, 0, 2, 1])), np.array([3, 0, 2, 1])
    put(x, x, x[step])
    want[want.copy()] = want[step].copy()
    assert np.array_equal(x.to_numpy(), want)


SAME = [np.int32(4), np.array(5), np.full((1, 1), 6), np.full((1, 1, 1, 1), 7), np.arange(6)]
SAME += [np.arange(6).reshape(1, 6), np.arange(6).reshape(1, 1, 6)]


@pytest.mark.parametrize("value", SAME)
def test_the_same_value_for_all_places_of_a_mask_is_assigned_without_a_read(value):
    x, want = fs.asarray(A), A.copy()
    source = fs.asarray(value) if value.ndim else value
    first, last, true = fs.asarray(FIRST_TWO), fs.asarray(LAST_TWO), fs.asarray(True)
    with fs.transfers("forbid"):
        put(x, first, source)
    want[FIRST_TWO] = value
    assert np.array_equal(x.to_numpy(), want)
    with fs.transfers("forbid"):
        put(x[::2].T, last.T, 8)
        put(x, (slice(None), slice(2), true, -1), 9)
        put(x, (..., 1, last[0]), 10)
    want[::2].T[LAST_TWO.T] = 8
    want[:, :2, True, -1] = 9
    want[..., 1, LAST_TWO[0]] = 10
    assert np.array_equal(x.to_numpy(), want)


def test_a_mask_is_counted_in_four_bytes(log):
    x = fs.asarray(A)
    mask = x % 7 == 2
    moved = log.bytes_to_host
    result = get(x, mask)
    assert log.bytes_to_host == moved + 4
    assert result.shape == (np.count_nonzero(A % 7 == 2),)
    get(x, [0, 1])
    get(x, fs.asarray(True))
    assert log.bytes_to_host == moved + 8


def test_values_are_broadcast_and_converted():
    sources = [[1.9, -2.9, 300.5], 2.0, [[7], [8]], [[[1, 2, 3]]]]
    for value in map(np.array, sources):
        x, want = fs.zeros((5, 3), dtype="int16"), np.zeros((5, 3), np.int16)
        put(x, [3, 1], fs.asarray(value))
        want[[3, 1]] = value
        check(x.to_numpy(), want)


def test_host_values_are_written_where_the_words_say_so(log):
    x = fs.zeros(4)
    put(x, [1, 3], np.array([5.0, 6.0]))
    put(x, [0], [7.0])
    put(x, x == 0, [8])
    assert np.array_equal(x.to_numpy(), [7, 5, 8, 6])
    assert log.bytes_to_device > 0


def test_numbers_that_the_dtype_does_not_hold_are_refused():
    x = fs.zeros(4, dtype="int8")
    for key in ([1, 2], x == 0, True):
        with pytest.raises(OverflowError, match="assignment: the value 128 is out of range for int8"):
            put(x, key, 128)
        with pytest.raises(ValueError, match=r"assignment: 1\.5 cannot be converted to int8"):
            put(x, key, 1.5)
    assert np.array_equal(x.to_numpy(), [0] * 4)


@pytest.mark.parametrize("key", [[7], [0, -6], (slice(1), [6]), ([0], 5), ([[1, 2], [5, 1]],), ([2**40],)])
def test_positions_outside_that_the_host_knows(key):
    host = np.zeros((5, 5), np.float32)
    with pytest.raises(IndexError) as want:
        host[key]
    for x in (fs.asarray(host), fs.asarray(host).T):
        with pytest.raises(IndexError) as got:
            get(x, key)
        assert str(got.value) == str(want.value)
        with pytest.raises(IndexError):
            put(x, key, 1)
        assert not x.to_numpy().any()


@pytest.mark.parametrize("index", [[7], [0, -6], [-(2**40)]])
def test_positions_outside_that_the_device_knows(index):
    x = fs.zeros((5, 3))

    def written():
        put(x, fs.asarray(index), 1)
        return x.to_numpy()

    with pytest.raises(IndexError, match="out of bounds"):
        get(x, fs.asarray(index)).to_numpy()
    with pytest.raises(IndexError, match="out of bounds"):
        written()
    assert fs.ones(2).tolist() == [1, 1]


def test_an_axis_without_elements_has_no_positions():
    x = fs.zeros((0, 3))
    for key, shape in (([], (0, 3)), (fs.zeros(0, dtype="int32"), (0, 3)), (x == 0, (0,)), (([], []), (0,))):
        assert get(x, key).shape == shape
    for index in ([0], fs.asarray([0]), fs.asarray(0)):
        with pytest.raises(IndexError, match="is out of bounds for axis 0 with size 0"):
            get(x, index)


OUT_OF_FORM = {
    "too many": ([0], 0, 0, 0),
    "too many in a mask": (FIRST_TWO, [0], [0]),
    "a mask of too many axes": np.ones((4, 5, 6, 1), bool),
    "two ellipses": (..., [0], ...),
    "floats": [0.5],
    "an array of floats": np.zeros(2),
    "an empty array of floats": np.zeros(0),
    "complex numbers": (slice(None), np.zeros(2, np.complex64)),
    "words": ["a"],
    "a word": ([0], "a"),
    "a float": ([0], 1.5),
    "a dict": ([0], {}),
    "long integers": [2**70],
    "a mask of another shape": np.ones(3, bool),
    "a mask of another shape behind": (slice(None), np.ones((5, 5), bool)),
    "positions that do not broadcast": ([0, 1], [0, 1, 2]),
    "a mask that does not broadcast": ([0, 1], np.ones(5, bool)),
    "False that does not broadcast": (False, [0, 1]),
}


@pytest.mark.parametrize("name", OUT_OF_FORM)
def test_keys_that_are_refused(name):
    key, x = OUT_OF_FORM[name], fs.asarray(A)
    with pytest.raises(IndexError):
        A[key]
    for one in [on_device(key), key] if "array of floats" in name else [on_device(key)]:
        with pytest.raises(IndexError):
            get(x, one)
        with pytest.raises(IndexError):
            put(x, one, 0)
    assert np.array_equal(x.to_numpy(), A)


@pytest.mark.parametrize("key", [([7], []), [2**64 - 2]])
def test_keys_that_numpy_lets_pass(key):
    """NumPy looks at no shape and no position where the result is empty, and takes 2**64 - 2 for -2."""
    assert A[key].ndim == 3 or isinstance(key, tuple)
    with pytest.raises(IndexError, match=r"out of bounds|did not match"):
        get(fs.asarray(A), on_device(key)).to_numpy()


HOST_KEYS = [ROW, FIRST_TWO, (slice(None), COLUMN), (0, LAST_TWO)]


@pytest.mark.parametrize("key", HOST_KEYS)
def test_host_arrays_are_refused_as_they_are_beside_an_operator(key, log):
    x = fs.asarray(A)
    moved = len(log)
    with pytest.raises(fs.ImplicitTransferError, match=r"fs\.asarray"):
        get(x, key)
    with pytest.raises(fs.ImplicitTransferError, match=r"fs\.asarray"):
        put(x, key, 0)
    assert len(log) == moved


@pytest.mark.parametrize("key", HOST_KEYS)
def test_host_arrays_where_the_policy_allows_them(key):
    with fs.transfers("allow"):
        agree(A, key, key)


@pytest.mark.parametrize("key", [np.array([2]), np.array(2), np.array([True]), np.array(False), np.int8(1)])
def test_host_arrays_of_one_element_are_numbers(key):
    agree(A[..., :1] if key.dtype == bool else A, (..., key), (..., key))


def test_a_stand_in_is_an_array():
    x = fs.asarray(A)
    check(get(x, fs.asarray(ROW).implicit()).to_numpy(), A[ROW])
    put(x, [0], x[1].implicit())
    assert np.array_equal(x[0].to_numpy(), A[1])


def test_what_a_refusal_says():
    x = fs.asarray(A)
    with pytest.raises(IndexError, match=r"integer \(or boolean\) type, not float32"):
        get(x, x[0, 0] * 1.0)
    with pytest.raises(IndexError, match="too many indices: the array has 3 dimensions, but 5 were indexed"):
        get(x, (x == 0, [0], 1))
    with pytest.raises(IndexError, match=r"along axis 1; size of axis is 5 but size of .* axis is 6"):
        get(x, (0, x[0, 0] == 1))
    with pytest.raises(IndexError, match=r"could not be broadcast together with shapes \(2,\) \(3,\)"):
        get(x, ([0, 1], [1, 2, 3]))
    with pytest.raises(IndexError, match=r"index is made of integers, .*; str is none of them"):
        get(x, ([0], "a"))


@pytest.mark.parametrize("shape", [(2,), (3, 5), (2, 3, 6), (2, 1, 3, 6)])
@pytest.mark.parametrize("key", [([0, 1, 2],), (fs.asarray(A[:, 0, 0] < 55),), (fs.asarray(FIRST_TWO),)])
def test_values_of_shapes_that_do_not_fit(key, shape):
    x = fs.asarray(A)
    with pytest.raises(ValueError, match=r"assignment: shapes .* and .* do not broadcast to one shape"):
        put(x, key, fs.zeros(shape))
    assert np.array_equal(x.to_numpy(), A)


def test_a_broadcast_array_is_no_target():
    x = fs.asarray([1.0, 2.0])
    for key in ([0], fs.asarray([[True, False]] * 3)):
        with pytest.raises(ValueError, match="broadcast"):
            put(x.broadcast_to((3, 2)), key, 5)
    assert np.array_equal(x.to_numpy(), [1, 2])


def positions(draw, together, n, rng):
    """Positions on an axis of n that broadcast to `together`."""
    lengths = [draw(st.sampled_from([1, length])) for length in together]
    theirs = rng.integers(-n, n, lengths[draw(st.integers(0, len(lengths))) :])
    if draw(st.booleans()):
        return theirs, theirs.tolist()
    return theirs, fs.asarray(theirs.astype(draw(st.sampled_from(INTEGERS[:4]))))


@st.composite
def keys_of(draw, shape):
    """Every kind of part in any order, for NumPy and for us: lists, and arrays on the device."""
    together = draw(st.sampled_from([(), (1,), (3,), (2, 3), (0,)]))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    kinds = st.sampled_from(["int", "slice", "whole", "positions", "positions", "mask"])
    parts, at, masked = [], 0, False
    while at < len(shape):
        kind, n, axes = draw(kinds), shape[at], 1
        if kind == "int":
            theirs = mine = draw(st.integers(-n, n - 1))
        elif kind == "slice":
            ends = st.none() | st.integers(-n - 1, n + 1)
            theirs = mine = slice(draw(ends), draw(ends), draw(st.sampled_from([None, 2, -1])))
        elif kind == "positions":
            theirs, mine = positions(draw, together, n, rng)
        elif kind == "mask" and not masked:
            masked, axes = True, draw(st.integers(1, len(shape) - at))
            theirs = np.zeros(shape[at : at + axes], bool)
            there = draw(st.sampled_from([1, *together[-1:]]))
            theirs.reshape(-1)[rng.permutation(theirs.size)[:there]] = True
            mine = theirs.tolist() if draw(st.booleans()) else fs.asarray(theirs)
        else:
            theirs = mine = slice(None)
        parts.append((theirs, mine))
        at += axes
    if draw(st.booleans()):
        first = last = draw(st.integers(0, len(parts)))
        while last < len(parts) and isinstance(parts[last][0], slice) and parts[last][0] == slice(None):
            last += 1
        parts[first:last] = [(..., ...)]
    extra = [(None, None), (None, None), (True, True), (True, fs.asarray(True)), (False, False)]
    for one in draw(st.lists(st.sampled_from(extra), max_size=2)):
        parts.insert(draw(st.integers(0, len(parts))), one)
    return tuple(theirs for theirs, _ in parts), tuple(mine for _, mine in parts)


@settings(max_examples=200)
@given(data=st.data())
def test_any_key(data):
    shape = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple))
    dtype = data.draw(st.sampled_from(["bool", "uint8", "int16", "float16", "float32", "complex64", "int64"]))
    host = random(dtype, int(np.prod(shape)), np.random.default_rng(len(shape))).reshape(shape)
    host = host.transpose(data.draw(st.permutations(range(host.ndim))))
    theirs, mine = data.draw(keys_of(host.shape))
    try:
        host[theirs]
    except IndexError:
        with pytest.raises(IndexError):
            get(fs.asarray(host), mine)
        return
    agree(host, theirs, mine)
