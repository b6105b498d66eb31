//! The only file that maps a buffer.

use std::ops::Range;
use std::sync::mpsc;

use crate::device::Device;
use crate::device::staging::{copy, to_usize};
use crate::error::Result;

/// A buffer mapped for reading; dropping this unmaps it.
pub struct Mapped {
    view: Option<wgpu::BufferView>,
    buffer: wgpu::Buffer,
}

impl Mapped {
    /// Maps bytes `range` of `buffer`, which the device has finished with: from a multiple of 8, a multiple of 4.
    pub fn new(device: &Device, buffer: &wgpu::Buffer, range: Range<u64>) -> Result<Self> {
        map(device, buffer, range.clone(), wgpu::MapMode::Read)?;
        let mut mapped = Self { view: None, buffer: buffer.clone() };
        mapped.view = Some(buffer.get_mapped_range(range).map_err(|error| device.error(error))?);
        Ok(mapped)
    }

    pub fn bytes(&self) -> &[u8] {
        self.view.as_deref().unwrap_or_default()
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        self.view = None;
        self.buffer.unmap();
    }
}

/// Fills the start of `buffer`, which is mapped for writing, and unmaps it.
pub fn fill(device: &Device, buffer: &wgpu::Buffer, bytes: &[u8]) -> Result<()> {
    let nbytes = (bytes.len() as u64).next_multiple_of(4);
    let filled = buffer.get_mapped_range_mut(0..nbytes).map(|mut view| {
        // SAFETY: the view is longer than `bytes`, and new memory of the driver's.
        unsafe { copy::copy(view.slice(..).as_raw_element_ptr().as_ptr(), bytes.as_ptr(), bytes.len()) };
    });
    buffer.unmap();
    filled.map_err(|error| device.error(error))
}

/// Maps all of `buffer` for writing, once the device has finished with it.
pub fn map_for_writing(device: &Device, buffer: &wgpu::Buffer) -> Result<()> {
    map(device, buffer, 0..buffer.size(), wgpu::MapMode::Write)
}

fn map(device: &Device, buffer: &wgpu::Buffer, range: Range<u64>, mode: wgpu::MapMode) -> Result<()> {
    debug_assert!(to_usize(range.start).is_multiple_of(8), "wgpu maps from multiples of 8");
    let (sender, receiver) = mpsc::channel();
    buffer.map_async(mode, range, move |result| {
        // The receiver waits below; a failed send means that the wait already failed.
        let _ = sender.send(result);
    });
    loop {
        device.poll(wgpu::PollType::Poll)?;
        match receiver.try_recv() {
            Ok(result) => return result.map_err(|error| device.error(error)),
            Err(mpsc::TryRecvError::Empty) => std::thread::yield_now(),
            Err(mpsc::TryRecvError::Disconnected) => return Err(device.error("a buffer could not be mapped")),
        }
    }
}
