//! The values of an expression, one statement for each step: what every fused kernel has in common.

use std::fmt::Write as _;

use crate::dtype::{Compute, DType, Kind};
use crate::error::{Error, Result};
use crate::kernel::{Step, Within};
use crate::kernels::{cast, storage};
use crate::ufunc::Ufunc;

/// Where elements are gathered from.
#[derive(Clone, Copy)]
pub struct Place {
    /// The step that says how much further on they are.
    pub step: usize,
    pub within: Option<Within>,
}

/// What was loaded, or the value that stands for elements outside the part that is bound: `inside` says where.
fn chosen(within: Option<Within>, operand: usize, dtype: DType, loaded: &str, text: &mut String) -> String {
    let Some(before) = within.and_then(|within| within.before) else { return loaded.into() };
    let _ = writeln!(text, "let g{operand} = {loaded};");
    storage::select(dtype, &format!("v{before}"), &format!("g{operand}"), &format!("inside{operand}"))
}

/// Appends `let v0 = ..; let v1 = ..;` to `text`. `scalar` says which vector of the parameters holds a scalar, `load`
/// gives the value of an operand, as many elements further on as a step says, and may append statements before it.
pub fn values(
    steps: &[(Step, DType)],
    scalar: &dyn Fn(usize) -> usize,
    load: &mut dyn FnMut(usize, Option<Place>, &mut String) -> String,
    text: &mut String,
) -> Result<()> {
    values_of(steps, &|_| true, scalar, load, text)
}

/// As [`values`], of the steps that are `wanted` by their number: the others' stand elsewhere.
pub fn values_of(
    steps: &[(Step, DType)],
    wanted: &dyn Fn(usize) -> bool,
    scalar: &dyn Fn(usize) -> usize,
    load: &mut dyn FnMut(usize, Option<Place>, &mut String) -> String,
    text: &mut String,
) -> Result<()> {
    for (number, (step, dtype)) in steps.iter().enumerate().filter(|&(number, _)| wanted(number)) {
        let value = match step {
            Step::Load(operand) => load(*operand, None, text),
            Step::Gather { operand, place, within } => {
                let loaded = load(*operand, Some(Place { step: *place, within: *within }), text);
                chosen(*within, *operand, *dtype, &loaded, text)
            }
            Step::Scalar(number) => storage::load_scalar(*dtype, &format!("params[{}]", scalar(*number))),
            Step::Total(number) => format!("t{number}"),
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

/// The functions that `steps` and `combine` call, beside the library's: those of users.
pub fn functions<'a>(
    steps: impl IntoIterator<Item = &'a (Step, DType)>,
    combine: impl IntoIterator<Item = &'static Ufunc>,
) -> String {
    let applied = steps.into_iter().filter_map(|(step, _)| match step {
        Step::Apply { ufunc, .. } => Some(*ufunc),
        _ => None,
    });
    let mut all: Vec<&str> = applied.chain(combine).map(|ufunc| ufunc.functions).collect();
    all.sort_unstable();
    all.dedup();
    all.concat()
}

/// Whether functions of users hold a loop, which may not end.
pub fn may_not_end(functions: &str) -> bool {
    ["loop", "for", "while"].iter().any(|word| functions.contains(word))
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

/// As [`apply`], for a function that combines many elements, starting from one that is to change nothing: an infinite
/// complex number times 1 would be NaN in its other part.
pub fn combine(ufunc: &Ufunc, dtype: DType, arguments: &[String; 2]) -> Result<String> {
    match (ufunc.name, dtype.compute()) {
        ("multiply", compute @ (Compute::C64 | Compute::C128)) => {
            let [x, y] = arguments;
            Ok(format!("multiply_but_by_one_{}({x}, {y})", compute.name()))
        }
        _ => apply(ufunc, dtype, arguments),
    }
}
