"""Rows 11 and 12: functions of NumPy, those that only look at shape and dtype among them."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import IMPLICIT, POLICIES, REMEDIES, ask, check_refusal, held, is_line_of, moved

pytestmark = pytest.mark.parametrize("policy", POLICIES)

ONCE = {
    "unwrap": lambda x: np.unwrap(x, axis=0),
    "linalg.matrix_power": lambda x: np.linalg.matrix_power(x, 3),
    "cov": lambda x: np.cov(x),
    "poly": lambda x: np.poly(x),
    "allclose": lambda x: np.allclose(x, np.ones((2, 2))),
    "array_equal": lambda x: np.array_equal(np.array([[2, 1], [1, 3]], np.float32), x),
    "isclose": lambda x: np.isclose(np.ones((2, 2), np.float32), x),
    "kron": lambda x: np.kron(np.ones((2, 2), np.float32), x),
    "inner": lambda x: np.inner(np.ones((2, 2), np.float32), x),
    "vdot": lambda x: np.vdot(x, np.ones((2, 2), np.float32)),
    "correlate": lambda x: np.correlate(x[0], np.ones(1, np.float32)),
    "digitize": lambda x: np.digitize(x, np.arange(3)),
    "apply_along_axis": lambda x: np.apply_along_axis(np.sum, 0, x),
    "einsum": lambda x: np.einsum("ij->i", x, dtype="float64"),
    "polyfit": lambda x: np.polyfit([1, 2], [3, 4], 1, w=x[0]),
    "trapezoid": lambda x: np.trapezoid([1, 2], x[0]),
    "linalg.cond": lambda x: np.linalg.cond(x),
    "linalg.norm": lambda x: np.linalg.norm(x),
    "fft.hfft": lambda x: np.fft.hfft(x),
    "vecdot": lambda x: np.vecdot(x, np.ones(2, np.float32)),
    "add": lambda x: np.add(x, 1, dtype="float64"),
    "sqrt": lambda x: np.sqrt(x, casting="safe"),
    "logaddexp.reduce": lambda x: np.logaddexp.reduce(x),
    "hypot.outer": lambda x: np.hypot.outer(x, np.ones(2, np.float32)),
}
"""Calls that ask for `x` once; test_every_function goes through the rest of NumPy."""


@pytest.mark.parametrize("name", ONCE)
def test_row_11_a_function_that_farshore_lacks(name, policy, h, x):
    call = ONCE[name]
    asked = x[0] if name in ("correlate", "polyfit", "trapezoid") else x
    words = (f"numpy.{name} was given an array on {x.device}", f"numpy.{name}(x.to_numpy())")
    answer = ask(policy, call, x)
    if IMPLICIT[policy] in ("refused", "forbidden"):
        verdict = IMPLICIT[policy]
        check_refusal(answer, verdict, asked, call, words if verdict == "refused" else REMEDIES[verdict])
        return
    assert answer.error is None, answer.error
    check(np.asarray(answer.result), call(h))
    assert moved(answer.crossings) == [("to host", "bulk", asked.nbytes)]
    assert len(answer.warned) == (policy == "warn")


SEVERAL = {
    "linalg.solve": lambda x: np.linalg.solve(x, x),
    "corrcoef": lambda x: np.corrcoef(x, x),
    "vdot": lambda x: np.vdot(x, x),
    "einsum with a dtype": lambda x: np.einsum("ij,jk", x, x, dtype="float64"),
    "linalg.lstsq": lambda x: np.linalg.lstsq(x, x)[0],
    "vecdot with a dtype": lambda x: np.vecdot(x, x, dtype="float64"),
    "hypot.outer": lambda x: np.hypot.outer(x, x),
    "add with a dtype": lambda x: np.add(x, x, dtype="float64"),
    "in a list": lambda x: np.linalg.multi_dot([x, x]),
    "in a tuple": lambda x: np.linalg.multi_dot((x, x)),
    "by keyword": lambda x: np.trapezoid(y=x, x=x),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_row_11_several_arrays(name, policy, h, x):
    answer = ask(policy, SEVERAL[name], x)
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, (fs.ImplicitTransferError, fs.ForbiddenTransferError))
        assert answer.crossings == []
    else:
        check(np.asarray(answer.result), np.asarray(SEVERAL[name](h)))
        assert moved(answer.crossings) == [("to host", "bulk", x.nbytes)] * 2


@pytest.mark.parametrize("name", SEVERAL)
def test_row_11_a_refusal_counts_the_bytes_of_all_arrays(name, policy, x):
    answer = ask(policy, SEVERAL[name], x)
    if policy == "explicit":
        assert "it would copy 32 bytes" in str(answer.error)
    if policy in ("explicit", "forbid"):
        assert "32 bytes" in str(answer.error)
        assert answer.error.nbytes == 32
    else:
        assert sum(one["nbytes"] for one in answer.crossings) == 32


@pytest.mark.parametrize(
    "call", [ONCE["unwrap"], ONCE["vecdot"], ONCE["logaddexp.reduce"], SEVERAL["in a list"]]
)
def test_row_11_a_refusal_says_who_asked(call, policy, x):
    answer = ask(policy, call, x)
    if policy in ("explicit", "forbid"):
        assert f"asked for at {answer.error.requested_by}" in str(answer.error)
        assert is_line_of(answer.error.requested_by, call)
    else:
        assert is_line_of(answer.crossings[0]["caller"], call)


EQUAL = {
    "itself": lambda x: np.array_equal(x, x),
    "a copy": lambda x: np.array_equal(x, x.copy()),
    "a view": lambda x: np.array_equal(x, x.T),
    "another value": lambda x: np.array_equal(x, x + 1),
    "a shape that broadcasts": lambda x: np.array_equal(x * 0, x[:1, :1] * 0),
    "fewer axes": lambda x: np.array_equal(x[:1], x[0]),
    "another dtype": lambda x: np.array_equal(x, x.astype("int16")),
    "no elements": lambda x: np.array_equal(x[:0], x[2:]),
    "NaN": lambda x: np.array_equal(x * np.nan, x * np.nan),
    "NaN, equal": lambda x: np.array_equal(x * np.nan, x * np.nan, equal_nan=True),
}


@pytest.mark.parametrize("what", EQUAL)
def test_row_11_array_equal_answers_on_the_device(what, policy, h, x):
    answer = ask(policy, EQUAL[what], x)
    assert (answer.error, answer.crossings, answer.warned) == (None, [], [])
    assert isinstance(answer.result, fs.Array)
    check(answer.result.to_numpy(), np.array(EQUAL[what](h)))


def test_row_11_files_are_written_by_name_only(policy, x, h, tmp_path):
    def save(x):
        np.save(tmp_path / "x.npy", x)

    held(policy, IMPLICIT, save, x, words=("numpy.save was given an array", "fs.save(file, x)"))
    if policy in ("warn", "allow"):
        check(np.load(tmp_path / "x.npy"), h)
    else:
        assert not (tmp_path / "x.npy").exists()


METADATA = {
    "shape": lambda x: np.shape(x),
    "ndim": lambda x: np.ndim(x),
    "size": lambda x: np.size(x),
    "result_type": lambda x: np.result_type(x, np.float64),
    "result_type with a number": lambda x: np.result_type(x, 2),
    "can_cast": lambda x: np.can_cast(x.dtype, "complex128"),
    "iscomplexobj": lambda x: np.iscomplexobj(x),
    "isrealobj": lambda x: np.isrealobj(x),
    "may_share_memory": lambda x: np.may_share_memory(x, x),
    "shares_memory with a copy": lambda x: np.shares_memory(x, x.copy()),
    "shares_memory with the host": lambda x: np.shares_memory(x, np.zeros(3)),
    "broadcast_shapes": lambda x: np.broadcast_shapes(x.shape, (1,)),
    "isscalar": lambda x: np.isscalar(x),
    "attributes": lambda x: (x.shape, x.dtype, x.ndim, x.size, x.nbytes, x.itemsize, x.strides),
}


@pytest.mark.parametrize("what", METADATA)
def test_row_12_metadata(what, policy, states):
    for host, x in states:
        pending = x.is_pending
        answer = ask(policy, METADATA[what], x)
        if not (x.size == 0 and "share" in what):  # memory without bytes
            assert answer.result == METADATA[what](host)
        assert answer.error is None
        assert (answer.crossings, answer.warned) == ([], [])
        assert x.is_pending == pending
