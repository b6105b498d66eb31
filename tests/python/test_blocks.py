"""Arrays of nested lists, and arrays taken apart along a named axis: NumPy's."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES


def given(value):
    """Nested lists, with arrays of the device for those of the host."""
    if isinstance(value, list):
        return [given(one) for one in value]
    return fs.asarray(value) if isinstance(value, np.ndarray) else value


A, B = np.arange(6).reshape(2, 3), np.arange(4).reshape(2, 2) + 10
BLOCKS = [
    A,
    [A],
    [A, B],
    [[A, B], [B, A]],
    [[A[0], B[0]], [A[1], B[1]]],
    [A[0], B[0, :1]],
    [[A], [A[0]], [A[:0]]],
    [[np.asarray(7), A[0, :1]]],
    [[[A]], [[A + 6]]],
    [A[None], B[None]],
    [[A[None]], [A[:, None][:1]]],
    [np.asarray(1), np.asarray(2)],
]


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_blocks(number):
    hosts = BLOCKS[number]
    check(fs.block(given(hosts)).to_numpy(), np.block(hosts))
    if isinstance(hosts, list):
        check(np.block(given(hosts)).to_numpy(), np.block(hosts))


def test_numbers_among_arrays():
    x = fs.asarray(A)
    check(
        fs.block([[x, fs.asarray(B)], [1, 2, 3, 4, fs.asarray(5)]]).to_numpy(),
        np.block([[A, B], [1, 2, 3, 4, 5]]),
    )
    assert fs.block([x[0], 2.5]).tolist() == [0, 1, 2, 2.5]
    assert fs.block([x[0].astype("int8"), 2]).dtype == np.int8


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_are_promoted(dtype):
    host = np.ones((2, 2), dtype)
    for other in ("bool", "int8", "float32"):
        hosts = [[host, np.zeros((2, 1), other)]]
        check(fs.block(given(hosts)).to_numpy(), np.block(hosts))


def test_a_block_is_a_copy():
    x = fs.zeros((2, 2))
    for one in (x, [x], [[x]]):
        assert not fs.block(one).shares_memory(x)


def test_blocks_that_do_not_fit():
    x = fs.asarray(A)
    for lists in ([], [[]], [[x], []], [x, [x]], [[x], x]):
        with pytest.raises((ValueError, TypeError)):
            fs.block(lists)
    with pytest.raises(TypeError, match="tuples"):
        fs.block([(x, x)])
    with pytest.raises(ValueError, match="block: shapes"):
        fs.block([[x, x], [x]])
    with pytest.raises(TypeError, match="not int"):
        fs.block([1, 2])


HOST = np.arange(48).reshape(4, 6, 2)


@pytest.mark.parametrize("name", ["vsplit", "hsplit", "dsplit"])
def test_parts_along_a_named_axis(name):
    for how in (2, [1], [1, 3], (), [0, 9]):
        x = fs.asarray(HOST)
        for function in (getattr(fs, name), getattr(np, name)):
            got, want = function(x, how), getattr(np, name)(HOST, how)
            assert len(got) == len(want)
            for mine, theirs in zip(got, want, strict=True):
                check(mine.to_numpy(), theirs)
                assert mine.shares_memory(x) or not mine.size
    with pytest.raises(ValueError, match=f"{name}: an array of shape"):
        getattr(fs, name)(fs.asarray(1), 1)


def test_parts_of_one_axis():
    check(fs.hsplit(fs.asarray(HOST[0, :, 0]), 3)[1].to_numpy(), np.hsplit(HOST[0, :, 0], 3)[1])
    for name, shape in (("vsplit", (4,)), ("dsplit", (2, 2))):
        with pytest.raises(ValueError, match="fewer than"):
            getattr(fs, name)(fs.zeros(shape), 2)
    with pytest.raises(ValueError, match="are not equal"):
        fs.hsplit(fs.zeros(5), 2)
