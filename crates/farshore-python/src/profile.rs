//! Profiles: `with fs.profile() as p`, whose class is Python's.

use std::sync::{Arc, Mutex, PoisonError};

use farshore::{Profile, Report};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::device::PyDevice;
use crate::transfers::PyLedger;
use crate::watch::Watcher;

/// A profile that is open, until `finish()` or the end of its life.
#[pyclass(name = "OpenProfile", module = "farshore._core", frozen)]
pub struct PyProfile(Mutex<Option<Profile>>);

/// Opens a profile of a device, once it has done what was recorded before.
#[pyfunction]
pub fn open_profile(py: Python<'_>, device: &PyDevice) -> PyResult<PyProfile> {
    let profile = Watcher::wait(py, |watch| Profile::start(&device.0, watch))?;
    Ok(PyProfile(Mutex::new(Some(profile))))
}

#[pymethods]
impl PyProfile {
    /// Waits for the device, and gives what it ran; the profile is closed whatever happens.
    fn finish(&self, py: Python<'_>) -> PyResult<PyReport> {
        let profile = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let profile = profile.ok_or_else(|| PyRuntimeError::new_err("the profile is closed already"))?;
        Watcher::wait(py, |watch| profile.finish_watched(watch)).map(PyReport)
    }
}

/// What a device ran while a profile was open.
#[pyclass(name = "Report", module = "farshore._core", frozen)]
pub struct PyReport(Report);

#[pymethods]
impl PyReport {
    /// Name, calls, seconds or None, bytes read and bytes written of each kernel.
    #[getter]
    fn kernels(&self) -> Vec<(String, u64, Option<f64>, u64, u64)> {
        let kernels = self.0.kernels().into_iter();
        kernels.map(|one| (one.name, one.calls, one.seconds, one.bytes_read, one.bytes_written)).collect()
    }

    /// Seconds of each run of a kernel, in order.
    #[getter]
    fn runs(&self) -> Vec<Option<f64>> {
        self.0.runs().iter().map(|run| run.seconds).collect()
    }

    #[getter]
    fn transfers(&self) -> PyLedger {
        PyLedger(Arc::clone(self.0.transfers()))
    }

    #[getter]
    fn seconds(&self) -> Option<f64> {
        self.0.seconds()
    }

    #[getter]
    fn elapsed(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    #[getter]
    fn uncertainty(&self) -> f64 {
        self.0.uncertainty().as_secs_f64()
    }

    /// Bytes that a copy reads and writes in a second; measured when it is first asked for.
    fn bandwidth(&self, py: Python<'_>) -> Option<f64> {
        py.detach(|| self.0.bandwidth())
    }

    fn trace(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.trace())
    }

    fn __str__(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_string())
    }
}
