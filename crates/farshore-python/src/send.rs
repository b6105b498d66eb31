//! From a host array to a device.

#![allow(unsafe_code, reason = "the bytes of host arrays are read in place")]

use farshore::{CrossingKind, Device, Direction, Request, Spoken, from_host, write_host};
use numpy::{PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::array::PyArray;
use crate::context::request;
use crate::device::chosen;
use crate::errors::raise;
use crate::numpy::{self as border, Bytes};
use crate::watch::Watcher;

/// Copies a host array, in C order and native byte order, to a device; the crossing counts as `kind`.
#[pyfunction]
#[pyo3(signature = (array, device=None, *, kind="bulk", progress=None))]
pub fn from_numpy(
    py: Python<'_>,
    array: &Bound<'_, PyUntypedArray>,
    device: Option<&Bound<'_, PyAny>>,
    kind: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyArray> {
    let device = chosen(py, device)?;
    let dtype = border::dtype(array.dtype().as_any())?;
    require_contiguous("from_numpy", array)?;
    let shape = array.shape().to_vec();
    let bytes = Bytes::of(array);
    let request = request(py, Direction::ToDevice, Spoken::Explicit, named(kind)?)?;
    let mut watcher = Watcher::new(py, progress, bytes.len() as u64, "to device")?;
    let sent = py.detach(|| {
        // SAFETY: the array is contiguous.
        let bytes = unsafe { bytes.read() };
        watcher.run(|watch| from_host(&device, bytes, &shape, dtype, request, watch))
    });
    watcher.end(py, sent).map(PyArray)
}

/// Copies a host array of any layout and byte order to `device`, in its own dtype.
pub fn upload(
    py: Python<'_>,
    value: &Bound<'_, PyAny>,
    device: &Device,
    request: Request,
) -> PyResult<PyArray> {
    let dtype = border::dtype(&value.getattr("dtype")?)?;
    let require = py.import("numpy")?.getattr("require")?;
    let host = require.call1((value, border::descriptor(py, dtype)?, "C"))?.cast_into::<PyUntypedArray>()?;
    let (shape, bytes) = (host.shape().to_vec(), Bytes::of(&host));
    py.detach(|| {
        // SAFETY: the array is contiguous.
        let bytes = unsafe { bytes.read() };
        from_host(device, bytes, &shape, dtype, request, &mut |_| true)
    })
    .map(PyArray)
    .map_err(raise(py))
}

/// What a pickle of an array calls: copies it to the default device.
#[pyfunction]
pub fn unpickle(py: Python<'_>, array: &Bound<'_, PyUntypedArray>) -> PyResult<PyArray> {
    from_numpy(py, array, None, "pickle", None)
}

fn named(kind: &str) -> PyResult<CrossingKind> {
    kind.parse().map_err(PyValueError::new_err)
}

fn require_contiguous(op: &str, array: &Bound<'_, PyUntypedArray>) -> PyResult<()> {
    let native = array.dtype().getattr("isnative")?.is_truthy()?;
    if native && array.is_c_contiguous() {
        return Ok(());
    }
    Err(PyValueError::new_err(format!(
        "{op} takes a C-contiguous array in native byte order; fs.asarray takes any"
    )))
}

#[pymethods]
impl PyArray {
    /// Copies a C-contiguous host array of this shape and dtype into this array's memory; the crossing counts as
    /// `kind`.
    fn _write_from(&self, py: Python<'_>, array: &Bound<'_, PyUntypedArray>, kind: &str) -> PyResult<()> {
        require_contiguous("_write_from", array)?;
        if array.shape() != self.0.shape() {
            let (have, want) = (array.getattr("shape")?, PyTuple::new(py, self.0.shape())?);
            return Err(PyValueError::new_err(format!("the host array has shape {have}, this one {want}")));
        }
        if border::dtype(array.dtype().as_any())? != self.0.dtype() {
            let (have, want) = (array.dtype(), self.0.dtype());
            return Err(PyTypeError::new_err(format!("the host array is {have}, this one {want}")));
        }
        let bytes = Bytes::of(array);
        let request = request(py, Direction::ToDevice, Spoken::Explicit, named(kind)?)?;
        // SAFETY: the array is contiguous.
        py.detach(|| write_host(&self.0, unsafe { bytes.read() }, request)).map(drop).map_err(raise(py))
    }

    /// CuPy's name for copying host elements into this array's memory.
    fn set(slf: &Bound<'_, Self>, array: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.py().import("farshore._copying")?.call_method1("set_elements", (slf, array)).map(drop)
    }
}
