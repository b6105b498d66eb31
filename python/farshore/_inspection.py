"""What the array API standard lets a program ask of farshore: `x.__array_namespace__()` and what follows."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

import farshore
from farshore import _core
from farshore._core import Device
from farshore._dtypes import isdtype

VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12", "2025.12")
"""The standard's. Each keeps what the one before it has."""

__array_api_version__ = VERSIONS[-1]


class Info:
    """Answers about devices and dtypes, as the array API standard words them."""

    def capabilities(self) -> dict[str, bool | int | None]:
        """What the standard leaves open: indexing by masks, results whose shape depends on values, axes.

        >>> import farshore as fs
        >>> fs.__array_namespace_info__().capabilities()
        {'boolean indexing': True, 'data-dependent shapes': True, 'max dimensions': None}
        """
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": None}

    def default_device(self) -> Device:
        """`fs.default_device()`."""
        return _core.default_device()

    def devices(self) -> tuple[Device, ...]:
        """All devices there are, opened. `fs.devices()` lists them without."""
        return tuple(_core.open_device(one["id"]) for one in _core.devices())

    def default_dtypes(self, *, device: Device | str | None = None) -> dict[str, np.dtype[Any]]:
        """The dtypes of Python's numbers and of indices; on every device the same.

        >>> import farshore as fs
        >>> fs.__array_namespace_info__().default_dtypes()["real floating"]
        dtype('float32')
        """
        return {
            "real floating": np.dtype(np.float32),
            "complex floating": np.dtype(np.complex64),
            "integral": np.dtype(np.int64),
            "indexing": np.dtype(np.int64),
        }

    def dtypes(
        self, *, device: Device | str | None = None, kind: str | tuple[str, ...] | None = None
    ) -> dict[str, np.dtype[Any]]:
        """The standard's dtypes that `device` has, by name; of a kind, or of any in a tuple of kinds.

        kind: as in `fs.isdtype`. float16 is not among them: the standard does not know it.

        >>> import farshore as fs
        >>> list(fs.__array_namespace_info__().dtypes(kind="unsigned integer"))
        ['uint8', 'uint16', 'uint32', 'uint64']
        """
        if isinstance(device, str):
            device = _core.open_device(device)
        there = (_core.default_device() if device is None else device).dtypes
        found = {name: np.dtype(name) for name in there if name != "float16"}
        return {name: one for name, one in found.items() if kind is None or isdtype(one, kind)}


def __array_namespace_info__() -> Info:
    """Answers about devices and dtypes: capabilities, default_device, default_dtypes, devices, dtypes.

    >>> import farshore as fs
    >>> fs.__array_namespace_info__().default_device() == fs.default_device()
    True
    """
    return Info()


def array_namespace(api_version: str | None = None) -> ModuleType:
    """The module that `x.__array_namespace__` gives. Raises ValueError for a version that there is not."""
    if api_version is not None and api_version not in VERSIONS:
        raise ValueError(f"farshore follows the array API standard of {VERSIONS[-1]}, not of {api_version}")
    return farshore
