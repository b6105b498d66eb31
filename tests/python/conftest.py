"""What every test shares: the device, opened once, and Hypothesis without its clock.

Opening the default device on a machine without a GPU warns once per process; all warnings are errors here, so
it is opened before the first test.
"""

import os
import warnings

import farshore as fs
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# A first example compiles a kernel, which has nothing to do with the time of the next.
settings.register_profile(
    "farshore",
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("farshore")


def pytest_configure() -> None:
    os.environ.pop("FARSHORE_TRANSFERS", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fs.SoftwareDeviceWarning)
        fs.default_device()


@pytest.fixture(scope="session")
def device():
    return fs.default_device()


@pytest.fixture
def rng():
    return np.random.default_rng(20260208)


@pytest.fixture
def log():
    """A ledger of the whole test, under the policy that holds anyway."""
    with fs.transfers() as ledger:
        yield ledger
