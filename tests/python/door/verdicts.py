"""What each policy answers to a request, as tables, and the check that Farshore keeps to them.

A request is a function of an array. `held` makes it under a policy and looks at all that can be seen: the
result or the refusal with its text and its facts, the crossings, the warnings.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import farshore as fs
import numpy as np

POLICIES = ["explicit", "warn", "allow", "forbid"]

EXPLICIT = {"explicit": "moves", "warn": "moves", "allow": "moves", "forbid": "forbidden"}
IMPLICIT = {"explicit": "refused", "warn": "warns", "allow": "moves", "forbid": "forbidden"}
NO_COPY = dict.fromkeys(POLICIES, "no copy")

CLASSES = {
    "refused": (fs.ImplicitTransferError, TypeError),
    "forbidden": (fs.ForbiddenTransferError, RuntimeError),
    "no copy": (fs.CopyRequiredError, ValueError),
}
REMEDIES = {
    "refused": ("x.to_numpy()", "np.asarray(x, copy=True)", 'with fs.transfers("allow")'),
    "forbidden": ('the policy "forbid" forbids every transfer', 'with fs.transfers("forbid")'),
    "no copy": ("copy=False cannot be kept", "x.to_numpy()"),
}
# NumPy takes a TypeError with these words for an old signature, and asks again without `copy`.
MAGIC = "unexpected keyword argument"

ASSIGNMENT_ASKS_FOR_A_COPY = np.lib.NumpyVersion(np.__version__) < "2.3.0"
"""Before 2.3, `h[...] = x` reaches `__array__` as `np.asarray(x, copy=True)` does."""


class Answer(NamedTuple):
    result: Any
    error: BaseException | None
    crossings: list[dict[str, Any]]
    warned: list[warnings.WarningMessage]


def ask(policy: str, call: Callable[..., Any], *arguments: Any) -> Answer:
    """All there is to see of `call(*arguments)` under a policy."""
    result = error = None
    with fs.transfers(policy) as log, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call(*arguments)
        except Exception as raised:
            error = raised
    warned = [one for one in caught if issubclass(one.category, fs.ImplicitTransferWarning)]
    return Answer(result, error, log.crossings, warned)


def moved(log: Sequence[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(one["direction"], one["kind"], one["nbytes"]) for one in log]


def held(
    policy: str,
    verdicts: dict[str, str],
    call: Callable[[Any], Any],
    x: Any,
    *,
    crossings: Sequence[tuple[str, str, int]] | None = None,
    words: Sequence[str] | None = None,
) -> Any:
    """The result of `call(x)`, which must be as `verdicts` has it; None when it is refused.

    crossings: what moves when it may: (direction, kind, bytes); by default all of `x` to the host.
    words: what a refusal under "explicit" must say, instead of the usual remedies.
    """
    pending = x.is_pending
    verdict, answer = verdicts[policy], ask(policy, call, x)
    if verdict not in ("moves", "warns"):
        assert x.is_pending == pending, "a refusal computes nothing"
        check_refusal(
            answer, verdict, x, call, words if words and verdict == "refused" else REMEDIES[verdict]
        )
        return None
    assert answer.error is None, answer.error
    expected = [("to host", "bulk", x.nbytes)] if crossings is None else list(crossings)
    assert moved(answer.crossings) == expected
    spoken = "explicit" if verdicts is EXPLICIT else "implicit"
    for one in answer.crossings:
        assert one["spoken"] == spoken
        assert one["device"] == str(x.device)
        assert is_line_of(one["caller"], call)
    assert len(answer.warned) == (len(answer.crossings) if verdict == "warns" else 0)
    for one, crossing in zip(answer.warned, answer.crossings, strict=False):
        assert f"{crossing['nbytes']} bytes were copied from {x.device}" in str(one.message)
        assert is_line_of(f"{one.filename}:{one.lineno}", call)
    return answer.result


def check_refusal(
    answer: Answer, verdict: str, x: Any, call: Callable[..., Any], remedies: Sequence[str]
) -> None:
    """Nothing moved, and the error has the classes that handlers catch, the facts, and the remedy."""
    error = answer.error
    assert error is not None, f"moved {moved(answer.crossings)}"
    assert isinstance(error, CLASSES[verdict]), repr(error)
    assert all(isinstance(error, one) for one in (*CLASSES[verdict], fs.TransferError))
    assert (answer.crossings, answer.warned) == ([], [])
    facts = (error.nbytes, error.shape, error.dtype, error.device)
    assert facts == (x.nbytes, x.shape, x.dtype, str(x.device))
    assert is_line_of(error.requested_by, call)
    text = str(error)
    assert verdict == "no copy" or f"(asked for at {error.requested_by})" in text
    for words in (f"{x.nbytes} bytes", str(x.device), *remedies):
        assert words in text
    assert MAGIC not in text


def is_line_of(place: str, call: Callable[..., Any]) -> bool:
    """Whether `place`, "file:line", is in the source of `call`."""
    file, _, line = place.rpartition(":")
    code = call.__code__
    return file == code.co_filename and int(line) in {one for _, _, one in code.co_lines()}
