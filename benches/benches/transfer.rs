//! 64 MiB there and back, beside a copy from host memory to host memory.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use farshore::Array;
use farshore_benches::{device, numbers, settings, shortened};

fn transfer(criterion: &mut Criterion) {
    let device = device().expect("a device");
    let host = numbers(shortened(16 << 20));
    let array = Array::from_slice(&device, &host, &[host.len()]).expect("an array");
    assert_eq!(array.to_vec::<f32>().expect("its elements"), host);

    let mut group = criterion.benchmark_group("transfer");
    group.throughput(Throughput::Bytes(array.nbytes()));
    group.bench_function("host to host", |bencher| bencher.iter_with_large_drop(|| host.clone()));
    group.bench_function("upload", |bencher| {
        bencher.iter(|| {
            let array = Array::from_slice(&device, &host, &[host.len()]).expect("an array");
            device.synchronize().expect("a device at work");
            array
        });
    });
    group.bench_function("readback", |bencher| {
        bencher.iter_with_large_drop(|| array.to_vec::<f32>().expect("its elements"));
    });
    group.finish();
}

criterion_group!(name = benches; config = settings(); targets = transfer);
criterion_main!(benches);
