//! Writes the fused elementwise kernel: fills the regions of `shaders/elementwise.wgsl`.

use std::fmt::Write as _;

use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::kernel::{Access, Expression, Kernel, Step};
use crate::kernels::position::{self, word};
use crate::kernels::{cast, storage};

/// The kernel that computes `expression`.
///
/// # Errors
/// [`Error::DType`] when a step's function has no text for its dtype.
pub fn write(expression: &Expression) -> Result<Kernel> {
    let before = before(expression);
    let blocks = (0..expression.blocks)
        .map(|number| Ok(format!("{{\n{}\n}}\n", block(expression, number)?)))
        .collect::<Result<String>>()?;
    let mut body = before + &blocks;
    if expression.packs_float16 {
        for name in ["bits", "words"] {
            // `from_bits` and `from_words` end as `bits` and `words` do.
            body = body.replace(&format!("{name}_f16("), &format!("{name}_packed_f16("));
        }
    }
    let functions = farshore_shaders::functions_for(&body);
    let constants = format!("const WORKGROUP: u32 = {}u;", expression.workgroup());
    let regions = [
        ("bindings", bindings(expression)),
        ("constants", constants),
        ("functions", functions),
        ("body", indent(&body)),
    ];
    let regions = regions.each_ref().map(|(name, text)| (*name, text.as_str()));
    let wgsl = farshore_shaders::fill(farshore_shaders::ELEMENTWISE, &regions)
        .map_err(|error| Error::Value { op: "elementwise.wgsl", reason: error.to_string() })?;
    Ok(Kernel { label: label(expression), wgsl, reads: expression.operands.len() })
}

fn bindings(expression: &Expression) -> String {
    let mut text = String::new();
    for (number, operand) in expression.operands.iter().enumerate() {
        let element = match operand.access {
            Access::Contiguous | Access::Row => storage::block_type(operand.dtype),
            Access::Splat | Access::Strided | Access::RowSplat => storage::element_type(operand.dtype),
        };
        let _ =
            writeln!(text, "@group(0) @binding({number}) var<storage, read> in{number}: array<{element}>;");
    }
    let dtype = expression.dtype();
    let element = match expression.store {
        Access::Contiguous | Access::Row => storage::block_type(dtype),
        _ if dtype.size() < 4 => "atomic<u32>",
        _ => storage::element_type(dtype),
    };
    let reads = expression.operands.len();
    let _ = writeln!(text, "@group(0) @binding({reads}) var<storage, read_write> out: array<{element}>;");
    let blocks = expression.words() / 4;
    let _ =
        write!(text, "@group(0) @binding({}) var<uniform> params: array<vec4<u32>, {blocks}>;", reads + 1);
    text
}

/// Statements that are the same for every block of an invocation.
fn before(expression: &Expression) -> String {
    let mut text = expression.grid.map_or_else(String::new, |grid| position::in_grid(expression, grid));
    for (number, operand) in expression.operands.iter().enumerate() {
        let at = match operand.access {
            Access::Splat => word(expression.offset(number)),
            Access::RowSplat => format!("p{number}"),
            _ => continue,
        };
        let value = storage::load_splat(operand.dtype, &format!("in{number}"), &at);
        let _ = writeln!(text, "let s{number} = {value};");
    }
    text
}

/// Statements that compute and store one of an invocation's blocks.
fn block(expression: &Expression, block: usize) -> Result<String> {
    let mut text = match expression.grid {
        None => position::in_order(expression, block),
        Some(_) => String::new(),
    };
    for (number, (step, dtype)) in expression.steps.iter().enumerate() {
        let value = match step {
            Step::Load(operand) => load(expression, *operand, block, &mut text),
            Step::Scalar(scalar) => {
                storage::load_scalar(*dtype, &format!("params[{}]", expression.scalar(*scalar) / 4))
            }
            Step::Cast(from) => cast::cast(&format!("v{from}"), expression.steps[*from].1, *dtype),
            Step::Apply { ufunc, dtype: computed, arguments } => {
                let pattern = ufunc.expression(*computed).ok_or_else(|| {
                    ufunc.loop_dtype(*computed).err().unwrap_or(Error::Value {
                        op: ufunc.name,
                        reason: format!("no kernel text for {computed}"),
                    })
                })?;
                let value = apply(pattern, *computed, ufunc.parameters, arguments);
                // A comparison's bool needs no wrapping, whatever it compares.
                if dtype.kind() == Kind::Bool { value } else { cast::narrow(&value, *dtype) }
            }
        };
        let _ = writeln!(text, "let v{number} = {value};");
    }
    let (last, dtype) = (format!("v{}", expression.steps.len() - 1), expression.dtype());
    let target = expression.operands.len();
    match expression.store {
        Access::Contiguous | Access::Row => {
            let _ =
                writeln!(text, "let to = {};", position::block(expression, target, expression.store, block));
            text.push_str(&storage::store_block(dtype, &last));
        }
        _ => {
            let _ = writeln!(text, "let place = {};", position::elements(expression, target, block));
            // Those of a grid's blocks all exist.
            text.push_str(&storage::store_elements(dtype, &last, "place", expression.grid.is_none()));
        }
    }
    Ok(text)
}

fn load(expression: &Expression, number: usize, block: usize, text: &mut String) -> String {
    let operand = expression.operands[number];
    let buffer = format!("in{number}");
    match operand.access {
        Access::Contiguous | Access::Row => {
            let at = position::block(expression, number, operand.access, block);
            let _ = writeln!(text, "let b{number} = {at};");
            storage::load_block(operand.dtype, &buffer, &format!("b{number}"))
        }
        Access::Splat | Access::RowSplat => format!("s{number}"),
        Access::Strided => {
            let _ = writeln!(text, "let e{number} = {};", position::elements(expression, number, block));
            storage::load_elements(operand.dtype, &buffer, &format!("e{number}"))
        }
    }
}

/// A row's WGSL with its parameters replaced by values: whole words only.
fn apply(pattern: &str, dtype: DType, parameters: &[&str], arguments: &[usize]) -> String {
    let width = if dtype.size() == 16 { "128" } else { "64" };
    let own = if dtype == DType::Float16 { "f16" } else { dtype.compute().name() };
    let pattern = pattern
        .replace("{T}", dtype.compute().name())
        .replace("{P}", dtype.to_real().compute().name())
        .replace("{D}", own)
        .replace("{BITS}", &(8 * dtype.size()).to_string())
        .replace("C{W}", &format!("C{width}"));
    let mut text = String::from("(");
    let mut rest = pattern.as_str();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end.max(1).min(rest.len()));
        // truth(x) is the one word that differs by dtype in more than a suffix.
        let truth = (name == "truth").then(|| after.strip_prefix('(')?.split_once(')')).flatten();
        let value = |name: &str| {
            parameters.iter().position(|&known| known == name).map(|at| format!("v{}", arguments[at]))
        };
        rest = after;
        if let Some((argument, after)) = truth {
            text.push_str(&cast::truth(&value(argument).unwrap_or_default(), dtype));
            rest = after;
        } else {
            text.push_str(&value(name).unwrap_or_else(|| name.into()));
        }
    }
    text.push(')');
    text
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// The functions a kernel applies, for messages and profiles: `add_sqrt_float32`.
fn label(expression: &Expression) -> String {
    let mut names = expression.functions();
    if names.is_empty() {
        names.push("copy");
    }
    names.push(expression.dtype().name());
    names.join("_")
}
