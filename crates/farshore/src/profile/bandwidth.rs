//! How fast a device copies, which is about as fast as a kernel that reads and writes memory can be.

use crate::array::Array;
use crate::device::{Device, Recording, set_aside};
use crate::dtype::DType;
use crate::error::Result;

const BYTES: usize = 64 << 20;
const RUNS: usize = 12;
/// What fills the array, and the first copies, which touch memory that is new.
const SKIPPED: usize = 3;

impl Device {
    /// Bytes that a copy of an array reads and writes in a second, both counted: that of 64 MiB, measured when this is
    /// first asked for, and kept. None where the device has no timestamps.
    ///
    /// ```
    /// if let Some(bandwidth) = farshore::Device::best()?.copy_bandwidth()? {
    ///     println!("{:.1} GB/s", bandwidth / 1e9);
    /// }
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory) where there is no room for two arrays of 64 MiB.
    pub fn copy_bandwidth(&self) -> Result<Option<f64>> {
        if let Some(known) = self.0.bandwidth.get() {
            return Ok(*known);
        }
        let measured = if self.has_timestamps() { measure(self)? } else { None };
        Ok(*self.0.bandwidth.get_or_init(|| measured))
    }
}

fn measure(device: &Device) -> Result<Option<f64>> {
    // Where this thread captures, these run all the same.
    let _aside = set_aside();
    let source = Array::full(device, &[BYTES / 4], 1, DType::Uint32)?;
    let recording = Recording::start_unseen(device)?;
    source.evaluate()?;
    for _ in 0..RUNS {
        source.copy()?.evaluate()?;
    }
    let runs = recording.finish(&mut |_| true)?.runs;
    let seconds = runs.iter().skip(SKIPPED).filter_map(|run| run.time.map(|time| time.seconds));
    let best = seconds.filter(|&seconds| seconds > 0.0).min_by(f64::total_cmp);
    Ok(best.map(|seconds| 2.0 * BYTES as f64 / seconds))
}
