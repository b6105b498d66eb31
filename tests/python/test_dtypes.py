"""What dtypes hold and how they are promoted: as NumPy's and the standard's words, and as the results are."""

from itertools import product

import farshore as fs
import numpy as np
import pytest
from agreement import check
from hypothesis import given
from hypothesis import strategies as st
from samples import COMPLEX, DTYPES, FLOATS

INTEGERS = [dtype for dtype in DTYPES if np.dtype(dtype).kind in "iu"]
PAIRS = list(product(DTYPES, DTYPES))
NUMBERS = [True, 1, 1.5, 2j, np.bool_(True), np.int8(1), np.float64(1.5), np.complex64(2j), np.asarray(1.5)]
KINDS = {
    "bool": ["bool"],
    "signed integer": [dtype for dtype in INTEGERS if dtype.startswith("int")],
    "unsigned integer": [dtype for dtype in INTEGERS if dtype.startswith("uint")],
    "integral": INTEGERS,
    "real floating": FLOATS,
    "complex floating": COMPLEX,
    "numeric": [*INTEGERS, *FLOATS, *COMPLEX],
}


@pytest.mark.parametrize("dtype", [*FLOATS, *COMPLEX])
def test_finfo(dtype):
    want = np.finfo(dtype)
    x = fs.zeros(2, dtype=dtype)
    for source in (dtype, np.dtype(dtype), getattr(fs, dtype), x, x.implicit()):
        limits = fs.finfo(source)
        assert limits.dtype == want.dtype
        assert (type(limits.bits), limits.bits) == (int, want.bits)
        for name in ("eps", "max", "min", "smallest_normal"):
            assert type(getattr(limits, name)) is float
            assert getattr(limits, name) == float(getattr(want, name))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_iinfo(dtype):
    want = np.iinfo(dtype)
    for source in (dtype, np.dtype(dtype), getattr(fs, dtype), fs.zeros(2, dtype=dtype)):
        limits = fs.iinfo(source)
        assert limits.dtype == np.dtype(dtype)
        assert {type(one) for one in (limits.bits, limits.max, limits.min)} == {int}
        assert (limits.bits, limits.max, limits.min) == (want.bits, want.max, want.min)


def test_limits_of_another_kind_are_refused():
    for dtype in [*INTEGERS, "bool"]:
        with pytest.raises(TypeError, match=rf"not of {dtype}; there is fs.iinfo"):
            fs.finfo(dtype)
    for dtype in [*FLOATS, *COMPLEX, "bool"]:
        with pytest.raises(TypeError, match=rf"not of {dtype}; there is fs.finfo"):
            fs.iinfo(dtype)
    for wrong in (None, "U3", np.longdouble):
        with pytest.raises(TypeError):
            fs.finfo(wrong)


@pytest.mark.parametrize("dtype", DTYPES)
def test_isdtype(dtype):
    for kind, members in KINDS.items():
        assert fs.isdtype(np.dtype(dtype), kind) is (dtype in members)
    for other in DTYPES:
        assert fs.isdtype(getattr(fs, dtype), getattr(fs, other)) is (dtype == other)
        assert fs.isdtype(dtype, ("bool", np.dtype(other))) is (dtype in ("bool", other))
    assert fs.isdtype(dtype, ()) is False


def test_isdtype_of_what_is_no_kind():
    with pytest.raises(ValueError, match="knows no kind 'float'; there are bool, signed integer"):
        fs.isdtype(fs.float32, "float")
    for arguments in ((None, "numeric"), (fs.float32, None)):
        with pytest.raises(TypeError, match="None is no dtype"):
            fs.isdtype(*arguments)


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_the_dtype_of_two_is_that_of_their_sum(left, right):
    x, y = fs.zeros(1, dtype=left), fs.zeros(1, dtype=right)
    want = fs.add(x, y).dtype
    for pair in ((x, y), (left, right), (x, np.dtype(right)), (getattr(fs, left), y), (x.implicit(), y)):
        assert fs.result_type(*pair) == want
        assert fs.result_type(*reversed(pair)) == want
    assert isinstance(fs.result_type(left, right), np.dtype)


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_dtype_with_a_number_is_that_of_the_sum(dtype, number):
    x = fs.zeros(1, dtype=dtype)
    want = fs.add(x, number).dtype
    for source in (x, dtype, np.dtype(dtype)):
        assert fs.result_type(source, number) == want
        assert fs.result_type(number, source) == want
    assert np.result_type(x, number) == want, "NumPy's function asks ours"


@pytest.mark.parametrize(("left", "right"), list(product(NUMBERS, NUMBERS)), ids=repr)
def test_the_dtype_of_numbers_alone(left, right):
    assert fs.result_type(left, right) == fs.add(left, right).dtype


@given(
    dtypes=st.lists(st.sampled_from(DTYPES), min_size=1, max_size=5),
    numbers=st.lists(st.sampled_from(NUMBERS), max_size=3),
    data=st.data(),
)
def test_the_order_does_not_matter(dtypes, numbers, data):
    arguments = [*dtypes, *numbers]
    want = fs.result_type(*arguments)
    assert fs.result_type(*data.draw(st.permutations(arguments))) == want
    if not numbers:
        assert want == np.result_type(*dtypes)
    for number in numbers:
        assert fs.result_type(want, number) == want


def test_the_dtype_of_nothing():
    with pytest.raises(ValueError, match="no arrays and no dtypes"):
        fs.result_type()
    for wrong in (None, "M8[s]", "U3", object()):
        with pytest.raises(TypeError):
            fs.result_type(fs.int8, wrong)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_can_cast_where_promotion_leads(source, target):
    want = np.promote_types(source, target) == np.dtype(target)
    assert fs.can_cast(source, target) is want
    assert fs.can_cast(fs.zeros(1, dtype=source), getattr(fs, target)) is want


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_astype(source, target):
    host = np.array([0, 1, 2, 100]).astype(source)
    x = fs.asarray(host)
    if source in COMPLEX and target not in (*COMPLEX, "bool"):
        with pytest.raises(TypeError, match=rf"does not take {source} to {target}: take fs.real"):
            fs.astype(x, target)
        return
    check(fs.astype(x, getattr(fs, target)).to_numpy(), host.astype(target))
    check(fs.astype(x, target, device=x.device.id).to_numpy(), host.astype(target))


def test_astype_copies_unless_told_not_to():
    x = fs.asarray([1, 2])
    assert not fs.astype(x, fs.int64).shares_memory(x)
    assert fs.astype(x, fs.int64, copy=False) is x
    assert not fs.astype(x, fs.int8, copy=False).shares_memory(x)
    with pytest.raises(TypeError, match="astype: every operand is an array of farshore, not list"):
        fs.astype([1, 2], fs.int8)


def test_constants():
    assert (fs.e, fs.pi, fs.inf) == (np.e, np.pi, np.inf)
    assert np.isnan(fs.nan)
    assert {type(one) for one in (fs.e, fs.pi, fs.inf, fs.nan)} == {float}
