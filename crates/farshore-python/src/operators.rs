//! `x + y` and its kin: each operator is a row of the table.

#![allow(
    unsafe_op_in_unsafe_fn,
    reason = "pyo3 writes the methods' wrappers, and this macro moves them here"
)]

use farshore::{Ufunc, rows};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::argument::{Operand, array_of, not_an_operand};
use crate::array::PyArray;
use crate::ufunc::{call, write};

fn binary(
    py: Python<'_>,
    ufunc: &'static Ufunc,
    left: &Bound<'_, PyArray>,
    right: &Bound<'_, PyAny>,
    reflected: bool,
) -> PyResult<Py<PyAny>> {
    let device = array_of(left).device();
    let right = match Operand::extract(ufunc.name, right, device)? {
        Some(right) => right,
        // Left to Python, `x == [1, 2]` would be False without a word.
        None if right.is_instance_of::<PyList>() || right.is_instance_of::<PyTuple>() => {
            return Err(not_an_operand(ufunc.name, right));
        }
        None if matches!(ufunc.name, "equal" | "not_equal") && right.hasattr(intern!(py, "shape"))? => {
            return theirs(py, ufunc, left, right);
        }
        None => return Ok(py.NotImplemented()),
    };
    let left = Operand::Array(left.clone());
    let operands = if reflected { [right, left] } else { [left, right] };
    Ok(Py::new(py, call(py, ufunc, &operands)?)?.into_any())
}

/// `x == y` for an array of another library, which may have an answer. Left to Python, it would be False without a word
/// where it has none.
fn theirs(
    py: Python<'_>,
    ufunc: &'static Ufunc,
    x: &Bound<'_, PyArray>,
    y: &Bound<'_, PyAny>,
) -> PyResult<Py<PyAny>> {
    let method = if ufunc.name == "equal" { intern!(py, "__eq__") } else { intern!(py, "__ne__") };
    let answer = y.get_type().call_method1(method, (y, x))?;
    if answer.is(py.NotImplemented()) { Err(not_an_operand(ufunc.name, y)) } else { Ok(answer.unbind()) }
}

/// `x += y`: the result is written into `x`, so that its views see it. As in NumPy, its dtype stays.
fn in_place(
    py: Python<'_>,
    ufunc: &'static Ufunc,
    x: &Bound<'_, PyArray>,
    y: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let device = array_of(x).device();
    let y = Operand::extract(ufunc.name, y, device)?.ok_or_else(|| not_an_operand(ufunc.name, y))?;
    let x = Operand::Array(x.clone());
    let result = call(py, ufunc, &[x.clone(), y])?;
    write(py, ufunc.name, result, &x, None).map(drop)
}

fn unary(py: Python<'_>, ufunc: &'static Ufunc, x: Bound<'_, PyArray>) -> PyResult<PyArray> {
    call(py, ufunc, &[Operand::Array(x)])
}

fn no_modulo(modulo: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    match modulo {
        None => Ok(()),
        Some(_) => Err(PyTypeError::new_err("pow() of an array takes no modulus; write pow(x, y) % modulus")),
    }
}

macro_rules! operators {
    ($($method:ident $(, $reflected:ident, $in_place:ident)? => $row:ident;)*) => {
        #[pymethods]
        impl PyArray {$(
            fn $method(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                binary(slf.py(), &rows::$row, slf, other, false)
            }
            $(fn $reflected(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                binary(slf.py(), &rows::$row, slf, other, true)
            }
            fn $in_place(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
                in_place(slf.py(), &rows::$row, slf, other)
            })?
        )*}
    };
}

operators! {
    __add__, __radd__, __iadd__ => add;
    __sub__, __rsub__, __isub__ => subtract;
    __mul__, __rmul__, __imul__ => multiply;
    __truediv__, __rtruediv__, __itruediv__ => divide;
    __floordiv__, __rfloordiv__, __ifloordiv__ => floor_divide;
    __mod__, __rmod__, __imod__ => remainder;
    __and__, __rand__, __iand__ => bitwise_and;
    __or__, __ror__, __ior__ => bitwise_or;
    __xor__, __rxor__, __ixor__ => bitwise_xor;
    __lshift__, __rlshift__, __ilshift__ => bitwise_left_shift;
    __rshift__, __rrshift__, __irshift__ => bitwise_right_shift;
    __eq__ => equal;
    __ne__ => not_equal;
    __lt__ => less;
    __le__ => less_equal;
    __gt__ => greater;
    __ge__ => greater_equal;
}

#[pymethods]
impl PyArray {
    fn __neg__(slf: Bound<'_, Self>) -> PyResult<Self> {
        unary(slf.py(), &rows::negative, slf)
    }

    fn __pos__(slf: Bound<'_, Self>) -> PyResult<Self> {
        unary(slf.py(), &rows::positive, slf)
    }

    fn __invert__(slf: Bound<'_, Self>) -> PyResult<Self> {
        unary(slf.py(), &rows::bitwise_invert, slf)
    }

    fn __pow__(
        slf: &Bound<'_, Self>,
        other: &Bound<'_, PyAny>,
        modulo: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        no_modulo(modulo)?;
        binary(slf.py(), &rows::pow, slf, other, false)
    }

    fn __rpow__(
        slf: &Bound<'_, Self>,
        other: &Bound<'_, PyAny>,
        modulo: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        no_modulo(modulo)?;
        binary(slf.py(), &rows::pow, slf, other, true)
    }

    fn __ipow__(
        slf: &Bound<'_, Self>,
        other: &Bound<'_, PyAny>,
        modulo: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        no_modulo(modulo)?;
        in_place(slf.py(), &rows::pow, slf, other)
    }

    fn __divmod__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
        let part = |row| binary(slf.py(), row, slf, other, false);
        Ok((part(&rows::floor_divide)?, part(&rows::remainder)?))
    }

    fn __rdivmod__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
        let part = |row| binary(slf.py(), row, slf, other, true);
        Ok((part(&rows::floor_divide)?, part(&rows::remainder)?))
    }

    fn __abs__(slf: Bound<'_, Self>) -> PyResult<Self> {
        unary(slf.py(), &rows::abs, slf)
    }

    // Arrays compare element by element, so they cannot be keys.
    #[classattr]
    #[pyo3(name = "__hash__")]
    const HASH: Option<()> = None;
}
