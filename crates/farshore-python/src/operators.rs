//! `x + y` and its kin: each operator is a row of the table.

#![allow(
    unsafe_op_in_unsafe_fn,
    reason = "pyo3 writes the methods' wrappers, and this macro moves them here"
)]

use farshore::{Ufunc, rows};
use pyo3::prelude::*;

use crate::argument::Operand;
use crate::array::PyArray;
use crate::ufunc::call;

fn binary(
    py: Python<'_>,
    ufunc: &'static Ufunc,
    left: &Bound<'_, PyArray>,
    right: &Bound<'_, PyAny>,
    reflected: bool,
) -> PyResult<Py<PyAny>> {
    let Some(right) = Operand::extract(ufunc.name, right)? else {
        return Ok(py.NotImplemented());
    };
    let left = Operand::Array(left.clone());
    let operands = if reflected { [right, left] } else { [left, right] };
    Ok(Py::new(py, call(py, ufunc, &operands)?)?.into_any())
}

fn unary(py: Python<'_>, ufunc: &'static Ufunc, x: Bound<'_, PyArray>) -> PyResult<PyArray> {
    call(py, ufunc, &[Operand::Array(x)])
}

macro_rules! operators {
    ($($method:ident $(, $reflected:ident)? => $row:ident;)*) => {
        #[pymethods]
        impl PyArray {$(
            fn $method(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                binary(slf.py(), &rows::$row, slf, other, false)
            }
            $(fn $reflected(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                binary(slf.py(), &rows::$row, slf, other, true)
            })?
        )*}
    };
}

operators! {
    __add__, __radd__ => add;
    __sub__, __rsub__ => subtract;
    __mul__, __rmul__ => multiply;
    __truediv__, __rtruediv__ => divide;
    __eq__ => equal;
    __ne__ => not_equal;
    __lt__ => less;
    __gt__ => greater;
}

#[pymethods]
impl PyArray {
    fn __neg__(slf: Bound<'_, Self>) -> PyResult<Self> {
        unary(slf.py(), &rows::negative, slf)
    }

    fn __abs__(slf: Bound<'_, Self>) -> PyResult<Self> {
        unary(slf.py(), &rows::abs, slf)
    }

    // Arrays compare element by element, so they cannot be keys.
    #[classattr]
    #[pyo3(name = "__hash__")]
    const HASH: Option<()> = None;
}
