"""Row 34: the device's memory, read in place by the host, and mapped as long as someone looks at it."""

import gc
import os
import subprocess
import sys

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import EXPLICIT, POLICIES, held


@pytest.fixture
def shared(x, device):
    """Skips where the device has memory of its own, or is treated so."""
    try:
        with x.map_host():
            pass
    except fs.CopyRequiredError:
        assert not device.is_software or os.environ.get("FARSHORE_SHARED_MEMORY") == "0"
        pytest.skip("this device shares no memory with the host")


def copied_in_place(x):
    with x.map_host() as mapped:
        view = np.asarray(mapped)
        assert not view.flags.writeable
        assert not view.flags.owndata
        copy = np.array(view)
        del view
    return copy


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("policy", POLICIES)
def test_row_34_mapped_memory_is_read_without_a_copy(policy, states):
    for host, x in states:
        got = held(policy, EXPLICIT, copied_in_place, x, crossings=[("to host", "map", x.nbytes)])
        if got is not None:
            check(got, host)
        check(x.copy().to_numpy(), host)


@pytest.mark.usefixtures("shared")
def test_row_34_leaving_with_live_views_stays_mapped(x, h):
    mapped = x.map_host()
    lease = mapped.__enter__()
    view, other = np.asarray(lease), np.asarray(lease)[0]
    with pytest.raises(BufferError, match=r"host views? (is|are) still alive"):
        mapped.__exit__(None, None, None)
    assert np.array_equal(view, h), "the memory is there as long as the views are"
    with pytest.raises(fs.MappedError) as caught:
        (x + 1).to_numpy()
    assert isinstance(caught.value, BufferError)
    del view
    gc.collect()
    with pytest.raises(fs.MappedError):
        (x + 1).to_numpy()
    del other, lease
    gc.collect()
    check((x + 1).to_numpy(), h + 1)


@pytest.mark.usefixtures("shared")
def test_row_34_outside_its_block_the_map_is_no_array(x):
    # NumPy hides what the buffer protocol raises, and would make an object array of it.
    mapped = x.map_host()
    for call in (lambda: np.asarray(mapped), lambda: memoryview(mapped)):
        with pytest.raises(BufferError):
            call()
    with mapped:
        np.asarray(mapped)
    for call in (lambda: np.asarray(mapped), lambda: np.array(mapped, copy=True), lambda: memoryview(mapped)):
        with pytest.raises(BufferError):
            call()


def test_row_34_without_shared_memory_a_copy_is_needed():
    code = """if True:
        import warnings; warnings.simplefilter("ignore")
        import farshore as fs
        x = fs.asarray([1.0, 2.0])
        try:
            x.map_host().__enter__()
        except fs.CopyRequiredError as error:
            assert isinstance(error, ValueError) and error.nbytes == 8 and error.shape == (2,)
            assert "x.to_numpy()" in str(error) and str(x.device) in str(error)
            print(x.to_numpy())
    """
    environment = {**os.environ, "FARSHORE_SHARED_MEMORY": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout == "[1. 2.]\n", done.stderr
