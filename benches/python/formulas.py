"""The computations: as one writes them, and with out= into arrays that exist already."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def add(xp: Any, a: Any, b: Any) -> Any:
    return a + b


def chain(xp: Any, a: Any, b: Any) -> Any:
    return xp.sqrt(a * b + 1) * 2 - a


def sin_exp(xp: Any, a: Any, b: Any) -> Any:
    return xp.sin(a) * xp.exp(b)


def five(xp: Any, a: Any, b: Any) -> Any:
    return xp.tanh(a * 2 + b) * xp.exp(b) + a


def square(x: Any) -> Any:
    """As many rows as columns."""
    side = math.isqrt(len(x))
    return x[: side * side].reshape(side, side)


def add_row(xp: Any, a: Any, b: Any) -> Any:
    a = square(a)
    return (a + b[: len(a)]).reshape(-1)


def add_column(xp: Any, a: Any, b: Any) -> Any:
    a = square(a)
    return (a + b[: len(a)].reshape(-1, 1)).reshape(-1)


def add_transposed(xp: Any, a: Any, b: Any) -> Any:
    return (square(a) + square(b).T).reshape(-1)


def hundred(xp: Any, a: Any, b: Any) -> Any:
    for _ in range(50):
        a = a * 0.875 + b
    return a


def total(xp: Any, a: Any, _: Any) -> Any:
    return xp.sum(a)


def total_chain(xp: Any, a: Any, b: Any) -> Any:
    return xp.sum(chain(xp, a, b))


def mean_rows(xp: Any, a: Any, _: Any) -> Any:
    return xp.mean(square(a), axis=-1)


def softmax(xp: Any, a: Any, _: Any) -> Any:
    """Of rows of 1024."""
    x = a[: len(a) // 1024 * 1024].reshape(-1, 1024)
    y = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return y / xp.sum(y, axis=-1, keepdims=True)


def cumsum(xp: Any, a: Any, _: Any) -> Any:
    return xp.cumsum(a)


def sort(xp: Any, a: Any, _: Any) -> Any:
    return xp.sort(a)


def argsort(xp: Any, a: Any, _: Any) -> Any:
    return xp.argsort(a)


def unique(xp: Any, a: Any, _: Any) -> Any:
    return xp.unique(a)


def select(xp: Any, a: Any, mask: Any) -> Any:
    return a[mask]


def take(xp: Any, a: Any, places: Any) -> Any:
    return xp.take(a, places)


def add_reuse(a: np.ndarray, b: np.ndarray, out: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.add(a, b, out=out)


def chain_reuse(a: np.ndarray, b: np.ndarray, out: np.ndarray, _: np.ndarray) -> np.ndarray:
    np.multiply(a, b, out=out)
    np.add(out, 1, out=out)
    np.sqrt(out, out=out)
    np.multiply(out, 2, out=out)
    return np.subtract(out, a, out=out)


def sin_exp_reuse(a: np.ndarray, b: np.ndarray, out: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.multiply(np.sin(a, out=out), np.exp(b, out=other), out=out)


def hundred_reuse(a: np.ndarray, b: np.ndarray, out: np.ndarray, _: np.ndarray) -> np.ndarray:
    np.copyto(out, a)
    for _ in range(50):
        np.multiply(out, 0.875, out=out)
        np.add(out, b, out=out)
    return out
