//! Writes the passes of scans: fills the regions of `shaders/scan*.wgsl`.

use crate::dtype::{Compute, DType};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::kernels::{steps, storage};
use crate::ufunc::Ufunc;

/// A pass of a scan: its text, and the arrays that it reads. It writes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanPass {
    /// The totals of chunks of rows.
    Totals,
    /// The elements of rows.
    Elements,
    /// The totals of chunks of columns.
    ColumnTotals,
    /// The elements of columns.
    ColumnElements,
}

impl ScanPass {
    const fn text(self) -> &'static str {
        match self {
            Self::Totals => farshore_shaders::SCAN_TOTALS,
            Self::Elements => farshore_shaders::SCAN,
            Self::ColumnTotals => farshore_shaders::SCAN_COLUMNS_TOTALS,
            Self::ColumnElements => farshore_shaders::SCAN_COLUMNS,
        }
    }

    /// Arrays that it reads.
    const fn reads(self) -> usize {
        match self {
            Self::Totals | Self::ColumnTotals => 1,
            Self::Elements | Self::ColumnElements => 2,
        }
    }
}

/// The kernel of `pass` for elements of `dtype`, of 32 bits or more, combined by `ufunc`; `wide` ones take four columns at
/// once.
///
/// # Errors
/// [`Error::DType`] when the row has no text for the dtype.
pub fn write(pass: ScanPass, ufunc: &Ufunc, dtype: DType, wide: bool) -> Result<Kernel> {
    let lanes = storage::lanes_type(dtype);
    let (element, own) = (storage::element_type(dtype), dtype.to_real().compute().name());
    let complex = matches!(dtype.compute(), Compute::C64 | Compute::C128);
    let (spread, gather) = match (wide, complex) {
        (true, _) => ("NAME".to_owned(), "value"),
        (false, true) => {
            (format!("{lanes}(vec4<{own}>(NAME.x), vec4<{own}>(NAME.y))"), "T(value.re.x, value.im.x)")
        }
        (false, false) => (format!("{lanes}(NAME)"), "value.x"),
    };
    let value = steps::combine(ufunc, dtype, &["x".into(), "y".into()])?;
    let neutral = storage::load_scalar(dtype, "neutral");
    let operation = format!(
        "alias T = {};\n\
         fn combine(a: T, b: T) -> T {{\n    let x = {};\n    let y = {};\n    let value = {value};\n    return {gather};\n}}\n\
         fn identity() -> T {{\n    let neutral = vec4<u32>(params[1].zw, params[2].zw);\n    let value = {neutral};\n    \
         return {gather};\n}}",
        if wide { &lanes } else { element },
        spread.replace("NAME", "a"),
        spread.replace("NAME", "b"),
    );
    let operation = farshore_shaders::functions_for(&operation) + &operation;
    let wgsl = farshore_shaders::fill(pass.text(), &[("operation", &operation)])
        .map_err(|error| Error::Value { op: "scan.wgsl", reason: error.to_string() })?;
    Ok(Kernel {
        label: format!("{}_scan_{dtype}", ufunc.name),
        wgsl,
        reads: pass.reads(),
        writes: 1,
        bounded: false,
    })
}
