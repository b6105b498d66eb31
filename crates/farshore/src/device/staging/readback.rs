//! Device to host.

use std::sync::Arc;
use std::time::Instant;

use crate::device::staging::copy::{copy, copy_watched, tell};
use crate::device::staging::hold::{Hold, Inside};
use crate::device::staging::mapping::Mapped;
use crate::device::staging::pinned::{HostMemory, Pinned};
use crate::device::staging::{CHUNK, SMALL, Timing, Watch, lock, to_usize};
use crate::device::{Buffer, Device, Fence};
use crate::error::Result;

/// Two staging buffers that take turns: made when a transfer needs them, kept for the next.
pub type Stages = [wgpu::Buffer; 2];

/// A readback that has its place among the kernels: it gives the bytes as they are now, whatever is recorded later.
pub struct Reading {
    device: Device,
    source: Source,
    from: u64,
    nbytes: usize,
    /// The kernels that the bytes depend on.
    kernels: Fence,
}

enum Source {
    /// The buffer itself, which the host can map.
    Shared(Hold),
    /// A copy that was submitted behind the kernels.
    Pinned(Pinned, Fence),
    /// Copies that are still to be recorded.
    Ring(Hold),
}

impl Reading {
    /// Submits everything recorded, and takes a place behind it for bytes `from..from + nbytes` of `buffer`. `own`
    /// asks for memory of their own, in which [`Reading::into_memory`] gives them.
    pub fn begin(buffer: &Arc<Buffer>, from: u64, nbytes: usize, own: bool) -> Result<Self> {
        let device = buffer.device.clone();
        let shared = buffer.mappable();
        let wanted = !shared && (own || nbytes <= SMALL);
        // From a multiple of 4 to a multiple of 4.
        let (first, last) = (from / 4 * 4, (from + nbytes as u64).next_multiple_of(4));
        let pinned = if wanted { Pinned::new(&device, last - first) } else { None };
        Hold::before(buffer);
        let mut recorder = device.recorder();
        // A small copy goes with its kernels; a long one after them, so that they start at once and are timed apart.
        let together = nbytes <= SMALL && pinned.is_some();
        if !together {
            recorder.submit(&device)?;
        }
        let mut kernels = device.fence();
        let source = match pinned {
            _ if shared => Source::Shared(Hold::new(buffer, false)),
            None => Source::Ring(Hold::new(buffer, false)),
            Some(pinned) => {
                recorder.encode(&device, |encoder| pinned.copy_from(encoder, buffer, first, last - first));
                recorder.submit(&device)?;
                let copied = device.fence();
                if together {
                    kernels = copied.clone();
                }
                Source::Pinned(pinned, copied)
            }
        };
        drop(recorder);
        Ok(Self { device, source, from, nbytes, kernels })
    }

    /// Whether [`Reading::into_memory`] gives the bytes without a copy by the host.
    pub const fn has_memory(&self) -> bool {
        matches!(self.source, Source::Pinned(..))
    }

    /// Copies the bytes to `into`, which is as long.
    pub fn copy_to(self, into: &mut [u8], watch: &mut Watch<'_>) -> Result<Timing> {
        let _inside = Inside::enter();
        let start = Instant::now();
        let nbytes = self.nbytes;
        self.device.wait_watched(&self.kernels, nbytes, watch)?;
        let waited = start.elapsed();
        match self.source {
            Source::Shared(hold) => {
                hold.map()?;
                let from = to_usize(self.from);
                let bytes = &hold.bytes()[from..from + nbytes];
                // SAFETY: `into` is as long, and no memory of a buffer.
                unsafe { copy_watched(into.as_mut_ptr(), bytes, watch)? };
            }
            Source::Pinned(..) => {
                let memory = self.into_memory(&mut |_| true)?.0;
                // SAFETY: as above.
                unsafe { copy_watched(into.as_mut_ptr(), memory.bytes(), watch)? };
            }
            Source::Ring(ref hold) => self.drain(hold.buffer(), into, watch)?,
        }
        Ok(Timing { waited, copied: start.elapsed().checked_sub(waited).unwrap_or_default() })
    }

    /// The bytes in memory of their own.
    ///
    /// # Errors
    /// [`Error::Device`] unless [`Reading::has_memory`].
    pub fn into_memory(self, watch: &mut Watch<'_>) -> Result<(HostMemory, Timing)> {
        let _inside = Inside::enter();
        let Source::Pinned(pinned, copied) = self.source else {
            return Err(self.device.error("a readback without memory of its own"));
        };
        let start = Instant::now();
        self.device.wait_watched(&self.kernels, self.nbytes, watch)?;
        let waited = start.elapsed();
        self.device.wait_watched(&copied, self.nbytes, watch)?;
        let memory = pinned.map(to_usize(self.from % 4), self.nbytes)?;
        watch(self.nbytes as u64);
        Ok((memory, Timing { waited, copied: start.elapsed().checked_sub(waited).unwrap_or_default() }))
    }

    /// One chunk is copied by the device while the host drains the one before.
    fn drain(&self, buffer: &Buffer, into: &mut [u8], watch: &mut Watch<'_>) -> Result<()> {
        let device = &self.device;
        let kept = lock(&device.0.staging.readback).pop();
        let stages = match kept {
            Some(stages) => stages,
            None => [stage(device)?, stage(device)?],
        };
        let (begin, end) = (self.from / 4 * 4, self.from + self.nbytes as u64);
        let chunks: Vec<(u64, u64)> = (begin..end)
            .step_by(to_usize(CHUNK))
            .map(|at| (at, (end - at).min(CHUNK).next_multiple_of(4)))
            .collect();
        let issue = |number: usize| {
            let (at, nbytes) = chunks[number];
            let mut recorder = device.recorder();
            recorder.encode(device, |encoder| {
                encoder.copy_buffer_to_buffer(&buffer.raw.wgpu, at, &stages[number % 2], 0, nbytes);
            });
            recorder.submit(device)
        };
        let mut pending = issue(0)?;
        for (number, &(at, nbytes)) in chunks.iter().enumerate() {
            let this = pending.take();
            if number + 1 < chunks.len() {
                pending = issue(number + 1)?;
            }
            device.wait(this)?;
            let mapped = Mapped::new(device, &stages[number % 2], 0..nbytes)?;
            let first = self.from.max(at);
            let past = (at + nbytes).min(end);
            let target = &mut into[to_usize(first - self.from)..to_usize(past - self.from)];
            let bytes = &mapped.bytes()[to_usize(first - at)..to_usize(past - at)];
            // SAFETY: both have the length of the chunk; a stage is no memory of the caller's.
            unsafe { copy(target.as_mut_ptr(), bytes.as_ptr(), target.len()) };
            drop(mapped);
            tell(watch, to_usize(past - self.from), self.nbytes)?;
        }
        let mut ring = lock(&device.0.staging.readback);
        if ring.is_empty() {
            ring.push(stages);
        }
        Ok(())
    }
}

fn stage(device: &Device) -> Result<wgpu::Buffer> {
    device.scoped(|| {
        device.0.wgpu.create_buffer(&wgpu::BufferDescriptor {
            label: Some("readback"),
            size: CHUNK,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn bytes(len: usize) -> Vec<u8> {
        (0..len as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
    }

    /// The ways that devices with shared memory don't take by themselves give the same bytes.
    #[test]
    fn every_way_at_any_offset_and_length() -> Result<()> {
        let device = Device::best()?;
        let len = to_usize(2 * CHUNK) + 12_345;
        let bytes = bytes(len);
        let buffer = Arc::new(Buffer::new(&device, len as u64)?);
        buffer.write(0, &bytes, &mut |_| true)?;
        for (from, nbytes) in [(0, len), (1, 1), (3, 8), (5, to_usize(CHUNK)), (len - 7, 7), (2, len - 2)] {
            let expected = &bytes[from..from + nbytes];
            let mut into = vec![0; nbytes];
            Reading::begin(&buffer, from as u64, nbytes, false)?.copy_to(&mut into, &mut |_| true)?;
            assert!(into == expected, "{nbytes} bytes from {from}");

            let begun = || -> Result<Reading> {
                device.recorder().submit(&device)?;
                let kernels = device.fence();
                let source = Source::Ring(Hold::new(&buffer, false));
                Ok(Reading { device: device.clone(), source, from: from as u64, nbytes, kernels })
            };
            into.fill(0);
            begun()?.copy_to(&mut into, &mut |_| true)?;
            assert!(into == expected, "{nbytes} bytes from {from} by the ring");

            let (first, last) = (from as u64 / 4 * 4, (from + nbytes).next_multiple_of(4) as u64);
            let pinned = Pinned::new(&device, last - first).expect("within the limit");
            let mut recorder = device.recorder();
            recorder.encode(&device, |encoder| pinned.copy_from(encoder, &buffer, first, last - first));
            recorder.submit(&device)?;
            drop(recorder);
            let copied = device.fence();
            let reading = Reading { source: Source::Pinned(pinned, copied), ..begun()? };
            let (memory, _) = reading.into_memory(&mut |_| true)?;
            assert!(memory.bytes() == expected, "{nbytes} bytes from {from} in memory of their own");
            // SAFETY: nothing else refers to the memory.
            unsafe { std::slice::from_raw_parts_mut(memory.as_mut_ptr(), nbytes) }.fill(7);
            assert!(memory.bytes().iter().all(|&byte| byte == 7));
        }
        assert!(device.memory().pinned > 0);
        device.trim();
        assert_eq!(device.memory().pinned, 0);
        Ok(())
    }

    /// A watch that says no ends a transfer between two chunks; everything is usable afterwards.
    #[test]
    fn a_transfer_is_interrupted() -> Result<()> {
        let device = Device::best()?;
        let len = to_usize(3 * CHUNK);
        let bytes = bytes(len);
        let buffer = Arc::new(Buffer::new(&device, len as u64)?);
        let stop = |done: u64| done < CHUNK;
        let stopped = Error::Interrupted { done: CHUNK, nbytes: len as u64 };
        assert_eq!(buffer.write(0, &bytes, &mut { stop }).unwrap_err(), stopped);
        buffer.write(0, &bytes, &mut |_| true)?;
        let mut into = vec![0; len];
        let reading = Reading::begin(&buffer, 0, len, false)?;
        assert_eq!(reading.copy_to(&mut into, &mut { stop }).unwrap_err(), stopped);
        let kernels = device.fence();
        let source = Source::Ring(Hold::new(&buffer, false));
        let ring = Reading { device: device.clone(), source, from: 0, nbytes: len, kernels };
        assert_eq!(ring.copy_to(&mut into, &mut { stop }).unwrap_err(), stopped);
        Reading::begin(&buffer, 0, len, false)?.copy_to(&mut into, &mut |_| true)?;
        assert!(into == bytes);
        Ok(())
    }
}
