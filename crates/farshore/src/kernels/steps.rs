//! The values of an expression, one statement for each step: what every fused kernel has in common.

use std::fmt::Write as _;

use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::kernel::Step;
use crate::kernels::{cast, storage};
use crate::ufunc::Ufunc;

/// Appends `let v0 = ..; let v1 = ..;` to `text`. `scalar` says which vector of the parameters holds a scalar, `load`
/// gives the value of an operand, as many elements further on as a step says, and may append statements before it.
pub fn values(
    steps: &[(Step, DType)],
    scalar: &dyn Fn(usize) -> usize,
    load: &mut dyn FnMut(usize, Option<usize>, &mut String) -> String,
    text: &mut String,
) -> Result<()> {
    for (number, (step, dtype)) in steps.iter().enumerate() {
        let value = match step {
            Step::Load(operand) => load(*operand, None, text),
            Step::Gather { operand, place } => load(*operand, Some(*place), text),
            Step::Scalar(number) => storage::load_scalar(*dtype, &format!("params[{}]", scalar(*number))),
            Step::Cast(from) => cast::cast(&format!("v{from}"), steps[*from].1, *dtype),
            Step::Apply { ufunc, dtype: computed, arguments } => {
                let names: Vec<String> = arguments.iter().map(|from| format!("v{from}")).collect();
                let value = apply(ufunc, *computed, &names)?;
                // A comparison's bool needs no wrapping, whatever it compares.
                if dtype.kind() == Kind::Bool { value } else { cast::narrow(&value, *dtype) }
            }
        };
        let _ = writeln!(text, "let v{number} = {value};");
    }
    Ok(())
}

/// A row's WGSL with its parameters replaced by the values in `arguments`: whole words only.
///
/// # Errors
/// [`Error::DType`] when the row has no text for `dtype`.
pub fn apply(ufunc: &Ufunc, dtype: DType, arguments: &[String]) -> Result<String> {
    let pattern = ufunc.expression(dtype).ok_or_else(|| {
        let reason = format!("no kernel text for {dtype}");
        ufunc.loop_dtype(dtype).err().unwrap_or(Error::Value { op: ufunc.name, reason })
    })?;
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
            ufunc.parameters.iter().position(|&known| known == name).map(|at| arguments[at].clone())
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
    Ok(text)
}
