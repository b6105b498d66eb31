//! What the benchmarks share. `FARSHORE_BENCH_QUICK=1` makes them short: to see that they work, not how fast.

use std::time::Duration;

use criterion::Criterion;
use farshore::{Array, Device, Result};

/// Whether the environment asks for short arrays and few samples.
#[must_use]
pub fn quick() -> bool {
    std::env::var("FARSHORE_BENCH_QUICK").is_ok_and(|value| !matches!(value.as_str(), "" | "0"))
}

/// `len`, or less of it for a quick run.
#[must_use]
pub fn shortened(len: usize) -> usize {
    if quick() { len.min(1 << 16) } else { len }
}

#[must_use]
pub fn settings() -> Criterion {
    let (samples, warm_up, measurement) = if quick() { (10, 50, 200) } else { (30, 1000, 4000) };
    Criterion::default()
        .sample_size(samples)
        .warm_up_time(Duration::from_millis(warm_up))
        .measurement_time(Duration::from_millis(measurement))
}

/// The device that `FARSHORE_DEVICE` names, or the best there is.
///
/// # Errors
/// As [`Device::open`].
pub fn device() -> Result<Device> {
    match std::env::var("FARSHORE_DEVICE") {
        Ok(name) if !name.is_empty() => Device::open(&name),
        _ => Device::best(),
    }
}

/// Numbers between 0.5 and 2, never two alike in a row.
#[must_use]
pub fn numbers(len: usize) -> Vec<f32> {
    (0..len).map(|i| 0.5 + (i * 7919 % 10007) as f32 * 1.5e-4).collect()
}

/// The chain of all benchmarks, recorded: `sqrt(a * b + 1) * 2 - a`.
///
/// # Errors
/// As the operations.
pub fn chain(a: &Array, b: &Array) -> Result<Array> {
    a.multiply(b)?.add(1.0_f32)?.sqrt()?.multiply(2.0_f32)?.subtract(a)
}

/// Computes `array` and waits until it is there.
///
/// # Errors
/// As [`Array::evaluate`].
pub fn finish(array: &Array) -> Result<()> {
    array.evaluate()?;
    array.device().synchronize()
}
