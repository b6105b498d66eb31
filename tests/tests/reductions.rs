//! Proves that reductions combine what plain loops combine: every dtype, lengths around the kernels' parts, all axes of
//! all sorts of views, and what is pending; and that zeros keep their signs, NaN stays, and equal inputs give equal bits.

use farshore::{Array, DType, Device, Element, Error, Index, Result, Ufunc, reduce, rows, supports};
use farshore_tests::{alone, device};
use half::f16;
use ndarray::{ArrayD, Axis, IxDyn};
use num_complex::Complex;

/// Around the steps of a part, the rows that one lane takes, and their products.
const LENGTHS: [usize; 16] = [1, 2, 3, 4, 5, 7, 31, 63, 64, 65, 127, 2047, 2048, 2049, 4095, 4097];

/// A number for each position, without order.
fn bits(at: usize) -> u64 {
    (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 13
}

/// Reduces the middle one of three axes of every length, and compares each result with `plain` of what it combines.
fn agrees<T: Element + PartialEq + std::fmt::Debug>(
    ufunc: &'static Ufunc,
    value: impl Fn(usize) -> T,
    plain: impl Fn(&[T]) -> T,
) {
    if !supports(&device(), T::DTYPE) {
        return;
    }
    for length in LENGTHS {
        for (outer, inner) in [(1, 1), (3, 1), (1, 8), (2, 5)] {
            let values: Vec<T> = (0..outer * length * inner).map(&value).collect();
            let x = Array::from_slice(&device(), &values, &[outer, length, inner]).unwrap();
            let result = reduce(ufunc, &x, &[1], false).unwrap();
            assert_eq!((result.shape(), result.dtype()), (&[outer, inner][..], T::DTYPE));
            let column = |at: usize| -> Vec<T> {
                let start = at / inner * length * inner + at % inner;
                (0..length).map(|step| values[start + step * inner]).collect()
            };
            let expected: Vec<T> = (0..outer * inner).map(|at| plain(&column(at))).collect();
            let got = result.to_vec::<T>().unwrap();
            assert_eq!(got, expected, "{} of {:?}", ufunc.name, [outer, length, inner]);
        }
    }
}

macro_rules! integers {
    ($($rust:ident),*) => {$(
        /// Sums and products wrap; extremes mind the sign.
        #[test]
        fn $rust() {
            let _alone = alone();
            // Odd, lest every product be zero.
            let value = |at| i128::from(bits(at)) as $rust | 1;
            let total = |all: &[$rust]| all.iter().fold(0_i128, |total, &one| total + i128::from(one));
            agrees(&rows::add, value, |all| total(all) as $rust);
            let product = |all: &[$rust]| all.iter().fold(1_i128, |total, &one| total.wrapping_mul(one.into()));
            agrees(&rows::multiply, value, |all| product(all) as $rust);
            agrees(&rows::maximum, value, |all| *all.iter().max().unwrap());
            agrees(&rows::minimum, value, |all| *all.iter().min().unwrap());
            // What changes nothing must not win over the farthest values.
            agrees(&rows::maximum, |_| $rust::MIN, |_| $rust::MIN);
            agrees(&rows::minimum, |_| $rust::MAX, |_| $rust::MAX);
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
            let _alone = alone();
            let of = $of;
            let wide = |all: &[$rust]| -> Vec<f64> { all.iter().map(|&one| f64::from(one)).collect() };
            agrees(&rows::add, |at| of(small(at)), |all| of(wide(all).iter().sum::<f64>()));
            agrees(&rows::multiply, |at| of(power(at)), |all| of(wide(all).iter().product::<f64>()));
            let value = |at| of(small(at) * 0.25);
            agrees(&rows::maximum, value, |all| of(wide(all).into_iter().fold(f64::NEG_INFINITY, f64::max)));
            agrees(&rows::minimum, value, |all| of(wide(all).into_iter().fold(f64::INFINITY, f64::min)));
            agrees(&rows::maximum, |_| $rust::NEG_INFINITY, |_| $rust::NEG_INFINITY);
            agrees(&rows::minimum, |_| $rust::INFINITY, |_| $rust::INFINITY);
        }
    )*};
}

floats! { f16 f16::from_f64, f32 |x: f64| x as f32, f64 |x: f64| x }

#[test]
fn complex() {
    let _alone = alone();
    let single = |at: usize| Complex::new(small(at) as f32, small(at + 7) as f32);
    agrees(&rows::add, single, |all| all.iter().sum());
    let double = |at: usize| Complex::new(small(at), small(at + 7));
    agrees(&rows::add, double, |all| all.iter().sum());
    // Units, whose products are units.
    let units = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
    let unit = |at: usize| units[bits(at) as usize % 4];
    agrees(
        &rows::multiply,
        |at| Complex::new(unit(at).0 as f32, unit(at).1 as f32),
        |all| all.iter().product(),
    );
    agrees(&rows::multiply, |at| Complex::new(unit(at).0, unit(at).1), |all| all.iter().product());
    let pair = [Complex::new(f32::INFINITY, 0.0), Complex::new(2.0, 1.0)];
    let x = Array::from_slice(&device(), &pair, &[2]).unwrap();
    let product = reduce(&rows::multiply, &x, &[0], false).unwrap().item::<Complex<f32>>().unwrap();
    assert_eq!(product, pair[0] * pair[1], "as the two multiplied");
}

/// Sums and maxima of truths say whether any is true, products and minima whether all are.
#[test]
fn bool() {
    let _alone = alone();
    for value in [|_| false, |_| true, |at| at % 97 == 96, |at| at % 97 != 96] {
        for any in [&rows::add, &rows::maximum] {
            agrees(any, value, |all| all.iter().any(|&one| one));
        }
        for every in [&rows::multiply, &rows::minimum] {
            agrees(every, value, |all| all.iter().all(|&one| one));
        }
    }
}

type Combine = (&'static Ufunc, i32, fn(i32, i32) -> i32);
const SUM: Combine = (&rows::add, 0, i32::wrapping_add);
const LARGEST: Combine = (&rows::maximum, i32::MIN, Ord::max);

fn host(shape: &[usize]) -> ArrayD<i32> {
    let mut at = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        at += 1;
        bits(at) as i32
    })
}

/// Reduces `x`, which has the elements of `host`, along each set of its axes.
fn agrees_along_all_axes(what: &str, x: &Array, host: &ArrayD<i32>) {
    let ndim = host.ndim();
    assert_eq!(x.shape(), host.shape(), "{what}");
    for set in 0..1_usize << ndim {
        let axes: Vec<usize> = (0..ndim).filter(|axis| set >> axis & 1 == 1).collect();
        for (ufunc, start, plain) in [SUM, LARGEST] {
            let mut expected = host.clone();
            for &axis in axes.iter().rev() {
                expected = expected.fold_axis(Axis(axis), start, |&total, &one| plain(total, one));
            }
            // In any order, and every other one by its number from the end.
            let named = |(place, &axis): (usize, &usize)| {
                axis.cast_signed() - if place % 2 == 1 { ndim.cast_signed() } else { 0 }
            };
            let named: Vec<isize> = axes.iter().rev().enumerate().map(named).collect();
            let result = reduce(ufunc, x, &named, false).unwrap();
            assert_eq!(result.to_ndarray::<i32>().unwrap(), expected, "{} of {what}, {axes:?}", ufunc.name);
            let kept = reduce(ufunc, x, &named, true).unwrap();
            for &axis in &axes {
                expected.insert_axis_inplace(Axis(axis));
            }
            assert_eq!(kept.to_ndarray::<i32>().unwrap(), expected, "{} of {what}, {axes:?}", ufunc.name);
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
fn all_axes_of_contiguous_arrays() {
    let _alone = alone();
    for shape in [&[3, 4, 5, 6][..], &[2, 70, 3], &[130, 9], &[1, 5, 1, 8], &[7], &[]] {
        let host = host(shape);
        agrees_along_all_axes(&format!("{shape:?}"), &uploaded(&host), &host);
    }
}

#[test]
fn all_axes_of_views() {
    let _alone = alone();
    let host = host(&[4, 6, 5, 8]);
    let x = uploaded(&host);
    for axes in [[3, 2, 1, 0], [2, 0, 3, 1], [0, 2, 1, 3], [1, 0, 2, 3]] {
        let view = x.permute_dims(&axes.map(usize::cast_signed)).unwrap();
        let expected = host.clone().permuted_axes(IxDyn(&axes));
        agrees_along_all_axes(&format!("permuted by {axes:?}"), &view, &expected);
    }
    let view = x.index(&[every(-1), every(2), every(1), every(-3)]).unwrap();
    let expected = host.slice(ndarray::s![..;-1, ..;2, .., ..;-3]).to_owned().into_dyn();
    agrees_along_all_axes("a reversed view", &view, &expected);
    let from = |start: isize| Index::Slice { start: Some(start), stop: None, step: 1 };
    let view = x.index(&[from(1), from(2), from(1), from(3)]).unwrap();
    let expected = host.slice(ndarray::s![1.., 2.., 1.., 3..]).to_owned().into_dyn();
    agrees_along_all_axes("a part", &view, &expected);
    agrees_along_all_axes("a part turned", &view.transpose(), &expected.reversed_axes());
}

#[test]
fn all_axes_of_broadcast_views() {
    let _alone = alone();
    for shape in [[3, 1, 5, 1], [1, 4, 1, 8], [1, 1, 1, 1], [3, 4, 1, 8]] {
        let (host, wide) = (host(&shape), [3, 4, 5, 8]);
        let view = uploaded(&host).broadcast_to(&wide).unwrap();
        let expected = host.broadcast(IxDyn(&wide)).unwrap().to_owned();
        agrees_along_all_axes(&format!("{shape:?} broadcast"), &view, &expected);
    }
}

/// What is pending reads its arrays in other orders than the result's.
#[test]
fn all_axes_of_pending_expressions() {
    let _alone = alone();
    let (a, b, c) = (host(&[4, 5, 8]), host(&[8, 5, 4]), host(&[5, 1]));
    let (x, y, z) = (uploaded(&a), uploaded(&b), uploaded(&c));
    let backwards = b.clone().reversed_axes();
    let pending = |x: &Array, y: &Array, z: &Array| x.multiply(&y.transpose())?.add(z)?.add(3);
    let expected = ndarray::Zip::from(&a)
        .and(&backwards)
        .and_broadcast(&c)
        .map_collect(|&a, &b, &c| a.wrapping_mul(b).wrapping_add(c).wrapping_add(3));
    // Evaluated once at most, and then reduced again from what is there.
    let sum = pending(&x, &y, &z).unwrap();
    agrees_along_all_axes("an expression", &sum, &expected);
    for axis in 0..3 {
        let result = reduce(&rows::add, &pending(&x, &y, &z).unwrap(), &[axis], false).unwrap();
        let expected = expected.fold_axis(Axis(axis.cast_unsigned()), 0_i32, |&a, &b| a.wrapping_add(b));
        assert_eq!(result.to_ndarray::<i32>().unwrap(), expected, "axis {axis}");
    }
}

fn dispatches(device: &Device, work: impl FnOnce() -> Result<Array>) -> u64 {
    let before = device.counters().dispatches;
    work().unwrap().evaluate().unwrap();
    device.counters().dispatches - before
}

#[test]
fn what_is_pending_is_computed_along() {
    let _alone = alone();
    let device = device();
    let values: Vec<f32> = (0..50_000).map(|at| small(at) as f32).collect();
    let x = Array::from_slice(&device, &values, &[100, 500]).unwrap();
    let row = x.index(&[Index::At(3)]).unwrap();
    for axes in [&[0][..], &[1], &[0, 1]] {
        let sum = |x: &Array| reduce(&rows::add, x, axes, false);
        let alone = dispatches(&device, || sum(&x));
        assert!(alone >= 1);
        assert_eq!(
            dispatches(&device, || sum(&x.multiply(&x)?.add(1.0)?)),
            alone,
            "x * x + 1 along {axes:?}"
        );
        assert_eq!(dispatches(&device, || sum(&x.astype(DType::Int32)?)), alone, "a cast along {axes:?}");
    }
    let sum = |x: &Array| reduce(&rows::add, x, &[1], false);
    let alone = dispatches(&device, || sum(&x));
    assert_eq!(dispatches(&device, || sum(&x.multiply(&row)?)), alone, "x times one of its rows");
}

#[test]
fn of_no_elements() {
    let _alone = alone();
    let device = device();
    let empty = |shape: &[usize], dtype| Array::empty(&device, shape, dtype).unwrap();
    let x = empty(&[3, 0], DType::Float32);
    let sum = reduce(&rows::add, &x, &[1], false).unwrap().to_vec::<f32>().unwrap();
    assert_eq!(sum.iter().map(|one| one.to_bits()).collect::<Vec<_>>(), [0; 3], "zeros without a sign");
    let product = reduce(&rows::multiply, &x, &[1], true).unwrap();
    assert_eq!((product.shape(), product.to_vec::<f32>().unwrap()), (&[3, 1][..], vec![1.0; 3]));
    assert_eq!(reduce(&rows::add, &x, &[0], true).unwrap().shape(), [1, 0]);
    // No maximum is asked for.
    assert_eq!(reduce(&rows::maximum, &x, &[0], false).unwrap().shape(), [0]);
    assert_eq!(reduce(&rows::minimum, &empty(&[0, 0], DType::Int8), &[0], false).unwrap().shape(), [0]);
    for dtype in DType::ALL.into_iter().filter(|&dtype| supports(&device, dtype)) {
        for (ufunc, value) in [(&rows::add, 0), (&rows::multiply, 1)] {
            let result = reduce(ufunc, &empty(&[0], dtype), &[0], false).unwrap();
            assert_eq!((result.shape(), result.dtype()), (&[][..], dtype));
            assert!(result.equal(value).unwrap().item::<bool>().unwrap(), "{} of no {dtype}", ufunc.name);
        }
    }
    for (ufunc, axes) in [(&rows::maximum, &[1][..]), (&rows::minimum, &[0, 1])] {
        let error = reduce(ufunc, &x, axes, false).unwrap_err();
        assert!(matches!(error, Error::Value { op, .. } if op == ufunc.name), "{error:?}");
        assert!(error.to_string().ends_with("there is no largest or smallest of no elements"), "{error}");
    }
}

#[test]
fn sums_of_negative_zeros_keep_their_sign() {
    let _alone = alone();
    let device = device();
    for length in LENGTHS {
        for (value, expected) in [(-0.0, 1), (0.0, 0)] {
            for (shape, axis) in [([1, length], 1), ([length, 4], 0)] {
                // One zero among the others says which sign wins.
                let mut values = vec![-0.0_f32; shape[0] * shape[1]];
                let inner = if axis == 0 { 4 } else { 1 };
                values[length / 2 * inner..][..inner].fill(value);
                let x = Array::from_slice(&device, &values, &shape).unwrap();
                let sum = |dtype| reduce(&rows::add, &x.astype(dtype).unwrap(), &[axis], false).unwrap();
                let single = sum(DType::Float32).to_vec::<f32>().unwrap();
                assert!(single.iter().all(|one| one.to_bits() >> 31 == expected), "{shape:?}: {single:?}");
                let half = sum(DType::Float16).to_vec::<f16>().unwrap();
                assert!(half.iter().all(|one| one.to_bits() >> 15 == expected as u16), "{shape:?}: {half:?}");
            }
        }
        let complex = vec![Complex::new(-0.0_f32, -0.0); length];
        let x = Array::from_slice(&device, &complex, &[length]).unwrap();
        let sum = reduce(&rows::add, &x, &[0], false).unwrap().item::<Complex<f32>>().unwrap();
        assert!(sum.re.is_sign_negative() && sum.im.is_sign_negative(), "{length}: {sum}");
    }
}

#[test]
fn one_nan_is_the_result() {
    let _alone = alone();
    let device = device();
    for length in LENGTHS {
        for place in [0, length / 3, length - 1] {
            let mut values = vec![f32::INFINITY; length];
            values[place] = f32::NAN;
            let x = Array::from_slice(&device, &values, &[length]).unwrap();
            for ufunc in [&rows::maximum, &rows::minimum, &rows::add, &rows::multiply] {
                for x in [&x, &x.astype(DType::Float16).unwrap()] {
                    let result = reduce(ufunc, x, &[0], false).unwrap().astype(DType::Float32).unwrap();
                    let value = result.item::<f32>().unwrap();
                    assert!(value.is_nan(), "{} with NaN at {place} of {length}: {value}", ufunc.name);
                }
            }
        }
    }
}

fn fractions(len: usize) -> Vec<f32> {
    (0..len).map(|at| (bits(at) % 1_000_003) as f32 / 1_000_003.0).collect()
}

#[test]
fn equal_inputs_give_equal_bits() {
    let _alone = alone();
    let device = device();
    let values = fractions(100_003);
    let x = Array::from_slice(&device, &values, &[values.len()]).unwrap();
    let wide = Array::from_slice(&device, &values[..100_000], &[1000, 100]).unwrap();
    let sums = || -> Vec<u32> {
        let fresh = Array::from_slice(&device, &values, &[values.len()]).unwrap();
        let squares = x.multiply(&x).unwrap();
        let results = [
            reduce(&rows::add, &x, &[0], false),
            reduce(&rows::add, &fresh, &[0], false),
            reduce(&rows::add, &squares, &[0], false),
            reduce(&rows::add, &wide, &[0], false),
            reduce(&rows::add, &wide, &[1], false),
        ];
        results.into_iter().flat_map(|sum| sum.unwrap().to_vec::<f32>().unwrap()).map(f32::to_bits).collect()
    };
    let first = sums();
    assert_eq!(first[0], first[1], "the same values in other memory");
    for _ in 0..5 {
        assert_eq!(sums(), first);
    }
    let squares = x.multiply(&x).unwrap();
    squares.evaluate().unwrap();
    let stepped = reduce(&rows::add, &squares, &[0], false).unwrap().item::<f32>().unwrap();
    assert_eq!(stepped.to_bits(), first[2], "a fused sum has the bits of its steps");
}

/// Rounding errors grow with the logarithm of the length: adding one by one would be wrong by a hundred times as much.
#[test]
fn long_sums_are_precise() {
    let _alone = alone();
    let values = fractions(1 << 20);
    let x = Array::from_slice(&device(), &values, &[values.len()]).unwrap();
    let relative = |shape: &[usize]| {
        let sum =
            reduce(&rows::add, &x.reshape(shape).unwrap(), &[0], false).unwrap().to_vec::<f32>().unwrap();
        let inner = shape[1..].iter().product();
        let error = |(at, &sum): (usize, &f32)| {
            let exact: f64 = values[at..].iter().step_by(inner).map(|&one| f64::from(one)).sum();
            (f64::from(sum) - exact).abs() / exact
        };
        sum.iter().enumerate().map(error).fold(0.0, f64::max)
    };
    for shape in [&[1 << 20][..], &[1 << 18, 4], &[1 << 19, 2]] {
        let error = relative(shape) / f64::from(f32::EPSILON);
        assert!(error < 16.0, "{shape:?}: {error} times the spacing of float32");
    }
}

/// A view of one element costs nothing, however often it is repeated.
#[test]
fn axes_longer_than_32_bits() {
    let _alone = alone();
    let one = Array::full(&device(), &[1], 1.0, DType::Float32).unwrap();
    let x = one.broadcast_to(&[(1 << 32) + 5]).unwrap();
    let sum = reduce(&rows::add, &x, &[0], false).and_then(|sum| sum.item::<f32>()).unwrap();
    assert!((sum - (1_u64 << 32) as f32).abs() <= 512.0, "{sum}");
}

/// float16 alone cannot count beyond 2048.
#[test]
fn float16_is_rounded_once() {
    let _alone = alone();
    let ones = Array::full(&device(), &[10_000], 1.0, DType::Float16).unwrap();
    let sum = reduce(&rows::add, &ones, &[0], false).unwrap();
    assert_eq!((sum.dtype(), sum.item::<f16>().unwrap()), (DType::Float16, f16::from_f32(10_000.0)));
    // 2**24 is beyond float16.
    let values = [4096.0, 4096.0, 0.25, 1.0 / 1024.0].map(f16::from_f64);
    let x = Array::from_slice(&device(), &values, &[4]).unwrap();
    let product = reduce(&rows::multiply, &x, &[0], false).unwrap().item::<f16>().unwrap();
    assert_eq!(product, f16::from_f32(4096.0));
}

#[test]
fn errors() {
    let _alone = alone();
    let device = device();
    let x = uploaded(&host(&[2, 3]));
    let refused = |x: &Array, ufunc, axes: &[isize]| reduce(ufunc, x, axes, false).unwrap_err();
    for axis in [2, -3] {
        assert_eq!(refused(&x, &rows::add, &[0, axis]), Error::Axis { op: "add", axis, ndim: 2 });
    }
    let twice = refused(&x, &rows::add, &[1, -1]);
    assert!(matches!(twice, Error::Value { op: "add", .. }), "{twice:?}");
    assert!(twice.to_string().contains("an axis is named twice in [1, -1]"), "{twice}");
    let other = refused(&x, &rows::subtract, &[0]);
    assert!(matches!(other, Error::Value { op: "subtract", .. }), "{other:?}");
    assert!(other.to_string().contains("add, multiply, maximum, minimum do"), "{other}");
    let complex = Array::full(&device, &[2], 1.0, DType::Complex64).unwrap();
    for ufunc in [&rows::maximum, &rows::minimum] {
        let error = refused(&complex, ufunc, &[0]);
        assert!(matches!(error, Error::DType { dtype: DType::Complex64, .. }), "{error:?}");
    }
}

/// Past a binding of 128 MiB.
const LEN: usize = 140 << 20;
/// Elements repeat after this many: a prime, so no row has the same content as another.
const PERIOD: usize = 65_521;

fn element(at: usize) -> u8 {
    (at % PERIOD % 253) as u8
}

#[test]
fn reductions_longer_than_a_binding() {
    let _alone = alone();
    let period: Vec<u8> = (0..PERIOD).map(element).collect();
    let mut values = period.repeat(LEN / PERIOD + 1);
    values.truncate(LEN);
    values[LEN - 3] = 255;
    let x = Array::from_slice(&device(), &values, &[LEN]).unwrap();
    drop(values);
    let sum = |upto: usize| period[..upto].iter().map(|&one| u64::from(one)).sum::<u64>();
    let total = sum(PERIOD) * (LEN / PERIOD) as u64 + sum(LEN % PERIOD) - u64::from(element(LEN - 3)) + 255;
    let whole = |ufunc, x: &Array| reduce(ufunc, x, &[0], false).unwrap();
    assert_eq!(whole(&rows::add, &x).item::<u8>().unwrap(), total as u8);
    assert_eq!(whole(&rows::maximum, &x).item::<u8>().unwrap(), 255);
    let back = x.index(&[every(-1)]).unwrap().astype(DType::Uint32).unwrap();
    assert_eq!(whole(&rows::add, &back).item::<u32>().unwrap(), total as u32);

    let (height, width) = (4096, LEN / 4096);
    let table = x.reshape(&[height, width]).unwrap();
    let wide = |axis| reduce(&rows::add, &table.astype(DType::Uint32).unwrap(), &[axis], false).unwrap();
    let (columns, along) = (wide(0).to_vec::<u32>().unwrap(), wide(1).to_vec::<u32>().unwrap());
    let value = |at: usize| if at == LEN - 3 { 255 } else { u32::from(element(at)) };
    for column in [0, 1, width / 2, width - 3, width - 1] {
        let expected: u32 = (0..height).map(|row| value(row * width + column)).sum();
        assert_eq!(columns[column], expected, "column {column}");
    }
    for row in [0, 1, height / 2, height - 1] {
        let expected: u32 = (0..width).map(|column| value(row * width + column)).sum();
        assert_eq!(along[row], expected, "row {row}");
    }
    // Rows so long that few of them are in reach at once.
    for shape in [[1, 2, LEN / 2], [5, 4, LEN / 20]] {
        let long = reduce(&rows::add, &x.reshape(&shape).unwrap(), &[1], false).unwrap();
        let long = long.to_vec::<u8>().unwrap();
        for at in [0, 1, shape[2] / 2, shape[2] - 3, long.len() - 3, long.len() - 1] {
            let first = at / shape[2] * shape[1] * shape[2] + at % shape[2];
            let expected: u32 = (0..shape[1]).map(|step| value(first + step * shape[2])).sum();
            assert_eq!(long[at], expected as u8, "element {at} of {shape:?}");
        }
    }
}
