//! Farshore's WGSL: the text of every kernel, and the filling of its marked regions.
//!
//! This package gives text and refuses to know a graphics API, an array or a dtype. Each file is a program that
//! parses as it stands, for one concrete case; comments mark the regions that a kernel writer replaces:
//!
//! ```wgsl
//! // begin functions
//! // end functions
//! ```

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

macro_rules! math {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../math/", $name, ".wgsl")))),*]
    };
}

/// The fused elementwise kernel. Regions: `bindings`, `functions`, `constants`, `body`.
pub const ELEMENTWISE: &str = include_str!("../elementwise.wgsl");
/// The fused reduction. Regions: `bindings`, `functions`, `constants`, `before`, `body`, `after`.
pub const REDUCE: &str = include_str!("../reduce.wgsl");
/// Fused reductions of rows and what is computed with them. Regions: `bindings`, `functions`, `constants`, `body`.
pub const ROWS: &str = include_str!("../rows.wgsl");
/// Scans of rows and of columns, each in two passes: totals of chunks, then elements. Regions: `operation`, `constants`.
pub const SCAN: &str = include_str!("../scan.wgsl");
/// The first pass of [`SCAN`].
pub const SCAN_TOTALS: &str = include_str!("../scan_totals.wgsl");
/// As [`SCAN`], of columns.
pub const SCAN_COLUMNS: &str = include_str!("../scan_columns.wgsl");
/// The first pass of [`SCAN_COLUMNS`].
pub const SCAN_COLUMNS_TOTALS: &str = include_str!("../scan_columns_totals.wgsl");
/// The positions of a mask's true elements. Regions: `bindings`, `constants`, `element`, `store`, `elements`.
pub const COMPACT: &str = include_str!("../compact.wgsl");
/// How many elements of each chunk of a mask are true. Regions: `constants`.
pub const COMPACT_COUNTS: &str = include_str!("../compact_counts.wgsl");
/// Products of matrices of float32; other types take its place by name. Regions: `bindings`, `types`.
pub const MATMUL: &str = include_str!("../matmul.wgsl");
/// The first step of the sort: stretches of rows in order. Regions: `constants`, `bindings`, `functions`.
pub const SORT_RUNS: &str = include_str!("../sort_runs.wgsl");
/// Further steps of the sort: stretches merged. Regions: `constants`, `bindings`, `functions`.
pub const SORT_MERGE: &str = include_str!("../sort_merge.wgsl");
/// What a device does with NaN, subnormals, fma, float16 and the order of additions. Region: `functions`.
pub const PROBE: &str = include_str!("../probe.wgsl");

/// Files of functions that kernels call, by name.
pub const MATH: &[(&str, &str)] = math![
    "arc_f32",
    "area_f32",
    "asin_f64",
    "asinh_f64",
    "atan_f64",
    "blocks",
    "cast_f32",
    "cast_f32_long",
    "cast_f64",
    "cast_f64_long",
    "cbrt_f32",
    "cbrt_f64",
    "choose_f32",
    "choose_f64",
    "complex",
    "complex_angle",
    "complex_atan",
    "complex_exp",
    "complex_inverse",
    "complex_log",
    "complex_one",
    "complex_pow",
    "complex_select",
    "complex_size",
    "complex_trig",
    "complex_wide",
    "divide_f32",
    "divide_f64",
    "erf_f32",
    "erf_f64",
    "erfc_f32",
    "erfc_f64",
    "exp2_f32",
    "exp2_f64",
    "exp_f32",
    "exp_f64",
    "expm1_f32",
    "expm1_f64",
    "float16",
    "float16_packed",
    "float16_steps",
    "fmod_f32",
    "fmod_f64",
    "gamma_f32",
    "gamma_f64",
    "gcd_32",
    "gcd_64",
    "hyperbolic_f32",
    "hypot_f32",
    "hypot_f64",
    "i0_f32",
    "i0_f64",
    "integer_32",
    "integer_64",
    "lgamma_f32",
    "lgamma_f64",
    "limits_f32",
    "limits_f64",
    "log1p_f32",
    "log1p_f64",
    "log2_f32",
    "log2_f64",
    "log_f32",
    "log_f64",
    "logaddexp_f32",
    "logaddexp_f64",
    "narrow_f64",
    "order_f16",
    "order_f32",
    "order_f64",
    "order_keys",
    "parts_f32",
    "parts_f64",
    "pow_f32",
    "pow_f64",
    "pow_integer_32",
    "pow_integer_64",
    "pow_limits_f32",
    "pow_limits_f64",
    "quotient_f64",
    "sinc_f32",
    "sinc_f64",
    "sinh_f64",
    "special_exp_f32",
    "special_exp_f64",
    "stirling_f32",
    "stirling_f64",
    "tan_f32",
    "tan_f64",
    "trig_f32",
    "trig_f64",
    "turn_f32",
    "turn_f64",
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
/// The files of complex functions are written for complex64; the twin for complex128 of each is the same text with the
/// types exchanged.
#[must_use]
pub fn functions_for(text: &str) -> String {
    let mut wanted = vec![false; FILES.sources.len()];
    let mut next: Vec<usize> = FILES.named_in(text).collect();
    while let Some(file) = next.pop() {
        if !std::mem::replace(&mut wanted[file], true) {
            next.extend(&FILES.calls[file]);
        }
    }
    FILES
        .sources
        .iter()
        .zip(wanted)
        .filter_map(|(source, wanted)| wanted.then_some(source.as_str()))
        .collect()
}

static FILES: LazyLock<Files> = LazyLock::new(Files::read);

/// The math files, with what was found in them once.
struct Files {
    sources: Vec<String>,
    /// The file that defines each function and struct.
    defined: HashMap<String, usize>,
    /// The files that each file needs.
    calls: Vec<Vec<usize>>,
}

impl Files {
    fn read() -> Self {
        let twins = |&(name, source): &(&str, &str)| {
            let twin = name.starts_with("complex").then(|| twice_as_wide(source));
            std::iter::once(source.to_owned()).chain(twin)
        };
        let sources: Vec<String> = MATH.iter().flat_map(twins).collect();
        let defined = sources.iter().enumerate().flat_map(|(file, source)| {
            let lines = source.lines();
            let rest =
                lines.filter_map(|line| line.strip_prefix("fn ").or_else(|| line.strip_prefix("struct ")));
            rest.filter_map(|rest| rest.split(['(', ' ']).next()).map(move |name| (name.to_owned(), file))
        });
        let mut files = Self { defined: defined.collect(), sources, calls: Vec::new() };
        files.calls = files.sources.iter().map(|source| files.named_in(source).collect()).collect();
        files
    }

    /// The files of all functions and structs that `text` names.
    fn named_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.filter_map(|word| self.defined.get(word).copied())
    }
}

fn twice_as_wide(complex64: &str) -> String {
    let words = [("C64", "C128"), ("c64", "c128"), ("f32", "f64")];
    words.iter().fold(complex64.to_owned(), |text, (from, to)| text.replace(from, to))
}
