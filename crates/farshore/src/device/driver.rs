//! What is asked of the driver: features, and the promises about floats that only Vulkan can be asked for.

use ash::vk;

use crate::device::AdapterKind;

#[derive(Clone, Debug)]
pub struct Driver {
    pub features: wgpu::Features,
    /// Whether kernels can be given as SPIR-V, and so be made strict.
    pub strict: bool,
    /// Whether the host can map the buffers that kernels use, at no cost to the kernels.
    pub mappable: bool,
    /// What kernels may be told to keep, for 32-bit and 64-bit floats.
    pub float32: FloatControls,
    pub float64: FloatControls,
    /// Whether it clears workgroup memory itself, which compiles far faster than stores that do.
    pub clears: bool,
    /// Bytes of the device's memory, where the driver tells.
    pub memory: Option<u64>,
}

/// Promises that a SPIR-V kernel can ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FloatControls {
    /// The sign of 0, inf and NaN are kept: nothing folds `x - x` or `x * 0`.
    pub specials: bool,
    pub subnormals: bool,
}

impl Driver {
    /// What is used of the features that a device `has`.
    pub fn of(adapter: &wgpu::Adapter, kind: AdapterKind, has: wgpu::Features) -> Self {
        let wanted = wgpu::Features::SHADER_F64
            | wgpu::Features::SHADER_INT64
            | wgpu::Features::SUBGROUP
            | wgpu::Features::PASSTHROUGH_SHADERS
            | wgpu::Features::TIMESTAMP_QUERY;
        // Elsewhere than in shared memory, mappable buffers are slow for kernels.
        let shares_memory = matches!(kind, AdapterKind::Software | AdapterKind::Integrated);
        let mappable = shares_memory
            && has.contains(wgpu::Features::MAPPABLE_PRIMARY_BUFFERS)
            && std::env::var("FARSHORE_SHARED_MEMORY").as_deref() != Ok("0");
        let mut features = has & wanted;
        features.set(wgpu::Features::MAPPABLE_PRIMARY_BUFFERS, mappable);
        let (float32, float64) = float_controls(adapter);
        let strict = adapter.get_info().backend == wgpu::Backend::Vulkan
            && has.contains(wgpu::Features::PASSTHROUGH_SHADERS);
        Self {
            features,
            strict,
            mappable,
            float32,
            float64,
            clears: clears(adapter),
            memory: memory(adapter),
        }
    }
}

fn float_controls(adapter: &wgpu::Adapter) -> (FloatControls, FloatControls) {
    // SAFETY: the handles are only read, while `adapter` keeps instance and physical device alive.
    let Some(vulkan) = (unsafe { adapter.as_hal::<wgpu::hal::api::Vulkan>() }) else {
        return Default::default();
    };
    let mut controls = vk::PhysicalDeviceFloatControlsProperties::default();
    let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut controls);
    let instance = vulkan.shared_instance().raw_instance();
    // SAFETY: the physical device belongs to this instance; the chain is well formed and outlives the call.
    // The structure is core since Vulkan 1.2; an older driver leaves it zero, which promises nothing.
    unsafe { instance.get_physical_device_properties2(vulkan.raw_physical_device(), &mut properties) };
    let promise = |specials: vk::Bool32, subnormals: vk::Bool32| FloatControls {
        specials: specials == vk::TRUE,
        subnormals: subnormals == vk::TRUE,
    };
    // Where the settings of 32 and 64 bits are tied together, both are asked for alike, which any device accepts.
    (
        promise(
            controls.shader_signed_zero_inf_nan_preserve_float32,
            controls.shader_denorm_preserve_float32,
        ),
        promise(
            controls.shader_signed_zero_inf_nan_preserve_float64,
            controls.shader_denorm_preserve_float64,
        ),
    )
}

/// Whether the device can be asked to clear workgroup memory. wgpu enables that wherever it is core and there.
fn clears(adapter: &wgpu::Adapter) -> bool {
    // SAFETY: the handles are only read, while `adapter` keeps instance and physical device alive.
    let Some(vulkan) = (unsafe { adapter.as_hal::<wgpu::hal::api::Vulkan>() }) else {
        return false;
    };
    let mut clears = vk::PhysicalDeviceZeroInitializeWorkgroupMemoryFeatures::default();
    let mut features = vk::PhysicalDeviceFeatures2::default().push_next(&mut clears);
    let (instance, device) = (vulkan.shared_instance().raw_instance(), vulkan.raw_physical_device());
    // SAFETY: the physical device belongs to this instance.
    let version = unsafe { instance.get_physical_device_properties(device) }.api_version;
    if version < vk::API_VERSION_1_3 {
        return false;
    }
    // SAFETY: as above; the chain is well formed, outlives the call, and is core in this version.
    unsafe { instance.get_physical_device_features2(device, &mut features) };
    clears.shader_zero_initialize_workgroup_memory == vk::TRUE
}

/// The bytes of the largest heap that is the device's own. Only Vulkan is asked.
fn memory(adapter: &wgpu::Adapter) -> Option<u64> {
    // SAFETY: the handles are only read, while `adapter` keeps instance and physical device alive.
    let vulkan = unsafe { adapter.as_hal::<wgpu::hal::api::Vulkan>() }?;
    let instance = vulkan.shared_instance().raw_instance();
    // SAFETY: the physical device belongs to this instance.
    let found = unsafe { instance.get_physical_device_memory_properties(vulkan.raw_physical_device()) };
    let local = |heap: &&vk::MemoryHeap| heap.flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL);
    found.memory_heaps_as_slice().iter().filter(local).map(|heap| heap.size).max()
}
