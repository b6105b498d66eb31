//! Writing one operation down, without running it: at most half a microsecond, and nothing is created but the node.

use criterion::{Criterion, criterion_group, criterion_main};
use farshore::{Array, Counters, Device};
use farshore_benches::{device, numbers, settings};

fn created(device: &Device) -> [u64; 3] {
    let Counters { buffers, bind_groups, pipelines, .. } = device.counters();
    [buffers, bind_groups, pipelines]
}

fn record(criterion: &mut Criterion) {
    let device = device().expect("a device");
    let array = || Array::from_slice(&device, &numbers(1000), &[1000]).expect("an array");
    let (a, b) = (array(), array());
    let before = created(&device);
    let mut group = criterion.benchmark_group("record");
    group.bench_function("a * b", |bencher| bencher.iter(|| a.multiply(&b)));
    group.bench_function("a + 1", |bencher| bencher.iter(|| a.add(1.0_f32)));
    group.bench_function("sqrt(a)", |bencher| bencher.iter(|| a.sqrt()));
    group.finish();
    assert_eq!(before, created(&device), "buffers, bind groups, pipelines");
}

criterion_group!(name = benches; config = settings(); targets = record);
criterion_main!(benches);
