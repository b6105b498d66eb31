"""Bits packed into bytes, and taken out again: NumPy's."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from numpy.exceptions import AxisError
from samples import DTYPES

ORDERS = ["big", "little"]
SHAPES = [(), (0,), (1,), (8,), (17,), (3, 9), (2, 0), (0, 3), (2, 3, 10)]


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if np.dtype(dtype).kind in "biu"])
def test_packed(dtype, rng):
    for shape in SHAPES:
        host = (rng.integers(0, 3, shape) * 64).astype(dtype)
        x = fs.asarray(host)
        for order in ORDERS:
            for axis in (None, *range(-host.ndim, host.ndim)):
                want = np.packbits(host, axis=axis, bitorder=order)
                check(fs.packbits(x, axis=axis, bitorder=order).to_numpy(), want, note=(shape, axis))
                check(np.packbits(x, axis=axis, bitorder=order).to_numpy(), want, note=(shape, axis))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_unpacked(shape, rng):
    host = rng.integers(0, 256, shape).astype(np.uint8)
    x = fs.asarray(host)
    for order in ORDERS:
        for axis in (None, *range(-host.ndim, host.ndim)):
            for count in (None, 0, 3, 8, 21, 200, -1, -8):
                how = {"axis": axis, "count": count, "bitorder": order}
                if not host.size and (count or 0) > 0:
                    continue  # NumPy leaves open what these are
                try:
                    want = np.unpackbits(host, **how)
                except ValueError:
                    with pytest.raises(ValueError, match="leaves out more"):
                        fs.unpackbits(x, **how)
                else:
                    check(fs.unpackbits(x, **how).to_numpy(), want, note=how)


@pytest.mark.parametrize("view", VIEWS)
def test_of_every_view(view, rng):
    host = rng.integers(0, 3, (6, 8)).astype(np.uint8)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    for axis in (None, *range(host.ndim)):
        check(fs.packbits(x, axis=axis).to_numpy(), np.packbits(host, axis=axis))
        check(fs.unpackbits(x, axis=axis).to_numpy(), np.unpackbits(host, axis=axis))


def test_what_does_not_fit():
    x = fs.zeros(3, dtype="uint8")
    for call in (fs.packbits, fs.unpackbits):
        with pytest.raises(ValueError, match="'big' or 'little', not 'x'"):
            call(x, bitorder="x")
        with pytest.raises(TypeError, match="float32"):
            call(x.astype("float32"))
        with pytest.raises(AxisError):
            call(x, axis=1)
    with pytest.raises(TypeError, match="int8"):
        fs.unpackbits(x.astype("int8"))
