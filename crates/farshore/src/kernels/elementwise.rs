//! Writes the fused elementwise kernel: fills the regions of `shaders/elementwise.wgsl`.

use std::fmt::Write as _;

use crate::error::{Error, Result};
use crate::kernel::{Access, Expression, Kernel, LANES, Scatter, ScatterKind};
use crate::kernels::position::{self, word};
use crate::kernels::steps::{self, Place};
use crate::kernels::storage;

/// The kernel that computes `expression`.
///
/// # Errors
/// [`Error::DType`] when a step's function has no text for its dtype.
pub fn write(expression: &Expression) -> Result<Kernel> {
    let before = before(expression);
    let blocks = (0..expression.blocks)
        .map(|number| Ok(format!("{{\n{}\n}}\n", block(expression, number)?)))
        .collect::<Result<String>>()?;
    let body = match (expression.walks, expression.grid) {
        (false, _) => before + &blocks,
        (true, None) => before + &walk(&blocks),
        (true, Some(_)) => walk(&(before + &blocks)),
    };
    let body = storage::packed(body, expression.packs_float16);
    let own = steps::functions(&expression.steps, None);
    let functions = farshore_shaders::functions_for(&body) + &own;
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
    let (reads, bounded) = (expression.operands.len(), steps::may_not_end(&own));
    Ok(Kernel { label: label(expression), wgsl, reads, writes: 1, bounded })
}

/// A loop around the statements that compute the blocks of one tile. The number of turns comes from the parameters, since
/// drivers unroll loops whose end they know.
fn walk(blocks: &str) -> String {
    let (turns, tiles) = (word(Expression::TURNS), word(Expression::TILES));
    format!(
        "let start = min(group.y * params[0].y + group.x, params[0].x) * {turns};\n\
         let stop = min(start + {turns}, {tiles});\n\
         for (var tile = start; tile < stop; tile++) {{\n\
         let first = tile * WORKGROUP + invocation;\n{blocks}}}\n"
    )
}

fn bindings(expression: &Expression) -> String {
    let mut text = String::new();
    for (number, operand) in expression.operands.iter().enumerate() {
        let element = match operand.access {
            Access::Contiguous | Access::Row => storage::block_type(operand.dtype, expression.long_words),
            Access::Splat | Access::Strided | Access::RowSplat => storage::element_type(operand.dtype),
        };
        let _ =
            writeln!(text, "@group(0) @binding({number}) var<storage, read> in{number}: array<{element}>;");
    }
    let dtype = expression.dtype();
    let claims = expression.scatter.is_some_and(|scatter| scatter.kind == ScatterKind::Claim);
    let element = match expression.store {
        Access::Contiguous | Access::Row => storage::block_type(dtype, expression.long_words),
        _ if dtype.size() < 4 || claims => "atomic<u32>",
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
    let scalar = |number| expression.scalar(number) / 4;
    let load = &mut |number, place, text: &mut String| load(expression, number, place, block, text);
    steps::values(&expression.steps, &scalar, load, &mut text)?;
    let (last, dtype) = (format!("v{}", expression.steps.len() - 1), expression.dtype());
    let target = expression.operands.len();
    if let Some(scatter) = expression.scatter {
        let at = position::elements(expression, target, block);
        let _ = writeln!(text, "let place = {at} + v{};", scatter.place);
        text.push_str(&scattered(expression, scatter, &last));
        return Ok(text);
    }
    match expression.store {
        Access::Contiguous | Access::Row => {
            let _ =
                writeln!(text, "let to = {};", position::block(expression, target, expression.store, block));
            text.push_str(&storage::store_block(dtype, &last, expression.long_words));
        }
        _ => {
            let _ = writeln!(text, "let place = {};", position::elements(expression, target, block));
            // Those of a grid's blocks all exist.
            let condition =
                |lane| exists(expression, lane).map_or_else(String::new, |one| format!("if {one} "));
            text.push_str(&storage::store_elements(dtype, &last, "place", &condition));
        }
    }
    Ok(text)
}

/// Whether one of a block's elements is one of the result's; None where they all are, as in a grid.
fn exists(expression: &Expression, lane: usize) -> Option<String> {
    expression.grid.is_none().then(|| format!("block * 4u + {lane}u < params[0].z"))
}

/// Statements that store the values at computed places.
fn scattered(expression: &Expression, scatter: Scatter, value: &str) -> String {
    const NUMBER: &str =
        "let number = vec4<u32>(block * 4u) + vec4<u32>(1u, 2u, 3u, 4u) + vec4<u32>(params[0].w);\n";
    let kind = scatter.kind;
    let lane = |lane: usize| ["x", "y", "z", "w"][lane];
    let condition = |number: usize| {
        let claimed = match kind {
            ScatterKind::Claimed(step) => Some(format!("v{step}.{0} == number.{0}", lane(number))),
            _ => None,
        };
        let bound = scatter.len.map(|step| format!("place.{0} < v{step}.{0}", lane(number)));
        let all: Vec<String> = exists(expression, number).into_iter().chain(bound).chain(claimed).collect();
        if all.is_empty() { String::new() } else { format!("if {} ", all.join(" && ")) }
    };
    match kind {
        ScatterKind::All => storage::store_elements(expression.dtype(), value, "place", &condition),
        ScatterKind::Claimed(_) => {
            NUMBER.to_owned() + &storage::store_elements(expression.dtype(), value, "place", &condition)
        }
        ScatterKind::Claim => {
            let each = (0..LANES).map(|number| {
                format!("{}{{ atomicMax(&out[place.{1}], number.{1}); }}\n", condition(number), lane(number))
            });
            NUMBER.to_owned() + &each.collect::<String>()
        }
    }
}

fn load(
    expression: &Expression,
    number: usize,
    place: Option<Place>,
    block: usize,
    text: &mut String,
) -> String {
    let operand = expression.operands[number];
    let buffer = format!("in{number}");
    match operand.access {
        Access::Contiguous | Access::Row => {
            let at = position::block(expression, number, operand.access, block);
            let _ = writeln!(text, "let b{number} = {at};");
            storage::load_block(operand.dtype, &buffer, &format!("b{number}"), expression.long_words)
        }
        Access::Splat | Access::RowSplat => format!("s{number}"),
        Access::Strided => {
            let at = position::elements(expression, number, block);
            let further = place.map_or_else(String::new, |place| format!(" + v{}", place.step));
            match place.and_then(|place| place.within) {
                None => {
                    let _ = writeln!(text, "let e{number} = {at}{further};");
                }
                Some(within) => {
                    // Before the part that is bound, positions wrap to large ones.
                    let _ = writeln!(
                        text,
                        "let all{number} = {at}{further};\nlet inside{number} = all{number} < v{0};\n\
                         let e{number} = min(all{number}, v{0} - vec4<u32>(1u));",
                        within.len
                    );
                }
            }
            storage::load_elements(operand.dtype, &buffer, &format!("e{number}"))
        }
    }
}

pub fn indent(text: &str) -> String {
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
