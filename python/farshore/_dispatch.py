"""NumPy's functions on arrays of farshore: `np.shape(x)`, `np.reshape(x, ...)`, `np.sum(x)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from inspect import Parameter, signature
from math import prod
from typing import Any

import numpy as np

import farshore
from farshore._aliases import NUMPYS
from farshore._core import Array
from farshore._implicit import ImplicitArray
from farshore.exceptions import ForbiddenTransferError, ImplicitTransferError, TransferError

OURS = (Array, ImplicitArray)
METADATA: dict[str, Callable[..., Any]] = {
    "shape": lambda a: a.shape,
    "ndim": lambda a: a.ndim,
    "size": lambda a, axis=None: _size(a, axis),
    "iscomplexobj": lambda x: x.dtype.kind == "c",
    "isrealobj": lambda x: x.dtype.kind != "c",
    "result_type": lambda *args: _result_type(args),
    "can_cast": lambda from_, to, casting="safe": np.can_cast(from_.dtype, to, casting),
    "may_share_memory": lambda a, b, max_work=None: _share_memory(a, b),
    "shares_memory": lambda a, b, max_work=None: _share_memory(a, b),
}
"""Functions that only look at shape and dtype, and so never move an element."""

NAMES = {**NUMPYS, "amax": "max", "amin": "min"}
"""NumPy's names of functions that farshore has under another one."""


PARAMETERS = {"a_min": "min", "a_max": "max"}
"""NumPy's names of parameters that the standard and farshore call otherwise."""

INSTEAD = {
    "copyto": "fs.copyto(h, x)",
    "save": "fs.save(file, x)",
    "savez": "fs.savez(file, x)",
    "savez_compressed": "fs.savez_compressed(file, x)",
}
"""What to write instead of functions whose work is to move things to the host: NumPy's name is not enough."""


def array_function(x: Array, func: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What `numpy.func(*args, **kwargs)` answers: farshore's function of that name runs on the device.

    x is one of the arrays, or the one in `like=x`, which is not among the arguments.
    """
    name = func.__name__
    if func is getattr(np, name, None):
        if name in METADATA:
            return METADATA[name](*args, **kwargs)
        like = next(_arrays((args, kwargs)), None) is None
        call = _translated(func, args, {**kwargs, "device": x.device} if like else kwargs)
        mixed = not like and _has_host_array((*args, *kwargs.values()))
        if call is not None and not mixed:
            return call()
        if call is not None:
            return on_host(func, args, kwargs, MIXED)
        if not like and name not in INSTEAD and NAMES.get(name, name) in farshore.__all__:
            return on_host(func, args, kwargs, OTHERWISE)
        if like:
            raise TypeError(
                f"{_qualified(func)}(like=x): farshore has no such function, or lacks one of its parameters; "
                f"make the array on the host and move it: fs.asarray({_qualified(func)}(...))"
            )
    return on_host(func, args, kwargs)


def array_ufunc(func: np.ufunc, method: str, inputs: Sequence[Any], kwargs: Mapping[str, Any] | None) -> Any:
    """What a ufunc of NumPy answers that is no row of the table, or is called as none can be."""
    given = kwargs or {}
    mixed = _has_host_array((*inputs, *given.values()))
    if method == "__call__" and not mixed and func is getattr(np, func.__name__, None):
        call = _translated(func, inputs, given)
        if call is not None:
            return call()
    if method != "__call__":
        return on_host(getattr(func, method), inputs, kwargs)
    there = func.__name__ in farshore.__all__
    return on_host(func, inputs, kwargs, (MIXED if mixed else OTHERWISE) if there else LACKING)


def _has_host_array(values: Sequence[Any]) -> bool:
    """Whether one is a host array, which would have to be moved, or holds one."""
    flat = [part for value in values for part in (value if isinstance(value, (list, tuple)) else [value])]
    return any(isinstance(value, np.ndarray) and value.ndim for value in flat)


def _translated(
    func: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Callable[[], Any] | None:
    """The call of farshore's function that a call of NumPy's means; None where it lacks one like it."""
    name = NAMES.get(func.__name__, func.__name__)
    # Libraries that pass on what they were given say so with NumPy's own mark.
    kwargs = {key: value for key, value in kwargs.items() if value is not np._NoValue}
    if name not in farshore.__all__ or (name in INSTEAD and name != "copyto"):
        return None
    ours = getattr(farshore, name)
    parameters = signature(ours).parameters.values()
    known = {parameter.name for parameter in parameters}
    named = {one.name for one in parameters if one.kind is not Parameter.POSITIONAL_ONLY}
    given = {key: value for key, value in kwargs.items() if key in named}
    try:
        theirs = signature(func)
        others = {key: value for key, value in kwargs.items() if key not in given}
        bound = theirs.bind_partial(*args, **others).arguments
    except (TypeError, ValueError):
        # Some of NumPy's functions tell no signature; or the arguments don't fit it, as NumPy will say.
        if set(kwargs) - known:
            return None
        return _bound(ours, args, kwargs)
    if any(one.kind is Parameter.VAR_POSITIONAL for one in theirs.parameters.values()):
        return _bound(ours, args, kwargs)
    # NumPy's names of leading parameters differ from the standard's, which has them by position alone.
    leading = [parameter for parameter in parameters if parameter.kind is Parameter.POSITIONAL_ONLY]
    positional = [bound.pop(key) for key in list(bound)[: len(leading)]]
    extra = {key: bound.pop(key) for key in list(bound) if PARAMETERS.get(key, key) not in known}
    if any(value is not theirs.parameters[key].default for key, value in extra.items()):
        return None
    renamed = {PARAMETERS.get(key, key): value for key, value in bound.items() if value is not np._NoValue}
    return _bound(ours, positional, {**renamed, **given})


def _bound(
    ours: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Callable[[], Any] | None:
    try:
        signature(ours).bind(*args, **kwargs)
    except TypeError:
        return None
    return partial(ours, *args, **kwargs)


LACKING = "farshore has no such function for it"
OTHERWISE = "farshore's function of that name lacks one of these parameters"
MIXED = "others of its arrays are on the host; fs.asarray(h) moves one to the device"


def on_host(
    func: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None,
    reason: str = LACKING,
) -> Any:
    """What a function of NumPy that farshore lacks answers: of host copies, where the policy allows what
    nobody asked for by name; else it raises ImplicitTransferError or ForbiddenTransferError."""
    name = _qualified(func)
    try:
        host_args = [_to_host(value) for value in args]
        host_kwargs = {key: _to_host(value) for key, value in (kwargs or {}).items()}
    except (ImplicitTransferError, ForbiddenTransferError) as error:
        nbytes = sum(x.nbytes for x in _arrays((args, kwargs)))
        instead = INSTEAD.get(func.__name__, f"{name}(x.to_numpy())")
        raise _named(name, error, nbytes, reason, instead) from None
    try:
        return func(*host_args, **host_kwargs)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise TypeError(
            f"{name} writes into its arguments, and farshore lacks it: it was given host copies, which are "
            "gone afterwards. Give it host arrays, then fs.copyto(x, h)"
        ) from error


def _named(name: str, error: TransferError, nbytes: int, reason: str, instead: str) -> TransferError:
    """The refusal, of a function by name."""
    by = f" (asked for at {error.requested_by})" if error.requested_by else ""
    text = (
        f"{name} was given an array on {error.device}, and {reason}: "
        f"it would copy {nbytes} bytes to the host{by}"
    )
    facts = (nbytes, error.shape, error.dtype, error.device, error.requested_by)
    if isinstance(error, ForbiddenTransferError):
        return ForbiddenTransferError(f"{text}, and that is forbidden: {error}", *facts)
    return ImplicitTransferError(
        f"{text}. If that is meant, write {instead}; for code that you cannot change: "
        'x.implicit(), or with fs.transfers("allow"): ...',
        *facts,
    )


def _qualified(func: Callable[..., Any]) -> str:
    """`numpy.dot`, `numpy.linalg.norm`, `numpy.add.reduce`; a ufunc of another library by its name alone."""
    owner = getattr(func, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"{_qualified(owner)}.{func.__name__}"
    if isinstance(func, np.ufunc):
        return f"numpy.{func.__name__}" if getattr(np, func.__name__, None) is func else func.__name__
    return f"{getattr(func, '__module__', None) or 'numpy'}.{func.__name__}"


def _to_host(value: Any) -> Any:
    if isinstance(value, Array):
        host = np.asarray(value)
        # What is written into it would be lost.
        host.flags.writeable = False
        return host
    if isinstance(value, (list, tuple)):
        return type(value)(map(_to_host, value))
    return value


def _arrays(value: Any) -> Iterator[Array]:
    """Every array in the arguments of a call."""
    if isinstance(value, Array):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _arrays(part)
    elif isinstance(value, Mapping):
        yield from _arrays(list(value.values()))


def _size(x: Array, axis: int | tuple[int, ...] | None) -> int:
    if axis is None:
        return x.size
    return prod(x.shape[one] for one in (axis if isinstance(axis, tuple) else (axis,)))


def _result_type(args: Sequence[Any]) -> np.dtype[Any]:
    """Of what runs on the device, with farshore's weak numbers; of ImplicitArrays, with NumPy's."""
    if any(isinstance(x, Array) for x in args):
        return farshore.result_type(*args)
    return np.result_type(*(x.dtype if isinstance(x, ImplicitArray) else x for x in args))


def _share_memory(x: Any, y: Any) -> bool:
    first, second = (getattr(one, "array", one) for one in (x, y))
    return isinstance(first, Array) and isinstance(second, Array) and first.shares_memory(second)
