"""Files of the package safetensors, which need not be there."""

import inspect
import json
import struct
import sys

import farshore as fs
import numpy as np
import pytest
from layouts import VIEWS
from samples import DTYPES, bit_patterns, bits


@pytest.fixture
def package():
    return pytest.importorskip("safetensors.numpy")


def here() -> str:
    """file:line of the caller."""
    frame = inspect.currentframe().f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def test_without_the_package_the_remedy_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.delitem(sys.modules, "safetensors.numpy", raising=False)
    with pytest.raises(ImportError, match="pip install safetensors"):
        fs.save_safetensors(tmp_path / "x", {"x": fs.zeros(3)})
    with pytest.raises(ImportError, match="pip install safetensors"):
        fs.load_safetensors(tmp_path / "x")


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if dtype != "complex128"])
def test_every_dtype_there_and_back(dtype, package, tmp_path):
    host = bit_patterns(dtype)
    fs.save_safetensors(tmp_path / "x", {"x": fs.asarray(host)})
    assert np.array_equal(bits(package.load_file(tmp_path / "x")["x"]), bits(host))
    x = fs.load_safetensors(tmp_path / "x")["x"]
    assert x.dtype == np.dtype(dtype)
    assert np.array_equal(bits(x.to_numpy()), bits(host))


def test_every_view(package, tmp_path):
    host = np.arange(48).reshape(6, 8)
    x = fs.asarray(host)
    # The names of files of this format are texts of any kind.
    fs.save_safetensors(tmp_path / "views", {name: view(x) for name, view in VIEWS.items()})
    loaded = fs.load_safetensors(tmp_path / "views")
    assert loaded.keys() == VIEWS.keys()
    for name, view in VIEWS.items():
        assert loaded[name].shape == view(host).shape
        assert np.array_equal(loaded[name].to_numpy(), view(host))


def test_metadata_is_kept(package, tmp_path):
    from safetensors import safe_open

    fs.save_safetensors(tmp_path / "x", {"x": fs.zeros(3)}, metadata={"made by": "a test"})
    with safe_open(tmp_path / "x", framework="np") as file:
        assert file.metadata() == {"made by": "a test"}


def test_each_array_is_counted_as_file_at_the_line_that_asked(package, tmp_path):
    arrays = {"a": fs.zeros(3), "b": fs.zeros((2, 2))}
    with fs.transfers() as log:
        _, line = fs.save_safetensors(tmp_path / "x", arrays), here()
        assert {(one["kind"], one["caller"]) for one in log.crossings} == {("file", line)}
        _, line = fs.load_safetensors(tmp_path / "x"), here()
        assert log.crossings[-1]["caller"] == line
    assert (log.bytes_to_host, log.bytes_to_device, len(log)) == (28, 28, 4)


def test_a_refused_transfer_touches_no_file(package, tmp_path):
    with fs.transfers("forbid"), pytest.raises(fs.ForbiddenTransferError):
        fs.save_safetensors(tmp_path / "x", {"x": fs.zeros(3)})
    assert not (tmp_path / "x").exists()


def test_what_the_format_lacks(package, tmp_path, log):
    with pytest.raises(TypeError, match="spectrum is complex128"):
        fs.save_safetensors(tmp_path / "x", {"spectrum": fs.zeros(3, dtype="complex128")})
    with pytest.raises(TypeError, match="mean is ndarray"):
        fs.save_safetensors(tmp_path / "x", {"mean": np.zeros(3)})
    assert len(log) == 0


def test_a_dtype_that_numpy_lacks_is_named(package, tmp_path):
    header = json.dumps({"w": {"dtype": "F8_E4M3", "shape": [4], "data_offsets": [0, 4]}}).encode()
    (tmp_path / "x").write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
    with pytest.raises(TypeError, match="w holds elements of dtype F8_E4M3"):
        fs.load_safetensors(tmp_path / "x")
