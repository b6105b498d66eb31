//! What several elements become one by.

use farshore::{UFUNCS, reduce as reduce_array};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::argument::array_of;
use crate::array::PyArray;
use crate::errors::raise;

/// The elements along `axes` combined by the ufunc of that name: add, multiply, maximum or minimum.
#[pyfunction]
pub fn reduce(
    py: Python<'_>,
    name: &str,
    x: &Bound<'_, PyArray>,
    axes: Vec<isize>,
    keepdims: bool,
) -> PyResult<PyArray> {
    let ufunc = UFUNCS
        .iter()
        .find(|row| row.name == name)
        .ok_or_else(|| PyValueError::new_err(format!("there is no ufunc called {name}")))?;
    let x = array_of(x);
    py.detach(|| reduce_array(ufunc, x, &axes, keepdims)).map(PyArray).map_err(raise(py))
}
