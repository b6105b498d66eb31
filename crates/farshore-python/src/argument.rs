//! What an operation is given: an array of ours or a number; a host array is refused with the remedy.

use farshore::{Argument, Array, CrossingKind, Device, Direction, Request, Scalar, Spoken, Verdict, judge};
use numpy::{PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use crate::array::PyArray;
use crate::context::{request, warn};
use crate::{scalar, send};

#[derive(Clone)]
pub enum Operand<'py> {
    Array(Bound<'py, PyArray>),
    Scalar(Scalar),
}

impl<'py> Operand<'py> {
    /// The operand that `value` is, on `device`; None for what operators should leave to the other side. A host
    /// array is copied to the device where the policy allows what nobody asked for.
    pub fn extract(op: &str, value: &Bound<'py, PyAny>, device: &Device) -> PyResult<Option<Self>> {
        match Self::extract_device(value)? {
            None if value.cast::<PyUntypedArray>().is_ok() => upload(op, value, device).map(Some),
            operand => Ok(operand),
        }
    }

    /// The operand that `value` is, when it is a number or on a device already.
    pub fn extract_device(value: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        if let Ok(array) = value.cast::<PyArray>() {
            return Ok(Some(Self::Array(array.clone())));
        }
        // A host array without axes is a number, as NumPy's scalars are.
        let number = match value.cast::<PyUntypedArray>() {
            Ok(array) if array.ndim() == 0 => scalar::extract(&value.call_method0("item")?)?,
            _ => scalar::extract(value)?,
        };
        if number.is_some() || !is_implicit(value)? {
            return Ok(number.map(Self::Scalar));
        }
        Ok(Some(Self::Array(value.getattr("array")?.cast_into::<PyArray>()?)))
    }

    pub fn as_argument(&self) -> Argument<'_> {
        match self {
            Self::Array(array) => Argument::Array(array_of(array)),
            Self::Scalar(number) => Argument::Scalar(*number),
        }
    }
}

/// Whether `value` stands in for an array of ours: `x.implicit()`.
fn is_implicit(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    value.is_instance(CLASS.import(value.py(), "farshore._implicit", "ImplicitArray")?)
}

pub fn array_of<'a>(array: &'a Bound<'_, PyArray>) -> &'a Array {
    &array.get().0
}

/// Says that `value` cannot take part in `op`.
pub fn not_an_operand(op: &str, value: &Bound<'_, PyAny>) -> PyErr {
    // Other libraries have an `Array` too.
    let kind =
        value.get_type().fully_qualified_name().map_or_else(|_| "object".into(), |name| name.to_string());
    PyTypeError::new_err(format!(
        "{op}: an operand is an array of farshore or a number, not {kind}. Convert it: fs.asarray(..)"
    ))
}

/// Refuses a host array beside arrays on `device`, unless the policy allows what nobody asked for.
pub fn permit_mixing(op: &str, value: &Bound<'_, PyAny>, device: &Device) -> PyResult<Request> {
    let py = value.py();
    let request = request(py, Direction::ToDevice, Spoken::Implicit, CrossingKind::Bulk)?;
    let nbytes: u64 = value.getattr("nbytes")?.extract()?;
    let by = request.caller.as_ref().map_or_else(String::new, |caller| format!(" (asked for at {caller})"));
    let mixed = format!(
        "{op}: one operand is a numpy.ndarray of {nbytes} bytes on the host, the other is on {device}{by}"
    );
    let (class, message) = match judge(request.spoken, request.kind, request.policy) {
        Verdict::Permit | Verdict::PermitAndWarn => return Ok(request),
        Verdict::RefuseForbidden => (
            "ForbiddenTransferError",
            format!(
                "{mixed}, and the policy \"forbid\" forbids moving it here. Move it before: fs.asarray(h)"
            ),
        ),
        Verdict::RefuseImplicit | Verdict::RefuseNoCopy => (
            "ImplicitTransferError",
            format!("{mixed}. Move one: fs.asarray(h) to the device, or x.to_numpy() to the host"),
        ),
    };
    let (shape, dtype) = (value.getattr("shape")?, value.getattr("dtype")?);
    let class = py.import("farshore.exceptions")?.getattr(class)?;
    let facts = (message, nbytes, shape, dtype, device.to_string(), request.caller);
    Err(PyErr::from_value(class.call1(facts)?))
}

/// The upload that nobody asked for in `x + host_array`: refused, unless the policy lets it pass.
pub fn upload<'py>(op: &str, value: &Bound<'py, PyAny>, device: &Device) -> PyResult<Operand<'py>> {
    let py = value.py();
    let request = permit_mixing(op, value, device)?;
    let warns = judge(request.spoken, request.kind, request.policy) == Verdict::PermitAndWarn;
    let array = send::upload(py, value, device, request)?;
    if warns {
        let nbytes = array.0.nbytes();
        let text = format!(
            "{op}: {nbytes} bytes were copied to {device} without being asked for; write fs.asarray(h)"
        );
        warn(py, "ImplicitTransferWarning", &text)?;
    }
    Ok(Operand::Array(Bound::new(py, array)?))
}
