"""`repr` reads nothing; `print` shows what NumPy shows and moves only the elements that are shown."""

import farshore as fs
import numpy as np
import pytest
from layouts import VIEWS
from samples import DTYPES, values


def test_repr_reads_nothing(log, device):
    x = fs.asarray(np.ones((3, 4), np.float32))
    y = x + 1
    before = len(log), device.counters()
    assert repr(x) == f"Array(shape=(3, 4), float32, {device}, ready)"
    assert repr(y) == f"Array(shape=(3, 4), float32, {device}, pending)"
    assert repr(fs.zeros(5, dtype="uint8")[::2]).startswith("Array(shape=(3,), uint8, ")
    assert repr(fs.asarray(1)).startswith("Array(shape=(), int64, ")
    assert (len(log) - 1, device.counters()["dispatches"]) == (before[0], before[1]["dispatches"])
    assert y.is_pending


@pytest.mark.parametrize("dtype", DTYPES)
def test_small_arrays_print_as_numpys(dtype, rng):
    host = values(dtype, 48, rng).reshape(6, 8)
    for view in VIEWS.values():
        assert str(view(fs.asarray(host))) == str(np.asarray(view(host)))


SHAPES = {
    (1001,): 6,
    (2000,): 6,
    (1000, 1000): 36,
    (40, 30): 36,
    (2, 3000): 12,
    (5000, 2): 12,
    (20, 20, 20): 216,
    (3, 4, 100): 72,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_long_arrays_print_as_numpys_and_move_only_the_corners(shape, log):
    host = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    x = fs.asarray(host)
    before = log.bytes_to_host
    assert str(x) == str(host)
    assert log.bytes_to_host - before == 4 * SHAPES[shape]
    assert {one["kind"] for one in log.crossings[1:]} == {"print"}


def test_a_long_float_array_prints_as_numpys():
    # NumPy chooses the digits by the elements that it shows.
    host = np.linspace(-1, 1e5, 5000, dtype=np.float32)
    assert str(fs.asarray(host)) == str(host)


def test_print_options_hold():
    host = np.arange(100, dtype=np.float32) / 3
    x = fs.asarray(host)
    with np.printoptions(threshold=10, edgeitems=2, precision=2):
        assert str(x) == str(host)
    with np.printoptions(threshold=1000, precision=1, suppress=True):
        assert str(x) == str(host)
        assert f"{x}" == str(host)


def test_printing_never_raises(capsys):
    x = fs.asarray(np.arange(5000, dtype=np.float32)) * 2
    for policy in ("explicit", "warn", "allow"):
        with fs.transfers(policy):
            print(x)
            assert capsys.readouterr().out == f"{np.arange(5000, dtype=np.float32) * 2}\n"
    with fs.transfers("forbid") as log:
        print(x, f"{x}", str(x[:5]))
    assert capsys.readouterr().out.count("Array(shape=(5000,), float32") == 2
    assert len(log) == 0


def test_empty_and_single(log):
    for host in (
        np.zeros(0, np.float32),
        np.zeros((3, 0), np.int8),
        np.array(1.5, np.float32),
        np.array([True]),
    ):
        assert str(fs.asarray(host)) == str(host)
        assert f"{fs.asarray(host)}" == str(host)


def test_a_format_is_for_one_number():
    assert f"{fs.asarray(2.5):.3f}" == "2.500"
    assert f"{fs.asarray(255):#x}" == "0xff"
    assert f"{fs.asarray([7]):03d}" == "007"
