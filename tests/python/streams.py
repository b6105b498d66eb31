"""Files in memory, and streams that behave as badly as streams may."""

import errno
import io
import os
import time

import numpy as np


def bytes_of(save, *args, **named) -> bytes:
    file = io.BytesIO()
    save(file, *args, **named)
    return file.getvalue()


def file_of(host: np.ndarray, version=None) -> io.BytesIO:
    file = io.BytesIO()
    np.lib.format.write_array(file, host, version)
    file.seek(0)
    return file


class Dribble(io.RawIOBase):
    """A stream that takes and gives at most seven bytes at a time, and cannot seek."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, memory) -> int:
        given = self.content[: min(7, len(memory))]
        memory[: len(given)] = given
        self.content = self.content[len(given) :]
        return len(given)

    def write(self, data) -> int:
        self.content += bytes(data[:7])
        return len(data[:7])


class Slow(io.BytesIO):
    """A stream that takes its time before it looks at what it was given."""

    def write(self, data) -> int:
        time.sleep(0.01)
        return super().write(data)


class Full(io.RawIOBase):
    """A disk with room for `room` bytes."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        if len(data) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= len(data)
        return len(data)
