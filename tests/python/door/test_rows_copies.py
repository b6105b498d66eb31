"""Rows 29 and 31: pickles and copies, and the proxy that may be copied implicitly."""

import copy
import pickle

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import EXPLICIT, NO_COPY, POLICIES, ask, held, moved

each_policy = pytest.mark.parametrize("policy", POLICIES)


@each_policy
def test_row_29_pickling(policy, states):
    for host, x in states:
        pickled = held(
            policy, EXPLICIT, lambda x: pickle.dumps(x), x, crossings=[("to host", "pickle", x.nbytes)]
        )
        if pickled is not None:
            assert np.array_equal(pickle.loads(pickled).to_numpy(), host)


@each_policy
def test_row_29_unpickling(policy, states):
    for host, x in states:
        pickled = pickle.dumps(x)
        answer = ask(policy, pickle.loads, pickled)
        if policy == "forbid":
            assert isinstance(answer.error, fs.ForbiddenTransferError)
            assert answer.crossings == []
        else:
            check(answer.result.to_numpy(), host)
            assert answer.result.device == fs.default_device()
            assert moved(answer.crossings) == [("to device", "pickle", x.nbytes)]


@each_policy
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, fs.Array.copy])
def test_row_29_copies_stay_on_the_device(copied, policy, states):
    for host, x in states:
        answer = ask(policy, copied, x)
        assert answer.error is None
        assert answer.crossings == []
        assert not answer.result.shares_memory(x)
        check(answer.result.to_numpy(), host)


@each_policy
def test_row_29_a_container_is_copied_with_its_arrays(policy, x, h):
    answer = ask(policy, lambda: copy.deepcopy({"a": [x, x]}))
    first, second = answer.result["a"]
    assert first is second, "the memo is kept"
    assert answer.crossings == []


AS_IMPLICIT = {
    "asarray": lambda x: np.asarray(x.implicit()),
    "array": lambda x: np.array(x.implicit()),
    "copy=True": lambda x: np.asarray(x.implicit(), copy=True),
    "dtype": lambda x: np.asarray(x.implicit(), x.dtype),
    "order": lambda x: np.asarray(x.implicit(), order="F"),
    "ma.array": lambda x: np.ma.array(x.implicit(), copy=True).filled(),
}


@each_policy
@pytest.mark.parametrize("what", AS_IMPLICIT)
def test_row_31_the_proxy_is_copied_whoever_asks(what, policy, x, h):
    got = held(policy, EXPLICIT, AS_IMPLICIT[what], x)
    if got is not None:
        check(got, h)
        assert got.flags.writeable


def test_row_31_the_proxy_in_every_state(states):
    for host, x in states:
        check(held("explicit", EXPLICIT, AS_IMPLICIT["asarray"], x), host)


@each_policy
def test_row_31_the_proxy_is_never_without_a_copy(policy, states):
    for _, x in states:
        held(policy, NO_COPY, lambda x: np.asarray(x.implicit(), copy=False), x)


@each_policy
def test_row_31_only_the_slice_moves(policy, x, h):
    def slices(x):
        proxy = x.implicit()
        row = proxy[1]
        assert type(row) is type(proxy[0, :1]) is fs.ImplicitArray
        return row

    row = held(policy, dict.fromkeys(POLICIES, "moves"), slices, x, crossings=[])
    answer = ask(policy, np.asarray, row)
    if policy == "forbid":
        assert isinstance(answer.error, fs.ForbiddenTransferError)
        assert answer.error.nbytes == 8
    else:
        check(answer.result, h[1])
        assert moved(answer.crossings) == [("to host", "bulk", 8)]


ON_HOST = {
    "np.sum": lambda x: np.sum(x),
    "np.concatenate": lambda x: np.concatenate([x, np.ones((2, 2), np.float32)]),
    "np.linalg.inv": lambda x: np.linalg.inv(x),
    "np.sqrt": lambda x: np.sqrt(x),
    "np.isfinite": lambda x: np.isfinite(x),
    "np.add.reduce": lambda x: np.add.reduce(x),
    "x + h": lambda x: x + np.ones((2, 2), np.float32),
    "h + x": lambda x: np.ones((2, 2), np.float32) + x,
    "x == h": lambda x: x == np.ones((2, 2), np.float32),
    "-x": lambda x: -x,
    "x @ h": lambda x: x @ np.ones((2, 2), np.float32),
    "x.mean()": lambda x: x.mean(),
    "x.astype": lambda x: x.astype("i2"),
    "array_equal": lambda x: np.array_equal(np.array([[2, 1], [1, 3]], np.float32), x),
    "h[...] = x": lambda x: np.zeros((2, 2), np.float32).__setitem__(..., x),
    "np.array([x, x])": lambda x: np.array([x, x]),
}


@each_policy
@pytest.mark.parametrize("what", ON_HOST)
def test_row_31_numpy_works_on_a_host_copy_of_the_proxy(what, policy, x, h):
    answer = ask(policy, lambda: ON_HOST[what](x.implicit()))
    if policy == "forbid":
        assert isinstance(answer.error, fs.ForbiddenTransferError)
        assert answer.crossings == []
        return
    assert answer.error is None, answer.error
    want = ON_HOST[what](h)
    assert type(answer.result) is type(want), "a result is the host's"
    assert np.array_equal(answer.result, want)
    assert set(moved(answer.crossings)) == {("to host", "bulk", 16)}
    assert all(one["spoken"] == "explicit" for one in answer.crossings)
    assert answer.warned == []


@each_policy
def test_row_31_the_proxys_metadata_moves_nothing(policy, x):
    proxy = x.implicit()
    look = lambda x: (x.shape, x.dtype, x.ndim, x.size, len(x), np.shape(x), np.ndim(x), np.size(x))  # noqa: E731
    answer = ask(policy, look, proxy)
    assert answer.result == look(x)
    assert answer.crossings == []
