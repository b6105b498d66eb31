//! sqrt(a * b + 1) * 2 - a: one fused kernel, beside one pass of ndarray on the host.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use farshore::Array;
use farshore_benches::{chain, device, finish, numbers, settings, shortened};
use ndarray::{Array1, Zip};

fn formula(a: f32, b: f32) -> f32 {
    (a * b + 1.0).sqrt() * 2.0 - a
}

fn lens() -> Vec<usize> {
    let mut lens = [1 << 20, 16 << 20].map(shortened).to_vec();
    lens.dedup();
    lens
}

fn elementwise(criterion: &mut Criterion) {
    let device = device().expect("a device");
    let mut group = criterion.benchmark_group("elementwise");
    for len in lens() {
        let (left, right) = (numbers(len), numbers(len + 1)[1..].to_vec());
        let upload = |values: &[f32]| Array::from_slice(&device, values, &[len]).expect("an array");
        let (a, b) = (upload(&left), upload(&right));
        let (left, right) = (Array1::from(left), Array1::from(right));
        let on_host = || Zip::from(&left).and(&right).map_collect(|&a, &b| formula(a, b));

        let found = chain(&a, &b).and_then(|y| y.to_vec::<f32>()).expect("a result");
        let worst = Zip::from(&Array1::from(found))
            .and(&on_host())
            .fold(0.0_f32, |worst, x, y| worst.max((x - y).abs()));
        assert!(worst < 4e-6, "off by {worst}");

        group.throughput(Throughput::Elements(len as u64));
        group.bench_with_input(BenchmarkId::new("farshore", len), &(), |bencher, ()| {
            bencher.iter(|| {
                let y = chain(&a, &b).expect("a result");
                finish(&y).expect("a device at work");
                y
            });
        });
        group.bench_with_input(BenchmarkId::new("ndarray", len), &(), |bencher, ()| {
            bencher.iter_with_large_drop(on_host);
        });
    }
    group.finish();
}

criterion_group!(name = benches; config = settings(); targets = elementwise);
criterion_main!(benches);
