"""Views share memory as NumPy's do; writes are seen through them, but not by operations recorded before."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from layouts import VIEWS
from samples import DTYPES, bits, random, values

COPIES = {"reshaped by a copy"}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_shares_memory(name):
    x = fs.asarray(np.arange(48, dtype=np.float32).reshape(6, 8))
    assert VIEWS[name](x).shares_memory(x) == (name not in COPIES)
    assert not x.copy().shares_memory(x)
    assert not (x + 0).shares_memory(x)


@pytest.mark.parametrize("name", VIEWS)
def test_strides_are_numpys(name):
    host = np.arange(48, dtype=np.int16).reshape(6, 8)
    got, want = VIEWS[name](fs.asarray(host)), VIEWS[name](host)
    assert got.shape == want.shape
    # NumPy's strides of axes that are never stepped along mean nothing.
    steps = [axis for axis, length in enumerate(want.shape) if length > 1]
    if want.size and name not in COPIES:
        assert [got.strides[axis] for axis in steps] == [want.strides[axis] for axis in steps]


WRITEABLE = [name for name in VIEWS if "broadcast" not in name and name not in COPIES]


@pytest.mark.parametrize("name", WRITEABLE)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_write_through_a_view_is_seen_by_its_base(dtype, name, rng):
    host = values(dtype, 48, rng).reshape(6, 8)
    x, want = fs.asarray(host), host.copy()
    view, target = VIEWS[name](x), VIEWS[name](want)
    source = random(dtype, target.size, rng).reshape(target.shape)
    view[...] = fs.asarray(source)
    np.asarray(target)[...] = source
    if target.ndim == 0:
        want[4, 7] = source
    assert np.array_equal(bits(x.to_numpy()), bits(want))
    assert np.array_equal(bits(view.to_numpy()), bits(source))


def test_a_write_to_the_base_is_seen_through_its_views():
    x = fs.zeros((4, 6), dtype="uint8")
    odd, turned, flat = x[:, 1::2], x.T, x.reshape(24)
    x[1:3] = 7
    want = np.zeros((4, 6), np.uint8)
    want[1:3] = 7
    for got, expected in ((odd, want[:, 1::2]), (turned, want.T), (flat, want.ravel())):
        assert np.array_equal(got.to_numpy(), expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_number_is_written_everywhere(dtype, rng):
    host = random(dtype, 30, rng)
    x, want = fs.asarray(host), host.copy()
    x[3::4] = 1
    want[3::4] = 1
    x[-1] = 0
    want[-1] = 0
    check(x.to_numpy(), want)


@pytest.mark.parametrize("dtype", DTYPES)
def test_overlapping_writes_are_as_if_the_source_were_copied(dtype, rng):
    host = random(dtype, 1001, rng)
    moves = [
        (slice(1, None), slice(None, -1)),
        (slice(None, -1), slice(1, None)),
        (slice(None), slice(None, None, -1)),
        (slice(0, 500, 2), slice(1, 501, 2)),
        (slice(1, 400, 3), slice(133, 266)),
    ]
    for target, source in moves:
        x, want = fs.asarray(host), host.copy()
        x[target] = x[source]
        want[target] = host[source]
        check(x.to_numpy(), want, note=(target, source))


def test_a_transposed_overlap(rng):
    host = random("float32", 225, rng).reshape(15, 15)
    x = fs.asarray(host)
    x[...] = x.T
    check(x.to_numpy(), host.T.copy())


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "int64"])
def test_pending_readers_see_the_old_values(dtype, rng):
    host = random(dtype, 100, rng)
    x = fs.asarray(host)
    before = x + x
    part = x[::3] * x[::3]
    chained = before * x
    x[...] = 0
    after = x + 1
    check(after.to_numpy(), np.zeros(100, dtype) + 1)
    check(before.to_numpy(), host + host)
    check(part.to_numpy(), host[::3] * host[::3])
    check(chained.to_numpy(), (host + host) * host)


def test_writes_and_reads_in_order():
    x, want = fs.zeros(50, dtype="int32"), np.zeros(50, np.int32)
    sums = []
    for n in range(1, 20):
        x[n % 5 :: n] = x[n % 5 :: n] + n
        want[n % 5 :: n] += n
        sums.append((x * n, want * n))
    for got, expected in sums:
        check(got.to_numpy(), expected)


def test_a_write_to_a_pending_array():
    x = fs.asarray([1.0, 2.0, 3.0]) * 2
    assert x.is_pending
    x[1] = 10
    assert np.array_equal(x.to_numpy(), [2, 10, 6])
    zeros = fs.zeros(3)
    other = fs.zeros(3)
    zeros[0] = 1
    assert np.array_equal(other.to_numpy(), [0, 0, 0])


def test_a_source_is_converted_and_broadcast():
    x, want = fs.zeros((3, 4), dtype="int16"), np.zeros((3, 4), np.int16)
    x[...] = fs.asarray([1.9, -2.9, 300.5, 0.0])
    want[...] = np.array([1.9, -2.9, 300.5, 0.0])
    check(x.to_numpy(), want)
    x[:, 1:2] = fs.asarray(np.array([[5], [6], [7]], np.uint8))
    want[:, 1:2] = np.array([[5], [6], [7]])
    check(x.to_numpy(), want)


def test_host_values_are_written_where_the_words_say_so(log):
    x = fs.zeros(4, dtype="float32")
    x[1:3] = np.array([5.0, 6.0])
    x[3:] = [7.0]
    assert np.array_equal(x.to_numpy(), [0, 5, 6, 7])
    assert log.bytes_to_device > 0


def test_leading_axes_of_length_one_are_dropped_as_numpy_does():
    x, want = fs.zeros((2, 3)), np.zeros((2, 3), np.float32)
    x[0] = fs.ones((1, 1, 3))
    want[0] = np.ones((1, 1, 3))
    check(x.to_numpy(), want)
    x[1, 1:2] = fs.full((1, 1), 5.0)
    want[1, 1:2] = np.full((1, 1), 5.0)
    check(x.to_numpy(), want)


def test_the_target_of_a_write_is_not_a_broadcast():
    x = fs.asarray([1.0, 2.0])
    for value in (1, fs.zeros((3, 2))):
        with pytest.raises(
            ValueError, match=r"assignment: the target was broadcast.*copy it first: x\.copy\(\)"
        ):
            x.broadcast_to((3, 2))[...] = value
    assert np.array_equal(x.to_numpy(), [1, 2])
    x.broadcast_to((1, 2))[...] = 5
    assert np.array_equal(x.to_numpy(), [5, 5])


def test_shapes_that_do_not_fit_are_refused_and_nothing_is_written():
    x = fs.asarray([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"assignment: shapes \(2,\) and \(3,\) do not broadcast"):
        x[...] = fs.zeros(2)
    with pytest.raises(ValueError, match=r"assignment: shapes \(2, 3\) and \(3,\) do not broadcast"):
        x[...] = fs.zeros((2, 3))
    assert np.array_equal(x.to_numpy(), [1, 2, 3])


@given(data=st.data())
def test_any_assignment(data):
    dtype = data.draw(st.sampled_from(["bool", "uint8", "int16", "float16", "float32", "complex64", "int64"]))
    shape = data.draw(hnp.array_shapes(max_dims=3, max_side=9))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    want = random(dtype, int(np.prod(shape)), rng).reshape(shape)
    x = fs.asarray(want)
    key = data.draw(hnp.basic_indices(shape, allow_newaxis=True))
    source = random(dtype, np.asarray(want[key]).size, rng).reshape(np.asarray(want[key]).shape)
    x[key] = fs.asarray(source)
    want[key] = source
    assert np.array_equal(bits(x.to_numpy()), bits(want))
