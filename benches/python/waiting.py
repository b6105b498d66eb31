"""What an event loop feels while a readback is awaited in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

TICK = 1e-3


def stall(readback: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    """The longest delay of a tick, in seconds, and what was awaited."""
    return asyncio.run(_stall(readback))


async def _stall(readback: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            start = time.perf_counter()
            await asyncio.sleep(TICK)
            longest = max(longest, time.perf_counter() - start - TICK)

    ticking = asyncio.create_task(tick())
    # The first tick has begun before the readback does, and the last one ends after it.
    await asyncio.sleep(0)
    result = await readback()
    await asyncio.sleep(2 * TICK)
    ticking.cancel()
    return longest, result
