"""Every function of the table, on every dtype it accepts, gives NumPy's values, dtype and signs of zero."""

import farshore as fs
import numpy as np
import pytest
from agreement import EITHER_ZERO, REFERENCE, ULPS, check, expected
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
    computed = hosts[0].dtype if name == "abs" else want.dtype
    check(
        got,
        want,
        ulps(name, computed),
        name in EITHER_ZERO,
        f"{name} of {', '.join(str(host.dtype) for host in hosts)}",
    )


@pytest.mark.parametrize(("name", "dtype"), ACCEPTED)
def test_special_and_random_values(name, dtype, rng):
    left, right = pairs(dtype, rng)
    agree(name, *([left, right] if UFUNCS[name].nin == 2 else [np.append(special(dtype), left)]))


@pytest.mark.parametrize(("name", "dtype"), ACCEPTED)
def test_views_as_operands(name, dtype, rng):
    host = values(dtype, 48, rng).reshape(6, 8)
    pairings = [("transposed", "transposed"), ("step 3", "step -3"), ("broadcast row", "block")]
    for first, second in pairings:
        chosen = [VIEWS[first], VIEWS[second]][: UFUNCS[name].nin]
        if first == "broadcast row":
            chosen = [VIEWS[first], lambda x: x[1:4]][: UFUNCS[name].nin]
        agree(name, *[host] * UFUNCS[name].nin, views=chosen)


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


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_the_transcendentals_over_their_whole_range(name, rng):
    every = np.arange(0, 65536, dtype=np.uint16).view(np.float16)
    agree(name, every)
    bits = rng.integers(0, 2**32, 400_000, np.uint32)
    agree(name, bits.view(np.float32))
    near = np.linspace(-104, 104, 200_001, dtype=np.float32) if name != "log" else None
    agree(name, np.linspace(0.5, 2, 200_001, dtype=np.float32) if near is None else near)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_angles_near_multiples_of_half_pi(name):
    multiples = (np.arange(1, 200_000) * (np.pi / 2)).astype(np.float32)
    large = (np.exp2(np.linspace(10, 127, 50_000)) * (np.pi / 2)).astype(np.float32)
    agree(name, np.concatenate([multiples, np.nextafter(multiples, np.float32(0)), large]))


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
    ("exp", "float64"),
    ("log", "float64"),
    ("sin", "float64"),
    ("cos", "float64"),
    ("exp", "int64"),
    ("sin", "uint32"),
    ("exp", "complex64"),
    ("cos", "complex128"),
    ("maximum", "complex64"),
    ("less", "complex64"),
    ("greater", "complex128"),
]


@pytest.mark.parametrize(("name", "dtype"), REFUSED)
def test_a_dtype_that_is_not_accepted_is_refused_by_name(name, dtype):
    x = fs.zeros(3, dtype=dtype)
    with pytest.raises(TypeError) as caught:
        UFUNCS[name](*[x] * UFUNCS[name].nin)
    message = str(caught.value)
    assert message.startswith(f"{name} does not accept {dtype}")
    assert "float32" in message, "what is accepted"
    # No conversion of complex numbers keeps what they are, so none is advised.
    assert ("x.astype(fs." in message) == (not dtype.startswith("complex")), "the remedy"
    assert message == message.strip()
    assert dtype not in UFUNCS[name].dtypes


@pytest.mark.parametrize("random_dtype", ["float32", "int16"])
def test_the_remedy_of_a_refusal_works(random_dtype, rng):
    host = random(random_dtype, 9, rng)
    x = fs.asarray(host.astype(np.float64))
    with pytest.raises(TypeError, match=r"astype\(fs\.float32\)"):
        fs.sin(x)
    assert fs.sin(x.astype(fs.float32)).dtype == np.float32
