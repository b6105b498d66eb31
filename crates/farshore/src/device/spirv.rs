//! The strict class: WGSL to SPIR-V with every float operation decorated `NoContraction`, and, where the driver can
//! promise it, NaN, inf, -0 and subnormals kept.
//!
//! WGSL lets a compiler reassociate and contract, and Mesa's does: `(x + 1) - 1` becomes `x`. Vulkan forbids both
//! for a decorated result.

use naga::back::spv;
use naga::proc::{BoundsCheckPolicies, BoundsCheckPolicy};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};

use crate::device::driver::{Driver, FloatControls};
use crate::device::loops;

pub struct Spirv {
    pub words: Vec<u32>,
    pub workgroup: (u32, u32, u32),
    pub entry: String,
}

/// The strict SPIR-V of a WGSL program.
///
/// # Errors
/// naga's message, with the line of the program, when it does not parse or validate.
pub fn strict(wgsl: &str, bounded: bool, driver: &Driver) -> Result<Spirv, String> {
    let module = if bounded { loops::bounded(wgsl)? } else { parsed(wgsl)? };
    let info = Validator::new(ValidationFlags::all(), Capabilities::all())
        .validate(&module)
        .map_err(|error| error.emit_to_string(wgsl))?;
    let options = spv::Options {
        bounds_check_policies: BoundsCheckPolicies::default(),
        zero_initialize_workgroup_memory: spv::ZeroInitializeWorkgroupMemoryMode::None,
        // Kernels divide positions by lengths, which are never 0, and check where they divide elements.
        emit_int_div_checks: false,
        ..options()
    };
    written(&module, &info, &options, driver)
}

/// The strict SPIR-V of a module of a user's. Where it is `contained`, indices beyond an end reach the last element.
///
/// # Errors
/// naga's message.
pub fn of_user(
    module: &naga::Module,
    info: &ModuleInfo,
    contained: bool,
    driver: &Driver,
) -> Result<Spirv, String> {
    let policy = if contained { BoundsCheckPolicy::Restrict } else { BoundsCheckPolicy::Unchecked };
    let options = spv::Options {
        bounds_check_policies: BoundsCheckPolicies {
            index: policy,
            buffer: policy,
            image_load: policy,
            binding_array: policy,
        },
        zero_initialize_workgroup_memory: if driver.clears {
            spv::ZeroInitializeWorkgroupMemoryMode::Native
        } else {
            spv::ZeroInitializeWorkgroupMemoryMode::Polyfill
        },
        emit_int_div_checks: true,
        ..options()
    };
    written(module, info, &options, driver)
}

fn options() -> spv::Options<'static> {
    spv::Options {
        lang_version: (1, 3),
        flags: spv::WriterFlags::empty(),
        force_loop_bounding: false,
        ..spv::Options::default()
    }
}

fn written(
    module: &naga::Module,
    info: &ModuleInfo,
    options: &spv::Options<'_>,
    driver: &Driver,
) -> Result<Spirv, String> {
    let words = spv::write_vec(module, info, options, None).map_err(|error| error.to_string())?;
    let entry = module.entry_points.first().ok_or("the program has no entry point")?;
    let [x, y, z] = entry.workgroup_size;
    Ok(Spirv { words: restrain(&words, driver), workgroup: (x, y, z), entry: entry.name.clone() })
}

/// What the program is, but for functions that the entry point does not reach: they would be compiled too.
///
/// # Errors
/// naga's message, with the line.
pub fn parsed(wgsl: &str) -> Result<naga::Module, String> {
    let mut module = naga::front::wgsl::parse_str(wgsl).map_err(|error| error.emit_to_string(wgsl))?;
    naga::compact::compact(&mut module, naga::compact::KeepUnused::No);
    Ok(module)
}

// Numbers from the SPIR-V specification, "Binary form".
const HEADER: usize = 5;
const OP_EXTENSION: u32 = 10;
const OP_EXT_INST_IMPORT: u32 = 11;
const OP_MEMORY_MODEL: u32 = 14;
const OP_ENTRY_POINT: u32 = 15;
const OP_EXECUTION_MODE: u32 = 16;
const OP_CAPABILITY: u32 = 17;
const OP_TYPE_FLOAT: u32 = 22;
const OP_DECORATE: u32 = 71;
const OP_F_NEGATE: u32 = 127;
const NO_CONTRACTION: u32 = 42;
const DENORM_PRESERVE: (u32, u32) = (4464, 4459);
const SIGNED_ZERO_INF_NAN_PRESERVE: (u32, u32) = (4466, 4461);

/// Float arithmetic: add, subtract, multiply, divide, remainder, modulo and the products of vectors and matrices.
fn is_float_arithmetic(op: u32) -> bool {
    matches!(op, OP_F_NEGATE | 129 | 131 | 133 | 136 | 140 | 141 | 142..=148)
}

fn restrain(words: &[u32], driver: &Driver) -> Vec<u32> {
    let instructions = || {
        let mut at = HEADER;
        std::iter::from_fn(move || {
            let length = words.get(at).map(|first| (first >> 16) as usize).filter(|&length| length > 0)?;
            let instruction = &words[at..at + length];
            at += length;
            Some((instruction[0] & 0xffff, instruction))
        })
    };
    let widths: Vec<u32> = instructions().filter(|&(op, _)| op == OP_TYPE_FLOAT).map(|(_, i)| i[2]).collect();
    let entry = instructions().find(|&(op, _)| op == OP_ENTRY_POINT).map_or(0, |(_, i)| i[2]);
    let arithmetic: Vec<u32> =
        instructions().filter(|&(op, _)| is_float_arithmetic(op)).map(|(_, i)| i[2]).collect();
    let modes = modes(&widths, driver);

    // A module's sections come in a fixed order; each addition goes to the end of its own.
    let mut result = words[..HEADER].to_vec();
    let mut stage = 0;
    for (op, instruction) in instructions() {
        if stage == 0 && op != OP_CAPABILITY {
            stage = 1;
            let mut capabilities: Vec<u32> = modes.iter().map(|&((capability, _), _)| capability).collect();
            capabilities.dedup();
            for capability in capabilities {
                result.extend([2 << 16 | OP_CAPABILITY, capability]);
            }
            if !modes.is_empty() {
                let mut name = b"SPV_KHR_float_controls\0".to_vec();
                name.resize(name.len().next_multiple_of(4), 0);
                let name =
                    name.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]));
                let name: Vec<u32> = name.collect();
                result.push((u32::try_from(name.len()).unwrap_or(0) + 1) << 16 | OP_EXTENSION);
                result.extend(name);
            }
        }
        let before_modes = [OP_CAPABILITY, OP_EXTENSION, OP_EXT_INST_IMPORT, OP_MEMORY_MODEL, OP_ENTRY_POINT];
        if stage == 1 && !before_modes.contains(&op) {
            stage = 2;
            for &((_, mode), width) in &modes {
                result.extend([4 << 16 | OP_EXECUTION_MODE, entry, mode, width]);
            }
        }
        // Decorations follow the execution modes and debug names, and come before the first type.
        if stage == 2 && op != OP_EXECUTION_MODE && !(3..=8).contains(&op) && op != 330 {
            stage = 3;
            for &id in &arithmetic {
                result.extend([3 << 16 | OP_DECORATE, id, NO_CONTRACTION]);
            }
        }
        result.extend(instruction);
    }
    result
}

/// The execution modes to ask for, each with its capability, and the float widths they are for.
fn modes(widths: &[u32], driver: &Driver) -> Vec<((u32, u32), u32)> {
    let mut modes = Vec::new();
    let wanted = |controls: FloatControls, width: u32| {
        if widths.contains(&width) { controls } else { FloatControls::default() }
    };
    let each = [(wanted(driver.float32, 32), 32), (wanted(driver.float64, 64), 64)];
    modes.extend(each.iter().filter(|(c, _)| c.subnormals).map(|&(_, width)| (DENORM_PRESERVE, width)));
    modes.extend(
        each.iter().filter(|(c, _)| c.specials).map(|&(_, width)| (SIGNED_ZERO_INF_NAN_PRESERVE, width)),
    );
    modes
}
