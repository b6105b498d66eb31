//! Where the elements of rows lie in each array that a kernel of rows reads or writes.

use std::fmt::Write as _;

use crate::kernel::{Access, Lanes, Rows};
use crate::kernels::position::word;

/// Statements that find the coordinates of an invocation's row, or of its four, and from them its place in each array.
/// Lanes past the last row repeat that one.
pub fn before(rows: &Rows) -> String {
    let mut text = String::from("let lanes = vec4<u32>(0u, 1u, 2u, 3u);\n");
    let all = word(Rows::ALL);
    let across = rows.lanes == Lanes::Across;
    if across {
        let mine = "vec4<u32>(row * 4u) + lanes";
        let _ = if rows.whole {
            writeln!(text, "let mine = {mine};")
        } else {
            writeln!(text, "let mine = min({mine}, vec4<u32>({all} - 1u));")
        };
    }
    let first = match (across, rows.whole) {
        (false, _) => "row",
        (true, true) => "row * 4u",
        (true, false) => "mine",
    };
    if rows.rank < 2 {
        let _ = writeln!(text, "let i0 = {first};");
    } else {
        let _ = writeln!(text, "var rest = {first};");
        for axis in (1..rows.rank).rev() {
            let size = word(rows.shape(axis));
            let size = if across && !rows.whole { format!("vec4<u32>({size})") } else { size };
            let _ = writeln!(text, "let i{axis} = rest % {size};\nrest = rest / {size};");
        }
        text.push_str("let i0 = rest;\n");
    }
    let stored = (!rows.steps.is_empty()).then_some(rows.store);
    let accesses = rows.operands.iter().map(|operand| operand.access).chain(stored);
    let accesses: Vec<Access> = accesses.collect();
    for (array, &access) in accesses.iter().enumerate() {
        let _ = writeln!(text, "let l{array} = {};", start(rows, array, access));
    }
    if parted(rows) {
        // Arrays that are read in blocks all begin at the same lane.
        let lane = accesses.iter().position(|&access| access == Access::Row);
        let lane = lane.map_or_else(|| "0u".into(), |array| format!("l{array} & 3u"));
        let length = word(Rows::LENGTH);
        let _ = writeln!(text, "let begin = {lane};\nlet finish = begin + {length};");
        text.push_str("let blocks = (finish + 3u) >> 2u;\n");
    } else {
        text.push_str("let blocks = steps;\n");
    }
    text
}

/// Whether rows begin and end within blocks.
pub fn parted(rows: &Rows) -> bool {
    rows.lanes == Lanes::Along && !rows.whole
}

/// The place in an array of a row's first block, or of the first elements of four rows.
fn start(rows: &Rows, array: usize, access: Access) -> String {
    let offset = word(rows.offset(array));
    let mut place = offset.clone();
    for axis in 0..rows.rank {
        let _ = write!(place, " + i{axis} * {}", word(stride(rows, array, axis)));
    }
    match (rows.lanes, access) {
        (Lanes::Along, Access::Row) if rows.whole => format!("({place}) >> 2u"),
        (Lanes::Across, Access::Strided) if rows.whole => {
            format!("vec4<u32>({place}) + lanes * {}", word(stride(rows, array, rows.rank - 1)))
        }
        // Of rows that are no whole blocks, one element for four rows is one for all.
        (Lanes::Across, Access::RowSplat) if !rows.whole => offset,
        _ => place,
    }
}

/// The word that says how far apart an array's elements are along an axis of the rows' coordinates.
fn stride(rows: &Rows, array: usize, axis: usize) -> usize {
    rows.offset(array) + 2 + axis
}

/// The place of an array's elements that are the same along a row.
pub fn fixed(rows: &Rows, array: usize, access: Access) -> String {
    match (rows.lanes, access) {
        (Lanes::Across, Access::Row) => format!("(l{array} >> 2u)"),
        _ => format!("l{array}"),
    }
}

/// The place of the elements of step `block`: the number of a block, of one element, or of four.
pub fn at(rows: &Rows, array: usize, access: Access) -> String {
    let step = word(rows.offset(array) + 1);
    match (rows.lanes, access) {
        (Lanes::Along, Access::Row) if rows.whole => format!("l{array} + block"),
        (Lanes::Along, Access::Row) => format!("(l{array} >> 2u) + min(block, blocks - 1u)"),
        (Lanes::Along, _) => format!("l{array} + place * {step}"),
        (Lanes::Across, Access::Row) => format!("(l{array} + block * {step}) >> 2u"),
        (Lanes::Across, _) => format!("l{array} + block * {step}"),
    }
}

/// Statements that find the elements of step `block` along a row, and which of its lanes are the row's own.
pub fn step(rows: &Rows) -> &'static str {
    match (rows.lanes, rows.whole) {
        (Lanes::Across, _) => "",
        (Lanes::Along, true) => "let place = vec4<u32>(block * 4u) + lanes;\n",
        (Lanes::Along, false) => {
            "let lane = vec4<u32>(block * 4u) + lanes;\n\
             let inside = (lane >= vec4<u32>(begin)) & (lane < vec4<u32>(finish));\n\
             let place = clamp(lane, vec4<u32>(begin), vec4<u32>(finish - 1u)) - begin;\n"
        }
    }
}
