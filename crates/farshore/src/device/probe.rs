//! What a device does with floats, measured by one dispatch and kept on disk for each driver.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use crate::device::{Binding, Buffer, Device, Program, Reading};
use crate::error::Result;

/// What the probe found. Ordinary kernels are those compiled without the strict class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
pub struct Capabilities {
    /// `fma` rounds once.
    pub fused_fma: bool,
    /// Ordinary kernels fold `(x + 1) - 1` to `x`.
    pub reassociates: bool,
    /// Strict kernels keep `(x + 1) - 1`, and `inf - inf` is NaN.
    pub strict_arithmetic: bool,
    /// NaN compares unequal to itself.
    pub nan_compares: bool,
    /// Subnormal numbers survive arithmetic.
    pub subnormals: bool,
    /// `pack2x16float` rounds to nearest and `unpack2x16float` is exact, with subnormals, infinities and NaN.
    pub exact_float16: bool,
}

const WORDS: usize = 4;

pub fn run(device: &Device) -> Result<Capabilities> {
    let kept = path(device);
    if let Some(known) =
        kept.as_ref().and_then(|path| fs::read_to_string(path).ok()).and_then(|text| parse(&text))
    {
        return Ok(known);
    }
    let ordinary = measure(device, false)?;
    let strict = measure(device, true)?;
    let found = Capabilities {
        fused_fma: strict[0] & 1 != 0,
        reassociates: ordinary[0] & 2 == 0,
        strict_arithmetic: strict[0] & 2 != 0 && strict[0] & 4 != 0,
        nan_compares: strict[0] & 8 != 0,
        subnormals: strict[0] & 16 != 0,
        exact_float16: strict[0] & 32 != 0,
    };
    // A read-only home costs a dispatch each time, nothing else.
    if let Some(path) = kept {
        let _ = path.parent().map(fs::create_dir_all);
        let _ = fs::write(path, text(found));
    }
    Ok(found)
}

fn measure(device: &Device, strict: bool) -> Result<[u32; WORDS]> {
    let functions = farshore_shaders::functions_for("round_f16");
    let wgsl = farshore_shaders::fill(farshore_shaders::PROBE, &[("functions", &functions)])
        .map_err(|error| device.error(error))?;
    let program = Program { label: "probe", wgsl: &wgsl, reads: 0, writes: 1, strict, bounded: false };
    let pipeline = device.compile(program)?;
    let buffer = Arc::new(Buffer::new(device, 4 * WORDS as u64)?);
    let write = Binding::new(&buffer, 0, buffer.raw.wgpu.size());
    // The kernel's numbers come as parameters: constants would be folded by the compiler.
    let numbers = [1.0_f32, 1e-10, f32::INFINITY, f32::NAN].map(f32::to_bits);
    let more = [1.0 + f32::EPSILON, 1e-40, 0.5, 0.0].map(f32::to_bits);
    device.recorder().dispatch(device, &pipeline, &[], &[write], &[numbers, more].concat(), (1, 1))?;
    let mut bytes = [0; 4 * WORDS];
    Reading::begin(&buffer, 0, bytes.len(), false)?.copy_to(&mut bytes, &mut |_| true)?;
    Ok(bytemuck::cast(bytes))
}

/// `~/.cache/farshore/probe/<driver>.txt`, or under `XDG_CACHE_HOME`.
fn path(device: &Device) -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache")))?;
    let adapter = device.adapter();
    // An app's own device may lack what makes kernels strict.
    let class = if device.0.driver.strict { "" } else { " ordinary" };
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("{} {} {} {version}{class}", adapter.backend, adapter.name, adapter.driver);
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    Some(cache.join("farshore").join("probe").join(name + ".txt"))
}

const NAMES: [&str; 6] =
    ["fused_fma", "reassociates", "strict_arithmetic", "nan_compares", "subnormals", "exact_float16"];

fn values(found: Capabilities) -> [bool; 6] {
    [
        found.fused_fma,
        found.reassociates,
        found.strict_arithmetic,
        found.nan_compares,
        found.subnormals,
        found.exact_float16,
    ]
}

fn text(found: Capabilities) -> String {
    NAMES.iter().zip(values(found)).map(|(name, value)| format!("{name} {value}\n")).collect()
}

fn parse(text: &str) -> Option<Capabilities> {
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    Some(Capabilities {
        fused_fma: value(NAMES[0])?,
        reassociates: value(NAMES[1])?,
        strict_arithmetic: value(NAMES[2])?,
        nan_compares: value(NAMES[3])?,
        subnormals: value(NAMES[4])?,
        exact_float16: value(NAMES[5])?,
    })
}
