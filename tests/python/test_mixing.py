"""Operators and NumPy's functions on arrays of both sides: on the device when all is there, else refused."""

import operator

import farshore as fs
import numpy as np
import pytest
from agreement import check


@pytest.fixture
def x():
    return fs.asarray(np.arange(1, 7, dtype=np.float32).reshape(2, 3))


@pytest.fixture
def h():
    return np.arange(1, 7, dtype=np.float32).reshape(2, 3)


OPERATORS = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}


@pytest.mark.parametrize("name", OPERATORS)
def test_each_operator_is_its_function(name, x, h):
    want = OPERATORS[name](h, h.T.reshape(2, 3))
    other = x.T.reshape(2, 3)
    check(OPERATORS[name](x, other).to_numpy(), want)
    check(getattr(fs, name)(x, other).to_numpy(), want)
    check(OPERATORS[name](x, 2).to_numpy(), OPERATORS[name](h, 2))
    check(OPERATORS[name](2, x).to_numpy(), OPERATORS[name](2, h))


OF_INTEGERS = {
    "bitwise_and": (operator.and_, operator.iand),
    "bitwise_or": (operator.or_, operator.ior),
    "bitwise_xor": (operator.xor, operator.ixor),
    "left_shift": (operator.lshift, operator.ilshift),
    "right_shift": (operator.rshift, operator.irshift),
    "pow": (operator.pow, operator.ipow),
    "floor_divide": (operator.floordiv, operator.ifloordiv),
    "remainder": (operator.mod, operator.imod),
}


@pytest.mark.parametrize("name", OF_INTEGERS)
def test_operators_of_integers(name, log):
    do, in_place = OF_INTEGERS[name]
    h, other = np.array([[1, 2, 7], [12, 5, 3]], np.int32), np.array([[3, 5, 2], [1, 4, 6]], np.int32)
    x, y = fs.asarray(h), fs.asarray(other)
    for (left, right), want in (((x, y), do(h, other)), ((x, 3), do(h, 3)), ((3, x), do(3, h))):
        check(do(left, right).to_numpy(), want)
    moved = len(log)
    for left, right in ((x, other), (h, y)):
        with pytest.raises(fs.ImplicitTransferError, match=f"{name}.*fs.asarray"):
            do(left, right)
    view, same = x[1], x
    x = in_place(x, y)
    assert x is same
    assert len(log) == moved
    check(view.to_numpy(), do(h, other)[1])


def test_divmod_is_both(x, h):
    halves, sevenths = (divmod(x, 2), divmod(h, 2)), (divmod(7, x), divmod(7, h))
    for got, want in (halves, sevenths, (divmod(x, x[0]), divmod(h, h[0]))):
        assert all(isinstance(one, fs.Array) for one in got)
        for mine, theirs in zip(got, want, strict=True):
            check(mine.to_numpy(), theirs)


def test_unary_operators(x, h):
    check((-x).to_numpy(), -h)
    check((+x).to_numpy(), h)
    check(abs(-x).to_numpy(), h)
    check((~(x > 2)).to_numpy(), ~(h > 2))
    check((~x.astype("uint8")).to_numpy(), ~h.astype("uint8"))


@pytest.mark.parametrize("name", OPERATORS)
def test_a_host_operand_is_refused_from_either_side(name, x, h, log):
    for left, right in ((x, h), (h, x)):
        with pytest.raises(fs.ImplicitTransferError) as caught:
            OPERATORS[name](left, right)
        message = str(caught.value)
        assert name in message
        assert "24 bytes on the host" in message
        assert "fs.asarray(h)" in message
        assert "x.to_numpy()" in message
        assert caught.value.nbytes == 24
    with pytest.raises(fs.ImplicitTransferError, match=name):
        getattr(fs, name)(x, h)
    assert len(log) == 0


def test_in_place_and_out_are_refused(x, h):
    before = h.copy()
    with pytest.raises(TypeError, match=r"numpy\.add.*x\.to_numpy\(\)"):
        h += x
    with pytest.raises(TypeError, match=r"numpy\.add.*x\.to_numpy\(\)"):
        np.add(h, h, out=x)
    with pytest.raises(TypeError, match=r"numpy\.add.*x\.to_numpy\(\)"):
        np.add(x, x, out=h)
    assert np.array_equal(h, before)


def test_numbers_of_numpy_pass(x, h):
    for number in (np.float64(2), np.float32(2), np.int64(2), np.array(2.0)[()]):
        for got, want in ((number * x, h * 2), (x * number, h * 2), (np.multiply(number, x), h * 2)):
            assert isinstance(got, fs.Array)
            check(got.to_numpy(), want)
    check((np.float64(2) == x).to_numpy(), h == 2)
    check((np.float64(2) < x).to_numpy(), h > 2)


@pytest.mark.parametrize("compare", [operator.eq, operator.ne])
@pytest.mark.parametrize("other", [[1, 2, 3], (1, 2, 3), [[1, 2, 3], [4, 5, 6]]])
def test_equality_with_a_list_is_never_a_plain_false(compare, other, x):
    # NumPy compares element by element; data of the host is refused here, as it is by x + [1, 2, 3].
    with pytest.raises(TypeError):
        compare(x, other)


def test_a_host_array_without_axes_is_a_number(x, h):
    for number in (np.array(2.0), np.array(2, np.int8)):
        check((x * number).to_numpy(), h * 2)
        check((number * x).to_numpy(), h * 2)
        check(fs.add(x, number).to_numpy(), h + 2)


@pytest.mark.parametrize("other", ["abc", object(), {}, b"1", [1, 2, 3], (1,)])
def test_what_is_no_number_is_refused_by_operators_and_functions(other, x):
    with pytest.raises(TypeError):
        x + other
    with pytest.raises(TypeError):
        other + x
    with pytest.raises(TypeError, match=r"add: an operand is an array of farshore or a number, not \w+"):
        fs.add(x, other)


def test_in_place_operators_of_an_array_write_into_it(x, h):
    view = x[0]
    x += 1
    assert np.array_equal(x.to_numpy(), h + 1)
    assert np.array_equal(view.to_numpy(), h[0] + 1), "as in NumPy, views see it"
