"""Arrays like others: NumPy's, with all that NumPy's functions are told."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES

CALLS = {"zeros_like": (), "ones_like": (), "full_like": (7,)}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_shape_and_dtype(name, dtype):
    host = np.ones((2, 3), dtype)
    x = fs.asarray(host)
    fill = (1,) if CALLS[name] else ()
    for how in ({}, {"dtype": "float32"}, {"shape": 4}, {"shape": (3, 0)}, {"shape": ()}, {"subok": False}):
        want = getattr(np, name)(host, *fill, **how)
        check(getattr(fs, name)(x, *fill, **how).to_numpy(), want, note=how)
        check(getattr(np, name)(x, *fill, **how).to_numpy(), want, note=how)
        empty = fs.empty_like(x, **how)
        assert (empty.shape, empty.dtype) == (want.shape, want.dtype)
    check(getattr(fs, name)(x, *fill, "int8").to_numpy(), getattr(np, name)(host, *fill, "int8"))


@pytest.mark.parametrize("name", CALLS)
def test_layout(name):
    host = np.ones((2, 3, 4), np.float32)
    x, fill = fs.asarray(host), CALLS[name]
    for order in "CAKF":
        want = getattr(np, name)(host, *fill, order=order)
        for got in (getattr(fs, name)(x, *fill, order=order), getattr(np, name)(x, *fill, order=order)):
            check(got.to_numpy(), want)
            assert got.strides == want.strides
        assert fs.empty_like(x, order=order).strides == want.strides
        shaped = getattr(fs, name)(x, *fill, order=order, shape=(5, 6))
        assert shaped.strides == getattr(np, name)(host, *fill, order=order, shape=(5, 6)).strides
    for call in (lambda: getattr(fs, name)(x, *fill, order="x"), lambda: fs.empty_like(x, order="x")):
        with pytest.raises(ValueError, match="not 'x'"):
            call()


@pytest.mark.parametrize("view", VIEWS)
def test_of_every_view(view):
    host = np.arange(48, dtype=np.int16).reshape(6, 8)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    for name, fill in CALLS.items():
        check(getattr(fs, name)(x, *fill).to_numpy(), getattr(np, name)(host, *fill))


def test_values():
    x = fs.zeros((2, 3), dtype="int8")
    row = fs.asarray([1, 2, 3])
    for order in "CF":
        check(fs.full_like(x, row, order=order).to_numpy(), np.array([[1, 2, 3]] * 2, np.int8))
        with pytest.raises(OverflowError):
            fs.full_like(x, 300, order=order)


def test_a_dtype_by_position():
    for name in ("zeros", "ones", "empty"):
        assert getattr(fs, name)((2, 3), "int8").dtype == np.int8
    assert fs.full(2, 7, "int8").dtype == np.int8
    assert fs.asarray([1, 2], "float32").dtype == np.float32
    assert np.zeros(2, "int8", like=fs.zeros(1)).dtype == np.int8
