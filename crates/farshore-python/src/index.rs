//! Python's basic indices.

use farshore::Index;
use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyEllipsis, PySlice, PyTuple};

pub fn extract(key: &Bound<'_, PyAny>) -> PyResult<Vec<Index>> {
    match key.cast::<PyTuple>() {
        Ok(keys) => keys.iter().map(|key| one(&key)).collect(),
        Err(_) => Ok(vec![one(key)?]),
    }
}

fn one(key: &Bound<'_, PyAny>) -> PyResult<Index> {
    let py = key.py();
    if key.is_none() {
        return Ok(Index::NewAxis);
    }
    if key.is_instance_of::<PyEllipsis>() {
        return Ok(Index::Ellipsis);
    }
    if key.is_instance_of::<PySlice>() {
        let part = |name| {
            let value = key.getattr(name)?;
            if value.is_none() { Ok(None) } else { clamped(&value).map(Some) }
        };
        let (start, stop) = (part(intern!(py, "start"))?, part(intern!(py, "stop"))?);
        return Ok(Index::Slice { start, stop, step: part(intern!(py, "step"))?.unwrap_or(1) });
    }
    if !key.is_instance_of::<PyBool>() && key.hasattr(intern!(py, "__index__"))? && !has_axes(key)? {
        return Ok(Index::At(clamped(key)?));
    }
    let kind = key.get_type().name()?;
    Err(PyIndexError::new_err(format!(
        "an index is made of integers, slices (`:`), ellipsis (`...`) and None; {kind} is none of them. Indexing by \
         arrays and masks is not there yet"
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
