"""A transfer to the host that is under way: `x.to_numpy(blocking=False)`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from farshore import _core

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy.typing as npt


class Readback:
    """The elements of an array, as they were when they were asked for, on their way to the host.

    Wait for them by `result()`, or by `await` in a task of asyncio, while others go on. Both can be done more
    than once, and from any thread: they give the same host array.

    >>> import farshore as fs
    >>> h = fs.asarray([1.0, 2.0]).to_numpy(blocking=False)
    >>> h.result()
    array([1., 2.], dtype=float32)
    """

    def __init__(self, future: Future[npt.NDArray[Any]]) -> None:
        self._future = future

    def result(self, timeout: float | None = None) -> npt.NDArray[Any]:
        """The host array. Blocks until it is complete.

        Raises TimeoutError after `timeout` seconds, or what went wrong with the transfer: DeviceError.
        """
        if _core.inside_transfer() and not self.done():
            raise RuntimeError("a readback cannot be waited for while another tells of its progress")
        return self._future.result(timeout)

    def done(self) -> bool:
        """Whether `result()` would not block."""
        return self._future.done()

    def __await__(self) -> Generator[Any, None, npt.NDArray[Any]]:
        import asyncio  # slow to import, and there already where anyone awaits

        # Shielded: a task that is cancelled must not take the result from others.
        return asyncio.shield(asyncio.wrap_future(self._future)).__await__()

    def __repr__(self) -> str:
        return f"<Readback: {'done' if self.done() else 'under way'}>"
