//! Python's indices: basic ones here, arrays and masks by way of `farshore._indexing`.

use farshore::{
    Array, Bounds, CrossingKind, DType, Direction, Index, Order, Readback, Selection, Spoken,
    gather as gather_array, scatter as scatter_array,
};
use numpy::PyUntypedArray;
use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyEllipsis, PyList, PySlice, PyTuple};

use crate::argument::{Operand, array_of, not_an_operand, upload};
use crate::array::PyArray;
use crate::context::{caller, request};
use crate::device::PyDevice;
use crate::errors::raise;
use crate::watch::Watcher;

/// The elements that arrays of indices name; None stands for a whole axis. With `check`, an index that is out of bounds
/// is raised at the next wait.
#[pyfunction]
pub fn gather(
    py: Python<'_>,
    x: &Bound<'_, PyArray>,
    indices: Vec<Option<Py<PyArray>>>,
    check: bool,
) -> PyResult<PyArray> {
    let (x, indices, outside) = (array_of(x), arrays(&indices), bounds(py, check));
    py.detach(|| gather_array(x, &indices, &outside)).map(PyArray).map_err(raise(py))
}

/// Writes a value where `gather` would read; where a place is named several times, the last value stays.
#[pyfunction]
pub fn scatter(
    py: Python<'_>,
    x: &Bound<'_, PyArray>,
    indices: Vec<Option<Py<PyArray>>>,
    value: &Bound<'_, PyAny>,
    check: bool,
) -> PyResult<()> {
    let value = Operand::extract_device(value)?.ok_or_else(|| not_an_operand("assignment", value))?;
    let (x, indices, outside) = (array_of(x), arrays(&indices), bounds(py, check));
    let argument = value.as_argument();
    py.detach(|| scatter_array(x, &indices, argument, &outside)).map_err(raise(py))
}

/// The positions of a mask's true elements; how many there are is read: a scalar read.
#[pyfunction]
pub fn nonzero(py: Python<'_>, mask: &Bound<'_, PyArray>) -> PyResult<PyArray> {
    let mask = array_of(mask);
    if mask.is_empty() && mask.ndim() == 1 {
        return Array::empty(mask.device(), &[0], DType::Int64).map(PyArray).map_err(raise(py));
    }
    let selection = py.detach(|| Selection::new(mask)).map_err(raise(py))?;
    let request = request(py, Direction::ToHost, Spoken::Explicit, CrossingKind::Scalar)?;
    let mut total = [0; 4];
    Watcher::wait(py, |watch| {
        Readback::begin(selection.count(), Order::C, request, false)?.copy_to(&mut total, watch)
    })?;
    py.detach(|| selection.positions(u32::from_le_bytes(total))).map(PyArray).map_err(raise(py))
}

/// A host array in a key or beside arrays of the device, on it: refused as any host array beside arrays of the device is.
#[pyfunction]
pub fn upload_index<'py>(
    op: &str,
    host: &Bound<'py, PyAny>,
    device: &Bound<'py, PyDevice>,
) -> PyResult<Bound<'py, PyArray>> {
    match upload(op, host, &device.get().0)? {
        Operand::Array(array) => Ok(array),
        Operand::Scalar(_) => Err(not_an_operand(op, host)),
    }
}

fn arrays(indices: &[Option<Py<PyArray>>]) -> Vec<Option<&Array>> {
    indices.iter().map(|index| index.as_ref().map(|index| &index.get().0)).collect()
}

fn bounds(py: Python<'_>, check: bool) -> Bounds {
    if check { Bounds::Raise { by: caller(py) } } else { Bounds::Clip }
}

/// The indices, when all of them are basic.
pub fn basic(key: &Bound<'_, PyAny>) -> PyResult<Option<Vec<Index>>> {
    match key.cast::<PyTuple>() {
        Ok(keys) => {
            if keys.iter().filter(PyAnyMethods::is_instance_of::<PyEllipsis>).count() > 1 {
                return Err(PyIndexError::new_err("an index holds at most one ellipsis ('...')"));
            }
            keys.iter().map(|key| one(&key)).collect()
        }
        Err(_) => Ok(one(key)?.map(|index| vec![index])),
    }
}

fn one(key: &Bound<'_, PyAny>) -> PyResult<Option<Index>> {
    let py = key.py();
    if key.is_none() {
        return Ok(Some(Index::NewAxis));
    }
    if key.is_instance_of::<PyEllipsis>() {
        return Ok(Some(Index::Ellipsis));
    }
    if key.is_instance_of::<PySlice>() {
        let part = |name| {
            let value = key.getattr(name)?;
            if value.is_none() { Ok(None) } else { clamped(&value).map(Some) }
        };
        let (start, stop) = (part(intern!(py, "start"))?, part(intern!(py, "stop"))?);
        return Ok(Some(Index::Slice { start, stop, step: part(intern!(py, "step"))?.unwrap_or(1) }));
    }
    // Arrays without axes may be bools, which are no numbers here.
    if key.cast::<PyArray>().is_ok() || key.cast::<PyUntypedArray>().is_ok() {
        return Ok(None);
    }
    if !key.is_instance_of::<PyBool>() && key.hasattr(intern!(py, "__index__"))? && !has_axes(key)? {
        return Ok(Some(Index::At(clamped(key)?)));
    }
    if key.is_instance_of::<PyBool>()
        || key.is_instance_of::<PyList>()
        || key.hasattr(intern!(py, "dtype"))?
    {
        return Ok(None);
    }
    let kind = key.get_type().name()?;
    Err(PyIndexError::new_err(format!(
        "an index is made of integers, slices (`:`), ellipsis (`...`), None, and arrays or lists of integers or \
         bools; {kind} is none of them"
    )))
}

/// Lists have no `__index__`, but arrays do.
fn has_axes(key: &Bound<'_, PyAny>) -> PyResult<bool> {
    match key.getattr_opt(intern!(key.py(), "ndim"))? {
        Some(ndim) => Ok(ndim.extract::<usize>()? > 0),
        None => Ok(false),
    }
}

/// An integer, one that is too long replaced by the longest: no axis is that long, and slices are clamped anyway.
fn clamped(value: &Bound<'_, PyAny>) -> PyResult<isize> {
    if !value.hasattr(intern!(value.py(), "__index__"))? {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "slice indices are integers, None or have an __index__ method; {kind} is neither"
        )));
    }
    let index = value.call_method0(intern!(value.py(), "__index__"))?;
    match index.extract::<isize>() {
        Ok(index) => Ok(index),
        Err(_) if index.lt(0)? => Ok(isize::MIN / 2),
        Err(_) => Ok(isize::MAX / 2),
    }
}
