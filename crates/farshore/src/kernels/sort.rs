//! Writes the steps of the sort: fills the regions of `shaders/sort_runs.wgsl` and `shaders/sort_merge.wgsl`.

use std::fmt::Write as _;

use crate::dtype::{Compute, DType};
use crate::error::{Error, Result};
use crate::kernel::Kernel;

/// One step of a sort: everything that its text depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each changes the text in a way of its own")]
pub struct SortStep {
    /// The elements' dtype, of 32 bits or more.
    pub dtype: DType,
    /// From the greatest to the least.
    pub descending: bool,
    /// Whether stretches are merged, or put in order first.
    pub merges: bool,
    /// Whether the elements' positions are moved.
    pub indices: bool,
    /// Whether no step follows: then positions are written as int64, and alone.
    pub last: bool,
    /// Invocations of a workgroup, and how many of them merge their stretches at once; powers of two.
    pub workgroup: usize,
    /// As above.
    pub span: usize,
}

/// Neighbours that an invocation puts in order.
pub const RUN: usize = 8;

impl SortStep {
    /// The kernel.
    ///
    /// # Errors
    /// None, as long as the shaders have their regions.
    pub fn write(self) -> Result<Kernel> {
        let (bindings, reads, writes) = self.bindings();
        let own = self.functions();
        let functions = farshore_shaders::functions_for(&own) + &own;
        let mut constants = format!("const WORKGROUP: u32 = {}u;", self.workgroup);
        if !self.merges {
            let _ = write!(constants, "\nconst RUN: u32 = {RUN}u;\nconst SPAN: u32 = {}u;", self.span);
        }
        let regions = [
            ("constants", constants.as_str()),
            ("bindings", bindings.as_str()),
            ("functions", functions.as_str()),
        ];
        let text = if self.merges { farshore_shaders::SORT_MERGE } else { farshore_shaders::SORT_RUNS };
        let wgsl = farshore_shaders::fill(text, &regions)
            .map_err(|error| Error::Value { op: "sort.wgsl", reason: error.to_string() })?;
        Ok(Kernel { label: format!("sort_{}", self.dtype), wgsl, reads, writes, bounded: false })
    }

    /// Whether elements are written: not when their positions are all that is wanted.
    pub const fn moves(self) -> bool {
        !(self.indices && self.last)
    }

    fn bindings(self) -> (String, usize, usize) {
        let element = words(self.dtype);
        let mut text = format!("alias Element = {element};\nalias Key = {element};\n");
        let reads: &[(&str, &str)] = if self.merges && self.indices {
            &[("elements", "Element"), ("indices", "u32")]
        } else {
            &[("elements", "Element")]
        };
        let index = if self.last { "vec2<u32>" } else { "u32" };
        let mut writes = Vec::new();
        if self.moves() {
            writes.push(("elements_out", "Element"));
        }
        if self.indices {
            writes.push(("indices_out", index));
        }
        let all = reads.iter().map(|one| (one, "read")).chain(writes.iter().map(|one| (one, "read_write")));
        for (number, ((name, element), access)) in all.enumerate() {
            let _ = writeln!(
                text,
                "@group(0) @binding({number}) var<storage, {access}> {name}: array<{element}>;"
            );
        }
        let last = reads.len() + writes.len();
        let _ = write!(text, "@group(0) @binding({last}) var<uniform> params: array<vec4<u32>, 2>;");
        (text, reads.len(), writes.len())
    }

    fn functions(self) -> String {
        let mut moved = String::new();
        if self.moves() {
            moved.push_str("    elements_out[to] = element;\n");
        }
        if self.indices {
            let index = if self.merges { "indices[position]" } else { "column" };
            let index = if self.last { format!("vec2<u32>({index}, 0u)") } else { index.into() };
            let _ = writeln!(moved, "    indices_out[to] = {index};");
        }
        let lanes = ["x", "y", "z", "w"];
        let less = match self.dtype.size() / 4 {
            1 => "a < b".to_owned(),
            count => lanes[1..count].iter().fold("a.x < b.x".into(), |less, lane| {
                format!("a.{lane} < b.{lane} || (a.{lane} == b.{lane} && ({less}))")
            }),
        };
        format!(
            "fn load(position: u32) -> Element {{\n    return elements[position];\n}}\n\
             fn key_of(element: Element) -> Key {{\n    return {};\n}}\n\
             fn is_less(a: Key, b: Key) -> bool {{\n    return {less};\n}}\n\
             fn move_element(position: u32, column: u32, element: Element, to: u32) {{\n{moved}}}",
            self.key()
        )
    }

    fn key(self) -> String {
        let name = self.dtype.compute().name();
        let key = match self.dtype.compute() {
            Compute::U32 | Compute::U64 | Compute::Bool => "element".to_owned(),
            Compute::C64 => "key_c64(element)".into(),
            Compute::C128 => "key_c128(element)".into(),
            _ => format!("key_{name}(element)"),
        };
        let float = match self.dtype.compute() {
            Compute::F32 | Compute::F64 => Some(name),
            Compute::C64 => Some("c64"),
            Compute::C128 => Some("c128"),
            _ => None,
        };
        match (self.descending, float) {
            (false, _) => key,
            (true, Some(name)) => format!("falling_{name}({key})"),
            (true, None) => format!("~{key}"),
        }
    }
}

fn words(dtype: DType) -> &'static str {
    match dtype.size() {
        4 => "u32",
        8 => "vec2<u32>",
        _ => "vec4<u32>",
    }
}
