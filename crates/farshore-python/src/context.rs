//! What a piece of Python code has set for itself: the device to make arrays on, the transfer policy. Both are
//! context variables, so threads and asyncio tasks don't see each other's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use farshore::{CrossingKind, Ledger, Policy, Request, Spoken};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;
use pyo3::{IntoPyObjectExt, intern};

use crate::errors::raise;

/// The policy of a `with fs.transfers(...)` block, and the ledgers of it and of the blocks around it.
#[pyclass(frozen)]
#[derive(Clone)]
pub struct Scope {
    /// None in a block that only writes down.
    pub policy: Option<Policy>,
    pub ledgers: Vec<Arc<Ledger>>,
}

/// What a `with` block has set, and the block around it. Kept by the context alone, so one object may be entered by
/// several threads and tasks at once.
#[pyclass(frozen)]
struct Block {
    value: Py<PyAny>,
    outer: Py<PyAny>,
}

/// A `contextvars.ContextVar` whose values are set by blocks.
pub struct Variable(&'static str, PyOnceLock<Py<PyAny>>);

pub static SCOPE: Variable = Variable::new("farshore.transfers");
pub static DEVICE: Variable = Variable::new("farshore.device");

impl Variable {
    const fn new(name: &'static str) -> Self {
        Self(name, PyOnceLock::new())
    }

    fn get_or_make<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyAny>> {
        let make = || py.import("contextvars")?.getattr("ContextVar")?.call1((self.0,)).map(Bound::unbind);
        Ok(self.1.get_or_try_init(py, make)?.bind(py))
    }

    /// The value of the innermost block of this context, None outside of any.
    pub fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.block(py)?.cast::<Block>() {
            Ok(block) => Ok(block.get().value.bind(py).clone()),
            Err(_) => Ok(py.None().into_bound(py)),
        }
    }

    /// Enters a block with this value.
    pub fn enter<'py>(&self, py: Python<'py>, value: impl IntoPyObjectExt<'py>) -> PyResult<()> {
        let value = value.into_bound_py_any(py)?.unbind();
        let block = Block { value, outer: self.block(py)?.unbind() };
        self.get_or_make(py)?.call_method1(intern!(py, "set"), (block,)).map(drop)
    }

    /// Leaves the innermost block of this context.
    pub fn leave(&self, py: Python<'_>) -> PyResult<()> {
        let inner = self.block(py)?;
        let outside = |_| PyRuntimeError::new_err("a block was left that was not entered in this context");
        let block = inner.cast::<Block>().map_err(outside)?;
        self.get_or_make(py)?.call_method1(intern!(py, "set"), (&block.get().outer,)).map(drop)
    }

    fn block<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.get_or_make(py)?.call_method1(intern!(py, "get"), (py.None(),))
    }
}

/// The scope of this context; without a block, the process's policy and no ledger.
pub fn scope(py: Python<'_>) -> PyResult<Scope> {
    let value = SCOPE.get(py)?;
    if value.is_none() {
        return Ok(Scope { policy: None, ledgers: Vec::new() });
    }
    Ok(value.cast::<Scope>()?.get().clone())
}

/// A request by the Python code that is running, and the ledgers to write it into.
pub fn request(py: Python<'_>, spoken: Spoken, kind: CrossingKind) -> PyResult<(Request, Vec<Arc<Ledger>>)> {
    let scope = scope(py)?;
    let policy = scope.policy.map_or_else(Policy::of_process, Ok).map_err(raise(py))?;
    Ok((Request { spoken, kind, policy, caller: caller(py) }, scope.ledgers))
}

/// `file:line` of the nearest frame outside farshore and NumPy: the code of the user or of another library.
fn caller(py: Python<'_>) -> Option<String> {
    let mut frame = py.import("sys").ok()?.getattr(intern!(py, "_getframe")).ok()?.call0().ok()?;
    while is_inside(&frame, &["farshore", "numpy"]) {
        frame = frame.getattr(intern!(py, "f_back")).ok().filter(|back| !back.is_none())?;
    }
    let file = frame.getattr(intern!(py, "f_code")).ok()?.getattr(intern!(py, "co_filename")).ok()?;
    let line = frame.getattr(intern!(py, "f_lineno")).ok()?;
    Some(format!("{file}:{line}"))
}

/// Warns at the line of the nearest code outside farshore and NumPy.
pub fn warn(py: Python<'_>, class: &str, text: &str) -> PyResult<()> {
    let class = py.import("farshore.exceptions")?.getattr(class)?;
    let caller = caller(py);
    let (file, line) =
        caller.as_deref().and_then(|caller| caller.rsplit_once(':')).unwrap_or(("farshore", "0"));
    let line: u32 = line.parse().unwrap_or_default();
    py.import("warnings")?.call_method1("warn_explicit", (text, class, file, line)).map(drop)
}

/// Scalar reads from one line after which that line is told of a faster way.
const STORM: u32 = 256;

/// Counts a scalar read, and warns once for a line that reads element by element.
pub fn count_scalar_read(py: Python<'_>, caller: Option<&str>) -> PyResult<()> {
    static READS: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());
    let Some(caller) = caller else { return Ok(()) };
    let mut reads = READS.lock().unwrap_or_else(PoisonError::into_inner);
    let count = reads.entry(caller.to_owned()).or_default();
    *count = count.saturating_add(1);
    let storm = *count == STORM;
    drop(reads);
    if storm {
        let text = format!(
            "{STORM} elements were read one by one here; read them at once: x.tolist() or x.to_numpy()"
        );
        warn(py, "ScalarReadsWarning", &text)?;
    }
    Ok(())
}

/// Whether the code that called is part of NumPy: its own functions pass `copy=True` on without being told to.
pub fn called_by_numpy(py: Python<'_>) -> bool {
    let frame = py.import("sys").and_then(|sys| sys.getattr(intern!(py, "_getframe"))?.call0());
    frame.is_ok_and(|frame| is_inside(&frame, &["numpy"]))
}

fn is_inside(frame: &Bound<'_, PyAny>, packages: &[&str]) -> bool {
    let py = frame.py();
    let module = || frame.getattr(intern!(py, "f_globals")).ok()?.get_item(intern!(py, "__name__")).ok();
    let name =
        module().and_then(|name| Some(name.cast_into::<PyString>().ok()?.to_string_lossy().into_owned()));
    name.is_some_and(|name| {
        packages.iter().any(|&package| {
            name == package || name.strip_prefix(package).is_some_and(|rest| rest.starts_with('.'))
        })
    })
}
