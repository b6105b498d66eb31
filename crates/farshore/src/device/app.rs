//! Devices and buffers of an app that uses wgpu by itself.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};

use crate::device::buffer::Raw;
use crate::device::driver::Driver;
use crate::device::{AdapterSummary, Buffer, Device, GRAIN, adapter};
use crate::error::{Error, Result};

/// What Farshore's kernels need of a device: the limit's name, what it is, and what it has to be.
fn needed(limits: &wgpu::Limits) -> [(&'static str, u64, u64); 6] {
    [
        ("max_storage_buffers_per_shader_stage", limits.max_storage_buffers_per_shader_stage.into(), 8),
        ("max_compute_invocations_per_workgroup", limits.max_compute_invocations_per_workgroup.into(), 256),
        ("max_compute_workgroup_size_x", limits.max_compute_workgroup_size_x.into(), 256),
        ("max_compute_workgroup_storage_size", limits.max_compute_workgroup_storage_size.into(), 16384),
        ("max_uniform_buffer_binding_size", limits.max_uniform_buffer_binding_size, 4096),
        ("max_storage_buffer_binding_size", limits.max_storage_buffer_binding_size, 128 << 20),
    ]
}

/// What a buffer must allow to be the memory of an array.
const USAGE: wgpu::BufferUsages =
    wgpu::BufferUsages::STORAGE.union(wgpu::BufferUsages::COPY_SRC).union(wgpu::BufferUsages::COPY_DST);

/// Bytes that a buffer of the app's must have for an array of `nbytes`: kernels read whole blocks past its end.
///
/// ```
/// assert_eq!(farshore::shared_buffer_size(4 * 1000), 8192);
/// ```
#[must_use]
pub const fn shared_buffer_size(nbytes: u64) -> u64 {
    (nbytes + GRAIN).next_multiple_of(GRAIN)
}

/// A range of a `wgpu::Buffer` in which the elements of an array are. As long as this lives, the memory is not used for
/// another array.
///
/// Drop it when the work that uses the buffer is submitted, not before: what Farshore submits later then comes later
/// on the device too.
pub struct SharedBuffer {
    buffer: Arc<Buffer>,
    offset: u64,
    nbytes: u64,
}

impl SharedBuffer {
    pub(crate) fn new(buffer: Arc<Buffer>, offset: u64, nbytes: u64) -> Result<Self> {
        let device = buffer.device();
        // A buffer that the host has mapped cannot be used in a submission.
        device.recorder_for(&[&buffer])?.submit(device)?;
        Ok(Self { buffer, offset, nbytes })
    }

    /// The buffer, with the usages `STORAGE`, `COPY_SRC` and `COPY_DST`. It is longer than the array.
    #[must_use]
    pub fn wgpu(&self) -> &wgpu::Buffer {
        &self.buffer.raw.wgpu
    }

    /// The byte where the elements begin.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Bytes of the elements.
    #[must_use]
    pub fn nbytes(&self) -> u64 {
        self.nbytes
    }

    /// The elements to bind as a storage buffer, in whole words. wgpu wants the offset to be a multiple of
    /// `min_storage_buffer_offset_alignment`, as it is for arrays that are no views.
    #[must_use]
    pub fn binding(&self) -> wgpu::BindingResource<'_> {
        wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer: self.wgpu(),
            offset: self.offset,
            size: wgpu::BufferSize::new(self.nbytes.next_multiple_of(4)),
        })
    }
}

impl Device {
    /// The device of an app that uses wgpu itself: arrays are then made on it, and share its buffers and its queue.
    /// Given again, it is the same device.
    ///
    /// ```
    /// use farshore::{Array, Device, wgpu};
    /// # pollster::block_on(async {
    /// let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    /// let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await?;
    /// let descriptor = wgpu::DeviceDescriptor {
    ///     required_features: Device::wgpu_features(&adapter), // and the app's
    ///     required_limits: adapter.limits(),
    ///     ..Default::default()
    /// };
    /// let (device, queue) = adapter.request_device(&descriptor).await?;
    /// let farshore = Device::from_wgpu(&adapter, &device, &queue)?;
    /// let x = Array::from_slice(&farshore, &[1.0_f32, 4.0], &[2])?;
    /// assert_eq!(x.sqrt()?.to_vec::<f32>()?, [1.0, 2.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// **Features and limits.** Farshore uses what the device was made with, and asks for none. Without the features of
    /// [`Device::wgpu_features`] there is no float64, or no int64, or arithmetic may be reordered by the driver; see
    /// [`Device::capabilities`]. The longest array is `max_buffer_size`, so ask for the adapter's limits.
    ///
    /// **Order.** Farshore submits to the app's queue, and the device runs submissions in order. Operations are recorded,
    /// and submitted later: [`Device::submit`], [`Array::buffer`](crate::Array::buffer) and everything that waits
    /// submit. What the app has submitted before that call comes before.
    ///
    /// **Errors.** Farshore catches its own errors in error scopes, and sets neither the app's handler of uncaptured errors
    /// nor its callback for a lost device. It notices a loss when it next waits.
    ///
    /// **Callbacks.** Waiting polls the device, so callbacks of the app, as of `map_async`, may run on the thread that waits.
    ///
    /// **Life.** Kernels are kept with the device, until the process ends. Its buffers are the app's and Farshore's together:
    /// `destroy` neither the device nor a buffer that an array is in.
    ///
    /// # Errors
    /// [`Error::Value`] when the device is not the adapter's, its backend is not Vulkan, Metal or Direct3D 12, or a limit
    /// is below what kernels need.
    pub fn from_wgpu(adapter: &wgpu::Adapter, device: &wgpu::Device, queue: &wgpu::Queue) -> Result<Self> {
        let refuse = |reason: String| Error::Value { op: "from_wgpu", reason };
        let info = adapter.get_info();
        if info != device.adapter_info() {
            return Err(refuse(format!("the device was not opened by the adapter {}", info.name)));
        }
        if !matches!(info.backend, wgpu::Backend::Vulkan | wgpu::Backend::Metal | wgpu::Backend::Dx12) {
            let backend = info.backend;
            return Err(refuse(format!(
                "Farshore computes on Vulkan, Metal and Direct3D 12, not on {backend}"
            )));
        }
        for (name, has, needed) in needed(&device.limits()) {
            if has < needed {
                return Err(refuse(format!(
                    "the device was opened with {name}: {has}, and kernels need {needed}; \
                     wgpu::Limits::default() has it"
                )));
            }
        }
        adapter::open_foreign(device, || {
            static NEXT: AtomicU64 = AtomicU64::new(0);
            let id = format!("wgpu:{}", NEXT.fetch_add(1, Ordering::Relaxed));
            let summary = AdapterSummary::new(&info, id);
            // The host would map buffers that the app may be using at that time, which wgpu forbids.
            let features = device.features() - wgpu::Features::MAPPABLE_PRIMARY_BUFFERS;
            let driver = Driver::of(adapter, summary.kind, features);
            adapter::assemble(summary, driver, device.clone(), queue.clone(), Arc::default())
        })
    }

    /// The features of `adapter` with which Farshore has all dtypes and NumPy's arithmetic, for the app to ask for.
    #[must_use]
    pub fn wgpu_features(adapter: &wgpu::Adapter) -> wgpu::Features {
        let summary = AdapterSummary::new(&adapter.get_info(), String::new());
        let all = adapter.features() - wgpu::Features::MAPPABLE_PRIMARY_BUFFERS;
        Driver::of(adapter, summary.kind, all).features
    }

    /// The wgpu device beneath, to make buffers and pipelines on that work with arrays.
    ///
    /// ```
    /// let device = farshore::Device::best()?;
    /// let encoder = device.wgpu_device().create_command_encoder(&Default::default());
    /// device.wgpu_queue().submit([encoder.finish()]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    #[must_use]
    pub fn wgpu_device(&self) -> &wgpu::Device {
        &self.0.wgpu
    }

    /// The queue that everything is submitted to.
    #[must_use]
    pub fn wgpu_queue(&self) -> &wgpu::Queue {
        &self.0.queue
    }

    /// Hands everything recorded to the driver, without waiting: what the app submits from now on comes after it. Arrays
    /// that are pending are not recorded yet; [`Array::evaluate`](crate::Array::evaluate) records them.
    ///
    /// ```
    /// # use farshore::{Array, DType, Device};
    /// let device = Device::best()?;
    /// let x = Array::full(&device, &[4], 1, DType::Int32)?;
    /// x.evaluate()?;
    /// device.submit()?;
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Device`] when the device was lost or refused work.
    pub fn submit(&self) -> Result<()> {
        self.recorder().submit(self).map(drop)
    }

    fn foreign(&self) -> MutexGuard<'_, HashSet<wgpu::Buffer>> {
        self.0.foreign.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    /// The app's buffer, for an array of `nbytes`.
    pub fn foreign(device: &Device, wgpu: wgpu::Buffer, nbytes: u64) -> Result<Self> {
        let refuse = |reason: String| Error::Value { op: "from_buffer", reason };
        if !wgpu.usage().contains(USAGE) {
            let lacks = USAGE - wgpu.usage();
            return Err(refuse(format!(
                "the buffer was made without {lacks:?}; an array's buffer needs STORAGE, COPY_SRC and COPY_DST. \
                 Array::copy_buffer copies it on the device"
            )));
        }
        let (has, needs) = (wgpu.size(), shared_buffer_size(nbytes));
        if has < needs {
            return Err(refuse(format!(
                "the buffer has {has} bytes, and needs {needs} for an array of {nbytes}, since kernels read whole \
                 blocks past its end: make it shared_buffer_size({nbytes}) long. Array::copy_buffer copies it on the \
                 device"
            )));
        }
        device.require_own(&wgpu)?;
        let mut foreign = device.foreign();
        if device.0.pool.has(&wgpu) || !foreign.insert(wgpu.clone()) {
            let reason = "the buffer is an array's already; make views of that array, or drop it first";
            return Err(refuse(reason.into()));
        }
        drop(foreign);
        let raw = Raw::new(wgpu);
        let nbytes = raw.capacity();
        Ok(Self {
            raw,
            device: device.clone(),
            holds: Arc::default(),
            foreign: true,
            workspace: None,
            nbytes,
        })
    }

    /// Records a copy of bytes `at..at + nbytes` of the app's buffer into this one, in order with the kernels.
    pub fn copy_from(&self, source: &wgpu::Buffer, at: u64, nbytes: u64) -> Result<()> {
        let device = &self.device;
        let words = nbytes.next_multiple_of(4);
        let refuse = |reason: String| Error::Value { op: "copy_buffer", reason };
        if !at.is_multiple_of(4) || at.checked_add(words).is_none_or(|end| end > source.size()) {
            return Err(refuse(format!(
                "{nbytes} bytes from byte {at} on are not within a buffer of {} bytes, in whole words of 4",
                source.size()
            )));
        }
        if nbytes == 0 {
            return Ok(());
        }
        let mut recorder = device.recorder();
        // By commands of their own: what wgpu has against them must not spoil what was recorded before.
        let copied = device.scoped(|| {
            let mut encoder =
                device.0.wgpu.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            encoder.copy_buffer_to_buffer(source, at, &self.raw.wgpu, 0, words);
            encoder.finish()
        });
        let copied = copied.map_err(|error| refuse(error.to_string()))?;
        recorder.submit(device)?;
        device.scoped(|| device.0.queue.submit([copied])).map(drop)
    }

    /// Lets go of the app's buffer.
    pub(super) fn release(&self) {
        self.device.foreign().remove(&self.raw.wgpu);
        self.device.forget_binding(self.raw.id);
    }
}
