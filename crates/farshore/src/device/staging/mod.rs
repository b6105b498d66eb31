//! Bytes between host and device. Two files of this folder map buffers, `mapping.rs` and, by wgpu's belt, `upload.rs`: so
//! nothing crosses unseen.
//!
//! Where host and device share memory, a readback maps the array's own buffer. Elsewhere it goes through host memory
//! that the device can write to: a new host array *is* such memory, and small readbacks are copied out of it; for long
//! arrays that exist, chunks go through a ring, one copied by the device while the host drains the one before. Uploads
//! are copies in the recorder's own encoder, so they keep their place among the kernels.

mod copy;
mod hold;
mod mapping;
mod pinned;
mod readback;
mod upload;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::device::Device;
use crate::error::Result;

pub use hold::{Hold, Holds, inside_transfer};
pub use pinned::HostMemory;
pub use readback::Reading;
pub use upload::write;

/// How long a transfer took: users blame the copy for the kernels that it had to wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timing {
    /// Waiting for the device to finish what the bytes depend on.
    pub waited: Duration,
    /// Moving the bytes.
    pub copied: Duration,
}

/// Told the bytes that are done, between the chunks of a transfer and some twenty times a second while it waits; a
/// transfer stops where this gives false.
pub type Watch<'a> = dyn FnMut(u64) -> bool + Send + 'a;

/// Bytes of one staging buffer of a ring, and of the part of a transfer after which its watch is told.
const CHUNK: u64 = 32 << 20;
/// Transfers up to this size don't use the rings.
const SMALL: usize = 1 << 20;

/// The staging buffers of a device. Nothing else is locked or waited for while one of its locks is held.
pub struct Staging {
    readback: Mutex<Vec<readback::Stages>>,
    upload: Mutex<upload::Ring>,
    belt: Mutex<wgpu::util::StagingBelt>,
    /// What new host arrays are made of.
    pinned: crate::device::pool::Pool,
}

impl Staging {
    pub fn new(device: &wgpu::Device) -> Self {
        Self {
            readback: Mutex::default(),
            upload: Mutex::default(),
            belt: Mutex::new(wgpu::util::StagingBelt::new(device.clone(), 4 << 20)),
            pinned: crate::device::pool::Pool::with_limit(pinned::limit()),
        }
    }

    /// Bytes of host memory that the device can write to: in host arrays that are alive, and kept for the next.
    pub fn pinned_bytes(&self) -> u64 {
        self.pinned.memory().total
    }

    pub fn trim(&self) {
        self.pinned.trim();
    }
}

/// A buffer to copy `nbytes` to that are no array's, and to [`read`] then: no user's bytes, so no crossing.
pub fn stage(device: &Device, nbytes: u64) -> Result<wgpu::Buffer> {
    device.scoped(|| {
        device.0.wgpu.create_buffer(&wgpu::BufferDescriptor {
            label: Some("stage"),
            size: nbytes,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    })
}

/// What is in it, once the device has done the copy.
pub fn read<T: bytemuck::Pod>(device: &Device, stage: &wgpu::Buffer, nbytes: u64) -> Result<Vec<T>> {
    let mapped = mapping::Mapped::new(device, stage, 0..nbytes)?;
    Ok(bytemuck::pod_collect_to_vec(mapped.bytes()))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Buffer sizes fit the address space: they are mapped in it.
fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
