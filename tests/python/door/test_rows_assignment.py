"""Rows 15 to 19: NumPy's own code asks, without or with a copy=True that nobody wrote."""

import types
import warnings

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import (
    ASSIGNMENT_ASKS_FOR_A_COPY,
    EXPLICIT,
    IMPLICIT,
    POLICIES,
    REMEDIES,
    ask,
    check_refusal,
    held,
    is_line_of,
    moved,
)

pytestmark = pytest.mark.parametrize("policy", POLICIES)


def everything(x):
    h = np.zeros(x.shape, x.dtype)
    h[...] = x
    return h


def a_slice(x):
    h = np.zeros((3, *x.shape), x.dtype)
    h[1:] = x
    return h


def a_row(x):
    h = np.zeros((3, *x.shape), x.dtype)
    h[0] = x
    return h


def a_field(x):
    h = np.zeros(x.shape, [("x", x.dtype), ("y", "i4")])
    h["x"] = x
    return h["x"].copy()


ASSIGNED = {"h[...] = x": everything, "h[1:] = x": a_slice, "h[0] = x": a_row, "rec['x'] = x": a_field}


@pytest.mark.parametrize("what", ASSIGNED)
def test_rows_15_and_16_assignment_into_a_host_array(what, policy, states):
    # From 2.3 on NumPy asks as np.asarray(x) does: row 15. Before, as np.asarray(x, copy=True): row 16.
    for host, x in states:
        if x.ndim == 0:
            continue
        verdicts = EXPLICIT if ASSIGNMENT_ASKS_FOR_A_COPY else IMPLICIT
        got = held(policy, verdicts, ASSIGNED[what], x)
        if got is not None:
            check(got, ASSIGNED[what](host))


def test_row_15_a_refused_assignment_writes_nothing(policy, h, x):
    want = h.copy()

    def assign(x):
        h[...] = x * 2

    answer = ask(policy, assign, x)
    assert np.array_equal(h, want if answer.error else want * 2)
    assert (policy == "forbid") <= isinstance(answer.error, fs.ForbiddenTransferError)


def indexed(x):
    h = np.zeros(5, np.float32)
    h[[0, 2]] = x[0]
    return h


def masked(x):
    h = np.zeros(3, np.float32)
    h[np.array([True, False, True])] = x[0]
    return h


AT = {"h[idx] = x": indexed, "h[mask] = x": masked}


@pytest.mark.parametrize("what", AT)
def test_row_17_assignment_at_indices(what, policy, h, x):
    answer = ask(policy, AT[what], x)
    if IMPLICIT[policy] in ("refused", "forbidden"):
        check_refusal(answer, IMPLICIT[policy], x[0], AT[what], REMEDIES[IMPLICIT[policy]])
    else:
        check(answer.result, AT[what](h))
        assert moved(answer.crossings) == [("to host", "bulk", 8)]
        assert len(answer.warned) == (policy == "warn")


INDICES = {
    "h[x]": lambda x: np.arange(9)[x],
    "h.take(x)": lambda x: np.arange(9).take(x),
    "h.repeat(x)": lambda x: np.arange(3).repeat(x),
    "np.zeros(9)[x] = 1": lambda x: np.arange(9).__setitem__(x, 1),
}


@pytest.mark.parametrize("what", INDICES)
def test_row_17_an_array_as_index(what, policy):
    host = np.array([2, 0, 1])
    got = held(policy, IMPLICIT, INDICES[what], fs.asarray(host))
    if got is not None:
        check(got, INDICES[what](host))


ASKED_TWICE = {
    "h.dot(x)": lambda x: np.eye(2, dtype=np.float32).dot(x),
    "h.searchsorted(x)": lambda x: np.arange(3, dtype=np.float32).searchsorted(x),
}


@pytest.mark.parametrize("what", ASKED_TWICE)
def test_row_18_methods_that_ask_first_with_copy_true(what, policy, h, x):
    # NumPy's C code looks at a copy, throws it away, and then asks as np.asarray(x) does.
    call = ASKED_TWICE[what]
    answer = ask(policy, call, x)
    to_host = ("to host", "bulk", 16)
    if policy == "forbid":
        check_refusal(answer, "forbidden", x, call, REMEDIES["forbidden"])
        return
    assert moved(answer.crossings) == [to_host] * (1 if policy == "explicit" else 2)
    assert [one["spoken"] for one in answer.crossings] == ["explicit", "implicit"][: len(answer.crossings)]
    assert all(is_line_of(one["caller"], call) for one in answer.crossings)
    if policy == "explicit":
        check_refusal(answer._replace(crossings=[]), "refused", x, call, REMEDIES["refused"])
    else:
        assert len(answer.warned) == (policy == "warn")
        check(answer.result, call(h))


def test_row_18_arange_to_an_array_of_one_number(policy):
    element = fs.asarray(np.int64(3))
    answer = ask(policy, np.arange, element)
    if policy == "forbid":
        assert isinstance(answer.error, fs.ForbiddenTransferError)
        assert answer.crossings == []
    else:
        check(answer.result, np.arange(3))
        kinds = [one["kind"] for one in answer.crossings]
        assert kinds == ["bulk"] + ["scalar"] * (len(kinds) - 1)
        assert answer.crossings[0]["spoken"] == "explicit", "nothing tells it from np.asarray(x, copy=True)"


MASK = np.array([[True, False], [False, True]])
SENDERS = {
    "ma.array": lambda x: np.ma.array(x, copy=True),
    "ma.masked_where": lambda x: np.ma.masked_where(MASK, x),
    "ma.masked_values": lambda x: np.ma.masked_values(x, 1),
    "ma.masked_equal": lambda x: np.ma.masked_equal(x, 1),
    "ma.masked_greater": lambda x: np.ma.masked_greater(x, 1),
    "ma.masked_less": lambda x: np.ma.masked_less(x, 3),
    "ma.masked_invalid": lambda x: np.ma.masked_invalid(x),
    "ma.filled": lambda x: np.ma.filled(x),
    "ma.fix_invalid": lambda x: np.ma.fix_invalid(x),
    "ma.make_mask": lambda x: np.ma.make_mask(x),
    "ma.sort": lambda x: np.ma.sort(x),
    "ma.dot": lambda x: np.ma.dot(x, x),
    "ma.inner": lambda x: np.ma.inner(x, x),
    "ma.outer": lambda x: np.ma.outer(x, x),
    "ma.cov": lambda x: np.ma.cov(x),
    "ma.corrcoef": lambda x: np.ma.corrcoef(x),
    "matrix": lambda x: np.matrix(x),
    "char.array": lambda x: np.char.array(x),
    "vectorize": lambda x: np.vectorize(lambda a: a + 1)(x),
}


@pytest.mark.parametrize("name", SENDERS)
def test_row_19_copy_true_from_within_numpy_is_not_the_users(name, policy, h, x):
    call = SENDERS[name]
    answer = ask(policy, call, x)
    if policy in ("explicit", "forbid"):
        verdict = IMPLICIT[policy]
        assert answer.crossings == []
        assert isinstance(answer.error, (fs.ImplicitTransferError, fs.ForbiddenTransferError))
        assert is_line_of(answer.error.requested_by, call), "NumPy's own lines are not who asked"
        assert all(words in str(answer.error) for words in (f"bytes from {x.device}", *REMEDIES[verdict]))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = call(h)
    assert answer.error is None, answer.error
    assert type(answer.result) is type(want)
    assert np.array_equal(np.ma.getmaskarray(answer.result), np.ma.getmaskarray(want))
    assert want is None or (np.ma.filled(answer.result) == np.ma.filled(want)).all()
    assert answer.crossings
    assert all(one[:2] == ("to host", "bulk") for one in moved(answer.crossings))
    assert all(one["spoken"] == "implicit" for one in answer.crossings)
    assert len(answer.warned) == (len(answer.crossings) if policy == "warn" else 0)


@pytest.mark.parametrize("module", ["numpy", "numpy.ma.core", "numpyro.ops", "my.numpy", "__main__"])
def test_row_19_numpy_is_told_by_the_name_of_the_calling_module(module, policy, x):
    caller = types.ModuleType(module)
    exec("import numpy as np\ndef copied(x): return np.asarray(x, copy=True)", caller.__dict__)
    verdicts = IMPLICIT if module in ("numpy", "numpy.ma.core") else EXPLICIT
    answer = ask(policy, caller.copied, x)
    if verdicts[policy] in ("refused", "forbidden"):
        assert isinstance(answer.error, (fs.ImplicitTransferError, fs.ForbiddenTransferError))
    else:
        assert moved(answer.crossings) == [("to host", "bulk", 16)]
        assert [one["spoken"] for one in answer.crossings] == [
            "explicit" if verdicts is EXPLICIT else "implicit"
        ]
