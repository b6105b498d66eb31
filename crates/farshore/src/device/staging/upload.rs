//! Host to device.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::device::staging::copy::tell;
use crate::device::staging::{CHUNK, SMALL, Timing, Watch, lock, mapping, to_usize};
use crate::device::{Buffer, Device};
use crate::error::Result;

/// Staging buffers that hold what the device has yet to copy.
pub struct Ring {
    belt: wgpu::util::StagingBelt,
    /// Being used by the device, oldest first; each is mapped again once its submission is done.
    busy: VecDeque<(wgpu::Buffer, Option<wgpu::SubmissionIndex>)>,
}

impl Ring {
    /// Buffers of the ring: one is filled while the device copies from the others.
    const LEN: usize = 3;

    pub fn new(device: &wgpu::Device) -> Self {
        Self { belt: wgpu::util::StagingBelt::new(device.clone(), 4 << 20), busy: VecDeque::new() }
    }

    /// A mapped buffer: a new one while the ring is short, else the oldest, once the device is done with it.
    fn next(&mut self, device: &Device, waited: &mut Duration) -> Result<wgpu::Buffer> {
        let oldest = if self.busy.len() < Self::LEN { None } else { self.busy.pop_front() };
        let Some((stage, submission)) = oldest else {
            return Ok(device.0.wgpu.create_buffer(&wgpu::BufferDescriptor {
                label: Some("upload"),
                size: CHUNK,
                usage: wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: true,
            }));
        };
        let start = Instant::now();
        device.wait(submission)?;
        mapping::map_for_writing(device, &stage)?;
        *waited += start.elapsed();
        Ok(stage)
    }
}

/// Copies `bytes` to `buffer` from byte `at` on, a multiple of 4, in whole words; after everything recorded and before
/// everything recorded later. When this returns, `bytes` is no longer needed.
pub fn write(buffer: &Buffer, at: u64, bytes: &[u8], watch: &mut Watch<'_>) -> Result<Timing> {
    if bytes.is_empty() {
        return Ok(Timing::default());
    }
    let device = &buffer.device;
    let start = Instant::now();
    let mut ring = lock(&device.0.staging.upload);
    if bytes.len() <= SMALL {
        let mut recorder = device.recorder_for(&[buffer])?;
        // Room for whole words: buffers are longer than the arrays in them.
        let size =
            wgpu::BufferSize::new(bytes.len().next_multiple_of(4) as u64).unwrap_or(wgpu::BufferSize::MIN);
        let belt = &mut ring.belt;
        recorder.encode(device, |encoder| {
            let mut view = belt.write_buffer(encoder, &buffer.raw.wgpu, at, size);
            view.slice(..bytes.len()).copy_from_slice(bytes);
        });
        belt.finish();
        recorder.submit(device)?;
        drop(recorder);
        ring.belt.recall();
        return Ok(Timing { waited: Duration::ZERO, copied: start.elapsed() });
    }
    let mut waited = Duration::ZERO;
    let mut done = 0;
    for chunk in bytes.chunks(to_usize(CHUNK)) {
        let stage = ring.next(device, &mut waited)?;
        mapping::fill(device, &stage, chunk)?;
        let mut recorder = device.recorder_for(&[buffer])?;
        recorder.encode(device, |encoder| {
            let nbytes = (chunk.len() as u64).next_multiple_of(4);
            encoder.copy_buffer_to_buffer(&stage, 0, &buffer.raw.wgpu, at + done as u64, nbytes);
        });
        let submission = recorder.submit(device)?;
        drop(recorder);
        ring.busy.push_back((stage, submission));
        done += chunk.len();
        tell(watch, done, bytes.len())?;
    }
    Ok(Timing { waited, copied: start.elapsed().checked_sub(waited).unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::device::Reading;

    /// Uploads keep their place among each other: the last one wins, whatever their sizes.
    #[test]
    fn uploads_are_in_order() -> Result<()> {
        let device = Device::best()?;
        let buffer = Arc::new(Buffer::new(&device, 8 << 20)?);
        let mut read_back = vec![0; 8 << 20];
        for (first, second) in [(8 << 20, 100), (100, 8 << 20), (7, 5)] {
            write(&buffer, 0, &vec![1; first], &mut |_| true)?;
            write(&buffer, 0, &vec![2; second], &mut |_| true)?;
            Reading::begin(&buffer, 0, 8 << 20, false)?.copy_to(&mut read_back, &mut |_| true)?;
            assert!(read_back[..second].iter().all(|&byte| byte == 2));
            // Uploads are whole words.
            let end = second.next_multiple_of(4);
            assert!(first <= end || read_back[end..first].iter().all(|&byte| byte == 1));
        }
        Ok(())
    }
}
