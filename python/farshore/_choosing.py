"""Elements of one of several arrays, as conditions or numbers say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from farshore import _core
from farshore._bounds import Mode
from farshore._core import Array
from farshore._dtypes import result_type
from farshore._manipulation import require_array
from farshore._operands import LISTS, OURS, Numbers, beside
from farshore._places import checked, number_or_array, places_of


def select(
    condlist: Sequence[Array], choicelist: Sequence[Array | complex], default: Array | complex = 0
) -> Array:
    """Element by element, the choice of the first condition that holds, or `default`.

    All broadcast; choices and default are promoted.
    Raises ValueError for none and for other than as many choices, TypeError for other conditions than bool.

    >>> import farshore as fs
    >>> x = fs.asarray([0, 1, 2, 3])
    >>> print(fs.select([x < 1, x > 2], [-x - 5, x * 10]))
    [-5  0  0 30]
    """
    if not len(condlist) or len(condlist) != len(choicelist):
        raise ValueError(f"select: {len(condlist)} conditions and {len(choicelist)} choices")
    conditions = [require_array("select", one) for one in condlist]
    for one in conditions:
        if one.dtype != np.bool:
            raise TypeError(f"select: a condition is of bool, not of {one.dtype}; compare it: x != 0")
    dtype = result_type(*choicelist, default)
    parts = [number_or_array("select", one, conditions[0], dtype) for one in (*choicelist, default)]
    result = parts.pop()
    for condition, choice in zip(reversed(conditions), reversed(parts), strict=True):
        result = _core.where(condition, choice, result)
    return result


def choose(a: Numbers, choices: Array | Sequence[Numbers], /, *, mode: Mode = "raise") -> Array:
    """Element by element, the one of the choices whose number, from 0, is in `a`.

    choices: arrays, numbers, lists; or an array whose first axis goes over them. All broadcast, `a` too, and
    are promoted. Each is read wherever it is chosen or not, so there are better few.
    mode: "raise" reports a number of no choice as an IndexError at the next wait, "clip" takes the nearest,
    "wrap" goes round.
    Raises ValueError without choices and for other words, TypeError for numbers of other than integers.

    >>> import farshore as fs
    >>> print(fs.choose(fs.asarray([0, 1, 0]), [fs.asarray([1, 2, 3]), fs.asarray([10, 20, 30])]))
    [ 1 20  3]
    """
    first = next((one for one in choices if isinstance(one, OURS)), a)
    a = beside("choose", a, require_array("choose", a if isinstance(a, OURS) else first))
    given = [beside("choose", one, a) if isinstance(one, LISTS) else one for one in choices]
    if not given:
        raise ValueError("choose: there are no choices")
    if a.dtype == np.bool:
        a = a.astype(np.uint8)
    places, check = places_of("choose", a, len(given), mode, a.device)
    assert isinstance(places, Array)
    if check:
        places = checked("choose", places, len(given))
    dtype = result_type(*given)
    parts = [number_or_array("choose", one, a, dtype).astype(dtype, copy=False) for one in given]
    result = parts[0].broadcast_to(np.broadcast_shapes(places.shape, *(one.shape for one in parts)))
    for number, choice in enumerate(parts[1:], 1):
        result = _core.where(_core.equal(places, number), choice, result)
    return result if len(parts) > 1 else result.copy()
