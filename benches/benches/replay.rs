//! A recorded pipeline of 100 operations on 1,000 elements, beside the same operations recorded each time: what the host
//! does until the work is handed over, the device's own time left out, and until it is done.

use std::time::{Duration, Instant};

use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use farshore::{Array, Device, Pipeline, Result, reduce, rows};
use farshore_benches::{device, finish, numbers, settings};

/// All of them share kernels: x = x * 0.875 + b, 50 times.
fn fused(inputs: &[Array]) -> Result<Vec<Array>> {
    let [a, b] = inputs else { unreachable!("it has two inputs") };
    (0..50).try_fold(a.clone(), |x, _| x.multiply(0.875_f32)?.add(b)).map(|x| vec![x])
}

/// Every tenth needs the largest element of all before it.
fn mixed(inputs: &[Array]) -> Result<Vec<Array>> {
    let [a, b] = inputs else { unreachable!("it has two inputs") };
    let mut x = a.clone();
    for _ in 0..10 {
        for _ in 0..4 {
            x = x.multiply(0.875_f32)?.add(b)?;
        }
        x = x.divide(&reduce(&rows::maximum, &x, &[0], true)?)?;
    }
    Ok(vec![x])
}

/// Runs between two waits for the device, as of a program that looks at a result now and then.
const RUNS: u64 = 20;

/// The time until the work of a run is handed over, a share of each submission included; the device is at rest before the
/// first of several.
fn host(bencher: &mut Bencher<'_>, device: &Device, work: impl Fn() -> Result<Array>) {
    bencher.iter_custom(|rounds| {
        let mut all = Duration::ZERO;
        for first in (0..rounds).step_by(RUNS as usize) {
            device.synchronize().expect("a device at work");
            let start = Instant::now();
            for _ in first..rounds.min(first + RUNS) {
                work().and_then(|x| x.evaluate()).expect("a device at work");
            }
            device.submit().expect("a device at work");
            all += start.elapsed();
        }
        all
    });
}

fn replay(criterion: &mut Criterion) {
    let device = device().expect("a device");
    let array = || Array::from_slice(&device, &numbers(1000), &[1000]).expect("an array");
    let inputs = [array(), array()];
    for (name, function) in [("fused", fused as fn(&[Array]) -> _), ("mixed", mixed)] {
        let mut group = criterion.benchmark_group(format!("100 operations, {name}"));
        let pipeline = Pipeline::record(function);
        let recorded = || pipeline.run(&[&inputs[0], &inputs[1]]).map(|mut outputs| outputs.remove(0));
        let each_time = || function(&inputs).map(|mut outputs| outputs.remove(0));
        group.bench_function("recorded, host", |bencher| host(bencher, &device, recorded));
        group.bench_function("each time, host", |bencher| host(bencher, &device, each_time));
        let done = |work: &dyn Fn() -> Result<Array>| {
            work().and_then(|x| finish(&x)).expect("a device at work");
        };
        group.bench_function("recorded, done", |bencher| bencher.iter(|| done(&recorded)));
        group.bench_function("each time, done", |bencher| bencher.iter(|| done(&each_time)));
        group.finish();
    }
}

criterion_group!(name = benches; config = settings(); targets = replay);
criterion_main!(benches);
