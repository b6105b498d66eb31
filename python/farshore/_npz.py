"""NumPy's .npz archives: several arrays in one file."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from farshore import _core
from farshore._core import Array, Device
from farshore._npy import chunks, is_npy, prefix, read, write
from farshore._progress import Progress
from farshore._streams import File, writable

Member: TypeAlias = "Array | bytes"


def savez(file: File, *args: Array | npt.NDArray[Any], **named: Array | npt.NDArray[Any]) -> None:
    """Write arrays into one archive, without compression: NumPy reads it with `numpy.load`.

    file: a path, to which ".npz" is added if it lacks it, or a file opened for writing in binary mode.
    args: named arr_0, arr_1 and so on. named: under their names. Each is an array on a device, or one of
    NumPy, which is written as it is.
    No file is touched when the transfer is refused; one that cannot be finished is removed.
    Raises TypeError for anything else and for arrays of objects, ValueError for a name that is given twice.

    >>> import tempfile, numpy as np, farshore as fs
    >>> with tempfile.TemporaryFile() as file:
    ...     fs.savez(file, fs.zeros(3), weights=fs.ones(2))
    ...     file.seek(0)
    ...     np.load(file)["weights"]
    0
    array([1., 1.], dtype=float32)
    """
    _savez(file, args, named, compress=False)


def savez_compressed(file: File, *args: Array | npt.NDArray[Any], **named: Array | npt.NDArray[Any]) -> None:
    """Write arrays into one compressed archive; otherwise as `savez`.

    >>> import tempfile, farshore as fs
    >>> with tempfile.TemporaryFile() as file:
    ...     fs.savez_compressed(file, zeros=fs.zeros(100_000))
    ...     file.tell() < 1000
    True
    """
    _savez(file, args, named, compress=True)


def _savez(file: File, args: tuple[Any, ...], named: dict[str, Any], compress: bool) -> None:
    from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile  # slow to import, and seldom needed

    arrays = dict(named)
    for i, value in enumerate(args):
        name = f"arr_{i}"
        if name in arrays:
            raise ValueError(f"the name {name} is that of an array without one, so no other can have it")
        arrays[name] = value
    for name, value in arrays.items():
        _check(name, value)
    # A transfer that is refused touches no file.
    first = next((name for name, value in arrays.items() if isinstance(value, Array)), None)
    begun = None if first is None else chunks(arrays[first])
    compression = ZIP_DEFLATED if compress else ZIP_STORED
    with writable(file, ".npz") as stream, ZipFile(stream, "w", compression) as archive:
        for name, value in arrays.items():
            # NumPy does the same: the size is unknown beforehand, and may need 64 bits.
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                if isinstance(value, Array):
                    parts = begun if begun and name == first else chunks(value)
                    write(member, value, parts, None)
                else:
                    npy.write_array(member, np.asanyarray(value), allow_pickle=False)


def _check(name: str, value: Any) -> None:
    if not isinstance(value, (Array, np.ndarray, np.generic)):
        raise TypeError(f"savez writes arrays of farshore and of NumPy; {name} is {type(value).__name__}")
    if value.dtype.hasobject:
        raise TypeError(f"savez writes no objects, which would need pickle; {name} holds {value.dtype}")


class NpzFile(Mapping[str, Member]):
    """An archive of arrays, read when they are asked for: what `load` gives for a .npz file.

    `npz[name]` reads that array to the device, each time anew. A member that is no .npy file is given as
    bytes. Leaving the `with` block closes the file.

    files: the names, without ".npy".

    >>> import tempfile, farshore as fs
    >>> with tempfile.TemporaryFile() as file:
    ...     fs.savez(file, mean=fs.zeros(3), scale=fs.ones(3))
    ...     file.seek(0)
    ...     with fs.load(file) as npz:
    ...         npz.files, npz["scale"]
    0
    (['mean', 'scale'], Array(shape=(3,), float32, ..., ready))
    """

    def __init__(self, file: File, device: Device | str | None, progress: Progress) -> None:
        from zipfile import ZipFile

        self._archive = ZipFile(file)
        # The device of this block, not of the one in which an array is asked for.
        self._device = _core.default_device() if device is None else device
        self._progress = progress
        members = self._archive.namelist()
        self.files = [name.removesuffix(".npy") for name in members]
        self._members = dict(zip(self.files, members, strict=True)) | {name: name for name in members}

    def close(self) -> None:
        """Close the file, if it was opened by name. What was read stays."""
        self._archive.close()

    def __enter__(self) -> NpzFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def __getitem__(self, name: str, /) -> Member:
        if name not in self._members:
            raise KeyError(f"{name} is not in the archive, which holds {', '.join(self.files)}")
        with self._archive.open(self._members[name]) as member:
            start = prefix(member)
            if is_npy(start):
                return read(member, start, self._device, self._progress)
            return start + member.read()

    def get(self, name: str, default: Any = None, /) -> Any:
        """`npz[name]`, or `default` when there is no such array."""
        return self[name] if name in self._members else default

    def items(self) -> ItemsView[str, Member]:
        """Pairs of name and array, each read when its turn comes."""
        return Items(self)

    def values(self) -> ValuesView[Member]:
        """The arrays, each read when its turn comes."""
        return Values(self)

    def __contains__(self, name: object, /) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def __repr__(self) -> str:
        name = self._archive.filename
        return f"<NpzFile{f' {name!r}' if name else ''}: {', '.join(self.files)}>"


# Python's own views would ask for the arrays in the user's stead: the ledger would name a line of theirs.


class Items(ItemsView[str, Member]):
    def __init__(self, npz: NpzFile) -> None:
        super().__init__(npz)
        self._npz = npz

    def __iter__(self) -> Iterator[tuple[str, Member]]:
        return ((name, self._npz[name]) for name in self._npz)


class Values(ValuesView[Member]):
    def __init__(self, npz: NpzFile) -> None:
        super().__init__(npz)
        self._npz = npz

    def __iter__(self) -> Iterator[Member]:
        return (self._npz[name] for name in self._npz)
