//! The only floor that names wgpu: adapters, buffers and their pool, pipelines, dispatches, staging. Bytes only: no
//! dtype, shape or stride is known here.

mod adapter;
mod app;
mod buffer;
mod capture;
mod check;
mod driver;
mod loops;
mod memory;
mod pipeline;
mod pool;
mod probe;
mod profile;
mod program;
mod recorder;
mod replay;
mod spirv;
mod staging;
mod timer;
mod variables;
mod worker;
mod workspace;

use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

pub use ::wgpu;
pub use ::wgpu::Buffer as WgpuBuffer;
pub use adapter::{AdapterKind, AdapterSummary, adapters};
pub use app::{SharedBuffer, shared_buffer_size};
pub use buffer::{Buffer, GRAIN};
pub use capture::{Capture, capture, require_writeable, set_aside};
pub use check::{Fault, check};
pub use memory::{Holder, Memory, MemoryLimit};
pub use pipeline::{Pipeline, Program};
pub use probe::Capabilities;
pub use profile::{Recording, Run, Submission};
pub use program::UserProgram;
pub use recorder::{Binding, Recorder};
pub use replay::{Place, Replay, ReplayedKernel};
pub use staging::{Hold, Holds, HostMemory, Reading, Timing, Watch, inside_transfer};
pub use variables::{Field, LENGTHS, Variable, VariableKind};
pub use worker::finish;

/// An opened adapter with its one queue. Cloning gives another handle to the same device; opening an adapter twice
/// gives the same device.
///
/// ```
/// let device = farshore::Device::best()?;
/// println!("{device}: {}", device.adapter().name);
/// # Ok::<(), farshore::Error>(())
/// ```
#[derive(Clone)]
pub struct Device(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) wgpu: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) adapter: AdapterSummary,
    pub(crate) limits: Limits,
    pub(crate) driver: driver::Driver,
    pub(crate) counts: Counts,
    pub(crate) pool: pool::Pool,
    /// Buffers of the app's that arrays are in.
    foreign: Mutex<HashSet<wgpu::Buffer>>,
    pub(crate) pipelines: pipeline::Pipelines,
    recorder: Mutex<Recorder>,
    staging: staging::Staging,
    worker: worker::Worker,
    capabilities: OnceLock<Capabilities>,
    /// Bytes that a copy moves in a second, where that can be measured.
    pub(crate) bandwidth: OnceLock<Option<f64>>,
    /// The first error that no call could be blamed for, or the reason for which the device was lost.
    failure: Arc<Mutex<Option<String>>>,
}

/// What a device allows, in bytes and counts.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the largest array.
    pub array: u64,
    /// Bytes of a buffer that one kernel can reach through one binding.
    pub binding: u64,
    /// Buffers that one kernel can read or write.
    pub bindings: usize,
    /// Bytes to which the start of a binding must be aligned.
    pub alignment: u64,
    /// Workgroups along one dimension of a dispatch.
    pub workgroups: u32,
    /// Invocations of a workgroup.
    pub workgroup: u32,
    /// Bytes of the device's memory, where the driver tells: on Vulkan.
    pub memory: Option<u64>,
}

/// What a device was asked to make and do since it was opened. In the steady state of a program only `dispatches`,
/// `submissions` and the transfers grow.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub nodes: AtomicU64,
    pub buffers: AtomicU64,
    pub bind_groups: AtomicU64,
    pub pipelines: AtomicU64,
    pub dispatches: AtomicU64,
    pub submissions: AtomicU64,
}

/// A reading of a device's counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// Operations recorded, to be computed when their results are needed.
    pub nodes: u64,
    /// Buffers made because the pool had none to give.
    pub buffers: u64,
    /// Sets of buffers that kernels were bound to for the first time.
    pub bind_groups: u64,
    /// Kernels compiled.
    pub pipelines: u64,
    /// Kernels run.
    pub dispatches: u64,
    /// Batches of work handed to the driver.
    pub submissions: u64,
}

/// Tells when work is done.
#[derive(Clone)]
pub(crate) struct Fence(Arc<AtomicBool>);

impl Device {
    /// The best device there is: a GPU of its own before one that shares the processor's memory, a software one last.
    ///
    /// # Errors
    /// [`Error::NoDevice`] when there is none.
    pub fn best() -> Result<Self> {
        adapter::open(adapter::best()?)
    }

    /// The device that `name` names: `"vulkan:0"` by backend and number, `"gpu:1"` by number among the hardware,
    /// `"software"`, or part of an adapter's name, in any case.
    ///
    /// # Errors
    /// [`Error::UnknownDevice`], naming those there are; [`Error::Device`] when the driver refuses.
    pub fn open(name: &str) -> Result<Self> {
        adapter::open(adapter::find(name)?)
    }

    /// The adapter behind it, as the driver describes it.
    #[must_use]
    pub fn adapter(&self) -> &AdapterSummary {
        &self.0.adapter
    }

    /// What the device allows.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Whether kernels can compute with 64-bit floats (their bits are moved about as 64-bit integers).
    #[must_use]
    pub fn has_float64(&self) -> bool {
        self.0.driver.features.contains(wgpu::Features::SHADER_F64) && self.has_int64()
    }

    /// Whether kernels can compute with 64-bit integers.
    #[must_use]
    pub fn has_int64(&self) -> bool {
        self.0.driver.features.contains(wgpu::Features::SHADER_INT64)
    }

    /// Whether kernels can use WGSL's subgroups.
    pub(crate) fn has_subgroups(&self) -> bool {
        self.0.driver.features.contains(wgpu::Features::SUBGROUP)
    }

    /// Whether the host can look at the memory of arrays without copying it.
    #[must_use]
    pub fn shares_memory(&self) -> bool {
        self.0.driver.mappable
    }

    /// Whether the device is a processor that runs kernels in software, for which other schedules are fast.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.0.adapter.kind == AdapterKind::Software
    }

    /// What documents don't tell of the device, measured once and kept on disk for each driver.
    ///
    /// # Errors
    /// [`Error::Device`] when the probe could not run.
    pub fn capabilities(&self) -> Result<&Capabilities> {
        if let Some(known) = self.0.capabilities.get() {
            return Ok(known);
        }
        let measured = probe::run(self)?;
        Ok(self.0.capabilities.get_or_init(|| measured))
    }

    /// What the device was asked to make and do since it was opened.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let counts = &self.0.counts;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counters {
            nodes: read(&counts.nodes),
            buffers: read(&counts.buffers),
            bind_groups: read(&counts.bind_groups),
            pipelines: read(&counts.pipelines),
            dispatches: read(&counts.dispatches),
            submissions: read(&counts.submissions),
        }
    }

    pub(crate) fn count_node(&self) {
        self.0.counts.nodes.fetch_add(1, Ordering::Relaxed);
    }

    /// Starts everything recorded and waits until the device has finished it.
    ///
    /// # Errors
    /// [`Error::Device`] when the device was lost or refused work.
    pub fn synchronize(&self) -> Result<()> {
        self.synchronize_watched(&mut |_| true)
    }

    /// As [`Device::synchronize`], asking `watch` now and then whether to go on.
    ///
    /// # Errors
    /// [`Error::Interrupted`] when it says no.
    pub fn synchronize_watched(&self, watch: &mut Watch<'_>) -> Result<()> {
        self.recorder().submit(self)?;
        self.wait_watched(&self.fence(), 0, watch)
    }

    pub(crate) fn wait(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<()> {
        self.poll(wgpu::PollType::Wait { submission_index: submission, timeout: None })
    }

    /// Polls the device, which panics in wgpu when it was lost.
    pub(crate) fn poll(&self, how: wgpu::PollType) -> Result<()> {
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.0.wgpu.poll(how)));
        match polled {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(self.error(error)),
            Err(_) => self.fail("the device was lost".into()),
        }
        self.check()
    }

    /// What tells when everything submitted so far is done.
    pub(crate) fn fence(&self) -> Fence {
        let fence = Fence(Arc::new(AtomicBool::new(false)));
        let done = fence.clone();
        self.0.queue.on_submitted_work_done(move || done.0.store(true, Ordering::Release));
        fence
    }

    /// Waits for `fence`, before the first of `nbytes` is moved, asking `watch` some twenty times a second whether to go
    /// on. Not by a wait of wgpu's with a time limit, which may panic while other threads submit
    /// (gfx-rs/wgpu#9958).
    pub(crate) fn wait_watched(&self, fence: &Fence, nbytes: usize, watch: &mut Watch<'_>) -> Result<()> {
        const ASK: Duration = Duration::from_millis(50);
        let start = Instant::now();
        let mut asked = Duration::ZERO;
        loop {
            self.poll(wgpu::PollType::Poll)?;
            if fence.0.load(Ordering::Acquire) {
                return Ok(());
            }
            let elapsed = start.elapsed();
            if elapsed.saturating_sub(asked) > ASK {
                asked = elapsed;
                if !watch(0) {
                    return Err(Error::Interrupted { done: 0, nbytes: nbytes as u64 });
                }
            }
            // Short at first, and never longer than a thirty-second of what was waited.
            match elapsed / 32 {
                short if short < Duration::from_micros(2) => std::thread::yield_now(),
                long => std::thread::sleep(long.min(Duration::from_micros(200))),
            }
        }
    }

    pub(crate) fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.0.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of the bind groups of a buffer, now or, when this is called in the middle of recording, with the others.
    fn forget_binding(&self, id: u64) {
        if let Ok(mut recorder) = self.0.recorder.try_lock() {
            recorder.forget_binding(id);
        }
    }

    /// The recorder, once the host reads none of `buffers`. Who has a lock that a reading may need must not wait:
    /// see [`Device::recorder_unless_held`].
    ///
    /// # Errors
    /// [`Error::Mapped`] when that is for the caller to end.
    pub(crate) fn recorder_for(&self, buffers: &[&Buffer]) -> Result<MutexGuard<'_, Recorder>> {
        loop {
            match self.recorder_unless_held(buffers) {
                Ok(recorder) => return Ok(recorder),
                Err(held) => held.wait(self)?,
            }
        }
    }

    /// The recorder; or the claims of the host on one of `buffers`, to be waited for first.
    pub(crate) fn recorder_unless_held(
        &self,
        buffers: &[&Buffer],
    ) -> Result<MutexGuard<'_, Recorder>, Arc<Holds>> {
        let recorder = self.recorder();
        match buffers.iter().find(|buffer| buffer.holds.any()) {
            None => Ok(recorder),
            Some(held) => Err(Arc::clone(&held.holds)),
        }
    }

    /// What a call that failed says: why the device was lost, if it was.
    pub(crate) fn error(&self, message: impl fmt::Display) -> Error {
        let message = self.failure().unwrap_or_else(|| message.to_string());
        Error::Device { device: self.to_string(), message }
    }

    fn failure(&self) -> Option<String> {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that recorded work was dropped.
    pub(crate) fn fail(&self, message: String) {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(message);
    }

    /// The first failure that no call could be blamed for. Work was dropped then, so the device fails for good rather
    /// than give wrong numbers.
    pub(crate) fn check(&self) -> Result<()> {
        self.failure().map_or(Ok(()), |message| Err(self.error(message)))
    }

    /// Runs `make`, turning what the driver says against it into an error.
    pub(crate) fn scoped<T>(&self, make: impl FnOnce() -> T) -> Result<T> {
        let memory = self.0.wgpu.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let validation = self.0.wgpu.push_error_scope(wgpu::ErrorFilter::Validation);
        let internal = self.0.wgpu.push_error_scope(wgpu::ErrorFilter::Internal);
        let made = make();
        let errors = [internal.pop(), validation.pop(), memory.pop()].map(pollster::block_on);
        match errors.into_iter().flatten().next() {
            None => Ok(made),
            Some(error) => Err(self.error(error)),
        }
    }
}

impl PartialEq for Device {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Device {}

impl Hash for Device {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.adapter.id.hash(state);
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.adapter.id)
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Device({:?}, {:?})", self.0.adapter.id, self.0.adapter.name)
    }
}
