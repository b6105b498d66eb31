//! A whole program of a user's, taken apart: its entry point, and what it binds.

use naga::back::PipelineConstants;
use naga::back::pipeline_constants::process_overrides;
use naga::valid::{Capabilities, ModuleInfo};
use naga::{AddressSpace, Module, ShaderStage};

use crate::device::Device;
use crate::device::check::{Fault, checked, validated};
use crate::device::variables::{Variable, VariableKind, bound, layouts};

/// A program with one entry point, whose bindings are numbered as [`Pipelines`](super::pipeline::Pipelines) has them: what
/// is read, what is written, the uniform, the lengths.
#[derive(Debug)]
pub struct UserProgram {
    pub(super) module: Module,
    pub(super) entry: String,
    wgsl: String,
    /// Invocations of a workgroup along x, y and z.
    pub workgroup: [u32; 3],
    /// Bytes that the invocations of a workgroup share.
    pub shared: u64,
    /// What it binds, in the order of the user's numbers.
    pub variables: Vec<Variable>,
    /// Whether it is told how long its arrays are.
    pub lengths: bool,
}

/// What a device may be able to do, beside what each can.
fn capabilities() -> Capabilities {
    Capabilities::FLOAT64 | Capabilities::SHADER_INT64 | Capabilities::SUBGROUP
}

impl UserProgram {
    /// Takes the program apart whose entry point is `entry`.
    ///
    /// # Errors
    /// What naga finds wrong, and what a kernel cannot have: textures, other groups than 0, several uniforms.
    pub fn new(wgsl: &str, entry: &str) -> Result<Self, Fault> {
        let (mut module, info) = checked(wgsl, capabilities())?;
        require_entry(&module, entry)?;
        let without_value = module.overrides.iter().find(|(_, one)| one.init.is_none());
        if let Some((handle, found)) = without_value {
            let name = found.name.as_deref().unwrap_or("an override");
            let message = format!("{name} has no value; write const {name} = .., or give it one here");
            return Err(Fault::at(Some(module.overrides.get_span(handle).location(wgsl)), message));
        }
        let (variables, lengths) = bound(&mut module, wgsl)?;
        module.entry_points.retain(|one| one.name == entry);
        let stage = Some((ShaderStage::Compute, entry));
        let (evaluated, _) = process_overrides(&module, &info, stage, &PipelineConstants::default())
            .map_err(|error| Fault::of_all(error.to_string()))?;
        let mut module = evaluated.into_owned();
        naga::compact::compact(&mut module, naga::compact::KeepUnused::No);
        let layouter = layouts(&module)?;
        let shared = module.global_variables.iter().filter(|(_, one)| one.space == AddressSpace::WorkGroup);
        let shared = shared.map(|(_, one)| u64::from(layouter[one.ty].size)).sum();
        let workgroup = module.entry_points.first().map_or([1; 3], |one| one.workgroup_size);
        let (entry, wgsl) = (entry.to_owned(), wgsl.to_owned());
        Ok(Self { module, entry, wgsl, workgroup, shared, variables, lengths })
    }

    /// Its text.
    pub fn wgsl(&self) -> &str {
        &self.wgsl
    }

    /// How many arrays are read, and how many written.
    pub fn storages(&self) -> (usize, usize) {
        let each = self.variables.iter().filter_map(|variable| match variable.kind {
            VariableKind::Storage { written, .. } => Some(written),
            VariableKind::Uniform { .. } => None,
        });
        let (writes, reads): (Vec<bool>, Vec<bool>) = each.partition(|written| *written);
        (reads.len(), writes.len())
    }

    /// Checks that a workgroup and what it binds fit the device.
    pub(super) fn require_fits(&self, device: &Device) -> Result<(), String> {
        let limits = device.0.wgpu.limits();
        let [x, y, z] = self.workgroup;
        let most = [
            limits.max_compute_workgroup_size_x,
            limits.max_compute_workgroup_size_y,
            limits.max_compute_workgroup_size_z,
        ];
        let all = self.workgroup.iter().map(|&size| u64::from(size)).product::<u64>();
        if all > u64::from(limits.max_compute_invocations_per_workgroup)
            || self.workgroup.iter().zip(most).any(|(&size, most)| size > most)
        {
            return Err(format!(
                "a workgroup of {x} x {y} x {z} is larger than {device} takes: {} invocations at most, and {most:?} \
                 along x, y and z",
                limits.max_compute_invocations_per_workgroup
            ));
        }
        let most = u64::from(limits.max_compute_workgroup_storage_size);
        if self.shared > most {
            let shared = self.shared;
            return Err(format!(
                "its workgroup memory is {shared} bytes; {device} has {most} for a workgroup"
            ));
        }
        let (reads, writes) = self.storages();
        let most = limits.max_storage_buffers_per_shader_stage as usize;
        if reads + writes > most {
            return Err(format!("it binds {} arrays; {device} takes {most} at most", reads + writes));
        }
        Ok(())
    }

    /// Checks that the device has what the program, now `module`, computes with.
    pub(super) fn require_supported(&self, module: &Module, device: &Device) -> Result<ModuleInfo, String> {
        let mut has = Capabilities::empty();
        has.set(Capabilities::FLOAT64, device.has_float64());
        has.set(Capabilities::SHADER_INT64, device.has_int64());
        has.set(Capabilities::SUBGROUP, device.has_subgroups());
        validated(module, &self.wgsl, has)
            .map_err(|fault| format!("{device} cannot run it: line {}: {}", fault.line, fault.message))
    }
}

fn require_entry(module: &Module, entry: &str) -> Result<(), Fault> {
    let compute = module.entry_points.iter().filter(|one| one.stage == ShaderStage::Compute);
    let names: Vec<&str> = compute.map(|one| one.name.as_str()).collect();
    if names.contains(&entry) {
        return Ok(());
    }
    let there = match names[..] {
        [] => "none: write @compute @workgroup_size(64) before a function".into(),
        _ => names.join(", "),
    };
    Err(Fault::of_all(format!("it has no compute entry point {entry:?}; there is {there}")))
}
