//! Writes the product of matrices: `shaders/matmul.wgsl` for each dtype.

use crate::dtype::{Compute, DType};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::kernels::storage;

/// The kernel for elements of `dtype`, of 32 bits or more.
///
/// # Errors
/// None, as long as the shader has its regions.
pub fn write(dtype: DType) -> Result<Kernel> {
    let wgsl = match dtype.compute() {
        Compute::C64 => complex("C64", "f32")?,
        Compute::C128 => complex("C128", "f64")?,
        compute => farshore_shaders::MATMUL.replace("f32", compute.name()),
    };
    Ok(Kernel { label: format!("matmul_{dtype}"), wgsl, reads: 2, writes: 1, bounded: false })
}

fn complex(lanes: &str, part: &str) -> Result<String> {
    let element = format!("vec2<{part}>");
    let bindings = format!(
        "@group(0) @binding(0) var<storage, read> in0: array<{element}>;\n\
         @group(0) @binding(1) var<storage, read> in1: array<{element}>;\n\
         @group(0) @binding(2) var<storage, read_write> out: array<{element}>;\n\
         @group(0) @binding(3) var<uniform> params: array<vec4<u32>, 6>;"
    );
    let dtype = if part == "f32" { DType::Complex64 } else { DType::Complex128 };
    let row = storage::load_elements(dtype, "in1", "at");
    let stores: String = ["x", "y", "z", "w"]
        .map(|lane| format!("    out[at.{lane}] = Element(value.re.{lane}, value.im.{lane});\n"))
        .concat();
    let types = format!(
        "{}alias Element = {element};\n\
         alias Lanes = {lanes};\n\
         fn add(x: Lanes, y: Lanes) -> Lanes {{\n    return Lanes(x.re + y.re, x.im + y.im);\n}}\n\
         fn add_product(sum: Lanes, a: Element, b: Lanes) -> Lanes {{\n    \
         return Lanes(sum.re + (a.x * b.re - a.y * b.im), sum.im + (a.x * b.im + a.y * b.re));\n}}\n\
         fn row_of_b(at: vec4<u32>) -> Lanes {{\n    return {row};\n}}\n\
         fn store(at: vec4<u32>, value: Lanes) {{\n{stores}}}",
        farshore_shaders::functions_for(lanes)
    );
    farshore_shaders::fill(farshore_shaders::MATMUL, &[("bindings", &bindings), ("types", &types)])
        .map_err(|error| Error::Value { op: "matmul.wgsl", reason: error.to_string() })
}
