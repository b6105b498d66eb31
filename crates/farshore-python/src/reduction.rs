//! What needs many elements at once: reductions, scans, sorts.

use farshore::{UFUNCS, Ufunc, reduce as reduce_array, scan as scan_array};
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
    let (ufunc, x) = (row(name)?, array_of(x));
    py.detach(|| reduce_array(ufunc, x, &axes, keepdims)).map(PyArray).map_err(raise(py))
}

/// e to the power of each element over the sum of those along `axis`, or of all; `log`: its logarithm.
#[pyfunction]
pub fn softmax(py: Python<'_>, x: &Bound<'_, PyArray>, axis: Option<isize>, log: bool) -> PyResult<PyArray> {
    let x = array_of(x);
    let compute = || if log { x.log_softmax(axis) } else { x.softmax(axis) };
    py.detach(compute).map(PyArray).map_err(raise(py))
}

/// The logarithm of the sum of e to the power of the elements along `axes`, which stay with length 1.
#[pyfunction]
pub fn logsumexp(py: Python<'_>, x: &Bound<'_, PyArray>, axes: Vec<isize>) -> PyResult<PyArray> {
    let x = array_of(x);
    py.detach(|| x.logsumexp(&axes)).map(PyArray).map_err(raise(py))
}

/// The sum along `axes`, which stay with length 1, of squared distances from the mean; None where it takes two passes.
#[pyfunction]
pub fn squares_from_mean(
    py: Python<'_>,
    x: &Bound<'_, PyArray>,
    axes: Vec<isize>,
) -> PyResult<Option<PyArray>> {
    let x = array_of(x);
    py.detach(|| x.squares_from_mean(&axes)).map(|found| found.map(PyArray)).map_err(raise(py))
}

/// Each element combined with all before it along `axis`, by the ufunc of that name.
#[pyfunction]
pub fn scan(py: Python<'_>, name: &str, x: &Bound<'_, PyArray>, axis: isize) -> PyResult<PyArray> {
    let (ufunc, x) = (row(name)?, array_of(x));
    py.detach(|| scan_array(ufunc, x, axis)).map(PyArray).map_err(raise(py))
}

/// The elements along `axis` in order; NaN last, equal ones as they were.
#[pyfunction]
pub fn sort(py: Python<'_>, x: &Bound<'_, PyArray>, axis: isize, descending: bool) -> PyResult<PyArray> {
    let x = array_of(x);
    py.detach(|| x.sort(axis, descending)).map(PyArray).map_err(raise(py))
}

/// The positions along `axis`, as int64, that put the elements in order.
#[pyfunction]
pub fn argsort(py: Python<'_>, x: &Bound<'_, PyArray>, axis: isize, descending: bool) -> PyResult<PyArray> {
    let x = array_of(x);
    py.detach(|| x.argsort(axis, descending)).map(PyArray).map_err(raise(py))
}

fn row(name: &str) -> PyResult<&'static Ufunc> {
    let row = UFUNCS.iter().find(|row| row.name == name).copied();
    row.ok_or_else(|| PyValueError::new_err(format!("there is no ufunc called {name}")))
}
