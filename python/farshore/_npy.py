"""NumPy's .npy format, between a stream and the device.

32 MiB at a time: two host buffers take turns, so that one crosses while a thread writes or fills the other.
The device is asked from the caller's own thread only: its policy and its ledgers hold, and its line is
written down.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from tokenize import TokenError
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from farshore import _core
from farshore._core import Array, Device
from farshore._progress import Progress, Reporter, reporter
from farshore._streams import begin, bytes_left, read_all, titled, write_all

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

CHUNK = 32 << 20
"""Bytes that cross at once."""

HEADERS = {
    b"\1\0": npy.read_array_header_1_0,
    b"\2\0": npy.read_array_header_2_0,
    # As 2.0 but for names of fields in UTF-8, and an array of fields is refused anyway.
    b"\3\0": npy.read_array_header_2_0,
}


def chunks(x: Array) -> Iterator[memoryview]:
    """The bytes of `x` in C order, each overwritten by the next but one.

    The first is read at once, so that a transfer which is refused touches no file.
    """
    x._check("file", to_host=True)
    parts = _chunks(x)
    return itertools.chain([next(parts)], parts)


def _chunks(x: Array) -> Iterator[memoryview]:
    flat = x.reshape(-1)
    buffers = _buffers(flat)
    for part in _parts(flat):
        buffer = buffers[0][: part.size]
        part._read_into(buffer, "file")
        yield _bytes(buffer)
        buffers.reverse()


def write(stream: IO[bytes], x: Array, parts: Iterator[memoryview], report: Reporter | None) -> None:
    """Write the header of `x`, then `parts`: its chunks."""
    header = io.BytesIO()
    facts = {"descr": npy.dtype_to_descr(x.dtype), "fortran_order": False, "shape": x.shape}
    npy.write_array_header_1_0(header, facts)
    write_all(stream, header.getbuffer())
    done = 0
    with _beside(x) as worker:
        writing = begin(worker, write_all, stream, next(parts))
        for part in parts:
            done += writing.result()
            if report:
                report(done, x.nbytes)
            writing = begin(worker, write_all, stream, part)
        done += writing.result()
    if report:
        report(done, x.nbytes)


def prefix(stream: IO[bytes]) -> bytes:
    """What tells the kind of a file: its first 8 bytes."""
    memory = bytearray(npy.MAGIC_LEN)
    return bytes(memory[: read_all(stream, memoryview(memory))])


def is_npy(start: bytes) -> bool:
    return start.startswith(npy.MAGIC_PREFIX) and len(start) == npy.MAGIC_LEN


def read(stream: IO[bytes], start: bytes, device: Device | str | None, progress: Progress) -> Array:
    """The array of a stream whose prefix is `start`; what follows the array is not read.

    Raises ValueError for a damaged or short file, TypeError for a dtype that no device has, or not this one.
    """
    shape, fortran, dtype = _header(stream, start[-2:])
    nbytes = math.prod(shape) * dtype.itemsize
    left = bytes_left(stream)
    if left is not None and left < nbytes:
        raise _too_short(left, shape, dtype)
    x = _core.empty(shape[::-1] if fortran else shape, dtype.newbyteorder("="), device)
    x._check("file", to_host=False)
    flat = x.reshape(-1)
    done = 0
    with (
        reporter(progress, nbytes, titled("load", stream)) or nullcontext() as report,
        _beside(x) as worker,
    ):
        buffers = _buffers(flat)
        parts = list(_parts(flat))
        reading = begin(worker, read_all, stream, _bytes(buffers[0][: parts[0].size]))
        for part, following in itertools.zip_longest(parts, parts[1:]):
            buffer = buffers[0][: part.size]
            count = reading.result()
            if count < buffer.nbytes:
                raise _too_short(done + count, shape, dtype)
            buffers.reverse()
            if following is not None:
                reading = begin(worker, read_all, stream, _bytes(buffers[0][: following.size]))
            if not dtype.isnative:
                buffer.byteswap(inplace=True)
            part._write_from(buffer, "file")
            done += count
            if report:
                report(done, nbytes)
    return x.T if fortran else x


def _header(stream: IO[bytes], version: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    if version not in HEADERS:
        raise ValueError(f"the file is of version {version[0]}.{version[1]}; .npy has 1.0, 2.0 and 3.0")
    try:
        shape, fortran, dtype = HEADERS[version](stream)
    except (IndexError, SyntaxError, TokenError, TypeError, ValueError) as error:
        raise ValueError(f"the file is damaged: its header cannot be read, {error}") from error
    if min(shape, default=0) < 0:
        raise ValueError(f"the file is damaged: its header names the shape {shape}")
    try:
        _core.check_dtype(dtype.newbyteorder("="))
    except TypeError as error:
        raise TypeError(
            f"the file holds elements of dtype {dtype}, which numpy.load reads to the host; {error}"
        ) from None
    return shape, fortran, dtype


def _too_short(found: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> ValueError:
    nbytes = math.prod(shape) * dtype.itemsize
    return ValueError(
        f"the file is too short: its header promises {nbytes} bytes, shape {shape} of {dtype}, and {found} "
        "follow; it was not written, or not copied, to its end"
    )


def _parts(flat: Array) -> Iterator[Array]:
    """Views of at most CHUNK bytes; one of an empty array, which may cross or not like any other."""
    step = CHUNK // flat.itemsize
    for first in range(0, max(flat.size, 1), step):
        yield flat[first : first + step]


def _buffers(flat: Array) -> list[npt.NDArray[Any]]:
    length = min(flat.size, CHUNK // flat.itemsize)
    return [np.empty(length, flat.dtype) for _ in range(2)]


def _bytes(buffer: npt.NDArray[Any]) -> memoryview:
    return buffer.view(np.uint8).data


def _beside(x: Array) -> AbstractContextManager[ThreadPoolExecutor | None]:
    """A thread for the file, if there is something to do meanwhile."""
    from concurrent.futures import ThreadPoolExecutor  # slow to import, and seldom needed

    return ThreadPoolExecutor(1) if x.nbytes > CHUNK else nullcontext()
