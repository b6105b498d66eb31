//! `with fs.transfers(policy) as log`: a policy for a block, and the ledger of what crossed in it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::context::{SCOPE, Scope};
use farshore::{Ledger, Policy, Rules};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A block in which transfers follow a policy and are written down: "explicit", "warn", "allow" or "forbid";
/// without one, the policy stays as it is.
///
/// bulk (arrays to the host), scalar (single elements to the host) and upload (to a device) set that class alone. At
/// most max_bytes may cross in the block, both directions together. With all_threads=True the ledger sees what other
/// threads move, too; policies and budgets are those of each thread.
#[pyclass(name = "transfers", module = "farshore", frozen)]
pub struct PyTransfers {
    rules: Rules,
    max_bytes: Option<u64>,
    all_threads: bool,
}

#[pymethods]
impl PyTransfers {
    #[new]
    #[pyo3(signature = (policy=None, *, bulk=None, scalar=None, upload=None, max_bytes=None, all_threads=false))]
    fn new(
        policy: Option<&str>,
        bulk: Option<&str>,
        scalar: Option<&str>,
        upload: Option<&str>,
        max_bytes: Option<u64>,
        all_threads: bool,
    ) -> PyResult<Self> {
        let named =
            |name: Option<&str>| name.map(str::parse::<Policy>).transpose().map_err(PyValueError::new_err);
        let one = Rules { bulk: named(bulk)?, scalar: named(scalar)?, upload: named(upload)? };
        let all = named(policy)?.map(Rules::from).unwrap_or_default();
        Ok(Self { rules: one.or(all), max_bytes, all_threads })
    }

    fn __enter__(slf: &Bound<'_, Self>) -> PyResult<PyLedger> {
        let (py, this) = (slf.py(), slf.get());
        let ledger = Arc::new(Ledger::limited(this.max_bytes));
        let watching = Mutex::new(this.all_threads.then(|| ledger.watch_all_threads()));
        SCOPE.enter(py, slf, Scope { rules: this.rules, ledger: Arc::clone(&ledger), watching })?;
        Ok(PyLedger(ledger))
    }

    fn __exit__(
        slf: &Bound<'_, Self>,
        _class: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let scope = SCOPE.leave(slf.py(), slf)?;
        // A task that was started inside may hold the scope for longer.
        scope.cast::<Scope>()?.get().watching.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(())
    }
}

/// What crossed between device and host, in order. `print(log)` shows it as a table.
#[pyclass(name = "Ledger", module = "farshore", frozen)]
pub struct PyLedger(pub Arc<Ledger>);

#[pymethods]
impl PyLedger {
    #[getter]
    fn bytes_to_host(&self) -> u64 {
        self.0.bytes_to_host()
    }

    #[getter]
    fn bytes_to_device(&self) -> u64 {
        self.0.bytes_to_device()
    }

    /// A list of dicts: direction, kind, spoken, nbytes, started, ended, waited and copied (seconds), device,
    /// caller ("file:line").
    #[getter]
    fn crossings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (self.0.to_json(),))
    }

    /// The crossings as JSON: a list of objects.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Draws the crossings over time, with matplotlib: on ax, or a new figure. Gives the Axes.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: Bound<'py, Self>, ax: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("farshore._timeline")?.call_method1("plot", (&slf, ax))
    }

    /// Single elements that were read as numbers.
    #[getter]
    fn scalar_reads(&self) -> u64 {
        self.0.scalar_reads()
    }

    /// Seconds spent waiting for kernels.
    #[getter]
    fn waited(&self) -> f64 {
        self.0.waited().as_secs_f64()
    }

    /// Seconds spent moving bytes.
    #[getter]
    fn copied(&self) -> f64 {
        self.0.copied().as_secs_f64()
    }

    /// Tuples (caller, crossings, bytes), the most bytes first.
    fn by_caller(&self) -> Vec<(String, u64, u64)> {
        self.0.by_caller()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        let (len, host, device) = (self.0.len(), self.0.bytes_to_host(), self.0.bytes_to_device());
        let plural = if len == 1 { "" } else { "s" };
        format!("<Ledger: {len} transfer{plural}, {host} bytes to host, {device} bytes to device>")
    }
}
