//! Proves that kernels compute what plain Rust computes, bit for bit: a handful of ufuncs over dtypes and lengths,
//! and fused chains against the same chain evaluated step by step.

use farshore::{Array, Element, Result};
use farshore_tests::device;
use half::f16;
use proptest::prelude::*;

/// 1, 3, and the neighbours of powers of two: around blocks, workgroups and words.
fn length() -> impl Strategy<Value = usize> {
    prop_oneof![Just(1_usize), Just(3), (1_u32..=11, 0_usize..3).prop_map(|(k, near)| (1 << k) + near - 1)]
}

/// Pairs of numbers, drawn from `value`, of one of those lengths.
fn pairs<S: Strategy + Clone>(value: S) -> impl Strategy<Value = Vec<(S::Value, S::Value)>> {
    length().prop_flat_map(move |len| proptest::collection::vec((value.clone(), value.clone()), len))
}

/// Computes `kernel` of the two columns on the device and compares each element with `plain`.
fn agrees<T: Element, U: Element + std::fmt::Debug>(
    pairs: &[(T, T)],
    kernel: impl Fn(&Array, &Array) -> Result<Array>,
    plain: impl Fn(T, T) -> U,
    same: impl Fn(U, U) -> bool,
) -> std::result::Result<(), TestCaseError> {
    let fail = |error: farshore::Error| TestCaseError::fail(error.to_string());
    let device = device();
    let column = |pick: fn(&(T, T)) -> T| {
        let values: Vec<T> = pairs.iter().map(pick).collect();
        Array::from_slice(&device, &values, &[values.len()])
    };
    let (a, b) = (column(|p| p.0).map_err(fail)?, column(|p| p.1).map_err(fail)?);
    let result = kernel(&a, &b).and_then(|array| array.to_vec::<U>()).map_err(fail)?;
    prop_assert_eq!(result.len(), pairs.len());
    for (at, (&got, &(x, y))) in result.iter().zip(pairs).enumerate() {
        let wanted = plain(x, y);
        prop_assert!(same(got, wanted), "element {}: {:?}, not {:?}", at, got, wanted);
    }
    Ok(())
}

fn equal<T: PartialEq>(a: T, b: T) -> bool {
    a == b
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() }
}

macro_rules! integers {
    ($($rust:ident),*) => {$(
        proptest! {
            #![proptest_config(config())]

            /// Sums, differences and products wrap; comparisons and extremes mind the sign.
            #[test]
            fn $rust(pairs in pairs(any::<$rust>())) {
                prop_assume!(size_of::<$rust>() < 8 || device().has_int64());
                agrees(&pairs, |a, b| a.add(b), $rust::wrapping_add, equal)?;
                agrees(&pairs, |a, b| a.subtract(b), $rust::wrapping_sub, equal)?;
                agrees(&pairs, |a, b| a.multiply(b), $rust::wrapping_mul, equal)?;
                agrees(&pairs, |a, _| a.negative(), |x, _| x.wrapping_neg(), equal)?;
                agrees(&pairs, |a, b| a.maximum(b), std::cmp::max, equal)?;
                agrees(&pairs, |a, b| a.less(b), |x, y| x < y, equal)?;
            }
        }
    )*};
}

integers! { i8, i16, i32, i64, u8, u16, u32, u64 }

/// Any bits at all, and often the special ones.
macro_rules! floats {
    ($($rust:ident($any:expr, $of:expr)),*) => {$(
        proptest! {
            #![proptest_config(config())]

            /// One rounding for each operation; NaN wins in extremes and loses in comparisons.
            #[test]
            fn $rust(pairs in pairs($any)) {
                prop_assume!(size_of::<$rust>() < 8 || device().has_float64());
                let of = $of;
                let same = |a: $rust, b: $rust| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                agrees(&pairs, |a, b| a.add(b), |x, y| x + y, same)?;
                agrees(&pairs, |a, b| a.multiply(b), |x, y| x * y, same)?;
                agrees(&pairs, |a, b| a.divide(b), |x, y| x / y, same)?;
                agrees(&pairs, |a, _| a.sqrt(), |x, _| of(f64::from(x).sqrt()), same)?;
                agrees(&pairs, |a, b| a.equal(b), |x, y| x == y, equal)?;
                agrees(&pairs, |a, b| a.less(b), |x, y| x < y, equal)?;
                let larger = |x: $rust, y: $rust| if x >= y || x.is_nan() { x } else { y };
                // Which zero wins is not said.
                let same_or_zero = |a: $rust, b: $rust| same(a, b) || a == b;
                agrees(&pairs, |a, b| a.maximum(b), larger, same_or_zero)?;
            }
        }
    )*};
}

fn special(specials: [f64; 6]) -> impl Strategy<Value = f64> + Clone {
    proptest::sample::select(specials.to_vec())
}

const SPECIALS: [f64; 6] = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1.0];

// A square root rounded first to float64 and then to a narrower float is the narrower one's own.
floats! {
    f16(prop_oneof![8 => any::<u16>().prop_map(f16::from_bits), 1 => special(SPECIALS).prop_map(f16::from_f64)], f16::from_f64),
    f32(prop_oneof![8 => any::<u32>().prop_map(f32::from_bits), 1 => special(SPECIALS).prop_map(|x| x as f32)], |x: f64| x as f32),
    f64(prop_oneof![8 => any::<u64>().prop_map(f64::from_bits), 1 => special(SPECIALS)], |x: f64| x)
}

/// One operation of a chain, on the value so far and a second array.
fn extended(value: &Array, other: &Array, operation: usize) -> Result<Array> {
    match operation {
        0 => value.add(other),
        1 => value.multiply(other),
        2 => value.subtract(0.3),
        3 => value.divide(other),
        4 => value.abs()?.sqrt(),
        5 => value.sin(),
        6 => value.maximum(other),
        7 => other.subtract(value),
        _ => value.negative(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// No contraction across operations, no wider intermediate results: a chain's bits are those of its steps.
    #[test]
    fn fused_chains_give_the_bits_of_their_steps(
        operations in proptest::collection::vec(0_usize..9, 2..12),
        values in length().prop_flat_map(|len| proptest::collection::vec((-8.0_f32..8.0, -8.0_f32..8.0), len)),
        narrow in any::<bool>(),
    ) {
        let fail = |error: farshore::Error| TestCaseError::fail(error.to_string());
        let device = device();
        let column = |pick: fn(&(f32, f32)) -> f32| {
            let values: Vec<f32> = values.iter().map(pick).collect();
            let array = Array::from_slice(&device, &values, &[values.len()])?;
            let array = array.astype(if narrow { farshore::DType::Float16 } else { farshore::DType::Float32 })?;
            array.evaluate().map(|()| array)
        };
        let (a, b) = (column(|p| p.0).map_err(fail)?, column(|p| p.1).map_err(fail)?);
        let (mut fused, mut stepped) = (a.clone(), a);
        for &operation in &operations {
            fused = extended(&fused, &b, operation).map_err(fail)?;
            stepped = extended(&stepped, &b, operation).map_err(fail)?;
            stepped.evaluate().map_err(fail)?;
        }
        prop_assert!(fused.is_pending() && !stepped.is_pending());
        if narrow {
            let bits = |array: &Array| Ok(array.to_vec::<f16>()?.into_iter().map(f16::to_bits).collect());
            let (fused, stepped): (Vec<u16>, Vec<u16>) = (bits(&fused).map_err(fail)?, bits(&stepped).map_err(fail)?);
            prop_assert_eq!(fused, stepped);
        } else {
            let bits = |array: &Array| Ok(array.to_vec::<f32>()?.into_iter().map(f32::to_bits).collect());
            let (fused, stepped): (Vec<u32>, Vec<u32>) = (bits(&fused).map_err(fail)?, bits(&stepped).map_err(fail)?);
            prop_assert_eq!(fused, stepped);
        }
    }
}

/// More steps, and more arrays, than one kernel takes.
#[test]
fn chains_longer_than_a_kernel() {
    let device = device();
    let inputs: Vec<Array> =
        (0..9).map(|k| Array::from_slice(&device, &[k, k + 1, k + 2], &[3]).unwrap()).collect();
    let mut sum = inputs[0].clone();
    for round in 0..200 {
        sum = sum.add(&inputs[round % 9]).unwrap();
    }
    let total: i32 = (0..200).map(|round| round % 9).sum();
    assert_eq!(sum.to_vec::<i32>().unwrap(), [total, total + 201, total + 402]);
}
