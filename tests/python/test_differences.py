"""Differences and gradients are NumPy's, bit for bit, and so are the refusals."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from layouts import VIEWS
from numpy.exceptions import AxisError
from samples import COMPLEX, DTYPES, random

NUMBERS = [dtype for dtype in DTYPES if dtype != "bool"]
SPACINGS = {
    "none": lambda host: (),
    "an int": lambda host: (3,),
    "a float": lambda host: (0.3,),
    "for each axis": lambda host: (0.7, -2),
    "places of one and a float": lambda host: (places(host, 0), 0.1),
    "places": lambda host: (places(host, 0), places(host, 1)),
    "places at equal distances": lambda host: (np.arange(len(host), dtype=host.dtype) * 0.75, 1),
    "whole places": lambda host: (1, np.arange(host.shape[1]) ** 2),
    "whole places at equal distances": lambda host: (1, np.arange(host.shape[1]) * 3),
}


def places(host, axis):
    rng = np.random.default_rng(axis)
    return np.cumsum(rng.uniform(0.5, 2, host.shape[axis])).astype(host.real.dtype)


def alike(got, want, ulps=0):
    if isinstance(want, tuple):
        assert isinstance(got, tuple)
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            check(one.to_numpy(), other, ulps)
    else:
        check(got.to_numpy(), want, ulps)


def on_device(parts):
    return [fs.asarray(one) if isinstance(one, np.ndarray) else one for one in parts]


@pytest.mark.parametrize("view", VIEWS)
def test_diff_of_any_layout(view, rng):
    host = random("int16", 48, rng).reshape(6, 8)
    x, want = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    if not want.ndim:
        with pytest.raises(AxisError, match="axis -1 is out of bounds for array of dimension 0"):
            fs.diff(x)
    else:
        alike(fs.diff(x), np.diff(want))
        alike(fs.diff(x, axis=0, n=2), np.diff(want, axis=0, n=2))
    alike(fs.ediff1d(x), np.ediff1d(want))


@pytest.mark.parametrize("dtype", DTYPES)
def test_diff_of_any_dtype(dtype, rng):
    host = random(dtype, 24, rng).reshape(4, 6)
    x = fs.asarray(host)
    for n in range(8):
        alike(fs.diff(x, n=n), np.diff(host, n=n))
        alike(fs.diff(x, n, 0), np.diff(host, n, 0))
    alike(
        fs.diff(x, axis=0, prepend=x[:2], append=x[:1]),
        np.diff(host, axis=0, prepend=host[:2], append=host[:1]),
    )
    alike(fs.diff(x, append=x[1, 1], n=2), np.diff(host, append=host[1, 1], n=2))
    alike(fs.diff(x, 2, 1, x[:, :2], x[:, :1]), np.diff(host, 2, 1, host[:, :2], host[:, :1]))


@given(data=st.data())
def test_diff(data):
    shape = data.draw(hnp.array_shapes(min_side=0, max_dims=3, max_side=5))
    axis, n = data.draw(st.integers(-len(shape), len(shape) - 1)), data.draw(st.integers(0, 3))
    host = np.arange(np.prod(shape), dtype=np.int32).reshape(shape) ** 2
    alike(fs.diff(fs.asarray(host), axis=axis, n=n), np.diff(host, axis=axis, n=n))


def test_ends_are_promoted():
    host, end = np.array([1, 2, 4], np.int8), np.array([300], np.int16)
    x, ours = fs.asarray(host), fs.asarray(end)
    alike(fs.diff(x, append=ours), np.diff(host, append=end))
    alike(fs.diff(x, prepend=ours[0]), np.diff(host, prepend=end[0]))
    assert fs.diff(x, n=0) is x


@pytest.mark.parametrize("dtype", NUMBERS)
def test_ediff1d_of_any_dtype(dtype, rng):
    host, ends = random(dtype, 12, rng).reshape(3, 4), random(dtype, 4, rng).reshape(2, 2)
    x, ours = fs.asarray(host), fs.asarray(ends)
    alike(fs.ediff1d(x), np.ediff1d(host))
    alike(fs.ediff1d(x, to_end=ours[0, 0]), np.ediff1d(host, to_end=ends[0, 0]))
    alike(fs.ediff1d(x, ours, ours[:1]), np.ediff1d(host, ends, ends[:1]))
    for short in (host[:0], host[:1, :1]):
        alike(fs.ediff1d(fs.asarray(short), to_begin=ours), np.ediff1d(short, to_begin=ends))


@pytest.mark.parametrize("edge_order", [1, 2])
@pytest.mark.parametrize(
    ("dtype", "spacing"),
    [
        *(("float32", spacing) for spacing in SPACINGS),
        *((dtype, spacing) for dtype in ("float16", "float64") for spacing in ("a float", "places")),
    ],
)
def test_gradient(dtype, spacing, edge_order, rng):
    host = random(dtype, 35, rng).reshape(5, 7)
    given = SPACINGS[spacing](host)
    want = np.gradient(host, *given, edge_order=edge_order)
    alike(fs.gradient(fs.asarray(host), *on_device(given), edge_order=edge_order), want)


@pytest.mark.parametrize("dtype", COMPLEX)
def test_gradient_of_complex_numbers(dtype, rng):
    """Whose quotients NumPy rounds otherwise: they may be off as those of `divide`."""
    host = (rng.normal(size=35) + 1j * rng.normal(size=35)).astype(dtype).reshape(5, 7)
    for edge_order in (1, 2):
        alike(
            fs.gradient(fs.asarray(host), 0.3, edge_order=edge_order),
            np.gradient(host, 0.3, edge_order=edge_order),
            ulps=16,
        )


@pytest.mark.parametrize("dtype", [dtype for dtype in NUMBERS if "int" in dtype])
def test_gradient_of_integers(dtype, rng):
    host = random(dtype, 12, rng).reshape(3, 4)
    alike(fs.gradient(fs.asarray(host), edge_order=2), np.gradient(host, edge_order=2))


@pytest.mark.parametrize("view", VIEWS)
def test_gradient_of_any_layout(view, rng):
    host = random("float32", 48, rng).reshape(6, 8)
    x, want = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    long = tuple(one for one, length in enumerate(want.shape) if length > 1)
    alike(fs.gradient(x, axis=long), np.gradient(want, axis=long))


@pytest.mark.parametrize("axis", [0, 1, -1, (1, 0), (2, -3), ()])
def test_gradient_along_axes(axis, rng):
    host = random("float32", 60, rng).reshape(3, 4, 5)
    alike(fs.gradient(fs.asarray(host), 0.5, axis=axis), np.gradient(host, 0.5, axis=axis))
    alike(fs.gradient(fs.asarray(host), axis=axis), np.gradient(host, axis=axis))


def test_gradient_of_the_shortest_axes(rng):
    host = random("float32", 3, rng)
    for edge_order in (1, 2):
        for spacing in ((), (np.array([0, 1, 3], np.float32),), (np.array([0, 1, 2], np.float32),)):
            short = [one[: edge_order + 1] for one in spacing]
            alike(
                fs.gradient(fs.asarray(host[: edge_order + 1]), *on_device(short), edge_order=edge_order),
                np.gradient(host[: edge_order + 1], *short, edge_order=edge_order),
            )
    host = np.zeros((0, 3), np.float32)
    alike(fs.gradient(fs.asarray(host), axis=1), np.gradient(host, axis=1))


def test_a_distance_that_is_on_the_device(rng):
    host = random("float32", 12, rng).reshape(3, 4)
    x = fs.asarray(host)
    alike(fs.gradient(x, fs.asarray(0.25)), np.gradient(host, 0.25))
    alike(fs.gradient(x, x[1, 1], 2), np.gradient(host, host[1, 1], 2))


def test_refusals_of_differences():
    x = fs.asarray([1, 2, 4])
    with pytest.raises(ValueError, match="diff: n is how often, 0 or more, not -1"):
        fs.diff(x, n=-1)
    with pytest.raises(AxisError, match="axis 1 is out of bounds"):
        fs.diff(x, axis=1)
    with pytest.raises(ValueError, match=r"diff: shapes \(1, 3\), \(3,\) differ"):
        fs.diff(x, prepend=x[None])
    for wrong in ([0], 0, np.zeros(1)):
        with pytest.raises(TypeError, match="diff: every operand is an array of farshore, not"):
            fs.diff(x, prepend=wrong)
        with pytest.raises(TypeError, match="ediff1d: every operand is an array of farshore, not"):
            fs.ediff1d(x, to_end=wrong)
        for name in ("diff", "ediff1d", "gradient"):
            with pytest.raises(TypeError, match=f"{name}: every operand is an array of farshore, not"):
                getattr(fs, name)(wrong)
    with pytest.raises(TypeError, match="ediff1d: differences of int64 have no ends of float32"):
        fs.ediff1d(x, to_begin=fs.zeros(1))
    with pytest.raises(TypeError, match="subtract does not accept bool"):
        fs.ediff1d(x > 1)


def test_refusals_of_gradients():
    x = fs.zeros((3, 4))
    with pytest.raises(ValueError, match="gradient: edge_order is 1 or 2, not 3"):
        fs.gradient(x, edge_order=3)
    with pytest.raises(
        ValueError, match=r"axis 0 of shape \(2, 4\) is too short; edge_order=2 takes 3 elements"
    ):
        fs.gradient(x[:2], edge_order=2)
    with pytest.raises(ValueError, match=r"axis 0 of shape \(0, 4\) is too short"):
        fs.gradient(x[:0])
    with pytest.raises(ValueError, match=r"gradient: places of shape \(4,\) are not those of 3 elements"):
        fs.gradient(x, x[0], axis=0)
    with pytest.raises(ValueError, match=r"gradient: places of shape \(3, 4\) are not those of 3 elements"):
        fs.gradient(x, x, axis=0)
    for wrong in ((1, 2, 3), (x[:, 0],)):
        with pytest.raises(TypeError, match=r"gradient: \d spacings are not for 2 axes"):
            fs.gradient(x, *wrong)
    with pytest.raises(AxisError, match="axis 2 is out of bounds"):
        fs.gradient(x, axis=2)
    with pytest.raises(ValueError, match="repeated axis"):
        fs.gradient(x, axis=(0, -2))
    with pytest.raises(TypeError, match="gradient: every operand is an array of farshore, not list"):
        fs.gradient(x, [1.0, 2.0, 3.0], axis=0)
    with pytest.raises(TypeError, match="subtract does not accept bool"):
        fs.gradient(x > 0)


def test_nothing_crosses(log):
    x = fs.linspace(0, 1, 12).reshape(3, 4)
    fs.diff(x, n=2, prepend=x[:, :1])
    fs.ediff1d(x, to_end=x[0])
    fs.gradient(x, 0.5, edge_order=2)
    assert not log.crossings
