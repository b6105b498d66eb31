"""safetensors: its functions take the address of a host array; farshore's write and read the same files."""

import farshore as fs
import numpy as np
import pytest
from outcome import absent, bulk, unasked, upload, works

safetensors = pytest.importorskip("safetensors.numpy")


def test_there_is_no_address_on_the_host(tmp_path, x):
    absent(lambda: safetensors.save({"x": x}), "ctypes")
    absent(lambda: safetensors.save_file({"x": x}, tmp_path / "x"), "ctypes")
    assert not list(tmp_path.iterdir())


def test_the_address_of_a_copy_that_nobody_keeps_is_not_given_away(tmp_path, x):
    # It would be read when the copy is gone: other elements, without a word.
    for save in (safetensors.save, lambda arrays: safetensors.save_file(arrays, tmp_path / "x")):
        error = unasked(lambda save=save: save({"x": x.implicit()}), AttributeError, "no memory")
        assert "x.to_numpy()" in str(error)
    assert not list(tmp_path.iterdir())


def test_a_host_copy_works(x, h):
    saved = works(lambda: safetensors.save({"x": x.to_numpy()}), bulk(80))
    assert np.array_equal(safetensors.load(saved)["x"], h)
    with fs.transfers() as log:
        assert safetensors.save({"x": x.implicit().to_numpy()}) == saved
    assert len(log) == 1


def test_theirs_to_ours(x, h):
    saved = safetensors.save({"h": h})
    got = works(lambda: fs.asarray(safetensors.load(saved)["h"]), upload(80))
    assert np.array_equal(got.to_numpy(), h)


def test_files_of_ours_are_read_by_theirs(tmp_path, x, x2, h, h2):
    path = tmp_path / "x.safetensors"
    works(lambda: fs.save_safetensors(path, {"x": x, "x2": x2}), ["to host file 80", "to host file 1600"])
    theirs = safetensors.load_file(path)
    assert set(theirs) == {"x", "x2"}
    assert np.array_equal(theirs["x"], h)
    assert np.array_equal(theirs["x2"], h2)


def test_files_of_theirs_are_read_by_ours(tmp_path, h2):
    path = tmp_path / "x.safetensors"
    safetensors.save_file({"h": h2}, path)
    got = works(lambda: fs.load_safetensors(path), ["to device file 1600"])
    assert list(got) == ["h"]
    assert np.array_equal(got["h"].to_numpy(), h2)
