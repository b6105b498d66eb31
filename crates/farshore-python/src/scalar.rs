//! Numbers from Python: bool, int, float, complex and NumPy's scalars, all weak.

use farshore::Scalar;
use num_complex::Complex;
use pyo3::exceptions::PyOverflowError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyType};

/// The number that `value` is; None when it is something else.
pub fn extract(value: &Bound<'_, PyAny>) -> PyResult<Option<Scalar>> {
    if let Ok(value) = value.cast_exact::<PyFloat>() {
        return Ok(Some(Scalar::Float(value.value())));
    }
    if let Ok(value) = value.cast::<PyBool>() {
        return Ok(Some(Scalar::Bool(value.is_true())));
    }
    if let Ok(value) = value.cast::<PyInt>() {
        return integer(value).map(Some);
    }
    if is_numpy_scalar(value)? {
        return extract(&value.call_method0(intern!(value.py(), "item"))?);
    }
    if let Ok(value) = value.cast::<PyFloat>() {
        return Ok(Some(Scalar::Float(value.value())));
    }
    if let Ok(value) = value.cast::<PyComplex>() {
        return Ok(Some(Scalar::Complex(Complex::new(value.real(), value.imag()))));
    }
    Ok(None)
}

fn integer(value: &Bound<'_, PyInt>) -> PyResult<Scalar> {
    if let Ok(value) = value.extract::<i64>() {
        return Ok(Scalar::Int(value.into()));
    }
    // Too long for any dtype: as far as can be told apart from the longest that fits.
    let too_long = |_| PyOverflowError::new_err("Python integer is out of range for every integer dtype");
    value.extract::<i128>().map(Scalar::Int).map_err(too_long)
}

fn is_numpy_scalar(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static GENERIC: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    value.is_instance(GENERIC.import(value.py(), "numpy", "generic")?)
}
