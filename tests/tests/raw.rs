//! Whole programs that users write: reflected, checked before anything runs, contained.

use bytemuck::cast_slice;
use farshore::{Argument, Array, DType, Element, Error, Index, RawKernel, Result};
use farshore_tests::{alone, device};

fn array<T: Element>(values: &[T], shape: &[usize]) -> Array {
    Array::from_slice(&device(), values, shape).unwrap()
}

fn part(x: &Array, start: isize, stop: isize, step: isize) -> Array {
    x.index(&[Index::Slice { start: Some(start), stop: Some(stop), step }]).unwrap()
}

/// A program whose bindings are numbered as nobody would, of which the last in order is the uniform.
const AFFINE: &str = "
struct Numbers { scale: f32, offset: vec2<f32>, count: u32 }
@group(0) @binding(7) var<uniform> numbers: Numbers;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read> x: array<f32>;

@compute @workgroup_size(32)
fn affine(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= numbers.count { return; }
    y[id.x] = x[id.x] * numbers.scale + numbers.offset.y - numbers.offset.x;
}";

#[test]
fn bindings_are_numbered_as_users_like() -> Result<()> {
    let kernel = RawKernel::new(AFFINE, "affine")?;
    assert_eq!((kernel.name(), kernel.workgroup_size()), ("affine", Some([32, 1, 1])));
    assert_eq!(kernel.arrays().collect::<Vec<_>>(), [("y", true), ("x", false)]);
    let (x, y) = (array(&[1.0_f32, 2.0, 3.0, 4.0], &[4]), array(&[9.0_f32; 4], &[4]));
    let x = x.add(1.0)?;
    let arguments: [Argument<'_>; 6] =
        [(&y).into(), (&x).into(), 2.0.into(), 1.5.into(), 0.5.into(), 3.into()];
    let before = y.multiply(1.0)?;
    kernel.dispatch([1, 1, 1], &arguments)?;
    assert_eq!(y.subtract(1.0)?.to_vec::<f32>()?, [2.0, 4.0, 6.0, 8.0]);
    assert_eq!(before.to_vec::<f32>()?, [9.0; 4], "what was recorded before reads the old values");
    Ok(())
}

#[test]
fn a_dispatch_is_one_dispatch() -> Result<()> {
    let _alone = alone();
    let kernel = RawKernel::new(AFFINE, "affine")?;
    let (x, y) = (array(&[1.0_f32; 4], &[4]), array(&[9.0_f32; 4], &[4]));
    let arguments: [Argument<'_>; 6] =
        [(&y).into(), (&x).into(), 2.0.into(), 1.5.into(), 0.5.into(), 4.into()];
    kernel.dispatch([1, 1, 1], &arguments)?;
    let before = device().counters();
    for _ in 0..3 {
        kernel.dispatch([1, 1, 1], &arguments)?;
    }
    RawKernel::new(AFFINE, "affine")?.dispatch([0, 1, 1], &arguments)?;
    let after = device().counters();
    assert_eq!((after.dispatches - before.dispatches, after.pipelines - before.pipelines), (3, 0));
    Ok(())
}

#[test]
fn workgroups_share_memory_which_begins_as_zeros() -> Result<()> {
    let text = "
var<workgroup> tile: array<u32, 64>;
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> sums: array<u32>;
@group(0) @binding(2) var<storage, read_write> start: array<u32>;

@compute @workgroup_size(64)
fn sum(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) group: vec3<u32>) {
    let all = group.x + group.y * 2u + group.z * 4u;
    start[64u * all + i] = tile[i];
    workgroupBarrier();
    tile[i] = x[64u * all + i];
    for (var step = 32u; step > 0u; step >>= 1u) {
        workgroupBarrier();
        if i < step { tile[i] += tile[i + step]; }
    }
    if i == 0u { sums[all] = tile[0]; }
}";
    let kernel = RawKernel::new(text, "sum")?;
    let values: Vec<u32> = (0..8 * 64).map(|n| n * n % 1009).collect();
    let (x, sums, start) = (array(&values, &[8, 64]), array(&[0_u32; 8], &[8]), array(&[7_u32; 512], &[512]));
    for _ in 0..3 {
        kernel.dispatch([2, 2, 2], &[(&x).into(), (&sums).into(), (&start).into()])?;
    }
    let expected: Vec<u32> = values.chunks(64).map(|row| row.iter().sum()).collect();
    assert_eq!(sums.to_vec::<u32>()?, expected);
    assert_eq!(start.to_vec::<u32>()?, [0; 512]);
    Ok(())
}

/// Large workgroup memory, which must not make compiling take long.
#[test]
fn a_tiled_transpose() -> Result<()> {
    let text = "
var<workgroup> tile: array<array<T, 33>, 32>;
@group(0) @binding(0) var<storage, read> x: array<T>;
@group(0) @binding(1) var<storage, read_write> y: array<T>;
@compute @workgroup_size(32, 8)
fn transpose(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) own: vec3<u32>) {
    for (var row = own.y; row < 32; row += 8u) {
        tile[row][own.x] = x[96 * (32 * group.y + row) + 32 * group.x + own.x];
    }
    workgroupBarrier();
    for (var row = own.y; row < 32; row += 8u) {
        y[64 * (32 * group.x + row) + 32 * group.y + own.x] = tile[own.x][row];
    }
}";
    let values: Vec<f32> = (0..64 * 96_u16).map(f32::from).collect();
    let x = array(&values, &[64, 96]);
    let y = Array::full(&device(), &[96, 64], 0, DType::Float32)?;
    RawKernel::new(text, "transpose")?.dispatch([3, 2, 1], &[(&x).into(), (&y).into()])?;
    assert_eq!(y.to_vec::<f32>()?, x.transpose().to_vec::<f32>()?);
    Ok(())
}

const COPY: &str = "
@group(0) @binding(0) var<storage, read> x: array<T>;
@group(0) @binding(1) var<storage, read_write> y: array<T>;
@group(0) @binding(2) var<storage, read_write> length: array<u32>;

@compute @workgroup_size(64)
fn copy(@builtin(global_invocation_id) id: vec3<u32>) {
    let element: T = load_x(id.x);
    if id.x < length_x() { store_y(length_x() - 1 - id.x, element); }
    if id.x == 0u { length[0] = length_x(); }
}";

fn reversed<T: Element + PartialEq + std::fmt::Debug>(values: &[T]) -> Result<()> {
    let kernel = RawKernel::new(COPY, "copy")?;
    for len in [1, 2, 3, 5, 130.min(values.len())] {
        let (x, length) = (array(&values[..len], &[len]), array(&[0_u32], &[1]));
        let y = Array::full(&device(), &[len], 0, T::DTYPE)?;
        kernel.dispatch([3, 1, 1], &[(&x).into(), (&y).into(), (&length).into()])?;
        let expected: Vec<T> = values[..len].iter().rev().copied().collect();
        assert_eq!(y.to_vec::<T>()?, expected);
        assert_eq!(length.to_vec::<u32>()?, [u32::try_from(len).unwrap()]);
    }
    Ok(())
}

#[test]
fn one_text_for_every_dtype() -> Result<()> {
    let n = 0..130_u8;
    reversed(&n.clone().map(|n| n % 3 == 0).collect::<Vec<_>>())?;
    reversed(&n.clone().map(|n| n.wrapping_mul(77)).collect::<Vec<_>>())?;
    reversed(&n.clone().map(|n| n.wrapping_mul(77).cast_signed()).collect::<Vec<_>>())?;
    reversed(&n.clone().map(|n| u16::from(n) * 501).collect::<Vec<_>>())?;
    reversed(&n.clone().map(|n| (u16::from(n) * 501).cast_signed()).collect::<Vec<_>>())?;
    let special = [f32::INFINITY, -0.0, 6e-8, 65504.0, 1e-5, -1.5];
    reversed(&special.map(half::f16::from_f32))?;
    reversed(&n.clone().map(|n| half::f16::from_f32(f32::from(n) / 7.0)).collect::<Vec<_>>())?;
    reversed(&n.clone().map(|n| i32::from(n) - 60).collect::<Vec<_>>())?;
    reversed(&n.clone().map(|n| u32::from(n) << 24).collect::<Vec<_>>())?;
    reversed(&n.clone().map(|n| f32::from(n) / 3.0).collect::<Vec<_>>())?;
    reversed(&n.clone().map(|n| num_complex::Complex32::new(n.into(), -1.0)).collect::<Vec<_>>())?;
    if device().has_float64() {
        reversed(&n.clone().map(|n| f64::from(n) / 3.0).collect::<Vec<_>>())?;
        reversed(&n.clone().map(|n| i64::from(n) << 40).collect::<Vec<_>>())?;
        reversed(&n.clone().map(|n| u64::from(n) << 50).collect::<Vec<_>>())?;
        reversed(&n.map(|n| num_complex::Complex64::new(n.into(), -1.0)).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// All elements of a word are stored at once, by invocations that know nothing of each other.
#[test]
fn stores_to_one_word_do_not_undo_each_other() -> Result<()> {
    let text = "
@group(0) @binding(0) var<storage, read_write> y: array<u8>;
@compute @workgroup_size(256)
fn fill(@builtin(global_invocation_id) id: vec3<u32>) { store_y(id.x, id.x * 7u); }";
    let kernel = RawKernel::new(text, "fill")?;
    let y = array(&[255_u8; 10_001], &[10_001]);
    kernel.dispatch([64, 1, 1], &[(&y).into()])?;
    let expected: Vec<u8> = (0..10_001_u32).map(|n| (n * 7) as u8).collect();
    assert_eq!(y.to_vec::<u8>()?, expected);
    Ok(())
}

#[test]
fn indices_outside_reach_nothing_else() -> Result<()> {
    let text = "
@group(0) @binding(0) var<storage, read_write> y: array<u32>;
@compute @workgroup_size(64)
fn escape(@builtin(global_invocation_id) id: vec3<u32>) { y[4u + id.x * 3u] = 7u; y[0u - id.x] = 7u; }";
    let kernel = RawKernel::new(text, "escape")?;
    let alignment = isize::try_from(device().limits().alignment / 4).unwrap();
    let x = array(&vec![1_u32; 1 << 16], &[1 << 16]);
    let middle = part(&x, 4 * alignment, 4 * alignment + 4, 1);
    kernel.dispatch([500, 1, 1], &[(&middle).into()])?;
    let mut expected = vec![1_u32; 1 << 16];
    expected[usize::try_from(4 * alignment).unwrap()] = 7;
    expected[usize::try_from(4 * alignment + 3).unwrap()] = 7;
    assert_eq!(x.to_vec::<u32>()?, expected);
    let narrow = text.replace("array<u32>", "array<i8>").replace(
        "y[4u + id.x * 3u] = 7u; y[0u - id.x] = 7u;",
        "store_y(4u + id.x, 7); store_y(0u - id.x, 7);",
    );
    let bytes = array(&[1_i8; 3], &[3]);
    RawKernel::new(&narrow, "escape")?.dispatch([500, 1, 1], &[(&bytes).into()])?;
    assert_eq!(bytes.to_vec::<i8>()?, [7, 1, 1]);
    Ok(())
}

#[test]
fn a_loop_that_never_ends_is_left() -> Result<()> {
    let text = "
@group(0) @binding(0) var<storage, read_write> turns: array<u32>;
@compute @workgroup_size(1)
fn endless() { while true { turns[0] += 1u; } }";
    let turns = array(&[0_u32], &[1]);
    RawKernel::new(text, "endless")?.dispatch([1, 1, 1], &[(&turns).into()])?;
    assert_eq!(turns.to_vec::<u32>()?, [1 << 20]);
    Ok(())
}

#[test]
fn views_are_copied_where_they_are_read() -> Result<()> {
    let text = "
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64)
fn copy(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < arrayLength(&x) { y[id.x] = x[id.x]; }
}";
    let kernel = RawKernel::new(text, "copy")?;
    let x = array(&(0..1000_u16).map(f32::from).collect::<Vec<_>>(), &[1000]);
    let wide = x.reshape(&[10, 100])?;
    for view in [part(&x, 3, 77, 1), part(&x, 900, 2, -3), wide.transpose(), part(&x, 64, 128, 1), x.clone()]
    {
        let y = Array::full(&device(), &[1000], 0, DType::Float32)?;
        kernel.dispatch([16, 1, 1], &[(&view).into(), (&y).into()])?;
        let mut expected = view.to_vec::<f32>()?;
        expected.resize(1000, 0.0);
        assert_eq!(y.to_vec::<f32>()?, expected);
    }
    Ok(())
}

#[test]
fn arrays_that_cannot_be_written_are_refused() -> Result<()> {
    let kernel = RawKernel::new(AFFINE, "affine")?;
    let (x, other) = (array(&[1.0_f32; 64], &[64]), array(&[2.0_f32; 64], &[64]));
    let call = |y: &Array, x: &Array| {
        let numbers = [2.0, 0.0, 0.0].map(Argument::from);
        let arrays: [Argument<'_>; 2] = [y.into(), x.into()];
        kernel.dispatch([2, 1, 1], &[&arrays[..], &numbers, &[64.into()]].concat())
    };
    let refused = |y: &Array, x: &Array, text: &str| {
        let error = call(y, x).unwrap_err();
        assert!(matches!(error, Error::Value { .. }) && error.to_string().contains(text), "{error}");
    };
    refused(
        &part(&x, 0, 64, 2),
        &other,
        "y is written in place, and the elements of this view don't lie next",
    );
    refused(&part(&x, 1, 64, 1), &other, "this view begins 4 bytes into its memory, which is no multiple of");
    refused(&x, &x, "y and x share their memory, and one of them is written; copy the other first");
    refused(&x, &part(&x, 0, 3, 1), "share their memory");
    let none = Array::full(&device(), &[0], 0, DType::Float32)?;
    refused(&none, &other, "the array for y is empty, which cannot be bound");
    assert_eq!(x.to_vec::<f32>()?, [1.0; 64]);
    call(&x, &other)?;
    assert_eq!(x.to_vec::<f32>()?, [4.0; 64]);
    Ok(())
}

#[test]
fn arguments_that_do_not_fit_are_refused() -> Result<()> {
    let kernel = RawKernel::new(AFFINE, "affine")?;
    let (x, y, i) = (array(&[1.0_f32; 4], &[4]), array(&[2.0_f32; 4], &[4]), array(&[2_i32; 4], &[4]));
    let numbers: [Argument<'_>; 4] = [2.0.into(), 0.0.into(), 0.0.into(), 4.into()];
    let dispatch = |groups, arrays: &[Argument<'_>], numbers: &[Argument<'_>]| {
        kernel.dispatch(groups, &[arrays, numbers].concat()).unwrap_err()
    };
    let arrays: [Argument<'_>; 2] = [(&y).into(), (&x).into()];
    let error = dispatch([1; 3], &arrays, &numbers[1..]);
    assert_eq!(
        error.to_string(),
        "affine: it takes 6 arguments: y, x, numbers.scale, numbers.offset.x, numbers.offset.y, numbers.count; 5 were given"
    );
    assert!(matches!(error, Error::Argument { .. }));
    let error = dispatch([1; 3], &arrays[1..], &numbers);
    assert!(error.to_string().starts_with("affine: it binds y, x; 1 arrays were given for them"), "{error}");
    let error = dispatch([1; 3], &[(&y).into(), (&i).into()], &numbers);
    assert_eq!(
        error.to_string(),
        "affine does not accept int32; it accepts float32 for x, which is array<f32>. Convert it first: \
         x.astype(fs.float32)"
    );
    assert!(matches!(error, Error::DType { dtype: DType::Int32, .. }));
    let error = dispatch([1; 3], &numbers, &arrays);
    assert!(error.to_string().contains("y is an array; a number was given"), "{error}");
    let mut wrong = numbers.clone();
    wrong[3] = (-1).into();
    assert!(matches!(dispatch([1; 3], &arrays, &wrong), Error::OutOfRange { .. }));
    wrong[3] = 1.5.into();
    assert!(dispatch([1; 3], &arrays, &wrong).to_string().contains("numbers.count: 1.5 cannot"));
    let many = device().limits().workgroups + 1;
    let error = dispatch([1, many, 1], &arrays, &numbers);
    assert!(error.to_string().contains(&format!("{many} workgroups along y")), "{error}");
    assert_eq!(y.to_vec::<f32>()?, [2.0; 4]);
    Ok(())
}

#[test]
fn vectors_structs_and_lengths_that_are_declared() -> Result<()> {
    let text = "
struct Head { count: atomic<u32>, values: array<u32> }
@group(0) @binding(0) var<storage, read> x: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> head: Head;
@group(0) @binding(2) var<storage, read> four: array<f32, 4>;
@compute @workgroup_size(8)
fn count(@builtin(local_invocation_index) i: u32) {
    if i < arrayLength(&x) && x[i].x > four[3] {
        head.values[atomicAdd(&head.count, 1u)] = arrayLength(&head.values);
    }
}";
    let kernel = RawKernel::new(text, "count")?;
    let head = array(&[0_u32; 6], &[6]);
    let four = array(&[0.0_f32, 0.0, 0.0, 2.0], &[4]);
    let x = array(&[1.0_f32, 9.0, 3.0, 9.0, 4.0, 0.0], &[6]);
    kernel.dispatch([1; 3], &[(&x).into(), (&head).into(), (&four).into()])?;
    assert_eq!(head.to_vec::<u32>()?, [2, 5, 5, 0, 0, 0]);
    let pairs: Vec<num_complex::Complex32> = cast_slice(&[1.0_f32, 9.0, 3.0, 9.0, 4.0, 0.0]).to_vec();
    kernel.dispatch([1; 3], &[(&array(&pairs, &[3])).into(), (&head).into(), (&four).into()])?;
    assert_eq!(head.to_vec::<u32>()?, [4, 5, 5, 5, 5, 0]);
    let refused = |x: &Array, four: &Array, text: &str| {
        let error = kernel.dispatch([1; 3], &[x.into(), (&head).into(), four.into()]).unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
    };
    refused(&part(&x, 0, 5, 1), &four, "x is array<vec2<f32>>, of 8 bytes each; the array has 20");
    refused(&x, &part(&four, 0, 3, 1), "four is array<f32, 4>, of 16 bytes at least; the array has 12");
    Ok(())
}

#[test]
fn template_names_are_one_dtype_each() -> Result<()> {
    let text = "
@group(0) @binding(0) var<storage, read> x: array<T>;
@group(0) @binding(1) var<storage, read> at: array<I>;
@group(0) @binding(2) var<storage, read_write> y: array<T>;
@compute @workgroup_size(4)
fn take(@builtin(local_invocation_index) i: u32) { y[i] = x[at[i]] * T(2); }";
    let kernel = RawKernel::new(text, "take")?;
    assert_eq!(kernel.workgroup_size(), Some([4, 1, 1]));
    let (x, y) = (array(&[1.0_f32, 2.0, 3.0, 4.0], &[4]), array(&[0.0_f32; 4], &[4]));
    let at = array(&[3_i32, 2, 1, 0], &[4]);
    kernel.dispatch([1; 3], &[(&x).into(), (&at).into(), (&y).into()])?;
    assert_eq!(y.to_vec::<f32>()?, [8.0, 6.0, 4.0, 2.0]);
    let error = kernel.dispatch([1; 3], &[(&x).into(), (&at).into(), (&at).into()]).unwrap_err();
    assert!(error.to_string().contains("int32; it accepts float32 for y, which is array<T>"), "{error}");
    let error = kernel.dispatch([1; 3], &[(&x).into(), (&x).into(), (&y).into()]).unwrap_err();
    assert!(error.to_string().starts_with("take: line 6 of the code: "), "{error}");
    Ok(())
}

#[test]
fn faults_have_the_users_line() {
    let fault = |text: &str, name: &str| {
        let error = RawKernel::new(text, name).unwrap_err();
        assert!(matches!(error, Error::Value { .. }), "{error}");
        error.to_string()
    };
    let storage = "@group(0) @binding(0) var<storage, read_write> y: array<u8>;";
    let text = format!("{storage} let;\n@compute @workgroup_size(1) fn main() {{}}");
    let column = text.find("let").unwrap();
    assert!(
        fault(&text, "main").contains(&format!("\n  {}^", " ".repeat(column))),
        "{}",
        fault(&text, "main")
    );
    let text = format!("{storage}\n@compute @workgroup_size(1)\nfn main() {{ y[0] = 1.5; }}");
    assert!(fault(&text, "main").starts_with("main: line 3 of the code: "), "{}", fault(&text, "main"));
    let main = "@compute @workgroup_size(1) fn main() {}\n";
    for (text, name, part) in [
        (format!("{storage}{main}"), "other", "it has no compute entry point \"other\"; there is main"),
        (storage.into(), "main", "there is none: write @compute"),
        (main.into(), "main", "it binds no array"),
        (format!("{storage}override N: u32;{main}"), "main", "N has no value"),
        (storage.replace("group(0)", "group(1)") + main, "main", "y is in group 1"),
        (
            format!("{storage}@group(0) @binding(1) var a: sampler;{main}"),
            "main",
            "a is neither an array nor",
        ),
        (format!("{storage}{}{main}", storage.replace(" y:", " z:")), "main", "have one binding"),
        (
            format!(
                "{storage}@group(0) @binding(1) var<uniform> a: u32; @group(0) @binding(2) var<uniform> b: u32;{main}"
            ),
            "main",
            "it has several uniforms",
        ),
    ] {
        assert!(fault(&text, name).contains(part), "{part}: {}", fault(&text, name));
    }
}

#[test]
fn what_a_device_cannot_run_is_refused() -> Result<()> {
    let text = "
@group(0) @binding(0) var<storage, read_write> y: array<u32>;
var<workgroup> tile: array<u32, 1000000>;
@compute @workgroup_size(SIZE) fn main() { USE y[0] = 1u; }";
    let y = array(&[0_u32], &[1]);
    for (size, inside, part) in [
        ("1", "tile[0] = 1u;", "workgroup memory is 4000000 bytes"),
        ("1 << 14", "", "a workgroup of 16384 x 1 x 1"),
    ] {
        let kernel = RawKernel::new(&text.replace("SIZE", size).replace("USE", inside), "main")?;
        let error = kernel.dispatch([1; 3], &[(&y).into()]).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    RawKernel::new(&text.replace("SIZE", "1").replace("USE", ""), "main")?
        .dispatch([1; 3], &[(&y).into()])?;
    assert_eq!(y.to_vec::<u32>()?, [1]);
    Ok(())
}

/// Rounding as written: nothing reassociates, in programs of users neither.
#[test]
fn floats_are_strict() -> Result<()> {
    if !device().capabilities()?.strict_arithmetic {
        return Ok(());
    }
    let text = "
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(1) fn main() { y[0] = (y[0] + 1.0) - 1.0; }";
    let y = array(&[1e-10_f32], &[1]);
    RawKernel::new(text, "main")?.dispatch([1; 3], &[(&y).into()])?;
    assert_eq!(y.to_vec::<f32>()?, [0.0]);
    Ok(())
}

#[test]
fn entry_points_share_a_text() -> Result<()> {
    let text = "
override STEP = 3u;
const SIZE = 2u * 4u;
@group(0) @binding(0) var<storage, read_write> y: array<u32>;
@compute @workgroup_size(SIZE) fn first(@builtin(local_invocation_index) i: u32) { y[i] = STEP * i; }
@compute @workgroup_size(4, 2) fn second(@builtin(local_invocation_index) i: u32) { y[i] += 1u; }";
    let y = array(&[0_u32; 8], &[8]);
    let (first, second) = (RawKernel::new(text, "first")?, RawKernel::new(text, "second")?);
    assert_eq!((first.workgroup_size(), second.workgroup_size()), (Some([8, 1, 1]), Some([4, 2, 1])));
    first.dispatch([1; 3], &[(&y).into()])?;
    second.dispatch([1; 3], &[(&y).into()])?;
    assert_eq!(y.to_vec::<u32>()?, [1, 4, 7, 10, 13, 16, 19, 22]);
    Ok(())
}

#[test]
#[expect(unsafe_code, reason = "what is promised is kept")]
fn unchecked_programs_give_the_same() -> Result<()> {
    // SAFETY: `numbers.count` bounds what is indexed.
    let kernel = unsafe { RawKernel::new_unchecked(AFFINE, "affine")? };
    assert!(!kernel.is_contained());
    let (x, y) = (array(&[1.0_f32, 2.0, 3.0, 4.0], &[4]), array(&[9.0_f32; 4], &[4]));
    kernel.dispatch([1; 3], &[(&y).into(), (&x).into(), 2.0.into(), 1.0.into(), 0.0.into(), 4.into()])?;
    assert_eq!(y.to_vec::<f32>()?, [1.0, 3.0, 5.0, 7.0]);
    Ok(())
}
