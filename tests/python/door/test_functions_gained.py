"""NumPy's function calls the one of that name that farshore has, or gains some day; no list has to name it.

Where farshore has one, that below stands for it, so that its parameters are known."""

import farshore as fs
import numpy as np
import pytest
from verdicts import POLICIES, ask

pytestmark = pytest.mark.parametrize("policy", POLICIES)


@pytest.fixture
def gain(monkeypatch):
    """Makes a function one of farshore's."""

    def gain(function):
        monkeypatch.setattr(fs, function.__name__, function, raising=False)
        monkeypatch.setattr(fs, "__all__", [*fs.__all__, function.__name__])

    return gain


def kron(x1, x2, /):
    return "kron", x1, x2


def median(x, /, *, axis=None):
    return "median", x, axis


def trapezoid(y, x=None, dx=1.0):
    return "trapezoid", y, x, dx


def roll(x, /, shift, *, axis=None):
    return "roll", x, shift, axis


GAINED = {
    "positional": (kron, lambda x: np.kron(x, x), lambda x: ("kron", x, x)),
    "NumPy's keywords": (kron, lambda x: np.kron(b=x + 0, a=x), lambda x: ("kron", x)),
    "one of each": (kron, lambda x: np.kron(x, b=x), lambda x: ("kron", x, x)),
    "a number": (kron, lambda x: np.kron(2, x), lambda x: ("kron", 2, x)),
    "by default": (median, lambda x: np.median(x), lambda x: ("median", x, None)),
    "by name": (median, lambda x: np.median(a=x, axis=1), lambda x: ("median", x, 1)),
    "by position": (median, lambda x: np.median(x, 1), lambda x: ("median", x, 1)),
    "written defaults": (
        median,
        lambda x: np.median(x, 0, None, overwrite_input=False, keepdims=False),
        lambda x: ("median", x, 0),
    ),
    "both names": (trapezoid, lambda x: np.trapezoid(x=x, y=x), lambda x: ("trapezoid", x, x, 1.0)),
    "a second array": (trapezoid, lambda x: np.trapezoid([1, 2], x), lambda x: ("trapezoid", [1, 2], x, 1.0)),
    "the rest": (roll, lambda x: np.roll(x, 1, 0), lambda x: ("roll", x, 1, 0)),
    "the rest by name": (roll, lambda x: np.roll(axis=0, a=x, shift=1), lambda x: ("roll", x, 1, 0)),
}


@pytest.mark.parametrize("how", GAINED)
def test_numpys_function_calls_ours(how, policy, gain, x):
    function, call, want = GAINED[how]
    gain(function)
    answer = ask(policy, lambda: (call(x),))
    assert answer.error is None, answer.error
    (got,) = answer.result
    assert got[: len(want(x))] == want(x), "the arrays are the same objects"
    assert (answer.crossings, answer.warned) == ([], [])


def test_before_that_it_is_refused_by_name(policy, x):
    answer = ask(policy, np.polymul, x[0], x[0])
    if policy in ("explicit", "forbid"):
        assert "numpy.polymul was given an array on" in str(answer.error)
    else:
        assert isinstance(answer.result, np.ndarray)


LACKING = {
    "by name": lambda x: np.median(x, keepdims=True),
    "by position": lambda x: np.median(x, 0, None, False, True),
    "a host array": lambda x: np.median(x, 0, np.zeros(2, np.float32)),
}


@pytest.mark.parametrize("how", LACKING)
def test_a_parameter_that_ours_lacks_is_refused_by_name(how, policy, gain, h, x):
    gain(median)
    answer = ask(policy, LACKING[how], x)
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, fs.TransferError)
        assert f"numpy.median was given an array on {x.device}" in str(answer.error)
        assert answer.crossings == []
    else:
        assert np.array_equal(answer.result, LACKING[how](h)), "NumPy's, of a host copy"


def test_what_numpys_function_does_not_take_is_numpys_error(policy, gain, x):
    gain(median)
    for call in (lambda: np.median(x, axes=1), lambda: np.median(), lambda: np.median(x, a=x)):
        answer = ask(policy, call)
        assert type(answer.error) is TypeError
        assert answer.crossings == []


def test_a_host_array_beside_ours_is_refused_by_name(policy, gain, h, x):
    gain(kron)
    for call in (lambda: np.kron(h, x), lambda: np.kron(x, h), lambda: np.kron(a=x, b=h)):
        answer = ask(policy, call)
        if policy in ("explicit", "forbid"):
            assert isinstance(answer.error, fs.TransferError)
            assert "numpy.kron was given an array on" in str(answer.error)
        else:
            assert np.array_equal(answer.result, np.kron(h, h))


def test_a_function_of_a_module_below_numpy_is_another_one(policy, gain, x):
    def diagonal(x, /):
        raise AssertionError("numpy.linalg.diagonal is not numpy.diagonal")

    gain(diagonal)
    answer = ask(policy, lambda: np.linalg.diagonal(x))
    assert (policy in ("explicit", "forbid")) == isinstance(answer.error, fs.TransferError)
