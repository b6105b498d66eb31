"""Pickles: the elements cross once each way, counted as such. Copies stay on the device."""

import copy
import os
import pickle
import subprocess
import sys

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES, bit_patterns, bits

PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)


@pytest.fixture
def h():
    return np.arange(48, dtype=np.float32).reshape(6, 8)


@pytest.fixture
def x(h):
    return fs.asarray(h)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_dtype_comes_back_bit_for_bit(dtype, protocol):
    host = bit_patterns(dtype)
    loaded = pickle.loads(pickle.dumps(fs.asarray(host), protocol))
    assert type(loaded) is fs.Array
    assert loaded.dtype == host.dtype
    assert loaded.device == fs.default_device()
    assert np.array_equal(bits(loaded.to_numpy()), bits(host))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_takes_its_own_elements_along(view, protocol, x, h):
    part = VIEWS[view](x)
    with fs.transfers() as log:
        stream = pickle.dumps(part, protocol)
        loaded = pickle.loads(stream)
    check(loaded.to_numpy(), np.asarray(VIEWS[view](h)))
    assert (log.bytes_to_host, log.bytes_to_device) == (part.nbytes, part.nbytes)
    assert len(stream) < part.nbytes + 300


def test_a_part_of_a_long_array_makes_a_short_pickle():
    part = fs.zeros(1_000_000)[::100_000]
    assert len(pickle.dumps(part)) < 400


@pytest.mark.parametrize("host", [np.array(2.5, np.float32), np.zeros(0, np.int8), np.zeros((3, 0, 2), bool)])
def test_without_axes_and_empty(host):
    check(pickle.loads(pickle.dumps(fs.asarray(host))).to_numpy(), host)


def test_what_is_still_to_be_computed_is_computed(x, h):
    check(pickle.loads(pickle.dumps(x * 2 + 1)).to_numpy(), h * 2 + 1)


def test_both_ways_are_counted_as_pickle_at_the_users_line(x, log):
    stream = pickle.dumps(x)
    pickle.loads(stream)
    down, up = log.crossings
    assert (down["direction"], down["kind"], down["nbytes"]) == ("to host", "pickle", 192)
    assert (up["direction"], up["kind"], up["nbytes"]) == ("to device", "pickle", 192)
    first = test_both_ways_are_counted_as_pickle_at_the_users_line.__code__.co_firstlineno
    assert (down["caller"], up["caller"]) == (f"{__file__}:{first + 1}", f"{__file__}:{first + 2}")


def test_buffers_out_of_band(x, h, log):
    buffers = []
    stream = pickle.dumps(x, protocol=5, buffer_callback=buffers.append)
    assert len(stream) < 300
    assert [buffer.raw().nbytes for buffer in buffers] == [192]
    assert bytes(buffers[0].raw()) == h.tobytes()
    check(pickle.loads(stream, buffers=buffers).to_numpy(), h)
    # Of any memory, such as that of a message: read-only, at an odd address.
    message = memoryview(b"-" + h.tobytes())[1:]
    check(pickle.loads(stream, buffers=[message]).to_numpy(), h)
    assert [one["kind"] for one in log.crossings if one["direction"] == "to device"] == ["pickle"] * 2


def test_an_array_that_is_there_twice_crosses_once(x, log):
    first, second = pickle.loads(pickle.dumps([x, x]))
    assert first is second
    assert [one["kind"] for one in log.crossings] == ["pickle"] * 2


def test_another_process_loads_it(x, h, tmp_path):
    path = tmp_path / "x.pickle"
    path.write_bytes(pickle.dumps({"x": x[::2]}))
    code = (
        "import pickle, sys\n"
        "x = pickle.load(open(sys.argv[1], 'rb'))['x']\n"
        "print(type(x).__module__, type(x).__name__, x.dtype, x.device, x.to_numpy().tolist())"
    )
    environment = {name: value for name, value in os.environ.items() if name != "FARSHORE_TRANSFERS"}
    environment["FARSHORE_DEVICE"] = x.device.id
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout == f"farshore Array float32 {x.device.id} {h[::2].tolist()}\n"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_forbid_refuses_both_ways_and_nothing_is_lost(protocol, x, h):
    with fs.transfers("forbid") as log, pytest.raises(fs.ForbiddenTransferError):
        pickle.dumps(x, protocol)
    assert len(log) == 0
    stream = pickle.dumps(x, protocol)
    with fs.transfers("forbid") as log, pytest.raises(fs.ForbiddenTransferError):
        pickle.loads(stream)
    assert len(log) == 0
    check(x.to_numpy(), h)
    check(pickle.loads(stream).to_numpy(), h)


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "deepcopy of a list": lambda x: copy.deepcopy([1, x])[1],
    "deepcopy of a dict": lambda x: copy.deepcopy({"x": (x,)})["x"][0],
}


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("view", VIEWS)
def test_copies_are_made_on_the_device(name, view, x, h):
    part = VIEWS[view](x)
    with fs.transfers("forbid") as log:
        made = COPIES[name](part)
        made += 1
    assert len(log) == 0
    assert type(made) is fs.Array
    assert made.device == x.device
    assert not made.shares_memory(x)
    check(made.to_numpy(), np.asarray(VIEWS[view](h)) + 1)
    check(x.to_numpy(), h)


def test_a_deep_copy_keeps_what_is_one_array_one(x):
    first, second = copy.deepcopy([x, x])
    assert first is second
    assert first is not x


def test_an_implicit_array_is_pickled_as_its_array(x, h, log):
    loaded = pickle.loads(pickle.dumps(x.implicit()[1:]))
    assert [(one["kind"], one["nbytes"]) for one in log.crossings] == [("pickle", 160)] * 2
    assert isinstance(loaded, fs.ImplicitArray)
    check(np.asarray(loaded), h[1:])
