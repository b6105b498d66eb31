"""Reading one element as a number: allowed, counted apart, with Python's meaning; iteration and length."""

import math
import operator
import warnings

import farshore as fs
import numpy as np
import pytest
from samples import DTYPES, special


@pytest.mark.parametrize("dtype", DTYPES)
def test_item_is_numpys(dtype):
    for value in special(dtype)[:20]:
        got = fs.asarray(value).item()
        assert type(got) is type(value.item())
        assert got == value.item() or value != value


def test_numbers():
    x = fs.asarray(np.array([2.5, -0.0], np.float32))
    assert float(x[0]) == 2.5
    assert int(x[0]) == 2
    assert complex(x[0]) == 2.5 + 0j
    assert math.copysign(1, float(x[1])) == -1
    assert math.sqrt(fs.asarray(4.0)) == 2
    assert complex(fs.asarray(1 + 2j)) == 1 + 2j
    assert float(fs.asarray(True)) == 1
    assert int(fs.asarray(np.uint64(2**64 - 1))) == 2**64 - 1
    assert int(fs.asarray(np.int64(-(2**63)))) == -(2**63)


def test_truth():
    assert bool(fs.asarray(1.0))
    assert not fs.asarray(0)
    assert not fs.asarray(-0.0)
    assert bool(fs.asarray(float("nan")))
    assert bool(fs.asarray(1j))
    if fs.asarray([1.0, 2.0])[1] == 2:
        return
    raise AssertionError


def test_index():
    host = list(range(10))
    assert host[fs.asarray(3)] == 3
    assert host[fs.asarray(np.uint8(3)) :] == host[3:]
    assert list(range(fs.asarray(3))) == [0, 1, 2]
    assert operator.index(fs.asarray(np.int8(-3))) == -3
    assert np.arange(10)[fs.asarray(4)] == 4
    x = fs.asarray(np.arange(10))
    assert int(x[fs.asarray(4)]) == 4


@pytest.mark.parametrize("value", [1.0, 1j, True])
def test_only_integers_are_indices(value):
    with pytest.raises(TypeError, match="only arrays of integers are indices"):
        operator.index(fs.asarray(value))


def test_only_arrays_without_axes_are_indices():
    with pytest.raises(TypeError):
        operator.index(np.array([1]))
    with pytest.raises(TypeError):
        operator.index(fs.asarray([1]))


def test_refusals_of_complex():
    for convert in (int, float):
        with pytest.raises(TypeError, match=f"{convert.__name__}\\(\\) of a complex number"):
            convert(fs.asarray(1 + 2j))


def test_int_of_what_is_no_integer():
    with pytest.raises(OverflowError, match="infinity"):
        int(fs.asarray(float("inf")))
    with pytest.raises(ValueError, match="NaN"):
        int(fs.asarray(float("nan")))


def test_each_read_is_counted_as_a_scalar(log):
    x = fs.asarray(np.arange(5, dtype=np.int16))
    before = len(log)
    float(x[0]), int(x[1]), bool(x[2]), complex(x[3]), operator.index(x[4]), x[0].item(), f"{x[1]:d}"
    reads = log.crossings[before:]
    assert [one["kind"] for one in reads] == ["scalar"] * 7
    assert [one["nbytes"] for one in reads] == [2] * 7
    assert log.scalar_reads == 7
    assert all(one["caller"].startswith(__file__) for one in reads)


def test_a_storm_of_reads_warns_once_for_its_line():
    x = fs.asarray(np.arange(300, dtype=np.float32))

    def storm():
        for one in x:
            float(one)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        storm()
        storm()
    assert len(caught) == 1, "one warning for one line that reads element by element"
    assert "x.to_numpy()" in str(caught[0].message)
    assert caught[0].filename == __file__


def test_few_reads_do_not_warn():
    x = fs.asarray(np.arange(100, dtype=np.float32))
    assert sum(float(one) for one in x) == 4950


def test_iteration_gives_views_and_reads_nothing(log):
    x = fs.zeros((3, 4))
    rows = list(x)
    assert [row.shape for row in rows] == [(4,)] * 3
    assert all(row.shares_memory(x) for row in rows)
    rows[1][...] = 1
    first, second, third = x
    assert len(log) == 0
    assert second.to_numpy().all()
    assert not first.to_numpy().any()
    assert not third.to_numpy().any()
    assert [int(one) for one in fs.asarray([5, 6])] == [5, 6]
    assert 6 in fs.asarray([5, 6])


def test_length():
    assert len(fs.zeros((3, 4))) == 3
    assert len(fs.zeros(0)) == 0
    with pytest.raises(TypeError, match="without axes"):
        len(fs.asarray(1.0))
    with pytest.raises(TypeError, match="without axes cannot be iterated"):
        iter(fs.asarray(1.0))


def test_zeros_of_a_scalar_array_has_that_length():
    assert np.zeros(fs.asarray(3)).shape == (3,)


def test_arrays_are_no_keys():
    with pytest.raises(TypeError, match="unhashable"):
        hash(fs.zeros(3))
