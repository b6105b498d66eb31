//! The table's rows as Python functions.

use std::collections::HashMap;

use farshore::{Array, DType, Index, Scalar, UFUNCS, Ufunc, apply, rows};
use numpy::PyUntypedArray;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
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
    #[pyo3(signature = (*args, out=None, r#where=None))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyTuple>,
        out: Option<&Bound<'py, PyAny>>,
        r#where: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        // As NumPy: of the condition alone, where it holds.
        if self.0.name == rows::where_.name && out.is_none() && r#where.is_none() {
            if args.len() == 1 {
                let nonzero = py.import(intern!(py, "farshore"))?.getattr(intern!(py, "nonzero"))?;
                return Ok(nonzero.call1(args.clone())?.unbind());
            }
            if args.len() == 2 {
                return Err(PyValueError::new_err("where: x1 and x2 are given both, or neither"));
            }
        }
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
        let mask = mask(self.0.name, r#where, &operands)?;
        finish(py, self.0, &operands, out.as_ref(), mask.as_ref()).map(Py::into_any)
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
             the result is written into. where says which elements are: the others stay as they are in out, or are 0 \
             without one.\n",
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
        let defaults = PyDict::new(py);
        defaults.set_item("default", py.None())?;
        let alone = self.0.name == rows::where_.name;
        let parameters = self
            .0
            .parameters
            .iter()
            .enumerate()
            .map(|(place, &name)| class.call((name, &kind), (alone && place > 0).then_some(&defaults)));
        let mut parameters = parameters.collect::<PyResult<Vec<_>>>()?;
        for name in ["out", "where"] {
            parameters.push(class.call((name, class.getattr("KEYWORD_ONLY")?), Some(&defaults))?);
        }
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

/// The `where=` of a call: None where it is left out, or True.
pub fn mask<'py>(
    op: &str,
    mask: Option<&Bound<'py, PyAny>>,
    operands: &[Operand<'py>],
) -> PyResult<Option<Operand<'py>>> {
    let Some(mask) = mask else { return Ok(None) };
    let device = operands.iter().find_map(|operand| match operand {
        Operand::Array(array) => Some(array_of(array).device().clone()),
        Operand::Scalar(_) => None,
    });
    let device = device.map_or_else(|| default(mask.py()), Ok)?;
    let operand = Operand::extract(op, mask, &device)?.ok_or_else(|| not_an_operand(op, mask))?;
    let dtype = match &operand {
        Operand::Scalar(Scalar::Bool(true)) => return Ok(None),
        Operand::Scalar(Scalar::Bool(false)) => DType::Bool,
        Operand::Scalar(other) => other.default_dtype(),
        Operand::Array(array) => array_of(array).dtype(),
    };
    if dtype == DType::Bool {
        return Ok(Some(operand));
    }
    Err(PyTypeError::new_err(format!("{op}: where is of bool, not {dtype}; write where=(mask != 0)")))
}

/// The call of a row, into `out` where there is one, for the elements that `mask` names.
pub fn finish<'py>(
    py: Python<'py>,
    ufunc: &'static Ufunc,
    operands: &[Operand<'py>],
    out: Option<&Operand<'py>>,
    mask: Option<&Operand<'py>>,
) -> PyResult<Py<PyArray>> {
    let result = call(py, ufunc, operands)?;
    match (out, mask) {
        (None, None) => Py::new(py, result),
        (None, Some(mask)) => {
            let result = Operand::Array(Bound::new(py, result)?);
            Py::new(
                py,
                call(py, &rows::where_, &[mask.clone(), result, Operand::Scalar(Scalar::Bool(false))])?,
            )
        }
        (Some(out), mask) => write(py, ufunc.name, result, out, mask),
    }
}

/// Writes `result` into the array `out`, whose dtype stays, as in NumPy, where `mask` allows; gives `out`.
pub fn write<'py>(
    py: Python<'py>,
    op: &str,
    result: PyArray,
    out: &Operand<'py>,
    mask: Option<&Operand<'py>>,
) -> PyResult<Py<PyArray>> {
    let Operand::Array(array) = out else {
        return Err(PyTypeError::new_err(format!("{op}: out is an array of farshore")));
    };
    let (mut result, target) = (result.0, array_of(array));
    if result.dtype().kind() > target.dtype().kind() {
        return Err(PyTypeError::new_err(format!(
            "{}: the result is {}, which an array of {} cannot hold; write x = {}(x, ..)",
            op,
            result.dtype(),
            target.dtype(),
            op
        )));
    }
    if result.broadcast_to(target.shape()).is_err() {
        return Err(PyValueError::new_err(format!(
            "{}: the result has shape {}, out {}",
            op,
            PyTuple::new(py, result.shape())?,
            PyTuple::new(py, target.shape())?
        )));
    }
    if let Some(mask) = mask {
        if let Operand::Array(mask) = mask
            && array_of(mask).broadcast_to(target.shape()).is_err()
        {
            return Err(PyValueError::new_err(format!(
                "{}: where has shape {}, out {}",
                op,
                PyTuple::new(py, array_of(mask).shape())?,
                PyTuple::new(py, target.shape())?
            )));
        }
        result = result.astype(target.dtype()).map_err(raise(py))?;
        let result_and_old = [mask.clone(), Operand::Array(Bound::new(py, PyArray(result))?), out.clone()];
        result = call(py, &rows::where_, &result_and_old)?.0;
    }
    py.detach(|| target.assign(&[Index::Ellipsis], &result)).map_err(raise(py))?;
    Ok(array.clone().unbind())
}

/// The operands in `args`, on the device of the first that is on one.
pub fn operands<'py>(py: Python<'py>, op: &str, args: &Bound<'py, PyTuple>) -> PyResult<Vec<Operand<'py>>> {
    let on_device =
        args.iter().find_map(|value| Some(array_of(value.cast::<PyArray>().ok()?).device().clone()));
    let device = on_device.map_or_else(|| default(py), Ok)?;
    let operand = |value: Bound<'py, PyAny>| {
        Operand::extract(op, &value, &device)?.ok_or_else(|| not_an_operand(op, &value))
    };
    let mut operands = args.iter().map(operand).collect::<PyResult<Vec<_>>>()?;
    // Numbers alone: the first becomes an array, of its own dtype.
    let numbers = operands.iter().all(|operand| matches!(operand, Operand::Scalar(_)));
    if numbers && let Some(Operand::Scalar(number)) = operands.first().cloned() {
        let array = Array::full(&device, &[], number, number.default_dtype()).map_err(raise(py))?;
        operands[0] = Operand::Array(Bound::new(py, PyArray(array))?);
    }
    Ok(operands)
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

/// The row that does what NumPy's ufunc of this name does: the one whose name NumPy gives that ufunc too, as one of its
/// own or as an alias.
pub fn find(py: Python<'_>, numpy: &str) -> PyResult<Option<&'static Ufunc>> {
    static ROWS: PyOnceLock<HashMap<String, &'static Ufunc>> = PyOnceLock::new();
    let rows = ROWS.get_or_try_init(py, || {
        let module = py.import("numpy")?;
        let ufunc = module.getattr("ufunc")?;
        let mut found =
            HashMap::from([("degrees".to_owned(), &rows::rad2deg), ("radians".to_owned(), &rows::deg2rad)]);
        for row in UFUNCS.iter().copied() {
            if let Some(theirs) =
                module.getattr_opt(row.name)?.filter(|one| one.is_instance(&ufunc).unwrap_or(false))
            {
                found.insert(theirs.getattr("__name__")?.extract()?, row);
            }
        }
        PyResult::Ok(found)
    })?;
    Ok(rows.get(numpy).copied())
}
