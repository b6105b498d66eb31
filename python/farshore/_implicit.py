"""`x.implicit()`: an array on a device, for code that takes host arrays and cannot be changed."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from farshore._core import Array, Device

IN_PLACE = {"fill", "partition", "put", "resize", "setfield", "setflags", "sort"}
"""Methods of host arrays that an ImplicitArray has not: they would write into a copy that nobody sees."""


class ImplicitArray(np.lib.mixins.NDArrayOperatorsMixin):
    """An array on a device that copies itself to the host for whoever takes host arrays.

    Its slices stay on the device and are ImplicitArrays again, so a viewer that shows one plane of a stack
    moves that plane. NumPy's functions, the operators and the methods of `numpy.ndarray` work on a host copy
    and give host arrays; so does an index of host arrays, masks or lists. Each such use is a transfer, spoken
    explicitly: it is counted, and refused where the policy is "forbid". Nothing writes into the array.

    array: the array of farshore; as an attribute, the way back to it. Raises TypeError for what is none.

    >>> import numpy as np, farshore as fs
    >>> x = fs.asarray([[1.0, 2.0], [3.0, 4.0]]).implicit()
    >>> with fs.transfers() as log:
    ...     np.asarray(x[0]), x[1] * 2
    (array([1., 2.], dtype=float32), array([6., 8.], dtype=float32))
    >>> log.bytes_to_host
    16
    """

    __slots__ = ("__weakref__", "array")
    __hash__ = None  # type: ignore[assignment]
    # As that of an Array: dask asks for it where it has chunks of several kinds.
    __array_priority__ = 100.0

    def __init__(self, array: Array) -> None:
        if not isinstance(array, Array):
            kind = type(array).__name__
            raise TypeError(f"an ImplicitArray is made from an array of farshore, not {kind}: x.implicit()")
        self.array = array

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.array.dtype

    @property
    def device(self) -> Device:
        return self.array.device

    @property
    def ndim(self) -> int:
        return self.array.ndim

    @property
    def size(self) -> int:
        return self.array.size

    @property
    def nbytes(self) -> int:
        return self.array.nbytes

    @property
    def itemsize(self) -> int:
        return self.array.itemsize

    @property
    def T(self) -> ImplicitArray:
        """The axes in reverse order, on the device."""
        return ImplicitArray(self.array.T)

    @property
    def mT(self) -> ImplicitArray:
        """The last two axes exchanged, on the device."""
        return ImplicitArray(self.array.mT)

    @property
    def strides(self) -> tuple[int, ...]:
        """As those of the host copy that is made."""
        return np.empty(self.shape, self.dtype).strides

    @property
    def flags(self) -> Any:
        """As those of the host copy that is made."""
        return np.empty(self.shape, self.dtype).flags

    def transpose(self, *axes: Any) -> ImplicitArray:
        """The axes in another order, on the device."""
        return ImplicitArray(self.array.transpose(*axes))

    def to_numpy(self, **how: Any) -> Any:
        """`array.to_numpy(**how)`."""
        return self.array.to_numpy(**how)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return self.array.__array__(dtype, copy is not False)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """The function, of host copies."""
        written = kwargs.get("out", ()) if method != "at" else inputs[:1]
        if any(isinstance(value, ImplicitArray) for value in written):
            raise TypeError(
                f"numpy.{ufunc.__name__} cannot write into an ImplicitArray, which is for reading; "
                "write into its array: x.array[...] = values"
            )
        convert = _beside(inputs)
        converted = {name: convert(value) for name, value in kwargs.items()}
        return getattr(ufunc, method)(*map(convert, inputs), **converted)

    def __array_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """The function, of host copies. Made here, where no handler of NumPy's swallows a refusal."""
        from farshore._dispatch import METADATA

        if func.__name__ in METADATA:
            return METADATA[func.__name__](*args, **kwargs)
        convert = _beside(args)
        return func(*_each(convert, args), **_each(convert, kwargs))

    def __getattr__(self, name: str) -> Any:
        """What else a `numpy.ndarray` has, of a host copy. A method copies when it is called."""
        if name == "__array_interface__" or name == "ctypes":
            raise AttributeError(f"an ImplicitArray has no memory to point to; copy it: x.to_numpy().{name}")
        if name.startswith("_") or not hasattr(np.ndarray, name):
            raise AttributeError(f"an ImplicitArray has no attribute {name!r}")
        if name in IN_PLACE:
            raise AttributeError(
                f"an ImplicitArray has no {name}(), which would write into a host copy that nobody sees; "
                f"make one: h = x.to_numpy(); h.{name}(..)"
            )
        if callable(getattr(np.ndarray, name)):
            return self._method(name)
        host = self.array.to_numpy()
        # So that x.flat[0] = 1 raises, instead of being lost.
        host.flags.writeable = False
        return getattr(host, name)

    def _method(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return getattr(self.array.to_numpy(), name)(*args, **kwargs)

        call.__name__ = name
        call.__doc__ = getattr(np.ndarray, name).__doc__
        return call

    def __getitem__(self, key: Any) -> Any:
        if all(map(_is_basic, key if isinstance(key, tuple) else (key,))):
            return ImplicitArray(self.array[key])
        return self.array.to_numpy()[key]

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Any]:
        # Numbers cross at once, when the first is asked for; parts with axes stay on the device.
        if self.ndim == 1:
            yield from self.array.to_numpy()
        else:
            yield from map(ImplicitArray, self.array)

    def __contains__(self, value: object) -> bool:
        # In one transfer; Python would go through the elements.
        return value in self.array.to_numpy()

    def __bool__(self) -> bool:
        return bool(self.array)

    def __int__(self) -> int:
        return int(self.array)

    def __float__(self) -> float:
        return float(self.array)

    def __complex__(self) -> complex:
        return complex(self.array)

    def __index__(self) -> int:
        return self.array.__index__()

    def __repr__(self) -> str:
        return f"ImplicitArray({self.array!r})"

    def __str__(self) -> str:
        return str(self.array)

    def __format__(self, spec: str) -> str:
        return format(self.array, spec)

    def __copy__(self) -> ImplicitArray:
        return ImplicitArray(self.array.copy())

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)

    def __dlpack__(self, *, dl_device: tuple[int, int] | None = None, **how: Any) -> Any:
        """A capsule of a host copy."""
        return self.array.__dlpack__(dl_device=dl_device or (1, 0), **how)

    def __dask_tokenize__(self) -> tuple[str, str]:
        return self.array.__dask_tokenize__()

    def __reduce__(self) -> tuple[type[ImplicitArray], tuple[Array]]:
        return ImplicitArray, (self.array,)


REFLECTED = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"]
REFLECTED += ["and", "or", "xor", "lshift", "rshift"]
COMPARISONS = ["lt", "le", "eq", "ne", "gt", "ge"]


def _method(function: Callable[[Any, Any], Any], reflected: bool) -> Callable[[ImplicitArray, Any], Any]:
    """An operator, of a host copy and the other operand as it is: a sparse matrix has operators of its own.
    Beside an array of farshore, nothing moves."""

    def method(self: ImplicitArray, other: Any) -> Any:
        convert = _beside((other,))
        mine, other = convert(self), convert(other)
        return function(other, mine) if reflected else function(mine, other)

    return method


for _name in (*REFLECTED, *COMPARISONS):
    _operator = getattr(operator, f"__{_name}__")
    setattr(ImplicitArray, f"__{_name}__", _method(_operator, reflected=False))
    if _name in REFLECTED:
        setattr(ImplicitArray, f"__r{_name}__", _method(_operator, reflected=True))


def _beside(others: tuple[Any, ...]) -> Callable[[Any], Any]:
    """What an ImplicitArray is turned into beside `others`: its array where one of them is on a device, else
    a host copy, which functions cannot write into, for that would be lost."""
    on_device = any(isinstance(one, Array) for one in others)

    def convert(value: Any) -> Any:
        if not isinstance(value, ImplicitArray):
            return value
        if on_device:
            return value.array
        host = value.array.to_numpy()
        host.flags.writeable = False
        return host

    return convert


def _each(convert: Callable[[Any], Any], value: Any) -> Any:
    """The arguments of a function, converted, lists within them included."""
    if isinstance(value, (list, tuple)):
        return type(value)(_each(convert, part) for part in value)
    if isinstance(value, dict):
        return {name: _each(convert, part) for name, part in value.items()}
    return convert(value)


def _is_basic(part: Any) -> bool:
    """Whether an index gives a view: an integer, a slice, `...` or None."""
    if part is None or part is Ellipsis or isinstance(part, slice):
        return True
    return (
        hasattr(part, "__index__") and not isinstance(part, (bool, np.bool_)) and not getattr(part, "ndim", 0)
    )
