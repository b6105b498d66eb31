"""Products of matrices and their kin: NumPy's results, dtypes and refusals, of every layout."""

import farshore as fs
import numpy as np
import pytest
from farshore import _convolution
from hypothesis import given
from hypothesis import strategies as st
from layouts import VIEWS
from numpy.exceptions import AxisError
from samples import DTYPES

BROAD = ["int32", "int64", "uint32", "float32", "float64", "complex64", "complex128"]


def values(shape, dtype, seed=0):
    """Small numbers; of narrow integers, such as make sums wrap."""
    rng = np.random.default_rng([seed, *shape])
    kind = np.dtype(dtype).kind
    if kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if kind in "iu":
        return rng.integers(0 if kind == "u" else -100, 100, shape).astype(dtype)
    part = rng.integers(-9, 9, shape) / 8
    return (part + 1j * rng.integers(-9, 9, shape) / 8 if kind == "c" else part).astype(dtype)


def close(got, want, scale=1.0):
    """Integers exactly; floats within what their sums may be off, as they add up in another order."""
    want = np.asarray(want)
    assert (got.shape, got.dtype) == (want.shape, want.dtype)
    host = got.to_numpy()
    if want.dtype.kind in "biu":
        assert np.array_equal(host, want)
    else:
        eps = float(np.finfo(want.dtype).eps)
        np.testing.assert_allclose(host, want, rtol=8 * eps, atol=32 * eps * scale)


def both(name, *hosts, **how):
    """Calls NumPy's function and ours."""
    close(getattr(fs, name)(*map(fs.asarray, hosts), **how), getattr(np, name)(*hosts, **how), 4.0)


MATRICES = [
    ((2, 3), (3, 4)),
    ((1, 3), (3, 4)),
    ((4, 3), (3, 1)),
    ((1, 1), (1, 1)),
    ((5, 1), (1, 7)),
    ((3,), (3,)),
    ((3,), (3, 5)),
    ((5, 3), (3,)),
    ((17, 33), (33, 9)),
    ((2, 4, 3), (3, 5)),
    ((4, 3), (2, 3, 5)),
    ((2, 1, 4, 3), (3, 3, 2)),
    ((3,), (2, 3, 5)),
    ((2, 5, 3), (3,)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 4)),
    ((0,), (0,)),
    ((2, 3), (3, 0)),
    ((0, 2, 3), (3, 4)),
]


@pytest.mark.parametrize("shapes", MATRICES, ids=str)
def test_matmul_of_every_dtype(shapes):
    for dtype in DTYPES:
        both("matmul", values(shapes[0], dtype), values(shapes[1], dtype, 1))


def test_matmul_promotes():
    dtypes = ["bool", "int8", "uint32", "float16", "complex64"]
    for one in dtypes:
        for two in dtypes:
            both("matmul", values((4, 3), one), values((3, 5), two))
    both("matmul", values((3,), "int8"), values((3,), "uint8"))
    both("matmul", values((3,), "int16"), values((3,), "float16"))


@pytest.mark.parametrize("view", VIEWS)
def test_matmul_of_views(view):
    h = values((6, 8), "float32")
    host, x = VIEWS[view](h), VIEWS[view](fs.asarray(h))
    if host.ndim == 0:
        return
    if host.ndim > 2:
        host, x = host.reshape(-1, host.shape[-1]), x.reshape(-1, host.shape[-1])
    close(fs.matmul(x, x.T), host @ host.T, 8.0)
    close(fs.dot(x.T, x), host.T @ host, 8.0)
    close(fs.einsum("...i,...i", x, x), np.einsum("...i,...i", host, host), 8.0)


def test_matmul_of_broadcast_matrices():
    h, g = values((1, 4, 3), "float32"), values((3, 5), "float32")
    x, y = fs.asarray(h).broadcast_to((6, 4, 3)), fs.asarray(g).broadcast_to((2, 1, 3, 5))
    close(fs.matmul(x, y), np.broadcast_to(h, (6, 4, 3)) @ np.broadcast_to(g, (2, 1, 3, 5)), 4.0)


def test_small_sums_do_not_wrap_inside():
    h = np.full((2, 300), 100, np.uint8)
    both("matmul", h, h.T)
    half = np.full((2, 300), 100, np.float16)
    assert fs.matmul(fs.asarray(half), fs.asarray(half.T[:, :1] / 64)).tolist() == [[46_880], [46_880]]
    ones = np.ones((1, 70_000), bool)
    assert fs.matmul(fs.asarray(ones), fs.asarray(ones.T)).tolist() == [[True]]


def test_infinities_and_nan():
    h = np.array([[1, np.inf], [np.nan, 2], [0, -1]], np.float32)
    g = np.array([[1, 0, 2], [-1, 3, 0]], np.float32)
    with np.errstate(invalid="ignore"):
        got, want = fs.matmul(fs.asarray(h), fs.asarray(g)), h @ g
    assert np.array_equal(got.to_numpy(), want, equal_nan=True)


AXES = [0, 1, (0, 2), ([2], [0]), ([1, 2], [1, 0]), ([-2, -1], [1, 0]), ([], []), ([2, 0], [0, 2])]


@pytest.mark.parametrize("axes", AXES, ids=str)
def test_tensordot(axes):
    for dtype in ("bool", "int8", "float16", *BROAD):
        both("tensordot", values((4, 3, 5), dtype), values((5, 3, 4), dtype), axes=axes)


def test_tensordot_of_the_last_and_the_first_two():
    both("tensordot", values((2, 3, 4), "float32"), values((3, 4, 5), "float32"))
    both("tensordot", values((2, 0, 4), "int32"), values((0, 4, 5), "int32"))


@pytest.mark.parametrize(
    "shapes", [((3,), (3,)), ((4, 3), (3,)), ((2, 1, 3), (5, 3)), ((2, 0), (2, 0))], ids=str
)
def test_vecdot(shapes):
    for dtype in DTYPES:
        both("vecdot", values(shapes[0], dtype), values(shapes[1], dtype, 1))


def test_vecdot_along_other_axes():
    h, g = values((3, 4), "complex64"), values((3, 4), "complex64", 1)
    both("vecdot", h, g, axis=0)
    both("vecdot", values((3, 4, 2), "int8"), values((4, 2), "float32"), axis=-2)


@pytest.mark.parametrize("name", ["dot", "inner"])
def test_dot_and_inner(name):
    last = {
        "dot": [((5, 2, 3), (6, 3, 4)), ((2, 3), (3, 4))],
        "inner": [((5, 2, 3), (6, 3)), ((2, 3), (4, 3))],
    }
    for shapes in [((3,), (3,)), ((2, 3), (3,)), ((), (2, 3)), ((2, 3), ()), ((0,), (0,)), *last[name]]:
        for dtype in ("bool", "int8", "float16", *BROAD):
            both(name, values(shapes[0], dtype), values(shapes[1], dtype, 1))


def test_outer_and_kron():
    for dtype in DTYPES:
        both("outer", values((3,), dtype), values((2, 2), dtype, 1))
        both("kron", values((2, 3), dtype), values((4,), dtype, 1))
    for shapes in [((), (2,)), ((2, 1, 3), (3, 2)), ((0, 2), (3,)), ((2, 2), (2, 2))]:
        both("kron", values(shapes[0], "int64"), values(shapes[1], "float64"))


def test_trace():
    for dtype in DTYPES:
        both("trace", values((4, 5), dtype))
    h = values((3, 4, 5), "float64")
    x = fs.asarray(h)
    for offset in range(-6, 7):
        for axis1, axis2 in [(0, 1), (1, 2), (2, 0), (-1, -3)]:
            how = {"offset": offset, "axis1": axis1, "axis2": axis2}
            close(fs.trace(x, **how), np.trace(h, **how), 4.0)
            close(fs.trace(x.T, **how), np.trace(h.T, **how), 4.0)
    close(fs.trace(x, dtype=np.float32), np.trace(h, dtype=np.float32), 4.0)
    both("trace", np.zeros((0, 3), np.float32))


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_convolve(mode):
    for dtype in DTYPES:
        both("convolve", values((7,), dtype), values((3,), dtype, 1), mode=mode)
    for sizes in [(1, 1), (1, 6), (6, 1), (5, 5), (4, 9), (9, 4), (100, 33)]:
        both("convolve", values(sizes[:1], "int64"), values(sizes[1:], "float64"), mode=mode)


def test_convolve_in_blocks(monkeypatch):
    monkeypatch.setattr(_convolution, "LONGEST", 4)
    for sizes in [(4, 4), (5, 5), (8, 8), (23, 9), (9, 23), (16, 5), (3, 40)]:
        both("convolve", values(sizes[:1], "int32"), values(sizes[1:], "int32"))


EINSUMS = [
    "i->i",
    "ij->ji",
    "ij->",
    "ij->j",
    "ba",
    "ii",
    "ii->i",
    "iij->ij",
    "iijj->ji",
    "iii",
    "...i->i...",
    "i...->...",
    "...ii->...",
    "->",
    "i,i",
    "i,j",
    "i,i->i",
    "ij,jk",
    "ij,jk->ki",
    "ij,ij->",
    "ij,j->ij",
    "ij, kj -> ik",
    "bij,bjk->bik",
    "bhqd,bhkd->bhqk",
    "...ij,...jk->...ik",
    "...i,...i",
    "i...,j...->ij...",
    "ijk,ilm,njm->kln",
    "ii,i->i",
    "ij,jk,kl->il",
    "ij,ij,ij->ij",
    "i,ij,j",
    "ij,kl->",
    "Ab,bA->A",
    ",i->i",
    "i,i,i->",
]


def _drawn(data, subscripts):
    """Operands for the subscripts, some of whose axes are of length 1 and so repeated."""
    sides = st.sampled_from([0, 1, 2, 3, 4, 7])
    lengths = {letter: data.draw(sides) for letter in sorted(set(subscripts) & set("Abcdefhijklmnqa"))}
    more = [data.draw(sides) for _ in range(data.draw(st.integers(0, 2)))]
    dtype = data.draw(st.sampled_from(["bool", "int8", "float16", *BROAD]))
    for place, term in enumerate(subscripts.replace(" ", "").split("->")[0].split(",")):
        before, dots, after = term.partition("...")
        named = [[lengths[letter] for letter in one] for one in (before, after)]
        fewer = more[data.draw(st.integers(0, len(more))) :] if dots else []
        shape = (*named[0], *(data.draw(st.sampled_from([1, n])) for n in fewer), *named[1])
        yield values(shape, dtype, place)


@pytest.mark.parametrize("subscripts", EINSUMS)
@given(data=st.data())
def test_einsum(subscripts, data):
    hosts = list(_drawn(data, subscripts))
    x = [fs.asarray(host) if data.draw(st.booleans()) else fs.asarray(host.T).T for host in hosts]
    exact = np.result_type(*hosts)
    inside = np.dtype("float32") if exact == np.float16 else exact
    want = np.asarray(np.einsum(subscripts, *(host.astype(inside) for host in hosts)))
    close(fs.einsum(subscripts, *x), want.astype(exact), 100.0)


def test_einsum_repeats_lengths_of_1():
    h, g = values((1, 4), "float32"), values((3, 1), "float32")
    for subscripts in ("ij,ij->ij", "ij,ij->i", "ij,ij->j", "ij,ij"):
        both_einsum(subscripts, h, g)
    both_einsum("i,i,i->", h[0, :1], h[0, 1:2], h[0])


def both_einsum(subscripts, *hosts):
    close(fs.einsum(subscripts, *map(fs.asarray, hosts)), np.einsum(subscripts, *hosts), 8.0)


def test_einsum_of_one_operand_is_a_view():
    x = fs.asarray(values((3, 3), "float32"))
    assert fs.einsum("ij->ji", x).shares_memory(x)
    assert fs.einsum("ii->i", x).shares_memory(x)


REFUSED_SUBSCRIPTS = {
    "i...->i": [(2, 3)],
    "ii": [(2, 3)],
    "ij->ii": [(2, 3)],
    "i->j": [(2,)],
    "ij": [(2,)],
    "i": [(2, 3)],
    "i,i": [(2,), (3,)],
    "i,j": [(2,)],
    "j": [(2,), (3,)],
    "i->i->i": [(2,)],
    "i.j": [(2, 2)],
    "......i": [(2,)],
    "i1": [(2, 2)],
    "ié": [(2, 2)],
    "...i,i...": [(4, 2), (2, 3)],
}


@pytest.mark.parametrize("subscripts", REFUSED_SUBSCRIPTS)
def test_einsum_refuses_what_numpy_refuses(subscripts):
    hosts = [np.ones(shape) for shape in REFUSED_SUBSCRIPTS[subscripts]]
    with pytest.raises(ValueError, match=r"ein|operand|ascii"):
        np.einsum(subscripts, *hosts)
    with pytest.raises(ValueError, match="einsum"):
        fs.einsum(subscripts, *map(fs.asarray, hosts))


REFUSED = {
    "matmul": [((2, 3), ()), ((2, 3), (2, 3)), ((2, 3), (2,)), ((2,), (3, 2)), ((2, 2, 3), (3, 3, 2))],
    "dot": [((2, 3), (2,)), ((2, 3), (4, 5))],
    "inner": [((2, 3), (2,)), ((2, 3), (3, 2))],
    "vecdot": [((2, 3), ()), ((2, 3), (2,)), ((2, 3), (2, 1))],
    "convolve": [((2, 2), (2,)), ((0,), (2,)), ((2,), (0,))],
    "tensordot": [((2, 3), (4, 5)), ((3,), (3,))],
}


@pytest.mark.parametrize("name", REFUSED)
def test_shapes_that_do_not_match_are_named(name):
    for one, two in REFUSED[name]:
        with pytest.raises((ValueError, IndexError)):
            getattr(np, name)(np.ones(one), np.ones(two))
        with pytest.raises(ValueError, match=name) as caught:
            getattr(fs, name)(fs.ones(one), fs.ones(two))
        assert str(one) in str(caught.value)
        assert str(two) in str(caught.value)


def test_other_refusals():
    x = fs.ones((2, 3))
    with pytest.raises(ValueError, match="repeated axis"):
        fs.tensordot(x, x, axes=([0, 0], [0, 1]))
    with pytest.raises(ValueError, match=r"tensordot.*lengths \[3\] and \[2\]"):
        fs.tensordot(x, x, axes=([1], [0]))
    with pytest.raises(AxisError):
        fs.tensordot(x, x, axes=([5], [0]))
    with pytest.raises(AxisError):
        fs.vecdot(x, x, axis=2)
    with pytest.raises(AxisError):
        fs.trace(x, axis2=4)
    with pytest.raises(ValueError, match="are the same one"):
        fs.trace(x, axis1=0, axis2=-2)
    with pytest.raises(ValueError, match=r"trace: an array of shape \(3,\) has no diagonal"):
        fs.trace(x[0])
    with pytest.raises(ValueError, match='mode is "full", "same" or "valid"'):
        fs.convolve(x[0], x[0], "x")
    with pytest.raises(TypeError, match="matmul: every operand is an array of farshore, not list"):
        fs.matmul(x, [1, 2, 3])


def test_matrix_transpose():
    h = values((2, 3, 4), "int8")
    x = fs.asarray(h)
    assert np.array_equal(fs.matrix_transpose(x).to_numpy(), h.mT)
    assert fs.matrix_transpose(x).shares_memory(x)
    with pytest.raises(ValueError, match="last two axes"):
        fs.matrix_transpose(x[0, 0])


def test_nothing_crosses(log):
    x, y = fs.asarray(values((4, 5), "float32")), fs.asarray(values((5, 4), "float32"))
    moved = len(log)
    results = [
        fs.matmul(x, y),
        fs.matmul(x, y[:, 0]),
        fs.tensordot(x, y, axes=([0], [1])),
        fs.vecdot(x, y.T),
        fs.outer(x, y),
        fs.dot(x, y),
        fs.inner(x, y.T),
        fs.einsum("ij,jk,kk->i", x, y, fs.matmul(x, y)),
        fs.trace(x),
        fs.kron(x, y),
        fs.convolve(x[0], y[:, 1]),
    ]
    fs.evaluate(*results)
    assert len(log) == moved
