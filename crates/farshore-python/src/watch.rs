//! What Python does between the chunks of a transfer: it looks for Ctrl-C, and tells how far the transfer is.

use farshore::{Result, Watch};
use pyo3::intern;
use pyo3::prelude::*;

use crate::errors::raise;

/// Who is told of the progress, and what stopped the transfer.
pub struct Watcher {
    /// Called with the bytes done and the bytes there are.
    report: Option<Py<PyAny>>,
    /// Whether the report is ours to close.
    own: bool,
    nbytes: u64,
    failure: Option<PyErr>,
}

impl Watcher {
    /// For an argument `progress=`: a bool, or a callable.
    pub fn new(
        py: Python<'_>,
        progress: Option<&Bound<'_, PyAny>>,
        nbytes: u64,
        title: &str,
    ) -> PyResult<Self> {
        let mut watcher = Self::none(nbytes);
        if let Some(progress) = progress.filter(|progress| !progress.is_none()) {
            let reporter = py.import("farshore._progress")?.getattr(intern!(py, "reporter"))?;
            let report = reporter.call1((progress, nbytes, title))?;
            watcher.own = !report.is(progress);
            watcher.report = (!report.is_none()).then(|| report.unbind());
        }
        Ok(watcher)
    }

    /// For a transfer that nobody is told of.
    pub const fn none(nbytes: u64) -> Self {
        Self { report: None, own: false, nbytes, failure: None }
    }

    /// Runs `work`, which must not hold Python's interpreter.
    pub fn run<T>(&mut self, work: impl FnOnce(&mut Watch<'_>) -> Result<T>) -> Result<T> {
        work(&mut |done| match Python::try_attach(|py| self.tell(py, done)) {
            Some(Err(failure)) => {
                self.failure = Some(failure);
                false
            }
            // Without an interpreter there is nobody to tell.
            Some(Ok(())) | None => true,
        })
    }

    /// Does `work`, which waits or moves bytes, without the interpreter, looking for Ctrl-C.
    pub fn wait<T: Send>(
        py: Python<'_>,
        work: impl FnOnce(&mut Watch<'_>) -> Result<T> + Send,
    ) -> PyResult<T> {
        let mut watcher = Self::none(0);
        let result = py.detach(|| watcher.run(work));
        watcher.end(py, result)
    }

    fn tell(&self, py: Python<'_>, done: u64) -> PyResult<()> {
        py.check_signals()?;
        match &self.report {
            Some(report) => report.call1(py, (done, self.nbytes)).map(drop),
            None => Ok(()),
        }
    }

    /// What the work gave, or the exception that stopped it.
    pub fn end<T>(self, py: Python<'_>, result: Result<T>) -> PyResult<T> {
        let result = self.failure.map_or_else(|| result.map_err(raise(py)), Err);
        match self.report.filter(|_| self.own) {
            Some(report) => {
                let closed = report.call_method0(py, intern!(py, "close"));
                // What went wrong with the transfer is of more interest.
                result.and_then(|value| closed.map(|_| value))
            }
            None => result,
        }
    }
}
