"""What the array API standard lets a program ask: of the module, and of an array for its module."""

from inspect import signature

import farshore as fs
import numpy as np
import pytest
from samples import DTYPES

INFO = fs.__array_namespace_info__()


def test_the_version():
    assert fs.__array_api_version__ == "2025.12"


@pytest.mark.parametrize("version", [None, "2021.12", "2022.12", "2023.12", "2024.12", "2025.12"])
def test_an_array_says_its_module(version):
    x = fs.zeros((2, 3))
    assert x.__array_namespace__() is fs
    assert x[0].__array_namespace__(api_version=version) is fs


@pytest.mark.parametrize("version", ["2020.12", "2026.12", "", "latest"])
def test_a_version_that_there_is_not(version):
    with pytest.raises(ValueError, match=r"standard of 2025\.12, not of"):
        fs.zeros(1).__array_namespace__(api_version=version)


def test_devices(device):
    assert INFO.default_device() == device
    assert isinstance(INFO.devices(), tuple)
    assert device in INFO.devices()
    assert [one.id for one in INFO.devices()] == [one["id"] for one in fs.devices()]
    for one in INFO.devices():
        assert fs.zeros(2, device=one).device == one
    with device:
        assert INFO.default_device() == device


def test_capabilities_are_true():
    capabilities = INFO.capabilities()
    assert set(capabilities) == {"boolean indexing", "data-dependent shapes", "max dimensions"}
    x = fs.asarray([1, 2])
    if capabilities["boolean indexing"]:
        assert x[x > 1].tolist() == [2]
    else:
        with pytest.raises(IndexError):
            x[x > 1]
    assert capabilities["data-dependent shapes"] is all(
        hasattr(fs, name) for name in ("nonzero", "unique_values", "unique_counts", "repeat")
    )
    assert capabilities["max dimensions"] is None
    assert (fs.zeros((1,) * 100) + fs.ones((2,) + (1,) * 99)).reshape(-1).tolist() == [1, 1]


def test_default_dtypes_are_those_of_pythons_numbers():
    numbers = {"integral": 1, "real floating": 1.0, "complex floating": 1j}
    for device in (None, *INFO.devices(), fs.default_device().id):
        defaults = INFO.default_dtypes(device=device)
        assert set(defaults) == {*numbers, "indexing"}
        for kind, number in numbers.items():
            assert defaults[kind] == fs.asarray(number).dtype
        assert all(isinstance(dtype, np.dtype) for dtype in defaults.values())


def test_dtypes_are_those_of_the_device(device):
    names = [name for name in DTYPES if name in device.dtypes and name != "float16"]
    for asked in (None, device, device.id):
        found = INFO.dtypes(device=asked)
        assert set(found) == set(names)
        for name, dtype in found.items():
            assert dtype == np.dtype(name)
            assert fs.empty(1, dtype=dtype, device=device).dtype == getattr(fs, name)


@pytest.mark.parametrize(
    "kind",
    [
        "bool",
        "signed integer",
        "unsigned integer",
        "integral",
        "real floating",
        "complex floating",
        "numeric",
        ("bool", "real floating"),
        (),
    ],
    ids=str,
)
def test_dtypes_of_a_kind(kind):
    every = INFO.dtypes()
    assert INFO.dtypes(kind=kind) == {name: one for name, one in every.items() if fs.isdtype(one, kind)}


def test_a_kind_that_there_is_not():
    with pytest.raises(ValueError, match="knows no kind 'float'"):
        INFO.dtypes(kind="float")


def test_it_says_what_its_functions_do():
    for name in ("capabilities", "default_device", "default_dtypes", "devices", "dtypes"):
        function = getattr(INFO, name)
        assert function.__doc__
        assert all(one.kind is one.KEYWORD_ONLY for one in signature(function).parameters.values())
