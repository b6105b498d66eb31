//! WGSL judged by naga, without a device: parsed, validated, and written in each language a driver takes.

use naga::back::{hlsl, msl, spv};
use naga::proc::BoundsCheckPolicies;
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};

/// A program that naga accepts.
pub struct Program {
    module: naga::Module,
    info: ModuleInfo,
}

/// Parses and validates `wgsl`; the error shows the text that is at fault.
///
/// # Errors
/// What naga says, with the place.
pub fn check(wgsl: &str) -> Result<Program, String> {
    let module = naga::front::wgsl::parse_str(wgsl).map_err(|error| error.emit_to_string(wgsl))?;
    let info = Validator::new(ValidationFlags::all(), Capabilities::all())
        .validate(&module)
        .map_err(|error| error.emit_to_string(wgsl))?;
    Ok(Program { module, info })
}

impl Program {
    /// Whether 64-bit floats occur in the program.
    pub fn has_f64(&self) -> bool {
        self.module.types.iter().any(|(_, ty)| match ty.inner {
            naga::TypeInner::Scalar(scalar) | naga::TypeInner::Vector { scalar, .. } => {
                scalar == naga::Scalar::F64
            }
            _ => false,
        })
    }

    /// As the device floor writes it: SPIR-V 1.3, bounds unchecked.
    ///
    /// # Errors
    /// What naga says.
    pub fn spirv(&self) -> Result<Vec<u32>, String> {
        let options = spv::Options {
            lang_version: (1, 3),
            flags: spv::WriterFlags::empty(),
            bounds_check_policies: BoundsCheckPolicies::default(),
            zero_initialize_workgroup_memory: spv::ZeroInitializeWorkgroupMemoryMode::None,
            force_loop_bounding: false,
            emit_int_div_checks: false,
            ..spv::Options::default()
        };
        spv::write_vec(&self.module, &self.info, &options, None).map_err(|error| error.to_string())
    }

    /// For Metal.
    ///
    /// # Errors
    /// What naga says; a refusal of 64-bit floats, which Metal lacks and naga's writer panics at.
    pub fn msl(&self) -> Result<String, String> {
        if self.has_f64() {
            return Err("Metal has no f64".into());
        }
        let options = msl::Options { lang_version: (2, 4), ..msl::Options::default() };
        let pipeline = msl::PipelineOptions::default();
        let (text, info) = msl::write_string(&self.module, &self.info, &options, &pipeline)
            .map_err(|error| error.to_string())?;
        let points = info.entry_point_names.into_iter().collect::<Result<Vec<_>, _>>();
        points.map(|_| text).map_err(|error| error.to_string())
    }

    /// For DX12, in the shader model that wgpu writes 64-bit integers and atomics for.
    ///
    /// # Errors
    /// What naga says.
    pub fn hlsl(&self) -> Result<String, String> {
        let options = hlsl::Options { shader_model: hlsl::ShaderModel::V6_6, ..hlsl::Options::default() };
        let pipeline = hlsl::PipelineOptions::default();
        let mut text = String::new();
        let info = hlsl::Writer::new(&mut text, &options, &pipeline)
            .write(&self.module, &self.info, None)
            .map_err(|error| error.to_string())?;
        let points = info.entry_point_names.into_iter().collect::<Result<Vec<_>, _>>();
        points.map(|_| text).map_err(|error| error.to_string())
    }

    /// Writes the program in every language; of Metal's, only programs without 64-bit floats, and those must be
    /// refused.
    ///
    /// # Errors
    /// The language and what naga says.
    pub fn write_all(&self) -> Result<(), String> {
        let named = |language: &str, error: String| format!("{language}: {error}");
        self.spirv().map_err(|error| named("SPIR-V", error))?;
        self.hlsl().map_err(|error| named("HLSL", error))?;
        match self.msl() {
            Ok(_) => Ok(()),
            Err(_) if self.has_f64() => Ok(()),
            Err(error) => Err(named("MSL", error)),
        }
    }
}
