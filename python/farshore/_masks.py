"""Values written where a mask says, one after another."""

from __future__ import annotations

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._grids import arange
from farshore._manipulation import require_array
from farshore._operands import Numbers, beside
from farshore._places import values_of


def place(x: Array, mask: Array, vals: Numbers, /) -> None:
    """Writes the first of `vals` where the mask is first other than 0, then the next; again from the first
    where there are too few.

    mask: of as many elements as x has. In C order; nothing is read.
    Raises ValueError for another size, and for no values.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2, 3, 4])
    >>> fs.place(x, x > 1, [7, 8])
    >>> print(x)
    [1 7 8 7]
    """
    x, holds, new = _parts("place", x, mask, vals)
    if not x.size:
        return
    if not new.size:
        raise ValueError("place: there are no values")
    number = _core.scan("add", holds.astype(np.int64), 0) - 1
    _write(x, holds, _core.gather(new, [number % new.size], False) if new.size > 1 else new)


def putmask(x: Array, mask: Array, values: Numbers, /) -> None:
    """Writes, where the mask is other than 0, what is at the same place in `values`, which follow each other
    again and again where there are too few; none change nothing.

    mask: of as many elements as x has. In C order; nothing is read.
    Raises ValueError for another size.

    >>> import farshore as fs
    >>> x = fs.asarray([1, 2, 3, 4])
    >>> fs.putmask(x, x > 1, [7, 8])
    >>> print(x)
    [1 8 7 8]
    """
    x, holds, new = _parts("putmask", x, mask, values)
    if not x.size or not new.size:
        return
    if 1 < new.size < x.size:
        new = _core.gather(new, [arange(x.size, device=x.device) % new.size], False)
    _write(x, holds, new if new.size == 1 else new[: x.size])


def _parts(op: str, x: Array, mask: Array, values: Numbers) -> tuple[Array, Array, Array]:
    """The array; the mask and the values as one axis."""
    x = require_array(op, x)
    holds = beside(op, mask, x)
    if holds.size != x.size:
        raise ValueError(f"{op}: the mask has {holds.size} elements, the array {x.size}")
    return x, holds.reshape(-1).astype(np.bool, copy=False), values_of(op, values, x).reshape(-1)


def _write(x: Array, holds: Array, new: Array) -> None:
    """The values where they are to be, in the shape of x: one kernel, whatever its layout."""
    shaped = new.broadcast_to([x.size]).reshape(x.shape)
    x[...] = _core.where(holds.reshape(x.shape), shaped, x)
