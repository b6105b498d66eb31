//! The table's rows as Python functions.

use farshore::{DType, Index, Ufunc, apply};
use numpy::PyUntypedArray;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::argument::{Operand, array_of, not_an_operand, permit_mixing};
use crate::array::PyArray;
use crate::device::default;
use crate::errors::raise;

// Without a doc comment: the class's text would hide each function's own `__doc__`.
#[pyclass(name = "ufunc", module = "farshore", frozen)]
pub struct PyUfunc(pub &'static Ufunc);

#[pymethods]
impl PyUfunc {
    #[pyo3(signature = (*args, out=None))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyTuple>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Py<PyArray>> {
        let out = out.map(|out| self.target(out)).transpose()?;
        let wanted = self.0.parameters.len();
        if args.len() != wanted {
            let given = args.len();
            return Err(PyTypeError::new_err(format!(
                "{}() takes {wanted} operands, {given} were given",
                self.0.name
            )));
        }
        let operands = operands(py, self.0.name, args)?;
        let result = call(py, self.0, &operands)?;
        match out {
            None => Py::new(py, result),
            Some(out) => write(py, self.0, &result, &out),
        }
    }

    #[getter(__name__)]
    fn name(&self) -> &'static str {
        self.0.name
    }

    #[getter(__doc__)]
    fn doc(&self) -> String {
        let accepted = self.dtypes().join(", ");
        format!(
            "{}\n\nAccepts {accepted}; arrays broadcast, numbers are weak. Recorded, and run when needed. out is an array that \
             the result is written into.\n",
            self.0.doc.trim()
        )
    }

    #[getter]
    fn nin(&self) -> usize {
        self.0.parameters.len()
    }

    /// Names of the dtypes that are accepted.
    #[getter]
    fn dtypes(&self) -> Vec<&'static str> {
        DType::ALL.into_iter().filter(|&dtype| self.0.loop_dtype(dtype).is_ok()).map(DType::name).collect()
    }

    #[getter(__signature__)]
    fn signature<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let inspect = py.import("inspect")?;
        let class = inspect.getattr("Parameter")?;
        let kind = class.getattr("POSITIONAL_ONLY")?;
        let parameters = self.0.parameters.iter().map(|&name| class.call1((name, &kind)));
        let mut parameters = parameters.collect::<PyResult<Vec<_>>>()?;
        let defaults = PyDict::new(py);
        defaults.set_item("default", py.None())?;
        parameters.push(class.call(("out", class.getattr("KEYWORD_ONLY")?), Some(&defaults))?);
        inspect.getattr("Signature")?.call1((parameters,))
    }

    fn __reduce__(&self) -> &'static str {
        self.0.name
    }

    fn __repr__(&self) -> String {
        format!("<ufunc '{}'>", self.0.name)
    }
}

impl PyUfunc {
    fn target<'py>(&self, out: &Bound<'py, PyAny>) -> PyResult<Operand<'py>> {
        if let Ok(array) = out.cast::<PyArray>() {
            return Ok(Operand::Array(array.clone()));
        }
        let (name, kind) = (self.0.name, out.get_type().name()?);
        Err(PyTypeError::new_err(format!(
            "{name}: out is an array of farshore, not {kind}; to fill a host array: fs.copyto(h, fs.{name}(..))"
        )))
    }
}

pub fn call(py: Python<'_>, ufunc: &'static Ufunc, operands: &[Operand<'_>]) -> PyResult<PyArray> {
    let arguments: smallvec::SmallVec<[_; 2]> = operands.iter().map(Operand::as_argument).collect();
    // A chain that has grown too long is evaluated, which may wait for another thread that needs the interpreter.
    py.detach(|| apply(ufunc, &arguments)).map(PyArray).map_err(raise(py))
}

/// Writes `result` into the array `out`, whose dtype stays, as in NumPy; gives `out`.
pub fn write(py: Python<'_>, ufunc: &Ufunc, result: &PyArray, out: &Operand<'_>) -> PyResult<Py<PyArray>> {
    let (result, Operand::Array(out)) = (&result.0, out) else {
        return Err(PyTypeError::new_err(format!("{}: out is an array of farshore", ufunc.name)));
    };
    let target = array_of(out);
    if result.dtype().kind() > target.dtype().kind() {
        return Err(PyTypeError::new_err(format!(
            "{}: the result is {}, which an array of {} cannot hold; write x = {}(x, ..)",
            ufunc.name,
            result.dtype(),
            target.dtype(),
            ufunc.name
        )));
    }
    if result.broadcast_to(target.shape()).is_err() {
        return Err(PyValueError::new_err(format!(
            "{}: the result has shape {}, out {}",
            ufunc.name,
            PyTuple::new(py, result.shape())?,
            PyTuple::new(py, target.shape())?
        )));
    }
    py.detach(|| target.assign(&[Index::Ellipsis], result)).map_err(raise(py))?;
    Ok(out.clone().unbind())
}

/// The operands in `args`, on the device of the first that is on one.
pub fn operands<'py>(py: Python<'py>, op: &str, args: &Bound<'py, PyTuple>) -> PyResult<Vec<Operand<'py>>> {
    let on_device =
        args.iter().find_map(|value| Some(array_of(value.cast::<PyArray>().ok()?).device().clone()));
    let device = on_device.map_or_else(|| default(py), Ok)?;
    let operand = |value: Bound<'py, PyAny>| {
        Operand::extract(op, &value, &device)?.ok_or_else(|| not_an_operand(op, &value))
    };
    args.iter().map(operand).collect()
}

/// What an `out=` of NumPy's names.
pub enum Targets<'py> {
    None,
    Array(Operand<'py>),
    /// Host arrays, or more than one: for NumPy to fill, where the policy allows what nobody asked for.
    Others,
}

/// Which `out=` it is; a host array is refused as any host operand is.
pub fn targets<'py>(py: Python<'py>, op: &str, out: &Bound<'py, PyTuple>) -> PyResult<Targets<'py>> {
    if out.len() == 1
        && let Ok(array) = out.get_item(0)?.cast_into::<PyArray>()
    {
        return Ok(Targets::Array(Operand::Array(array)));
    }
    for host in out.iter().filter(|value| value.cast::<PyUntypedArray>().is_ok()) {
        permit_mixing(op, &host, &default(py)?)?;
    }
    Ok(Targets::Others)
}

/// The row of this name.
pub fn find(name: &str) -> Option<&'static Ufunc> {
    farshore::UFUNCS.iter().copied().find(|ufunc| ufunc.name == name)
}
