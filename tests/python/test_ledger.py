"""The ledger: every crossing with its bytes, kind, direction and the line that asked, and nothing else."""

import inspect
import operator

import farshore as fs
import numpy as np
import pytest


def here() -> str:
    """file:line of the caller."""
    frame = inspect.currentframe().f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def test_every_kind_of_crossing():
    with fs.transfers() as log:
        x = fs.asarray(np.arange(10.0, dtype=np.float32))
        x.to_numpy()
        float(x[3])
        str(x)
    assert [(one["direction"], one["kind"], one["nbytes"]) for one in log.crossings] == [
        ("to device", "bulk", 40),
        ("to host", "bulk", 40),
        ("to host", "scalar", 4),
        ("to host", "print", 40),
    ]
    assert log.bytes_to_device == 40
    assert log.bytes_to_host == 84
    assert log.scalar_reads == 1
    assert len(log) == 4
    assert {one["device"] for one in log.crossings} == {str(x.device)}
    assert all(one["waited"] >= 0 and one["copied"] >= 0 for one in log.crossings)


ASKING = {
    "to_numpy": lambda x: (x.to_numpy(), here()),
    "get": lambda x: (x.get(), here()),
    "NumPy": lambda x: (np.asarray(x, copy=True), here()),
    "asnumpy": lambda x: (fs.asnumpy(x), here()),
    "asarray": lambda x: (fs.asarray([1, 2]), here()),
    "float": lambda x: (float(x[0]), here()),
    "str": lambda x: (str(x), here()),
    "print": lambda x: (print(x), here()),
    "setitem": lambda x: (operator.setitem(x, slice(1), np.ones(1)), here()),
    "tolist": lambda x: (x.tolist(), here()),
    "another device": lambda x: (fs.asarray(x.to_numpy(), device=x.device).device, here()),
}


@pytest.mark.parametrize("what", ASKING)
def test_the_caller_is_the_line_that_asked(what):
    x = fs.asarray([1.0, 2.0])
    with fs.transfers() as log:
        _, line = ASKING[what](x)
    assert {one["caller"] for one in log.crossings} == {line}


def test_by_caller_puts_the_most_bytes_first():
    x = fs.asarray(np.zeros(1000, np.float32))
    with fs.transfers() as log:
        for _ in range(3):
            x[:10].to_numpy()
        x.to_numpy()
    rows = log.by_caller()
    assert [(count, nbytes) for _, count, nbytes in rows] == [(1, 4000), (3, 120)]
    assert all(caller.startswith(f"{__file__}:") for caller, _, _ in rows)


def test_the_printed_ledger():
    with fs.transfers() as log:
        assert str(log) == "no transfers"
        x = fs.asarray(np.zeros(1000, np.float32))
        x.to_numpy()
    text = str(log)
    head = text.splitlines()[0].split()
    assert " ".join(head) == "direction kind words bytes waited copied asked by"
    assert "to device" in text
    assert "4000" in text
    assert __file__ in text
    assert text.splitlines()[-1] == "2 transfers: 4000 bytes to host, 4000 bytes to device"
    assert repr(log) == "<Ledger: 2 transfers, 4000 bytes to host, 4000 bytes to device>"


def test_ledgers_of_nested_blocks_all_count():
    x = fs.asarray([1.0])
    with fs.transfers() as outer:
        x.to_numpy()
        with fs.transfers("allow") as inner:
            x.to_numpy()
        x.to_numpy()
    x.to_numpy()
    assert (len(outer), len(inner)) == (3, 1)


def test_what_stays_on_the_device_is_not_counted(log):
    x = fs.zeros((100, 100)) + fs.ones((100, 100))
    y = fs.sqrt(x)[::2].T.copy().astype("int16")
    fs.evaluate(y)
    fs.synchronize()
    assert repr(y)
    assert [view.shape for view in y][:2] == [(50,), (50,)]
    assert len(log) == 0


def test_a_number_as_operand_is_no_upload(log):
    fs.evaluate(fs.zeros(10) * 2 + np.float64(1))
    assert len(log) == 0


def test_a_converted_copy_counts_the_bytes_that_moved(log):
    x = fs.zeros(100, dtype="float64")
    x.to_numpy(dtype="float16")
    assert log.bytes_to_host == 200


def test_a_view_counts_its_own_bytes(log):
    fs.zeros((100, 100))[::10, ::10].to_numpy()
    assert log.bytes_to_host == 400


def test_the_bytes_of_an_upload_are_those_that_moved(log):
    fs.asarray(np.ones(100), dtype="float32")
    assert log.bytes_to_device == 400
