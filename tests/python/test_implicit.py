"""`x.implicit()`: slices stay on the device, all else works on a host copy, counted at the user's line."""

import copy
import math
import operator
import warnings

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import DTYPES, values


@pytest.fixture
def h():
    return np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def p(h):
    return fs.asarray(h).implicit()


def test_what_is_known_without_reading(p, log):
    assert isinstance(p, fs.ImplicitArray)
    assert isinstance(p.array, fs.Array)
    assert (p.shape, p.dtype, p.ndim, p.size, p.nbytes, p.itemsize) == ((3, 4), np.float32, 2, 12, 48, 4)
    assert p.device == p.array.device
    assert len(p) == 3
    assert (np.shape(p), np.ndim(p), np.size(p)) == ((3, 4), 2, 12)
    assert repr(p) == f"ImplicitArray(Array(shape=(3, 4), float32, {p.device}, ready))"
    assert len(log) == 0


SLICES = {
    "row": lambda x: x[1],
    "element": lambda x: x[1, -1],
    "slices": lambda x: x[::-1, 1:3],
    "ellipsis": lambda x: x[..., 0],
    "new axis": lambda x: x[None, :, None],
    "integers of NumPy": lambda x: x[np.int64(2), np.array(1)],
    "nothing": lambda x: x[3:],
    "all": lambda x: x[()],
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "slice of a slice": lambda x: x[1:][1].T[::2],
    "iteration": lambda x: list(x)[2],
}


@pytest.mark.parametrize("name", SLICES)
def test_slices_stay_on_the_device(name, p, h, log):
    got = SLICES[name](p)
    assert isinstance(got, fs.ImplicitArray)
    assert got.array.shares_memory(p.array)
    assert len(log) == 0
    check(np.asarray(got), np.asarray(SLICES[name](h)))
    assert log.bytes_to_host == got.nbytes, "only the slice moves"


ONCE = {
    "asarray": lambda x: np.asarray(x),
    "asarray, copy=True": lambda x: np.asarray(x, copy=True),
    "asarray with a dtype": lambda x: np.asarray(x, dtype=np.float16),
    "asarray of objects": lambda x: np.asarray(x, dtype=object),
    "array": lambda x: np.array(x),
    "asanyarray": lambda x: np.asanyarray(x),
    "ascontiguousarray": lambda x: np.ascontiguousarray(x.T),
    "sum": lambda x: np.sum(x),
    "mean along an axis": lambda x: np.mean(x, axis=1),
    "transpose": lambda x: np.transpose(x),
    "where": lambda x: np.where(x, 1, 2),
    "percentile": lambda x: np.percentile(x, 30),
    "sort": lambda x: np.sort(x, axis=0),
    "array_equal": lambda x: np.array_equal(x, np.arange(12).reshape(3, 4)),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 4)),
    "linalg": lambda x: np.linalg.norm(x),
    "masked": lambda x: np.ma.array(x).filled(0),
    "ufunc": lambda x: np.sqrt(x),
    "ufunc that farshore lacks": lambda x: np.vecdot(x, np.ones(4, np.float32)),
    "reduce": lambda x: np.add.reduce(x, axis=1),
    "accumulate": lambda x: np.add.accumulate(x),
    "outer": lambda x: np.multiply.outer(x, [1, 2]),
    "where=": lambda x: np.add(1, 1, where=x > 3, out=np.zeros((3, 4))),
    "operator": lambda x: x + 1,
    "operator from the right": lambda x: 2 - x,
    "a host array": lambda x: x * np.arange(4),
    "a host array on the left": lambda x: np.arange(4) * x,
    "comparison": lambda x: x == 3,
    "matmul": lambda x: x @ np.ones(4, np.float32),
    "negation": lambda x: -x,
    "mask": lambda x: x[np.arange(3) > 0],
    "list": lambda x: x[[2, 0]],
    "list beside a slice": lambda x: x[:, [2, 0]],
    "index array": lambda x: x[np.array([[0, 1]])],
    "method": lambda x: x.std(axis=0),
    "astype": lambda x: x.astype("int8"),
    "reshape": lambda x: x.reshape(-1),
    "ravel": lambda x: x.ravel(),
    "tolist": lambda x: np.array(x.tolist()),
    "attribute": lambda x: x.real,
    "flat": lambda x: np.array(list(x.flat)),
    "in": lambda x: np.array(7 in x),
    "to_numpy": lambda x: x.to_numpy() if isinstance(x, fs.ImplicitArray) else x,
    "setitem of a host array": lambda x: operator.setitem(host := np.zeros((3, 4)), ..., x) or host,
    "a list of rows": lambda x: np.array([x[0]]),
}


@pytest.mark.parametrize("name", ONCE)
def test_whatever_else_is_done_works_on_one_host_copy(name, p, h, log):
    got = ONCE[name](p)
    want = ONCE[name](h)
    assert type(got) is type(want)
    check(np.asarray(got), np.asarray(want))
    (crossing,) = log.crossings
    assert (crossing["direction"], crossing["kind"], crossing["spoken"]) == ("to host", "bulk", "explicit")
    line = ONCE[name].__code__.co_firstlineno
    assert crossing["caller"] == f"{__file__}:{line}"


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype(dtype, rng):
    host = values(dtype, 30, rng).reshape(5, 6)
    check(np.asarray(fs.asarray(host).implicit()[1::2, ::-1]), host[1::2, ::-1])


def test_a_host_copy_is_new_and_writeable(p, h):
    first = np.asarray(p)
    first[...] = 0
    assert first.flags.writeable
    check(np.asarray(p), h)


def test_to_numpy_takes_what_an_array_takes(p, h):
    out = np.empty((3, 4), np.float16)
    assert p.to_numpy(out=out) is out
    check(out, h.astype(np.float16))
    assert p.to_numpy(order="F").flags.f_contiguous


def test_no_copy_is_refused_as_for_an_array(p, log):
    with pytest.raises(fs.CopyRequiredError) as caught:
        np.asarray(p, copy=False)
    with pytest.raises(fs.CopyRequiredError) as of_array:
        np.asarray(p.array, copy=False)
    assert str(caught.value) == str(of_array.value)
    assert len(log) == 0


REFUSED = {
    "asarray": np.asarray,
    "ufunc": np.sqrt,
    "function": np.sum,
    "operator": lambda p: p + 1,
    "mask": lambda p: p[[0]],
    "method": lambda p: p.sum(),
    "number": lambda p: float(p[0, 0]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_forbid_refuses_every_host_copy(name, p):
    with fs.transfers("forbid") as log, pytest.raises(fs.ForbiddenTransferError):
        REFUSED[name](p)
    assert len(log) == 0


def test_a_budget_refuses_what_goes_beyond(p, h):
    with fs.transfers(max_bytes=16) as log:
        check(np.asarray(p[0]), h[0])
        with pytest.raises(fs.ForbiddenTransferError):
            np.asarray(p[1])
    assert log.bytes_to_host == 16


def test_slices_pass_where_transfers_are_forbidden(p):
    with fs.transfers("forbid"):
        assert p[1:, 2].shape == (2,)


def test_no_policy_warns_of_what_was_asked_for(p):
    with warnings.catch_warnings(), fs.transfers("warn"):
        warnings.simplefilter("error")
        np.asarray(p)


def test_numbers(log):
    p = fs.asarray([3, 0]).implicit()
    assert (float(p[0]), int(p[0]), complex(p[0]), bool(p[1])) == (3.0, 3, 3 + 0j, False)
    assert [10, 11, 12, 13][p[0]] == 13
    assert math.sqrt(p[1]) == 0
    assert f"{p[0]:03d}" == "003"
    assert log.scalar_reads == 7
    with pytest.raises(TypeError, match="only an array of one element"):
        float(p)


def test_printing(p, h, log):
    assert str(p) == f"{p}" == str(h)
    assert {one["kind"] for one in log.crossings} == {"print"}


def test_out_may_be_a_host_array(p, h):
    out = np.empty((3, 4), np.float32)
    assert np.multiply(p, 2, out=out) is out
    check(out, h * 2)
    out += p
    check(out, h * 3)
    np.add.at(out, [0], p[0])
    check(out[0], h[0] * 4)


WRITES = {
    "out": lambda p: np.add(1, 1, out=p),
    "in place": lambda p: operator.iadd(p, 1),
    "at": lambda p: np.add.at(p, [0], 1),
    "setitem": lambda p: operator.setitem(p, 0, 1),
    "sort": lambda p: p.sort(),
    "fill": lambda p: p.fill(0),
    "put": lambda p: np.put(p, [0], 1),
    "flat": lambda p: operator.setitem(p.flat, 0, 1),
    "fill_diagonal": lambda p: np.fill_diagonal(p, 1),
    "shape": lambda p: setattr(p, "shape", (12,)),
    "copyto": lambda p: np.copyto(p, 1),
}


@pytest.mark.parametrize("name", WRITES)
def test_what_would_write_into_it_raises(name, p, h):
    with pytest.raises((TypeError, AttributeError, ValueError)):
        WRITES[name](p)
    check(p.array.to_numpy(), h)


def test_the_refusal_of_a_write_says_what_to_do(p):
    with pytest.raises(TypeError, match=r"numpy\.add cannot write into an ImplicitArray.*x\.array\[\.\.\.\]"):
        p += 1
    with pytest.raises(AttributeError, match=r"h = x\.to_numpy\(\); h\.sort\(\.\.\)"):
        p.sort()


def test_beside_an_array_of_farshore_nothing_moves(p, h, log):
    x = p.array
    results = [p + x, x + p, fs.add(p, x), np.maximum(p, x) + x]
    results += [fs.asarray(p) + x, fs.asarray(p, copy=True) + x]
    assert all(isinstance(one, fs.Array) for one in (*results, p == x))
    assert len(log) == 0
    for one in results:
        check(one.to_numpy(), h + h)


def test_an_array_of_farshore_beside_it_is_refused_by_functions_that_farshore_lacks(p):
    with pytest.raises(fs.ImplicitTransferError, match=r"numpy\.vdot"):
        np.vdot(p, p.array)


def test_it_is_copied_from_on_the_device(p, h, log):
    x = fs.zeros((3, 4))
    fs.copyto(x, p)
    x.set(p)
    x[0] = p[1]
    assert len(log) == 0
    h[0] = h[1]
    assert np.array_equal(x.to_numpy(), h)


def test_looking_for_attributes_reads_nothing(p, log):
    for name in ("sum", "astype", "reshape", "to_numpy"):
        assert callable(getattr(p, name))
    for name in (
        "values",
        "iloc",
        "__array_interface__",
        "__array_struct__",
        "sort",
    ):
        assert not hasattr(p, name)
    with pytest.raises(AttributeError, match="an ImplicitArray has no attribute 'values'"):
        p.values
    assert len(log) == 0


def test_an_index_out_of_range_moves_nothing(p, log):
    with pytest.raises(IndexError):
        p[7]
    assert len(log) == 0


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda p: copy.deepcopy([p])[0]])
def test_copies_stay_on_the_device(make, p, h, log):
    made = make(p)
    assert isinstance(made, fs.ImplicitArray)
    assert not made.array.shares_memory(p.array)
    assert len(log) == 0
    check(np.asarray(made), h)


def test_it_is_no_key(p):
    with pytest.raises(TypeError, match="unhashable"):
        hash(p)


def test_only_arrays_of_farshore_become_one(h):
    with pytest.raises(TypeError, match=r"made from an array of farshore, not ndarray"):
        fs.ImplicitArray(h)


def test_matplotlib_draws_it(p, h, log):
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    bars = ax.bar(np.arange(4), p[2])
    assert [bar.get_height() for bar in bars] == h[2].tolist()
    image = ax.imshow(p)
    check(np.asarray(image.get_array()), h)
    (line,) = ax.plot(p[1])
    check(line.get_ydata(), h[1])
    assert {one["kind"] for one in log.crossings} == {"bulk"}
