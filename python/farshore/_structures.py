"""Arrays in tuples, lists and dicts."""

from __future__ import annotations

from typing import Any

from farshore._core import Array


class Leaf:
    """The place of an array in a structure."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Leaf) and other.number == self.number

    def __hash__(self) -> int:
        return hash((Leaf, self.number))


def taken_apart(value: Any, arrays: list[Any], kinds: tuple[type, ...] = (Array,)) -> Any:
    """The structure of `value`, whose arrays, objects of `kinds`, are put into `arrays`."""
    if isinstance(value, kinds):
        arrays.append(value)
        return Leaf(len(arrays) - 1)
    if type(value) is dict:
        return {key: taken_apart(one, arrays, kinds) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return _like(value, [taken_apart(one, arrays, kinds) for one in value])
    return value


def rebuilt(tree: Any, arrays: Any) -> Any:
    """What a structure was taken from, with these arrays."""
    if type(tree) is Leaf:
        return arrays[tree.number]
    if type(tree) is dict:
        return {key: rebuilt(one, arrays) for key, one in tree.items()}
    if isinstance(tree, list | tuple):
        return _like(tree, [rebuilt(one, arrays) for one in tree])
    return tree


def _like(value: Any, items: list[Any]) -> Any:
    """A list, tuple or named tuple as `value` is."""
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
