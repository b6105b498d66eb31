//! Kernels that users write: fused as the table's rows are, checked before anything runs, contained.

use farshore::{Array, DType, ElementwiseKernel, Error, ReductionKernel, Result};
use farshore_tests::device;

fn array<T: farshore::Element>(values: &[T], shape: &[usize]) -> Array {
    Array::from_slice(&device(), values, shape).unwrap()
}

fn one(kernel: &ElementwiseKernel, x: &Array) -> Result<Array> {
    Ok(kernel.call(&[x.into()])?.remove(0))
}

#[test]
fn fuses_with_what_is_around_it() -> Result<()> {
    let x = array(&[1.0_f32, 2.0, 3.0, 4.0, 5.0], &[5]);
    let y = array(&[2.0_f32, 2.0, 2.0, 2.0, 2.0], &[5]);
    let kernel = ElementwiseKernel::new("T x, T y", "T z", "z = (x - y) * (x - y)", "squared_difference")?;
    let z = kernel.call(&[(&x.add(1.0)?).into(), (&y).into()])?.remove(0).sqrt()?;
    let plan = z.explain()?;
    assert_eq!(plan.kernels.len(), 1);
    assert_eq!(plan.kernels[0].functions, ["add", "squared_difference", "sqrt"]);
    assert_eq!(z.to_vec::<f32>()?, [0.0, 1.0, 2.0, 3.0, 4.0]);
    Ok(())
}

#[test]
fn every_dtype_is_computed_and_stored_as_its_own() -> Result<()> {
    let kernel = ElementwiseKernel::new("T x", "T y", "y = x + x", "twice")?;
    assert_eq!(one(&kernel, &array(&[200_u8, 3], &[2]))?.to_vec::<u8>()?, [144, 6]);
    assert_eq!(one(&kernel, &array(&[-100_i8, 3], &[2]))?.to_vec::<i8>()?, [56, 6]);
    assert_eq!(one(&kernel, &array(&[40_000_u16], &[1]))?.to_vec::<u16>()?, [14464]);
    assert_eq!(one(&kernel, &array(&[i32::MAX], &[1]))?.to_vec::<i32>()?, [-2]);
    assert_eq!(one(&kernel, &array(&[1_i64 << 40], &[1]))?.to_vec::<i64>()?, [1 << 41]);
    assert_eq!(one(&kernel, &array(&[1.5_f64], &[1]))?.to_vec::<f64>()?, [3.0]);
    let not = ElementwiseKernel::new("bool x", "bool y", "y = !x", "not")?;
    assert_eq!(one(&not, &array(&[true, false], &[2]))?.to_vec::<bool>()?, [false, true]);
    Ok(())
}

#[test]
fn several_outputs_and_branches() -> Result<()> {
    let text = "if x < 0.0 { low = x; high = 0; } else { low = 0.0; high = i32(x); }";
    let kernel = ElementwiseKernel::new("float32 x", "float32 low, int32 high", text, "parts")?;
    let parts = kernel.call(&[(&array(&[-1.5_f32, 2.5], &[2])).into()])?;
    assert_eq!(parts[0].to_vec::<f32>()?, [-1.5, 0.0]);
    assert_eq!(parts[1].to_vec::<i32>()?, [0, 2]);
    Ok(())
}

#[test]
fn faults_have_the_users_line() {
    let text = "let a = x;\nlet b = a +* 2.0;\ny = b;";
    let error = ElementwiseKernel::new("float32 x", "float32 y", text, "wrong").unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("wrong: line 2 of the operation: "), "{text}");
    assert!(text.contains("\n  let b = a +* 2.0;\n"), "{text}");
    let error = ElementwiseKernel::new("float32 x", "float32 y", "y = x;\ny = 1u;", "wrong").unwrap_err();
    assert!(error.to_string().contains("line 2 of the operation"), "{error}");
}

#[test]
fn nothing_but_statements_is_taken() {
    let escapes = [
        "y = x; return y; } @compute @workgroup_size(1) fn main() {",
        "y = x; return y; } var<private> a: f32; fn b() -> f32 { let y = a;",
    ];
    for escape in escapes {
        let error = ElementwiseKernel::new("float32 x", "float32 y", escape, "wrong").unwrap_err();
        assert!(matches!(error, Error::Value { .. }), "{error}");
    }
}

#[test]
fn wrong_arguments_are_refused() -> Result<()> {
    let kernel = ElementwiseKernel::new("float32 x, T y, T z", "T w", "w = y + z", "sum")?;
    let (float, int) = (array(&[1.0_f32], &[1]), array(&[1_i32], &[1]));
    assert!(matches!(kernel.call(&[(&float).into()]), Err(Error::Value { .. })));
    let error = kernel.call(&[(&int).into(), (&int).into(), (&int).into()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sum does not accept int32; it accepts float32 for x. Convert it first: x.astype(fs.float32)"
    );
    let error = kernel.call(&[(&float).into(), (&int).into(), (&float).into()]).unwrap_err();
    assert!(matches!(error, Error::DType { dtype: DType::Float32, .. }), "{error}");
    let complex = array(&[num_complex::Complex32::new(1.0, 0.0)], &[1]);
    assert!(matches!(
        kernel.call(&[(&float).into(), (&complex).into(), (&complex).into()]),
        Err(Error::DType { .. })
    ));
    for (inputs, outputs) in
        [("float32", "T y"), ("T x", ""), ("T x, T x", "T y"), ("T x", "T x"), ("T 1x", "T y")]
    {
        assert!(ElementwiseKernel::new(inputs, outputs, "", "wrong").is_err());
    }
    Ok(())
}

#[test]
fn a_loop_that_never_ends_is_left() -> Result<()> {
    let text = "var n = 0u; loop { n = n + 1u; if x < 0.0 { break; } } y = f32(n);";
    let kernel = ElementwiseKernel::new("float32 x", "float32 y", text, "endless")?;
    let turns = one(&kernel, &array(&[1.0_f32, -1.0], &[2]))?.to_vec::<f32>()?;
    assert_eq!(turns, [(1_u32 << 20) as f32, 1.0]);
    assert_eq!(array(&[1.0_f32], &[1]).add(1.0)?.to_vec::<f32>()?, [2.0]);
    Ok(())
}

#[test]
fn reductions() -> Result<()> {
    let values: Vec<f32> = (0..3000_u16).map(|n| f32::from(n % 17)).collect();
    let x = array(&values, &[3, 1000]);
    let norm = ReductionKernel::new("T x", "T y", "x * x", "a + b", "y = sqrt(a)", 0.0.into(), "norm")?;
    let got = norm.call(&[(&x).into()], Some(&[1]), true)?;
    assert_eq!(got.shape(), [3, 1]);
    let expected: Vec<f64> = values
        .chunks(1000)
        .map(|row| row.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt())
        .collect();
    for (got, expected) in got.to_vec::<f32>()?.iter().zip(expected) {
        assert!((f64::from(*got) - expected).abs() < 1e-3, "{got} {expected}");
    }
    let largest =
        ReductionKernel::new("uint8 x", "uint8 y", "u32(x)", "max(a, b)", "y = a", 0.into(), "largest")?;
    let bytes = array(&[3_u8, 250, 9], &[3]);
    assert_eq!(largest.call(&[(&bytes).into()], None, false)?.to_vec::<u8>()?, [250]);
    let none = Array::from_slice::<u8>(&device(), &[], &[0])?;
    assert_eq!(largest.call(&[(&none).into()], Some(&[0]), false)?.to_vec::<u8>()?, [0]);
    Ok(())
}
