//! Proves that the house stands as `docs/ARCHITECTURE.md` draws it: no module imports from a higher floor, names of
//! other libraries stay on theirs, and files are short and named for what they hold.
//!
//! Sources are read as tokens, so comments and strings say nothing, and paths inside macros count.

use std::path::Path;

use farshore_tests::{files, read};
use proc_macro2::{Spacing, TokenStream, TokenTree};

/// The modules of the library, lowest first. A module imports from those before it; a folder is free inside itself.
const FLOORS: [&str; 12] = [
    "dtype", "error", "layout", "ufunc", "kernel", "device", "kernels", "graph", "array", "ops", "transfer",
    "profile",
];

/// Names of other libraries, with the only paths where they may occur.
const ONLY_IN: [(&str, &[&str]); 5] = [
    // Beside the library, what stands for an app that uses wgpu itself.
    ("wgpu", &["crates/farshore/src/device/", "tests/tests/wgpu_apps.rs", "examples/texture.rs"]),
    ("ash", &["crates/farshore/src/device/"]),
    // The tests ask naga for its opinion; the library only where it writes SPIR-V.
    ("naga", &["crates/farshore/src/device/", "tests/"]),
    ("pyo3", &["crates/farshore-python/"]),
    // A file of the Python package is called so too.
    ("numpy", &["crates/farshore-python/"]),
];

/// Names that say nothing of what a file holds.
const EMPTY_NAMES: [&str; 7] = ["utils", "util", "common", "helpers", "helper", "manager", "base"];

const LONGEST: usize = 500;

/// The words of a source and the marks between them, in order: groups flattened, `::` as one.
fn words(path: &Path) -> Vec<String> {
    let text = read(path);
    let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut words = Vec::new();
    flatten(stream, &mut words);
    words
}

fn flatten(stream: TokenStream, words: &mut Vec<String>) {
    let mut colon = false;
    for token in stream {
        let was_colon = std::mem::take(&mut colon);
        match token {
            TokenTree::Group(group) => {
                words.push("(".into());
                flatten(group.stream(), words);
                words.push(")".into());
            }
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ':' && was_colon => words.push("::".into()),
            TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint => {
                colon = true;
            }
            TokenTree::Punct(punct) => words.push(punct.as_char().into()),
            TokenTree::Literal(_) => words.push("0".into()),
        }
    }
}

/// The modules that `crate::` paths name: one for `crate::a::b`, several for `crate::{a::b, c}`.
fn imports(words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        if pair[0] != "crate" || pair[1] != "::" {
            continue;
        }
        let rest = &words[at + 2..];
        if rest.first().is_none_or(|word| word != "(") {
            found.extend(rest.first().cloned());
            continue;
        }
        let (mut depth, mut first) = (0, false);
        for word in rest {
            match word.as_str() {
                "(" => (depth, first) = (depth + 1, depth == 0),
                ")" if depth == 1 => break,
                ")" => depth -= 1,
                "," => first = depth == 1,
                name if std::mem::take(&mut first) => found.push(name.to_owned()),
                _ => {}
            }
        }
    }
    found
}

/// `kernels/cast.rs` and `kernels.rs` belong to `kernels`; `lib.rs`, above all floors, to none.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

/// The edges of a file that lead upwards, or to what is no module.
fn upward(file: &str, words: &[String]) -> Vec<String> {
    let from = FLOORS.iter().position(|&floor| floor == module(file));
    let mut edges: Vec<String> = imports(words)
        .into_iter()
        .filter(|to| {
            let to = FLOORS.iter().position(|floor| floor == to);
            to.is_none() || to > from
        })
        .map(|to| format!("{file} imports crate::{to}"))
        .collect();
    // Out of a folder, by the other door.
    let twice = ["super", "::", "super"];
    if words.windows(3).any(|three| three == twice) {
        edges.push(format!("{file} names super::super; write crate:: instead"));
    }
    edges.sort();
    edges.dedup();
    edges
}

fn library() -> Vec<(String, Vec<String>)> {
    let root = "crates/farshore/src/";
    let sources = files(root.trim_end_matches('/'), &["rs"]);
    let sources = sources.into_iter().map(|(name, path)| (name.replace(root, ""), words(&path)));
    sources.filter(|(file, _)| file != "lib.rs").collect()
}

fn everywhere(extensions: &[&str]) -> Vec<(String, std::path::PathBuf)> {
    let folders = ["crates", "shaders", "tests", "benches", "python", "examples"];
    folders.iter().flat_map(|folder| files(folder, extensions)).collect()
}

#[test]
fn no_module_imports_from_a_higher_floor() {
    let library = library();
    assert!(library.len() > 30, "the sources were not found");
    let unknown: Vec<_> =
        library.iter().filter(|(file, _)| !FLOORS.contains(&module(file))).map(|(file, _)| file).collect();
    assert!(unknown.is_empty(), "these stand on no floor: {unknown:?}");
    let edges: Vec<String> = library.iter().flat_map(|(file, words)| upward(file, words)).collect();
    assert!(edges.is_empty(), "upward edges:\n{}", edges.join("\n"));
}

/// The device floor moves bytes: it knows no dtype, shape or stride.
#[test]
fn the_device_floor_imports_only_errors() {
    for (file, words) in library().iter().filter(|(file, _)| module(file) == "device") {
        let others: Vec<_> =
            imports(words).into_iter().filter(|to| to != "device" && to != "error").collect();
        assert!(others.is_empty(), "{file} imports {others:?}");
    }
}

#[test]
fn libraries_are_named_only_on_their_floor() {
    let mut faults = Vec::new();
    for (file, path) in everywhere(&["rs"]) {
        // This file names them all.
        if file.ends_with("tests/floors.rs") {
            continue;
        }
        let words = words(&path);
        for (library, allowed) in ONLY_IN {
            // Only paths: `numpy::` and `use numpy;`, not a function or field of that name.
            let named = words
                .windows(2)
                .any(|two| (two[0] == library && two[1] == "::") || (two[0] == "use" && two[1] == library));
            if named && !allowed.iter().any(|folder| file.starts_with(folder)) {
                faults.push(format!("{file} names {library}, which is for {allowed:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_are_short() {
    let long: Vec<String> = everywhere(&["rs", "py", "wgsl"])
        .into_iter()
        .map(|(file, path)| (file, read(&path).lines().count()))
        .filter(|&(_, lines)| lines > LONGEST)
        .map(|(file, lines)| format!("{file}: {lines} lines, {LONGEST} at most"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn file_names_say_what_is_in_them() {
    let empty: Vec<String> = everywhere(&["rs", "py", "pyi", "wgsl"])
        .into_iter()
        .map(|(file, _)| file)
        .filter(|file| {
            let stem = |part: &str| part.split('.').next().unwrap_or(part).trim_matches('_').to_owned();
            file.split('/').any(|part| EMPTY_NAMES.contains(&stem(part).as_str()))
        })
        .collect();
    assert!(empty.is_empty(), "{empty:?}");
}

/// The rule itself: what would slip through a search for lines that start with `use crate::`.
#[test]
fn an_upward_edge_is_found_however_it_is_written() {
    let edges = |file: &str, source: &str| {
        let mut words = Vec::new();
        flatten(source.parse().unwrap_or_default(), &mut words);
        upward(file, &words).len()
    };
    assert_eq!(edges("layout.rs", "use crate::error::Error;"), 0);
    assert_eq!(edges("layout.rs", "use crate::array::Array;"), 1);
    assert_eq!(edges("layout.rs", "use crate::{error::Error, array::{Array, x}};"), 1);
    assert_eq!(edges("ops/scalar.rs", "fn f() -> crate::transfer::Policy { todo!() }"), 1);
    assert_eq!(edges("ops/scalar.rs", "m! { crate::transfer::Policy }"), 1);
    assert_eq!(edges("graph/node.rs", "use crate::graph::fuse; use super::super::array;"), 1);
    assert_eq!(edges("error.rs", "/// See [`Array`](crate::Array).\nstruct X;"), 0);
    assert_eq!(edges("array.rs", "use crate::Error;"), 1);
}
