//! Places and values that are computed from many arrays stay within the bindings that every device has.

use farshore::{Array, Bounds, Device, gather, scatter};

#[test]
fn places_and_values_of_many_arrays() {
    let device = Device::best().unwrap();
    let vector = |from: i32| Array::from_slice(&device, &[from, from + 1, from + 2], &[3]).unwrap();
    let sum = |first: i32| {
        (1..6).fold(vector(first), |sum, _| sum.add(&vector(0)).unwrap()).subtract(&vector(0)).unwrap()
    };
    let x = Array::full(&device, &[40], -1, farshore::DType::Int32).unwrap();
    // 7 + 5k for k = 0, 1, 2: five arrays each, less one.
    scatter(&x, &[Some(&sum(7))], &sum(100), &Bounds::Clip).unwrap();
    assert_eq!(
        gather(&x, &[Some(&sum(7))], &Bounds::Clip).unwrap().to_vec::<i32>().unwrap(),
        [100, 105, 110]
    );
}
