"""Frames of the host through a pipeline, and back: several at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any

import numpy as np

from farshore._core import Array
from farshore._creation import asarray
from farshore._readback import Readback
from farshore._structures import rebuilt, taken_apart

_END = object()


class Stream:
    """The results of a pipeline for frames of the host, in their order. Made by a pipeline's `stream`.

    It is iterated over once: by `for`, or by `async for` in a task of asyncio, while others go on.
    """

    def __init__(
        self, run: Callable[[Any], Any], frames: Iterable[Any] | AsyncIterable[Any], in_flight: int
    ) -> None:
        if in_flight < 1:
            raise ValueError(
                f"in_flight is the number of frames under way at once, at least 1, not {in_flight}"
            )
        self._run = run
        self._frames = frames
        self._source: Any = None
        self._in_flight = in_flight
        self._begun: deque[tuple[Any, list[Readback]] | BaseException] = deque()
        self._signature: Any = None
        self._ended = False
        self._taken = self._given = 0
        # A task that was cancelled may have left a thread that is beginning a frame.
        self._lock = threading.Lock()

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Any:
        if self._source is None:
            if not isinstance(self._frames, Iterable):
                raise TypeError("the frames come from an asynchronous iterator: write `async for`")
            self._source = iter(self._frames)
        while self._wants_more():
            self._begin_next()
        if not self._begun:
            raise StopIteration
        tree, readbacks = self._oldest()
        try:
            return rebuilt(tree, [readback.result() for readback in readbacks])
        except BaseException as error:
            raise self._failed(error) from None

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> Any:
        import asyncio  # slow to import, and there already where anyone awaits

        if self._source is None:
            asynchronous = isinstance(self._frames, AsyncIterable)
            self._source = aiter(self._frames) if asynchronous else iter(self._frames)  # type: ignore[arg-type]
        while self._wants_more():
            if hasattr(self._source, "__anext__"):
                try:
                    frame = await anext(self._source, _END)
                except Exception as error:
                    self._end(error)
                    break
                await asyncio.to_thread(self._begin, frame)
            else:
                await asyncio.to_thread(self._begin_next)
        if not self._begun:
            raise StopAsyncIteration
        tree, readbacks = self._oldest()
        try:
            return rebuilt(tree, [await readback for readback in readbacks])
        except Exception as error:
            raise self._failed(error) from None

    def close(self) -> None:
        """Take no more frames, and let go of those that are under way."""
        self._ended = True
        self._begun.clear()

    def _wants_more(self) -> bool:
        return not self._ended and len(self._begun) < self._in_flight

    def _begin_next(self) -> None:
        """Take a frame, and begin it."""
        with self._lock:
            if not self._wants_more():
                return
            try:
                frame = next(self._source, _END)
            except Exception as error:
                self._end(error)
                return
        self._begin(frame)

    def _begin(self, frame: Any) -> None:
        """Send a frame to the device, through the pipeline, and its result back, without waiting."""
        with self._lock:
            if frame is _END:
                self._ended = True
                return
            try:
                arrays: list[Array] = []
                outputs = taken_apart(self._run(self._sent(frame)), arrays)
                readbacks = [array.to_numpy(blocking=False) for array in arrays]
            except Exception as error:
                self._end(error)
                return
            self._taken += 1
            self._begun.append((outputs, readbacks))

    def _sent(self, frame: Any) -> Any:
        """The frame with its host arrays on the device, which are like those of the first one."""
        hosts: list[Any] = []
        tree = taken_apart(frame, hosts, (Array, np.ndarray))
        signature = [(host.shape, host.dtype) for host in hosts]
        if self._signature is None:
            self._signature = signature
        if signature != self._signature:
            found, begun = (", ".join(f"{d} {s}" for s, d in one) for one in (signature, self._signature))
            raise ValueError(f"frame {self._taken} is {found}; the stream began with {begun}")
        return rebuilt(tree, [host if isinstance(host, Array) else asarray(host) for host in hosts])

    def _oldest(self) -> tuple[Any, list[Readback]]:
        """What was begun first. Raises what went wrong with it."""
        begun = self._begun.popleft()
        if isinstance(begun, BaseException):
            raise self._failed(begun)
        self._given += 1
        return begun

    def _end(self, error: BaseException) -> None:
        """Have `error` raised when it is its frame's turn, and take no more frames."""
        error.add_note(f"in frame {self._taken} of a stream")
        self._ended = True
        self._begun.append(error)

    def _failed(self, error: BaseException) -> BaseException:
        if not getattr(error, "__notes__", None):
            error.add_note(f"in frame {self._given - 1} of a stream")
        self.close()
        return error
