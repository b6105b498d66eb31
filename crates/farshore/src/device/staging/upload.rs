//! Host to device.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use wgpu::util::StagingBelt;

use crate::device::staging::copy::tell;
use crate::device::staging::{CHUNK, SMALL, Timing, Watch, lock, mapping, to_usize};
use crate::device::{Buffer, Device};
use crate::error::Result;

/// Staging buffers that the device copies from, oldest first; each is mapped again once its submission is done. No lock
/// of it is held while bytes are copied or anything is waited for.
#[derive(Default)]
pub struct Ring(VecDeque<(wgpu::Buffer, Option<wgpu::SubmissionIndex>)>);

impl Ring {
    /// Buffers of the ring: one is filled while the device copies from the others.
    const LEN: usize = 3;

    fn oldest(&mut self) -> Option<(wgpu::Buffer, Option<wgpu::SubmissionIndex>)> {
        if self.0.len() < Self::LEN { None } else { self.0.pop_front() }
    }

    fn put_back(&mut self, stage: wgpu::Buffer, submission: Option<wgpu::SubmissionIndex>) {
        self.0.push_back((stage, submission));
        // Several threads at once may have made more of them.
        if self.0.len() > Self::LEN {
            self.0.pop_front();
        }
    }
}

/// A buffer to write to, mapped: a new one while the ring is short, else the oldest, once the device is done with it.
fn stage(device: &Device, waited: &mut Duration) -> Result<wgpu::Buffer> {
    let oldest = lock(&device.0.staging.upload).oldest();
    let Some((stage, submission)) = oldest else {
        return device.scoped(|| {
            device.0.wgpu.create_buffer(&wgpu::BufferDescriptor {
                label: Some("upload"),
                size: CHUNK,
                usage: wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: true,
            })
        });
    };
    let start = Instant::now();
    device.wait(submission)?;
    mapping::map_for_writing(device, &stage)?;
    *waited += start.elapsed();
    Ok(stage)
}

/// Copies `bytes` to `buffer` from byte `at` on, a multiple of 4, in whole words; after everything recorded and before
/// everything recorded later. When this returns, `bytes` is no longer needed.
pub fn write(buffer: &Buffer, at: u64, bytes: &[u8], watch: &mut Watch<'_>) -> Result<Timing> {
    if bytes.is_empty() {
        return Ok(Timing::default());
    }
    let start = Instant::now();
    let mut waited = Duration::ZERO;
    if bytes.len() <= SMALL {
        write_small(buffer, at, bytes, &mut waited)?;
        tell(watch, bytes.len(), bytes.len())?;
    } else {
        let mut done = 0;
        for chunk in bytes.chunks(to_usize(CHUNK)) {
            write_chunk(buffer, at + done as u64, chunk, &mut waited)?;
            done += chunk.len();
            tell(watch, done, bytes.len())?;
        }
    }
    Ok(Timing { waited, copied: start.elapsed().checked_sub(waited).unwrap_or_default() })
}

fn write_chunk(buffer: &Buffer, at: u64, chunk: &[u8], waited: &mut Duration) -> Result<()> {
    let device = &buffer.device;
    let stage = stage(device, waited)?;
    mapping::fill(device, &stage, chunk)?;
    let start = Instant::now();
    let mut recorder = device.recorder_for(&[buffer])?;
    *waited += start.elapsed();
    recorder.encode(device, |encoder| {
        let nbytes = (chunk.len() as u64).next_multiple_of(4);
        encoder.copy_buffer_to_buffer(&stage, 0, &buffer.raw.wgpu, at, nbytes);
    });
    let submission = recorder.submit(device)?;
    drop(recorder);
    lock(&device.0.staging.upload).put_back(stage, submission);
    Ok(())
}

/// Small uploads share the buffers of a belt.
fn write_small(buffer: &Buffer, at: u64, bytes: &[u8], waited: &mut Duration) -> Result<()> {
    let device = &buffer.device;
    let start = Instant::now();
    let mut recorder = device.recorder_for(&[buffer])?;
    *waited += start.elapsed();
    let mut belt = lock(&device.0.staging.belt);
    // Room for whole words: buffers are longer than the arrays in them.
    let size = wgpu::BufferSize::new(bytes.len().next_multiple_of(4) as u64).unwrap_or(wgpu::BufferSize::MIN);
    let belt: &mut StagingBelt = &mut belt;
    let write = || {
        recorder.encode(device, |encoder| {
            let mut view = belt.write_buffer(encoder, &buffer.raw.wgpu, at, size);
            view.slice(..bytes.len()).copy_from_slice(bytes);
        });
        belt.finish();
    };
    // The belt panics when the device was destroyed, and its buffers with it.
    let written = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| device.scoped(write)));
    written.unwrap_or_else(|_| {
        device.fail("the device was lost".into());
        device.check()
    })?;
    let submitted = recorder.submit(device);
    belt.recall();
    submitted.map(drop)
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
