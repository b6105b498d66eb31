//! Proves that scans combine each element with all before it, as a plain loop does: every dtype, lengths around the
//! kernels' chunks, each axis of all sorts of views; that zeros keep their signs, NaN stays, sums are precise; and that the true elements of
//! masks, whose places are such sums, are found.

use farshore::{
    Array, Bounds, DType, Element, Error, Index, Policy, Selection, Ufunc, gather, nonzero, reduce, rows,
    scan, supports, transfers,
};
use farshore_tests::{alone, device};
use half::f16;
use ndarray::{ArrayD, Axis, IxDyn};
use num_complex::Complex;

/// Around the chunks of rows (2048) and of columns (512), and those that are walked whole.
const LENGTHS: [usize; 16] = [1, 2, 3, 4, 5, 63, 64, 65, 511, 513, 1025, 2047, 2048, 2049, 4095, 4097];

/// A number for each position, without order.
fn bits(at: usize) -> u64 {
    (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 13
}

/// Scans the middle one of three axes of every length, and compares with a loop that starts from `start` and narrows
/// each of its values. Rows that start anywhere in a block, four columns at once, and a few.
fn agrees<T: Element + PartialEq + std::fmt::Debug, W: Copy>(
    ufunc: &'static Ufunc,
    value: impl Fn(usize) -> T,
    start: W,
    combine: impl Fn(W, T) -> W,
    narrow: impl Fn(W) -> T,
) {
    if !supports(&device(), T::DTYPE) {
        return;
    }
    for length in LENGTHS {
        for (outer, inner) in [(1, 1), (3, 1), (1, 8), (2, 5)] {
            let values: Vec<T> = (0..outer * length * inner).map(&value).collect();
            let x = Array::from_slice(&device(), &values, &[outer, length, inner]).unwrap();
            let result = scan(ufunc, &x, 1).unwrap();
            assert_eq!((result.shape(), result.dtype()), (x.shape(), T::DTYPE));
            let mut expected = values.clone();
            for column in 0..outer * inner {
                let mut total = start;
                let first = column / inner * length * inner + column % inner;
                for step in 0..length {
                    let at = first + step * inner;
                    total = combine(total, values[at]);
                    expected[at] = narrow(total);
                }
            }
            let got = result.to_vec::<T>().unwrap();
            let wrong = got.iter().zip(&expected).position(|(a, b)| a != b);
            let told = wrong.map(|at| (at, got[at], expected[at]));
            assert_eq!(
                told,
                None,
                "{} along {:?}: place, result, expected",
                ufunc.name,
                [outer, length, inner]
            );
        }
    }
}

macro_rules! integers {
    ($($rust:ident),*) => {$(
        /// Sums and products wrap; extremes mind the sign.
        #[test]
        fn $rust() {
            // Odd, lest every product be zero.
            let value = |at| i128::from(bits(at)) as $rust | 1;
            let narrow = |total: i128| total as $rust;
            agrees(&rows::add, value, 0, |total: i128, one| total + i128::from(one), narrow);
            agrees(&rows::multiply, value, 1, |total: i128, one| total.wrapping_mul(one.into()), narrow);
            agrees(&rows::maximum, value, i128::MIN, |total, one| total.max(one.into()), narrow);
            agrees(&rows::minimum, value, i128::MAX, |total, one| total.min(one.into()), narrow);
            // What changes nothing must not win over the farthest values.
            agrees(&rows::maximum, |_| $rust::MIN, i128::MIN, |total, one| total.max(one.into()), narrow);
            agrees(&rows::minimum, |_| $rust::MAX, i128::MAX, |total, one| total.min(one.into()), narrow);
        }
    )*};
}

integers! { i8, i16, i32, i64, u8, u16, u32, u64 }

/// Small whole numbers, so that no sum of them is rounded.
fn small(at: usize) -> f64 {
    (bits(at) % 15) as f64 - 7.0
}

/// Powers of two whose products stay near one, so that none is rounded.
fn power(at: usize) -> f64 {
    let sign = if bits(at).is_multiple_of(2) { 1.0 } else { -1.0 };
    sign * if at % 97 == 5 { 2.0 } else { 1.0 } * if at % 89 == 3 { 0.5 } else { 1.0 }
}

macro_rules! floats {
    ($($rust:ident $of:expr),*) => {$(
        /// Exact numbers, where any order gives the same.
        #[test]
        fn $rust() {
            let of = $of;
            agrees(&rows::add, |at| of(small(at)), 0.0, |total, one| total + f64::from(one), of);
            agrees(&rows::multiply, |at| of(power(at)), 1.0, |total, one| total * f64::from(one), of);
            // Few of them are new extremes.
            let value = |at| of(small(at) * (1.0 + (at / 700) as f64));
            agrees(&rows::maximum, value, f64::NEG_INFINITY, |total, one| total.max(f64::from(one)), of);
            agrees(&rows::minimum, value, f64::INFINITY, |total, one| total.min(f64::from(one)), of);
        }
    )*};
}

floats! { f16 f16::from_f64, f32 |x: f64| x as f32, f64 |x: f64| x }

#[test]
fn complex() {
    let single = |at: usize| Complex::new(small(at) as f32, small(at + 7) as f32);
    agrees(&rows::add, single, Complex::new(0.0, 0.0), |total, one| total + one, |total| total);
    let double = |at: usize| Complex::new(small(at), small(at + 7));
    agrees(&rows::add, double, Complex::new(0.0, 0.0), |total, one| total + one, |total| total);
    // Units, whose products are units.
    let units = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
    let unit = |at: usize| units[bits(at) as usize % 4];
    let single = |at: usize| Complex::new(unit(at).0 as f32, unit(at).1 as f32);
    agrees(&rows::multiply, single, Complex::new(1.0, 0.0), |total, one| total * one, |total| total);
    let double = |at: usize| Complex::new(unit(at).0, unit(at).1);
    agrees(&rows::multiply, double, Complex::new(1.0, 0.0), |total, one| total * one, |total| total);
    let pair = [Complex::new(f32::INFINITY, 0.0), Complex::new(2.0, 1.0)];
    let products = scan(&rows::multiply, &vector(&pair), 0).unwrap().to_vec::<Complex<f32>>().unwrap();
    assert_eq!(products, [pair[0], pair[0] * pair[1]], "the first is itself");
}

/// Sums and maxima of truths say whether any was true, products and minima whether all were.
#[test]
fn bool() {
    for value in [|_| false, |_| true, |at| at % 997 == 996, |at| at % 997 != 996] {
        for any in [&rows::add, &rows::maximum] {
            agrees(any, value, false, |total, one| total || one, |total| total);
        }
        for every in [&rows::multiply, &rows::minimum] {
            agrees(every, value, true, |total, one| total && one, |total| total);
        }
    }
}

fn host(shape: &[usize]) -> ArrayD<i32> {
    let mut at = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        at += 1;
        bits(at) as i32
    })
}

/// Scans `x`, which has the elements of `host`, along each axis, by its number from both ends.
fn agrees_along_each_axis(what: &str, x: &Array, host: &ArrayD<i32>) {
    assert_eq!(x.shape(), host.shape(), "{what}");
    for axis in 0..host.ndim() {
        let mut expected = host.clone();
        expected.accumulate_axis_inplace(Axis(axis), |before, one| *one = one.wrapping_add(*before));
        let from_end = axis.cast_signed() - host.ndim().cast_signed();
        for named in [axis.cast_signed(), from_end] {
            let result = scan(&rows::add, x, named).unwrap();
            assert_eq!(result.to_ndarray::<i32>().unwrap(), expected, "{what}, axis {named}");
        }
    }
}

fn every(step: isize) -> Index {
    let (start, stop) = (None, None);
    Index::Slice { start, stop, step }
}

fn uploaded(host: &ArrayD<i32>) -> Array {
    Array::from_ndarray(&device(), &host.view()).unwrap()
}

#[test]
fn each_axis_of_views() {
    let host = host(&[4, 6, 5, 8]);
    let x = uploaded(&host);
    agrees_along_each_axis("an array", &x, &host);
    for axes in [[3, 2, 1, 0], [2, 0, 3, 1], [0, 2, 1, 3]] {
        let view = x.permute_dims(&axes.map(usize::cast_signed)).unwrap();
        let expected = host.clone().permuted_axes(IxDyn(&axes));
        agrees_along_each_axis(&format!("permuted by {axes:?}"), &view, &expected);
    }
    let view = x.index(&[every(-1), every(2), every(1), every(-3)]).unwrap();
    let expected = host.slice(ndarray::s![..;-1, ..;2, .., ..;-3]).to_owned().into_dyn();
    agrees_along_each_axis("a reversed view", &view, &expected);
    let part = Index::Slice { start: Some(1), stop: None, step: 1 };
    let expected = host.slice(ndarray::s![1.., .., .., ..]).to_owned().into_dyn();
    agrees_along_each_axis("a part", &x.index(&[part]).unwrap(), &expected);
    let row = x.index(&[Index::At(1), Index::At(2), Index::At(3)]).unwrap();
    let wide = row.broadcast_to(&[7, 8]).unwrap();
    let expected = host.slice(ndarray::s![1, 2, 3, ..]).broadcast((7, 8)).unwrap().to_owned().into_dyn();
    agrees_along_each_axis("a broadcast row", &wide, &expected);
    agrees_along_each_axis("an expression", &x.multiply(&x).unwrap().add(1).unwrap(), &{
        host.mapv(|one| one.wrapping_mul(one).wrapping_add(1))
    });
    assert_eq!(x.to_ndarray::<i32>().unwrap(), host, "the array itself is as it was");
}

/// Columns so many that each is walked whole, and longer ones that are cut.
#[test]
fn many_columns() {
    for shape in [[2, 513, 16_384], [1, 520, 8195], [1, 513, 8200]] {
        let len: usize = shape.iter().product();
        let values: Vec<u32> = (0..len).map(|at| bits(at) as u32).collect();
        let x = Array::from_slice(&device(), &values, &shape).unwrap();
        let result = scan(&rows::add, &x, 1).unwrap().to_vec::<u32>().unwrap();
        let row = shape[2];
        let wrong = (0..len).find(|&at| {
            let before = if at / row % shape[1] == 0 { 0 } else { result[at - row] };
            result[at] != before.wrapping_add(values[at])
        });
        assert_eq!(wrong, None, "{shape:?}");
    }
}

/// Rows of which few fit into a binding together.
#[test]
fn long_columns_side_by_side() {
    for shape in [[2, 3 << 20], [3, 5 << 20], [2, 9 << 20]] {
        let x = Array::full(&device(), &shape, 2, DType::Uint32).unwrap();
        let result = scan(&rows::add, &x, 0).unwrap().to_vec::<u32>().unwrap();
        let wrong = result.iter().enumerate().position(|(at, &one)| one != 2 * (at / shape[1] + 1) as u32);
        assert_eq!(wrong, None, "{shape:?}");
    }
}

/// More chunks than one chunk of totals holds: totals have totals.
#[test]
fn long_rows() {
    for len in [2048 * 2048, 2048 * 2048 + 1, 5_000_003] {
        let x = Array::full(&device(), &[len], 3, DType::Uint32).unwrap();
        let result = scan(&rows::add, &x, 0).unwrap().to_vec::<u32>().unwrap();
        let wrong = result.iter().enumerate().position(|(at, &one)| one != 3 * (at as u32 + 1));
        assert_eq!(wrong, None, "{len}");
    }
}

#[test]
fn of_no_elements() {
    for shape in [&[0][..], &[3, 0], &[0, 3], &[2, 0, 4]] {
        for axis in 0..shape.len() {
            for (ufunc, dtype) in [(&rows::add, DType::Float16), (&rows::maximum, DType::Int32)] {
                let x = Array::empty(&device(), shape, dtype).unwrap();
                let result = scan(ufunc, &x, axis.cast_signed()).unwrap();
                assert_eq!((result.shape(), result.dtype()), (shape, dtype));
            }
        }
    }
}

#[test]
fn sums_of_negative_zeros_keep_their_sign() {
    let device = device();
    for (shape, axis) in [([1, 5000], 1), ([1200, 4], 0), ([1200, 3], 0)] {
        let len: usize = shape.iter().product();
        let mut values = vec![-0.0_f32; len];
        let turn = len - 30;
        values[turn] = 0.0;
        let x = Array::from_slice(&device, &values, &shape).unwrap();
        let column = |at: usize| if axis == 1 { 0 } else { at % shape[1] };
        let expected: Vec<bool> = (0..len).map(|at| at < turn || column(at) != column(turn)).collect();
        let single = scan(&rows::add, &x, axis).unwrap().to_vec::<f32>().unwrap();
        let negative: Vec<bool> = single.iter().map(|one| one.is_sign_negative()).collect();
        assert!(negative == expected, "float32 {shape:?}");
        let half = scan(&rows::add, &x.astype(DType::Float16).unwrap(), axis).unwrap();
        let half = half.to_vec::<f16>().unwrap();
        let negative: Vec<bool> = half.iter().map(|one| one.is_sign_negative()).collect();
        assert!(negative == expected, "float16 {shape:?}");
    }
    let x = Array::from_slice(&device, &[Complex::new(-0.0_f32, -0.0); 1200], &[1200]).unwrap();
    let sums = scan(&rows::add, &x, 0).unwrap().to_vec::<Complex<f32>>().unwrap();
    assert!(sums.iter().all(|one| one.re.is_sign_negative() && one.im.is_sign_negative()));
}

#[test]
fn behind_a_nan_is_nan() {
    for (shape, axis) in [([1, 5000], 1), ([1300, 4], 0), ([1300, 1], 0)] {
        let len: usize = shape.iter().product();
        let column = |at: usize| if axis == 1 { 0 } else { at % shape[1] };
        for place in [0, 1, 511, 1024, len - 1] {
            let mut values = vec![f32::INFINITY; len];
            values[place] = f32::NAN;
            let x = Array::from_slice(&device(), &values, &shape).unwrap();
            for ufunc in [&rows::maximum, &rows::minimum, &rows::add] {
                let result = scan(ufunc, &x, axis).unwrap().to_vec::<f32>().unwrap();
                let as_expected =
                    |(at, one): (usize, &f32)| one.is_nan() == (at >= place && column(at) == column(place));
                let wrong = result.iter().enumerate().position(|one| !as_expected(one));
                assert_eq!(wrong, None, "{} of {shape:?} with NaN at {place}", ufunc.name);
            }
        }
    }
}

fn fractions(len: usize) -> Vec<f32> {
    (0..len).map(|at| (bits(at) % 1_000_003) as f32 / 1_000_003.0).collect()
}

#[test]
fn equal_inputs_give_equal_bits() {
    let values = fractions(100_000);
    for (shape, axis) in [([1, 100_000], 1), ([25_000, 4], 0), ([100, 1000], 0)] {
        let scanned = || -> Vec<u32> {
            let x = Array::from_slice(&device(), &values, &shape).unwrap();
            let sums = scan(&rows::add, &x, axis).unwrap().to_vec::<f32>().unwrap();
            sums.into_iter().map(f32::to_bits).collect()
        };
        let first = scanned();
        assert!((0..4).all(|_| scanned() == first), "{shape:?}");
    }
}

/// Sums are rounded at the size of a chunk: adding one by one would be wrong by many times as much.
#[test]
fn long_sums_are_precise() {
    let len = 1 << 20;
    let values = fractions(len);
    for (shape, axis) in [([1, len], 1), ([len / 4, 4], 0)] {
        let x = Array::from_slice(&device(), &values, &shape).unwrap();
        let sums = scan(&rows::add, &x, axis).unwrap().to_vec::<f32>().unwrap();
        let columns = if axis == 1 { 1 } else { 4 };
        let mut totals = [0.0_f64; 4];
        let mut worst = 0.0_f64;
        for (at, (&value, &sum)) in values.iter().zip(&sums).enumerate() {
            let total = &mut totals[at % columns];
            *total += f64::from(value);
            worst = worst.max((f64::from(sum) - *total).abs() / *total);
        }
        let worst = worst / f64::from(f32::EPSILON);
        assert!(worst < 64.0, "{shape:?}: {worst} times the spacing of float32");
    }
}

/// float16 alone cannot count beyond 2048; the last element is what the reduction gives.
#[test]
fn float16_is_rounded_once() {
    let ones = Array::full(&device(), &[10_000], 1.0, DType::Float16).unwrap();
    let counts = scan(&rows::add, &ones, 0).unwrap();
    let expected: Vec<f16> = (1..=10_000_u16).map(|count| f16::from_f32(count.into())).collect();
    assert_eq!(counts.to_vec::<f16>().unwrap(), expected);
    let total = reduce(&rows::add, &ones, &[0], false).unwrap().item::<f16>().unwrap();
    assert_eq!(total, expected[9_999]);
}

#[test]
fn errors() {
    let x = uploaded(&host(&[2, 3]));
    for axis in [2, -3] {
        let error = scan(&rows::add, &x, axis).unwrap_err();
        assert_eq!(error, Error::Axis { op: "add", axis, ndim: 2 });
    }
    let nothing = Array::full(&device(), &[], 1, DType::Int32).unwrap();
    assert_eq!(scan(&rows::add, &nothing, 0).unwrap_err(), Error::Axis { op: "add", axis: 0, ndim: 0 });
    let other = scan(&rows::subtract, &x, 0).unwrap_err();
    assert!(matches!(other, Error::Value { op: "subtract", .. }), "{other:?}");
    let complex = Array::full(&device(), &[2], 1.0, DType::Complex64).unwrap();
    for ufunc in [&rows::maximum, &rows::minimum] {
        let error = scan(ufunc, &complex, 0).unwrap_err();
        assert!(matches!(error, Error::DType { dtype: DType::Complex64, .. }), "{error:?}");
    }
    assert_eq!(scan(&rows::add, &x, 0).unwrap().to_vec::<i32>().unwrap().len(), 6);
}

fn vector<T: Element>(values: &[T]) -> Array {
    Array::from_slice(&device(), values, &[values.len()]).unwrap()
}

/// The positions of the true elements, by a loop.
fn true_ones(mask: &[bool]) -> Vec<i64> {
    mask.iter().zip(0..).filter(|&(&one, _)| one).map(|(_, at)| at).collect()
}

#[test]
fn positions_of_true_elements() {
    for len in [1, 2, 3, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097, 8191, 8193, 300_001] {
        let masks: [fn(usize, usize) -> bool; 6] = [
            |_, _| true,
            |_, _| false,
            |at, len| at == len - 1,
            |at, _| at == 0,
            |at, _| bits(at).is_multiple_of(3),
            // Whole chunks without any, and whole ones.
            |at, _| (at / 5000) % 2 == 1,
        ];
        for (number, mask) in masks.into_iter().enumerate() {
            let mask: Vec<bool> = (0..len).map(|at| mask(at, len)).collect();
            let x = vector(&mask);
            let result = nonzero(&x).unwrap();
            assert_eq!((result.ndim(), result.dtype()), (1, DType::Int64));
            assert!(result.to_vec::<i64>().unwrap() == true_ones(&mask), "mask {number} of {len}");
            let back = nonzero(&x.index(&[every(-1)]).unwrap()).unwrap();
            let turned: Vec<bool> = mask.iter().rev().copied().collect();
            assert!(back.to_vec::<i64>().unwrap() == true_ones(&turned), "mask {number} of {len} reversed");
        }
    }
    let none = Array::empty(&device(), &[0], DType::Bool).unwrap();
    assert_eq!(nonzero(&none).unwrap().shape(), [0]);
}

#[test]
fn positions_in_views_and_of_what_is_pending() {
    let values: Vec<i32> = (0..10_000).map(|at| (bits(at) % 100) as i32).collect();
    let x = Array::from_slice(&device(), &values, &[100, 100]).unwrap();
    let small = x.less(30).unwrap();
    let column = nonzero(&small.index(&[every(1), Index::At(7)]).unwrap()).unwrap();
    let expected: Vec<bool> = values.iter().skip(7).step_by(100).map(|&one| one < 30).collect();
    assert_eq!(column.to_vec::<i64>().unwrap(), true_ones(&expected));
    let all = nonzero(&small.reshape(&[10_000]).unwrap()).unwrap();
    let chosen = gather(&x.reshape(&[10_000]).unwrap(), &[Some(&all)], &Bounds::Clip).unwrap();
    let expected: Vec<i32> = values.iter().copied().filter(|&one| one < 30).collect();
    assert_eq!(chosen.to_vec::<i32>().unwrap(), expected);
}

/// The count is four bytes; it may be read in another way.
#[test]
fn counting_is_one_scalar_read() {
    let x = vector(&[true, false, true, true]);
    {
        let scope = transfers(Policy::Explicit);
        let result = nonzero(&x).unwrap();
        assert_eq!((scope.ledger().scalar_reads(), scope.ledger().len()), (1, 1));
        assert_eq!((scope.ledger().bytes_to_host(), result.len()), (4, 3));
    }
    let selection = Selection::new(&x).unwrap();
    assert_eq!((selection.count().shape(), selection.count().dtype()), (&[][..], DType::Uint32));
    let total = selection.count().item::<u32>().unwrap();
    assert_eq!((total, selection.positions(total).unwrap().to_vec::<i64>().unwrap()), (3, vec![0, 2, 3]));
    let refused = {
        let _scope = transfers(Policy::Forbid);
        nonzero(&x).and_then(|found| found.evaluate()).unwrap_err()
    };
    assert!(matches!(refused, Error::ForbiddenTransfer(_)), "{refused:?}");
}

#[test]
fn masks_that_are_none() {
    let table = Array::full(&device(), &[2, 2], true, DType::Bool).unwrap();
    let error = nonzero(&table).unwrap_err();
    assert!(matches!(error, Error::Value { op: "nonzero", .. }), "{error:?}");
    let error = nonzero(&vector(&[1_u8, 0])).unwrap_err();
    assert!(matches!(error, Error::DType { op: "nonzero", dtype: DType::Uint8, .. }), "{error:?}");
    let none = Array::empty(&device(), &[0], DType::Bool).unwrap();
    assert!(matches!(Selection::new(&none).map(drop), Err(Error::Value { op: "nonzero", .. })));
}

/// Past a binding of 128 MiB.
const LEN: usize = 34 << 20;
const BYTES: usize = 4 * LEN;
/// Elements repeat after this many: a prime, so no chunk or row has the same content as another.
const PERIOD: usize = 65_521;

/// -1, 0 and 1: no sum of a row is rounded.
fn element(at: usize) -> f32 {
    (at % PERIOD % 3) as f32 - 1.0
}

#[test]
fn scans_longer_than_a_binding() {
    let _alone = alone();
    let period: Vec<f32> = (0..PERIOD).map(element).collect();
    let mut values = period.repeat(LEN / PERIOD + 1);
    values.truncate(LEN);
    let x = Array::from_slice(&device(), &values, &[LEN]).unwrap();
    let result = scan(&rows::add, &x, 0).unwrap().to_vec::<f32>().unwrap();
    let mut total = 0.0;
    for (at, (&value, &sum)) in values.iter().zip(&result).enumerate() {
        total += value;
        assert!(sum == total, "element {at}: {sum}, not {total}");
    }
    drop((values, result));
    let (height, width) = (1 << 12, LEN >> 12);
    let table = x.reshape(&[height, width]).unwrap();
    let result = scan(&rows::add, &table, 0).unwrap().to_vec::<f32>().unwrap();
    for column in [0, 1, width / 2, width - 1] {
        let mut total = 0.0;
        for row in 0..height {
            total += element(row * width + column);
            let sum = result[row * width + column];
            assert!(sum == total, "row {row} of column {column}: {sum}, not {total}");
        }
    }
}

#[test]
fn masks_longer_than_a_binding() {
    let _alone = alone();
    let mut values = vec![0_u8; BYTES];
    let there = [0, 1, 4095, 4096, 128 << 20, (128 << 20) + 1, BYTES - 4097, BYTES - 1];
    for at in there {
        values[at] = 1;
    }
    let mask = vector(&values).astype(DType::Bool).unwrap();
    drop(values);
    let found = nonzero(&mask).unwrap().to_vec::<i64>().unwrap();
    assert_eq!(found, there.map(|at| at.cast_signed() as i64));
}
