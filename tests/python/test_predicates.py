"""What elements are, and what is known of an array without them: NumPy's answers."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from numpy.exceptions import AxisError
from samples import DTYPES, special


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["isreal", "iscomplex", "isposinf", "isneginf"])
def test_predicates(name, dtype):
    host = special(dtype)
    for shape in (host.shape, (1, -1), (-1, 1)):
        x = fs.asarray(host.reshape(shape))
        if host.dtype.kind == "c" and name in ("isposinf", "isneginf"):
            with pytest.raises(TypeError, match=f"{name} does not accept {dtype}"):
                getattr(fs, name)(x)
            continue
        check(getattr(fs, name)(x).to_numpy(), getattr(np, name)(host.reshape(shape)))
        check(getattr(np, name)(x).to_numpy(), getattr(np, name)(host.reshape(shape)))
    for shape in ((), (0,), (2, 0)):
        host = np.zeros(shape, dtype)
        if host.dtype.kind != "c" or name in ("isreal", "iscomplex"):
            check(getattr(fs, name)(fs.asarray(host)).to_numpy(), np.asarray(getattr(np, name)(host)))


def test_written_into_an_array():
    x = fs.asarray([np.inf, 1.0])
    out = fs.zeros(2, dtype=fs.bool)
    assert fs.isposinf(x, out=out) is out
    assert fs.isneginf(-x, out).tolist() == out.tolist() == [True, False]


@pytest.mark.parametrize("view", VIEWS)
def test_facts_of_every_view(view, log):
    host = np.arange(48, dtype=np.float32).reshape(6, 8)
    x = fs.asarray(host)
    moved = len(log)
    x, host = VIEWS[view](x), VIEWS[view](host)
    assert fs.shape(x) == np.shape(host) == np.shape(x)
    assert fs.ndim(x) == np.ndim(host)
    assert fs.size(x) == np.size(host)
    for axis in range(-host.ndim, host.ndim):
        assert fs.size(x, axis) == np.size(host, axis)
    if "copy" not in view:
        assert fs.isfortran(x) == np.isfortran(host), (x.strides, host.strides)
    assert (fs.iscomplexobj(x), fs.isrealobj(x), fs.isscalar(x)) == (False, True, False)
    assert len(log) == moved


def test_facts():
    x = fs.zeros((2, 3), dtype=fs.complex64)
    assert (fs.iscomplexobj(x), fs.isrealobj(x)) == (True, False)
    assert fs.size(x, (0, 1)) == 6
    with pytest.raises(AxisError):
        fs.size(x, 2)
    for value in (1, 2.5, 1j, [1, 2], [[1j]], "a", None, np.ones((2, 3)), np.float32(1)):
        if value is not None and not isinstance(value, str):
            assert fs.shape(value) == np.shape(value)
            assert fs.ndim(value) == np.ndim(value)
            assert fs.size(value) == np.size(value)
            assert fs.iscomplexobj(value) == np.iscomplexobj(value)
        assert fs.isscalar(value) == np.isscalar(value)
    for call in (fs.shape, fs.ndim, fs.size, fs.iscomplexobj, fs.isrealobj):
        assert call(x.implicit()) == call(x)


def test_memory():
    x = fs.zeros((2, 3))
    for call in (fs.shares_memory, fs.may_share_memory):
        assert call(x[0], x) is True
        assert call(x[0], x[0].copy()) is False
        assert call(x.implicit(), x) is True
        assert call(x, np.zeros(3)) is False
        assert call(np.zeros(3), x) is False
