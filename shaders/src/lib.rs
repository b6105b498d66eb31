//! Farshore's WGSL: the text of every kernel, and the filling of its marked regions.
//!
//! This package gives text and refuses to know a graphics API, an array or a dtype. Each file is a program that
//! parses as it stands, for one concrete case; comments mark the regions that a kernel writer replaces:
//!
//! ```wgsl
//! // begin functions
//! // end functions
//! ```

use std::collections::BTreeSet;
use std::fmt;

/// The fused elementwise kernel. Regions: `bindings`, `functions`, `constants`, `body`.
pub const ELEMENTWISE: &str = include_str!("../elementwise.wgsl");
/// What a device does with NaN, subnormals, fma and the order of additions.
pub const PROBE: &str = include_str!("../probe.wgsl");

/// Files of functions that kernels call, by name.
pub const MATH: &[(&str, &str)] = &[
    ("float16", include_str!("../math/float16.wgsl")),
    ("order_f32", include_str!("../math/order_f32.wgsl")),
    ("order_f64", include_str!("../math/order_f64.wgsl")),
    ("narrow_f64", include_str!("../math/narrow_f64.wgsl")),
    ("complex", include_str!("../math/complex.wgsl")),
    ("exp_f32", include_str!("../math/exp_f32.wgsl")),
    ("log_f32", include_str!("../math/log_f32.wgsl")),
    ("trig_f32", include_str!("../math/trig_f32.wgsl")),
];

/// A region that is missing from a shader, or is there twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillError {
    pub region: String,
    pub found: usize,
}

impl fmt::Display for FillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the shader has {} regions named {:?}, not one", self.found, self.region)
    }
}

impl std::error::Error for FillError {}

/// `shader` with each named region's lines replaced.
///
/// # Errors
/// [`FillError`] unless each region is there exactly once.
///
/// ```
/// let text = "// begin body\nlet x = 1;\n// end body\n";
/// assert_eq!(farshore_shaders::fill(text, &[("body", "let x = 2;")]).unwrap(), "let x = 2;\n");
/// assert!(farshore_shaders::fill(text, &[("head", "")]).is_err());
/// ```
pub fn fill(shader: &str, regions: &[(&str, &str)]) -> Result<String, FillError> {
    let mut text = shader.to_owned();
    for (region, replacement) in regions {
        let (begin, end) = (format!("// begin {region}\n"), format!("// end {region}\n"));
        let found = text.matches(&begin).count();
        let (Some(from), Some(to)) = (text.find(&begin), text.find(&end)) else {
            return Err(FillError { region: (*region).into(), found: 0 });
        };
        if found != 1 || text.matches(&end).count() != 1 || to < from {
            return Err(FillError { region: (*region).into(), found });
        }
        // The markers' own line goes too, indentation included.
        let line = text[..from].rfind('\n').map_or(0, |newline| newline + 1);
        text.replace_range(line..to + end.len(), &format!("{}\n", replacement.trim_end()));
    }
    Ok(text)
}

/// The math files whose functions `text` calls, with those that these call in turn.
///
/// The complex file is written for complex64; its twin for complex128 is the same text with the types exchanged.
#[must_use]
pub fn functions_for(text: &str) -> String {
    let files: Vec<String> = MATH
        .iter()
        .flat_map(|&(name, source)| {
            let twin = (name == "complex").then(|| twice_as_wide(source));
            std::iter::once(source.to_owned()).chain(twin)
        })
        .collect();
    let mut wanted = vec![false; files.len()];
    let mut reached = text.to_owned();
    while let Some(next) = (0..files.len()).find(|&file| !wanted[file] && defines(&files[file], &reached)) {
        wanted[next] = true;
        reached.push_str(&files[next]);
    }
    files.into_iter().zip(wanted).filter_map(|(source, wanted)| wanted.then_some(source)).collect()
}

fn twice_as_wide(complex64: &str) -> String {
    let words = [("C64", "C128"), ("c64", "c128"), ("f32", "f64")];
    words.iter().fold(complex64.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Whether `source` defines a function or struct that `text` names.
fn defines(source: &str, text: &str) -> bool {
    let names =
        source.lines().filter_map(|line| line.strip_prefix("fn ").or_else(|| line.strip_prefix("struct ")));
    let names = names.filter_map(|rest| rest.split(['(', ' ']).next());
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect::<BTreeSet<_>>();
    words.remove("");
    names.into_iter().any(|name| words.contains(name))
}
