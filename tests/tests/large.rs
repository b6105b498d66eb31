//! Proves that size is no limit below the device's own: more workgroups than one dimension of a dispatch holds, more
//! bytes than one binding reaches, contiguous and strided; and that what is too large is refused and breaks nothing.

use farshore::{Array, DType, Error, Index, Result};
use farshore_tests::{alone, device};

/// Past 65,535 workgroups of 64 invocations with four elements each, and past a binding of 128 MiB.
const LEN: usize = 140 << 20;
/// Elements repeat after this many: a prime, so no chunk or row has the same content as another.
const PERIOD: usize = 65_521;

fn element(at: usize) -> u8 {
    (at % PERIOD % 253) as u8
}

fn numbers(shape: &[usize]) -> Array {
    let period: Vec<u8> = (0..PERIOD).map(element).collect();
    let len = shape.iter().product();
    let mut values = period.repeat(len / PERIOD + 1);
    values.truncate(len);
    Array::from_slice(&device(), &values, shape).unwrap()
}

/// Whether `values` repeat `expected(0..PERIOD)`; compared piece by piece, as memory.
fn assert_repeats(values: &[u8], len: usize, expected: impl Fn(usize) -> u8) {
    assert_eq!(values.len(), len);
    let period: Vec<u8> = (0..PERIOD).map(expected).collect();
    for (number, piece) in values.chunks(PERIOD).enumerate() {
        if *piece != period[..piece.len()] {
            let wrong = piece.iter().zip(&period).position(|(a, b)| a != b).unwrap_or(0);
            let (got, wanted) = (piece[wrong], period[wrong]);
            panic!("element {}: {got}, not {wanted}", number * PERIOD + wrong);
        }
    }
}

fn every(step: isize) -> Index {
    let (start, stop) = (None, None);
    Index::Slice { start, stop, step }
}

#[test]
fn contiguous_arrays_longer_than_a_binding() {
    let _alone = alone();
    let x = numbers(&[LEN]);
    let sum = x.add(3).unwrap().to_vec::<u8>().unwrap();
    assert_repeats(&sum, LEN, |at| element(at) + 3);
}

#[test]
fn strided_views_longer_than_a_binding() {
    let _alone = alone();
    let x = numbers(&[LEN]);
    let back = x.index(&[every(-1)]).unwrap().to_vec::<u8>().unwrap();
    assert_repeats(&back, LEN, |at| element((LEN - 1 - at % PERIOD) % PERIOD));
    drop(back);
    let third = x.index(&[every(3)]).unwrap().multiply(1).unwrap();
    assert_repeats(&third.to_vec::<u8>().unwrap(), LEN.div_ceil(3), |at| element(3 * at));
}

#[test]
fn writes_through_views_longer_than_a_binding() {
    let _alone = alone();
    let x = numbers(&[LEN]);
    x.assign(&[every(2)], 255).unwrap();
    let values = x.to_vec::<u8>().unwrap();
    let even: Vec<u8> = values.iter().copied().step_by(2).collect();
    assert!(even.iter().all(|&one| one == 255), "even elements were written");
    let odd: Vec<u8> = values.iter().copied().skip(1).step_by(2).collect();
    assert_repeats(&odd, LEN / 2, |at| element(2 * at + 1));
}

/// Neighbours in the result that lie a whole array apart: the end of one column and the start of the next.
#[test]
fn transposed_arrays_longer_than_a_binding() {
    let _alone = alone();
    let rows = 16_001; // no multiple of a workgroup, so some hold the end of one column and the start of the next
    let columns = LEN / rows;
    let x = numbers(&[rows, columns]);
    let turned: Result<Vec<u8>> = x.transpose().to_vec();
    let turned = turned.unwrap_or_else(|error| panic!("{error}"));
    for column in [0, 1, columns / 2, columns - 1] {
        let expected: Vec<u8> = (0..rows).map(|row| element(row * columns + column)).collect();
        assert!(turned[column * rows..][..rows] == expected[..], "column {column} differs");
    }
}

fn assert_usable() {
    let x = Array::from_slice(&device(), &[1, 2, 3_i32], &[3]).unwrap();
    assert_eq!(x.add(1).unwrap().to_vec::<i32>().unwrap(), [2, 3, 4]);
    device().synchronize().unwrap();
}

fn assert_out_of_memory<T: std::fmt::Debug>(result: Result<T>, said: &str) {
    let error = result.unwrap_err();
    assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
    let message = error.to_string();
    assert!(
        message.starts_with(&format!("{} cannot hold ", device())) && message.contains(said),
        "{message}"
    );
}

#[test]
fn too_large_allocations_are_refused_and_break_nothing() {
    let _alone = alone();
    let device = device();
    let held = device.memory();
    assert_out_of_memory(Array::empty(&device, &[1 << 50], DType::Uint8), "1125899906842624 bytes");
    assert_usable();
    // More bytes than a number holds.
    assert_out_of_memory(Array::empty(&device, &[1 << 40, 1 << 40], DType::Float32), "at most");
    assert_out_of_memory(Array::full(&device, &[1 << 50], 1, DType::Int32), "one array holds at most");
    assert_usable();
    assert_eq!(device.memory().used, held.used);
}

/// A view of any size costs nothing; computing with all of it does.
#[test]
fn too_large_results_are_refused_and_their_inputs_stay() {
    let _alone = alone();
    let x = Array::from_slice(&device(), &[7_u8], &[1]).unwrap();
    let wide = x.broadcast_to(&[1 << 50]).unwrap();
    assert_out_of_memory(wide.add(1).and_then(|sum| sum.evaluate()), "at most");
    assert_eq!(wide.index(&[Index::At(-1)]).unwrap().to_vec::<u8>().unwrap(), [7]);
    assert_usable();
}

/// NumPy refuses a shape of more elements than memory can number; so must the view, before anything counts them.
#[test]
fn shapes_that_cannot_be_counted_are_refused() {
    let x = Array::from_slice(&device(), &[7_u8], &[1]).unwrap();
    let refused = x.broadcast_to(&[1 << 40, 1 << 40]).and_then(|wide| wide.add(1)?.evaluate());
    assert!(refused.is_err(), "2**80 elements were accepted");
    assert_usable();
}
