//! What a piece of Python code has set for itself: the device to make arrays on, the transfer policy. Both are
//! context variables, so threads and asyncio tasks don't see each other's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use farshore::{CrossingKind, Direction, Ledger, Request, Rules, Spoken, Watching, log_file};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;
use pyo3::{IntoPyObjectExt, intern};

use crate::errors::raise;

/// What a `with fs.transfers(...)` block sets, beside those around it.
#[pyclass(frozen)]
pub struct Scope {
    pub rules: Rules,
    pub ledger: Arc<Ledger>,
    /// Set in a block whose ledger sees all threads; taken when it is left.
    pub watching: Mutex<Option<Watching>>,
}

/// What a `with` block has set, whose block it is, and the block around it. Kept by the context alone, so one object
/// may be entered by several threads and tasks at once.
#[pyclass(frozen)]
struct Block {
    value: Py<PyAny>,
    owner: Py<PyAny>,
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
        let innermost = self.values(py)?.into_iter().next();
        Ok(innermost.unwrap_or_else(|| py.None().into_bound(py)))
    }

    /// The values of the blocks of this context, the innermost first.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let (mut values, mut next) = (Vec::new(), self.block(py)?);
        while let Ok(block) = next.cast::<Block>() {
            values.push(block.get().value.bind(py).clone());
            next = block.get().outer.bind(py).clone();
        }
        Ok(values)
    }

    /// Enters a block of `owner`'s, with this value.
    pub fn enter<'py>(
        &self,
        py: Python<'py>,
        owner: &Bound<'py, PyAny>,
        value: impl IntoPyObjectExt<'py>,
    ) -> PyResult<()> {
        let value = value.into_bound_py_any(py)?.unbind();
        let block = Block { value, owner: owner.clone().unbind(), outer: self.block(py)?.unbind() };
        self.set(py, Bound::new(py, block)?.into_any())
    }

    /// Leaves the innermost block of `owner`'s in this context; gives its value. Blocks of others inside it stay: a
    /// generator may have been suspended in one.
    pub fn leave<'py>(&self, py: Python<'py>, owner: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let outside = |_| PyRuntimeError::new_err("a block was left that was not entered in this context");
        let mut inside = Vec::new();
        let mut block = self.block(py)?.cast_into::<Block>().map_err(outside)?;
        while !block.get().owner.is(owner) {
            let outer = block.get().outer.bind(py).clone();
            inside.push(block);
            block = outer.cast_into::<Block>().map_err(outside)?;
        }
        let mut rest = block.get().outer.bind(py).clone();
        for stays in inside.iter().rev().map(Bound::get) {
            let (value, owner) = (stays.value.clone_ref(py), stays.owner.clone_ref(py));
            rest = Bound::new(py, Block { value, owner, outer: rest.unbind() })?.into_any();
        }
        self.set(py, rest)?;
        Ok(block.get().value.bind(py).clone())
    }

    fn set(&self, py: Python<'_>, block: Bound<'_, PyAny>) -> PyResult<()> {
        self.get_or_make(py)?.call_method1(intern!(py, "set"), (block,)).map(drop)
    }

    fn block<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.get_or_make(py)?.call_method1(intern!(py, "get"), (py.None(),))
    }
}

/// A request by the Python code that is running.
pub fn request(
    py: Python<'_>,
    direction: Direction,
    spoken: Spoken,
    kind: CrossingKind,
) -> PyResult<Request> {
    let (mut rules, mut ledgers) = (Rules::default(), Vec::new());
    for value in SCOPE.values(py)? {
        let scope = value.cast::<Scope>()?.get();
        rules = rules.or(scope.rules);
        ledgers.push(Arc::clone(&scope.ledger));
    }
    let policy = rules.resolve(direction, kind).map_err(raise(py))?;
    let log = log_file();
    Ok(Request { direction, kind, spoken, policy, caller: caller(py), ledgers, log })
}

/// `file:line` of the nearest frame outside farshore and NumPy: the code of the user or of another library.
pub fn caller(py: Python<'_>) -> Option<String> {
    let mut frame = py.import("sys").ok()?.getattr(intern!(py, "_getframe")).ok()?.call0().ok()?;
    // NumPy's decorated functions are called from contextlib.
    while is_inside(&frame, &["farshore", "numpy", "contextlib"]) {
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
