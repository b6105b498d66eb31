"""ElementwiseKernel and ReductionKernel: fused, of every dtype, checked before they run."""

import re

import farshore as fs
import numpy as np
import pytest

REAL = [f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)]
REAL += ["float16", "float32", "float64"]


def squared_difference():
    return fs.ElementwiseKernel("T x, T y", "T z", "z = (x - y) * (x - y)", "squared_difference")


@pytest.mark.parametrize("dtype", REAL)
def test_every_dtype(dtype, rng):
    x, y = (rng.integers(0, 100, (5, 77)).astype(dtype) for _ in range(2))
    z = squared_difference()(fs.asarray(x), fs.asarray(y))
    assert z.dtype == dtype
    expected = ((x - y).astype(dtype) * (x - y)).astype(dtype)
    if dtype == "float16":
        # Computed in float32, and rounded once.
        wide = x.astype(np.float32) - y
        expected = (wide * wide).astype(dtype)
    np.testing.assert_array_equal(z.to_numpy(), expected)


@pytest.mark.parametrize("length", [0, 1, 3, 257, 70_000])
def test_lengths_and_layouts(length, rng):
    x = rng.standard_normal((length, 3)).astype(np.float32)
    kernel = fs.ElementwiseKernel("float32 a, float32 b", "float32 c", "c = a * b + 1.0", "affine")
    np.testing.assert_allclose(kernel(fs.asarray(x).T, 2).to_numpy(), x.T * 2 + 1, rtol=1e-6)
    np.testing.assert_allclose(
        kernel(fs.asarray(x)[::-1], fs.asarray(x)[:1]).to_numpy(), x[::-1] * x[:1] + 1, rtol=1e-6
    )
    assert kernel(fs.asarray(np.float32(2)), 3).shape == ()


def test_it_shares_a_kernel_with_its_neighbours(capsys, rng):
    x = fs.asarray(rng.random((64, 128), dtype=np.float32))
    z = fs.sqrt(squared_difference()(x + 1, 2))
    fs.explain(z)
    assert re.findall("^kernel .*", capsys.readouterr().out, re.MULTILINE) == [
        "kernel 1: add squared_difference sqrt"
    ]
    fs.explain(fs.sum(squared_difference()(x, 2), axis=-1))
    assert "kernel 1: squared_difference add\n" in capsys.readouterr().out


def test_outputs(rng):
    x = rng.standard_normal(50).astype(np.float32)
    parts = fs.ElementwiseKernel(
        "float32 x", "float32 low, bool positive", "low = min(x, 0.0); positive = x > 0.0", "parts"
    )
    low, positive = parts(fs.asarray(x))
    np.testing.assert_array_equal(low.to_numpy(), np.minimum(x, 0))
    np.testing.assert_array_equal(positive.to_numpy(), x > 0)
    a, b = fs.empty(50), fs.empty(50, dtype=bool)
    assert parts(fs.asarray(x), a, b)[0] is a
    np.testing.assert_array_equal(b.to_numpy(), x > 0)
    with pytest.raises(ValueError, match=r"parts: the result has shape \(50,\), out \(3,\)"):
        parts(fs.asarray(x), fs.empty(3), b)
    with pytest.raises(TypeError, match="parts: it writes into arrays of farshore"):
        parts(fs.asarray(x), np.empty(50), b)


def test_nothing_crosses(log, rng):
    x = fs.asarray(rng.random(1000, dtype=np.float32))
    before = log.bytes_to_host, log.bytes_to_device
    fs.evaluate(squared_difference()(x, 1))
    assert (log.bytes_to_host, log.bytes_to_device) == before


def test_wrong_text_is_told_with_its_line():
    with pytest.raises(ValueError, match=r"wrong: line 2 of the operation: .*\n  let b = a \+\* 2.0;\n"):
        fs.ElementwiseKernel("float32 x", "float32 y", "let a = x;\nlet b = a +* 2.0;\ny = b", "wrong")
    kernel = fs.ElementwiseKernel("T x", "T y", "y = x & 1u", "odd")
    assert kernel(fs.asarray([3], dtype=fs.uint32)).to_numpy() == 1
    with pytest.raises(ValueError, match="odd: line 1 of the operation"):
        kernel(fs.asarray([3.0]))


@pytest.mark.parametrize(
    "escape", ["y = x; return y; } fn other() {} @compute @workgroup_size(1) fn main() {"]
)
def test_nothing_but_statements_is_taken(escape):
    with pytest.raises(ValueError, match="wrong"):
        fs.ElementwiseKernel("float32 x", "float32 y", escape, "wrong")


def test_wrong_arguments():
    kernel = squared_difference()
    x, i = fs.asarray([1.0]), fs.asarray([1])
    with pytest.raises(TypeError, match="squared_difference does not accept int64; it accepts float32 for y"):
        kernel(x, i)
    with pytest.raises(TypeError, match=r"squared_difference\(\) takes 2 inputs, and 1 arrays"):
        kernel(x)
    with pytest.raises(TypeError, match="complex64"):
        kernel(fs.asarray([1j]), fs.asarray([1j]))
    with pytest.raises(fs.ImplicitTransferError):
        kernel(x, np.ones(4, np.float32))
    with pytest.raises(ValueError, match="broadcast"):
        kernel(fs.ones(3), fs.ones(4))
    with pytest.raises(ValueError, match="is not a type and a name"):
        fs.ElementwiseKernel("float32", "float32 y", "y = 1.0")


def test_endless_loops_are_left():
    kernel = fs.ElementwiseKernel(
        "float32 x",
        "float32 y",
        "var n = 0u; while true { n++; if x < 0.0 { break; } } y = f32(n)",
        "endless",
    )
    assert kernel(fs.asarray([1.0, -1.0])).to_numpy().tolist() == [2**20, 1]
    assert (fs.asarray([1.0]) + 1).to_numpy() == 2


def test_a_mandelbrot_set():
    """As many turns as each point takes: branches and loops are the user's."""
    text = """
        var z = vec2<f32>(0.0, 0.0);
        n = 0;
        while n < 100 && dot(z, z) <= 4.0 {
            z = vec2<f32>(z.x * z.x - z.y * z.y + x, 2.0 * z.x * z.y + y);
            n = n + 1;
        }
    """
    kernel = fs.ElementwiseKernel("float32 x, float32 y", "int32 n", text, "mandelbrot")
    x, y = np.linspace(-2, 0.5, 60, dtype=np.float32), np.linspace(-1, 1, 40, dtype=np.float32)[:, None]
    n = kernel(fs.asarray(x), fs.asarray(y)).to_numpy()
    c, z, expected = x + 1j * y, np.zeros((40, 60), complex), np.zeros((40, 60), int)
    for _ in range(100):
        inside = np.abs(z) <= 2
        z[inside] = z[inside] ** 2 + c[inside]
        expected += inside
    assert np.mean(n == expected) > 0.99


@pytest.mark.parametrize("shape", [(0,), (1,), (1000,), (3, 1001), (70, 128), (4, 5, 6)])
@pytest.mark.parametrize("dtype", REAL)
def test_reductions(dtype, shape, rng):
    host = rng.integers(0, 10, shape).astype(dtype)
    total = fs.ReductionKernel("T x", "T y", "x", "a + b", "y = a", "0", "total")
    x = fs.asarray(host)
    for axis in (None, 0, -1):
        for keepdims in (False, True):
            got = total(x, axis=axis, keepdims=keepdims)
            expected = host.sum(axis, dtype=np.float64, keepdims=keepdims)
            assert got.shape == expected.shape
            assert got.dtype == dtype
            np.testing.assert_array_equal(got.to_numpy(), expected.astype(np.int64).astype(dtype))


def test_reductions_of_several_inputs(rng):
    x, y = (rng.random((20, 300), dtype=np.float32) for _ in range(2))
    distance = fs.ReductionKernel(
        "float32 x, float32 y", "float32 d", "(x - y) * (x - y)", "a + b", "d = sqrt(a)", 0, "distance"
    )
    got = distance(fs.asarray(x), fs.asarray(y), axis=1).to_numpy()
    np.testing.assert_allclose(got, np.linalg.norm(x - y, axis=1), rtol=1e-5)
    most = fs.ReductionKernel("float32 x", "float32 m", "abs(x)", "max(a, b)", "m = a", -1, "most")
    assert most(fs.asarray(x), axis=(0, 1)).to_numpy() == np.abs(x).max()
    with pytest.raises(TypeError, match=r"distance\(\) takes 2 inputs; 1 were given"):
        distance(fs.asarray(x))
    with pytest.raises(ValueError, match="wrong: line 1 of the reduction"):
        fs.ReductionKernel("T x", "T y", "x", "a +", "y = a", 0, "wrong")(fs.asarray(x))
    with pytest.raises(np.exceptions.AxisError):
        most(fs.asarray(x), axis=2)
