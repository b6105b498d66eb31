"""`where=` of functions of numbers: only the elements that it names are written, and nothing crosses."""

import functools

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import CLASSES, IMPLICIT, POLICIES, ask, moved
from whole_numpy import DISPATCHED, call, is_ours, operands, same


@pytest.fixture
def host():
    return np.arange(1, 17, dtype=np.float32).reshape(4, 4)


@pytest.fixture
def mask(host):
    return host % 3 != 0


CALLS = {
    "np.add": lambda x, m, z: np.add(x, x.T, where=m, out=z),
    "np.add, a tuple": lambda x, m, z: np.add(x, 1, out=(z,), where=m),
    "np.add, positional": lambda x, m, z: np.add(x, 1, z, where=m),
    "numbers alone": lambda x, m, z: np.add(1, 2, out=z, where=m),
    "one operand": lambda x, m, z: np.sqrt(x, out=z, where=m),
    "another name": lambda x, m, z: np.absolute(-x, out=z, where=m),
    "bool into float32": lambda x, m, z: np.less(x, 7, out=z, where=m),
    "what would be NaN": lambda x, m, z: np.log(x - 8, out=z, where=x > 8),
    "a row": lambda x, m, z: np.add(x, 1, out=z, where=m[0]),
    "a column": lambda x, m, z: np.add(x[0], 1, out=z, where=m[:, 1:2]),
    "turned": lambda x, m, z: np.add(x, 1, out=z, where=m.T[::-1]),
    "an element": lambda x, m, z: np.add(x, 1, out=z, where=m[0, 2]),
    "computed": lambda x, m, z: np.add(x, 1, out=z, where=(x > 3) & m),
    "into a view": lambda x, m, z: np.add(x[:2, 0], 1, out=z[::-2, 1], where=m[:2, 0]),
    "True": lambda x, m, z: np.add(x, 1, out=z, where=True),
    "False": lambda x, m, z: np.add(x, 1, out=z, where=False),
    "True of NumPy": lambda x, m, z: np.add(x, 1, out=z, where=np.True_),
    "False without axes": lambda x, m, z: np.add(x, 1, out=z, where=np.array(False)),
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("what", CALLS)
def test_what_it_names_is_written_and_the_rest_stays(what, policy, host, mask):
    want = np.full((4, 4), -5, np.float32)
    x, m, z = (fs.asarray(one) for one in (host, mask, want))
    answer = ask(policy, CALLS[what], x, m, z)
    assert (answer.error, answer.crossings, answer.warned) == (None, [], [])
    assert answer.result is z or (what == "into a view" and answer.result.shares_memory(z))
    with np.errstate(all="ignore"):
        CALLS[what](host, mask, want)
    same(z, want, "log" if "NaN" in what else "add")
    check(x.to_numpy(), host)
    check(m.to_numpy(), mask)


@pytest.mark.parametrize("call", [fs.add, np.add])
def test_farshores_takes_what_numpys_takes(call, host, mask):
    z = fs.asarray(-host)
    assert call(fs.asarray(host), 1, out=z, where=fs.asarray(mask)) is z
    check(z.to_numpy(), np.where(mask, host + 1, -host))
    assert fs.where(fs.asarray(mask), 1, 2, out=z) is z
    check(z.to_numpy(), np.where(mask, np.float32(1), np.float32(2)))


@pytest.mark.parametrize("dtype", ["float32", "int64", "complex64", "bool"])
def test_every_function_of_the_table_takes_it(dtype):
    checked = set()
    for function in DISPATCHED.values():
        if not isinstance(function, np.ufunc) or not is_ours(function) or function.nout > 1:
            continue
        arrays = operands(function.nin, dtype)
        result = call(function, arrays)
        if isinstance(result, Exception) or function is np.float_power:
            continue
        want = np.full(result.shape, 1, result.dtype)
        z, m = fs.asarray(want), np.array([[True, False], [False, True]])
        got = call(
            functools.partial(function, where=fs.asarray(m), out=z), [fs.asarray(one) for one in arrays]
        )
        if function.signature is not None:  # of whole rows: NumPy's take no where either
            refused = call(functools.partial(function, where=m, out=want), arrays)
            assert (type(got), str(got)) == (TypeError, str(refused)), (function, got)
            check(z.to_numpy(), want)
            continue
        if isinstance(got, TypeError) and f"does not accept {dtype}" in str(got):
            continue
        assert got is z, (function, got)
        call(functools.partial(function, where=m, out=want), arrays)
        same(z, want, function.__name__)
        checked.add(function.__name__)
    assert len(checked) > 20


@pytest.mark.parametrize("add", [fs.add, np.add])
def test_without_out_the_other_elements_are_0(add, host, mask):
    x, m = fs.asarray(host), fs.asarray(mask)
    with fs.transfers("forbid"):
        got = add(x, x, where=m)
        larger = add(x[0], 1, where=m)
        none = add(x, x, where=False)
    check(got.to_numpy(), np.where(mask, host + host, np.float32(0)))
    check(larger.to_numpy(), np.where(mask, host[0] + 1, np.float32(0)))
    check(none.to_numpy(), np.zeros((4, 4), np.float32))
    check(np.less(x, 99, where=m).to_numpy(), mask)


OVERLAPS = {
    "itself": lambda a, m: np.negative(a, where=m, out=a),
    "a mask of itself": lambda a, m: np.subtract(a, 9, where=a > 9, out=a),
    "the mask": lambda a, m: np.logical_not(m, where=m, out=m),
    "the mask, turned": lambda a, m: np.logical_or(m, a > 3, where=m.T, out=m),
    "shifted": lambda a, m: np.add(a[1:], a[:-1], where=m[:-1], out=a[1:]),
    "backwards": lambda a, m: np.add(a[::-1], 1, where=m, out=a),
    "again and again": lambda a, m: [np.add(a.T, 1, where=a > 7, out=a) for _ in range(40)],
}


@pytest.mark.parametrize("what", OVERLAPS)
def test_all_is_read_before_out_is_written(what, host, mask):
    x, m = fs.asarray(host), fs.asarray(mask)
    OVERLAPS[what](x, m)
    OVERLAPS[what](host, mask)
    check(x.to_numpy(), host)
    check(m.to_numpy(), mask)


def test_what_was_recorded_before_has_the_old_values(host, mask):
    z, m = fs.asarray(host), fs.asarray(mask)
    later = z * 2
    np.negative(z, where=m, out=z)
    m[...] = False
    check(later.to_numpy(), host * 2)
    check(z.to_numpy(), np.where(mask, -host, host))


# NumPy warns on its own way from complex numbers and back.
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("into", ["bool", "uint8", "int32", "float16", "float64", "complex64"])
@pytest.mark.parametrize("dtype", ["bool", "int8", "float32", "complex64"])
def test_out_keeps_its_dtype(dtype, into):
    host, mask, want = np.array([0, 1, 2, 3]).astype(dtype), np.array([1, 0, 1, 0], bool), np.ones(4, into)
    x, m, z = (fs.asarray(one) for one in (host, mask, want))
    try:
        np.add(host, host, where=mask, out=want)
    except TypeError:
        with pytest.raises(TypeError, match=f"add: .* {into} cannot hold"):
            np.add(x, x, where=m, out=z)
    else:
        assert np.add(x, x, where=m, out=z) is z
    check(z.to_numpy(), want)


WRONG = {
    "numbers": (TypeError, lambda x, m: x),
    "a number": (TypeError, lambda x, m: 2.5),
    "a list": (TypeError, lambda x, m: [True, False, True, False]),
    "a word": (TypeError, lambda x, m: "no"),
    "too few": (ValueError, lambda x, m: m[:3]),
    "more axes": (ValueError, lambda x, m: m[None]),
    "longer": (ValueError, lambda x, m: m.broadcast_to((3, 4, 4))),
}


@pytest.mark.parametrize("add", [fs.add, np.add])
@pytest.mark.parametrize("what", WRONG)
def test_a_mask_that_does_not_fit_writes_nothing(what, add, host, mask):
    error, wrong = WRONG[what]
    x, z = fs.asarray(host), fs.zeros((4, 4))
    with pytest.raises(error):
        add(x, x, where=wrong(x, fs.asarray(mask)), out=z)
    assert not z.to_numpy().any()


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("add", [fs.add, np.add])
def test_a_mask_of_the_host_is_refused_as_an_operand_is(add, policy, host, mask):
    x, z = fs.asarray(host), fs.zeros((4, 4))
    answer = ask(policy, lambda: add(x, x, where=mask, out=z))
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, CLASSES[IMPLICIT[policy]])
        for words in ("add", "16 bytes on the host", "fs.asarray(h)"):
            assert words in str(answer.error)
        assert answer.crossings == []
        assert not z.to_numpy().any()
    else:
        assert answer.result is z
        assert moved(answer.crossings) == [("to device", "bulk", 16)]
        assert len(answer.warned) == (policy == "warn")
        check(z.to_numpy(), np.where(mask, host + host, np.float32(0)))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_mask_beside_host_arrays_does_not_come_to_the_host_unasked(policy, host, mask):
    m, into = fs.asarray(mask), np.zeros((4, 4), np.float32)
    answer = ask(policy, lambda: np.add(host, host, where=m, out=into))
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, CLASSES[IMPLICIT[policy]])
        assert answer.crossings == []
        assert not into.any()
    else:
        assert moved(answer.crossings) == [("to host", "bulk", 16)]
        check(into, np.where(mask, host + host, np.float32(0)))


def test_a_mask_that_stands_in_for_host_arrays_stays_where_it_is(host, mask):
    x, m, z = (fs.asarray(one) for one in (host, mask, -host))
    with fs.transfers("forbid"):
        np.add(x, x, where=m.implicit(), out=z)
        chosen = np.where(m.implicit(), x, 0)
    check(z.to_numpy(), np.where(mask, host + host, -host))
    check(chosen.to_numpy(), np.where(mask, host, np.float32(0)))
