//! Proves that views see the elements they should: random chains of basic indexing, permutation, broadcasting and
//! reshaping, against a list of positions that follows Python's rules one element at a time. Each view is read,
//! computed with, and written through.

use farshore::{Array, Element, Index};
use farshore_tests::device;
use half::f16;
use num_complex::Complex;
use proptest::prelude::*;

/// An array's shape and, in C order, where in the base each element lies.
#[derive(Clone, Debug)]
struct Oracle {
    shape: Vec<usize>,
    at: Vec<usize>,
}

/// A step of a chain; numbers are brought into range by the shape that they meet.
#[derive(Clone, Debug)]
enum Step {
    Slice(usize, Option<isize>, Option<isize>, isize),
    At(usize, isize),
    NewAxis(usize),
    Permute(Vec<usize>),
    Repeat(usize),
    Flatten,
    Split(usize),
}

impl Oracle {
    fn new(shape: &[usize]) -> Self {
        Self { shape: shape.to_vec(), at: (0..shape.iter().product()).collect() }
    }

    /// The array of `shape` whose element at `c` is this one's at `source(c)`.
    fn gather(&self, shape: Vec<usize>, source: impl Fn(&[usize]) -> Vec<usize>) -> Self {
        let len: usize = shape.iter().product();
        let at = (0..len).map(|number| {
            let mut rest = number;
            let mut coordinates = vec![0; shape.len()];
            for axis in (0..shape.len()).rev() {
                coordinates[axis] = rest % shape[axis];
                rest /= shape[axis];
            }
            let from = source(&coordinates);
            let flat = from.iter().zip(&self.shape).fold(0, |flat, (c, size)| flat * size + c);
            self.at[flat]
        });
        let at = at.collect();
        Self { shape, at }
    }
}

/// The positions that Python's `range(size)[start:stop:step]` holds, found by walking.
fn positions(size: usize, start: Option<isize>, stop: Option<isize>, step: isize) -> Vec<usize> {
    let size = size.cast_signed();
    let from_end = |at: isize| if at < 0 { at + size } else { at };
    let inside = |at: isize| {
        let after = start.map(from_end).is_none_or(|start| if step > 0 { at >= start } else { at <= start });
        let before = stop.map(from_end).is_none_or(|stop| if step > 0 { at < stop } else { at > stop });
        after && before
    };
    let forward: Vec<isize> = (0..size).filter(|&at| inside(at)).collect();
    let walk: Vec<isize> = if step > 0 { forward } else { forward.into_iter().rev().collect() };
    walk.into_iter().step_by(step.unsigned_abs()).map(isize::cast_unsigned).collect()
}

/// Takes one step on both sides. Steps that do not fit the shape are left out.
fn take(array: Array, oracle: Oracle, step: &Step) -> farshore::Result<(Array, Oracle)> {
    let shape = oracle.shape.clone();
    let ndim = shape.len();
    let whole = Index::Slice { start: None, stop: None, step: 1 };
    let before = |axis: usize| vec![whole.clone(); axis];
    match step {
        &Step::Slice(axis, start, stop, step) if ndim > 0 => {
            let axis = axis % ndim;
            let mut indices = before(axis);
            indices.push(Index::Slice { start, stop, step });
            let taken = positions(shape[axis], start, stop, step);
            let mut result = shape;
            result[axis] = taken.len();
            let expected = oracle.gather(result, |c| {
                let mut from = c.to_vec();
                from[axis] = taken[c[axis]];
                from
            });
            Ok((array.index(&indices)?, expected))
        }
        &Step::At(axis, at) if ndim > 0 && shape[axis % ndim] > 0 => {
            let axis = axis % ndim;
            let size = shape[axis].cast_signed();
            let at = at.rem_euclid(2 * size) - size;
            let place = at.rem_euclid(size).cast_unsigned();
            // From the right, to pass by the ellipsis.
            let mut indices = vec![Index::Ellipsis, Index::At(at)];
            indices.extend(before(ndim - 1 - axis));
            let mut result = shape;
            result.remove(axis);
            let expected = oracle.gather(result, |c| {
                let mut from = c.to_vec();
                from.insert(axis, place);
                from
            });
            Ok((array.index(&indices)?, expected))
        }
        &Step::NewAxis(axis) if ndim < 5 => {
            let axis = axis % (ndim + 1);
            let mut indices = before(axis);
            indices.push(Index::NewAxis);
            let mut expected = oracle;
            expected.shape.insert(axis, 1);
            Ok((array.index(&indices)?, expected))
        }
        Step::Permute(order) => {
            let order: Vec<usize> = order.iter().copied().filter(|&axis| axis < ndim).collect();
            // Every other axis by its number from the end.
            let named = |(place, &axis): (usize, &usize)| {
                axis.cast_signed() - if place % 2 == 1 { ndim.cast_signed() } else { 0 }
            };
            let axes: Vec<isize> = order.iter().enumerate().map(named).collect();
            let expected = oracle.gather(order.iter().map(|&axis| shape[axis]).collect(), |c| {
                let mut from = vec![0; ndim];
                order.iter().zip(c).for_each(|(&axis, &at)| from[axis] = at);
                from
            });
            Ok((array.permute_dims(&axes)?, expected))
        }
        &Step::Repeat(times) if ndim < 5 && oracle.at.len() < 500 => {
            let mut wanted: Vec<usize> = shape.iter().map(|&size| if size == 1 { 3 } else { size }).collect();
            wanted.insert(0, 1 + times % 3);
            let expected = oracle.gather(wanted.clone(), |c| {
                let sizes = shape.iter().zip(&c[1..]);
                sizes.map(|(&size, &at)| if size == 1 { 0 } else { at }).collect()
            });
            Ok((array.broadcast_to(&wanted)?, expected))
        }
        Step::Flatten => {
            let len = oracle.at.len();
            let expected = Oracle { shape: vec![len], at: oracle.at };
            Ok((array.reshape(&[len])?, expected))
        }
        &Step::Split(axis) if ndim > 0 && ndim < 5 => {
            let axis = axis % ndim;
            let Some(part) = [2, 3, 5].into_iter().find(|part| shape[axis].is_multiple_of(*part)) else {
                return Ok((array, oracle));
            };
            let mut wanted = shape;
            wanted[axis] /= part;
            wanted.insert(axis + 1, part);
            let expected = Oracle { shape: wanted.clone(), at: oracle.at };
            Ok((array.reshape(&wanted)?, expected))
        }
        _ => Ok((array, oracle)),
    }
}

fn bound() -> impl Strategy<Value = Option<isize>> {
    proptest::option::of(-9_isize..10)
}

fn step() -> impl Strategy<Value = Step> {
    let stride = prop_oneof![-3_isize..=-1, 1_isize..=3, Just(isize::MAX), Just(-isize::MAX)];
    prop_oneof![
        4 => (0_usize..4, bound(), bound(), stride).prop_map(|(a, b, c, d)| Step::Slice(a, b, c, d)),
        1 => (0_usize..4, 0_isize..20).prop_map(|(axis, at)| Step::At(axis, at)),
        1 => (0_usize..5).prop_map(Step::NewAxis),
        2 => Just((0..5).collect::<Vec<_>>()).prop_shuffle().prop_map(Step::Permute),
        1 => (0_usize..4).prop_map(Step::Repeat),
        1 => Just(Step::Flatten),
        1 => (0_usize..4).prop_map(Step::Split),
    ]
}

fn chain() -> impl Strategy<Value = (Vec<usize>, Vec<Step>)> {
    let shape = proptest::collection::vec(prop_oneof![1 => 0_usize..2, 9 => 1_usize..8], 0..=4);
    (shape, proptest::collection::vec(step(), 1..=5))
}

/// Reads a chain's view, reads it again as an operand of a kernel, and writes through it.
fn holds<T: Element + PartialEq + std::fmt::Debug>(
    shape: &[usize],
    steps: &[Step],
    value: fn(usize) -> T,
) -> Result<(), TestCaseError> {
    let fail = |error: farshore::Error| TestCaseError::fail(error.to_string());
    let device = device();
    let len = shape.iter().product();
    let base: Vec<T> = (0..len).map(value).collect();
    let array = Array::from_slice(&device, &base, shape).map_err(fail)?;
    let (mut view, mut oracle) = (array.clone(), Oracle::new(shape));
    for step in steps {
        (view, oracle) = take(view, oracle, step).map_err(fail)?;
    }
    let expected: Vec<T> = oracle.at.iter().map(|&at| base[at]).collect();
    prop_assert_eq!(view.shape(), &oracle.shape[..]);
    prop_assert_eq!(view.to_vec::<T>().map_err(fail)?, expected.clone());
    let same = view.equal(&view.copy().map_err(fail)?).map_err(fail)?;
    prop_assert_eq!(same.to_vec::<bool>().map_err(fail)?, vec![true; expected.len()]);

    let repeats = view.layout().shape.iter().zip(&view.layout().strides);
    if repeats.into_iter().any(|(&size, &stride)| size > 1 && stride == 0) {
        prop_assert!(view.assign(&[], &view).is_err());
        return Ok(());
    }
    let fresh: Vec<T> = (0..expected.len()).map(|at| value(at + 1000)).collect();
    let source = Array::from_slice(&device, &fresh, view.shape()).map_err(fail)?;
    view.assign(&[], &source).map_err(fail)?;
    prop_assert_eq!(view.to_vec::<T>().map_err(fail)?, fresh.clone());
    // A reshape that had to copy leaves the base alone; a view changes it there and nowhere else.
    let mut written = base;
    if view.shares_memory(&array) {
        oracle.at.iter().zip(fresh).for_each(|(&at, new)| written[at] = new);
    }
    prop_assert_eq!(array.to_vec::<T>().map_err(fail)?, written);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_one_byte((shape, steps) in chain()) {
        holds::<u8>(&shape, &steps, |at| (at % 251) as u8)?;
    }

    #[test]
    fn of_two_bytes((shape, steps) in chain()) {
        holds::<f16>(&shape, &steps, |at| f16::from_f32((at % 2048) as f32))?;
    }

    #[test]
    fn of_four_bytes((shape, steps) in chain()) {
        holds::<i32>(&shape, &steps, |at| i32::MAX.wrapping_sub_unsigned(at as u32))?;
    }

    #[test]
    fn of_sixteen_bytes((shape, steps) in chain()) {
        prop_assume!(device().has_float64());
        holds::<Complex<f64>>(&shape, &steps, |at| Complex::new(at as f64, -1.0))?;
    }
}

#[test]
fn ndarrays_of_every_order_cross() {
    let device = device();
    let host = ndarray::Array3::from_shape_fn((3, 4, 5), |(i, j, k)| (100 * i + 10 * j + k) as u16);
    let views = [
        host.view(),
        host.view().reversed_axes(),
        host.slice(ndarray::s![..;-1, 1.., ..;2]),
        host.slice(ndarray::s![1..1, .., ..]),
    ];
    for view in views {
        let array = Array::from_ndarray(&device, &view).unwrap();
        let back = array.to_ndarray::<u16>().unwrap();
        assert_eq!(back, view.into_dyn());
        let turned = array.transpose().to_ndarray::<u16>().unwrap();
        assert_eq!(turned, view.reversed_axes().into_dyn());
    }
}
