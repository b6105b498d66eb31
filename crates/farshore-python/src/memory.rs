//! Memory that NumPy looks at in place: what a device wrote to, and what it shares.

#![allow(unsafe_code, reason = "the buffer protocol hands out pointers")]

use std::ffi::{CString, c_int, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

use farshore::{Array, CrossingKind, DType, Direction, HostMap, HostMemory, Spoken, map_host};
use pyo3::exceptions::{PyBufferError, PyRuntimeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::array::PyArray;
use crate::context::request;
use crate::numpy::descriptor;
use crate::watch::Watcher;

/// Host memory that a device wrote to, behind a NumPy array: its `base`. It goes back to the device's pool with it.
#[pyclass(module = "farshore._core", frozen)]
pub struct PinnedMemory(HostMemory);

impl PinnedMemory {
    pub fn new(memory: HostMemory) -> Self {
        Self(memory)
    }
}

#[pymethods]
impl PinnedMemory {
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let memory = &slf.get().0;
        let (start, nbytes) = (memory.as_mut_ptr(), memory.bytes().len());
        // SAFETY: the memory lives as long as `slf`, which the view refers to; Python gives a view to fill.
        let filled = unsafe {
            ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start.cast(), nbytes.cast_signed(), 0, flags)
        };
        if filled == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}

/// An array's memory, lent to the host: `with x.map_host() as m: h = np.asarray(m)`. Its buffer is read-only.
#[pyclass(name = "HostMap", module = "farshore", frozen)]
pub struct PyHostMap {
    array: Array,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    map: Option<HostMap>,
    views: usize,
    /// The block was left.
    ended: bool,
}

const OUTSIDE: &str = "the array is mapped inside `with x.map_host() as m:` alone";

/// What a view's pointers point to.
struct Described {
    shape: Vec<isize>,
    strides: Vec<isize>,
    format: CString,
}

impl PyHostMap {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl PyArray {
    /// Lends this array's memory to the host to read, where both share it; nothing is copied.
    fn map_host(&self) -> PyHostMap {
        PyHostMap { array: self.0.clone(), state: Mutex::default() }
    }
}

#[pymethods]
impl PyHostMap {
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.array.shape())
    }

    #[getter]
    fn dtype<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(descriptor(py, self.array.dtype())?.into_any())
    }

    fn __enter__<'py>(slf: Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, Self>> {
        let request = request(py, Direction::ToHost, Spoken::Explicit, CrossingKind::Map)?;
        let array = &slf.get().array;
        let map = Watcher::wait(py, |watch| map_host(array, request, watch))?;
        let mut state = slf.get().state();
        if state.map.is_some() {
            return Err(PyRuntimeError::new_err(
                "this block was entered already; x.map_host() makes another",
            ));
        }
        *state = State { map: Some(map), ..State::default() };
        drop(state);
        Ok(slf)
    }

    fn __exit__(
        &self,
        error: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let mut state = self.state();
        state.ended = true;
        if state.views == 0 {
            state.map = None;
            return Ok(());
        }
        // What went wrong in the block is of more interest; its frames may be what keeps the views.
        if !error.is_none() {
            return Ok(());
        }
        let (views, device) = (state.views, self.array.device());
        let (views, verb) = if views == 1 {
            ("1 host view is".into(), "it is")
        } else {
            (format!("{views} host views are"), "they are")
        };
        Err(PyBufferError::new_err(format!(
            "{views} still alive, so the array stays mapped and {device} cannot use it until {verb} gone. Drop them inside the \
             `with x.map_host()` block, or copy: np.array(m)"
        )))
    }

    /// NumPy asks this after the buffer was refused, and takes no other word for it.
    #[pyo3(signature = (*_args, **_kwargs))]
    #[expect(clippy::unused_self, reason = "NumPy calls it as a method")]
    fn __array__(
        &self,
        _args: &Bound<'_, PyTuple>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        Err(PyBufferError::new_err(OUTSIDE))
    }

    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        // SAFETY: Python gives a view to fill; one that is refused belongs to nobody.
        unsafe { (*view).obj = std::ptr::null_mut() };
        let this = slf.get();
        let mut state = this.state();
        let ended = state.ended;
        let Some(map) = state.map.as_ref().filter(|_| !ended) else {
            return Err(PyBufferError::new_err(OUTSIDE));
        };
        let has = |flag| flags & flag == flag;
        let refuse = |reason: &str| Err(PyBufferError::new_err(format!("a mapped array {reason}")));
        if has(ffi::PyBUF_WRITABLE) {
            return refuse("is read-only");
        }
        let layout = this.array.layout();
        let (c, fortran) = (layout.is_contiguous(), this.array.transpose().layout().is_contiguous());
        let wants_c = !has(ffi::PyBUF_STRIDES) || has(ffi::PyBUF_C_CONTIGUOUS);
        if (wants_c && !c)
            || (has(ffi::PyBUF_F_CONTIGUOUS) && !fortran)
            || (has(ffi::PyBUF_ANY_CONTIGUOUS) && !c && !fortran)
        {
            return refuse("of this layout has no such bytes in place; copy it first: x.copy()");
        }
        let size = this.array.dtype().size();
        let itemsize = size.cast_signed();
        let described = Box::new(Described {
            shape: layout.shape.iter().map(|&length| length.cast_signed()).collect(),
            strides: layout.strides.iter().map(|&stride| stride * itemsize).collect(),
            format: CString::new(format(this.array.dtype()))?,
        });
        let start = map.bytes().as_ptr().wrapping_add(layout.offset * size);
        let ndim = c_int::try_from(described.shape.len())?;
        let part = |lengths: &[isize], flag| match lengths {
            lengths if has(flag) && !lengths.is_empty() => lengths.as_ptr().cast_mut(),
            _ => std::ptr::null_mut(),
        };
        // SAFETY: the memory stays mapped while `views` counts the view, and what describes it lives until it is released.
        unsafe {
            (*view).buf = start.cast_mut().cast::<c_void>();
            (*view).len = (this.array.len() * size).cast_signed();
            (*view).readonly = 1;
            (*view).itemsize = itemsize;
            (*view).ndim = ndim;
            (*view).format = if has(ffi::PyBUF_FORMAT) {
                described.format.as_ptr().cast_mut()
            } else {
                std::ptr::null_mut()
            };
            (*view).shape = part(&described.shape, ffi::PyBUF_ND);
            (*view).strides = part(&described.strides, ffi::PyBUF_STRIDES);
            (*view).suboffsets = std::ptr::null_mut();
            (*view).internal = Box::into_raw(described).cast();
            (*view).obj = slf.clone().into_ptr();
        }
        state.views += 1;
        Ok(())
    }

    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        // SAFETY: `__getbuffer__` put the box there; Python releases each view once.
        drop(unsafe { Box::from_raw((*view).internal.cast::<Described>()) });
        let mut state = self.state();
        state.views -= 1;
        if state.ended && state.views == 0 {
            state.map = None;
        }
    }

    fn __repr__(&self) -> String {
        format!("<HostMap of {:?}>", self.array)
    }
}

/// The buffer protocol's letter for a dtype; `Zf` and `Zd` are NumPy's for complex numbers.
fn format(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool => "?",
        DType::Int8 => "b",
        DType::Int16 => "h",
        DType::Int32 => "i",
        DType::Int64 => "q",
        DType::Uint8 => "B",
        DType::Uint16 => "H",
        DType::Uint32 => "I",
        DType::Uint64 => "Q",
        DType::Float16 => "e",
        DType::Float32 => "f",
        DType::Float64 => "d",
        DType::Complex64 => "Zf",
        DType::Complex128 => "Zd",
    }
}
