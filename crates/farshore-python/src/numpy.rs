//! The border with NumPy: dtypes, and the bytes of host arrays.

#![allow(unsafe_code, reason = "the bytes of host arrays are read and written in place")]

use farshore::{Array, DType, Order};
use numpy::{PyArrayDescr, PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;

/// NumPy's object for a dtype.
pub fn descriptor(py: Python<'_>, dtype: DType) -> PyResult<Bound<'_, PyArrayDescr>> {
    static DESCRIPTORS: PyOnceLock<Vec<Py<PyArrayDescr>>> = PyOnceLock::new();
    let make = || {
        DType::ALL
            .iter()
            .map(|dtype| Ok(PyArrayDescr::new(py, dtype.name())?.unbind()))
            .collect::<PyResult<_>>()
    };
    let all = DESCRIPTORS.get_or_try_init(py, make)?;
    Ok(all[dtype as usize].bind(py).clone())
}

/// Our dtype for what a user gives as one: a `numpy.dtype`, a type, a string.
pub fn dtype(value: &Bound<'_, PyAny>) -> PyResult<DType> {
    let descriptor = PyArrayDescr::new(value.py(), value)?;
    let name: String = descriptor.getattr(intern!(value.py(), "name"))?.extract()?;
    name.parse().map_err(|_| refuse(&name))
}

fn refuse(name: &str) -> PyErr {
    let accepted = DType::ALL.map(DType::name).join(", ");
    PyTypeError::new_err(format!("an array of farshore holds {accepted}; not {name}"))
}

/// Raises TypeError, naming those there are, unless `dtype` is one of ours.
#[pyfunction]
pub fn check_dtype(dtype: &Bound<'_, PyAny>) -> PyResult<()> {
    self::dtype(dtype).map(drop)
}

/// NumPy's letter for an order.
pub const fn letter(order: Order) -> &'static str {
    match order {
        Order::C => "C",
        Order::Fortran => "F",
    }
}

/// A new host array whose memory holds anything.
pub fn empty<'py>(py: Python<'py>, array: &Array, order: Order) -> PyResult<Bound<'py, PyUntypedArray>> {
    let empty = py.import(intern!(py, "numpy"))?.getattr(intern!(py, "empty"))?;
    let shape = PyTuple::new(py, array.shape())?;
    let host = empty.call1((shape, descriptor(py, array.dtype())?, letter(order)))?;
    Ok(host.cast_into::<PyUntypedArray>()?)
}

/// The bytes of a host array that is contiguous in either order, and the array, so that they stay.
pub struct Bytes {
    start: *mut u8,
    nbytes: usize,
    owner: Py<PyUntypedArray>,
}

// SAFETY: a pointer to memory that `owner` keeps; any thread may hold it.
unsafe impl Send for Bytes {}
// SAFETY: as above; reading and writing through it are promised by those who call `read` and `write`.
unsafe impl Sync for Bytes {}

impl Bytes {
    pub fn of(array: &Bound<'_, PyUntypedArray>) -> Self {
        // SAFETY: the pointer to a live array object is valid; its data field is only read.
        let start = unsafe { (*array.as_array_ptr()).fields.data.cast() };
        Self { start, nbytes: array.len() * array.dtype().itemsize(), owner: array.clone().unbind() }
    }

    pub fn len(&self) -> usize {
        self.nbytes
    }

    /// The array whose bytes they are.
    pub fn into_owner(self) -> Py<PyUntypedArray> {
        self.owner
    }

    /// # Safety
    /// The array is contiguous and its memory initialised. Another thread that writes to it meanwhile changes what is
    /// read, as it would for any copy by NumPy.
    pub unsafe fn read(&self) -> &[u8] {
        if self.nbytes == 0 {
            return &[];
        }
        // SAFETY: promised by the caller; `owner` keeps the memory.
        unsafe { std::slice::from_raw_parts(self.start, self.nbytes) }
    }

    /// # Safety
    /// The array is contiguous and nobody else uses its memory meanwhile. Any bytes are valid elements, so fresh ones
    /// need no initial values.
    pub unsafe fn write(&mut self) -> &mut [u8] {
        if self.nbytes == 0 {
            return &mut [];
        }
        // SAFETY: promised by the caller; `owner` keeps the memory.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.nbytes) }
    }
}
