"""How a call into another library is held to its word: what it answers or raises, and what crossed."""

import farshore as fs
import pytest

REMEDIES = {
    "to_numpy": (lambda x: x.to_numpy(), None),
    "implicit": (lambda x: x.implicit(), None),
    "allow": (lambda x: x, "allow"),
}
"""What to write instead: how the array is handed over, and under which policy."""


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


def hidden(call, kind, text, crossings=(), policy=None) -> Exception:
    """An error of the library's own, with `text` in it. Where ours is its cause, a traceback shows both."""
    with fs.transfers(policy) as log, pytest.raises(kind, match=text) as caught:
        call()
    assert not isinstance(caught.value, fs.TransferError)
    assert moved(log) == list(crossings)
    return caught.value
