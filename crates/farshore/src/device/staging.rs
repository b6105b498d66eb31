//! Bytes between host and device. The only file that maps a buffer, so nothing crosses unseen.
//!
//! Where host and device share memory, a readback maps the array's own buffer; elsewhere chunks go through a ring of
//! staging buffers, one chunk copied by the device while the host drains the one before. Uploads are copies in the
//! recorder's own encoder, so they keep their place among the kernels.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::device::{Buffer, Device};
use crate::error::Result;

/// How long a transfer took: users blame the copy for the kernels that it had to wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timing {
    /// Waiting for the device to finish what the bytes depend on.
    pub waited: Duration,
    /// Moving the bytes.
    pub copied: Duration,
}

/// Bytes of one staging buffer of the ring.
const CHUNK: u64 = 32 << 20;
/// Uploads up to this size share the belt's buffers.
const SMALL: usize = 1 << 20;
/// Bytes that one thread copies at a time.
const STRIPE: usize = 2 << 20;

pub struct Staging {
    belt: wgpu::util::StagingBelt,
    /// Unmapped, for reading.
    readback: Option<[wgpu::Buffer; 2]>,
    /// Being used by the device, oldest first; each is mapped again once its submission is done.
    upload: VecDeque<(wgpu::Buffer, Option<wgpu::SubmissionIndex>)>,
}

impl Staging {
    pub fn new(device: &wgpu::Device) -> Self {
        let belt = wgpu::util::StagingBelt::new(device.clone(), 4 << 20);
        Self { belt, readback: None, upload: VecDeque::new() }
    }
}

/// Copies bytes `from..from + into.len()` of `buffer` to the host, after everything recorded.
pub fn read(buffer: &Buffer, from: u64, into: &mut [u8]) -> Result<Timing> {
    if into.is_empty() {
        return Ok(Timing::default());
    }
    if buffer.device.0.driver.mappable {
        read_mapped(buffer, from, into)
    } else {
        read_staged(buffer, from, into)
    }
}

fn read_mapped(buffer: &Buffer, from: u64, into: &mut [u8]) -> Result<Timing> {
    let device = &buffer.device;
    let start = Instant::now();
    // A mapped buffer must not be submitted: nothing is recorded until the copy is done.
    let mut recorder = device.recorder();
    let last = recorder.submit(device)?;
    device.wait(last)?;
    let waited = start.elapsed();
    let begin = from / 8 * 8;
    let end = (from + into.len() as u64).next_multiple_of(8);
    map(device, &buffer.raw.wgpu, begin..end, wgpu::MapMode::Read)?;
    let result = buffer.raw.wgpu.get_mapped_range(begin..end).map(|view| {
        let skip = to_usize(from - begin);
        copy(into, &view[skip..skip + into.len()]);
    });
    buffer.raw.wgpu.unmap();
    result.map_err(|error| device.error(error))?;
    Ok(Timing { waited, copied: start.elapsed().checked_sub(waited).unwrap_or_default() })
}

fn read_staged(buffer: &Buffer, from: u64, into: &mut [u8]) -> Result<Timing> {
    let device = &buffer.device;
    let start = Instant::now();
    let mut staging = device.staging();
    let stages = staging.readback.get_or_insert_with(|| {
        [(); 2]
            .map(|()| make(device, CHUNK, wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST, false))
    });
    let last = device.recorder().submit(device)?;
    device.wait(last)?;
    let waited = start.elapsed();
    let begin = from / 4 * 4;
    let end = from + into.len() as u64;
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
        let stage = &stages[number % 2];
        map(device, stage, 0..nbytes, wgpu::MapMode::Read)?;
        let result = stage.get_mapped_range(0..nbytes).map(|view| {
            let first = from.max(at);
            let past = (at + nbytes).min(end);
            let target = &mut into[to_usize(first - from)..to_usize(past - from)];
            copy(target, &view[to_usize(first - at)..to_usize(past - at)]);
        });
        stage.unmap();
        result.map_err(|error| device.error(error))?;
    }
    Ok(Timing { waited, copied: start.elapsed().checked_sub(waited).unwrap_or_default() })
}

/// Copies `bytes` to the start of `buffer`, after everything recorded and before everything recorded later. When
/// this returns, `bytes` is no longer needed.
pub fn write(buffer: &Buffer, bytes: &[u8]) -> Result<Timing> {
    if bytes.is_empty() {
        return Ok(Timing::default());
    }
    let device = &buffer.device;
    let start = Instant::now();
    let mut staging = device.staging();
    if bytes.len() <= SMALL {
        let mut recorder = device.recorder();
        // Room for whole words: buffers are longer than the arrays in them.
        let size =
            wgpu::BufferSize::new(bytes.len().next_multiple_of(4) as u64).unwrap_or(wgpu::BufferSize::MIN);
        let belt = &mut staging.belt;
        recorder.encode(device, |encoder| {
            let mut view = belt.write_buffer(encoder, &buffer.raw.wgpu, 0, size);
            view.slice(..bytes.len()).copy_from_slice(bytes);
        });
        belt.finish();
        recorder.submit(device)?;
        drop(recorder);
        staging.belt.recall();
        return Ok(Timing { waited: Duration::ZERO, copied: start.elapsed() });
    }
    let mut waited = Duration::ZERO;
    for (number, chunk) in bytes.chunks(to_usize(CHUNK)).enumerate() {
        let stage = next_upload_stage(device, &mut staging, &mut waited)?;
        let nbytes = (chunk.len() as u64).next_multiple_of(4);
        stage
            .get_mapped_range_mut(0..nbytes)
            .map(|mut view| copy_into(&mut view, chunk))
            .map_err(|e| device.error(e))?;
        stage.unmap();
        let mut recorder = device.recorder();
        let at = number as u64 * CHUNK;
        recorder.encode(device, |encoder| {
            encoder.copy_buffer_to_buffer(&stage, 0, &buffer.raw.wgpu, at, nbytes);
        });
        let submission = recorder.submit(device)?;
        staging.upload.push_back((stage, submission));
    }
    Ok(Timing { waited, copied: start.elapsed().checked_sub(waited).unwrap_or_default() })
}

/// A mapped buffer to write to: a new one while the ring is short, else the oldest, once the device is done with it.
fn next_upload_stage(device: &Device, staging: &mut Staging, waited: &mut Duration) -> Result<wgpu::Buffer> {
    const RING: usize = 3;
    if staging.upload.len() < RING {
        return Ok(make(device, CHUNK, wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC, true));
    }
    let Some((stage, submission)) = staging.upload.pop_front() else {
        return Err(device.error("the upload ring is empty"));
    };
    let start = Instant::now();
    device.wait(submission)?;
    map(device, &stage, 0..CHUNK, wgpu::MapMode::Write)?;
    *waited += start.elapsed();
    Ok(stage)
}

fn make(device: &Device, size: u64, usage: wgpu::BufferUsages, mapped_at_creation: bool) -> wgpu::Buffer {
    device.0.wgpu.create_buffer(&wgpu::BufferDescriptor {
        label: Some("staging"),
        size,
        usage,
        mapped_at_creation,
    })
}

fn map(
    device: &Device,
    buffer: &wgpu::Buffer,
    range: std::ops::Range<u64>,
    mode: wgpu::MapMode,
) -> Result<()> {
    let (sender, receiver) = mpsc::channel();
    buffer.map_async(mode, range, move |result| {
        // The receiver waits below; a failed send means that the wait already failed.
        let _ = sender.send(result);
    });
    loop {
        device.0.wgpu.poll(wgpu::PollType::Poll).map_err(|error| device.error(error))?;
        match receiver.try_recv() {
            Ok(result) => return result.map_err(|error| device.error(error)),
            Err(mpsc::TryRecvError::Empty) => std::thread::yield_now(),
            Err(mpsc::TryRecvError::Disconnected) => return Err(device.error("a buffer could not be mapped")),
        }
    }
}

/// By several threads: one core moves a fraction of what a link or memory can, and page faults of fresh memory are
/// shared out too.
fn copy(into: &mut [u8], from: &[u8]) {
    into.par_chunks_mut(STRIPE)
        .zip(from.par_chunks(STRIPE))
        .for_each(|(into, from)| into.copy_from_slice(from));
}

fn copy_into(view: &mut wgpu::BufferViewMut, from: &[u8]) {
    view.slice(..from.len()).copy_from_slice(from);
}

/// Buffer sizes fit the address space: they are mapped in it.
fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way through staging buffers, which devices with shared memory don't take by themselves, gives the same bytes.
    #[test]
    fn staged_readback_at_any_offset_and_length() -> Result<()> {
        let device = Device::best()?;
        let len = to_usize(2 * CHUNK) + 12_345;
        let bytes: Vec<u8> = (0..len as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let buffer = Buffer::new(&device, len as u64)?;
        write(&buffer, &bytes)?;
        for (from, count) in [(0, len), (1, 1), (3, 8), (5, to_usize(CHUNK)), (len - 7, 7), (2, len - 2)] {
            let mut staged = vec![0; count];
            read_staged(&buffer, from as u64, &mut staged)?;
            assert!(staged == bytes[from..from + count], "{count} bytes from {from}");
            let mut read_back = vec![0; count];
            read(&buffer, from as u64, &mut read_back)?;
            assert!(read_back == staged, "{count} bytes from {from}");
        }
        Ok(())
    }

    /// Uploads keep their place among each other: the last one wins, whatever their sizes.
    #[test]
    fn uploads_are_in_order() -> Result<()> {
        let device = Device::best()?;
        let buffer = Buffer::new(&device, 8 << 20)?;
        let mut read_back = vec![0; 8 << 20];
        for (first, second) in [(8 << 20, 100), (100, 8 << 20), (7, 5)] {
            write(&buffer, &vec![1; first])?;
            write(&buffer, &vec![2; second])?;
            read(&buffer, 0, &mut read_back)?;
            assert!(read_back[..second].iter().all(|&byte| byte == 2));
            // Uploads are whole words.
            let end = second.next_multiple_of(4);
            assert!(first <= end || read_back[end..first].iter().all(|&byte| byte == 1));
        }
        Ok(())
    }
}
