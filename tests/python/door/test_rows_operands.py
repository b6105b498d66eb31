"""Rows 13 and 14: operands and results on both sides, and `h == x`."""

import operator

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import POLICIES, ask, held, is_line_of, moved

pytestmark = pytest.mark.parametrize("policy", POLICIES)


def test_row_13_all_operands_on_the_device(policy, x, h):
    for call in (lambda x: x + x, lambda x: np.add(x, x), lambda x: np.sqrt(x), lambda x: np.float32(2) * x):
        got = held(policy, dict.fromkeys(POLICIES, "moves"), call, x, crossings=[])
        assert isinstance(got, fs.Array)
        check(got.to_numpy(), call(h))


MIXED = {
    "h + x": lambda h, x: h + x,
    "x + h": lambda h, x: x + h,
    "np.add(x, h)": lambda h, x: np.add(x, h),
    "np.maximum(h, x)": lambda h, x: np.maximum(h, x),
    "h == x": lambda h, x: h == x,
    "x == h": lambda h, x: x == h,
    "h != x": lambda h, x: h != x,
    "h < x": lambda h, x: h < x,
    "np.equal(h, x)": lambda h, x: np.equal(h, x),
}


@pytest.mark.parametrize("what", MIXED)
def test_rows_13_and_14_a_host_operand(what, policy, h, x):
    other = h[::-1].copy()
    answer = ask(policy, MIXED[what], other, x)
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, fs.TransferError)
        assert isinstance(answer.error, TypeError if policy == "explicit" else (TypeError, RuntimeError))
        for words in ("16 bytes", str(x.device), "fs.asarray(h)"):
            assert words in str(answer.error)
        facts = (answer.error.nbytes, answer.error.shape, answer.error.dtype, answer.error.device)
        assert facts == (16, (2, 2), np.float32, str(x.device))
        assert is_line_of(answer.error.requested_by, MIXED[what])
        assert answer.crossings == []
    else:
        assert isinstance(answer.result, fs.Array), "never a plain False"
        check(answer.result.to_numpy(), MIXED[what](other, h))
        assert moved(answer.crossings) == [("to device", "bulk", 16)]
        assert len(answer.warned) == (policy == "warn")


@pytest.mark.parametrize("what", ["h + x", "x == h"])
def test_rows_13_and_14_nobody_spoke_of_the_upload(what, policy, h, x):
    for one in ask(policy, MIXED[what], h, x).crossings:
        assert one["spoken"] == "implicit"


def into_host(h, x):
    h += x


INTO_HOST = {
    "h += x": into_host,
    "np.add(h, x, out=h)": lambda h, x: np.add(h, x, out=h),
    "np.add(x, x, out=h)": lambda h, x: np.add(x, x, out=h),
    "np.add(h, 1, out=h, where=x)": lambda h, x: np.add(h, 1, out=h, where=x > 1),
    "np.sum([x, x], out=h)": lambda h, x: np.sum([x, x], 0, out=h),
    "np.sum(x, out=h)": lambda h, x: np.sum(x.reshape(1, 2, 2), 0, out=h),
    "np.concatenate([x, x], out=h)": lambda h, x: np.concatenate([x[:1], x[1:]], out=h),
    "np.copyto(h, x)": lambda h, x: np.copyto(h, x),
}


@pytest.mark.parametrize("what", INTO_HOST)
def test_row_13_a_result_into_a_host_array(what, policy, h, x):
    into, want = np.ones((2, 2), np.float32), np.ones((2, 2), np.float32)
    answer = ask(policy, INTO_HOST[what], into, x)
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, fs.TransferError)
        assert policy == "forbid" or isinstance(answer.error, fs.ImplicitTransferError)
        assert answer.crossings == []
    else:
        INTO_HOST[what](want, h)
        assert answer.result is None or answer.result is into
    assert np.array_equal(into, want)


@pytest.mark.parametrize("what", INTO_HOST)
def test_row_13_a_host_array_that_is_written_need_not_go_to_the_device(what, policy, x):
    answer = ask(policy, INTO_HOST[what], np.ones((2, 2), np.float32), x)
    assert [one["direction"] for one in answer.crossings if one["direction"] == "to device"] == []


INTO_DEVICE = {
    "np.add(h, h, out=x)": lambda h, x: np.add(h, h, out=x),
    "np.add(x, x, out=x)": lambda h, x: np.add(x, x, out=x),
    "np.sum(h, out=x)": lambda h, x: np.sum([h, h], 0, out=x),
    "np.stack([h, h], out=x)": lambda h, x: np.stack([h[0], h[0]], out=x),
    "np.add.at(x, 0, 1)": lambda h, x: np.add.at(x, 0, 1),
    "np.copyto(x, h)": lambda h, x: np.copyto(x, h),
    "np.fill_diagonal(x, 7)": lambda h, x: np.fill_diagonal(x, 7),
    "np.put(x, [0], 7)": lambda h, x: np.put(x, [0], 7),
    "np.place(x, x > 1, 7)": lambda h, x: np.place(x, x > 1, [7]),
    "np.putmask(x, x > 1, 7)": lambda h, x: np.putmask(x, x > 1, 7),
    "np.put_along_axis(x, ...)": lambda h, x: np.put_along_axis(x, np.zeros((2, 1), int), 7, 1),
    "np.nan_to_num(x, copy=False)": lambda h, x: np.nan_to_num(x, copy=False, nan=7),
}


@pytest.mark.parametrize("what", INTO_DEVICE)
def test_row_13_a_result_into_a_device_array_arrives_or_is_refused(what, policy):
    host = np.array([[2, np.nan], [1, 3]], np.float32)
    x, want, operand = fs.asarray(host), host.copy(), np.ones((2, 2), np.float32)
    answer = ask(policy, INTO_DEVICE[what], operand, x)
    if answer.error is None:
        INTO_DEVICE[what](operand, want)
    else:
        assert isinstance(answer.error, (TypeError, fs.TransferError))
    assert policy not in ("explicit", "forbid") or answer.crossings == []
    assert np.array_equal(x.to_numpy(), want, equal_nan=True)


@pytest.mark.parametrize("compare", [operator.eq, operator.ne])
@pytest.mark.parametrize(
    "other",
    [
        np.array(["a", "b"]),
        np.array([None, 1], object),
        np.datetime64("2020"),
        np.zeros(2, [("a", "f4")]),
        np.ma.array([1.0, 2.0]),
        np.zeros(3),
        [1.0, 2.0],
    ],
    ids=["strings", "objects", "a date", "a structure", "a masked array", "another shape", "a list"],
)
def test_row_14_equality_with_what_is_on_the_host_is_never_a_plain_false(compare, other, policy):
    x = fs.asarray([1.0, 2.0])
    for left, right in ((x, other), (other, x)):
        answer = ask(policy, lambda left=left, right=right: compare(left, right))
        assert answer.error is not None or not isinstance(answer.result, (bool, np.bool))
    assert policy not in ("explicit", "forbid") or isinstance(answer.error, Exception)


def test_row_14_array_equal_never_hides_a_refusal(policy, h, x):
    for call in (lambda: np.array_equal(h, x), lambda: np.array_equiv(x, h), lambda: np.allclose(h, x)):
        answer = ask(policy, call)
        if policy in ("explicit", "forbid"):
            assert isinstance(answer.error, fs.TransferError)
        else:
            assert answer.result is True
