//! The class `farshore.Array`.

use farshore::{Array, CrossingKind, DType, Direction, Index, Order, Readback, Spoken, check_indices};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyDict, PyString, PyTuple};

use crate::argument::{Operand, array_of};
use crate::context::{self, request};
use crate::device::{PyDevice, chosen};
use crate::errors::raise;
use crate::receive::to_new;
use crate::watch::Watcher;
use crate::{index, numpy, scalar};

/// An n-dimensional array on a device. Made by `fs.asarray` and its kin; operations are recorded and run when
/// their result is needed. Slices, transposes and reshapes are views of the same memory.
#[pyclass(name = "Array", module = "farshore", frozen, weakref)]
pub struct PyArray(pub Array);

/// An array whose elements are whatever the memory held.
#[pyfunction]
#[pyo3(signature = (shape, dtype, device=None))]
pub fn empty(
    py: Python<'_>,
    shape: Vec<usize>,
    dtype: &Bound<'_, PyAny>,
    device: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyArray> {
    let (device, dtype) = (chosen(py, device)?, numpy::dtype(dtype)?);
    py.detach(|| Array::empty(&device, &shape, dtype)).map(PyArray).map_err(raise(py))
}

/// An array of one value.
#[pyfunction]
#[pyo3(signature = (shape, value, dtype=None, device=None))]
pub fn full(
    py: Python<'_>,
    shape: Vec<usize>,
    value: &Bound<'_, PyAny>,
    dtype: Option<&Bound<'_, PyAny>>,
    device: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyArray> {
    let device = chosen(py, device)?;
    let value =
        scalar::extract(value)?.ok_or_else(|| PyTypeError::new_err("the value of full is a number"))?;
    let dtype = dtype.map(numpy::dtype).transpose()?.unwrap_or_else(|| value.default_dtype());
    py.detach(|| Array::full(&device, &shape, value, dtype)).map(PyArray).map_err(raise(py))
}

#[pymethods]
impl PyArray {
    /// Lengths of the axes.
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.shape())
    }

    /// The elements' type, a `numpy.dtype`.
    #[getter]
    fn dtype<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(numpy::descriptor(py, self.0.dtype())?.into_any())
    }

    #[getter]
    fn device(&self) -> PyDevice {
        PyDevice(self.0.device().clone())
    }

    /// Number of axes.
    #[getter]
    fn ndim(&self) -> usize {
        self.0.ndim()
    }

    /// Number of elements.
    #[getter]
    fn size(&self) -> usize {
        self.0.len()
    }

    /// Bytes of the elements.
    #[getter]
    fn nbytes(&self) -> u64 {
        self.0.nbytes()
    }

    /// Bytes of one element.
    #[getter]
    fn itemsize(&self) -> usize {
        self.0.dtype().size()
    }

    /// Bytes to step along each axis, as in NumPy.
    #[getter]
    fn strides<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let size = isize::try_from(self.0.dtype().size()).unwrap_or(1);
        PyTuple::new(py, self.0.layout().strides.iter().map(|stride| stride * size).collect::<Vec<_>>())
    }

    /// Whether the elements are still to be computed.
    #[getter]
    fn is_pending(&self) -> bool {
        self.0.is_pending()
    }

    /// The axes in reverse order; a view.
    #[getter(T)]
    fn transposed(&self) -> Self {
        Self(self.0.transpose())
    }

    /// The last two axes exchanged; a view.
    #[getter(mT)]
    fn matrix_transposed(&self, py: Python<'_>) -> PyResult<Self> {
        let ndim = isize::try_from(self.0.ndim()).unwrap_or_default();
        if ndim < 2 {
            return Err(PyValueError::new_err(format!(
                "mT exchanges the last two axes; this array has {ndim}"
            )));
        }
        let axes: Vec<isize> = (0..ndim - 2).chain([ndim - 1, ndim - 2]).collect();
        self.0.permute_dims(&axes).map(Self).map_err(raise(py))
    }

    /// The axes in another order, or in reverse: NumPy's name of `permute_dims`; a view.
    #[pyo3(signature = (*axes))]
    fn transpose(&self, py: Python<'_>, axes: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let axes: Vec<isize> = match axes.len() {
            0 => return Ok(self.transposed()),
            1 if axes.get_item(0)?.is_none() => return Ok(self.transposed()),
            1 => axes.get_item(0)?.extract().or_else(|_| axes.extract())?,
            _ => axes.extract()?,
        };
        self.permute_dims(py, axes)
    }

    /// The axes in another order; a view.
    fn permute_dims(&self, py: Python<'_>, axes: Vec<isize>) -> PyResult<Self> {
        self.0.permute_dims(&axes).map(Self).map_err(raise(py))
    }

    /// The array repeated to `shape`; a view.
    fn broadcast_to(&self, py: Python<'_>, shape: Vec<usize>) -> PyResult<Self> {
        self.0.broadcast_to(&shape).map(Self).map_err(raise(py))
    }

    /// The elements in C order under another shape, one length of which may be -1; a view where the layout allows.
    #[pyo3(signature = (*shape))]
    fn reshape(&self, py: Python<'_>, shape: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let lengths: Vec<isize> = match shape.len() {
            1 => shape.get_item(0)?.extract().or_else(|_| shape.extract())?,
            _ => shape.extract()?,
        };
        let unknown = lengths.iter().filter(|&&length| length == -1).count();
        let known: usize =
            lengths.iter().filter(|&&length| length != -1).map(|length| length.unsigned_abs()).product();
        if unknown > 1 || lengths.iter().any(|&length| length < -1) || (unknown == 1 && known == 0) {
            return Err(PyValueError::new_err(format!(
                "cannot reshape {} elements to {lengths:?}: a shape has lengths of 0 and more, and at most one -1 that \
                 the others determine",
                self.0.len()
            )));
        }
        let rest = self.0.len().checked_div(known).unwrap_or_default();
        let resolve = |length: &isize| {
            if *length == -1 { rest } else { length.unsigned_abs() }
        };
        let resolved: Vec<usize> = lengths.iter().map(resolve).collect();
        py.detach(|| self.0.reshape(&resolved)).map(Self).map_err(raise(py))
    }

    /// The same elements in new memory, in C order.
    fn copy(&self, py: Python<'_>) -> PyResult<Self> {
        py.detach(|| self.0.copy()).map(Self).map_err(raise(py))
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        self.copy(py)
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.copy(py)
    }

    /// A stand-in for code that cannot be changed: its slices stay on the device, and whatever asks it for elements
    /// is given a copy.
    fn implicit(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        slf.py().import("farshore._implicit")?.getattr("ImplicitArray")?.call1((slf,))
    }

    /// The elements converted to another dtype, as NumPy does; with copy=False, this array when it has it already.
    #[pyo3(signature = (dtype, /, *, copy=true))]
    fn astype(&self, py: Python<'_>, dtype: &Bound<'_, PyAny>, copy: bool) -> PyResult<Self> {
        let dtype = numpy::dtype(dtype)?;
        if dtype == self.0.dtype() && !copy {
            return Ok(Self(self.0.clone()));
        }
        py.detach(|| self.0.astype(dtype)).map(Self).map_err(raise(py))
    }

    /// This array on another device; "cpu" means the host: a numpy.ndarray. The array itself when it is there already.
    #[pyo3(signature = (device, /, *, stream=None))]
    fn to_device<'py>(
        slf: &Bound<'py, Self>,
        device: &Bound<'py, PyAny>,
        stream: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        if stream.is_some() {
            return Err(PyValueError::new_err(
                "to_device: a device has one queue and no streams; leave stream out",
            ));
        }
        if device.cast::<PyString>().is_ok_and(|name| name.to_string_lossy() == "cpu") {
            return slf.get().copied(py);
        }
        let arguments = PyDict::new(py);
        arguments.set_item("device", device)?;
        py.import("farshore")?.getattr(intern!(py, "asarray"))?.call((slf,), Some(&arguments))
    }

    /// Records the kernels that compute this array, without waiting for them.
    fn evaluate(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.0.evaluate()).map_err(raise(py))
    }

    /// Computes this array and waits until it is done.
    fn block_until_ready(slf: Bound<'_, Self>, py: Python<'_>) -> PyResult<()> {
        let array = array_of(&slf);
        Watcher::wait(py, |watch| {
            array.evaluate()?;
            array.device().synchronize_watched(watch)?;
            check_indices(array.device())
        })
    }

    /// Whether both arrays are views of the same memory.
    fn shares_memory(&self, other: &Bound<'_, Self>) -> bool {
        self.0.shares_memory(array_of(other))
    }

    fn __getitem__<'py>(slf: &Bound<'py, Self>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        match index::basic(key)? {
            Some(indices) => {
                let view = array_of(slf).index(&indices).map(Self).map_err(raise(py))?;
                Ok(Bound::new(py, view)?.into_any())
            }
            None => indexing(py)?.call_method1(intern!(py, "getitem"), (slf, key)),
        }
    }

    fn __setitem__(
        slf: &Bound<'_, Self>,
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let array = array_of(slf);
        let Some(indices) = index::basic(key)? else {
            return indexing(py)?.call_method1(intern!(py, "setitem"), (slf, key, value)).map(drop);
        };
        let operand = if let Some(operand) = Operand::extract_device(value)? {
            operand
        } else {
            // The words say that host values go into this array.
            let arguments = PyDict::new(py);
            arguments.set_item("device", PyDevice(array.device().clone()))?;
            let asarray = py.import("farshore")?.getattr(intern!(py, "asarray"))?;
            Operand::Array(asarray.call((value,), Some(&arguments))?.cast_into::<Self>()?)
        };
        let argument = operand.as_argument();
        py.detach(|| array.assign(&indices, argument)).map_err(raise(py))
    }

    /// `x @ y`: see `fs.matmul`.
    fn __matmul__<'py>(slf: &Bound<'py, Self>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        product(slf.py(), slf.as_any(), other)
    }

    fn __rmatmul__<'py>(slf: &Bound<'py, Self>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        product(slf.py(), other, slf.as_any())
    }

    fn __imatmul__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        slf.set_item(py.Ellipsis(), product(py, slf.as_any(), other)?)
    }

    fn __len__(&self) -> PyResult<usize> {
        let first = self.0.shape().first();
        first.copied().ok_or_else(|| PyTypeError::new_err("len() of an array without axes"))
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let array = array_of(slf);
        let Some(&len) = array.shape().first() else {
            return Err(PyTypeError::new_err("an array without axes cannot be iterated"));
        };
        let len = isize::try_from(len).unwrap_or(isize::MAX);
        let views = (0..len).map(|at| array.index(&[Index::At(at)]).map(Self).map_err(raise(slf.py())));
        let views = views.collect::<PyResult<Vec<_>>>()?;
        views.into_pyobject(slf.py())?.into_any().call_method0("__iter__")
    }

    /// The one element of an array of size 1, as a Python number; counted as a scalar read.
    fn item<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.element(py)?.call_method0(intern!(py, "item"))
    }

    fn __bool__(&self, py: Python<'_>) -> PyResult<bool> {
        self.element(py)?.is_truthy()
    }

    fn __int__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.refuse_complex("int")?;
        self.element(py)?.call_method0(intern!(py, "__int__"))
    }

    fn __float__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.refuse_complex("float")?;
        self.element(py)?.call_method0(intern!(py, "__float__"))
    }

    fn __complex__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.get_type::<PyComplex>().call1((self.item(py)?,))
    }

    fn __index__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if self.0.dtype().integer_range().is_none() {
            let dtype = self.0.dtype();
            return Err(PyTypeError::new_err(format!("only arrays of integers are indices, not of {dtype}")));
        }
        if self.0.len() == 1 && self.0.ndim() > 0 {
            let shape = PyTuple::new(py, self.0.shape())?;
            return Err(PyTypeError::new_err(format!(
                "only an array without axes is an index, not one of shape {shape}"
            )));
        }
        self.item(py)
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }

    fn __str__(slf: Bound<'_, Self>) -> PyResult<String> {
        let printing = slf.py().import("farshore._printing")?;
        printing.call_method1("array2string", (slf,))?.extract()
    }

    fn __format__<'py>(slf: Bound<'py, Self>, spec: &str) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        // A format is for one number; without one, as str.
        if spec.is_empty() {
            return Ok(Self::__str__(slf)?.into_pyobject(py)?.into_any());
        }
        slf.get().item(py)?.call_method1(intern!(py, "__format__"), (spec,))
    }

    /// A copy to the host that counts as printing and never raises for the policy's sake; None under "forbid".
    fn _read_for_print<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let request = request(py, Direction::ToHost, Spoken::Implicit, CrossingKind::Print)?;
        let forbidden = py.import("farshore.exceptions")?.getattr("ForbiddenTransferError")?;
        match to_new(py, &self.0, request) {
            Err(error) if error.is_instance(py, &forbidden) => Ok(None),
            host => host.map(Some),
        }
    }
}

/// The product of matrices, of which one may be something else's to compute.
fn product<'py>(
    py: Python<'py>,
    left: &Bound<'py, PyAny>,
    right: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let theirs = |x: &Bound<'py, PyAny>| Operand::extract_device(x).map(|operand| operand.is_none());
    if theirs(left)? || theirs(right)? {
        return Ok(py.NotImplemented().into_bound(py));
    }
    py.import(intern!(py, "farshore._linear"))?.call_method1(intern!(py, "matmul"), (left, right))
}

/// Products of matrices in the last two axes, of one dtype.
#[pyfunction]
pub fn matmul(py: Python<'_>, a: &Bound<'_, PyArray>, b: &Bound<'_, PyArray>) -> PyResult<PyArray> {
    let (a, b) = (array_of(a), array_of(b));
    py.detach(|| a.matmul(b)).map(PyArray).map_err(raise(py))
}

/// Indexing by arrays and masks.
fn indexing(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    py.import(intern!(py, "farshore._indexing"))
}

impl PyArray {
    /// The one element, as a NumPy scalar.
    fn element<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if self.0.len() != 1 {
            return Err(PyTypeError::new_err(format!(
                "only an array of one element is a number; this one has shape {}",
                PyTuple::new(py, self.0.shape())?
            )));
        }
        let request = request(py, Direction::ToHost, Spoken::Explicit, CrossingKind::Scalar)?;
        context::count_scalar_read(py, request.caller.as_deref())?;
        let mut bytes = vec![0; self.0.dtype().size()];
        Watcher::wait(py, |watch| {
            Readback::begin(&self.0, Order::C, request, false)?.copy_to(&mut bytes, watch)
        })?;
        let descriptor = numpy::descriptor(py, self.0.dtype())?;
        py.import("numpy")?.call_method1("frombuffer", (&bytes[..], descriptor))?.get_item(0)
    }

    fn refuse_complex(&self, name: &str) -> PyResult<()> {
        match self.0.dtype() {
            DType::Complex64 | DType::Complex128 => {
                Err(PyTypeError::new_err(format!("{name}() of a complex number; take its real part first")))
            }
            _ => Ok(()),
        }
    }
}

/// The kernels that evaluating `arrays` would run, as lines; with `wgsl`, each with its text.
#[pyfunction]
pub fn explain(py: Python<'_>, arrays: Vec<Py<PyArray>>, wgsl: bool) -> PyResult<String> {
    let arrays: Vec<&Array> = arrays.iter().map(|array| &array.get().0).collect();
    let plan = py.detach(|| farshore::explain(&arrays)).map_err(raise(py))?;
    let texts = plan.kernels.iter().enumerate().filter(|_| wgsl);
    let texts = texts.map(|(number, kernel)| format!("\n// kernel {}\n{}", number + 1, kernel.wgsl));
    Ok(plan.to_string() + &texts.collect::<String>())
}
