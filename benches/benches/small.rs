//! 100 operations on 1,000 elements: what an operation costs where the arithmetic costs nothing.

use criterion::{Criterion, criterion_group, criterion_main};
use farshore::{Array, Result};
use farshore_benches::{device, finish, numbers, settings};

/// As one writes it in a loop: x = x * 0.875 + b, 50 times.
fn hundred(a: &Array, b: &Array) -> Result<Array> {
    (0..50).try_fold(a.clone(), |x, _| x.multiply(0.875_f32)?.add(b))
}

fn small(criterion: &mut Criterion) {
    let device = device().expect("a device");
    let array = || Array::from_slice(&device, &numbers(1000), &[1000]).expect("an array");
    let (a, b) = (array(), array());
    criterion.bench_function("small/100 operations on 1000", |bencher| {
        bencher.iter(|| hundred(&a, &b).and_then(|x| finish(&x)).expect("a device at work"));
    });
}

criterion_group!(name = benches; config = settings(); targets = small);
criterion_main!(benches);
