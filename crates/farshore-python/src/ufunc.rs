//! The table's rows as Python functions.

use farshore::{DType, Ufunc, apply};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::argument::{Operand, array_of, not_an_operand};
use crate::array::PyArray;
use crate::device::default;
use crate::errors::raise;

// Without a doc comment: the class's text would hide each function's own `__doc__`.
#[pyclass(name = "ufunc", module = "farshore", frozen)]
pub struct PyUfunc(pub &'static Ufunc);

#[pymethods]
impl PyUfunc {
    #[pyo3(signature = (*args))]
    fn __call__<'py>(&self, py: Python<'py>, args: &Bound<'py, PyTuple>) -> PyResult<PyArray> {
        let wanted = self.0.parameters.len();
        if args.len() != wanted {
            let given = args.len();
            return Err(PyTypeError::new_err(format!(
                "{}() takes {wanted} operands, {given} were given",
                self.0.name
            )));
        }
        let operands = operands(py, self.0.name, args)?;
        call(py, self.0, &operands)
    }

    #[getter(__name__)]
    fn name(&self) -> &'static str {
        self.0.name
    }

    #[getter(__doc__)]
    fn doc(&self) -> String {
        let accepted = self.dtypes().join(", ");
        format!(
            "{}\n\nAccepts {accepted}; arrays broadcast, numbers are weak. Recorded, and run when needed.\n",
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
        let parameters = parameters.collect::<PyResult<Vec<_>>>()?;
        inspect.getattr("Signature")?.call1((parameters,))
    }

    fn __reduce__(&self) -> &'static str {
        self.0.name
    }

    fn __repr__(&self) -> String {
        format!("<ufunc '{}'>", self.0.name)
    }
}

pub fn call(py: Python<'_>, ufunc: &'static Ufunc, operands: &[Operand<'_>]) -> PyResult<PyArray> {
    let arguments: smallvec::SmallVec<[_; 2]> = operands.iter().map(Operand::as_argument).collect();
    apply(ufunc, &arguments).map(PyArray).map_err(raise(py))
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

/// The row of this name.
pub fn find(name: &str) -> Option<&'static Ufunc> {
    farshore::UFUNCS.iter().copied().find(|ufunc| ufunc.name == name)
}
