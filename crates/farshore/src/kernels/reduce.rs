//! Writes the fused reduction: fills the regions of `shaders/reduce.wgsl`.

use std::fmt::Write as _;

use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::kernel::{Access, Kernel, Reduction};
use crate::kernels::elementwise::indent;
use crate::kernels::position::word;
use crate::kernels::{cast, steps, storage};

/// The kernel that computes `reduction`.
///
/// # Errors
/// [`Error::DType`] when a step's function, or the one that combines, has no text for its dtype.
pub fn write(reduction: &Reduction) -> Result<Kernel> {
    let pack = |text| indent(&storage::packed(text, reduction.packs_float16));
    let before = pack(before(reduction));
    let body = (0..Reduction::UNROLLED)
        .map(|number| Ok(format!("{{\n{}}}\n", step(reduction, number)?)))
        .collect::<Result<String>>()?;
    let (body, after) = (indent(&pack(body)), pack(after(reduction)?));
    let constants = format!("const WORKGROUP: u32 = {}u;", Reduction::WORKGROUP);
    let own = steps::functions(&reduction.steps, Some(reduction.combine));
    let functions = farshore_shaders::functions_for(&format!("{before}{body}{after}")) + &own;
    let regions = [
        ("bindings", bindings(reduction)),
        ("constants", constants),
        ("functions", functions),
        ("before", before),
        ("body", body),
        ("after", after),
    ];
    let regions = regions.each_ref().map(|(name, text)| (*name, text.as_str()));
    let wgsl = farshore_shaders::fill(farshore_shaders::REDUCE, &regions)
        .map_err(|error| Error::Value { op: "reduce.wgsl", reason: error.to_string() })?;
    let label = format!("{}_reduce_{}", reduction.functions().join("_"), reduction.dtype());
    Ok(Kernel { label, wgsl, reads: reduction.operands.len(), writes: 1, bounded: steps::may_not_end(&own) })
}

fn bindings(reduction: &Reduction) -> String {
    let mut text = String::new();
    for (number, operand) in reduction.operands.iter().enumerate() {
        let element = match operand.access {
            Access::Row => storage::block_type(operand.dtype, reduction.long_words),
            _ => storage::element_type(operand.dtype),
        };
        let _ =
            writeln!(text, "@group(0) @binding({number}) var<storage, read> in{number}: array<{element}>;");
    }
    let (reads, element) =
        (reduction.operands.len(), storage::block_type(reduction.dtype(), reduction.long_words));
    let _ = writeln!(text, "@group(0) @binding({reads}) var<storage, read_write> out: array<{element}>;");
    let blocks = reduction.words() / 4;
    let _ =
        write!(text, "@group(0) @binding({}) var<uniform> params: array<vec4<u32>, {blocks}>;", reads + 1);
    text
}

/// Statements before the loop: where each array starts, and totals of nothing.
fn before(reduction: &Reduction) -> String {
    let mut text = String::new();
    for (number, operand) in reduction.operands.iter().enumerate() {
        let [offset, outer, part, _, inner] = [0, 1, 2, 3, 4].map(|n| word(reduction.offset(number) + n));
        if !reduction.whole && operand.access != Access::Splat {
            let lane = if operand.access == Access::Strided { "" } else { ".x" };
            // An element that the part surely has, for steps outside it.
            let _ =
                writeln!(text, "let safe{number} = {offset} + outer{lane} * {outer} + part{lane} * {part};");
        }
        let _ = match operand.access {
            Access::Splat => {
                let value = storage::load_splat(operand.dtype, &format!("in{number}"), &offset);
                writeln!(text, "let s{number} = {value};")
            }
            Access::Strided => writeln!(
                text,
                "let p{number} = {offset} + outer * {outer} + part * {part} + inner * {inner};"
            ),
            _ => writeln!(
                text,
                "let p{number} = {offset} + outer.x * {outer} + part.x * {part} + inner.x * {inner};"
            ),
        };
    }
    let neutral = storage::load_scalar(
        reduction.dtype(),
        &format!("params[{}]", reduction.scalar(reduction.scalars) / 4),
    );
    let _ = writeln!(text, "let neutral = {neutral};");
    for number in 0..Reduction::UNROLLED {
        let _ = writeln!(text, "var total{number} = neutral;");
    }
    text
}

/// Statements that compute a step's values and combine them with their total.
fn step(reduction: &Reduction, number: usize) -> Result<String> {
    let mut text = String::new();
    let at = format!("(step + {number}u)");
    if !reduction.whole {
        let (each, length) = (word(Reduction::EACH), word(Reduction::LENGTH));
        let _ = writeln!(text, "let inside = begin + {at} * {each} < vec4<u32>({length});");
    }
    let scalar = |number| reduction.scalar(number) / 4;
    let load = &mut |number, _place, text: &mut String| load(reduction, number, &at, text);
    steps::values(&reduction.steps, &scalar, load, &mut text)?;
    let dtype = reduction.dtype();
    let mut value = format!("v{}", reduction.steps.len() - 1);
    if !reduction.whole {
        let chosen = storage::select(dtype, "neutral", &value, "inside");
        let _ = writeln!(text, "let counted = {chosen};");
        value = "counted".into();
    }
    let total = format!("total{number}");
    let _ = writeln!(text, "{total} = {};", combined(reduction, &total, &value)?);
    Ok(text)
}

fn load(reduction: &Reduction, number: usize, at: &str, text: &mut String) -> String {
    let (dtype, buffer) = (reduction.operands[number].dtype, format!("in{number}"));
    let stride = word(reduction.offset(number) + 3);
    let access = reduction.operands[number].access;
    let place = format!("p{number} + {at} * {stride}");
    let place = match (access, reduction.whole) {
        (Access::Splat, _) => return format!("s{number}"),
        (_, true) => place,
        (Access::Strided, false) => format!("select(safe{number}, {place}, inside)"),
        (_, false) => format!("select(safe{number}, {place}, inside.x)"),
    };
    let _ = writeln!(text, "let e{number} = {place};");
    match access {
        Access::Row => {
            let _ = writeln!(text, "let b{number} = e{number} >> 2u;");
            storage::load_block(dtype, &buffer, &format!("b{number}"), reduction.long_words)
        }
        Access::Strided => storage::load_elements(dtype, &buffer, &format!("e{number}")),
        _ => storage::load_splat(dtype, &buffer, &format!("e{number}")),
    }
}

/// Statements behind the loop: the totals combined and stored.
fn after(reduction: &Reduction) -> Result<String> {
    let left = combined(reduction, "total0", "total1")?;
    let right = combined(reduction, "total2", "total3")?;
    let all = combined(reduction, "left", "right")?;
    let to = word(reduction.offset(reduction.operands.len()));
    let store = storage::store_block(reduction.dtype(), "all", reduction.long_words);
    Ok(format!(
        "let left = {left};\nlet right = {right};\nlet all = {all};\nlet to = block + {to};\n{store}\n"
    ))
}

fn combined(reduction: &Reduction, left: &str, right: &str) -> Result<String> {
    let dtype: DType = reduction.dtype();
    let value = steps::combine(reduction.combine, dtype, &[left.into(), right.into()])?;
    Ok(cast::narrow(&value, dtype))
}
