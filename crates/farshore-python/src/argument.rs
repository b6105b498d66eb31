//! What an operation is given: an array of ours or a number; a host array is refused with the remedy.

use farshore::{Argument, Array, Scalar};
use numpy::PyUntypedArray;
use pyo3::prelude::*;

use crate::array::PyArray;
use crate::scalar;

pub enum Operand<'py> {
    Array(Bound<'py, PyArray>),
    Scalar(Scalar),
}

impl<'py> Operand<'py> {
    /// The operand that `value` is; None for what operators should leave to the other side.
    pub fn extract(op: &str, value: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        match Self::extract_device(value)? {
            None if value.cast::<PyUntypedArray>().is_ok() => Err(refuse_host_array(op, value)?),
            operand => Ok(operand),
        }
    }

    /// The operand that `value` is, when it is a number or on a device already.
    pub fn extract_device(value: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        match value.cast::<PyArray>() {
            Ok(array) => Ok(Some(Self::Array(array.clone()))),
            Err(_) => Ok(scalar::extract(value)?.map(Self::Scalar)),
        }
    }

    pub fn as_argument(&self) -> Argument<'_> {
        match self {
            Self::Array(array) => Argument::Array(array_of(array)),
            Self::Scalar(number) => Argument::Scalar(*number),
        }
    }
}

pub fn array_of<'a>(array: &'a Bound<'_, PyArray>) -> &'a Array {
    &array.get().0
}

/// An upload that nobody asked for: `x + host_array`.
fn refuse_host_array(op: &str, value: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let py = value.py();
    let class = py.import("farshore.exceptions")?.getattr("ImplicitTransferError")?;
    let nbytes: u64 = value.getattr("nbytes")?.extract()?;
    let message = format!(
        "{op}: one operand is a numpy.ndarray of {nbytes} bytes on the host, the other is on a device. Move one: \
         fs.asarray(h) to the device, or x.to_numpy() to the host"
    );
    let (shape, dtype) = (value.getattr("shape")?, value.getattr("dtype")?);
    Ok(PyErr::from_value(class.call1((message, nbytes, shape, dtype, "host", py.None()))?))
}
