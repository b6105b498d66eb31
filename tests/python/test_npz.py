"""Archives of arrays: the members are NumPy's, and none is read before it is asked for."""

import io
import os
import zipfile
import zlib

import farshore as fs
import numpy as np
import pytest
from streams import bytes_of


@pytest.fixture
def x():
    return fs.asarray(np.arange(24, dtype=np.float32).reshape(4, 6))


@pytest.mark.parametrize("name", ["savez", "savez_compressed"])
def test_the_members_of_an_archive_are_those_that_numpy_writes(name, x, rng):
    ours = bytes_of(getattr(fs, name), x.T, fs.zeros(()), weights=x[::2], host=np.asfortranarray(np.eye(3)))
    h = x.to_numpy()
    numpys = bytes_of(
        getattr(np, name), h.T.copy(), np.zeros((), "f4"), weights=h[::2], host=np.asfortranarray(np.eye(3))
    )
    with zipfile.ZipFile(io.BytesIO(ours)) as mine, zipfile.ZipFile(io.BytesIO(numpys)) as theirs:
        assert mine.namelist() == theirs.namelist() == ["weights.npy", "host.npy", "arr_0.npy", "arr_1.npy"]
        for one, other in zip(mine.infolist(), theirs.infolist(), strict=True):
            assert mine.read(one) == theirs.read(other)
            for fact in ("compress_type", "compress_size", "flag_bits", "extra", "create_version"):
                assert getattr(one, fact) == getattr(other, fact)


def test_host_arrays_in_an_archive_do_not_cross(x, log):
    fs.savez(io.BytesIO(), np.zeros(1000), device=x)
    assert [(one["kind"], one["nbytes"]) for one in log.crossings] == [("file", 96)]


def test_an_archive_of_nothing():
    assert fs.load(io.BytesIO(bytes_of(fs.savez))).files == []


def test_what_an_archive_does_not_take(tmp_path, x):
    with pytest.raises(ValueError, match="arr_0"):
        fs.savez(tmp_path / "a", x, arr_0=x)
    with pytest.raises(TypeError, match="b is list"):
        fs.savez(tmp_path / "a", x, b=[1, 2])
    with pytest.raises(TypeError, match="b holds object"):
        fs.savez(tmp_path / "a", x, b=np.array([None]))
    assert not os.listdir(tmp_path)


def test_a_refused_transfer_touches_no_archive(tmp_path, x):
    (tmp_path / "kept.npz").write_bytes(b"precious")
    with fs.transfers("forbid"):
        for name in ("kept", "new"):
            with pytest.raises(fs.ForbiddenTransferError):
                fs.savez(tmp_path / name, np.zeros(3), x)
    assert os.listdir(tmp_path) == ["kept.npz"]
    assert (tmp_path / "kept.npz").read_bytes() == b"precious"


def test_an_archive_reads_nothing_before_it_is_asked(tmp_path, x):
    fs.savez(tmp_path / "two", first=x, second=x + 1)
    with fs.transfers() as log, fs.load(tmp_path / "two.npz") as npz:
        assert npz.files == list(npz) == list(npz.keys()) == ["first", "second"]
        assert len(npz) == 2
        assert "second" in npz
        assert "second.npy" in npz
        assert "third" not in npz
        assert npz.get("third") is None
        assert "first, second" in repr(npz)
        assert len(log) == 0
        assert np.array_equal(npz["second"].to_numpy(), x.to_numpy() + 1)
        assert np.array_equal(npz["first.npy"].to_numpy(), x.to_numpy())
        assert [one["kind"] for one in log.crossings] == ["file", "bulk", "bulk"] * 2
        with pytest.raises(KeyError, match="third is not in the archive, which holds first, second"):
            npz["third"]
    with pytest.raises(ValueError, match="closed"):
        npz["first"]


def test_members_that_are_no_arrays_are_bytes(x):
    file = io.BytesIO()
    fs.savez(file, x)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("README", "what this is")
        archive.writestr("short", "no")
    file.seek(0)
    npz = fs.load(file)
    assert npz.files == ["arr_0", "README", "short"]
    assert npz["README"] == b"what this is"
    assert npz["short"] == b"no"


def test_an_archive_that_is_never_closed_warns_of_nothing(tmp_path, x):
    fs.savez(tmp_path / "x", x)
    assert fs.load(tmp_path / "x.npz")["arr_0"].shape == (4, 6)


@pytest.mark.parametrize("save", [fs.savez, fs.savez_compressed])
def test_a_damaged_member_is_found(save):
    content = bytearray(bytes_of(save, fs.asarray(np.arange(1000, dtype=np.int16))))
    content[len(content) // 2] ^= 1
    with pytest.raises((zipfile.BadZipFile, zlib.error)):
        fs.load(io.BytesIO(content))["arr_0"]
