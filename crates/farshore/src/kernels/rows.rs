//! Writes the reductions of rows and what is computed with them: fills the regions of `shaders/rows.wgsl`.

use std::fmt::Write as _;

use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::kernel::{Access, Kernel, Lanes, RowTotal, Rows, Step};
use crate::kernels::elementwise::indent;
use crate::kernels::position::word;
use crate::kernels::{cast, row_position, steps, storage};

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
    let body = indent(&storage::packed(turns(rows, &body), rows.packs_float16));
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

/// Statements that find the rows of a workgroup, and compute them; or of several in turn, where there is no barrier in the
/// way.
fn turns(rows: &Rows, body: &str) -> String {
    let row = |tile: &str| {
        format!("let row = min({tile} * (WORKGROUP / TEAM) + invocation / TEAM, params[0].z - 1u);\n{body}")
    };
    if rows.team > 1 {
        return row("tile");
    }
    let turns = word(Rows::TURNS);
    let each = row("turn");
    format!(
        "for (var turn = tile * {turns}; turn < tile * {turns} + {turns}; turn++) {{\n{}}}\n",
        indent(&each)
    )
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
    let stored = rows.steps.last().map(|&(_, dtype)| match rows.store {
        Access::Row => storage::block_type(dtype, rows.long_words && !row_position::parted(rows)),
        _ if dtype.size() < 4 => "atomic<u32>",
        _ => storage::element_type(dtype),
    });
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

/// Statements that find each array's rows, and load what is the same along them.
fn before(rows: &Rows) -> String {
    let mut text = row_position::before(rows);
    for (number, operand) in rows.operands.iter().enumerate().filter(|&(number, _)| rows.fixed[number]) {
        let at = row_position::fixed(rows, number, operand.access);
        let _ = writeln!(text, "let s{number} = {};", loaded(rows, number, &at));
    }
    text
}

/// The value of an operand at a place.
fn loaded(rows: &Rows, number: usize, at: &str) -> String {
    let (operand, buffer) = (rows.operands[number], format!("in{number}"));
    match operand.access {
        Access::Row => storage::load_block(operand.dtype, &buffer, at, rows.long_words),
        Access::RowSplat => storage::load_splat(operand.dtype, &buffer, at),
        _ => storage::load_elements(operand.dtype, &buffer, at),
    }
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
        let mut text = format!("{{\nlet block = {at};\n{}", row_position::step(rows));
        inside_loop(rows, &total.steps, &mut text)?;
        let counted = if row_position::parted(rows) {
            let chosen = storage::select(dtype, "neutral", &value, "inside");
            let _ = writeln!(text, "let counted = {chosen};");
            "counted"
        } else {
            &value
        };
        let _ = writeln!(text, "{name} = {};\n}}", combined(name, counted)?);
        Ok(text)
    };
    let (first, second) =
        (step("one", "at")?, if rows.paired { step("two", "at + TEAM")? } else { String::new() });
    let part = if rows.paired { combined("one", "two")? } else { "one".into() };
    let mut text = format!("var t{number} = {neutral};\n{{\n");
    outside_loop(rows, &total.steps, &mut text)?;
    let (long, short) = (again * Rows::STEPS * Rows::STEPS, again * Rows::STEPS);
    let _ = write!(
        text,
        "let neutral = t{number};\n\
         for (var run = own; run < blocks; run += {long}u * TEAM) {{\n\
         let end = min(run + {long}u * TEAM, blocks);\n\
         var parts = neutral;\n\
         for (var start = run; start < end; start += {short}u * TEAM) {{\n\
         let stop = min(start + {short}u * TEAM, end);\n\
         var one = neutral;\n{}\
         for (var at = start; at < stop; at += {again}u * TEAM) {{\n{first}{second}}}\n\
         let part = {part};\n\
         parts = {};\n}}\n\
         t{number} = {};\n}}\n",
        if rows.paired { "var two = neutral;\n" } else { "" },
        combined("parts", "part")?,
        combined(&format!("t{number}"), "parts")?,
    );
    text.push_str(&finished(rows, number, &combined)?);
    Ok(text)
}

/// Statements that combine what the lanes and the members of a team have, and store it.
fn finished(rows: &Rows, number: usize, combined: &dyn Fn(&str, &str) -> Result<String>) -> Result<String> {
    let name = format!("t{number}");
    if rows.lanes == Lanes::Across {
        let each = ["x", "y", "z", "w"].map(|lane| format!("out{number}[mine.{lane}] = {name}.{lane};\n"));
        return Ok(format!("}}\n{}", each.concat()));
    }
    let mut text = String::new();
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
    const ALL: &str = "for (var block = own; block < blocks; block += TEAM) {\n";
    // Each loop's end is the parameters', since drivers unroll loops whose end they know.
    const INNER: &str = "for (var block = own + 1u; block + 1u < blocks; block += TEAM) {\n";
    const ENDS: &str = "for (var end = own; end < 2u + params[1].x; end += TEAM) {\n\
                        let block = end * (blocks - 1u);\n";
    let mut text = String::new();
    outside_loop(rows, &rows.steps, &mut text)?;
    let loops: &[(&str, bool)] = match (row_position::parted(rows), rows.store) {
        (false, _) => &[(ALL, true)],
        (true, Access::Row) => &[(INNER, true), (ENDS, false)],
        (true, _) => &[(ALL, false)],
    };
    for (each, whole) in loops {
        text.push_str(each);
        text.push_str(row_position::step(rows));
        inside_loop(rows, &rows.steps, &mut text)?;
        text.push_str(&store(rows, *whole));
        text.push_str("\n}\n");
    }
    Ok(text)
}

/// Statements that store a block's elements; where it is not `whole`, those of the row alone.
fn store(rows: &Rows, whole: bool) -> String {
    let dtype = rows.steps.last().map_or(DType::Bool, |&(_, dtype)| dtype);
    let value = format!("v{}", rows.steps.len() - 1);
    let at = row_position::at(rows, rows.operands.len(), rows.store);
    let own = |lane: usize| {
        if whole { String::new() } else { format!("if inside.{} ", ["x", "y", "z", "w"][lane]) }
    };
    match (rows.store, whole) {
        (Access::Row, true) => {
            let long = rows.long_words && !row_position::parted(rows);
            format!("let to = {at};\n{}", storage::store_block(dtype, &value, long))
        }
        (Access::Row, false) => {
            let each = ["x", "y", "z", "w"].iter().enumerate();
            let each = each.map(|(n, lane)| format!("{}{{ out[to].{lane} = {value}.{lane}; }}\n", own(n)));
            format!("let to = {at};\n{}", each.collect::<String>())
        }
        _ => format!("let to = {at};\n{}", storage::store_elements(dtype, &value, "to", &own)),
    }
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
            Step::Load(operand) => rows.fixed[*operand],
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
    let load = &mut |number: usize, _place, text: &mut String| {
        if rows.fixed[number] {
            return format!("s{number}");
        }
        let at = row_position::at(rows, number, rows.operands[number].access);
        let _ = writeln!(text, "let e{number} = {at};");
        loaded(rows, number, &format!("e{number}"))
    };
    steps::values_of(steps, wanted, &scalar, load, text)
}
