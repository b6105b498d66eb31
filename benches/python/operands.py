"""Arrays a and b of the tasks that random numbers between two bounds do not fit."""

from __future__ import annotations

import numpy as np

Operands = list[np.ndarray]
NONE = np.zeros(1, np.float32)
"""Of a formula that has no b."""


def zeros_and_ones(rng: np.random.Generator, length: int) -> Operands:
    """Their sums are exact in float32, in any order, up to 16 Mi of them."""
    return [rng.integers(0, 2, length).astype(np.float32), NONE]


def shuffled(rng: np.random.Generator, length: int) -> Operands:
    """No two are equal: there is one order, whether or not an algorithm is stable."""
    return [rng.permutation(length).astype(np.float32), NONE]


def integers(rng: np.random.Generator, length: int) -> Operands:
    """Most of them are there several times."""
    return [rng.integers(0, length // 4, length, np.int32), NONE]


def masked(rng: np.random.Generator, length: int) -> Operands:
    """About half of the mask is True."""
    return [rng.random(length, np.float32), rng.random(length, np.float32) > 0.5]


def places(rng: np.random.Generator, length: int) -> Operands:
    """Anywhere in a, each as often as chance has it."""
    return [rng.random(length, np.float32), rng.integers(0, length, length)]
