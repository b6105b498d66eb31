"""Functions of arrays that are recorded once and replayed."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterable, Callable, Hashable, Iterable
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from farshore import _core
from farshore._core import Array
from farshore._structures import Leaf, rebuilt, taken_apart

if TYPE_CHECKING:
    from farshore._streaming import Stream

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Pipeline(Generic[Parameters, Result]):
    """A function of arrays whose operations are recorded for each set of shapes and dtypes, and replayed.

    Made by `fs.pipeline`, of which this is what a function becomes.
    """

    def __init__(self, function: Callable[Parameters, Result]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._recordings: dict[Hashable, _core.Recordings] = {}

    def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        if _core.is_recording():
            return self._function(*args, **kwargs)
        recordings, function, arrays = self._prepared(args, kwargs)
        outputs, tree = recordings.run(function, arrays)
        return rebuilt(tree, outputs)  # type: ignore[no-any-return]

    def explain(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        """Print what a call with these arguments runs: its kernels, what they read and write, and its memory.

        Nothing is run, but the operations are recorded if they were not yet.

        >>> import farshore as fs
        >>> @fs.pipeline
        ... def root(x):
        ...     return fs.sqrt(x + 1)
        >>> root.explain(fs.asarray([0.0, 3.0]))
        kernel 1: add_sqrt_float32
          reads  input 1, 8 bytes
          writes output 1, 8 bytes
        1 kernel: 8 bytes read, 8 bytes written
        memory: ... of its own, ... with inputs and outputs
        """
        recordings, function, arrays = self._prepared(args, kwargs)
        print(recordings.explain(function, arrays), end="")

    def stream(
        self, frames: Iterable[Any] | AsyncIterable[Any], *args: Any, in_flight: int = 3, **kwargs: Any
    ) -> Stream:
        """Send each of `frames` to the device, through the pipeline, and its result back to the host.

        frames: host arrays, or tuples, lists or dicts of them, all like the first one; each is the first
        argument of a call, before the others. Gives an iterator over what the calls give, with host arrays
        for arrays, in order; for `async for` as well, for which frames may come asynchronously too. Several
        frames are under way at once, so that the host copies one while the device computes another; no more
        are asked for before a result is taken. Both copies are asked for by these words, and counted.

        A frame that fails raises when it is its turn, and is the last one; the exception has a note with its
        number, counted from 0. A stream that is left early lets go of the others.

        >>> import numpy as np, farshore as fs
        >>> @fs.pipeline
        ... def brighter(frame, gain):
        ...     return fs.astype(fs.minimum(fs.astype(frame, fs.float32) * gain, 255), fs.uint8)
        >>> camera = (np.full((2, 3), 100 + time, np.uint8) for time in range(5))
        >>> [int(frame[0, 0]) for frame in brighter.stream(camera, 2.0)]
        [200, 202, 204, 206, 208]
        """
        from farshore._streaming import Stream

        return Stream(lambda frame: self(frame, *args, **kwargs), frames, in_flight)

    def __repr__(self) -> str:
        return f"<Pipeline '{getattr(self._function, '__qualname__', self._function)}'>"

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        # As a method of a class: what it is called on becomes the first argument.
        return self if instance is None else MethodType(self, instance)

    def _prepared(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[
        _core.Recordings, Callable[[tuple[Array, ...]], tuple[tuple[Array, ...], Any]], tuple[Array, ...]
    ]:
        """The recordings for arguments of this structure, what is recorded, and the arrays in them."""
        if not kwargs and all(type(one) is Array for one in args):
            key: Hashable = len(args)
            arrays, tree = args, None
        else:
            found: list[Array] = []
            tree = taken_apart((args, kwargs), found)
            arrays, key = tuple(found), _Key(tree)
        recordings = self._recordings.get(key)
        if recordings is None:
            recordings = self._recordings.setdefault(key, _core.Recordings())
        return recordings, functools.partial(self._called, tree), arrays

    def _called(self, tree: Any, arrays: tuple[Array, ...]) -> tuple[tuple[Array, ...], Any]:
        """What the function gives for arguments of the structure `tree`: its arrays, and its structure."""
        args, kwargs = (arrays, {}) if tree is None else rebuilt(tree, arrays)
        outputs: list[Array] = []
        given = taken_apart(self._function(*args, **kwargs), outputs)
        return tuple(outputs), given


def pipeline(function: Callable[Parameters, Result]) -> Pipeline[Parameters, Result]:
    """Have the operations of a function of arrays recorded once, fused and planned, and replayed.

    The function is called when arrays of some shapes and dtypes are first given, to record what it does;
    nothing is computed then. Each call replays that with its own arrays: no operation is recorded again, and
    no memory, kernel or binding is made that is there already. It may take and give arrays in tuples, lists
    and dicts; other arguments are constants, for each of which it is recorded anew, so they are hashable.

    - What it does besides array operations happens once for each recording: `print`, `fs.asarray(host)`.
    - Its branches cannot depend on values in arrays: `if x > 0`, `float(x)` and masks as indices raise
      RecordingError. Write `fs.where(x > 0, y, z)`.
    - Arrays that it takes from elsewhere are read by each call, as they are then. It writes only to arrays of
      its own: `x += 1` of an argument raises RecordingError; write `x = x + 1`, and return it.

    Results are new arrays. Calls may come from several threads. While another pipeline is recorded, this one
    becomes a part of it. The latest 16 recordings for one structure of arguments are kept.

    >>> import farshore as fs
    >>> @fs.pipeline
    ... def step(position, velocity, dt):
    ...     velocity = velocity - position * dt
    ...     return position + velocity * dt, velocity
    >>> position, velocity = fs.asarray([1.0, 0.0]), fs.asarray([0.0, 1.0])
    >>> for _ in range(100):
    ...     position, velocity = step(position, velocity, 0.01)
    >>> print(position)
    [0.5... 0.8...]
    """
    return Pipeline(function)


class _Key:
    """A structure as a key: its constants are the same if they have the same type, too."""

    def __init__(self, tree: Any) -> None:
        self._parts = _frozen(tree)
        try:
            self._hash = hash(self._parts)
        except TypeError as error:
            raise TypeError(
                f"{error}: what a pipeline is given is arrays of farshore, or constants that are hashable. "
                "Host arrays are moved first: fs.asarray(h)"
            ) from None

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._parts == other._parts


def _frozen(tree: Any) -> Hashable:
    if isinstance(tree, dict):
        return dict, tuple((key, _frozen(value)) for key, value in tree.items())
    if isinstance(tree, list | tuple):
        return type(tree), tuple(map(_frozen, tree))
    # 1, 1.0 and True are equal, and NaN is not itself.
    return tree if isinstance(tree, Leaf) else (type(tree), repr(tree) if isinstance(tree, float) else tree)
