"""Row 13: `out=` of functions of numbers: written on the device, or refused without a trace."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import CLASSES, IMPLICIT, POLICIES, ask, moved


@pytest.fixture
def host():
    return np.arange(1, 17, dtype=np.float32).reshape(4, 4)


CALLS = {
    "fs.add": lambda x, y, z: fs.add(x, y, out=z),
    "np.add": lambda x, y, z: np.add(x, y, out=z),
    "np.add, a tuple": lambda x, y, z: np.add(x, y, out=(z,)),
    "np.add, positional": lambda x, y, z: np.add(x, y, z),
    "a number": lambda x, y, z: np.multiply(x, 3, out=z),
    "one operand": lambda x, y, z: np.sqrt(x, out=z),
    "another name": lambda x, y, z: np.abs(x, out=z),
    "bool into float32": lambda x, y, z: np.less(x, y, out=z),
    "broadcast into z": lambda x, y, z: np.add(x[0], 1, out=z),
    "a column and a row": lambda x, y, z: np.multiply(x[:, :1], y[2], out=z),
    "an element": lambda x, y, z: np.negative(x[1, 2], out=z),
    "a longer z": lambda x, y, z: np.add(x, y, out=z[None]),
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("what", CALLS)
def test_the_result_is_written_and_given_back(what, policy, host):
    z, want = fs.zeros((4, 4)), np.zeros((4, 4), np.float32)
    x, y = fs.asarray(host), fs.asarray(host.T.copy())
    seen = []
    answer = ask(policy, lambda: seen.append(CALLS[what](x, y, z)))
    assert (answer.error, answer.crossings, answer.warned) == (None, [], [])
    assert seen[0] is z or (what == "a longer z" and seen[0].shares_memory(z))
    if what.startswith("fs."):
        np.add(host, host.T, out=want)
    else:
        CALLS[what](host, host.T, want)
    check(z.to_numpy(), want)
    check(x.to_numpy(), host)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "float16", "float64", "complex64"])
@pytest.mark.parametrize("into", ["bool", "int8", "uint8", "int32", "float16", "float32", "complex64"])
def test_out_keeps_its_dtype_and_holds_what_numpys_would(dtype, into):
    host, want = np.array([1, 2, 100], dtype), np.ones(3, into)
    x, z = fs.asarray(host), fs.asarray(want)
    try:
        np.subtract(host, 1, out=want)
    except TypeError:
        for subtract in (np.subtract, fs.subtract):
            with pytest.raises(TypeError, match=f"subtract: .*{dtype}.* {into} cannot hold"):
                subtract(x, 1, out=z)
    else:
        assert np.subtract(x, 1, out=z) is z
    check(z.to_numpy(), want)


@pytest.mark.parametrize("shape", [(4,), (4, 1), (1, 4), (3, 4), (2, 2, 4), ()])
def test_a_shape_that_does_not_fit_writes_nothing(shape, host):
    x = fs.asarray(host)
    with pytest.raises(ValueError, match="broadcast"):
        np.add(host, host, out=np.zeros(shape, np.float32))
    for add in (np.add, fs.add):
        z = fs.zeros(shape)
        with pytest.raises(ValueError, match=r"add: the result has shape \(4, 4\), out \("):
            add(x, x, out=z)
        assert not z.to_numpy().any()


OVERLAPS = {
    "shifted down": lambda a: np.negative(a[:-1], out=a[1:]),
    "shifted up": lambda a: np.negative(a[1:], out=a[:-1]),
    "transposed": lambda a: np.add(a.T, 1, out=a),
    "backwards": lambda a: np.add(a[::-1], a, out=a),
    "both ways": lambda a: np.subtract(a[::-1, ::-1], a.T, out=a),
    "its own row": lambda a: np.add(a[0], a, out=a),
    "its own element": lambda a: np.multiply(a[1, 1], a, out=a),
    "neighbours": lambda a: np.add(a[:, 1:], a[:, :-1], out=a[:, 1:]),
    "every other": lambda a: np.multiply(a[::2, ::-1], a[1::2], out=a[1::2, ::-1]),
    "itself": lambda a: np.square(a, out=a),
    "again and again": lambda a: [np.subtract(a[1:], a[:-1], out=a[1:]) for _ in range(80)],
}


@pytest.mark.parametrize("what", OVERLAPS)
def test_inputs_are_read_before_out_is_written(what, host):
    x = fs.asarray(host)
    OVERLAPS[what](x)
    OVERLAPS[what](host)
    check(x.to_numpy(), host)


@pytest.mark.parametrize("view", [lambda a: a[1], lambda a: a.T, lambda a: a[::-2, 1::2], lambda a: a[3, 3:]])
def test_a_view_as_out_writes_into_its_array(view, host):
    x, y = fs.asarray(host), fs.asarray(host) * 3
    other = x[:]
    assert np.add(view(y), 1, out=view(x)).shares_memory(x)
    view(host)[...] = view(host) * 3 + 1
    check(x.to_numpy(), host)
    check(other.to_numpy(), host)


def test_what_was_recorded_before_has_the_old_values(host):
    z = fs.asarray(host) * 1
    later, turned, copy, view = z + 1, z.T * 2, z.copy(), z[1]
    on_its_way = z.to_numpy(blocking=False)
    np.add(z, z, out=z)
    check(later.to_numpy(), host + 1)
    check(turned.to_numpy(), host.T * 2)
    check(copy.to_numpy(), host)
    check(on_its_way.result(), host)
    check(view.to_numpy(), host[1] * 2)
    check(z.to_numpy(), host * 2)


def test_a_view_that_was_broadcast_is_no_out(host):
    row = fs.zeros(4)
    for add in (np.add, fs.add):
        with pytest.raises(ValueError, match="broadcast"):
            add(fs.asarray(host), 1, out=row.broadcast_to((4, 4)))
    assert not row.to_numpy().any()


@pytest.mark.parametrize("policy", POLICIES)
def test_a_host_array_as_out_is_written_only_where_that_is_allowed(policy, host):
    x, into = fs.asarray(host), np.zeros((4, 4), np.float32)
    answer = ask(policy, lambda: np.add(x, x, out=into))
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, CLASSES[IMPLICIT[policy]])
        for words in ("numpy.add", "64 bytes", str(x.device), "fs.asarray(h)"):
            assert words in str(answer.error)
        assert (answer.error.nbytes, answer.error.shape) == (64, (4, 4))
        assert not into.any()
        assert answer.crossings == []
    else:
        assert answer.result is into
        check(into, host + host)
        assert {one[:2] for one in moved(answer.crossings)} == {("to host", "bulk")}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "keywords", [{"signature": "ff->f"}, {"dtype": "f8"}, {"casting": "no"}, {"order": "F"}]
)
def test_another_keyword_beside_out_is_not_dropped(keywords, policy, host):
    x, z = fs.asarray(host), fs.zeros((4, 4))
    answer = ask(policy, lambda: np.add(x, x, out=z, **keywords))
    assert isinstance(answer.error, (TypeError, fs.ForbiddenTransferError))
    assert not z.to_numpy().any()
