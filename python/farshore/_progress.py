"""How far a transfer has come: shown by tqdm, by a plain line, or told to a function."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO, TypeAlias

Progress: TypeAlias = "bool | Callable[[int, int], object] | None"
"""What `progress=` may be: True, False, or a function of the bytes that are done and of all of them."""

SECONDS_BETWEEN = 0.1
"""At least, between two states of the plain line."""


class Reporter:
    """Called with (bytes done, bytes in all) after each part, and closed at the end, whichever end it is."""

    def __init__(self, show: Callable[[int, int], object], finish: Callable[[], object]) -> None:
        self._show = show
        self._finish = finish

    def __call__(self, done: int, total: int) -> None:
        self._show(done, total)

    def close(self) -> None:
        self._finish()

    def __enter__(self) -> Reporter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


def reporter(progress: Progress, total: int, title: str) -> Reporter | None:
    """Who is told of a transfer of `total` bytes that is called `title`; None when nobody asked.

    progress: True shows tqdm's bar when tqdm is installed, else a line on stderr; a function is called with
    (bytes done, bytes in all). Raises TypeError for anything else.

    >>> with reporter(lambda done, total: print(done, "of", total), 8, "to host") as report:
    ...     report(8, 8)
    8 of 8
    """
    if progress is None or progress is False:
        return None
    if callable(progress):
        return Reporter(progress, lambda: None)
    if progress is not True:
        raise TypeError(f"progress is True, False or a function of (done, total), not {progress!r}")
    try:
        tqdm = importlib.import_module("tqdm.auto").tqdm
    except ImportError:
        if sys.stderr is None:  # a program without a console has none
            return None
        line = Line(sys.stderr, title)
        return Reporter(line.show, line.close)
    bar = tqdm(total=total, desc=title, unit="B", unit_scale=True, unit_divisor=1024)
    return Reporter(lambda done, _: bar.update(done - bar.n), bar.close)


class Line:
    """One line of text: rewritten in place on a terminal, written once at the end elsewhere."""

    def __init__(self, stream: TextIO, title: str) -> None:
        self._stream = stream
        self._title = title
        self._start = time.monotonic()
        self._shown = self._start
        self._text = ""

    def show(self, done: int, total: int) -> None:
        now = time.monotonic()
        state = f"{done / 2**20:.1f} of {total / 2**20:.1f} MiB, {now - self._start:.1f} s"
        self._text = f"{self._title}: {state}"
        if self._stream.isatty() and now - self._shown >= SECONDS_BETWEEN:
            self._shown = now
            self._write(f"\r{self._text}")

    def close(self) -> None:
        if self._text:
            start = "\r" if self._stream.isatty() else ""
            self._write(f"{start}{self._text}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
