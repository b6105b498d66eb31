//! Where the elements of a block lie in each array: by their place in the result, or in a grid over its last two axes.

use std::fmt::Write as _;

use crate::kernel::{Access, Expression, Grid, LANES};

/// A word of the parameters, by its number.
pub fn word(number: usize) -> String {
    format!("params[{}].{}", number / 4, ["x", "y", "z", "w"][number % 4])
}

/// Statements that number the block and, where some operand needs them, find the coordinates of its elements. Lanes past
/// the end repeat the last element, so that no load is out of bounds.
pub fn in_order(expression: &Expression, block: usize) -> String {
    let mut text = match expression.blocks {
        1 => "let block = first;\n".into(),
        blocks => format!("let block = first * {blocks}u + {block}u;\n"),
    };
    if expression.rank == 0 {
        return text;
    }
    text.push_str(
        "var rest = min(vec4<u32>(block * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(params[0].z - 1u)) + params[0].w;\n",
    );
    for axis in (1..expression.rank).rev() {
        let size = match expression.short {
            short if short > 0 && axis == expression.rank - 1 => format!("{short}u"),
            _ => word(expression.shape(axis)),
        };
        let _ = writeln!(text, "let i{axis} = rest % vec4<u32>({size});\nrest = rest / vec4<u32>({size});");
    }
    text.push_str("let i0 = rest;\n");
    text
}

/// Statements that find an invocation's row, its first column and the coordinates on the other axes, then its place in
/// each array: all whole numbers, not lanes. Columns past the end move back to the last ones, and rows to the last row,
/// so that some elements are computed twice, to the same value.
pub fn in_grid(expression: &Expression, grid: Grid) -> String {
    let (rank, workgroup) = (expression.rank, expression.workgroup());
    let (column, row) = (rank - 1, rank - 2);
    let width = LANES * expression.blocks;
    // Powers of two, so that nothing is divided.
    let (x, y) = if grid.rows_first {
        ("inner >> down", "inner & ((1u << down) - 1u)")
    } else {
        ("inner & ((1u << side) - 1u)", "inner >> side")
    };
    let side = word(Expression::SIDE);
    let mut text = format!(
        "let side = {side} & 0xffffu;\n\
         let strip = {side} >> 16u;\n\
         let down = {}u - side;\n\
         let inner = first % {workgroup}u;\n\
         let tile = first / {workgroup}u;\n\
         let below = tile & ((1u << strip) - 1u);\n\
         var rest = tile >> strip;\n",
        workgroup.ilog2(),
    );
    text.push_str(&divide("tile_across", &word(Expression::ACROSS)));
    if row == 0 {
        text.push_str("let tile_down = rest;\n");
    } else {
        text.push_str(&divide("tile_down", &word(Expression::DOWN)));
    }
    let _ = write!(
        text,
        "let i{column} = min(((tile_across << side) + ({x})) * {width}u, {} - {width}u);\n\
         let i{row} = min((((tile_down << strip) + below) << down) + ({y}), {} - 1u);\n",
        word(expression.shape(column)),
        word(expression.shape(row)),
    );
    for axis in (1..row).rev() {
        text.push_str(&divide(&format!("i{axis}"), &word(expression.shape(axis))));
    }
    if row > 0 {
        text.push_str("let i0 = rest;\n");
    }
    let accesses = expression.operands.iter().map(|operand| operand.access).chain([expression.store]);
    for (number, access) in accesses.enumerate() {
        if access != Access::Splat {
            let axes = if access == Access::RowSplat { column } else { rank };
            let at = sum(expression, number, axes);
            let at = if access == Access::Row { format!("({at}) >> 2u") } else { at };
            let _ = writeln!(text, "let p{number} = {at};");
        }
    }
    text
}

/// Statements that take `rest` modulo `size` for `name`, and leave the quotient: one division, which processors do lane by
/// lane.
fn divide(name: &str, size: &str) -> String {
    format!(
        "let {name}_over = rest / {size};\nlet {name} = rest - {name}_over * {size};\nrest = {name}_over;\n"
    )
}

/// The number of a block in an array that is read or written in whole blocks.
pub fn block(expression: &Expression, array: usize, access: Access, block: usize) -> String {
    match access {
        Access::Row => format!("p{array} + {block}u"),
        _ => format!("block + {}", word(expression.offset(array))),
    }
}

/// The places in an array of a block's four elements. Strides may be negative: arithmetic wraps.
pub fn elements(expression: &Expression, array: usize, block: usize) -> String {
    if expression.grid.is_none() {
        return format!("vec4<u32>({})", sum(expression, array, expression.rank));
    }
    let lanes = [0, 1, 2, 3].map(|lane| format!("{}u", LANES * block + lane)).join(", ");
    let stride = word(expression.stride(array, expression.rank - 1));
    format!("vec4<u32>(p{array}) + vec4<u32>({lanes}) * {stride}")
}

/// An array's offset and its strides along the first `axes` axes times their coordinates.
fn sum(expression: &Expression, array: usize, axes: usize) -> String {
    let mut text = word(expression.offset(array));
    for axis in 0..axes {
        let _ = write!(text, " + i{axis} * {}", word(expression.stride(array, axis)));
    }
    text
}
