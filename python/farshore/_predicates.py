"""What elements are: real, complex, infinite of one sign."""

from __future__ import annotations

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._manipulation import require_array


def isreal(x: Array, /) -> Array:
    """Whether the imaginary part is 0, element by element; so it is of all but complex numbers.

    >>> import farshore as fs
    >>> print(fs.isreal(fs.asarray([1 + 1j, 2 + 0j])))
    [False  True]
    """
    x = require_array("isreal", x)
    if x.dtype.kind == "c":
        return _core.equal(_core.imag(x), 0)
    return _core.full(x.shape, True, np.bool, x.device)


def iscomplex(x: Array, /) -> Array:
    """Whether the imaginary part is other than 0, element by element.

    >>> import farshore as fs
    >>> print(fs.iscomplex(fs.asarray([1 + 1j, 2 + 0j])))
    [ True False]
    """
    x = require_array("iscomplex", x)
    if x.dtype.kind == "c":
        return _core.not_equal(_core.imag(x), 0)
    return _core.full(x.shape, False, np.bool, x.device)


def isposinf(x: Array, /, out: Array | None = None) -> Array:
    """Whether x is infinite and positive, element by element. Raises TypeError for complex numbers.

    >>> import farshore as fs
    >>> print(fs.isposinf(fs.asarray([float("inf"), -float("inf"), 1.0])))
    [ True False False]
    """
    return _core.equal(_ordered("isposinf", x), float("inf"), out=out)


def isneginf(x: Array, /, out: Array | None = None) -> Array:
    """Whether x is infinite and negative, element by element. Raises TypeError for complex numbers.

    >>> import farshore as fs
    >>> print(fs.isneginf(fs.asarray([float("inf"), -float("inf"), 1.0])))
    [False  True False]
    """
    return _core.equal(_ordered("isneginf", x), -float("inf"), out=out)


def _ordered(op: str, x: Array) -> Array:
    x = require_array(op, x)
    if x.dtype.kind == "c":
        raise TypeError(
            f"{op} does not accept {x.dtype}: complex numbers have no sign; take fs.real, fs.imag"
        )
    return x
