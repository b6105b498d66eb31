"""What is too short for a clock, and so is done CALLS times in one run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tasks import CALLS


def refusals(array: Any, depth: int) -> Callable[[], int]:
    """How many of CALLS `np.asarray(array)` are refused, asked `depth` frames down."""

    def ask(frames: int) -> int:
        if frames > 1:
            return ask(frames - 1)
        refused = 0
        for _ in range(CALLS):
            try:
                np.asarray(array)
            except TypeError:
                refused += 1
        return refused

    return lambda: ask(depth)


def reads(expression: str, **names: Any) -> Callable[[], float]:
    """Evaluates the words themselves: a function for each read would cost more than NumPy's read does."""
    code = f"def read():\n    for _ in range({CALLS}):\n        value = {expression}\n    return value\n"
    exec(compile(code, f"<{expression}>", "exec"), names)
    return names["read"]
