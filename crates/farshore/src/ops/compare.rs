//! Comparisons whose operands have no dtype in common that holds both exactly: they are answered as of the numbers
//! themselves, as in NumPy.

use std::cmp::Ordering;

use crate::array::Array;
use crate::dtype::{DType, Kind};
use crate::error::Result;
use crate::ops::apply::apply;
use crate::ops::scalar::{Argument, Scalar};
use crate::ops::ufuncs::rows;
use crate::ufunc::Ufunc;

/// What is compared where the dtypes alone don't decide.
pub enum Comparison<'a> {
    /// Every element stands to the other operand in this way: a number beyond the dtype's range.
    Known(bool),
    /// Signed integers, in whichever place, beside uint64.
    Mixed(&'a Array, &'a Array),
}

/// Whether `ufunc` holds of two numbers of this order; None when it compares nothing.
fn holds(ufunc: &Ufunc, order: Ordering) -> Option<bool> {
    Some(match ufunc.name {
        "equal" => order.is_eq(),
        "not_equal" => order.is_ne(),
        "less" => order.is_lt(),
        "less_equal" => order.is_le(),
        "greater" => order.is_gt(),
        "greater_equal" => order.is_ge(),
        _ => return None,
    })
}

impl<'a> Comparison<'a> {
    /// None where `arguments` are compared in their common dtype.
    pub fn of(ufunc: &Ufunc, arguments: &[Argument<'a>]) -> Option<Self> {
        holds(ufunc, Ordering::Equal)?;
        let beyond = |array: &Array, number: i128| {
            let (low, high) = array.dtype().integer_range()?;
            let order = if number > high { Ordering::Less } else { Ordering::Greater };
            (!(low..=high).contains(&number)).then_some(order)
        };
        match *arguments {
            [Argument::Array(x), Argument::Scalar(Scalar::Int(number))] => {
                Some(Self::Known(holds(ufunc, beyond(x, number)?)?))
            }
            [Argument::Scalar(Scalar::Int(number)), Argument::Array(x)] => {
                Some(Self::Known(holds(ufunc, beyond(x, number)?.reverse())?))
            }
            [Argument::Array(x1), Argument::Array(x2)] => {
                let wide = |x: &Array| x.dtype() == DType::Uint64;
                let signed = |x: &Array| x.dtype().kind() == Kind::Signed;
                ((signed(x1) && wide(x2)) || (wide(x1) && signed(x2))).then_some(Self::Mixed(x1, x2))
            }
            _ => None,
        }
    }
}

/// Compares signed integers with uint64: where the signed one is negative its sign decides, else both are uint64.
pub fn mixed(ufunc: &'static Ufunc, x1: &Array, x2: &Array) -> Result<Array> {
    let signed_first = x1.dtype().kind() == Kind::Signed;
    let order = if signed_first { Ordering::Less } else { Ordering::Greater };
    let negative = (if signed_first { x1 } else { x2 }).less(0)?;
    let [x1, x2] = [x1, x2].map(|x| x.astype(DType::Uint64));
    let others = apply(ufunc, &[Argument::Array(&x1?), Argument::Array(&x2?)])?;
    let answer = Scalar::Bool(holds(ufunc, order) == Some(true));
    apply(&rows::where_, &[Argument::Array(&negative), Argument::Scalar(answer), Argument::Array(&others)])
}
