//! Recorded functions of arrays.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use farshore::{Array, Error, Recording};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::array::PyArray;
use crate::errors::raise;

/// What a function was recorded for, set by set of shapes and dtypes, each with what the function gave beside arrays.
#[pyclass(name = "Recordings", module = "farshore", frozen)]
pub struct PyRecordings(Mutex<Vec<(Arc<Recording>, Py<PyAny>)>>);

/// Recordings that are kept: the latest.
const KEPT: usize = 16;

/// Whether a pipeline is being recorded by this thread.
#[pyfunction]
pub fn is_recording() -> bool {
    farshore::is_recording()
}

#[pymethods]
impl PyRecordings {
    #[new]
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Runs the recording for `inputs`: `function` is called with arrays where there is none yet, and gives a list of
    /// arrays and something else. Gives both, the arrays being those of this run.
    fn run<'py>(
        &self,
        py: Python<'py>,
        function: &Bound<'py, PyAny>,
        inputs: &Bound<'py, PyTuple>,
    ) -> PyResult<(Bound<'py, PyList>, Py<PyAny>)> {
        let given = arrays(inputs)?;
        let given: Vec<&Array> = given.iter().map(|array| &array.get().0).collect();
        let (recording, beside) = self.recording(function, &given)?;
        let outputs = py.detach(|| recording.run(&given)).map_err(raise(py))?;
        let outputs = outputs.into_iter().map(PyArray).map(|output| Py::new(py, output));
        Ok((PyList::new(py, outputs.collect::<PyResult<Vec<_>>>()?)?, beside))
    }

    /// What a run does, as lines.
    fn explain(&self, function: &Bound<'_, PyAny>, inputs: &Bound<'_, PyTuple>) -> PyResult<String> {
        let given = arrays(inputs)?;
        let given: Vec<&Array> = given.iter().map(|array| &array.get().0).collect();
        Ok(self.recording(function, &given)?.0.plan().to_string())
    }
}

impl PyRecordings {
    fn recording(
        &self,
        function: &Bound<'_, PyAny>,
        inputs: &[&Array],
    ) -> PyResult<(Arc<Recording>, Py<PyAny>)> {
        let py = function.py();
        if let Some((known, beside)) = self.known().iter().find(|(known, _)| known.fits(inputs)) {
            return Ok((Arc::clone(known), beside.clone_ref(py)));
        }
        let mut called = Ok(py.None());
        let recording = Recording::new(inputs, |given| match call(function, given) {
            Ok((outputs, beside)) => {
                called = Ok(beside);
                Ok(outputs)
            }
            Err(error) => {
                called = Err(error);
                Err(Error::Recording("the function raised".into()))
            }
        });
        let beside = called?;
        let recording = Arc::new(recording.map_err(raise(py))?);
        let mut known = self.known();
        let oldest = (known.len() >= KEPT).then(|| known.remove(0));
        known.push((Arc::clone(&recording), beside.clone_ref(py)));
        drop(known);
        // Its objects may run code of theirs when they go: not under the lock.
        drop(oldest);
        Ok((recording, beside))
    }

    fn known(&self) -> MutexGuard<'_, Vec<(Arc<Recording>, Py<PyAny>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn call(function: &Bound<'_, PyAny>, given: &[Array]) -> PyResult<(Vec<Array>, Py<PyAny>)> {
    let py = function.py();
    let given = given.iter().map(|array| Py::new(py, PyArray(array.clone())));
    let given = PyTuple::new(py, given.collect::<PyResult<Vec<_>>>()?)?;
    let (outputs, beside): (Bound<'_, PyTuple>, Py<PyAny>) = function.call1((given,))?.extract()?;
    Ok((arrays(&outputs)?.iter().map(|array| array.get().0.clone()).collect(), beside))
}

fn arrays<'py>(given: &Bound<'py, PyTuple>) -> PyResult<Vec<Bound<'py, PyArray>>> {
    given.iter().map(|one| Ok(one.cast_into::<PyArray>()?)).collect()
}
