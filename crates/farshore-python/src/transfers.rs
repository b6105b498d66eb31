//! `with fs.transfers(policy) as log`: a policy for a block, and the ledger of what crossed in it.

use std::sync::Arc;

use farshore::{CrossingKind, Direction, Ledger, Policy};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::context::{SCOPE, Scope, scope};

/// A block in which transfers follow a policy and are written down: "explicit", "warn", "allow" or "forbid";
/// without one, the policy stays as it is.
#[pyclass(name = "transfers", module = "farshore", frozen)]
pub struct PyTransfers {
    policy: Option<Policy>,
}

#[pymethods]
impl PyTransfers {
    #[new]
    #[pyo3(signature = (policy=None))]
    fn new(policy: Option<&str>) -> PyResult<Self> {
        let policy = policy.map(str::parse).transpose().map_err(PyValueError::new_err)?;
        Ok(Self { policy })
    }

    fn __enter__(&self, py: Python<'_>) -> PyResult<PyLedger> {
        let outer = scope(py)?;
        let ledger = Arc::new(Ledger::default());
        let mut ledgers = outer.ledgers;
        ledgers.push(Arc::clone(&ledger));
        SCOPE.enter(py, Scope { policy: self.policy.or(outer.policy), ledgers })?;
        Ok(PyLedger(ledger))
    }

    #[expect(clippy::unused_self, reason = "Python calls it as a method")]
    fn __exit__(
        &self,
        py: Python<'_>,
        _class: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        SCOPE.leave(py)
    }
}

/// What crossed between device and host, in order. `print(log)` shows it as a table.
#[pyclass(name = "Ledger", module = "farshore", frozen)]
pub struct PyLedger(Arc<Ledger>);

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

    /// A list of dicts: direction, kind, nbytes, waited and copied (seconds), device, caller ("file:line").
    #[getter]
    fn crossings<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let crossings = self.0.crossings();
        let describe = |one: &farshore::Crossing| {
            let entry = PyDict::new(py);
            entry.set_item("direction", one.direction.to_string())?;
            entry.set_item("kind", one.kind.to_string())?;
            entry.set_item("nbytes", one.nbytes)?;
            entry.set_item("waited", one.waited.as_secs_f64())?;
            entry.set_item("copied", one.copied.as_secs_f64())?;
            entry.set_item("device", &one.device)?;
            entry.set_item("caller", &one.caller)?;
            Ok(entry)
        };
        crossings.iter().map(describe).collect()
    }

    /// Single elements that were read as numbers.
    #[getter]
    fn scalar_reads(&self) -> usize {
        self.0
            .crossings()
            .iter()
            .filter(|one| one.kind == CrossingKind::Scalar && one.direction == Direction::ToHost)
            .count()
    }

    /// Tuples (caller, crossings, bytes), the most bytes first.
    fn by_caller(&self) -> Vec<(String, u64, u64)> {
        self.0.by_caller()
    }

    fn __len__(&self) -> usize {
        self.0.crossings().len()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        let (host, device) = (self.0.bytes_to_host(), self.0.bytes_to_device());
        format!(
            "<Ledger: {} transfers, {host} bytes to host, {device} bytes to device>",
            self.0.crossings().len()
        )
    }
}
