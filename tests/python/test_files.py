"""Files straight to and from the device: the bytes are NumPy's; what goes wrong leaves nothing half done."""

import errno
import filecmp
import inspect
import io
import os
import subprocess
import sys
from pathlib import Path

import farshore as fs
import numpy as np
import pytest
from farshore import _npy
from hypothesis import given
from hypothesis import strategies as st
from layouts import HOST, VIEWS
from samples import DTYPES, bit_patterns, bits, random
from streams import Dribble, Full, Slow, bytes_of, file_of

MIB = 1 << 20


def here() -> str:
    """file:line of the caller."""
    frame = inspect.currentframe().f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


@pytest.fixture
def x():
    return fs.asarray(np.arange(24, dtype=np.float32).reshape(4, 6))


@pytest.fixture
def small_chunks(monkeypatch):
    """64 bytes cross at once, so that a small array has many chunks."""
    monkeypatch.setattr(_npy, "CHUNK", 64)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_file_is_the_one_that_numpy_writes(dtype):
    host = bit_patterns(dtype)
    assert bytes_of(fs.save, fs.asarray(host)) == bytes_of(np.save, host)


@pytest.mark.parametrize("view", VIEWS)
def test_the_file_of_a_view_is_the_one_that_numpy_writes(view, rng):
    host = random("int16", 48, rng).reshape(6, 8)
    want = np.asarray(VIEWS[view](host)).copy(order="C")
    assert bytes_of(fs.save, VIEWS[view](fs.asarray(host))) == bytes_of(np.save, want)


@pytest.mark.parametrize("view", VIEWS)
def test_views_in_many_chunks(view, rng, small_chunks):
    host = random("complex64", 48, rng).reshape(6, 8)
    want = np.asarray(VIEWS[view](host)).copy(order="C")
    assert bytes_of(fs.save, VIEWS[view](fs.asarray(host))) == bytes_of(np.save, want)


def test_an_array_that_waits_is_computed():
    host = np.arange(10, dtype=np.float32)
    assert bytes_of(fs.save, fs.asarray(host) * 2 + 1) == bytes_of(np.save, host * 2 + 1)


@pytest.mark.parametrize("layout", HOST)
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_numpy_wrote_is_loaded_bit_for_bit(dtype, layout, rng):
    host = HOST[layout](lambda size: np.resize(bit_patterns(dtype), size))
    x = fs.load(file_of(host))
    assert x.shape == host.shape
    assert x.dtype == np.dtype(dtype)
    native = host if host.dtype.isnative else host.byteswap().view(host.dtype.newbyteorder("="))
    assert np.array_equal(bits(x.to_numpy()), bits(native))


@pytest.mark.parametrize("dtype", ["float32", ">f4", ">c16", "bool"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("length", [1, 15, 16, 17, 100])
def test_loading_in_many_chunks(dtype, order, length, small_chunks):
    host = np.asarray(np.arange(3 * length).reshape(3, length), dtype, order)
    x = fs.load(file_of(host))
    assert np.array_equal(x.to_numpy(), host)
    assert length == 1 or x.strides == host.strides, "Fortran order stays what it is"


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_header(version):
    host = np.arange(6, dtype=np.uint16).reshape(2, 3)
    assert np.array_equal(fs.load(file_of(host, version)).to_numpy(), host)


def test_a_long_array_crosses_in_chunks_of_32_mib(tmp_path, rng, log):
    host = rng.integers(0, 256, 70 * MIB + 7, np.uint8).reshape(7, -1)
    np.save(tmp_path / "numpy.npy", host)
    x = fs.asarray(host)
    fs.save(tmp_path / "ours.npy", x)
    assert filecmp.cmp(tmp_path / "ours.npy", tmp_path / "numpy.npy", shallow=False)
    back = fs.load(tmp_path / "numpy.npy")
    sizes = [32 * MIB, 32 * MIB, 6 * MIB + 7]
    assert [(one["direction"], one["kind"], one["nbytes"]) for one in log.crossings] == [
        ("to device", "bulk", host.nbytes),
        *(("to host", "file", nbytes) for nbytes in sizes),
        *(("to device", "file", nbytes) for nbytes in sizes),
    ]
    assert np.array_equal(back.to_numpy(), host)


def test_a_long_array_of_another_order_of_axes_and_bytes(tmp_path, rng):
    host = np.asarray(rng.integers(0, 1 << 60, (1000, 5001)).T, ">i8")
    np.save(tmp_path / "x.npy", host)
    assert np.array_equal(fs.load(tmp_path / "x.npy").to_numpy(), host)


@pytest.mark.parametrize("path", [str, Path])
@pytest.mark.parametrize("name", ["x", "x.npy", "x.npz", "x.txt"])
def test_paths_are_completed_as_numpy_does(path, name, tmp_path, x):
    for folder, save, array in (("ours", fs.save, x), ("numpys", np.save, x.to_numpy())):
        (tmp_path / folder).mkdir()
        save(path(tmp_path / folder / name), array)
    assert os.listdir(tmp_path / "ours") == os.listdir(tmp_path / "numpys")


def test_arrays_follow_one_another_in_a_file(tmp_path, x):
    with open(tmp_path / "two", "wb") as file:
        fs.save(file, x)
        np.save(file, np.arange(3))
    with open(tmp_path / "two", "rb") as file:
        assert np.array_equal(fs.load(file).to_numpy(), x.to_numpy())
        assert fs.load(file).tolist() == [0, 1, 2]
        with pytest.raises(EOFError, match="everything in it was read already"):
            fs.load(file)


def test_a_pipe(x):
    reading, writing = os.pipe()
    with open(writing, "wb") as file:
        fs.save(file, x)
    with open(reading, "rb") as file:
        assert np.array_equal(fs.load(file).to_numpy(), x.to_numpy())


def test_streams_that_take_and_give_little_at_a_time(x, small_chunks):
    stream = Dribble()
    fs.save(stream, x)
    assert stream.content == bytes_of(np.save, x.to_numpy())
    assert np.array_equal(fs.load(stream).to_numpy(), x.to_numpy())


def test_a_part_that_waits_to_be_written_is_left_alone(small_chunks):
    stream = Slow()
    y = fs.asarray(np.arange(1000, dtype=np.int16))
    fs.save(stream, y)
    assert stream.getvalue() == bytes_of(np.save, y.to_numpy())


def test_objects_with_no_more_than_read_and_write(small_chunks):
    class Sink:
        def __init__(self):
            self.parts = []

        def write(self, data):
            self.parts.append(data)

    class Source:
        def __init__(self, content):
            self.read = io.BytesIO(content).read

    host = np.arange(1000, dtype=np.int16)
    sink = Sink()
    fs.save(sink, fs.asarray(host))
    content = b"".join(sink.parts)
    assert content == bytes_of(np.save, host), "a part that is kept is not written over"
    assert np.array_equal(fs.load(Source(content)).to_numpy(), host)


@pytest.mark.parametrize("stream", [io.BytesIO, Dribble])
@pytest.mark.parametrize("missing", [1, 64, 95, 96])
def test_a_file_that_is_too_short_says_by_how_much(stream, missing, x, small_chunks):
    content = bytes_of(fs.save, x)[:-missing]
    with pytest.raises(
        ValueError, match=rf"promises 96 bytes, shape \(4, 6\) of float32, and {96 - missing} "
    ):
        fs.load(stream(content))


def test_a_promise_that_no_device_can_keep_allocates_nothing(device):
    file = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**15, 10**15)}
    np.lib.format.write_array_header_1_0(file, header)
    file.seek(0)
    before = device.memory()
    with pytest.raises(ValueError, match=f"promises {8 * 10**30} bytes"):
        fs.load(file)
    assert device.memory() == before


@pytest.mark.parametrize(
    "content", [b"GIF89a......", b"\x93NUM", b"\x93NUMPY\1", b"\x93numpy\1\0", b"\0" * 128]
)
def test_what_is_no_npy_file_is_named(content):
    with pytest.raises(ValueError, match=r"neither \.npy nor \.npz"):
        fs.load(io.BytesIO(content))


def test_an_empty_file():
    with pytest.raises(EOFError, match="the file is empty"):
        fs.load(io.BytesIO())


def test_a_version_that_does_not_exist_yet(x):
    content = bytearray(bytes_of(fs.save, x))
    content[6] = 4
    with pytest.raises(ValueError, match=r"of version 4\.0; \.npy has 1\.0, 2\.0 and 3\.0"):
        fs.load(io.BytesIO(content))


def test_a_negative_length(x):
    content = bytes_of(fs.save, x).replace(b"(4, 6)", b"(-4,6)")
    with pytest.raises(ValueError, match=r"its header names the shape \(-4, 6\)"):
        fs.load(io.BytesIO(content))


@pytest.mark.filterwarnings("ignore")  # Python's own parser warns of some
@given(st.lists(st.tuples(st.integers(6, 127), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_header_is_a_value_error(damages):
    content = bytearray(bytes_of(np.save, np.arange(24, dtype=np.uint8)))
    for place, value in damages:
        content[place] = value
    try:
        want = np.load(io.BytesIO(content))
    except Exception:
        with pytest.raises((ValueError, TypeError)):
            fs.load(io.BytesIO(content))
    else:
        if want.dtype.name in DTYPES:
            assert np.array_equal(
                fs.load(io.BytesIO(content)).to_numpy(), want, equal_nan=want.dtype.kind in "fc"
            )


REFUSED = {
    "object": np.array([1, None]),
    "<U2": np.array(["ab"]),
    "datetime64": np.array(["2026-02-08"], "datetime64[D]"),
    "'weight'": np.zeros(2, [("weight", "f4"), ("height", "f8")]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_dtypes_that_are_not_ours_are_refused_by_name(name, log):
    with pytest.raises(TypeError) as caught:
        fs.load(file_of(REFUSED[name]))
    assert name in str(caught.value)
    assert "numpy.load" in str(caught.value)
    assert len(log) == 0


def test_a_closed_file(x):
    file = io.BytesIO(bytes_of(fs.save, x))
    file.close()
    with pytest.raises(ValueError, match="closed file"):
        fs.load(file)
    with pytest.raises(ValueError, match="closed file"):
        fs.save(file, x)


def test_a_host_array_is_not_saved(tmp_path):
    with pytest.raises(TypeError, match=r"arrays of farshore, not ndarray; .* numpy\.save"):
        fs.save(tmp_path / "x.npy", np.zeros(3))
    assert not os.listdir(tmp_path)


def test_a_refused_transfer_touches_no_file(tmp_path, x):
    kept = tmp_path / "kept.npy"
    kept.write_bytes(b"precious")
    with fs.transfers("forbid") as log:
        for path in (kept, tmp_path / "new.npy"):
            with pytest.raises(fs.ForbiddenTransferError):
                fs.save(path, x)
            with pytest.raises(fs.ForbiddenTransferError):
                fs.save(path, x[:0])
    assert len(log) == 0
    assert os.listdir(tmp_path) == ["kept.npy"]
    assert kept.read_bytes() == b"precious"


def test_loading_is_refused_where_transfers_are_forbidden(x):
    file = io.BytesIO(bytes_of(fs.save, x))
    with fs.transfers("forbid") as log, pytest.raises(fs.ForbiddenTransferError):
        fs.load(file)
    assert len(log) == 0


def test_a_save_beyond_the_budget_leaves_no_file(tmp_path, x, small_chunks):
    with fs.transfers(max_bytes=80), pytest.raises(fs.ForbiddenTransferError, match="80 bytes"):
        fs.save(tmp_path / "x.npy", x)
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("room", [0, 128, 128 + 64])
def test_a_full_disk_leaves_the_device_usable(room, x, small_chunks):
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        fs.save(Full(room), x)
    assert np.array_equal((x + 1).to_numpy(), x.to_numpy() + 1)


@pytest.mark.parametrize("save", [fs.save, fs.savez, fs.savez_compressed])
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_file_that_cannot_be_finished_is_removed(save, tmp_path, x):
    for name in ("x.npy", "x.npz"):
        (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        save(tmp_path / "x", x)
    assert len(os.listdir(tmp_path)) == 1, "the other one"
    assert np.array_equal((x + 1).to_numpy(), x.to_numpy() + 1)


def test_an_interrupted_save_leaves_no_file(tmp_path, x, small_chunks):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fs.save(tmp_path / "x.npy", x, progress=interrupt)
    assert not os.listdir(tmp_path)


def test_what_cannot_be_opened_is_not_removed(tmp_path, x):
    (tmp_path / "x.npy").mkdir()
    with pytest.raises(IsADirectoryError):
        fs.save(tmp_path / "x.npy", x)
    with pytest.raises(FileNotFoundError):
        fs.save(tmp_path / "missing" / "x.npy", x)
    assert os.listdir(tmp_path) == ["x.npy"]


def test_progress_rises_to_the_end(x, small_chunks):
    file = io.BytesIO()
    calls = []
    fs.save(file, x, progress=lambda *state: calls.append(state))
    assert calls == [(64, 96), (96, 96)]
    file.seek(0)
    calls.clear()
    fs.load(file, progress=lambda *state: calls.append(state))
    assert calls == [(64, 96), (96, 96)]


def test_a_progress_that_cannot_be_shown_touches_no_file(tmp_path, x):
    with pytest.raises(TypeError, match="progress is True, False or a function"):
        fs.save(tmp_path / "x.npy", x, progress="bar")
    assert not os.listdir(tmp_path)


ASKING = {
    "save": lambda x, npz: (fs.save(io.BytesIO(), x), here()),
    "savez": lambda x, npz: (fs.savez(io.BytesIO(), x, b=x), here()),
    "savez_compressed": lambda x, npz: (fs.savez_compressed(io.BytesIO(), x), here()),
    "load": lambda x, npz: (fs.load(io.BytesIO(bytes_of(np.save, np.zeros(3)))), here()),
    "index": lambda x, npz: (npz["x"], here()),
    "get": lambda x, npz: (npz.get("x"), here()),
    "dict": lambda x, npz: (dict(npz), here()),
    "items": lambda x, npz: (list(npz.items()), here()),
    "values": lambda x, npz: ([one.shape for one in npz.values()], here()),
}


@pytest.mark.parametrize("what", ASKING)
def test_the_line_that_asked_is_written_down(what, x):
    npz = fs.load(io.BytesIO(bytes_of(np.savez, x=np.zeros(3))))
    with fs.transfers() as log:
        _, line = ASKING[what](x, npz)
    assert {(one["kind"], one["caller"]) for one in log.crossings} == {("file", line)}


def test_saving_while_the_interpreter_exits(tmp_path):
    program = (
        "import atexit, sys, farshore as fs; from farshore import _npy; _npy.CHUNK = 64\n"
        "x = fs.full(1000, 7, dtype='int32')\n"
        "atexit.register(lambda: fs.save(sys.argv[1], x))"
    )
    environment = os.environ | {"FARSHORE_DEVICE": "software"}
    subprocess.run([sys.executable, "-c", program, tmp_path / "x.npy"], env=environment, check=True)
    assert np.array_equal(np.load(tmp_path / "x.npy"), np.full(1000, 7, np.int32))


def test_a_budget_is_asked_for_the_whole_array_before_any_part_moves(tmp_path):
    x = fs.zeros(40 << 20, dtype=fs.uint8)
    path = tmp_path / "x.npy"
    np.save(path, np.zeros(5))
    with fs.transfers(max_bytes=36 << 20) as log:
        with pytest.raises(fs.ForbiddenTransferError, match="of the 37748736 bytes"):
            fs.save(path, x)
        assert len(log) == 0
        assert np.load(path).shape == (5,), "what was there still is"
        fs.save(path, x[: 20 << 20])
        with pytest.raises(fs.ForbiddenTransferError):
            fs.load(path)
    assert log.bytes_to_device == 0
