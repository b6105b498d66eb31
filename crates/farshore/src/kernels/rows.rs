//! Writes the reductions of rows and what is computed with them: fills the regions of `shaders/rows.wgsl`.

use std::fmt::Write as _;

use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::kernel::{Access, Kernel, RowTotal, Rows, Step};
use crate::kernels::elementwise::indent;
use crate::kernels::position::word;
use crate::kernels::{cast, steps, storage};

/// The kernel that computes `rows`. Its writes are the elements, if any, then each reduction's results.
///
/// # Errors
/// [`Error::DType`] when a step's function, or one that combines, has no text for its dtype.
pub fn write(rows: &Rows) -> Result<Kernel> {
    let mut body = before(rows);
    for number in 0..rows.totals.len() {
        body.push_str(&total(rows, number)?);
    }
    if !rows.steps.is_empty() {
        body.push_str(&elements(rows)?);
    }
    let body = indent(&storage::packed(body, rows.packs_float16));
    let combine = rows.totals.iter().map(|total| total.combine);
    let own = steps::functions(rows.stages().flatten(), combine);
    let functions = farshore_shaders::functions_for(&body) + &own;
    let constants = format!("const WORKGROUP: u32 = {}u;\nconst TEAM: u32 = {}u;", rows.workgroup, rows.team);
    let regions = [
        ("bindings", bindings(rows)),
        ("constants", constants + &shares(rows)),
        ("functions", functions),
        ("body", body),
    ];
    let regions = regions.each_ref().map(|(name, text)| (*name, text.as_str()));
    let wgsl = farshore_shaders::fill(farshore_shaders::ROWS, &regions)
        .map_err(|error| Error::Value { op: "rows.wgsl", reason: error.to_string() })?;
    let dtype = rows.stages().flatten().last().map_or(DType::Bool, |&(_, dtype)| dtype);
    let label = format!("{}_rows_{dtype}", rows.functions().join("_"));
    let writes = usize::from(!rows.steps.is_empty()) + rows.totals.len();
    Ok(Kernel { label, wgsl, reads: rows.operands.len(), writes, bounded: steps::may_not_end(&own) })
}

fn bindings(rows: &Rows) -> String {
    let mut text = String::new();
    for (number, operand) in rows.operands.iter().enumerate() {
        let element = match operand.access {
            Access::Row => storage::block_type(operand.dtype, rows.long_words),
            _ => storage::element_type(operand.dtype),
        };
        let _ =
            writeln!(text, "@group(0) @binding({number}) var<storage, read> in{number}: array<{element}>;");
    }
    let stored = rows.steps.last().map(|&(_, dtype)| storage::block_type(dtype, rows.long_words));
    let totals = rows.totals.iter().enumerate();
    let totals = totals.map(|(number, total)| (format!("out{number}"), storage::element_type(total.dtype())));
    let writes = stored.map(|element| ("out".to_owned(), element)).into_iter().chain(totals);
    let mut binding = rows.operands.len();
    for (name, element) in writes {
        let _ = writeln!(
            text,
            "@group(0) @binding({binding}) var<storage, read_write> {name}: array<{element}>;"
        );
        binding += 1;
    }
    let blocks = rows.words() / 4;
    let _ = write!(text, "@group(0) @binding({binding}) var<uniform> params: array<vec4<u32>, {blocks}>;");
    text
}

/// Where the members of a team tell each other their totals.
fn shares(rows: &Rows) -> String {
    if rows.team == 1 {
        return String::new();
    }
    let share = |(number, total): (usize, &RowTotal)| {
        let lanes = storage::lanes_type(total.dtype());
        format!("\nvar<workgroup> share{number}: array<{lanes}, WORKGROUP>;")
    };
    rows.totals.iter().enumerate().map(share).collect()
}

/// Statements that find each array's row, and load what has one element for it.
fn before(rows: &Rows) -> String {
    let mut text = String::new();
    for (number, operand) in rows.operands.iter().enumerate() {
        let (offset, stride) = (word(rows.offset(number)), word(rows.offset(number) + 1));
        let _ = if operand.access == Access::Row {
            writeln!(text, "let p{number} = ({offset} + row * {stride}) >> 2u;")
        } else {
            let at = format!("({offset} + row * {stride})");
            let value = storage::load_splat(operand.dtype, &format!("in{number}"), &at);
            writeln!(text, "let s{number} = {value};")
        };
    }
    text
}

/// Statements for one reduction: `t0` are four lanes with its result.
fn total(rows: &Rows, number: usize) -> Result<String> {
    let total = &rows.totals[number];
    let dtype = total.dtype();
    let neutral = storage::load_scalar(dtype, &format!("params[{}]", rows.scalar(rows.scalars + number) / 4));
    let combined = |left: &str, right: &str| -> Result<String> {
        let value = steps::combine(total.combine, dtype, &[left.into(), right.into()])?;
        Ok(cast::narrow(&value, dtype))
    };
    let value = format!("v{}", total.steps.len() - 1);
    let again = if rows.paired { 2 } else { 1 };
    let step = |name: &str, at: &str| -> Result<String> {
        let mut text = format!("{{\nlet block = {at};\n");
        inside_loop(rows, &total.steps, &mut text)?;
        let _ = writeln!(text, "{name} = {};\n}}", combined(name, &value)?);
        Ok(text)
    };
    let (first, second) =
        (step("one", "at")?, if rows.paired { step("two", "at + TEAM")? } else { String::new() });
    let part = if rows.paired { combined("one", "two")? } else { "one".into() };
    let mut text = format!("var t{number} = {neutral};\n{{\n");
    outside_loop(rows, &total.steps, &mut text)?;
    let _ = write!(
        text,
        "let neutral = t{number};\n\
         for (var start = own; start < blocks; start += {}u * TEAM) {{\n\
         let stop = min(start + {}u * TEAM, blocks);\n\
         var one = neutral;\n{}\
         for (var at = start; at < stop; at += {again}u * TEAM) {{\n{first}{second}}}\n\
         let part = {part};\n\
         t{number} = {};\n}}\n",
        again * Rows::STEPS,
        again * Rows::STEPS,
        if rows.paired { "var two = neutral;\n" } else { "" },
        combined(&format!("t{number}"), "part")?,
    );
    if rows.team > 1 {
        let own =
            combined(&format!("share{number}[invocation]"), &format!("share{number}[invocation + half]"))?;
        let _ = write!(
            text,
            "share{number}[invocation] = t{number};\n\
             workgroupBarrier();\n\
             for (var half = TEAM / 2u; half > 0u; half /= 2u) {{\n\
             if own < half {{ share{number}[invocation] = {own}; }}\n\
             workgroupBarrier();\n}}\n\
             t{number} = share{number}[invocation - own];\n"
        );
    }
    let name = format!("t{number}");
    let _ = write!(
        text,
        "{name} = {};\n{name} = {};\n}}\nif own == 0u {{ out{number}[row] = {name}.x; }}\n",
        combined(&name, &format!("{name}.zwxy"))?,
        combined(&name, &format!("{name}.yxwz"))?
    );
    Ok(text)
}

/// Statements that compute and store a row's elements.
fn elements(rows: &Rows) -> Result<String> {
    let mut text = String::new();
    outside_loop(rows, &rows.steps, &mut text)?;
    text.push_str("for (var block = own; block < blocks; block += TEAM) {\n");
    inside_loop(rows, &rows.steps, &mut text)?;
    let dtype = rows.steps.last().map_or(DType::Bool, |&(_, dtype)| dtype);
    let value = format!("v{}", rows.steps.len() - 1);
    let _ = writeln!(text, "let to = row * blocks + block;");
    text.push_str(&storage::store_block(dtype, &value, rows.long_words));
    text.push_str("\n}\n");
    Ok(text)
}

/// The steps whose values are the same for a whole row.
fn outside_loop(rows: &Rows, steps: &[(Step, DType)], text: &mut String) -> Result<()> {
    let outside = outside(rows, steps);
    values(rows, steps, &|number| outside[number], text)
}

/// The other steps.
fn inside_loop(rows: &Rows, steps: &[(Step, DType)], text: &mut String) -> Result<()> {
    let outside = outside(rows, steps);
    values(rows, steps, &|number| !outside[number], text)
}

fn outside(rows: &Rows, steps: &[(Step, DType)]) -> Vec<bool> {
    let mut outside: Vec<bool> = Vec::with_capacity(steps.len());
    for (step, _) in steps {
        outside.push(match step {
            Step::Load(operand) => rows.operands[*operand].access != Access::Row,
            Step::Scalar(_) | Step::Total(_) => true,
            Step::Cast(from) => outside[*from],
            Step::Apply { arguments, .. } => arguments.iter().all(|&from| outside[from]),
            Step::Gather { .. } => false,
        });
    }
    outside
}

fn values(
    rows: &Rows,
    steps: &[(Step, DType)],
    wanted: &dyn Fn(usize) -> bool,
    text: &mut String,
) -> Result<()> {
    let scalar = |number| rows.scalar(number) / 4;
    let load = &mut |number: usize, _place, text: &mut String| match rows.operands[number].access {
        Access::Row => {
            let _ = writeln!(text, "let b{number} = p{number} + block;");
            let dtype = rows.operands[number].dtype;
            storage::load_block(dtype, &format!("in{number}"), &format!("b{number}"), rows.long_words)
        }
        _ => format!("s{number}"),
    };
    steps::values_of(steps, wanted, &scalar, load, text)
}
