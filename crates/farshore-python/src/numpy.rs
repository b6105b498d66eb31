//! The border with NumPy: dtypes, host arrays in, host arrays out, `__array__` and `__array_ufunc__`.

#![allow(unsafe_code, reason = "the bytes of host arrays are read and written in place")]

use std::sync::Arc;

use farshore::{Array, CrossingKind, DType, Ledger, Request, Spoken, Verdict, to_host};
use numpy::{PyArrayDescr, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::{PyAttributeError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};

use crate::array::PyArray;
use crate::context::{called_by_numpy, request, warn};
use crate::device::chosen;
use crate::errors::raise;
use crate::ufunc;

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

/// Copies a host array, in C order and native byte order, to a device.
#[pyfunction]
#[pyo3(signature = (array, device=None))]
pub fn from_numpy(
    py: Python<'_>,
    array: &Bound<'_, PyUntypedArray>,
    device: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyArray> {
    let device = chosen(py, device)?;
    let dtype = dtype(array.dtype().as_any())?;
    if !array.is_c_contiguous() {
        return Err(PyValueError::new_err("from_numpy takes a C-contiguous array; fs.asarray takes any"));
    }
    let shape = array.shape().to_vec();
    let bytes = Bytes(data(array), array.len() * dtype.size());
    let (request, ledgers) = request(py, Spoken::Explicit, CrossingKind::Bulk)?;
    // SAFETY: a C-contiguous array of this dtype and shape has these bytes, and `array` keeps them alive. Another
    // thread that writes to it meanwhile changes what is copied, as it would for any copy by NumPy.
    let bytes = unsafe { bytes.read() };
    py.detach(|| farshore::from_host(&device, bytes, &shape, dtype, &request, &ledgers))
        .map(PyArray)
        .map_err(raise(py))
}

/// The bytes of a host array.
struct Bytes(*mut u8, usize);

impl Bytes {
    /// # Safety
    /// The memory is alive and initialised for as long as the slice is used.
    unsafe fn read<'a>(self) -> &'a [u8] {
        if self.1 == 0 {
            return &[];
        }
        // SAFETY: promised by the caller.
        unsafe { std::slice::from_raw_parts(self.0, self.1) }
    }

    /// # Safety
    /// As for `read`, and nobody else uses the memory meanwhile.
    unsafe fn write<'a>(self) -> &'a mut [u8] {
        if self.1 == 0 {
            return &mut [];
        }
        // SAFETY: promised by the caller.
        unsafe { std::slice::from_raw_parts_mut(self.0, self.1) }
    }
}

fn data(array: &Bound<'_, PyUntypedArray>) -> *mut u8 {
    // SAFETY: the pointer to a live array object is valid; its data field is only read.
    unsafe { (*array.as_array_ptr()).fields.data.cast() }
}

/// Copies `array` to a new host array, C or Fortran ordered.
pub fn to_new<'py>(
    py: Python<'py>,
    array: &Array,
    fortran: bool,
    request: &Request,
    ledgers: &[Arc<Ledger>],
) -> PyResult<Bound<'py, PyAny>> {
    let empty = py.import(intern!(py, "numpy"))?.getattr(intern!(py, "empty"))?;
    let shape = PyTuple::new(py, array.shape())?;
    let host = empty.call1((shape, descriptor(py, array.dtype())?, if fortran { "F" } else { "C" }))?;
    fill(py, array, host.cast::<PyUntypedArray>()?, request, ledgers)?;
    Ok(host)
}

/// Copies `array` into a host array of its shape and dtype that is contiguous in either order.
fn fill(
    py: Python<'_>,
    array: &Array,
    host: &Bound<'_, PyUntypedArray>,
    request: &Request,
    ledgers: &[Arc<Ledger>],
) -> PyResult<()> {
    let ordered = if host.is_c_contiguous() { array.clone() } else { array.transpose() };
    let bytes = Bytes(data(host), array.len() * array.dtype().size());
    // SAFETY: the host array has these bytes, contiguous in one order or the other, and is held here; only this
    // call writes to it. Any bytes are valid elements, so fresh ones need no initial values.
    let into = unsafe { bytes.write() };
    let verdict = py.detach(|| to_host(&ordered, into, request, ledgers)).map_err(raise(py))?;
    if verdict == Verdict::PermitAndWarn {
        let text = format!(
            "{} bytes were copied from {} without being asked for; write x.to_numpy() or np.asarray(x, copy=True)",
            array.nbytes(),
            array.device()
        );
        warn(py, "ImplicitTransferWarning", &text)?;
    }
    Ok(())
}

#[pymethods]
impl PyArray {
    /// Copies the elements to the host: a new `numpy.ndarray`, or `out`.
    ///
    /// dtype converts first, on the device. order is "C" or "F". out is a writeable array of this shape.
    #[pyo3(signature = (*, out=None, dtype=None, order="C"))]
    pub fn to_numpy<'py>(
        &self,
        py: Python<'py>,
        out: Option<&Bound<'py, PyUntypedArray>>,
        dtype: Option<&Bound<'py, PyAny>>,
        order: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fortran = match order {
            "C" | "A" | "K" => false,
            "F" => true,
            other => {
                return Err(PyValueError::new_err(format!("order is \"C\" or \"F\", not {other:?}")));
            }
        };
        let (request, ledgers) = request(py, Spoken::Explicit, CrossingKind::Bulk)?;
        let Some(out) = out else {
            return to_new(py, &self.converted(py, dtype)?, fortran, &request, &ledgers);
        };
        if out.shape() != self.0.shape() {
            let (have, want) = (out.getattr("shape")?, PyTuple::new(py, self.0.shape())?);
            return Err(PyValueError::new_err(format!("out has shape {have}, the array {want}")));
        }
        let flags = out.getattr(intern!(py, "flags"))?;
        if !flags.getattr(intern!(py, "writeable"))?.is_truthy()? {
            return Err(PyValueError::new_err("out is read-only"));
        }
        let target = self::dtype(out.dtype().as_any())?;
        if let Some(wanted) = dtype
            && self::dtype(wanted)? != target
        {
            return Err(PyTypeError::new_err(format!(
                "out has dtype {target}, and dtype={wanted} was asked for"
            )));
        }
        let converted = if target == self.0.dtype() {
            self.0.clone()
        } else {
            self.0.astype(target).map_err(raise(py))?
        };
        let native = out.dtype().getattr(intern!(py, "isnative"))?.is_truthy()?;
        if native && (out.is_c_contiguous() || out.is_fortran_contiguous()) {
            fill(py, &converted, out, &request, &ledgers)?;
        } else {
            let host = to_new(py, &converted, false, &request, &ledgers)?;
            py.import("numpy")?.call_method1("copyto", (out, host))?;
        }
        Ok(out.clone().into_any())
    }

    /// CuPy's name of `to_numpy`.
    #[pyo3(signature = (*, out=None, order="C"))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        out: Option<&Bound<'py, PyUntypedArray>>,
        order: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.to_numpy(py, out, None, order)
    }

    /// PyTorch's name of `to_numpy`. With or without `force`, it copies: the name says so.
    #[pyo3(signature = (*, force=false))]
    fn numpy<'py>(&self, py: Python<'py>, force: bool) -> PyResult<Bound<'py, PyAny>> {
        let _ = force;
        self.to_numpy(py, None, None, "C")
    }

    /// NumPy asks for the elements. `copy=True` copies them; without it this raises ImplicitTransferError, and
    /// `copy=False` raises CopyRequiredError.
    #[pyo3(signature = (dtype=None, copy=None))]
    fn __array__<'py>(
        &self,
        py: Python<'py>,
        dtype: Option<&Bound<'py, PyAny>>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let spoken = match copy {
            Some(false) => Spoken::NoCopy,
            Some(true) if !called_by_numpy(py) => Spoken::Explicit,
            _ => Spoken::Implicit,
        };
        let (request, ledgers) = request(py, spoken, CrossingKind::Bulk)?;
        // A dtype that is not ours is left to NumPy, once the elements are there.
        let known = dtype.filter(|wanted| self::dtype(wanted).is_ok());
        // Refused before anything is recorded, whatever the dtype.
        let host = match known {
            Some(wanted)
                if farshore::judge(
                    farshore::Direction::ToHost,
                    spoken,
                    CrossingKind::Bulk,
                    request.policy,
                )
                .permits() =>
            {
                to_new(py, &self.converted(py, Some(wanted))?, false, &request, &ledgers)?
            }
            _ => to_new(py, &self.0, false, &request, &ledgers)?,
        };
        match dtype {
            Some(wanted) if known.is_none() => host.call_method1(intern!(py, "astype"), (wanted,)),
            _ => Ok(host),
        }
    }

    // NumPy takes an AttributeError for absence; libraries that look for it, such as Pillow, print this text.
    #[getter]
    fn __array_interface__(&self) -> PyResult<()> {
        Err(PyAttributeError::new_err(format!(
            "the elements are in the memory of {}; copy them to the host first: x.to_numpy()",
            self.0.device()
        )))
    }

    /// NumPy's other functions: those that only look at shape and dtype answer, those that farshore has run on the
    /// device, the rest would move the elements.
    #[expect(clippy::unused_self, reason = "NumPy calls it as a method")]
    fn __array_function__<'py>(
        &self,
        py: Python<'py>,
        func: &Bound<'py, PyAny>,
        types: &Bound<'py, PyAny>,
        args: &Bound<'py, PyTuple>,
        kwargs: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = types;
        py.import("farshore._dispatch")?.call_method1("array_function", (func, args, kwargs))
    }

    /// NumPy's functions on arrays of ours run on the device, where we have them.
    #[pyo3(signature = (ufunc, method, *inputs, **kwargs))]
    #[expect(clippy::unused_self, reason = "NumPy calls it as a method")]
    fn __array_ufunc__<'py>(
        &self,
        py: Python<'py>,
        ufunc: &Bound<'py, PyAny>,
        method: &str,
        inputs: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        let name: String = ufunc.getattr(intern!(py, "__name__"))?.extract()?;
        let op = format!("numpy.{name}");
        // `h += x`: the reason to refuse is that h is on the host, not that farshore has no `out=`.
        if let Some(out) = kwargs.map(|kwargs| kwargs.get_item("out")).transpose()?.flatten() {
            ufunc::operands(py, &op, out.cast::<PyTuple>()?)?;
        }
        let ours = match name.as_str() {
            "absolute" => "abs",
            name => name,
        };
        let plain = method == "__call__" && kwargs.is_none_or(PyDictMethods::is_empty);
        let Some(row) = ufunc::find(ours).filter(|row| plain && inputs.len() == row.parameters.len()) else {
            let function = if method == "__call__" { ufunc.clone() } else { ufunc.getattr(method)? };
            let dispatch = py.import("farshore._dispatch")?.getattr("on_host")?;
            return Ok(dispatch.call1((function, inputs, kwargs))?.unbind());
        };
        let operands = ufunc::operands(py, &op, inputs)?;
        Ok(Py::new(py, ufunc::call(py, row, &operands)?)?.into_any())
    }
}

impl PyArray {
    fn converted(&self, py: Python<'_>, dtype: Option<&Bound<'_, PyAny>>) -> PyResult<Array> {
        match dtype.map(self::dtype).transpose()? {
            Some(wanted) if wanted != self.0.dtype() => self.0.astype(wanted).map_err(raise(py)),
            _ => Ok(self.0.clone()),
        }
    }
}
