"""RawKernel: whole programs in WGSL, reflected, checked before they run, contained."""

import re

import farshore as fs
import numpy as np
import pytest

NARROW = ["bool", "int8", "uint8", "int16", "uint16", "float16"]
WIDE = ["int32", "uint32", "float32", "int64", "uint64", "float64", "complex64", "complex128"]

TRANSPOSE = """
var<workgroup> tile: array<array<T, 17>, 16>;
struct Shape { rows: u32, columns: u32 }
@group(0) @binding(0) var<storage, read> x: array<T>;
@group(0) @binding(1) var<storage, read_write> y: array<T>;
@group(0) @binding(2) var<uniform> shape: Shape;

@compute @workgroup_size(16, 16)
fn transpose(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) own: vec3<u32>,
) {
    let row = 16 * group.y + own.y;
    let column = 16 * group.x + own.x;
    if row < shape.rows && column < shape.columns {
        tile[own.y][own.x] = load_x(row * shape.columns + column);
    }
    workgroupBarrier();
    let to = vec2(16 * group.y + own.x, 16 * group.x + own.y);
    if to.x < shape.rows && to.y < shape.columns {
        store_y(to.y * shape.rows + to.x, tile[own.x][own.y]);
    }
}
"""

SQUARE = """
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn square(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < arrayLength(&y) { y[id.x] = x[id.x] * x[id.x]; }
}
"""


def random(dtype, shape, rng):
    host = rng.integers(-100, 100, shape) + 1j * rng.integers(-100, 100, shape)
    return host.astype(dtype) if dtype.startswith("complex") else host.real.astype(dtype)


@pytest.mark.parametrize("shape", [(1, 1), (16, 16), (3, 70), (100, 37)])
@pytest.mark.parametrize("dtype", NARROW + WIDE)
def test_a_tiled_transpose_of_every_dtype(dtype, shape, rng):
    transpose = fs.RawKernel(TRANSPOSE, "transpose")
    assert transpose.workgroup_size == (16, 16, 1)
    host = random(dtype, shape, rng)
    x = fs.asarray(host)
    y = fs.zeros(shape[::-1], dtype=dtype)
    rows, columns = shape
    transpose((-(-columns // 16), -(-rows // 16)), (x, y, rows, columns))
    np.testing.assert_array_equal(y.to_numpy(), host.T)
    transpose((-(-rows // 16), -(-columns // 16)), [y, x, columns, rows])
    np.testing.assert_array_equal(x.to_numpy(), host)


@pytest.mark.parametrize("length", [1, 64, 255, 3000])
def test_a_prefix_sum(length, rng):
    scan = fs.RawKernel(
        """
        var<workgroup> sums: array<u32, 256>;
        @group(0) @binding(0) var<storage, read_write> x: array<u32>;
        @compute @workgroup_size(256)
        fn scan(@builtin(local_invocation_index) i: u32) {
            let n = arrayLength(&x);
            let each = (n + 255) / 256;
            let begin = i * each;
            let end = min(begin + each, n);
            var sum = 0u;
            for (var at = begin; at < end; at++) { sum += x[at]; }
            sums[i] = sum;
            for (var step = 1u; step < 256; step *= 2) {
                workgroupBarrier();
                var before = 0u;
                if i >= step { before = sums[i - step]; }
                workgroupBarrier();
                sums[i] += before;
            }
            workgroupBarrier();
            sum = sums[i] - sum;
            for (var at = begin; at < end; at++) { sum += x[at]; x[at] = sum; }
        }
        """,
        "scan",
    )
    host = rng.integers(0, 1000, length).astype(np.uint32)
    x = fs.asarray(host)
    scan(1, (x,))
    np.testing.assert_array_equal(x.to_numpy(), np.cumsum(host, dtype=np.uint32))


def test_a_histogram_by_atomics(rng):
    histogram = fs.RawKernel(
        """
        @group(0) @binding(0) var<storage, read> x: array<u8>;
        @group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>>;
        @compute @workgroup_size(64)
        fn histogram(@builtin(global_invocation_id) id: vec3<u32>) {
            if id.x < length_x() { atomicAdd(&counts[load_x(id.x)], 1u); }
        }
        """,
        "histogram",
    )
    for length in (1, 999, 4097):
        host = rng.integers(0, 256, length).astype(np.uint8)
        counts = fs.zeros(256, dtype=fs.uint32)
        # A view that begins amid a word is copied; what is pending is computed first.
        histogram(-(-length // 64), (fs.asarray(np.insert(host, 0, 7))[1:] + fs.uint8(0), counts))
        histogram(-(-length // 64), (fs.asarray(np.insert(host, 0, 7))[1:], counts))
        np.testing.assert_array_equal((counts / 2).to_numpy(), np.bincount(host, minlength=256))


@pytest.mark.parametrize("dtype", NARROW)
def test_what_lies_beside_narrow_elements_stays(dtype, rng):
    fill = fs.RawKernel(
        """
        @group(0) @binding(0) var<storage, read_write> y: array<T>;
        @group(0) @binding(1) var<uniform> n: u32;
        @compute @workgroup_size(64)
        fn fill(@builtin(global_invocation_id) id: vec3<u32>) {
            if id.x < n { store_y(id.x * 2, T(1)); }
            store_y(length_y() + id.x, T(1));
        }
        """,
        "fill",
    )
    host = random(dtype, 501, rng)
    whole = fs.asarray(np.concatenate([host, host]))
    y = fs.asarray(host)
    before = host.copy()
    fill(8, (y, 251))
    host[::2] = 1
    np.testing.assert_array_equal(y.to_numpy(), host)
    with pytest.raises(ValueError, match=r"this view ends \d+ bytes into its memory, amid a word of four"):
        fill(8, (whole[:501], 1))
    np.testing.assert_array_equal(whole.to_numpy(), np.concatenate([before, before]))


def test_whole_words_and_other_names_of_dtypes(rng):
    pack = fs.RawKernel(
        """
        @group(0) @binding(0) var<storage, read> x: array<uint8>;
        @group(0) @binding(1) var<storage, read_write> y: array<i8>;
        @group(0) @binding(2) var<storage, read> mask: array<bool>;
        @group(0) @binding(3) var<storage, read_write> halves: array<f16>;
        @compute @workgroup_size(64)
        fn pack(@builtin(global_invocation_id) id: vec3<u32>) {
            if id.x >= arrayLength(&y) { return; }
            let four = vec4<i32>(unpack4xU8(x[id.x]));
            y[id.x] = pack4xI8(select(-four, four, load_mask(id.x)) / 2);
            let seen: uint8 = load_x(id.x);
            store_halves(id.x, load_halves(id.x) + f32(seen) / 3.0);
        }
        """,
        "pack",
    )
    x = rng.integers(0, 256, 400).astype(np.uint8)
    mask = rng.random(100) < 0.5
    halves = rng.random(100).astype(np.float16)
    y, h = fs.zeros(400, dtype=fs.int8), fs.asarray(halves)
    pack(2, (fs.asarray(x), y, fs.asarray(mask), h))
    signed = np.where(np.repeat(mask, 4), x.astype(np.int32), -x.astype(np.int32))
    np.testing.assert_array_equal(y.to_numpy(), (np.sign(signed) * (abs(signed) // 2)).astype(np.int8))
    expected = halves.astype(np.float32) + x[:100].astype(np.float32) / np.float32(3)
    np.testing.assert_array_equal(h.to_numpy(), expected.astype(np.float16))
    with pytest.raises(
        TypeError, match="does not accept int8; it accepts uint8 for x, which is array<uint8>"
    ):
        pack(2, (y, y, fs.asarray(mask), h))


def test_subgroups():
    total = fs.RawKernel(
        """
        @group(0) @binding(0) var<storage, read_write> x: array<u32>;
        @compute @workgroup_size(64)
        fn total(@builtin(global_invocation_id) id: vec3<u32>) {
            let sum = subgroupAdd(1u);
            x[id.x] = sum;
        }
        """,
        "total",
    )
    x = fs.zeros(64, dtype=fs.uint32)
    total(1, (x,))
    sizes = x.to_numpy()
    assert len(set(sizes)) == 1
    assert 64 % sizes[0] == 0


def test_it_takes_its_turn(rng, log):
    host = rng.random(1000, dtype=np.float32)
    x, y = fs.asarray(host), fs.zeros(1000)
    square = fs.RawKernel(SQUARE, "square")
    before = log.bytes_to_host, log.bytes_to_device
    old = y + 1
    for _ in range(3):
        square(16, (x + y, y))
    seen = y * 2
    square(16, (x, y))
    assert (log.bytes_to_host, log.bytes_to_device) == before
    expected = np.zeros_like(host)
    for _ in range(3):
        expected = (host + expected) ** 2
    np.testing.assert_array_equal(old.to_numpy(), np.ones(1000))
    np.testing.assert_array_equal(seen.to_numpy(), expected * 2)
    np.testing.assert_array_equal(y.to_numpy(), host * host)


@pytest.mark.parametrize("case", ["reversed", "transposed", "broadcast", "shifted", "scalar"])
def test_layouts_that_are_read(case, rng):
    host = rng.random((20, 30), dtype=np.float32)
    x = fs.asarray(host)
    view, expected = {
        "reversed": (x[::-1, ::2], host[::-1, ::2]),
        "transposed": (x.T, host.T),
        "broadcast": (fs.broadcast_to(x[0], (20, 30)), np.broadcast_to(host[0], (20, 30))),
        "shifted": (x[1:3], host[1:3]),
        "scalar": (x[3, 4], host[3, 4]),
    }[case]
    y = fs.zeros(view.shape)
    fs.RawKernel(SQUARE, "square")(20, (view, y))
    np.testing.assert_array_equal(y.to_numpy(), expected * expected)


def test_no_workgroups_do_nothing():
    square = fs.RawKernel(SQUARE, "square")
    y = fs.ones(3)
    for none in (0, (0, 1, 1), [1, 0]):
        square(none, (fs.zeros(3), y))
    square(0, (fs.zeros(0), fs.zeros(0)))
    np.testing.assert_array_equal(y.to_numpy(), np.ones(3))
    with pytest.raises(
        ValueError, match=r"array for x is empty, which cannot be bound; .* ask for 0 workgroups"
    ):
        square(1, (fs.zeros(0), fs.zeros(0)))


def test_numbers(rng):
    affine = fs.RawKernel(
        """
        struct Numbers { count: i32, scale: vec2<f32>, inner: mat2x3<f32>, last: array<vec4<u32>, 2> }
        @group(0) @binding(1) var<uniform> numbers: Numbers;
        @group(0) @binding(0) var<storage, read_write> y: array<f32>;
        @compute @workgroup_size(1)
        fn affine() {
            let n = numbers;
            y[0] = f32(n.count); y[1] = n.scale.x; y[2] = n.scale.y;
            y[3] = n.inner[0].z; y[4] = n.inner[1].x; y[5] = f32(n.last[1].w);
        }
        """,
        "affine",
    )
    y = fs.zeros(6)
    given = [-7, np.float32(0.5), 3, *range(10, 16), *range(20, 28)]
    affine(1, (y, *given))
    np.testing.assert_array_equal(y.to_numpy(), [-7, 0.5, 3, 12, 13, 27])
    with pytest.raises(fs.OutOfRangeError, match="-1"):
        affine(1, (y, *given[:-1], -1))
    with pytest.raises(ValueError, match=r"numbers.count: 0.5 cannot be converted to int32"):
        affine(1, (y, 0.5, *given[1:]))
    with pytest.raises(
        TypeError, match=r"it takes 18 arguments: y, numbers.count, numbers.scale.x, .*; 17 were"
    ):
        affine(1, (y, *given[1:]))
    np.testing.assert_array_equal(y.to_numpy(), [-7, 0.5, 3, 12, 13, 27])


def test_wrong_arguments():
    square = fs.RawKernel(SQUARE, "square")
    x, y = fs.asarray([2.0]), fs.zeros(1)
    with pytest.raises(TypeError, match="square: it binds x, y; 1 arrays were given"):
        square(1, (x,))
    with pytest.raises(
        TypeError, match="does not accept int64; it accepts float32 for x, which is array<f32>"
    ):
        square(1, (fs.asarray([1]), y))
    with pytest.raises(TypeError, match=re.escape("or declare x as array<T> and reach it by load_x(i)")):
        square(1, (fs.asarray([1], dtype=fs.uint8), y))
    with pytest.raises(
        TypeError, match=r"it binds x, y; 1 arrays were given for them\. The members of a uniform"
    ):
        square(1, (x, 2.0))
    with pytest.raises(TypeError, match="arguments are a tuple, not Array"):
        square(1, x)
    with pytest.raises(TypeError, match="an operand is an array of farshore or a number, not str"):
        square(1, (x, "y"))
    with pytest.raises(TypeError, match="y is written on the device, and an array of the host was given"):
        square(1, (x, np.zeros(1, np.float32)))
    with pytest.raises(fs.ImplicitTransferError):
        square(1, (np.ones(4, np.float32), y))
    with pytest.raises(ValueError, match="x and y share their memory"):
        square(1, (y, y))
    with pytest.raises(
        ValueError, match=re.escape("Write into a copy, y = x.copy(), and assign it: x[...] = y")
    ):
        square(1, (x, fs.zeros((4, 4)).T))
    for groups, words in [
        (-1, "-1 is no number"),
        ((1, 2, 3, 4), "one to three axes"),
        ((), "0 numbers were given"),
    ]:
        with pytest.raises(ValueError, match=words):
            square(groups, (x, y))
    with pytest.raises(ValueError, match="70000 workgroups along y"):
        square((1, 70_000), (x, y))
    with pytest.raises(
        TypeError, match="workgroups are a whole number, or a tuple of up to three, not float"
    ):
        square(1.0, (x, y))
    np.testing.assert_array_equal(y.to_numpy(), [0])
    with fs.transfers("allow"):
        square(np.int64(1), (np.full(1, 3, np.float32), y))
    np.testing.assert_array_equal(y.to_numpy(), [9])


def test_wrong_text_is_told_with_its_line():
    with pytest.raises(
        ValueError, match=r"square: line 7 of the code: .*\n      if id.x < arrayLength\(&y\) \{ y\[id"
    ):
        fs.RawKernel(SQUARE.replace("= x[id.x] *", "= x[id.x] +*"), "square")
    with pytest.raises(ValueError, match=r"square: line 7 of the code: .*\n  .*\n *\^$"):
        fs.RawKernel(SQUARE.rstrip().removesuffix("}"), "square")
    with pytest.raises(ValueError, match='no compute entry point "cube"; there is square'):
        fs.RawKernel(SQUARE, "cube")
    with pytest.raises(ValueError, match="N has no value; write const N"):
        fs.RawKernel("override N: u32;" + SQUARE, "square")
    template = SQUARE.replace("array<f32>", "array<T>").replace("* x[id.x]", "& 6")
    kernel = fs.RawKernel(template, "square")
    y = fs.zeros(2, dtype=fs.int32)
    kernel(1, (fs.asarray([5, 7], dtype=fs.int32), y))
    np.testing.assert_array_equal(y.to_numpy(), [4, 6])
    with pytest.raises(ValueError, match="square: line 7 of the code: "):
        kernel(1, (fs.ones(2), fs.zeros(2)))
    with pytest.raises(TypeError, match="float32; it accepts int32 for y, which is array<T>"):
        kernel(1, (y, fs.zeros(2)))
    vectors = fs.RawKernel(SQUARE.replace("array<f32>", "array<vec4<T>>"), "square")
    with pytest.raises(TypeError, match=r"uint8.*lie in an array<T> alone, and are reached by load_x\(i\)"):
        vectors(1, (fs.zeros(4, dtype=fs.uint8), fs.zeros(4, dtype=fs.uint8)))


def test_what_is_undefined_in_cuda_is_contained():
    text = """
    @group(0) @binding(0) var<storage, read_write> y: array<u32>;
    @compute @workgroup_size(64)
    fn escape(@builtin(global_invocation_id) id: vec3<u32>) {
        var turns = 0u;
        loop { y[1000 + id.x * 1000 + turns % 2] = 5u; turns++; }
        if id.x == 0 { y[0] = turns; }
    }
    """
    others = [fs.full(1000, i, dtype=fs.uint32) for i in range(20)]
    fs.evaluate(*others)
    y = others.pop(7)
    fs.RawKernel(text, "escape")(1, (y,))
    host = y.to_numpy()
    assert host[0] == 2**20
    assert host[-1] == 5
    assert (host[1:-1] == 7).all()
    for other in others:
        assert np.ptp(other.to_numpy()) == 0


def test_what_it_says():
    square = fs.RawKernel(SQUARE, "square", unsafe=True)
    assert repr(square) == "<RawKernel 'square' of x, y>"
    assert (square.name, square.__name__, square.code) == ("square", "square", SQUARE)
    assert square.workgroup_size == (64, 1, 1)
    y = fs.zeros(70)
    square(2, (fs.full(70, 3.0), y))
    np.testing.assert_array_equal(y.to_numpy(), np.full(70, 9))
    with pytest.raises(TypeError):
        fs.RawKernel(SQUARE, "square", True)


def test_it_counts_as_one_kernel():
    square = fs.RawKernel(SQUARE, "square")
    x, y = fs.ones(10), fs.zeros(10)
    fs.evaluate(x, y)
    square(1, (x, y))
    device = x.device
    before = device.counters()
    square(1, (x, y))
    after = device.counters()
    assert after["dispatches"] - before["dispatches"] == 1
    assert after["pipelines"] == before["pipelines"]
