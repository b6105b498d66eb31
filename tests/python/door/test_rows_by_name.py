"""Rows 20 to 25: numbers, printing, and the copies that are asked for by name."""

import math
import operator

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import EXPLICIT, POLICIES, ask, held, moved

pytestmark = pytest.mark.parametrize("policy", POLICIES)


def set_item(x):
    h = np.zeros(2)
    h[0] = x
    return float(h[0])


def fill(x):
    h = np.zeros(2)
    h.fill(x)
    return float(h[1])


NUMBERS = {
    "float": lambda x: float(x),
    "int": lambda x: int(x),
    "bool": lambda x: bool(x),
    "complex": lambda x: complex(x),
    "item": lambda x: x.item(),
    "format": lambda x: float(f"{x:.1f}"),
    "np.float64": lambda x: float(np.float64(x)),
    "math.sqrt": lambda x: math.sqrt(x) ** 2,
}


@pytest.mark.parametrize("what", NUMBERS)
def test_row_20_one_element_as_a_number(what, policy):
    element = fs.asarray(np.array([4, 9], np.float32))[0] * 4
    got = held(policy, EXPLICIT, NUMBERS[what], element, crossings=[("to host", "scalar", 4)])
    assert got is None or got == NUMBERS[what](np.float32(16))


@pytest.mark.parametrize("call", [operator.index, lambda x: int(np.arange(9)[x]), lambda x: range(9)[x]])
def test_row_20_one_element_as_an_index(call, policy):
    answer = ask(policy, lambda: call(fs.zeros((), dtype="int16") + 3))
    if policy == "forbid":
        assert isinstance(answer.error, fs.ForbiddenTransferError)
        assert answer.crossings == []
    else:
        assert answer.result == 3
        assert moved(answer.crossings) == [("to host", "scalar", 2)]


@pytest.mark.parametrize("call", [set_item, fill, lambda x: np.fromiter(x[None], float)[0]])
def test_row_20_an_element_into_a_host_array_is_a_number(call, policy):
    answer = ask(policy, lambda: call(fs.zeros(()) + 2))
    if policy == "forbid":
        # NumPy puts a ValueError of its own in front.
        assert isinstance(answer.error, ValueError)
        assert isinstance(answer.error.__cause__, fs.ForbiddenTransferError)
        assert answer.crossings == []
    else:
        assert answer.result == 2
        assert moved(answer.crossings) == [("to host", "scalar", 4)]


def test_row_20_an_array_read_by_its_elements_is_counted_by_elements(policy, x):
    row = x.reshape(4)
    for call in (
        lambda: np.fromiter(row, float),
        lambda: [float(one) for one in row],
        lambda: max(row).item(),
    ):
        answer = ask(policy, call)
        if policy == "forbid":
            assert answer.error is not None
        else:
            assert {one["kind"] for one in answer.crossings} == {"scalar"}
            assert len(answer.crossings) == 4


def test_row_20_scalars_are_guarded_apart_from_bulk(policy, x):
    with fs.transfers(policy), fs.transfers(scalar="forbid") as log:
        for read in (lambda: float(x[0, 0]), lambda: x[0, 0].item(), lambda: bool(x[0, 0])):
            with pytest.raises(fs.ForbiddenTransferError) as caught:
                read()
            assert "4 bytes" in str(caught.value)
        assert len(log) == 0
        if policy != "forbid":
            x.to_numpy()
            assert log.bytes_to_host == 16


@pytest.mark.parametrize(
    "call", [float, int, bool, complex, operator.index, math.sqrt, fs.Array.item, "{:d}".format]
)
@pytest.mark.parametrize("shape", [(2,), (0,), (2, 3)])
def test_row_21_several_elements_are_no_number(call, shape, policy):
    answer = ask(policy, lambda: call(fs.zeros(shape, dtype="int32")))
    assert type(answer.error) is TypeError
    assert f"only an array of one element is a number; this one has shape {shape}" in str(answer.error)
    assert answer.crossings == []


def test_row_22_print_shows_what_it_may(policy, states):
    for host, x in states:
        for show in (str, "{}".format, lambda x: f"<{x}>"):
            answer = ask(policy, show, x)
            if policy == "forbid":
                assert answer.result == show(repr(x))
                assert answer.crossings == []
            else:
                assert answer.result == show(host)
                assert moved(answer.crossings) == [("to host", "print", x.nbytes)]
            assert answer.warned == []
        pending = x.is_pending
        answer = ask(policy, repr, x)
        assert (answer.crossings, x.is_pending) == ([], pending)
        assert answer.result.startswith("Array(shape=")


def test_row_22_print_of_a_long_array_moves_the_corners(policy):
    host = np.arange(2000)
    answer = ask(policy, lambda: str(fs.asarray(host) if policy != "forbid" else fs.zeros(2000)))
    to_host = [one for one in moved(answer.crossings) if one[0] == "to host"]
    if policy == "forbid":
        assert answer.result.startswith("Array(shape=(2000,)")
        assert to_host == []
    else:
        assert answer.result == str(host)
        assert {kind for _, kind, _ in to_host} == {"print"}
        assert sum(nbytes for *_, nbytes in to_host) == 6 * 8


BY_NAME = {
    "to_numpy": lambda x: x.to_numpy(),
    "to_numpy, dtype": lambda x: x.to_numpy(dtype=x.dtype),
    "to_numpy, out": lambda x: x.to_numpy(out=np.empty(x.shape, x.dtype)),
    "to_numpy, not blocking": lambda x: x.to_numpy(blocking=False).result(),
    "get": lambda x: x.get(),
    "get, out": lambda x: x.get(out=np.empty(x.shape, x.dtype)),
    "numpy": lambda x: x.numpy(),
    "numpy, force": lambda x: x.numpy(force=True),
    "asnumpy": lambda x: fs.asnumpy(x),
    "tolist": lambda x: np.array(x.tolist(), x.dtype).reshape(x.shape),
}


@pytest.mark.parametrize("what", BY_NAME)
def test_row_24_copies_that_are_named(what, policy, states):
    for host, x in states:
        got = held(policy, EXPLICIT, BY_NAME[what], x)
        if got is not None:
            check(got, host)
            assert got.flags.writeable
            assert not np.shares_memory(got, x.to_numpy())


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.to_numpy(order="F"),
        lambda x: x.get(order="F"),
        lambda x: fs.asnumpy(x, order="F"),
        lambda x: x.to_numpy(out=np.empty(x.shape, x.dtype, "F")),
    ],
)
def test_row_24_fortran_order(call, policy, states):
    for host, x in states:
        got = held(policy, EXPLICIT, call, x)
        if got is not None:
            check(got, host)
            assert got.flags.f_contiguous


def test_row_25_to_device_cpu(policy, states):
    for host, x in states:
        got = held(policy, EXPLICIT, lambda x: x.to_device("cpu"), x)
        if got is not None:
            assert type(got) is np.ndarray
            check(got, host)


def test_row_25_to_its_own_device_moves_nothing(policy, x):
    answer = ask(policy, x.to_device, x.device)
    assert answer.result.shares_memory(x)
    assert answer.crossings == []
