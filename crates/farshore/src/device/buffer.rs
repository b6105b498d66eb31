//! Bytes on a device. Dropping a buffer gives its memory back to the pool, for the next array of its size.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::device::pool::Full;
use crate::device::staging::{self, Holds};
use crate::device::workspace::Workspace;
use crate::device::{Device, Timing, Watch, capture};
use crate::error::{Error, Result};

/// Bytes that the widest dtype takes in a workgroup of 256 elements. Every buffer has this much room behind its array,
/// where the last workgroup of a kernel may read and write, and starts of bindings are multiples of it.
pub const GRAIN: u64 = 4096;

/// Bytes on a device, borrowed from its pool. Fresh ones hold whatever was there, but nothing of another process.
pub struct Buffer {
    pub(crate) raw: Raw,
    pub(crate) device: Device,
    pub(super) holds: Arc<Holds>,
    /// Whether it is an app's own, and not the pool's.
    pub(super) foreign: bool,
    /// The recording that has its memory, if not the pool.
    pub(super) workspace: Option<Arc<Workspace>>,
    /// Bytes of what is in it: those behind are room.
    pub(super) nbytes: u64,
}

/// What the pool holds: a wgpu buffer and a number that no other has.
#[derive(Clone)]
pub(crate) struct Raw {
    pub wgpu: wgpu::Buffer,
    pub id: u64,
}

impl Raw {
    pub fn new(wgpu: wgpu::Buffer) -> Self {
        static NEXT_ID: AtomicU64 = AtomicU64::new(0);
        Self { wgpu, id: NEXT_ID.fetch_add(1, Ordering::Relaxed) }
    }

    /// Bytes that kernels may reach.
    pub fn capacity(&self) -> u64 {
        self.wgpu.size() / GRAIN * GRAIN
    }
}

impl Buffer {
    /// A buffer of at least `nbytes`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the device cannot hold it, or its limit forbids that, after everything unused was
    /// given back; [`Error::Device`] when it was lost.
    pub fn new(device: &Device, nbytes: u64) -> Result<Self> {
        let out_of_memory =
            |reason: String| Error::OutOfMemory { device: device.to_string(), nbytes, reason };
        let limit = device.limits().array;
        if nbytes > limit {
            return Err(out_of_memory(format!("one array holds at most {limit} bytes there")));
        }
        let size = size_class(nbytes).min(limit + GRAIN);
        let (pool, workspace) = (&device.0.pool, capture::workspace(device));
        if let Some(raw) = workspace.as_ref().and_then(|workspace| workspace.take(size)) {
            return Ok(Self {
                raw,
                device: device.clone(),
                holds: Arc::default(),
                foreign: false,
                workspace,
                nbytes,
            });
        }
        let raw = || pool.take(size).map_or_else(|| pool.add(size, || make(device, size)), Ok);
        let raw = if let Ok(raw) = raw() {
            raw
        } else {
            device.trim();
            // What was freed is the driver's again once the device is done with it.
            device.synchronize()?;
            raw().map_err(|full| out_of_memory(full.reason(device)))?
        };
        if let Some(workspace) = &workspace {
            workspace.add(&raw);
        }
        Ok(Self { raw, device: device.clone(), holds: Arc::default(), foreign: false, workspace, nbytes })
    }

    /// Notes what it holds, for reports.
    pub fn describe(&self, dtype: &'static str, shape: &[usize]) {
        self.device.0.pool.describe(self.raw.id, dtype, shape);
    }

    /// Copies `bytes` to this buffer from byte `at` on, a multiple of 4, in whole words and in order with the kernels.
    ///
    /// # Errors
    /// [`Error::Device`] when the device was lost, [`Error::Interrupted`] by `watch`, [`Error::Mapped`].
    pub fn write(&self, at: u64, bytes: &[u8], watch: &mut Watch<'_>) -> Result<Timing> {
        staging::write(self, at, bytes, watch)
    }

    /// Where it is.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Bytes that kernels may reach: whole blocks past the end of the array.
    #[must_use]
    pub fn capacity(&self) -> u64 {
        self.raw.capacity()
    }

    /// Bytes that were asked for: those of the array in it.
    #[must_use]
    pub fn nbytes(&self) -> u64 {
        self.nbytes
    }

    /// Whether the host can map it.
    #[must_use]
    pub fn mappable(&self) -> bool {
        self.device.0.driver.mappable && !self.foreign
    }
}

impl Full {
    fn reason(&self, device: &Device) -> String {
        let held = device.held();
        match self {
            Self::Limit(limit) => format!(
                "no more than {limit} bytes may be taken there, by limit_memory or FARSHORE_MEMORY_LIMIT. {held}. \
                 Delete some, or raise the limit"
            ),
            Self::Driver(error) => format!("{error}. {held}. Delete some, or compute in parts"),
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        match &self.workspace {
            Some(workspace) => workspace.give_back(&self.raw),
            None if self.foreign => self.release(),
            None => self.device.0.pool.give_back(&self.raw),
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes on {})", self.capacity(), self.device)
    }
}

/// Sizes in 64ths of an octave, so that a freed buffer fits the next array that is nearly as long.
pub fn size_class(nbytes: u64) -> u64 {
    let room = nbytes + GRAIN;
    room.next_multiple_of(((1 << room.ilog2()) / 64).max(GRAIN))
}

/// A new buffer whose first use is not preceded by wgpu's clear, where the backend allows that.
fn make(device: &Device, size: u64) -> Result<Raw> {
    device.0.counts.buffers.fetch_add(1, Ordering::Relaxed);
    let mut usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
    usage.set(wgpu::BufferUsages::MAP_READ, device.0.driver.mappable);
    let descriptor = wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
    let wgpu = device.scoped(|| match make_unclear(device, &descriptor) {
        Some(Ok(buffer)) => Ok(buffer),
        Some(Err(error)) => Err(device.error(error)),
        None => Ok(device.0.wgpu.create_buffer(&descriptor)),
    })??;
    Ok(Raw::new(wgpu))
}

fn make_unclear(
    device: &Device,
    descriptor: &wgpu::BufferDescriptor<'_>,
) -> Option<Result<wgpu::Buffer, wgpu::hal::DeviceError>> {
    use wgpu::hal::Device as _;
    let mut uses = wgpu::BufferUses::STORAGE_READ_ONLY
        | wgpu::BufferUses::STORAGE_READ_WRITE
        | wgpu::BufferUses::COPY_SRC
        | wgpu::BufferUses::COPY_DST;
    uses.set(wgpu::BufferUses::MAP_READ, descriptor.usage.contains(wgpu::BufferUsages::MAP_READ));
    let hal = wgpu::hal::BufferDescriptor {
        label: None,
        size: descriptor.size,
        usage: uses,
        memory_flags: wgpu::hal::MemoryFlags::empty(),
    };
    // SAFETY: the hal device is used to make one buffer and outlives it; the buffer's description is the one under
    // which wgpu takes it over. Its memory is fresh from the driver, which clears pages of other processes.
    unsafe {
        let vulkan = device.0.wgpu.as_hal::<wgpu::hal::api::Vulkan>()?;
        let buffer = vulkan.create_buffer(&hal);
        drop(vulkan);
        Some(
            buffer.map(|buffer| {
                device.0.wgpu.create_buffer_from_hal::<wgpu::hal::api::Vulkan>(buffer, descriptor)
            }),
        )
    }
}
