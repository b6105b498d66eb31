//! Host memory that the device can write to. A new host array is made of it, so that no byte is copied by the host.

use crate::device::buffer::{Raw, size_class};
use crate::device::pool::Full;
use crate::device::staging::mapping::Mapped;
use crate::device::{Buffer, Device};
use crate::error::Result;

/// Bytes of such memory that a device makes at most, for it is taken from the host for good: a gibibyte, unless
/// `FARSHORE_PINNED_LIMIT` says otherwise when the device is opened.
pub fn limit() -> u64 {
    let set = std::env::var("FARSHORE_PINNED_LIMIT").ok().and_then(|bytes| bytes.trim().parse().ok());
    set.unwrap_or(1 << 30)
}

/// A staging buffer as long as what is read. Dropping it gives it back, for the next array of its size.
pub struct Pinned {
    raw: Raw,
    device: Device,
}

impl Pinned {
    /// At least `nbytes` of it; None beyond the limit, or when the driver gives no more.
    pub fn new(device: &Device, nbytes: u64) -> Option<Self> {
        let pool = &device.0.staging.pinned;
        let size = size_class(nbytes);
        let make = || {
            let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
            let label = Some("pinned");
            let descriptor = wgpu::BufferDescriptor { label, size, usage, mapped_at_creation: false };
            device.scoped(|| device.0.wgpu.create_buffer(&descriptor)).map(Raw::new)
        };
        let raw = pool.take(size).map_or_else(|| pool.add(size, make), Ok);
        let raw = raw.or_else(|full| match full {
            Full::Limit(_) => {
                pool.trim();
                pool.add(size, make)
            }
            full @ Full::Driver(_) => Err(full),
        });
        let raw = raw.ok()?;
        Some(Self { raw, device: device.clone() })
    }

    /// Records a copy of whole words of `buffer`, from byte `from` on.
    pub fn copy_from(&self, encoder: &mut wgpu::CommandEncoder, buffer: &Buffer, from: u64, nbytes: u64) {
        encoder.copy_buffer_to_buffer(&buffer.raw.wgpu, from, &self.raw.wgpu, 0, nbytes);
    }

    /// Maps bytes `skip..skip + nbytes`, once the device has written them.
    pub fn map(self, skip: usize, nbytes: usize) -> Result<HostMemory> {
        let end = ((skip + nbytes) as u64).next_multiple_of(4);
        let mapped = Mapped::new(&self.device, &self.raw.wgpu, 0..end)?;
        Ok(HostMemory { mapped, skip, nbytes, _pinned: self })
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        self.device.0.staging.pinned.give_back(&self.raw);
    }
}

/// Bytes that a device wrote to the host's memory. They belong to the caller until this is dropped.
pub struct HostMemory {
    // Unmapped before it is given back: fields are dropped in order.
    mapped: Mapped,
    skip: usize,
    nbytes: usize,
    _pinned: Pinned,
}

impl HostMemory {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.mapped.bytes()[self.skip..self.skip + self.nbytes]
    }

    /// Where the bytes are, to write to: ordinary memory, readable and writeable on every backend, which the device does
    /// not look at again. It is there until `self` is dropped.
    #[must_use]
    pub fn as_mut_ptr(&self) -> *mut u8 {
        self.bytes().as_ptr().cast_mut()
    }
}
