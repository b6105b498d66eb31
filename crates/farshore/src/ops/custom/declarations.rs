//! The arrays that a user's program binds, as its text has them: found before naga is asked, because names in them may
//! stand for dtypes.

use std::collections::HashSet;
use std::ops::Range;

use crate::dtype::DType;
use crate::ops::custom::signature::Type;

/// A variable in storage.
#[derive(Debug)]
pub struct Storage {
    pub name: String,
    /// None where it is not written as a number.
    pub binding: Option<u32>,
    pub written: bool,
    /// Its type, as it is written.
    pub ty: String,
    /// Where in the text the type of its numbers stands.
    pub leaf: Range<usize>,
    /// That type; None where WGSL has it, or the text declares it.
    pub dtype: Option<Type>,
    /// Whether it is an array of such numbers, as long as the array that is given.
    pub plain: bool,
}

/// What a text declares.
#[derive(Debug)]
pub struct Declarations {
    /// By their bindings.
    pub storages: Vec<Storage>,
    /// All words of the text.
    pub words: HashSet<String>,
    /// Names of functions.
    pub functions: HashSet<String>,
}

/// Types that WGSL cannot store, and those that no device need have.
const NARROW: [(&str, DType); 6] = [
    ("bool", DType::Bool),
    ("i8", DType::Int8),
    ("u8", DType::Uint8),
    ("i16", DType::Int16),
    ("u16", DType::Uint16),
    ("f16", DType::Float16),
];

impl Declarations {
    pub fn of(text: &str) -> Self {
        let places = tokens(text);
        let tokens: Vec<&str> = places.iter().map(|place| &text[place.clone()]).collect();
        let named = |keywords: &[&str]| -> HashSet<&str> {
            let pairs = tokens.windows(2).filter(|pair| keywords.contains(&pair[0]));
            pairs.map(|pair| pair[1]).collect()
        };
        let types = named(&["alias", "struct", "const", "override"]);
        let mut storages = Vec::new();
        for start in 0..tokens.len() {
            if let Some(storage) = storage(text, &tokens, &places, start, &types) {
                storages.push(storage);
            }
        }
        storages.sort_by_key(|storage| storage.binding);
        let words = tokens.iter().map(|&word| word.to_owned()).collect();
        let functions = named(&["fn"]).into_iter().map(str::to_owned).collect();
        Self { storages, words, functions }
    }
}

/// The variable whose declaration has its `var` at token `start`.
fn storage(
    text: &str,
    tokens: &[&str],
    places: &[Range<usize>],
    start: usize,
    types: &HashSet<&str>,
) -> Option<Storage> {
    let rest = tokens.get(start..).filter(|rest| rest.starts_with(&["var", "<", "storage"]))?;
    let close = rest.iter().position(|&token| token == ">")?;
    let end = rest.iter().position(|&token| token == ";")?;
    let (name, ty) = match rest.get(close + 1..end)? {
        [name, ":", ty @ ..] if !ty.is_empty() => (*name, ty),
        _ => return None,
    };
    let mut leaf = 0;
    while ty.get(leaf + 1) == Some(&"<") && leaf + 2 < ty.len() {
        leaf += 2;
    }
    let (first, last) = (start + close + 3, start + end - 1);
    let before = tokens[..start].iter().rposition(|&token| token == ";" || token == "}").unwrap_or(0);
    let attributes = &tokens[before..start];
    let binding = attributes.windows(3).find(|three| three[..2] == ["binding", "("]);
    Some(Storage {
        name: name.to_owned(),
        binding: binding.and_then(|three| three[2].trim_end_matches(['u', 'i']).parse().ok()),
        written: rest[..close].contains(&"read_write"),
        ty: text[places[first].start..places[last].end].to_owned(),
        leaf: places[first + leaf].clone(),
        dtype: if types.contains(ty[leaf]) { None } else { of_name(ty[leaf]) },
        plain: matches!(ty, ["array", "<", _, ">"]),
    })
}

/// What a type's name stands for that neither WGSL nor the text knows.
fn of_name(name: &str) -> Option<Type> {
    if let Some((_, dtype)) = NARROW.iter().find(|(narrow, _)| *narrow == name) {
        return Some(Type::DType(*dtype));
    }
    let shape = |rest: &str| rest.starts_with(['2', '3', '4']);
    let composed = ["vec", "mat"].iter().any(|start| name.strip_prefix(start).is_some_and(shape));
    if composed || ["f32", "i32", "u32", "f64", "i64", "u64", "array"].contains(&name) {
        return None;
    }
    Some(name.parse().map_or_else(|_| Type::Template(name.to_owned()), Type::DType))
}

/// Where the words and marks of a text stand, comments left out.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment(rest)
        } else if is_word(c) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        if !c.is_whitespace() && !rest.starts_with("//") && !rest.starts_with("/*") {
            found.push(at..at + length);
        }
        at += length;
    }
    found
}

/// The length of the comment that `text` begins with; comments nest.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let step = rest.chars().next().map_or(1, char::len_utf8);
        at += match rest {
            _ if rest.starts_with("/*") => {
                depth += 1;
                2
            }
            _ if rest.starts_with("*/") => {
                depth -= 1;
                2
            }
            _ => step,
        };
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_found_however_they_are_written() {
        let text = "/* var<storage> no: array<f32>; /* nested */ */ // var<storage> no: array<f32>;\n\
            alias Mine = f32;\n\
            @group(0) @binding(2) var<storage, read_write> out : array < vec4<T> > ;\n\
            @binding(0)@group(0)var<storage>a:array<u8>;\n\
            @group(0) @binding(1) var<storage, read> b: array<Mine, 4>; var<private> c: T;";
        let found = Declarations::of(text);
        let names: Vec<_> = found.storages.iter().map(|one| (one.name.as_str(), one.binding)).collect();
        assert_eq!(names, [("a", Some(0)), ("b", Some(1)), ("out", Some(2))]);
        let [a, b, out] = &found.storages[..] else { panic!() };
        assert!(matches!(a.dtype, Some(Type::DType(DType::Uint8))) && a.plain && !a.written);
        assert!(b.dtype.is_none() && !b.plain);
        assert!(matches!(&out.dtype, Some(Type::Template(name)) if name == "T"));
        assert!(out.written && !out.plain && &text[out.leaf.clone()] == "T");
        assert_eq!(out.ty, "array < vec4<T> >");
    }
}
