//! What NumPy and DLPack ask an array: `__array__`, `__array_ufunc__`, `__array_function__`, `__dlpack__`.

#![allow(unsafe_code, reason = "a flag of a DLPack capsule is set in place")]

use farshore::{CrossingKind, Direction, Spoken};
use pyo3::exceptions::{PyAttributeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{ffi, intern};

use crate::array::PyArray;
use crate::context::{called_by_numpy, caller, request};
use crate::numpy as border;
use crate::receive::{to_new, to_new_as};
use crate::ufunc::{self, Targets};

/// DLPack's numbers for kinds of devices.
const CPU: i32 = 1;
const VULKAN: i32 = 7;
const METAL: i32 = 8;
const OTHER: i32 = 12;

#[pymethods]
impl PyArray {
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
        let request = request(py, Direction::ToHost, spoken, CrossingKind::Bulk)?;
        to_new_as(py, &self.0, dtype, request)
    }

    // An AttributeError counts as absence; libraries that look for these, such as Pillow, print its text.
    #[getter]
    fn __array_interface__(&self) -> PyResult<()> {
        Err(self.elsewhere("__array_interface__"))
    }

    #[getter]
    fn ctypes(&self) -> PyResult<()> {
        Err(self.elsewhere("ctypes"))
    }

    #[getter]
    fn flags(&self) -> PyResult<()> {
        Err(self.elsewhere("flags"))
    }

    // dask would pickle the elements to name an array.
    #[expect(clippy::unused_self, reason = "dask calls it as a method")]
    fn __dask_tokenize__<'py>(&self, py: Python<'py>) -> PyResult<(&'static str, Bound<'py, PyAny>)> {
        Ok(("farshore.Array", py.import("uuid")?.call_method0("uuid4")?.getattr("hex")?))
    }

    /// NumPy's other functions: those that only look at shape and dtype answer, those that farshore has run on the
    /// device, the rest would move the elements.
    fn __array_function__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        func: &Bound<'py, PyAny>,
        types: &Bound<'py, PyAny>,
        args: &Bound<'py, PyTuple>,
        kwargs: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = types;
        py.import("farshore._dispatch")?.call_method1("array_function", (slf, func, args, kwargs))
    }

    /// Above NumPy's arrays, matrices, masked and sparse ones (0, 10, 15, 10.1), below pandas (1000): whose kind of
    /// array dask asks to join chunks of several kinds.
    #[classattr]
    #[pyo3(name = "__array_priority__")]
    const ARRAY_PRIORITY: f64 = 100.0;

    /// The module whose functions take this array, as the array API standard has it: `farshore`. Raises ValueError for
    /// a version of the standard that there is not.
    #[pyo3(signature = (*, api_version=None))]
    #[expect(clippy::unused_self, reason = "the standard calls it as a method")]
    fn __array_namespace__<'py>(
        &self,
        py: Python<'py>,
        api_version: Option<&str>,
    ) -> PyResult<Bound<'py, PyAny>> {
        py.import("farshore._inspection")?.call_method1("array_namespace", (api_version,))
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
        let out = kwargs.map(|kwargs| kwargs.get_item("out")).transpose()?.flatten();
        // `h += x`: the reason to refuse is that h is on the host, whatever the function.
        let out = match &out {
            Some(out) => ufunc::targets(py, &op, out.cast::<PyTuple>()?)?,
            None => Targets::None,
        };
        let keyword = |name| kwargs.map(|kwargs| kwargs.get_item(name)).transpose().map(Option::flatten);
        let mask = keyword("where")?;
        let known = usize::from(matches!(out, Targets::Array(_))) + usize::from(mask.is_some());
        let plain = method == "__call__" && kwargs.map_or(0, PyDictMethods::len) == known;
        let row = ufunc::find(py, &name)?.filter(|row| plain && inputs.len() == row.parameters.len());
        let Some(row) = row else {
            let dispatch = py.import("farshore._dispatch")?.getattr("array_ufunc")?;
            return Ok(dispatch.call1((ufunc, method, inputs, kwargs))?.unbind());
        };
        let operands = ufunc::operands(py, &op, inputs)?;
        let mask = ufunc::mask(&op, mask.as_ref(), &operands)?;
        let out = match &out {
            Targets::Array(out) => Some(out),
            _ => None,
        };
        Ok(ufunc::finish(py, row, &operands, out, mask.as_ref())?.into_any())
    }

    /// DLPack's name of the device: its kind and number.
    fn __dlpack_device__(&self) -> (i32, i32) {
        let adapter = self.0.device().adapter();
        let number = adapter.id.rsplit(':').next().and_then(|number| number.parse().ok()).unwrap_or_default();
        let kind = match adapter.backend {
            "vulkan" => VULKAN,
            "metal" => METAL,
            _ => OTHER,
        };
        (kind, number)
    }

    /// A DLPack capsule of a host copy, where the words ask for one: dl_device=(1, 0). Else it raises ExportError: no
    /// other library can use this device's memory.
    #[pyo3(signature = (*, stream=None, max_version=None, dl_device=None, copy=None))]
    fn __dlpack__<'py>(
        &self,
        py: Python<'py>,
        stream: Option<&Bound<'py, PyAny>>,
        max_version: Option<&Bound<'py, PyAny>>,
        dl_device: Option<(i32, i32)>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let host = dl_device.is_some_and(|(kind, _)| kind == CPU);
        if !host || copy == Some(false) {
            return Err(self.not_exported(py, dl_device, copy)?);
        }
        if stream.is_some() {
            return Err(PyValueError::new_err(
                "stream: a host copy is complete when it is there; leave it out",
            ));
        }
        let request = request(py, Direction::ToHost, Spoken::Explicit, CrossingKind::Dlpack)?;
        let host = to_new(py, &self.0, request)?;
        // NumPy makes the capsule, of the new array itself.
        let arguments = PyDict::new(py);
        arguments.set_item("max_version", max_version)?;
        let capsule = host.call_method("__dlpack__", (), Some(&arguments))?;
        mark_copied(&capsule);
        Ok(capsule)
    }

    /// Copies to the host count as pickling, and come back to the default device of the process that loads them.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let request = request(py, Direction::ToHost, Spoken::Explicit, CrossingKind::Pickle)?;
        let host = to_new(py, &self.0, request)?;
        let load = py.import("farshore._core")?.getattr("unpickle")?;
        Ok((load, PyTuple::new(py, [host])?))
    }
}

impl PyArray {
    fn elsewhere(&self, name: &str) -> PyErr {
        PyAttributeError::new_err(format!(
            "{name}: the elements are in the memory of {}; copy them to the host first: x.to_numpy()",
            self.0.device()
        ))
    }

    fn not_exported(
        &self,
        py: Python<'_>,
        dl_device: Option<(i32, i32)>,
        copy: Option<bool>,
    ) -> PyResult<PyErr> {
        let device = self.0.device();
        let reason = match (dl_device, copy) {
            (Some((CPU, _)), Some(false)) => {
                "copy=False cannot be kept: the elements are on the device".into()
            }
            (Some(other), _) if other != self.__dlpack_device__() => {
                format!("DLPack device {other:?} is not one that farshore copies to")
            }
            _ => "no other library can use this memory".into(),
        };
        let message = format!(
            "{reason} ({} bytes on {device}). Ask for a host copy: np.from_dlpack(x, device=\"cpu\"), or x.to_numpy() and its \
             DLPack",
            self.0.nbytes()
        );
        let shape = PyTuple::new(py, self.0.shape())?;
        let dtype = border::descriptor(py, self.0.dtype())?;
        let facts = (message, self.0.nbytes(), shape, dtype, device.to_string(), caller(py));
        let class = py.import("farshore.exceptions")?.getattr("ExportError")?;
        Ok(PyErr::from_value(class.call1(facts)?))
    }
}

/// Sets the flag of a versioned capsule that says that its memory is a copy.
fn mark_copied(capsule: &Bound<'_, PyAny>) {
    /// The start of `DLManagedTensorVersioned` in dlpack.h.
    #[repr(C)]
    struct Versioned {
        version: [u32; 2],
        context: *mut std::ffi::c_void,
        deleter: Option<unsafe extern "C" fn(*mut std::ffi::c_void)>,
        flags: u64,
    }
    const IS_COPIED: u64 = 1 << 1;
    const NAME: &std::ffi::CStr = c"dltensor_versioned";
    // SAFETY: NumPy made the capsule a moment ago, and nobody else has seen it. Under this name it holds such a
    // structure.
    unsafe {
        if ffi::PyCapsule_IsValid(capsule.as_ptr(), NAME.as_ptr()) == 1 {
            let managed = ffi::PyCapsule_GetPointer(capsule.as_ptr(), NAME.as_ptr());
            (*managed.cast::<Versioned>()).flags |= IS_COPIED;
        }
    }
}
