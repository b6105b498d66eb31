"""What `print(x)` shows: NumPy's form, reading only the elements that are shown."""

from __future__ import annotations

import sys
from itertools import product

import numpy as np

from farshore._core import Array
from farshore.exceptions import ImplicitTransferError


def array2string(x: Array) -> str:
    """The text of `x`. Long arrays show their corners, and only those cross to the host; under the policy
    "forbid" nothing does, and the text says what is known without reading."""
    refusal = sys.exception()
    if isinstance(refusal, ImplicitTransferError) and refusal.shape == x.shape:
        # A library that was refused puts the array into a message of its own, which hides ours.
        return f"{x!r}; {refusal}"
    options = np.get_printoptions()
    edge = options["edgeitems"]
    if x.size <= options["threshold"]:
        host = x._read_for_print()
        return repr(x) if host is None else str(host)

    # Each long axis is cut down to its ends with one element between them, which is never shown.
    shape = tuple(min(length, 2 * edge + 1) for length in x.shape)
    corners = np.zeros(shape, x.dtype)
    for ends in product(*(_ends(length, edge) for length in x.shape)):
        part = x[ends]._read_for_print()
        if part is None:
            return repr(x)
        corners[ends] = part
    return np.array2string(corners, threshold=0, edgeitems=edge)


def _ends(length: int, edge: int) -> list[slice]:
    if length <= 2 * edge:
        return [slice(None)]
    return [slice(None, edge), slice(-edge, None)]
