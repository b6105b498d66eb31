//! Writes the fused elementwise kernel: fills the regions of `shaders/elementwise.wgsl`.

use std::fmt::Write as _;

use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::kernel::{Access, Expression, Kernel, Step};
use crate::kernels::{cast, storage};

/// The kernel that computes `expression`.
///
/// # Errors
/// [`Error::DType`] when a step's function has no text for its dtype.
pub fn write(expression: &Expression) -> Result<Kernel> {
    let body = body(expression)?;
    let body = match expression.blocks {
        1 => format!("let block = first;\n{body}"),
        blocks => (0..blocks)
            .map(|number| format!("{{\nlet block = first * {blocks}u + {number}u;\n{body}\n}}\n"))
            .collect(),
    };
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
            Access::Contiguous => storage::block_type(operand.dtype),
            Access::Splat | Access::Strided => storage::element_type(operand.dtype),
        };
        let _ =
            writeln!(text, "@group(0) @binding({number}) var<storage, read> in{number}: array<{element}>;");
    }
    let dtype = expression.dtype();
    let element = match expression.store {
        Access::Contiguous => storage::block_type(dtype),
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

fn body(expression: &Expression) -> Result<String> {
    let mut text = coordinates(expression);
    for (number, (step, dtype)) in expression.steps.iter().enumerate() {
        let value = match step {
            Step::Load(operand) => load(expression, *operand, &mut text),
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
    if expression.store == Access::Contiguous {
        let _ = writeln!(text, "let to = block + {};", word(expression.offset(expression.operands.len())));
        text.push_str(&storage::store_block(dtype, &last));
    } else {
        let _ = writeln!(text, "let place = {};", position(expression, expression.operands.len()));
        text.push_str(&storage::store_elements(dtype, &last, "place"));
    }
    Ok(text)
}

/// Statements that find the coordinates of the block's elements. Lanes past the end repeat the last element, so
/// that no load is out of bounds.
fn coordinates(expression: &Expression) -> String {
    if expression.rank == 0 {
        return String::new();
    }
    let mut text = String::from(
        "var rest = min(vec4<u32>(block * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(params[0].z - 1u)) + params[0].w;\n",
    );
    for axis in (1..expression.rank).rev() {
        let size = word(expression.shape(axis));
        let _ = writeln!(text, "let i{axis} = rest % vec4<u32>({size});\nrest = rest / vec4<u32>({size});");
    }
    text.push_str("let i0 = rest;\n");
    text
}

/// The position in its buffer of each lane's element of an operand. Strides may be negative: arithmetic wraps.
fn position(expression: &Expression, operand: usize) -> String {
    let mut text = format!("vec4<u32>({})", word(expression.offset(operand)));
    for axis in 0..expression.rank {
        let _ = write!(text, " + i{axis} * {}", word(expression.stride(operand, axis)));
    }
    text
}

fn load(expression: &Expression, number: usize, text: &mut String) -> String {
    let operand = expression.operands[number];
    let buffer = format!("in{number}");
    match operand.access {
        Access::Contiguous => {
            let _ = writeln!(text, "let b{number} = block + {};", word(expression.offset(number)));
            storage::load_block(operand.dtype, &buffer, &format!("b{number}"))
        }
        Access::Splat => storage::load_splat(operand.dtype, &buffer, &word(expression.offset(number))),
        Access::Strided => {
            let _ = writeln!(text, "let e{number} = {};", position(expression, number));
            storage::load_elements(operand.dtype, &buffer, &format!("e{number}"))
        }
    }
}

/// A row's WGSL with its parameters replaced by values: whole words only.
fn apply(pattern: &str, dtype: DType, parameters: &[&str], arguments: &[usize]) -> String {
    let width = if dtype.size() == 16 { "128" } else { "64" };
    let pattern = pattern.replace("{T}", dtype.compute().name()).replace("C{W}", &format!("C{width}"));
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

/// A word of the parameters, by its number.
fn word(number: usize) -> String {
    format!("params[{}].{}", number / 4, ["x", "y", "z", "w"][number % 4])
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// The functions a kernel applies, for messages and profiles: `add_sqrt_float32`.
fn label(expression: &Expression) -> String {
    let mut names: Vec<&str> = expression
        .steps
        .iter()
        .filter_map(|(step, _)| match step {
            Step::Apply { ufunc, .. } => Some(ufunc.name),
            _ => None,
        })
        .collect();
    if names.is_empty() {
        names.push("copy");
    }
    names.push(expression.dtype().name());
    names.join("_")
}
