"""A plug-in for pytest: tests that fail when their body moves more between device and host than they say.

    @pytest.mark.assert_no_transfers
    def test_a_step_stays_on_the_device(x):
        step(x)

    @pytest.mark.max_transfers(1, nbytes=4)
    def test_the_loss_is_all_that_is_read(x):
        float(loss(x))

Both count the body of the test, in all threads, and not its fixtures. Of several markers the nearest holds:
the test's own before that of its class, and that before the module's.

Every run of pytest loads this file, so it imports neither farshore nor NumPy before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import pytest

MARKERS = {
    "assert_no_transfers": "assert_no_transfers: the test fails if its body moves anything between device "
    "and host.",
    "max_transfers": "max_transfers(n, nbytes=None): the test fails if its body makes more than n transfers "
    "between device and host, or moves more than nbytes bytes.",
}

BODY = pytest.StashKey[bool]()
"""Whether the body of the test has begun."""


class Limit(NamedTuple):
    """What a marker allows, and the marker as it stands in the test."""

    marker: str
    n: int
    nbytes: int | None


def pytest_configure(config: pytest.Config) -> None:
    for text in MARKERS.values():
        config.addinivalue_line("markers", text)


@pytest.fixture
def assert_no_transfers(request: pytest.FixtureRequest) -> None:
    """The test fails if its body moves anything between device and host: the marker of this name."""
    if request.node.stash[BODY]:
        pytest.fail("assert_no_transfers came when the test had begun; name it among the test's arguments")
    # Before all others, so that it is the nearest.
    request.node.add_marker("assert_no_transfers", append=False)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tells of a marker that is written wrongly before anything is set up for the test."""
    item.stash[BODY] = False
    _limit(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    limit = _limit(item)
    item.stash[BODY] = True
    if limit is None:
        return (yield)

    import farshore

    with farshore.transfers(all_threads=True) as log:
        result = yield
    nbytes = log.bytes_to_host + log.bytes_to_device
    if len(log) > limit.n or (limit.nbytes is not None and nbytes > limit.nbytes):
        pytest.fail(f"the body of the test moved more than {limit.marker} allows:\n{log}", pytrace=False)
    return result


def _limit(item: pytest.Item) -> Limit | None:
    """What the nearest marker allows; one that is written wrongly fails the test."""
    for mark in item.iter_markers():
        if mark.name not in MARKERS:
            continue
        arguments = [*map(repr, mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())]
        written = f"@pytest.mark.{mark.name}" + (f"({', '.join(arguments)})" if arguments else "")
        read = _no_arguments if mark.name == "assert_no_transfers" else _n_and_nbytes
        try:
            return Limit(written, *read(*mark.args, **mark.kwargs))
        except TypeError:
            usage = MARKERS[mark.name].partition(": ")[0]
            text = f"{written} should be @pytest.mark.{usage}; n and nbytes are whole numbers, 0 or more"
            raise pytest.fail.Exception(text, pytrace=False) from None
    return None


def _no_arguments() -> tuple[int, int | None]:
    return 0, None


def _n_and_nbytes(n: int, nbytes: int | None = None) -> tuple[int, int | None]:
    for value in (n, 0 if nbytes is None else nbytes):
        if type(value) is not int or value < 0:
            raise TypeError
    return n, nbytes
