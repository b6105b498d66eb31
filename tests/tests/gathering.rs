//! Proves that arrays of indices read and write the elements that they name: axes side by side, shapes that broadcast,
//! every dtype, views; that of several values for one place the last stays; and that an index outside is reported once.

use farshore::{
    Array, Bounds, DType, Device, Element, Error, Index, Policy, Scalar, adapters, check_indices, gather,
    scatter, supports, transfers,
};
use farshore_tests::{alone, device};
use half::f16;
use ndarray::{ArrayD, IxDyn};
use num_complex::Complex;

/// A number for each position, without order.
fn bits(at: usize) -> u64 {
    (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 13
}

const RAISE: Bounds = Bounds::Raise { by: None };

/// The shapes of the indices of each axis; None for whole axes. All are for arrays of shape (4, 5, 6).
const CASES: [[Option<&[usize]>; 3]; 12] = [
    [Some(&[3]), None, None],
    [None, Some(&[2, 3]), None],
    [None, None, Some(&[7])],
    [Some(&[2, 1]), Some(&[1, 3]), None],
    [None, Some(&[4, 1]), Some(&[3])],
    [None, Some(&[3]), Some(&[])],
    [Some(&[40]), Some(&[40]), Some(&[40])],
    [Some(&[2, 1, 1]), Some(&[3, 1]), Some(&[2])],
    [Some(&[]), None, None],
    [Some(&[]), Some(&[]), Some(&[])],
    [None, Some(&[0]), None],
    [Some(&[0, 1]), Some(&[1, 3]), None],
];
const SHAPE: [usize; 3] = [4, 5, 6];

/// Numbers from -size to size - 1, for each axis of a case.
fn indices(case: &[Option<&[usize]>; 3]) -> Vec<Option<ArrayD<i32>>> {
    let each = case.iter().enumerate().map(|(axis, shape)| {
        let mut at = 100 * axis;
        let size = SHAPE[axis] as u64;
        let mut next = || {
            at += 1;
            (bits(at) % (2 * size)) as i32 - size as i32
        };
        shape.map(|shape| ArrayD::from_shape_simple_fn(IxDyn(shape), &mut next))
    });
    each.collect()
}

/// The shape that `indices` give, and the coordinates that each of its elements has in an array of `shape`.
fn places(shape: &[usize], indices: &[Option<ArrayD<i32>>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let first = indices.iter().position(Option::is_some).unwrap();
    let named: Vec<_> = indices.iter().flatten().collect();
    let ndim = named.iter().map(|one| one.ndim()).max().unwrap();
    let mut common = vec![1; ndim];
    for one in &named {
        for (axis, &size) in one.shape().iter().rev().enumerate() {
            let length = &mut common[ndim - 1 - axis];
            *length = if *length == 1 { size } else { *length };
        }
    }
    let result = [&shape[..first], &common[..], &shape[first + named.len()..]].concat();
    let place = |c: &[usize]| -> Vec<usize> {
        let mut whole = c[..first].iter().chain(&c[first + ndim..]);
        let each = indices.iter().zip(shape).map(|(index, &size)| match index {
            None => *whole.next().unwrap(),
            Some(index) => {
                let at = index.broadcast(IxDyn(&common)).unwrap()[&c[first..first + ndim]];
                at.rem_euclid(size.cast_signed() as i32) as usize
            }
        });
        each.collect()
    };
    let all = ndarray::indices(IxDyn(&result)).into_iter().map(|c| place(ndarray::Dimension::slice(&c)));
    let all = all.collect();
    (result, all)
}

fn uploaded<T: Element>(host: &ArrayD<T>) -> Array {
    Array::from_ndarray(&device(), &host.view()).unwrap()
}

/// Calls `then` with what [`gather`] and [`scatter`] take.
fn with<R>(indices: &[Option<ArrayD<i32>>], then: impl FnOnce(&[Option<&Array>]) -> R) -> R {
    let arrays: Vec<Option<Array>> = indices.iter().map(|one| one.as_ref().map(uploaded)).collect();
    then(&arrays.iter().map(Option::as_ref).collect::<Vec<_>>())
}

fn vector<T: Element>(values: &[T]) -> Array {
    Array::from_slice(&device(), values, &[values.len()]).unwrap()
}

fn every(step: isize) -> Index {
    let (start, stop) = (None, None);
    Index::Slice { start, stop, step }
}

fn host(shape: &[usize]) -> ArrayD<i32> {
    let mut at = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        at += 1;
        bits(at) as i32
    })
}

/// Views of shape (4, 5, 6), their elements, and whether they can be written to.
fn views() -> Vec<(&'static str, Array, ArrayD<i32>, bool)> {
    let (plain, turned) = (host(&SHAPE), host(&[6, 4, 5]));
    let (wide, low) = (host(&[5, 5, 12]), host(&[4, 1, 6]));
    let from = Index::Slice { start: Some(1), stop: None, step: 1 };
    let sliced = uploaded(&wide).index(&[from, every(-1), every(-2)]).unwrap();
    let seen = wide.slice(ndarray::s![1.., ..;-1, ..;-2]).to_owned().into_dyn();
    let stretched = low.broadcast(IxDyn(&SHAPE)).unwrap().to_owned();
    let sum = uploaded(&plain).multiply(3).unwrap();
    vec![
        ("an array", uploaded(&plain), plain.clone(), true),
        ("a pending one", sum, plain.mapv(|one| one.wrapping_mul(3)), true),
        (
            "a permuted view",
            uploaded(&turned).permute_dims(&[1, 2, 0]).unwrap(),
            turned.permuted_axes(IxDyn(&[1, 2, 0])),
            true,
        ),
        ("a sliced view", sliced, seen, true),
        ("a broadcast view", uploaded(&low).broadcast_to(&SHAPE).unwrap(), stretched, false),
    ]
}

#[test]
fn gathering_of_views_by_indices_of_all_shapes() {
    let _alone = alone();
    for case in &CASES {
        let indices = indices(case);
        let (shape, places) = places(&SHAPE, &indices);
        for (what, x, host, _) in views() {
            let expected: Vec<i32> = places.iter().map(|place| host[&place[..]]).collect();
            for bounds in [RAISE, Bounds::Clip] {
                let result = with(&indices, |indices| gather(&x, indices, &bounds)).unwrap();
                assert_eq!((result.shape(), result.dtype()), (&shape[..], DType::Int32), "{what}, {case:?}");
                assert_eq!(result.to_vec::<i32>().unwrap(), expected, "{what}, {case:?}");
            }
        }
    }
}

#[test]
fn scattering_to_views_by_indices_of_all_shapes() {
    let _alone = alone();
    for case in &CASES {
        let indices = indices(case);
        let (shape, places) = places(&SHAPE, &indices);
        let values: Vec<i32> = (0..).take(places.len()).collect();
        let values = Array::from_slice(&device(), &values, &shape).unwrap();
        for (what, x, mut host, writeable) in views() {
            let result = with(&indices, |indices| scatter(&x, indices, &values, &RAISE));
            if !writeable {
                let error = result.unwrap_err();
                assert!(matches!(error, Error::Value { op: "assignment", .. }), "{error:?}");
                continue;
            }
            result.unwrap();
            places.iter().zip(0..).for_each(|(place, value)| host[&place[..]] = value);
            assert_eq!(x.to_ndarray::<i32>().unwrap(), host, "{what}, {case:?}");
        }
    }
}

/// Indices that are views, pending, or of different dtypes.
#[test]
fn indices_of_all_kinds() {
    let _alone = alone();
    let x = host(&SHAPE);
    let (rows, columns) = ([3, -1, 0, 2], [4, 1, -5]);
    let i = vector(&rows.map(|row| row as i32 * 2)).divide(2).unwrap().astype(DType::Int8).unwrap();
    let i = i.reshape(&[4, 1]).unwrap().broadcast_to(&[4, 3]).unwrap();
    let j = vector(&columns.map(|column| column as i32)).index(&[every(-1)]).unwrap();
    let result = gather(&uploaded(&x), &[Some(&i), Some(&j), None], &RAISE).unwrap();
    let expected = rows.iter().flat_map(|row: &isize| {
        let row = row.rem_euclid(4);
        let column = columns.iter().rev().map(|column: &isize| column.rem_euclid(5));
        column.flat_map(|column| x.slice(ndarray::s![row, column, ..]).to_vec()).collect::<Vec<_>>()
    });
    assert_eq!(result.to_vec::<i32>().unwrap(), expected.collect::<Vec<_>>());
}

macro_rules! dtypes {
    ($($name:ident: $rust:ty, $value:expr;)*) => {$(
        /// Moved bit for bit; of thousands of values for a few places, the last ones stay. Neighbours share words.
        #[test]
        fn $name() {
            let _alone = alone();
            moves::<$rust>($value);
        }
    )*};
}

dtypes! {
    of_bool: bool, |at| bits(at).is_multiple_of(3);
    of_int8: i8, |at| bits(at) as i8;
    of_int16: i16, |at| bits(at) as i16;
    of_int32: i32, |at| bits(at) as i32;
    of_int64: i64, |at| bits(at).wrapping_mul(0x1_0000_0001).cast_signed();
    of_uint8: u8, |at| bits(at) as u8;
    of_uint16: u16, |at| bits(at) as u16;
    of_uint32: u32, |at| bits(at) as u32;
    of_uint64: u64, |at| bits(at).wrapping_mul(0x1_0000_0001);
    of_float16: f16, |at| f16::from_f64(at as f64 / 8.0);
    of_float32: f32, |at| at as f32 / 3.0;
    of_float64: f64, |at| at as f64 / 3.0;
    of_complex64: Complex<f32>, |at| Complex::new(at as f32, 1.0 / at as f32);
    of_complex128: Complex<f64>, |at| Complex::new(at as f64, 1.0 / at as f64);
}

fn moves<T: Element + PartialEq + std::fmt::Debug>(value: impl Fn(usize) -> T) {
    if !supports(&device(), T::DTYPE) {
        return;
    }
    let base: Vec<T> = (0..301).map(&value).collect();
    let x = vector(&base);
    let picked: Vec<i32> = (0..1000).map(|at| (bits(at) % 602) as i32 - 301).collect();
    let at = |index: i32| if index < 0 { (index + 301) as usize } else { index as usize };
    let expected: Vec<T> = picked.iter().map(|&index| base[at(index)]).collect();
    let result = gather(&x, &[Some(&vector(&picked))], &RAISE).unwrap();
    assert_eq!(result.to_vec::<T>().unwrap(), expected);

    // Each third place only, lest all be written; and some a thousand times.
    let targets: Vec<i32> =
        (0..5000).map(|at| (bits(at) % if at % 2 == 0 { 100 } else { 5 }) as i32 * 3).collect();
    let values: Vec<T> = (0..5000).map(|at| value(at + 7)).collect();
    let mut written = base;
    targets.iter().zip(&values).for_each(|(&target, &value)| written[target as usize] = value);
    scatter(&x, &[Some(&vector(&targets))], &vector(&values), &RAISE).unwrap();
    assert_eq!(x.to_vec::<T>().unwrap(), written);
}

#[test]
fn bits_of_nan_are_moved() {
    let _alone = alone();
    let values = [0x7fc1_2345, 0xffa0_0001, 0x8000_0000, 1].map(f32::from_bits);
    let halves = [0x7e12, 0xfd01, 0x8000, 1].map(f16::from_bits);
    let i = vector(&[3, 2, 1, 0]);
    let of = |x: &Array| gather(x, &[Some(&i)], &RAISE).unwrap();
    let got: Vec<u32> = of(&vector(&values)).to_vec::<f32>().unwrap().into_iter().map(f32::to_bits).collect();
    assert_eq!(got, [1, 0x8000_0000, 0xffa0_0001, 0x7fc1_2345]);
    let got: Vec<u16> = of(&vector(&halves)).to_vec::<f16>().unwrap().into_iter().map(f16::to_bits).collect();
    assert_eq!(got, [1, 0x8000, 0xfd01, 0x7e12]);
}

#[test]
fn indices_of_every_integer_dtype() {
    let _alone = alone();
    let x = vector(&(0..300_i32).collect::<Vec<_>>());
    for dtype in DType::ALL {
        let Some((low, high)) = dtype.integer_range().filter(|_| supports(&device(), dtype)) else {
            continue;
        };
        let held = [0, 5, 127, 255, 299, -1, -128, -300].map(|at| at.clamp(low.max(-300), high.min(299)));
        let of = |value: i128| Array::full(&device(), &[1], Scalar::Int(value), dtype).unwrap();
        for index in held {
            let result = gather(&x, &[Some(&of(index))], &RAISE).unwrap().item::<i32>().unwrap();
            let expected = if index < 0 { index + 300 } else { index };
            assert_eq!(i128::from(result), expected, "{index} of {dtype}");
        }
        // The ends are cut to the axis, however far away they are.
        for (index, nearest) in [(low, 0), (high, 299)] {
            let outside = !(-300..300).contains(&index);
            let expected = if outside { nearest } else { index.rem_euclid(300) };
            let result = gather(&x, &[Some(&of(index))], &Bounds::Clip).unwrap().item::<i32>().unwrap();
            assert_eq!(i128::from(result), expected, "{index} of {dtype}");
            gather(&x, &[Some(&of(index))], &RAISE).unwrap();
            let checked = check_indices(&device());
            assert_eq!(checked.is_err(), outside, "{index} of {dtype}: {checked:?}");
        }
    }
}

#[test]
fn values_are_broadcast_and_converted() {
    let _alone = alone();
    let device = device();
    let i = vector(&[2, 0, 2]);
    let zeros = || Array::full(&device, &[3, 4], 0, DType::Int16).unwrap();
    let write = |x: &Array, value: &Array| scatter(x, &[Some(&i), None], value, &RAISE);
    let x = zeros();
    scatter(&x, &[Some(&i), None], 7, &RAISE).unwrap();
    assert_eq!(x.to_vec::<i16>().unwrap(), [7, 7, 7, 7, 0, 0, 0, 0, 7, 7, 7, 7]);
    let x = zeros();
    write(&x, &vector(&[1.9_f32, -2.9, 3.0, 4.5])).unwrap();
    assert_eq!(x.to_vec::<i16>().unwrap(), [1, -2, 3, 4, 0, 0, 0, 0, 1, -2, 3, 4]);
    let x = zeros();
    write(&x, &Array::from_slice(&device, &[5_i64, 6, 7], &[1, 3, 1]).unwrap()).unwrap();
    assert_eq!(x.to_vec::<i16>().unwrap(), [6, 6, 6, 6, 0, 0, 0, 0, 7, 7, 7, 7]);
}

#[test]
fn overlapping_source_and_target() {
    let _alone = alone();
    let len = 3001_i32;
    let numbers: Vec<i32> = (0..len).map(|at| (at * 1237 + 11) % len).collect();
    // Its own indices, and its own values backwards.
    let x = vector(&numbers);
    let back = x.index(&[every(-1)]).unwrap();
    scatter(&x, &[Some(&x)], &back, &RAISE).unwrap();
    let mut expected = numbers.clone();
    for (at, &place) in numbers.iter().enumerate() {
        expected[place as usize] = numbers[numbers.len() - 1 - at];
    }
    assert_eq!(x.to_vec::<i32>().unwrap(), expected);

    // Values that are pending and read the target; and readers recorded before see what was there.
    let x = vector(&numbers);
    let (doubled, before) = (x.multiply(2).unwrap(), x.add(1).unwrap());
    let copy = gather(&x, &[Some(&x)], &RAISE).unwrap();
    let i = vector(&(0..len).map(|at| at / 2).collect::<Vec<_>>());
    scatter(&x, &[Some(&i)], &doubled, &RAISE).unwrap();
    let mut expected = numbers.clone();
    (0..numbers.len()).for_each(|at| expected[at / 2] = 2 * numbers[at]);
    assert_eq!(x.to_vec::<i32>().unwrap(), expected);
    assert_eq!(before.to_vec::<i32>().unwrap(), numbers.iter().map(|one| one + 1).collect::<Vec<_>>());
    assert_eq!(
        copy.to_vec::<i32>().unwrap(),
        numbers.iter().map(|&one| numbers[one as usize]).collect::<Vec<_>>()
    );
    assert_eq!(doubled.to_vec::<i32>().unwrap(), numbers.iter().map(|one| one * 2).collect::<Vec<_>>());

    // One half of an array into the other.
    let x = vector(&numbers);
    let part = |start: isize| {
        let start = Some(start);
        x.index(&[Index::Slice { start, stop: None, step: 2 }]).unwrap()
    };
    let (even, odd) = (part(0), part(1));
    let i = vector(&(0..1500).rev().collect::<Vec<i32>>());
    scatter(&even, &[Some(&i)], &odd, &RAISE).unwrap();
    let mut expected = numbers.clone();
    (0..1500).for_each(|at| expected[2 * (1499 - at)] = numbers[2 * at + 1]);
    assert_eq!(x.to_vec::<i32>().unwrap(), expected);
}

fn by(place: &str) -> Bounds {
    Bounds::Raise { by: Some(place.into()) }
}

#[test]
fn an_index_outside_is_reported_once() {
    let _alone = alone();
    let device = device();
    let x = Array::from_slice(&device, &(0..12).collect::<Vec<i32>>(), &[3, 4]).unwrap();
    let bad = vector(&[0, 4, -5, -4]);
    let read = |bounds: &Bounds| gather(&x, &[None, Some(&bad)], bounds).unwrap();
    let outside = |by: &str| Error::IndexOnDevice { axis: 1, size: 4, by: by.into() };

    let y = read(&RAISE);
    assert_eq!(check_indices(&device).unwrap_err(), outside(""));
    check_indices(&device).unwrap();
    assert_eq!(y.to_vec::<i32>().unwrap(), [0, 3, 0, 0, 4, 7, 4, 4, 8, 11, 8, 8], "the nearest were taken");

    let y = read(&by("user.py:7"));
    let error = y.to_vec::<i32>().unwrap_err();
    assert_eq!(error, outside(" (indexed at user.py:7)"));
    assert!(error.to_string().starts_with(
        "an index is out of bounds for axis 1 with size 4 (indexed at user.py:7). The device found it"
    ));
    assert_eq!(y.to_vec::<i32>().unwrap().len(), 12);

    // Whatever is read next says it, and it says the first.
    read(&by("first.py:1"));
    gather(&x, &[Some(&bad), None], &by("second.py:2")).unwrap();
    assert_eq!(x.to_vec::<i32>().unwrap_err(), outside(" (indexed at first.py:1)"));
    check_indices(&device).unwrap();
    gather(&x, &[None, Some(&vector(&[0, 3, -4]))], &by("good.py:1")).unwrap();
    gather(&x, &[Some(&vector(&[3])), None], &by("bad.py:2")).unwrap();
    let second = Error::IndexOnDevice { axis: 0, size: 3, by: " (indexed at bad.py:2)".into() };
    assert_eq!(check_indices(&device).unwrap_err(), second);

    scatter(&x, &[None, Some(&bad)], -1, &RAISE).unwrap();
    assert_eq!(check_indices(&device).unwrap_err(), outside(""));
    assert_eq!(x.to_vec::<i32>().unwrap(), [-1, 1, 2, -1, -1, 5, 6, -1, -1, 9, 10, -1]);
    read(&Bounds::Clip);
    check_indices(&device).unwrap();
    gather(&x, &[Some(&Array::full(&device, &[], 3, DType::Uint8).unwrap()), None], &RAISE).unwrap();
    assert!(check_indices(&device).is_err(), "an index without axes");
}

/// A report that may not be read is not lost.
#[test]
fn a_forbidden_report_comes_later() {
    let _alone = alone();
    let (device, x, bad) = (device(), vector(&[1, 2, 3]), vector(&[3]));
    gather(&x, &[Some(&bad)], &RAISE).unwrap();
    {
        let _scope = transfers(Policy::Forbid);
        let refused = check_indices(&device).unwrap_err();
        assert!(matches!(refused, Error::ForbiddenTransfer(_)), "{refused:?}");
    }
    let outside = Error::IndexOnDevice { axis: 0, size: 3, by: String::new() };
    assert_eq!(check_indices(&device), Err(outside));
}

/// One byte tells whether any was; nothing is read where nothing was asked.
#[test]
fn checking_is_counted() {
    let _alone = alone();
    let device = device();
    let (x, i) = (vector(&[1, 2, 3]), vector(&[0, 2]));
    let scope = transfers(Policy::Explicit);
    check_indices(&device).unwrap();
    assert_eq!(scope.ledger().len(), 0);
    for _ in 0..3 {
        gather(&x, &[Some(&i)], &RAISE).unwrap();
    }
    gather(&x, &[Some(&i)], &Bounds::Clip).unwrap();
    assert_eq!(scope.ledger().len(), 0, "indexing waits for nothing");
    check_indices(&device).unwrap();
    assert_eq!((scope.ledger().scalar_reads(), scope.ledger().bytes_to_host()), (1, 1));
    check_indices(&device).unwrap();
    assert_eq!(scope.ledger().len(), 1);
}

#[test]
fn errors() {
    let _alone = alone();
    let device = device();
    let x = Array::from_slice(&device, &(0..24).collect::<Vec<i32>>(), &[2, 3, 4]).unwrap();
    let before = x.to_vec::<i32>().unwrap();
    let i = vector(&[0, 1]);
    let (i, three) = (Some(&i), vector(&[0, 1, 1]));
    let refused = |indices: &[Option<&Array>]| {
        let written = scatter(&x, indices, 5, &RAISE).unwrap_err();
        let read = gather(&x, indices, &RAISE).unwrap_err();
        assert_eq!(std::mem::discriminant(&written), std::mem::discriminant(&read), "{written:?}, {read:?}");
        read
    };
    assert_eq!(refused(&[i, None]), Error::IndexCount { ndim: 3, given: 2 });
    assert!(matches!(refused(&[None, None, None]), Error::Value { op: "gather", .. }));
    let apart = refused(&[i, None, i]);
    assert!(matches!(apart, Error::Value { op: "gather", .. }) && apart.to_string().contains("permute"));
    let shapes = vec![vec![2], vec![3]];
    assert_eq!(refused(&[i, Some(&three), None]), Error::Broadcast { op: "gather", shapes });
    for dtype in [DType::Bool, DType::Float32, DType::Complex64] {
        let index = Array::full(&device, &[2], 0, dtype).unwrap();
        let error = refused(&[None, Some(&index), None]);
        assert!(
            matches!(error, Error::DType { op: "gather", dtype: found, .. } if found == dtype),
            "{error:?}"
        );
    }
    let error = scatter(&x, &[i, None, None], 1_i64 << 40, &RAISE).unwrap_err();
    assert!(matches!(error, Error::OutOfRange { op: "assignment", .. }), "{error:?}");
    let error = scatter(&x, &[i, None, None], &three, &RAISE).unwrap_err();
    assert!(matches!(error, Error::Broadcast { op: "assignment", .. }), "{error:?}");
    let wide = vector(&[1]).broadcast_to(&[4]).unwrap();
    let error = scatter(&wide, &[i], 1, &RAISE).unwrap_err();
    assert!(error.to_string().contains("copy it first: x.copy()"), "{error}");
    check_indices(&device).unwrap();
    assert_eq!(x.to_vec::<i32>().unwrap(), before, "nothing was written");

    let nothing = Array::empty(&device, &[0, 3], DType::Int32).unwrap();
    let none = vector::<i32>(&[]);
    assert_eq!(
        gather(&nothing, &[i, None], &RAISE).unwrap_err(),
        Error::Index { index: 0, axis: 0, size: 0 }
    );
    assert_eq!(gather(&nothing, &[Some(&none), None], &RAISE).unwrap().shape(), [0, 3]);
    assert_eq!(gather(&nothing, &[None, i], &RAISE).unwrap().shape(), [0, 2]);
    scatter(&nothing, &[None, i], 1, &RAISE).unwrap();

    let known = adapters();
    if let [first, second, ..] = &known[..] {
        let on = |id: &str| Array::from_slice(&Device::open(id).unwrap(), &[0_i32], &[1]).unwrap();
        let error = gather(&on(&first.id), &[Some(&on(&second.id))], &Bounds::Clip).unwrap_err();
        assert!(matches!(error, Error::DeviceMismatch { op: "gather", .. }), "{error:?}");
    }
}

/// Past a binding of 128 MiB.
const LEN: usize = 140 << 20;

#[test]
fn arrays_longer_than_a_binding() {
    let _alone = alone();
    let device = device();
    if device.limits().binding >= LEN as u64 {
        return;
    }
    let x = Array::full(&device, &[LEN], 7, DType::Uint8).unwrap();
    let places = [0_i64, -1, 5, (130 << 20) + 1, -1, 77 << 20];
    let i = vector(&places);
    scatter(&x, &[Some(&i)], &vector(&[1_u8, 2, 3, 4, 5, 6]), &RAISE).unwrap();
    scatter(&x, &[Some(&vector(&[1_i64, 139 << 20]))], 9, &RAISE).unwrap();
    let found = gather(&x, &[Some(&i)], &RAISE).unwrap().to_vec::<u8>().unwrap();
    assert_eq!(found, [1, 5, 3, 4, 5, 6], "the last of two values stays");
    let near = vector(&[1_i64, 2, 139 << 20, (139 << 20) - 1]);
    assert_eq!(gather(&x, &[Some(&near)], &RAISE).unwrap().to_vec::<u8>().unwrap(), [9, 7, 9, 7]);
}
