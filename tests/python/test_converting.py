"""Arrays of what is there, laid out or checked as asked for: NumPy's."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS

LAYOUTS = ["ascontiguousarray", "asfortranarray"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_of_every_view(name, view):
    host = np.arange(48).reshape(6, 8)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    got, want = getattr(fs, name)(x), getattr(np, name)(host)
    check(got.to_numpy(), want)
    if host.size > 1 and "copy" not in view:
        assert got.shares_memory(x) == np.shares_memory(want, host)
    if host.size > 1:
        pairs = zip(got.strides, want.strides, got.shape, strict=True)
        assert all(mine == theirs for mine, theirs, length in pairs if length > 1)
    assert getattr(fs, name)(got) is got
    got = getattr(fs, name)(x, "float32")
    check(got.to_numpy(), getattr(np, name)(host, "float32"))


def test_layouts_of_the_host(log):
    for name in LAYOUTS:
        check(getattr(fs, name)([[1, 2], [3, 4]]).to_numpy(), np.array([[1, 2], [3, 4]]))
        check(getattr(fs, name)(np.arange(6).reshape(2, 3).T).to_numpy(), np.arange(6).reshape(2, 3).T)
        assert getattr(fs, name)(2.5).shape == (1,)


@pytest.mark.parametrize("view", VIEWS)
def test_copies(view):
    host = np.arange(48).reshape(6, 8)
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    for order in "KACF":
        for got in (fs.copy(x, order), np.copy(x, order)):
            check(got.to_numpy(), host)
            assert not got.shares_memory(x)
    if host.ndim > 1 and min(host.shape) > 1:
        assert fs.isfortran(fs.copy(x, "F"))
        assert not fs.isfortran(fs.copy(x, "C"))
    with pytest.raises(ValueError, match="not 'x'"):
        fs.copy(x, "x")


def test_copies_of_the_host():
    check(fs.copy(np.arange(3)).to_numpy(), np.arange(3))


def test_finite_numbers(log):
    for host in ([1.0, 2.0], [1, 2], [], [1j], 2.5):
        x = fs.asarray(host)
        assert fs.asarray_chkfinite(x) is x
    for host in ([1.0, np.nan], [[np.inf]], -np.inf, [complex(1, np.inf)]):
        with pytest.raises(ValueError, match="infinite"):
            fs.asarray_chkfinite(fs.asarray(host))
        with pytest.raises(ValueError, match="infinite"):
            fs.asarray_chkfinite(host)
    assert fs.asarray_chkfinite([1, 2], "float32").dtype == np.float32


def test_bytes_and_iterables(log):
    host = np.arange(6, dtype=np.float32)
    check(fs.frombuffer(host.tobytes(), "float32").to_numpy(), host)
    check(fs.frombuffer(host.tobytes(), np.float32, 2, 8).to_numpy(), host[2:4])
    check(fs.frombuffer(memoryview(np.arange(3.0))).to_numpy(), np.arange(3.0))
    with pytest.raises(ValueError, match="multiple"):
        fs.frombuffer(b"abc", "float32")
    check(fs.fromiter((n * n for n in range(5)), "int32").to_numpy(), np.arange(5, dtype="int32") ** 2)
    check(fs.fromiter(range(9), "int8", 4).to_numpy(), np.arange(4, dtype="int8"))
    with pytest.raises(ValueError, match="too short"):
        fs.fromiter([1], "int8", 4)
    assert all(one["direction"] == "to device" for one in log.crossings[:3:2])
