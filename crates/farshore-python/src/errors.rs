//! From Farshore's errors to Python's: one match, without a wildcard, chooses the class.

use farshore::{Error, Refusal};
use pyo3::exceptions::{PyIndexError, PyKeyboardInterrupt, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Gives a Python error for a Farshore error: `result.map_err(raise(py))`.
pub fn raise(py: Python<'_>) -> impl Fn(Error) -> PyErr {
    move |error| exception(py, &error).unwrap_or_else(|failure| failure)
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let text = error.to_string();
    Ok(match error {
        Error::Broadcast { .. }
        | Error::Reshape { .. }
        | Error::Value { .. }
        | Error::DeviceMismatch { .. }
        | Error::UnknownDevice { .. } => PyValueError::new_err(text),
        Error::Argument { .. } | Error::DType { .. } | Error::DTypeOnDevice { .. } => {
            PyTypeError::new_err(text)
        }
        Error::Index { .. } | Error::IndexOnDevice { .. } | Error::IndexCount { .. } => {
            PyIndexError::new_err(text)
        }
        // numpy's AxisError takes the axis and the number of dimensions, and writes its own text.
        Error::Axis { op, axis, ndim } => {
            let class = py.import("numpy.exceptions")?.getattr("AxisError")?;
            PyErr::from_value(class.call1((*axis, *ndim, *op))?)
        }
        Error::OutOfRange { .. } => own(py, "OutOfRangeError", text)?,
        // What stopped the transfer is raised instead, where it is known.
        Error::Interrupted { .. } => PyKeyboardInterrupt::new_err(text),
        Error::Mapped { .. } => own(py, "MappedError", text)?,
        Error::OutOfMemory { .. } => own(py, "OutOfDeviceMemoryError", text)?,
        Error::NoDevice { .. } | Error::Device { .. } => own(py, "DeviceError", text)?,
        Error::Recording(_) => own(py, "RecordingError", text)?,
        Error::ImplicitTransfer(refusal) => refused(py, "ImplicitTransferError", refusal)?,
        Error::CopyRequired(refusal) => refused(py, "CopyRequiredError", refusal)?,
        Error::ForbiddenTransfer(refusal) => refused(py, "ForbiddenTransferError", refusal)?,
    })
}

/// A class of `farshore.exceptions`.
fn own(py: Python<'_>, class: &str, text: String) -> PyResult<PyErr> {
    Ok(PyErr::from_value(py.import("farshore.exceptions")?.getattr(class)?.call1((text,))?))
}

fn refused(py: Python<'_>, class: &str, refusal: &Refusal) -> PyResult<PyErr> {
    let class = py.import("farshore.exceptions")?.getattr(class)?;
    let shape = PyTuple::new(py, &refusal.shape)?;
    let dtype = crate::numpy::descriptor(py, refusal.dtype)?;
    let facts = (&refusal.message, refusal.nbytes, shape, dtype, &refusal.device, &refusal.requested_by);
    Ok(PyErr::from_value(class.call1(facts)?))
}
