"""Sums of products over axes that have names."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._manipulation import require_array
from farshore._products import diagonal_of, inside_of, matrices, outside

Name: TypeAlias = str | int
"""Of an index: its letter, or counted from the end one of those that "..." stands for."""


def einsum(subscripts: str, /, *operands: Array) -> Array:
    """The sum of products of elements whose indices have names: "ij,jk->ik" is a product of matrices.

    subscripts: a letter for each axis of each operand, after "->" the axes of the result; all other letters
    are summed over. A letter twice in one operand is its diagonal, "..." are axes that broadcast. Without
    "->", the result has the letters that occur once, in alphabetical order.
    The operands are combined from left to right; of one alone, where nothing is summed, the result is a view.
    Raises ValueError for subscripts that are none, that do not fit the operands, or fit lengths that differ.

    >>> import farshore as fs
    >>> x = fs.asarray([[1, 2], [3, 4]])
    >>> print(fs.einsum("ij,ij->i", x, x), fs.einsum("ii", x))
    [ 5 25] 5
    """
    arrays = [require_array("einsum", x) for x in operands]
    inputs, output = _parsed(subscripts, [x.shape for x in arrays])
    lengths = _lengths(subscripts, inputs, [x.shape for x in arrays])
    dtype = np.result_type(*(x.dtype for x in arrays))
    # Bool stays, and is any of and in each step: numbers of True could wrap to 0.
    inside = dtype if dtype == np.bool else inside_of(dtype)
    result, names = None, list[Name]()
    for place, (x, own) in enumerate(zip(arrays, inputs, strict=True)):
        x, own = _diagonals(x.astype(inside, copy=False), own)
        later = {name for one in inputs[place + 1 :] for name in one} | set(output)
        x, own = _summed(x, own, later | set(names))
        if result is None:
            result, names = x, own
        else:
            result, names = _combined(result, names, x, own, later, lengths)
    assert result is not None
    return result.permute_dims([names.index(name) for name in output]).astype(dtype, copy=False)


def _parsed(subscripts: str, shapes: list[tuple[int, ...]]) -> tuple[list[list[Name]], list[Name]]:
    """The names of each operand's indices, and of those of the result."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ValueError(f"einsum: {subscripts!r} is for {len(terms)} operands, not {len(shapes)}")
    inputs = []
    for term, shape in zip(terms, shapes, strict=True):
        more = len(shape) - len(_letters(subscripts, term))
        if more < 0 or (more and "..." not in term):
            raise ValueError(f"einsum: {term!r} in {subscripts!r} does not name the axes of shape {shape}")
        inputs.append(_names(term, more))
    broadcast = [name for name in range(-max(map(len, shapes)), 0) if any(name in one for one in inputs)]
    found = [name for one in inputs for name in one if isinstance(name, str)]
    if not arrow:
        return inputs, [*broadcast, *sorted(name for name in found if found.count(name) == 1)]
    letters = _letters(subscripts, right)
    if broadcast and "..." not in right:
        raise ValueError(
            f"einsum: {subscripts!r} needs ... in its result too, which stands for {len(broadcast)} axes"
        )
    for name in letters:
        if letters.count(name) > 1 or name not in found:
            raise ValueError(
                f"einsum: {name!r} in the result of {subscripts!r} is named twice, or in no operand"
            )
    return inputs, _names(right, len(broadcast))


def _letters(subscripts: str, term: str) -> str:
    letters = term.replace("...", "", 1)
    if letters and not (letters.isalpha() and letters.isascii()):
        raise ValueError(f"einsum: {term!r} in {subscripts!r} is made of letters and at most one ...")
    return letters


def _names(term: str, more: int) -> list[Name]:
    before, _, after = term.partition("...")
    return [*before, *range(-more, 0), *after]


def _lengths(subscripts: str, inputs: list[list[Name]], shapes: list[tuple[int, ...]]) -> dict[Name, int]:
    """The length of each index; between operands, 1 is repeated."""
    lengths: dict[Name, int] = {}
    for names, shape in zip(inputs, shapes, strict=True):
        own: dict[Name, int] = {}
        for name, length in zip(names, shape, strict=True):
            known = lengths.get(name, 1)
            if own.setdefault(name, length) != length or (length != known and 1 not in (length, known)):
                listed = ", ".join(map(str, shapes))
                raise ValueError(
                    f"einsum: {subscripts!r} gives one name to lengths that differ in shapes {listed}"
                )
            lengths[name] = length if known == 1 else known
    return lengths


def _diagonals(x: Array, names: list[Name]) -> tuple[Array, list[Name]]:
    """`x` with one axis for each name."""
    for name in dict.fromkeys(names):
        while names.count(name) > 1:
            first = names.index(name)
            second = names.index(name, first + 1)
            x = diagonal_of(x, first, second)
            names = [one for place, one in enumerate(names) if place not in (first, second)] + [name]
    return x, names


def _summed(x: Array, names: list[Name], kept: set[Name]) -> tuple[Array, list[Name]]:
    axes = [axis for axis, name in enumerate(names) if name not in kept]
    if not axes:
        return x, names
    terms = x.astype(inside_of(x.dtype), copy=False)
    result = outside(_core.reduce("add", terms, axes, False), x.dtype)
    return result, [name for name in names if name in kept]


def _combined(
    a: Array, a_names: list[Name], b: Array, b_names: list[Name], later: set[Name], lengths: dict[Name, int]
) -> tuple[Array, list[Name]]:
    """The product of two operands, summed over what both have and nothing later has."""
    shared = [name for name in a_names if name in b_names]
    batch = [name for name in shared if name in later]
    terms = [name for name in shared if name not in later]
    rows = [name for name in a_names if name not in shared]
    columns = [name for name in b_names if name not in shared]
    a, b = (
        x.broadcast_to([lengths[name] if name in terms else x.shape[axis] for axis, name in enumerate(names)])
        for x, names in ((a, a_names), (b, b_names))
    )
    a_batch, a_rows, a_terms = ([a_names.index(name) for name in one] for one in (batch, rows, terms))
    b_batch, b_terms, b_columns = ([b_names.index(name) for name in one] for one in (batch, terms, columns))
    result = matrices(a, a_batch, a_rows, a_terms, b, b_batch, b_terms, b_columns)
    return result, [*batch, *rows, *columns]
