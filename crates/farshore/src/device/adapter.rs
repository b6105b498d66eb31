//! Which adapters there are, which one is meant, and opening it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use crate::device::{
    Counts, Device, GRAIN, Inner, Limits, MemoryLimit, driver, pipeline, pool, recorder, staging, worker,
};
use crate::error::{Error, Result};

/// What sort of hardware an adapter is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdapterKind {
    /// A GPU with memory of its own.
    Discrete,
    /// A GPU that shares the processor's memory.
    Integrated,
    /// A GPU seen from inside a virtual machine, or one that says nothing of itself.
    Other,
    /// A processor that runs kernels in software.
    Software,
}

impl AdapterKind {
    /// For people: `"discrete GPU"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discrete => "discrete GPU",
            Self::Integrated => "integrated GPU",
            Self::Other => "GPU",
            Self::Software => "software",
        }
    }
}

/// An adapter as the driver describes it.
#[derive(Clone, Debug)]
pub struct AdapterSummary {
    /// Backend and number: `"vulkan:0"`.
    pub id: String,
    /// The adapter's name, by its driver.
    pub name: String,
    /// What sort of hardware it is.
    pub kind: AdapterKind,
    /// `"vulkan"`, `"metal"` or `"dx12"`.
    pub backend: &'static str,
    /// The driver's name and version.
    pub driver: String,
    /// Smallest and largest number of invocations that run in step.
    pub subgroup_sizes: (u32, u32),
}

#[derive(Clone)]
pub struct Candidate {
    adapter: wgpu::Adapter,
    pub summary: AdapterSummary,
}

const NO_DEVICE: &str = "Install one: the GPU maker's driver, or the software device of Mesa (on Debian and \
    Ubuntu: `apt-get install mesa-vulkan-drivers libvulkan1`; on Fedora: `dnf install mesa-vulkan-drivers \
    vulkan-loader`).";

// OpenGL is left out: opening it may print to the terminal of a machine without a display, and it has neither the
// strict kernels nor the dtypes.
static CANDIDATES: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::VULKAN | wgpu::Backends::METAL | wgpu::Backends::DX12;
    descriptor.flags = wgpu::InstanceFlags::empty();
    descriptor.memory_budget_thresholds.for_resource_creation = Some(95);
    let backends = descriptor.backends;
    let instance = wgpu::Instance::new(descriptor);
    let mut numbers = HashMap::new();
    let found = pollster::block_on(instance.enumerate_adapters(backends));
    let candidates = found.into_iter().map(|adapter| {
        let info = adapter.get_info();
        let backend = backend_name(info.backend);
        let number = numbers.entry(backend).or_insert(0_usize);
        let summary = AdapterSummary::new(&info, format!("{backend}:{number}"));
        *number += 1;
        Candidate { adapter, summary }
    });
    candidates.collect()
});

fn backend_name(backend: wgpu::Backend) -> &'static str {
    match backend {
        wgpu::Backend::Metal => "metal",
        wgpu::Backend::Dx12 => "dx12",
        _ => "vulkan",
    }
}

impl AdapterSummary {
    pub(super) fn new(info: &wgpu::AdapterInfo, id: String) -> Self {
        Self {
            id,
            name: info.name.clone(),
            kind: match info.device_type {
                wgpu::DeviceType::DiscreteGpu => AdapterKind::Discrete,
                wgpu::DeviceType::IntegratedGpu => AdapterKind::Integrated,
                wgpu::DeviceType::Cpu => AdapterKind::Software,
                _ => AdapterKind::Other,
            },
            backend: backend_name(info.backend),
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
            subgroup_sizes: (info.subgroup_min_size, info.subgroup_max_size),
        }
    }
}

/// The adapters of this machine, in the drivers' order.
///
/// ```
/// for adapter in farshore::adapters() {
///     println!("{}: {} ({})", adapter.id, adapter.name, adapter.driver);
/// }
/// ```
#[must_use]
pub fn adapters() -> Vec<AdapterSummary> {
    CANDIDATES.iter().map(|candidate| candidate.summary.clone()).collect()
}

pub fn best() -> Result<&'static Candidate> {
    let best = CANDIDATES.iter().min_by_key(|candidate| candidate.summary.kind);
    best.ok_or(Error::NoDevice { remedy: NO_DEVICE })
}

pub fn find(name: &str) -> Result<&'static Candidate> {
    best()?;
    let wanted = name.trim().to_lowercase();
    let mut hardware: Vec<_> =
        CANDIDATES.iter().filter(|c| c.summary.kind != AdapterKind::Software).collect();
    hardware.sort_by_key(|candidate| candidate.summary.kind);
    let numbered =
        if wanted == "gpu" { Some(Ok(0)) } else { wanted.strip_prefix("gpu:").map(str::parse::<usize>) };
    let found = match numbered {
        Some(Ok(number)) => hardware.get(number).copied(),
        _ if wanted == "software" => CANDIDATES.iter().find(|c| c.summary.kind == AdapterKind::Software),
        _ if wanted.is_empty() => None,
        _ => CANDIDATES
            .iter()
            .find(|c| c.summary.id == wanted || c.summary.backend == wanted)
            .or_else(|| CANDIDATES.iter().find(|c| c.summary.name.to_lowercase().contains(&wanted))),
    };
    found.ok_or_else(|| Error::UnknownDevice {
        asked: format!("{name:?}"),
        available: CANDIDATES
            .iter()
            .map(|c| format!("{:?} ({})", c.summary.id, c.summary.name))
            .collect::<Vec<_>>()
            .join(", "),
    })
}

static OPENED: Mutex<Vec<Device>> = Mutex::new(Vec::new());

/// The devices that were opened so far.
pub fn opened() -> Vec<Device> {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

pub fn open(candidate: &Candidate) -> Result<Device> {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(device) = opened.iter().find(|device| device.0.adapter.id == candidate.summary.id) {
        return Ok(device.clone());
    }
    let device = open_new(candidate)?;
    opened.push(device.clone());
    Ok(device)
}

/// The device of an app, made by `make` when it is new.
pub fn open_foreign(wgpu: &wgpu::Device, make: impl FnOnce() -> Result<Device>) -> Result<Device> {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(device) = opened.iter().find(|device| device.0.wgpu == *wgpu) {
        return Ok(device.clone());
    }
    let device = make()?;
    opened.push(device.clone());
    Ok(device)
}

fn open_new(candidate: &Candidate) -> Result<Device> {
    let Candidate { adapter, summary } = candidate;
    let driver = driver::Driver::of(adapter, summary.kind, adapter.features());
    let descriptor = wgpu::DeviceDescriptor {
        label: Some("farshore"),
        required_features: driver.features,
        required_limits: adapter.limits(),
        memory_hints: wgpu::MemoryHints::MemoryUsage,
        ..Default::default()
    };
    let fail = |message: String| Error::Device { device: summary.id.clone(), message };
    let (wgpu, queue) = pollster::block_on(adapter.request_device(&descriptor))
        .map_err(|error| fail(format!("the driver would not open the device: {error}")))?;
    let failure = Arc::new(Mutex::new(None));
    let record = |failure: &Arc<Mutex<Option<String>>>| {
        let failure = Arc::clone(failure);
        move |message: String| {
            failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(message);
        }
    };
    // wgpu's own handlers end the process.
    let uncaptured = record(&failure);
    wgpu.on_uncaptured_error(Arc::new(move |error: wgpu::Error| uncaptured(error.to_string())));
    let lost = record(&failure);
    wgpu.set_device_lost_callback(move |_, message| lost(format!("the device was lost: {message}")));
    assemble(summary.clone(), driver, wgpu, queue, failure)
}

/// A device around one of wgpu's, whose errors that no call could be blamed for go to `failure`.
pub fn assemble(
    adapter: AdapterSummary,
    driver: driver::Driver,
    wgpu: wgpu::Device,
    queue: wgpu::Queue,
    failure: Arc<Mutex<Option<String>>>,
) -> Result<Device> {
    let limit = MemoryLimit::of_environment()?;
    let limits = wgpu.limits();
    // Metal miscomputes past 4 GiB and other drivers stop at 2 GiB: no binding is longer anywhere.
    let binding = limits.max_storage_buffer_binding_size.min((1 << 31) - 256);
    let limits = Limits {
        array: limits.max_buffer_size / GRAIN * GRAIN - GRAIN,
        binding: binding / GRAIN * GRAIN,
        bindings: limits.max_storage_buffers_per_shader_stage.min(16) as usize,
        alignment: u64::from(
            limits.min_storage_buffer_offset_alignment.max(limits.min_uniform_buffer_offset_alignment),
        ),
        workgroups: limits.max_compute_workgroups_per_dimension,
        workgroup: limits.max_compute_invocations_per_workgroup.min(256),
        memory: driver.memory,
    };
    let device = Device(Arc::new(Inner {
        pipelines: pipeline::Pipelines::default(),
        recorder: Mutex::new(recorder::Recorder::new(&wgpu, limits)),
        staging: staging::Staging::new(&wgpu),
        worker: worker::Worker::default(),
        pool: pool::Pool::default(),
        counts: Counts::default(),
        capabilities: OnceLock::new(),
        bandwidth: OnceLock::new(),
        foreign: Mutex::default(),
        adapter,
        wgpu,
        queue,
        limits,
        driver,
        failure,
    }));
    device.limit_memory(limit)?;
    Ok(device)
}
