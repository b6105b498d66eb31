//! NumPy's methods that are functions of the package too: `x.sum(0)` is `fs.sum(x, 0)`.

#![allow(
    unsafe_op_in_unsafe_fn,
    reason = "pyo3 writes the methods' wrappers, and this macro moves them here"
)]

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::array::PyArray;

fn call<'py>(
    name: &str,
    x: &Bound<'py, PyArray>,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = x.py();
    let all: Vec<_> = std::iter::once(x.as_any().clone()).chain(args.iter()).collect();
    let all = PyTuple::new(py, all)?;
    py.import(intern!(py, "farshore"))?.getattr(name)?.call(all, kwargs)
}

macro_rules! methods {
    ($($(#[doc = $doc:literal])+ $name:ident;)*) => {
        #[pymethods]
        impl PyArray {$(
            $(#[doc = $doc])+
            #[pyo3(signature = (*args, **kwargs))]
            fn $name<'py>(
                slf: &Bound<'py, Self>,
                args: &Bound<'py, PyTuple>,
                kwargs: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                call(stringify!($name), slf, args, kwargs)
            }
        )*}
    };
}

methods! {
    /// Whether all elements along an axis are other than 0: `fs.all`.
    all;
    /// Whether an element along an axis is other than 0: `fs.any`.
    any;
    /// Where the greatest element along an axis is: `fs.argmax`.
    argmax;
    /// Where the least element along an axis is: `fs.argmin`.
    argmin;
    /// The positions that put the elements in order: `fs.argsort`.
    argsort;
    /// The elements kept within bounds: `fs.clip`.
    clip;
    /// The complex conjugates: `fs.conj`.
    conj;
    /// The same as `conj`.
    conjugate;
    /// Running products: `fs.cumprod`.
    cumprod;
    /// Running sums: `fs.cumsum`.
    cumsum;
    /// The diagonal: `fs.diagonal`.
    diagonal;
    /// The product of matrices: `fs.dot`.
    dot;
    /// The greatest element along an axis: `fs.max`.
    max;
    /// The mean along an axis: `fs.mean`.
    mean;
    /// The least element along an axis: `fs.min`.
    min;
    /// The positions of elements other than 0: `fs.nonzero`.
    nonzero;
    /// The product along an axis: `fs.prod`.
    prod;
    /// Writes values at positions of the flattened array: `fs.put`.
    put;
    /// The elements as one axis; a view where the layout allows it: `fs.ravel`.
    ravel;
    /// Each element several times: `fs.repeat`.
    repeat;
    /// Where values belong among elements in order: `fs.searchsorted`.
    searchsorted;
    /// Without the axes of length 1; a view: `fs.squeeze`.
    squeeze;
    /// The standard deviation along an axis: `fs.std`.
    std;
    /// The sum along an axis: `fs.sum`.
    sum;
    /// Two axes exchanged; a view: `fs.swapaxes`.
    swapaxes;
    /// The elements at positions along an axis: `fs.take`.
    take;
    /// The sum of the diagonal: `fs.trace`.
    trace;
    /// The variance along an axis: `fs.var`.
    var;
}

#[pymethods]
impl PyArray {
    /// The elements in C order along one axis, in new memory.
    fn flatten<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.call_method1(intern!(slf.py(), "reshape"), (-1,))?.call_method0(intern!(slf.py(), "copy"))
    }

    /// Writes one value everywhere.
    fn fill(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.set_item(slf.py().Ellipsis(), value)
    }

    /// Puts the elements along an axis in order, in this array: `fs.sort` gives a new one.
    #[pyo3(signature = (axis=-1, kind=None, order=None, *, stable=None))]
    fn sort(
        slf: &Bound<'_, Self>,
        axis: isize,
        kind: Option<&Bound<'_, PyAny>>,
        order: Option<&Bound<'_, PyAny>>,
        stable: Option<bool>,
    ) -> PyResult<()> {
        let py = slf.py();
        let arguments = PyDict::new(py);
        arguments.set_item("axis", axis)?;
        arguments.set_item("kind", kind)?;
        arguments.set_item("order", order)?;
        arguments.set_item("stable", stable)?;
        let sorted = py.import(intern!(py, "farshore"))?.getattr("sort")?.call((slf,), Some(&arguments))?;
        slf.set_item(py.Ellipsis(), sorted)
    }

    /// The elements rounded to whole numbers, halves to the even one, or, with `decimals`, to as many digits.
    #[pyo3(signature = (decimals=0))]
    fn round<'py>(slf: &Bound<'py, Self>, decimals: i32) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let fs = py.import(intern!(py, "farshore"))?;
        if decimals == 0 {
            return fs.call_method1("round", (slf,));
        }
        let factor = 10_f64.powi(decimals);
        let scaled = fs.call_method1("multiply", (slf, factor))?;
        fs.call_method1("divide", (fs.call_method1("round", (scaled,))?, factor))
    }

    /// The real parts: `fs.real`.
    #[getter]
    fn real<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        call("real", slf, &PyTuple::empty(slf.py()), None)
    }

    /// The imaginary parts: `fs.imag`.
    #[getter]
    fn imag<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        call("imag", slf, &PyTuple::empty(slf.py()), None)
    }
}
