"""Every function of the table, on every dtype it accepts, gives NumPy's values, dtype and signs of zero."""

import farshore as fs
import numpy as np
import pytest
from agreement import AT_LEAST, EITHER_ZERO, REAL, TRANSCENDENTAL, ULPS, ZEROS_OPEN, check, expected
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from layouts import VIEWS
from samples import DTYPES, pairs, random, special, values

UFUNCS = {name: getattr(fs, name) for name in fs.__all__ if isinstance(getattr(fs, name), fs.ufunc)}
ACCEPTED = [(name, dtype) for name, ufunc in UFUNCS.items() for dtype in ufunc.dtypes]


def ulps(name, dtype):
    """The tolerance: that of the dtype computed in, which for integers is the result's."""
    return ULPS.get((name, str(dtype)), 0)


def agree(name, *hosts, views=None):
    """Runs `name` on the device and holds the result against NumPy's on the same values."""
    views = views or [lambda x: x] * len(hosts)
    arrays = [view(fs.asarray(host)) for view, host in zip(views, hosts, strict=True)]
    want = expected(name, *(view(host) for view, host in zip(views, hosts, strict=True)))
    got = UFUNCS[name](*arrays).to_numpy()
    computed = hosts[0].dtype if name in ("abs", "angle") else want.dtype
    check(
        got,
        want,
        ulps(name, computed),
        name in EITHER_ZERO or (want.dtype.kind == "c" and name in ZEROS_OPEN),
        f"{name} of {', '.join(str(host.dtype) for host in hosts)}",
        AT_LEAST.get(name, 0.0),
    )


def operands(name, left, right):
    """Operands of `name` from two arrays: of the dtypes it wants, of values that NumPy has an answer for."""
    if name == "where":
        return [left.ravel()[::-1].reshape(left.shape) != 0, left, right]
    if name == "ldexp":
        return [left, np.resize(np.arange(-1100, 1100, 17, dtype=np.int32), left.shape)]
    if name == "reciprocal" and left.dtype.kind in "iu":
        return [np.where(left == 0, left.dtype.type(1), left)]
    if name == "pow" and left.dtype.kind in "iu":
        return [left, np.resize(np.arange(70), left.shape).astype(left.dtype)]
    if name in ("pow", "exp2") and left.dtype.kind == "c":
        # Further off the angle of the result is beyond NumPy's precision.
        left, right = (np.where(moderate(x), x, x.dtype.type(0.5 - 2j)) for x in (left, right))
    return [left, right][: UFUNCS[name].nin]


def moderate(z):
    """Which complex numbers have both parts finite, and 0 or of the size of 1."""
    with np.errstate(invalid="ignore"):
        sizes = [np.abs(part) for part in (z.real, z.imag)]
    return np.logical_and(*((size == 0) | ((size > 1e-3) & (size < 20)) for size in sizes))


@pytest.mark.parametrize(("name", "dtype"), ACCEPTED)
def test_special_and_random_values(name, dtype, rng):
    if UFUNCS[name].nin == 1:
        left = right = np.concatenate([special(dtype), random(dtype, 301, rng)])
    else:
        left, right = pairs(dtype, rng)
        if left.size > 8000:
            chosen = rng.permutation(left.size)[:8000]
            left, right = left[chosen], right[chosen]
    agree(name, *operands(name, left, right))


# How operands are reached is the same for every function: these have operands of each kind.
REACHED = [
    (name, dtype) for name, dtype in ACCEPTED if name in ("add", "equal", "where", "ldexp", "real", "exp")
]


@pytest.mark.parametrize(("name", "dtype"), REACHED)
def test_views_as_operands(name, dtype, rng):
    host = values(dtype, 48, rng).reshape(6, 8)
    hosts = operands(name, host, host)
    pairings = [("transposed", "transposed"), ("step 3", "step -3"), ("broadcast row", "block")]
    for first, second in pairings:
        chosen = [VIEWS[first], VIEWS[second], VIEWS[first]]
        if first == "broadcast row":
            chosen[1] = lambda x: x[1:4]
        agree(name, *hosts, views=chosen[: len(hosts)])


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "float16", "float32", "int64", "complex64"])
def test_every_view_of_one_operand(view, dtype, rng):
    host = values(dtype, 48, rng).reshape(6, 8)
    agree("add", host, host, views=[VIEWS[view]] * 2)
    agree("logical_not", host, views=[VIEWS[view]])


@given(data=st.data())
def test_any_broadcast_of_any_two_dtypes(data):
    name = data.draw(st.sampled_from(["add", "multiply", "equal", "logical_and"]))
    shapes = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=6, min_side=0))
    seed = data.draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    dtypes = [data.draw(st.sampled_from(DTYPES)) for _ in range(2)]
    hosts = [
        values(dtype, int(np.prod(shape)), rng).reshape(shape)
        for dtype, shape in zip(dtypes, shapes.input_shapes, strict=True)
    ]
    agree(name, *hosts)


@given(
    name=st.sampled_from(["add", "subtract", "multiply", "maximum", "minimum", "less", "greater"]),
    hosts=st.sampled_from(
        ["int8", "uint8", "int16", "uint32", "int64", "float16", "float32", "float64"]
    ).flatmap(
        lambda dtype: st.tuples(
            *[hnp.arrays(dtype, st.just(9), elements=hnp.from_dtype(np.dtype(dtype)))] * 2
        )
    ),
)
def test_any_values(name, hosts):
    agree(name, *hosts)


SLOW = {"erf", "erfc", "gamma", "lgamma", "i0", "sinc"}
"""Those held against mpmath, which takes its time."""


@pytest.mark.parametrize("name", sorted({*TRANSCENDENTAL, *REAL} - SLOW))
def test_the_transcendentals_over_their_whole_range(name, rng):
    nin = UFUNCS[name].nin
    every = np.arange(0, 65536, dtype=np.uint16).view(np.float16)
    agree(name, *[every, rng.permutation(every)][:nin])
    for dtype, word in (("float32", np.uint32), ("float64", np.uint64)):
        wide = [
            rng.integers(0, np.iinfo(word).max, 100_000, word, endpoint=True).view(dtype) for _ in range(nin)
        ]
        agree(name, *wide)
        agree(name, *(rng.uniform(-104, 104, 50_000).astype(dtype) for _ in range(nin)))
        agree(name, *(rng.uniform(-2, 2, 50_000).astype(dtype) for _ in range(nin)))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", sorted(SLOW))
def test_special_functions_over_their_range(name, dtype, rng):
    host = np.concatenate(
        [rng.uniform(-3, 3, 400), rng.uniform(-30, 180, 400), rng.standard_normal(200) * 1e3]
    )
    agree(name, host.astype(dtype))


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_angles_near_multiples_of_half_pi(name):
    multiples = (np.arange(1, 200_000) * (np.pi / 2)).astype(np.float32)
    large = (np.exp2(np.linspace(10, 127, 50_000)) * (np.pi / 2)).astype(np.float32)
    agree(name, np.concatenate([multiples, np.nextafter(multiples, np.float32(0)), large]))
    multiples = np.arange(1, 50_000) * (np.pi / 2)
    # The float64 nearest of all to a multiple of pi/2 (J.-M. Muller, "Elementary Functions").
    large = np.append(np.exp2(np.linspace(10, 1023, 20_000)) * (np.pi / 4), 6381956970095103.0 * 2.0**797)
    agree(name, np.concatenate([multiples, np.nextafter(multiples, 0), large]))


@pytest.mark.parametrize("name", ["sqrt", "divide"])
def test_float32_roots_and_quotients_are_rounded_correctly(name, rng):
    left, right = (rng.integers(0, 2**32, 400_000, np.uint32).view(np.float32) for _ in range(2))
    agree(name, *[left, right][: UFUNCS[name].nin])


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "sqrt", "square"])
def test_float16_is_rounded_after_each_step(name, rng):
    left, right = (rng.integers(0, 2**16, 400_000, np.uint16).view(np.float16) for _ in range(2))
    agree(name, *[left, right][: UFUNCS[name].nin])


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide"])
def test_float16_has_no_double_rounding(name):
    every = np.arange(0, 0x7C00, 7, dtype=np.uint16).view(np.float16)
    left, right = np.meshgrid(every[::5], every)
    agree(name, left, right)


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "maximum", "minimum", "less", "equal"])
@pytest.mark.parametrize("dtype", ["int8", "uint8"])
def test_all_pairs_of_bytes(name, dtype):
    every = np.arange(256).astype(np.uint8).view(dtype)
    agree(name, every.reshape(256, 1), every.reshape(1, 256))


def test_nan_in_maximum_and_minimum_wins_from_either_side():
    nan = np.array([np.nan, 1, np.nan, -np.inf, np.nan], np.float32)
    other = np.array([1, np.nan, np.inf, np.nan, np.nan], np.float32)
    for dtype in ("float16", "float32", "float64"):
        agree("maximum", nan.astype(dtype), other.astype(dtype))
        agree("minimum", nan.astype(dtype), other.astype(dtype))


REFUSED = [
    ("subtract", "bool"),
    ("negative", "bool"),
    ("sign", "bool"),
    ("gcd", "float32"),
    ("bitwise_and", "float64"),
    ("bitwise_left_shift", "float32"),
    ("maximum", "complex64"),
    ("less", "complex64"),
    ("greater", "complex128"),
    ("floor_divide", "complex64"),
    ("atan2", "complex128"),
]


@pytest.mark.parametrize(("name", "dtype"), REFUSED)
def test_a_dtype_that_is_not_accepted_is_refused_by_name(name, dtype):
    x = fs.zeros(3, dtype=dtype)
    with pytest.raises(TypeError) as caught:
        UFUNCS[name](*[x] * UFUNCS[name].nin)
    message = str(caught.value)
    assert message.startswith(f"{name} does not accept {dtype}")
    assert "int32" in message or "float32" in message, "what is accepted"
    # No conversion of complex numbers, or of floats to integers, keeps what they are, so none is advised.
    assert ("x.astype(fs." in message) == (dtype == "bool"), "the remedy"
    assert message == message.strip()
    assert dtype not in UFUNCS[name].dtypes


def test_the_remedy_of_a_refusal_works(rng):
    x = fs.asarray(random("float32", 9, rng))
    with pytest.raises(TypeError, match=r"ldexp.*int32"):
        fs.ldexp(x, x)
    assert fs.ldexp(x, x.astype(fs.int32)).dtype == np.float32
