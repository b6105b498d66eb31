//! A user's program for one set of dtypes: what template names stand for, and functions that reach elements of 8 and 16
//! bits, which lie several to a word.

use crate::device::{Fault, LENGTHS};
use crate::dtype::{Compute, DType, Kind};
use crate::error::{Error, Result};
use crate::ops::custom::declarations::{Declarations, Storage};
use crate::ops::custom::function::wrong;
use crate::ops::custom::signature::{Type, Types};

/// The text for one set of dtypes: the user's, but for types of elements that WGSL cannot store, and more behind it.
pub struct Instance<'a> {
    op: &'static str,
    code: &'a str,
    pub text: String,
    /// Where the user's text was changed, how long it was there and is now. No lines were.
    edits: Vec<(usize, usize, usize)>,
}

impl<'a> Instance<'a> {
    /// The text for `types`.
    ///
    /// # Errors
    /// [`Error::DType`] for numbers of 8 and 16 bits in a type that cannot hold them.
    pub fn new(op: &'static str, code: &'a str, all: &Declarations, types: &Types) -> Result<Self> {
        let mut changes = Vec::new();
        let mut more = vec!["\n".to_owned()];
        let mut lengths = false;
        for (number, storage) in all.storages.iter().enumerate() {
            let dtype = storage.dtype.as_ref().map(|dtype| dtype.dtype(op, types)).transpose()?;
            let used = |verb: &str| {
                let name = format!("{verb}_{}", storage.name);
                all.words.contains(&name) && !all.functions.contains(&name)
            };
            let [loads, stores, measures] = ["load", "store", "length"].map(used);
            let stores = stores && storage.written;
            let (name, ty) = (&storage.name, &code[storage.leaf.clone()]);
            if let Some(dtype) = dtype.filter(|dtype| dtype.size() < 4) {
                require_plain(op, storage, dtype)?;
                changes.push((&storage.leaf, if stores { "atomic<u32>" } else { "u32" }));
                let narrow = Narrow { name, dtype, atomic: stores };
                if measures || stores {
                    lengths = true;
                    let (vector, part) = (number / 4, number % 4);
                    more.push(format!(
                        "fn length_{name}() -> u32 {{ return {LENGTHS}[{vector}][{part}]; }}\n"
                    ));
                }
                more.extend(loads.then(|| narrow.load()));
                more.extend(stores.then(|| narrow.store()));
            } else if storage.plain {
                let length = || format!("fn length_{name}() -> u32 {{ return arrayLength(&{name}); }}\n");
                let load = || format!("fn load_{name}(i: u32) -> {ty} {{ return {name}[i]; }}\n");
                let store = || {
                    format!(
                        "fn store_{name}(i: u32, value: {ty}) {{ if i < arrayLength(&{name}) {{ {name}[i] = value; }} }}\n"
                    )
                };
                more.extend(
                    measures.then(length).into_iter().chain(loads.then(load)).chain(stores.then(store)),
                );
            }
        }
        if lengths {
            let vectors = all.storages.len().div_ceil(4);
            more.push(format!(
                "@group(1) @binding(0) var<uniform> {LENGTHS}: array<vec4<u32>, {vectors}>;\n"
            ));
        }
        let functions = farshore_shaders::functions_for(&more.concat());
        more.extend([functions, aliases(all, types)]);
        let more = more.concat();
        Ok(Self::with(op, code, changes, &more))
    }

    fn with(
        op: &'static str,
        code: &'a str,
        mut changes: Vec<(&std::ops::Range<usize>, &str)>,
        more: &str,
    ) -> Self {
        changes.sort_by_key(|(place, _)| place.start);
        let (mut text, mut edits, mut at) = (String::new(), Vec::new(), 0);
        for (place, new) in changes {
            text += &code[at..place.start];
            text += new;
            edits.push((place.start, place.len(), new.len()));
            at = place.end;
        }
        text += &code[at..];
        text += more;
        Self { op, code, text, edits }
    }

    /// What is wrong, at its place in the user's text.
    pub fn fault(&self, fault: Fault) -> Error {
        let Fault { message, line, mut column } = fault;
        let lines = self.code.lines().count();
        if line > lines {
            // What the user left open ends behind the user's text.
            let column = self.code.lines().last().map_or(0, str::len) + 1;
            return wrong(self.op, "code", self.code, &Fault { message, line: lines, column });
        }
        let begin: usize = self.code.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let end = begin + self.code[begin..].find('\n').unwrap_or(self.code.len() - begin);
        for &(at, old, new) in self.edits.iter().filter(|(at, ..)| (begin..end).contains(at)) {
            // As far as here, `column` counts in the user's text.
            if column > at - begin + new {
                column = column + old - new;
            } else if column > at - begin {
                column = at - begin + 1;
            }
        }
        wrong(self.op, "code", self.code, &Fault { message, line, column })
    }
}

fn require_plain(op: &'static str, storage: &Storage, dtype: DType) -> Result<()> {
    if storage.plain {
        return Ok(());
    }
    let (name, ty) = (&storage.name, &storage.ty);
    let accepted = format!("numbers of 32 and 64 bits for {name}, which is {ty}");
    let remedy = format!(
        ". Elements of 8 and 16 bits lie in an array<T> alone, and are reached by load_{name}(i) and store_{name}(i, value)"
    );
    Err(Error::DType { op, dtype, accepted, remedy })
}

/// What template names stand for, and names of dtypes.
fn aliases(all: &Declarations, types: &Types) -> String {
    let fixed = all.storages.iter().filter_map(|storage| match &storage.dtype {
        Some(Type::DType(dtype)) if *dtype != DType::Bool && all.words.contains(dtype.name()) => {
            Some((dtype.name(), *dtype))
        }
        _ => None,
    });
    let mut names: Vec<(&str, DType)> = types.iter().map(|(name, dtype)| (name.as_str(), *dtype)).collect();
    names.extend(fixed);
    names.sort_unstable();
    names.dedup();
    let each = names.into_iter().map(|(name, dtype)| format!("alias {name} = {};\n", computed(dtype)));
    each.collect()
}

/// WGSL's type for one element while it is computed with.
fn computed(dtype: DType) -> &'static str {
    match dtype.compute() {
        Compute::C64 => "vec2<f32>",
        Compute::C128 => "vec2<f64>",
        compute => compute.name(),
    }
}

/// An array whose elements lie several to a word.
struct Narrow<'a> {
    name: &'a str,
    dtype: DType,
    /// Whether its words are written by several invocations at once.
    atomic: bool,
}

impl Narrow<'_> {
    /// Where element `i` lies: its word, and the bits before it there.
    fn place(&self) -> (String, &'static str) {
        let (shift, bits) =
            if self.dtype.size() == 1 { ("2u", "(i & 3u) << 3u") } else { ("1u", "(i & 1u) << 4u") };
        (format!("{}[i >> {shift}]", self.name), bits)
    }

    fn load(&self) -> String {
        let (word, bits) = self.place();
        let word = if self.atomic { format!("atomicLoad(&{word})") } else { word };
        let value = match (self.dtype, self.dtype.size(), self.dtype.kind()) {
            (_, _, Kind::Bool) => "(raw & 0xffu) != 0u",
            (_, 1, Kind::Signed) => "bitcast<i32>(raw << 24u) >> 24u",
            (_, 1, _) => "raw & 0xffu",
            (_, _, Kind::Signed) => "bitcast<i32>(raw << 16u) >> 16u",
            (DType::Float16, ..) => "from_bits_f16(vec4<u32>(raw & 0xffffu)).x",
            _ => "raw & 0xffffu",
        };
        let (name, ty) = (self.name, computed(self.dtype));
        format!("fn load_{name}(i: u32) -> {ty} {{ let raw = {word} >> ({bits}); return {value}; }}\n")
    }

    /// Neighbours in the word stay what others make of them meanwhile.
    fn store(&self) -> String {
        let (word, bits) = self.place();
        let mask = if self.dtype.size() == 1 { "0xffu" } else { "0xffffu" };
        let raw = match self.dtype.kind() {
            Kind::Bool => "select(0u, 1u, value)".into(),
            Kind::Signed => format!("bitcast<u32>(value) & {mask}"),
            Kind::Float => "bits_f16(round_f16(vec4<f32>(value))).x".into(),
            _ => format!("value & {mask}"),
        };
        let (name, ty) = (self.name, computed(self.dtype));
        format!(
            "fn store_{name}(i: u32, value: {ty}) {{\n    if i >= length_{name}() {{ return; }}\n    \
             let bits = {bits};\n    let raw = ({raw}) << bits;\n    var old = atomicLoad(&{word});\n    loop {{\n        \
             let seen = atomicCompareExchangeWeak(&{word}, old, (old & ~({mask} << bits)) | raw);\n        \
             if seen.exchanged {{ return; }}\n        old = seen.old_value;\n    }}\n}}\n"
        )
    }
}
