"""NumPy's functions on arrays of farshore: `np.shape(x)`, `np.reshape(x, ...)`, `np.sum(x)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

import farshore
from farshore._core import Array
from farshore.exceptions import ImplicitTransferError

METADATA: dict[str, Callable[..., Any]] = {
    "shape": lambda x: x.shape,
    "ndim": lambda x: x.ndim,
    "size": lambda x, axis=None: x.size if axis is None else x.shape[axis],
    "iscomplexobj": lambda x: x.dtype.kind == "c",
    "isrealobj": lambda x: x.dtype.kind != "c",
    "result_type": lambda *args: np.result_type(*(x.dtype if isinstance(x, Array) else x for x in args)),
    "can_cast": lambda x, to, casting="safe": np.can_cast(x.dtype, to, casting),
    "may_share_memory": lambda x, y, *_: _share_memory(x, y),
    "shares_memory": lambda x, y, *_: _share_memory(x, y),
}
"""Functions that only look at shape and dtype, and so never move an element."""

OURS = {"broadcast_to", "expand_dims", "permute_dims", "reshape", "squeeze"}
"""Functions that farshore has under NumPy's name and with its leading arguments."""


def array_function(func: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What `numpy.func(*args, **kwargs)` answers."""
    name = func.__name__
    if name in METADATA:
        return METADATA[name](*args, **kwargs)
    if name in OURS and isinstance(args[0], Array):
        return getattr(farshore, name)(*args, **kwargs)
    return on_host(func, args, kwargs)


def on_host(func: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any] | None) -> Any:
    """What a function of NumPy that farshore lacks answers: of host copies, where the policy allows what
    nobody asked for by name; else it raises ImplicitTransferError."""
    try:
        host_args = [_to_host(value) for value in args]
        host_kwargs = {key: _to_host(value) for key, value in (kwargs or {}).items()}
    except ImplicitTransferError as error:
        name = _qualified(func)
        message = (
            f"{name} was given an array on {error.device}, and farshore has no such function for it: "
            f"it would copy {error.nbytes} bytes to the host. If that is meant, write {name}(x.to_numpy()); "
            'for code that you cannot change: with fs.transfers("allow"): ...'
        )
        facts = (error.nbytes, error.shape, error.dtype, error.device, error.requested_by)
        raise ImplicitTransferError(message, *facts) from None
    return func(*host_args, **host_kwargs)


def _qualified(func: Callable[..., Any]) -> str:
    """`numpy.dot`, `numpy.linalg.norm`, `numpy.add.reduce`."""
    owner = getattr(func, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"numpy.{owner.__name__}.{func.__name__}"
    return f"{getattr(func, '__module__', None) or 'numpy'}.{func.__name__}"


def _to_host(value: Any) -> Any:
    if isinstance(value, Array):
        return np.asarray(value)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_to_host, value))
    return value


def _share_memory(x: Any, y: Any) -> bool:
    return isinstance(x, Array) and isinstance(y, Array) and x.shares_memory(y)
