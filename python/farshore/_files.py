"""Arrays in files, straight to and from the device."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import numpy as np

from farshore import _core
from farshore._core import Array, Device
from farshore._npy import chunks, is_npy, prefix, read, write
from farshore._npz import NpzFile
from farshore._progress import Progress, reporter
from farshore._streams import File, readable, titled, writable

ZIP = (b"PK\3\4", b"PK\5\6")


def save(file: File, x: Array, *, progress: Progress = False) -> None:
    """Write `x` to a .npy file, byte for byte the one of `numpy.save(file, x.to_numpy())`.

    file: a path, to which ".npy" is added if it lacks it, or a file opened for writing in binary mode, to
    which the array is appended.
    progress: True shows how far it is; a function is called with (bytes done, bytes in all).

    The array crosses in parts of 32 MiB, counted as "file"; the host never holds more than two of them. No
    file is touched when the transfer is refused; one that cannot be finished is removed.
    Raises TypeError for what is not on a device, OSError for a file that cannot be written.

    >>> import tempfile, numpy as np, farshore as fs
    >>> with tempfile.TemporaryFile() as file:
    ...     fs.save(file, fs.asarray([1, 2, 3]))
    ...     file.seek(0)
    ...     np.load(file)
    0
    array([1, 2, 3])
    """
    if not isinstance(x, Array):
        raise TypeError(f"save writes arrays of farshore, not {type(x).__name__}; for the host's: numpy.save")
    with reporter(progress, x.nbytes, titled("save", file)) or nullcontext() as report:
        parts = chunks(x)
        with writable(file, ".npy") as stream:
            write(stream, x, parts, report)


def load(file: File, *, device: Device | str | None = None, progress: Progress = False) -> Any:
    """Read a .npy file to a device, or open a .npz file: a mapping that reads an array when it is asked for.

    file: a path, or a file opened for reading in binary mode. No more is read than one .npy array, so several
    can follow one another; a .npz file needs `seek`.
    device: where to; without one, as for `asarray`.
    progress: True shows how far it is; a function is called with (bytes done, bytes in all).

    Gives an Array with the dtype and the shape of the file, or an NpzFile. Every version of the format, order
    and byte order is read. The data crosses in parts of 32 MiB, counted as "file".
    Raises ValueError for a file that is neither, is damaged, or ends before its array does; EOFError for an
    empty one; TypeError for a dtype that is not farshore's or not the device's. Objects are refused: nothing
    is unpickled.

    >>> import io, numpy as np, farshore as fs
    >>> file = io.BytesIO()
    >>> np.save(file, np.arange(6, dtype=">i2").reshape(2, 3))
    >>> file.seek(0)
    0
    >>> fs.load(file)
    Array(shape=(2, 3), int16, ..., ready)
    """
    with readable(file) as stream:
        start = prefix(stream)
        if start.startswith(ZIP):
            return NpzFile(file, device, progress)
        if not start:
            raise EOFError("the file is empty, or everything in it was read already")
        if not is_npy(start):
            raise ValueError(f"the file starts with {start!r}: it is neither .npy nor .npz")
        return read(stream, start, device, progress)


def save_safetensors(
    file: str | os.PathLike[str], arrays: Mapping[str, Array], metadata: Mapping[str, str] | None = None
) -> None:
    """Write arrays to a safetensors file, by the package of that name.

    file: a path. arrays: by name. metadata: texts by name, kept in the file.
    The package takes all arrays at once, so the host holds a copy of each meanwhile. They are counted as
    "file".
    Raises ImportError without the package, TypeError for complex128, which the format lacks, and for what is
    not on a device.

    >>> import farshore as fs
    >>> fs.save_safetensors("model.safetensors", {"bias": fs.zeros(3)})  # doctest: +SKIP
    """
    library = _safetensors("safetensors.numpy")
    for name, x in arrays.items():
        if not isinstance(x, Array):
            raise TypeError(f"save_safetensors writes arrays of farshore; {name} is {type(x).__name__}")
        if x.dtype == np.complex128:
            raise TypeError(f"{name} is complex128, which safetensors files lack; savez writes it")
    hosts = {name: np.empty(x.shape, x.dtype) for name, x in arrays.items()}
    for name, x in arrays.items():
        x._read_into(hosts[name], "file")
    library.save_file(hosts, file, None if metadata is None else dict(metadata))


def load_safetensors(file: str | os.PathLike[str], *, device: Device | str | None = None) -> dict[str, Array]:
    """Read every array of a safetensors file to a device, by the package of that name.

    device: where to; without one, as for `asarray`.
    They are read one after the other, counted as "file".
    Raises ImportError without the package, TypeError for a dtype that NumPy lacks, such as bfloat16, or the
    device.

    >>> import farshore as fs
    >>> fs.load_safetensors("model.safetensors")  # doctest: +SKIP
    {'bias': Array(shape=(3,), float32, ..., ready)}
    """
    library = _safetensors("safetensors")
    arrays = {}
    with library.safe_open(file, framework="np") as opened:
        names = opened.keys()
        for name in names:
            try:
                host = opened.get_tensor(name)
            except (AttributeError, TypeError) as error:
                dtype = opened.get_slice(name).get_dtype()
                raise TypeError(f"{name} holds elements of dtype {dtype}, which NumPy lacks") from error
            arrays[name] = _core.empty(host.shape, host.dtype, device)
            arrays[name]._write_from(host, "file")
    return arrays


def _safetensors(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError("the package safetensors is needed: pip install safetensors") from error
