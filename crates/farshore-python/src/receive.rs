//! From a device to a host array: `to_numpy` and what else ends in it.

#![allow(unsafe_code, reason = "host arrays are filled in place")]

use farshore::{
    Array, CrossingKind, Direction, HostMemory, Order, Readback, Request, Spoken, Verdict, supports,
};
use numpy::{PyArrayDescr, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::array::PyArray;
use crate::context::{request, warn};
use crate::errors::raise;
use crate::memory::PinnedMemory;
use crate::numpy::{self as border, Bytes, descriptor};
use crate::watch::Watcher;

/// From this many bytes on, a new host array may be memory that the device wrote to.
const OWN: u64 = 1 << 20;

/// What a transfer is to give: `out`, or a new array of an order and a dtype.
#[derive(Default)]
struct Target<'a, 'py> {
    out: Option<&'a Bound<'py, PyUntypedArray>>,
    dtype: Option<&'a Bound<'py, PyAny>>,
    order: Order,
}

/// A transfer that has begun, and where it goes.
struct Transfer {
    readback: Readback,
    /// The bytes to fill; None where the device gives memory.
    into: Option<Bytes>,
    finish: Finish,
}

/// What is left to do with the bytes.
struct Finish {
    array: Array,
    order: Order,
    /// A host array that they are copied on into, converted.
    through: Option<Py<PyUntypedArray>>,
    /// A dtype that they are converted to.
    dtype: Option<Py<PyAny>>,
}

/// What a transfer brought.
enum Received {
    Filled(Py<PyUntypedArray>),
    Memory(HostMemory),
}

impl Transfer {
    /// Begins to copy `array`, refused before anything is recorded. It is converted on the device where fewer bytes
    /// cross then, or as many; else on the host.
    fn begin(py: Python<'_>, array: &Array, target: Target<'_, '_>, request: Request) -> PyResult<Self> {
        let wanted = match (target.out, target.dtype) {
            (Some(out), _) => Some(border::dtype(out.dtype().as_any())?),
            // A dtype that is not ours is left to NumPy, once the elements are there.
            (None, Some(dtype)) => border::dtype(dtype).ok(),
            (None, None) => Some(array.dtype()),
        };
        let sent = wanted
            .filter(|wanted| wanted.size() <= array.dtype().size() && supports(array.device(), *wanted))
            .unwrap_or(array.dtype());
        request.check(array, sent).map_err(raise(py))?;
        let array = match array.dtype() {
            dtype if dtype == sent => array.clone(),
            _ => py.detach(|| array.astype(sent)).map_err(raise(py))?,
        };
        // The bytes of a host array of any other layout, byte order or dtype are not those of the device.
        let direct = match target.out {
            Some(out)
                if wanted == Some(sent) && out.dtype().getattr(intern!(py, "isnative"))?.is_truthy()? =>
            {
                Some(out).filter(|out| out.is_c_contiguous() || out.is_fortran_contiguous())
            }
            _ => None,
        };
        let order = match (target.out, direct) {
            (_, Some(out)) if !out.is_c_contiguous() => Order::Fortran,
            (Some(_), _) => Order::C,
            (None, _) => target.order,
        };
        let own = direct.is_none() && array.nbytes() >= OWN;
        let readback = py.detach(|| Readback::begin(&array, order, request, own)).map_err(raise(py))?;
        let into = match direct {
            Some(out) => Some(Bytes::of(out)),
            None if own && readback.has_memory() => None,
            None => Some(Bytes::of(&border::empty(py, &array, order)?)),
        };
        let through = target.out.filter(|_| direct.is_none()).map(|out| out.clone().unbind());
        // The device knows no byte order but the host's own.
        let foreign = match target.dtype {
            Some(dtype) => !PyArrayDescr::new(py, dtype)?.getattr(intern!(py, "isnative"))?.is_truthy()?,
            None => false,
        };
        let dtype = target.dtype.filter(|_| target.out.is_none() && (foreign || wanted != Some(sent)));
        let finish = Finish { array, order, through, dtype: dtype.map(|dtype| dtype.clone().unbind()) };
        Ok(Self { readback, into, finish })
    }

    /// Waits for it, without the interpreter.
    fn receive(
        readback: Readback,
        into: Option<Bytes>,
        watcher: &mut Watcher,
    ) -> farshore::Result<(Received, Verdict)> {
        let Some(mut bytes) = into else {
            return watcher.run(|watch| {
                readback.into_memory(watch).map(|(memory, verdict)| (Received::Memory(memory), verdict))
            });
        };
        // SAFETY: the array is contiguous, and only this call writes to it.
        let verdict = watcher.run(|watch| readback.copy_to(unsafe { bytes.write() }, watch))?;
        Ok((Received::Filled(bytes.into_owner()), verdict))
    }

    fn run(self, py: Python<'_>, mut watcher: Watcher) -> PyResult<Bound<'_, PyAny>> {
        let Self { readback, into, finish } = self;
        let received = py.detach(|| Self::receive(readback, into, &mut watcher));
        let (received, verdict) = watcher.end(py, received)?;
        warn_if(py, &finish.array, verdict)?;
        finish.give(py, received)
    }

    /// Goes on in the background; gives a `concurrent.futures.Future`.
    fn later(self, py: Python<'_>, mut watcher: Watcher) -> PyResult<Bound<'_, PyAny>> {
        let future = py.import("concurrent.futures")?.getattr("Future")?.call0()?;
        // It runs already: nobody can cancel it.
        future.call_method0("set_running_or_notify_cancel")?;
        let promise = Promise(Some(future.clone().unbind()));
        let Self { readback, into, finish } = self;
        let job = move |readback| {
            let received = Self::receive(readback, into, &mut watcher);
            // A process that ends has nobody to tell. All that is Python's is let go of while there is an interpreter.
            let _ = Python::try_attach(move |py| {
                let (promise, finish) = (promise, finish);
                let result = watcher.end(py, received).and_then(|(received, _)| finish.give(py, received));
                promise.keep(py, result.map(Bound::unbind));
            });
        };
        // Where no thread can be started, it is done here.
        py.detach(|| readback.later(job));
        Ok(future)
    }
}

/// The future of a result that comes later. Whoever waits is told when it is dropped, at the latest.
struct Promise(Option<Py<PyAny>>);

impl Promise {
    fn keep(mut self, py: Python<'_>, result: PyResult<Py<PyAny>>) {
        let Some(future) = self.0.take() else { return };
        let told = match result {
            Ok(host) => future.call_method1(py, "set_result", (host,)),
            Err(error) => future.call_method1(py, "set_exception", (error,)),
        };
        if let Err(error) = told {
            error.write_unraisable(py, None);
        }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if let Some(future) = self.0.take() {
            let lost = PyRuntimeError::new_err("the readback was dropped");
            let _ = Python::try_attach(|py| Self(Some(future)).keep(py, Err(lost)));
        }
    }
}

impl Finish {
    /// The host array of what was received.
    fn give<'py>(&self, py: Python<'py>, received: Received) -> PyResult<Bound<'py, PyAny>> {
        let numpy = py.import(intern!(py, "numpy"))?;
        let host = match received {
            Received::Filled(host) => host.into_bound(py).into_any(),
            Received::Memory(memory) => {
                let arguments = PyDict::new(py);
                arguments.set_item("buffer", PinnedMemory::new(memory))?;
                arguments.set_item("order", border::letter(self.order))?;
                let shape = PyTuple::new(py, self.array.shape())?;
                let ndarray = numpy.getattr(intern!(py, "ndarray"))?;
                ndarray.call((shape, descriptor(py, self.array.dtype())?), Some(&arguments))?
            }
        };
        if let Some(out) = &self.through {
            numpy.call_method1("copyto", (out, host, "unsafe"))?;
            return Ok(out.bind(py).clone().into_any());
        }
        match &self.dtype {
            Some(dtype) => host.call_method1(intern!(py, "astype"), (dtype,)),
            None => Ok(host),
        }
    }
}

fn warn_if(py: Python<'_>, array: &Array, verdict: Verdict) -> PyResult<()> {
    if verdict != Verdict::PermitAndWarn {
        return Ok(());
    }
    let text = format!(
        "{} bytes were copied from {} without being asked for; write x.to_numpy() or np.asarray(x, copy=True)",
        array.nbytes(),
        array.device()
    );
    warn(py, "ImplicitTransferWarning", &text)
}

/// Copies `array` to a new host array in C order.
pub fn to_new<'py>(py: Python<'py>, array: &Array, request: Request) -> PyResult<Bound<'py, PyAny>> {
    Transfer::begin(py, array, Target::default(), request)?.run(py, Watcher::none(array.nbytes()))
}

/// Copies `array` to a new host array of `dtype`, any of NumPy's, in C order.
pub fn to_new_as<'py>(
    py: Python<'py>,
    array: &Array,
    dtype: Option<&Bound<'py, PyAny>>,
    request: Request,
) -> PyResult<Bound<'py, PyAny>> {
    let target = Target { dtype, ..Target::default() };
    Transfer::begin(py, array, target, request)?.run(py, Watcher::none(array.nbytes()))
}

/// Checks that `out` can hold what `array` is asked for as `dtype`.
fn check_out(
    array: &Array,
    out: &Bound<'_, PyUntypedArray>,
    dtype: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let py = out.py();
    if out.shape() != array.shape() {
        let (have, want) = (out.getattr("shape")?, PyTuple::new(py, array.shape())?);
        return Err(PyValueError::new_err(format!("out has shape {have}, the array {want}")));
    }
    let flags = out.getattr(intern!(py, "flags"))?;
    if !flags.getattr(intern!(py, "writeable"))?.is_truthy()? {
        return Err(PyValueError::new_err("out is read-only"));
    }
    let target = border::dtype(out.dtype().as_any())?;
    if let Some(wanted) = dtype
        && border::dtype(wanted)? != target
    {
        return Err(PyTypeError::new_err(format!(
            "out has dtype {target}, and dtype={wanted} was asked for"
        )));
    }
    Ok(())
}

#[pymethods]
impl PyArray {
    /// Copies the elements to the host: a new `numpy.ndarray`, or `out`.
    ///
    /// dtype and out convert as astype does: on the device when no more bytes cross then, else on the host. order is
    /// "C" or "F". out is a writeable array of this shape. With
    /// blocking=False, it gives a Readback at once. progress is True for a progress bar, or a callable that is told
    /// the bytes done and the bytes there are.
    #[pyo3(signature = (*, out=None, dtype=None, order="C", blocking=true, progress=None))]
    pub fn to_numpy<'py>(
        &self,
        py: Python<'py>,
        out: Option<&Bound<'py, PyUntypedArray>>,
        dtype: Option<&Bound<'py, PyAny>>,
        order: &str,
        blocking: bool,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let order = match order {
            "C" | "A" | "K" => Order::C,
            "F" => Order::Fortran,
            other => {
                return Err(PyValueError::new_err(format!("order is \"C\" or \"F\", not {other:?}")));
            }
        };
        match (out, dtype) {
            (Some(out), _) => check_out(&self.0, out, dtype)?,
            (None, Some(dtype)) => drop(border::dtype(dtype)?),
            (None, None) => {}
        }
        let request = request(py, Direction::ToHost, Spoken::Explicit, CrossingKind::Bulk)?;
        let transfer = Transfer::begin(py, &self.0, Target { out, dtype, order }, request)?;
        let watcher = Watcher::new(py, progress, transfer.finish.array.nbytes(), "to host")?;
        if blocking {
            return transfer.run(py, watcher);
        }
        let future = transfer.later(py, watcher)?;
        py.import("farshore._readback")?.getattr("Readback")?.call1((future,))
    }

    /// CuPy's name of `to_numpy`.
    #[pyo3(signature = (*, out=None, order="C", blocking=true))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        out: Option<&Bound<'py, PyUntypedArray>>,
        order: &str,
        blocking: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.to_numpy(py, out, None, order, blocking, None)
    }

    /// PyTorch's name of `to_numpy`. With or without `force`, it copies: the name says so.
    #[pyo3(signature = (*, force=false))]
    fn numpy<'py>(&self, py: Python<'py>, force: bool) -> PyResult<Bound<'py, PyAny>> {
        let _ = force;
        self.copied(py)
    }

    /// The elements as nested lists of Python numbers: one transfer.
    fn tolist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.copied(py)?.call_method0(intern!(py, "tolist"))
    }

    /// Raises what moving this array in parts would, before the first of them moves: to the host, or from there.
    fn _check(&self, py: Python<'_>, kind: &str, to_host: bool) -> PyResult<()> {
        let direction = if to_host { Direction::ToHost } else { Direction::ToDevice };
        let kind = kind.parse().map_err(PyValueError::new_err)?;
        let request = request(py, direction, Spoken::Explicit, kind)?;
        request.check(&self.0, self.0.dtype()).map_err(raise(py))
    }

    /// Fills a host array of this shape; the crossing counts as `kind`.
    fn _read_into(&self, py: Python<'_>, out: &Bound<'_, PyUntypedArray>, kind: &str) -> PyResult<()> {
        check_out(&self.0, out, None)?;
        let kind = kind.parse().map_err(PyValueError::new_err)?;
        let request = request(py, Direction::ToHost, Spoken::Explicit, kind)?;
        let target = Target { out: Some(out), ..Target::default() };
        Transfer::begin(py, &self.0, target, request)?.run(py, Watcher::none(self.0.nbytes())).map(drop)
    }
}

impl PyArray {
    /// A new host array, asked for by name.
    pub fn copied<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_new(py, &self.0, request(py, Direction::ToHost, Spoken::Explicit, CrossingKind::Bulk)?)
    }
}
