"""What the tests with other libraries share: the device, and the same numbers on both sides."""

import os
import warnings

import farshore as fs
import numpy as np
import pytest

pytest.register_assert_rewrite("outcome")


def pytest_configure() -> None:
    os.environ.pop("FARSHORE_TRANSFERS", None)
    os.environ["MPLBACKEND"] = "Agg"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fs.SoftwareDeviceWarning)
        fs.default_device()


@pytest.fixture
def h():
    """20 numbers, 80 bytes."""
    return np.linspace(0, 1, 20, dtype=np.float32)


@pytest.fixture
def x(h):
    return fs.asarray(h)


@pytest.fixture
def h2(h):
    """20 rows of 20, 1600 bytes."""
    return np.outer(h, 1 - h * h)


@pytest.fixture
def x2(h2):
    return fs.asarray(h2)


@pytest.fixture
def shared_memory():
    """Skips where the host cannot look into the device's memory, which is never so for a software device."""
    try:
        with fs.zeros(1).map_host():
            pass
    except fs.CopyRequiredError:
        assert os.environ.get("FARSHORE_SHARED_MEMORY") == "0" or not fs.default_device().is_software
        pytest.skip("this device shares no memory with the host")
