"""How a call into another library is held to its word: what it answers or raises, and what crossed."""

import traceback

import farshore as fs
import pytest

REMEDIES = {
    "to_numpy": (lambda x: x.to_numpy(), None),
    "implicit": (lambda x: x.implicit(), None),
    "allow": (lambda x: x, "allow"),
}
"""What to write instead: how the array is handed over, and under which policy."""

REFUSAL = "farshore.exceptions.ImplicitTransferError: "
"""How our own error begins in a traceback."""

NOT_AN_OPERAND = r"^(not_)?equal: an operand is an array of farshore or a number, not .*fs\.asarray\(\.\.\)$"
"""What `x == theirs` says, and `x != theirs`."""


def moved(log: fs.Ledger) -> list[str]:
    return [f"{one['direction']} {one['kind']} {one['nbytes']}" for one in log.crossings]


def bulk(*sizes: int) -> list[str]:
    return [f"to host bulk {nbytes}" for nbytes in sizes]


def upload(*sizes: int) -> list[str]:
    return [f"to device bulk {nbytes}" for nbytes in sizes]


def works(call, crossings, policy=None):
    """What `call()` answers, after exactly these crossings."""
    with fs.transfers(policy) as log:
        answer = call()
    assert moved(log) == crossings
    return answer


def refused(call, crossings=()) -> str:
    """Our own error, which whoever called sees as it is; its text."""
    with fs.transfers() as log, pytest.raises(fs.ImplicitTransferError) as caught:
        call()
    message = str(caught.value)
    assert caught.value.device in message
    assert "x.to_numpy()" in message
    assert moved(log) == list(crossings)
    return message


def hidden(call, kind, text) -> Exception:
    """An error of the library's own, with `text` in it; its traceback shows our refusal above it."""
    error = _error_of_theirs(call, kind, text)
    _, refusal, remedy = "".join(traceback.format_exception(error)).partition(REFUSAL)
    assert refusal
    assert "x.to_numpy()" in remedy
    return error


def unasked(call, kind, text, crossings=()) -> Exception:
    """An error of a library that never asked for the elements, under "allow" too: no refusal is above it."""
    for policy in ("allow", "explicit"):
        error = _error_of_theirs(call, kind, text, crossings, policy)
        assert REFUSAL not in "".join(traceback.format_exception(error))
    return error


def absent(call, name) -> None:
    """The error of a library that looks for an attribute of host arrays: our words, with the remedy."""
    error = unasked(call, AttributeError, f"{name}: the elements are in the memory of")
    assert "x.to_numpy()" in str(error)


def not_an_operand(call, crossings=(), policy=None) -> None:
    """Our error for an operand of a library that neither side knows: it says how to convert."""
    with fs.transfers(policy) as log, pytest.raises(TypeError, match=NOT_AN_OPERAND):
        call()
    assert moved(log) == list(crossings)


def _error_of_theirs(call, kind, text, crossings=(), policy=None) -> Exception:
    with fs.transfers(policy) as log, pytest.raises(kind, match=text) as caught:
        call()
    assert not isinstance(caught.value, fs.TransferError)
    assert moved(log) == list(crossings)
    return caught.value
