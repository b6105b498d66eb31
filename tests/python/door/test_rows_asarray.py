"""Rows 1, 2, 5, 7, 9, 10, 33: `np.asarray`, `np.array` and their kin, for every state of an array."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import EXPLICIT, IMPLICIT, NO_COPY, POLICIES, REMEDIES, ask, check_refusal, held, moved

pytestmark = pytest.mark.parametrize("policy", POLICIES)

NO_COPY_ASKED = {
    "asarray": lambda x: np.asarray(x),
    "copy=None": lambda x: np.asarray(x, copy=None),
    "array, copy=None": lambda x: np.array(x, copy=None),
    "if needed": lambda x: np.array(x, copy=np._CopyMode.IF_NEEDED),
    "dtype": lambda x: np.asarray(x, dtype=x.dtype),
    "dtype, positional": lambda x: np.asarray(x, x.dtype),
    "order": lambda x: np.asarray(x, order="F"),
    "asanyarray": lambda x: np.asanyarray(x),
    "ascontiguousarray": lambda x: np.ascontiguousarray(x),
    "asfortranarray": lambda x: np.asfortranarray(x),
    "asarray_chkfinite": lambda x: np.asarray_chkfinite(x),
    "require": lambda x: np.require(x),
    "require C, W": lambda x: np.require(x, x.dtype, "CW"),
    "np.float32 and its kin": lambda x: x.dtype.type(x),
    "full": lambda x: np.full(x.shape, x),
}


@pytest.mark.parametrize("what", NO_COPY_ASKED)
def test_row_1_asarray_and_its_kin(what, policy, states):
    for host, x in states:
        got = held(policy, IMPLICIT, NO_COPY_ASKED[what], x)
        if got is not None:
            check(np.asarray(got), np.asarray(NO_COPY_ASKED[what](host)))


COPY_ASKED = {
    "asarray": lambda x: np.asarray(x, copy=True),
    "asanyarray": lambda x: np.asanyarray(x, copy=True),
    "dtype": lambda x: np.asarray(x, x.dtype, copy=True),
    "dtype, keyword": lambda x: np.asarray(x, dtype=x.dtype, copy=True),
    "order C": lambda x: np.asarray(x, order="C", copy=True),
    "order F": lambda x: np.asarray(x, order="F", copy=True),
    "np.bool": lambda x: np.asarray(x, copy=np.True_),
}
ARRAY = {
    "array": lambda x: np.array(x),
    "array, copy=True": lambda x: np.array(x, copy=True),
    "always": lambda x: np.array(x, copy=np._CopyMode.ALWAYS),
    "dtype": lambda x: np.array(x, x.dtype),
    "order F": lambda x: np.array(x, order="F"),
    "ndmin": lambda x: np.array(x, ndmin=3),
    "subok": lambda x: np.array(x, subok=True),
}


@pytest.mark.parametrize("what", COPY_ASKED)
def test_row_2_asarray_with_copy_true(what, policy, states):
    check_fresh_copy(policy, COPY_ASKED[what], states)


@pytest.mark.parametrize("what", ARRAY)
def test_row_5_array(what, policy, states):
    check_fresh_copy(policy, ARRAY[what], states)


def check_fresh_copy(policy, call, states):
    for host, x in states:
        first, second = held(policy, EXPLICIT, call, x), held(policy, EXPLICIT, call, x)
        if policy == "forbid":
            continue
        check(first, call(host))
        assert type(first) is np.ndarray
        assert first.flags.writeable
        assert first.flags.c_contiguous == call(np.ascontiguousarray(host)).flags.c_contiguous
        assert not np.shares_memory(first, second)


COPY_FORBIDDEN = {
    "asarray": lambda x: np.asarray(x, copy=False),
    "array": lambda x: np.array(x, copy=False),
    "asanyarray": lambda x: np.asanyarray(x, copy=False),
    "dtype": lambda x: np.asarray(x, x.dtype, copy=False),
    "another dtype": lambda x: np.asarray(x, "c16", copy=False),
    "dtype=object": lambda x: np.asarray(x, object, copy=False),
    "a string": lambda x: np.asarray(x, "U3", copy=False),
    "order": lambda x: np.asarray(x, order="F", copy=False),
    "never": lambda x: np.array(x, copy=np._CopyMode.NEVER),
    "in a list": lambda x: np.asarray([x, x], copy=False),
}


@pytest.mark.parametrize("what", COPY_FORBIDDEN)
def test_row_7_copy_false(what, policy, states):
    for _, x in states:
        held(policy, NO_COPY, COPY_FORBIDDEN[what], x)


@pytest.mark.parametrize("dtype", [object, "U9", "S9", ">f4"])
def test_row_9_a_dtype_that_is_not_ours(dtype, policy, h, x):
    want = h.astype(dtype)
    for verdicts, call in (
        (IMPLICIT, lambda x: np.asarray(x, dtype)),
        (EXPLICIT, lambda x: np.asarray(x, dtype, copy=True)),
        (EXPLICIT, lambda x: np.array(x, dtype)),
    ):
        got = held(policy, verdicts, call, x)
        if got is not None:
            assert got.dtype == want.dtype
            assert np.array_equal(got, want)


IN_A_LIST = {
    "array": lambda x: np.array([x, x]),
    "asarray, copy=True": lambda x: np.asarray([x, x], copy=True),
    "a tuple": lambda x: np.array((x, x)),
    "nested": lambda x: np.array([[x], [x]]),
    "dtype": lambda x: np.asarray([x, x], x.dtype),
    "beside host arrays": lambda x: np.array([np.zeros(x.shape, x.dtype), x, x]),
}


@pytest.mark.parametrize("what", IN_A_LIST)
def test_row_10_a_list_of_arrays(what, policy, states):
    for host, x in states:
        if x.ndim == 0:
            continue
        got = held(policy, IMPLICIT, IN_A_LIST[what], x, crossings=[("to host", "bulk", x.nbytes)] * 2)
        if got is not None:
            check(got, IN_A_LIST[what](host))


@pytest.mark.parametrize("what", IN_A_LIST)
def test_row_10_arrays_without_axes_are_asked_twice(what, policy, x):
    # NumPy makes an array of each, and then reads each as a number.
    element = x[0, 0]
    answer = ask(policy, IN_A_LIST[what], element)
    if policy in ("explicit", "forbid"):
        check_refusal(answer, IMPLICIT[policy], element, IN_A_LIST[what], REMEDIES[IMPLICIT[policy]])
    else:
        assert moved(answer.crossings) == [("to host", "bulk", 4)] * 2 + [("to host", "scalar", 4)] * 2
        assert len(answer.warned) == (2 if policy == "warn" else 0)
        check(answer.result, IN_A_LIST[what](np.float32(2)))


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0, 4)])
@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_row_33_an_array_without_elements_is_as_any_other(shape, dtype, policy):
    x = fs.zeros(shape, dtype=dtype)
    for table, verdicts in ((NO_COPY_ASKED, IMPLICIT), (COPY_ASKED, EXPLICIT), (COPY_FORBIDDEN, NO_COPY)):
        got = held(policy, verdicts, table["asarray"], x)
        if got is not None:
            check(got, np.zeros(shape, dtype))


@pytest.mark.parametrize(("dtype", "smaller"), [("float32", "float16"), ("int64", "uint8")])
def test_row_2_a_smaller_dtype_moves_fewer_bytes(dtype, smaller, policy):
    answer = ask(policy, lambda: np.asarray(fs.ones((3, 4), dtype=dtype), smaller, copy=True))
    if policy == "forbid":
        assert isinstance(answer.error, fs.ForbiddenTransferError)
    else:
        check(answer.result, np.ones((3, 4), smaller))
        assert moved(answer.crossings) == [("to host", "bulk", 12 * np.dtype(smaller).itemsize)]


@pytest.mark.parametrize("dtype", ["float16", "float64", "complex64"])
def test_row_1_a_refusal_tells_the_bytes_that_would_have_moved(dtype, policy, x):
    told = ask("explicit", np.asarray, x, dtype).error.nbytes
    answer = ask(policy, lambda: np.asarray(x, dtype, copy=True))
    assert told == (answer.error.nbytes if policy == "forbid" else answer.crossings[0]["nbytes"])
