//! The table of universal functions. A row gives the WGSL, the method of [`Array`], the Python function, its stub,
//! its documentation and its tests.

use smallvec::SmallVec;

use crate::array::{Array, require};
use crate::device::Device;
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::{Function, Operand, Operation};
use crate::layout::broadcast_shapes;
use crate::ops::scalar::Argument;
use crate::ufunc::types::{BOOL, COMPLEX, F32, FLOAT, INTEGER, REAL, SIGNED, UNSIGNED};
use crate::ufunc::{Output, Ufunc};

macro_rules! ufuncs {
    ($($(#[doc = $doc:literal])+ $name:ident($first:ident $(, $rest:ident)*) -> $result:ident {
        $($types:expr => $wgsl:literal),+ $(,)?
    })+) => {
        /// The rows, by name.
        #[allow(non_upper_case_globals, reason = "a row's name is the function's own")]
        pub mod rows {
            use super::*;
            $(
                $(#[doc = $doc])+
                pub static $name: Ufunc = Ufunc {
                    name: stringify!($name),
                    doc: concat!($($doc, "\n"),+),
                    parameters: &[stringify!($first) $(, stringify!($rest))*],
                    result: Output::$result,
                    wgsl: &[$(($types, $wgsl)),+],
                };
            )+
        }

        /// Every row.
        pub static UFUNCS: &[&Ufunc] = &[$(&rows::$name),+];

        impl Array {$(
            $(#[doc = $doc])+
            ///
            /// ```
            /// # use farshore::{Array, Device};
            /// let x = Array::from_slice(&Device::best()?, &[0.5_f32, 1.0, 2.0], &[3])?;
            #[doc = concat!("let y = x.", stringify!($name), "(", $("/* ", stringify!($rest), ": */ &x",)* ")?;")]
            /// assert_eq!(y.shape(), x.shape());
            /// # Ok::<(), farshore::Error>(())
            /// ```
            ///
            /// # Errors
            /// [`Error::Broadcast`], [`Error::DType`], [`Error::OutOfRange`], [`Error::DeviceMismatch`]; nothing is
            /// recorded then.
            #[allow(clippy::extra_unused_lifetimes, reason = "used by the operands after the first, if there are any")]
            pub fn $name<'a>(&self $(, $rest: impl Into<Argument<'a>>)*) -> Result<Array> {
                apply(&rows::$name, &[self.into() $(, $rest.into())*])
            }
        )+}
    };
}

ufuncs! {
    /// The sum of x1 and x2, element by element; for bool, whether either is true.
    add(x1, x2) -> Same {
        BOOL => "x1 | x2",
        REAL => "x1 + x2",
        COMPLEX => "C{W}(x1.re + x2.re, x1.im + x2.im)",
    }
    /// x1 less x2, element by element; integers wrap.
    subtract(x1, x2) -> Same {
        REAL => "x1 - x2",
        COMPLEX => "C{W}(x1.re - x2.re, x1.im - x2.im)",
    }
    /// The product of x1 and x2, element by element; for bool, whether both are true.
    multiply(x1, x2) -> Same {
        BOOL => "x1 & x2",
        REAL => "x1 * x2",
        COMPLEX => "multiply_{T}(x1, x2)",
    }
    /// x1 over x2, element by element; integers and bool give float64.
    divide(x1, x2) -> Quotient {
        FLOAT => "x1 / x2",
        COMPLEX => "divide_{T}(x1, x2)",
    }
    /// x with its sign turned, element by element; unsigned integers wrap.
    negative(x) -> Same {
        SIGNED => "-x",
        UNSIGNED => "~x + vec4<{T}>(1)",
        FLOAT => "-x",
        COMPLEX => "C{W}(-x.re, -x.im)",
    }
    /// The size of x, element by element; for complex numbers the distance from 0.
    abs(x) -> Real {
        BOOL | UNSIGNED => "x",
        SIGNED => "abs(x)",
        FLOAT => "abs(x)",
        COMPLEX => "abs_{T}(x)",
    }
    /// x times itself, element by element; integers wrap.
    square(x) -> Same {
        REAL => "x * x",
        COMPLEX => "multiply_{T}(x, x)",
    }
    /// The square root of x, element by element, NaN for negative numbers; integers give floats.
    sqrt(x) -> Same {
        FLOAT => "sqrt(x)",
        COMPLEX => "sqrt_{T}(x)",
    }
    /// e to the power x, element by element; integers give floats.
    exp(x) -> Same {
        F32 => "exp_f32(x)",
    }
    /// The natural logarithm of x, element by element, NaN for negative numbers; integers give floats.
    log(x) -> Same {
        F32 => "log_f32(x)",
    }
    /// The sine of x radians, element by element; integers give floats.
    sin(x) -> Same {
        F32 => "sin_f32(x)",
    }
    /// The cosine of x radians, element by element; integers give floats.
    cos(x) -> Same {
        F32 => "cos_f32(x)",
    }
    /// The larger of x1 and x2, element by element; NaN when either is.
    maximum(x1, x2) -> Same {
        BOOL => "x1 | x2",
        INTEGER => "max(x1, x2)",
        FLOAT => "maximum_{T}(x1, x2)",
    }
    /// The smaller of x1 and x2, element by element; NaN when either is.
    minimum(x1, x2) -> Same {
        BOOL => "x1 & x2",
        INTEGER => "min(x1, x2)",
        FLOAT => "minimum_{T}(x1, x2)",
    }
    /// Whether x1 equals x2, element by element; NaN equals nothing.
    equal(x1, x2) -> Bool {
        BOOL | REAL => "x1 == x2",
        COMPLEX => "equal_{T}(x1, x2)",
    }
    /// Whether x1 differs from x2, element by element; NaN differs from everything.
    not_equal(x1, x2) -> Bool {
        BOOL | REAL => "!(x1 == x2)",
        COMPLEX => "!equal_{T}(x1, x2)",
    }
    /// Whether x1 is less than x2, element by element.
    less(x1, x2) -> Bool {
        BOOL => "!x1 & x2",
        REAL => "x1 < x2",
    }
    /// Whether x1 is greater than x2, element by element.
    greater(x1, x2) -> Bool {
        BOOL => "x1 & !x2",
        REAL => "x1 > x2",
    }
    /// Whether both x1 and x2 are other than 0, element by element.
    logical_and(x1, x2) -> Bool {
        BOOL | REAL | COMPLEX => "truth(x1) & truth(x2)",
    }
    /// Whether x is 0, element by element.
    logical_not(x) -> Bool {
        BOOL | REAL | COMPLEX => "!truth(x)",
    }
}

/// Records `ufunc` of `arguments`: broadcast, promoted as NumPy does, with weak scalars.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::DType`], [`Error::OutOfRange`], [`Error::DeviceMismatch`].
pub fn apply(ufunc: &'static Ufunc, arguments: &[Argument<'_>]) -> Result<Array> {
    let arrays = || {
        arguments.iter().filter_map(|argument| match argument {
            Argument::Array(array) => Some(*array),
            Argument::Scalar(_) => None,
        })
    };
    let device = common_device(ufunc.name, arrays())?;
    let shape = broadcast_shapes(ufunc.name, arrays().map(Array::shape))?;
    let dtype = ufunc.loop_dtype(common_dtype(arguments))?;
    require(device, dtype)?;
    let operand = |argument: &Argument<'_>| match argument {
        Argument::Array(array) => Ok(array.operand(array.layout.broadcast_to(ufunc.name, &shape)?)),
        Argument::Scalar(scalar) => Ok(Operand::Scalar(dtype, scalar.bits(ufunc.name, dtype)?)),
    };
    let operands = arguments.iter().map(operand).collect::<Result<SmallVec<_>>>()?;
    let operation = Operation { function: Function::Ufunc(ufunc, dtype), operands };
    Array::pending(device, ufunc.result_dtype(dtype), &shape, operation)
}

fn common_device<'a>(op: &'static str, mut arrays: impl Iterator<Item = &'a Array>) -> Result<&'a Device> {
    let first = arrays
        .next()
        .ok_or_else(|| Error::Value { op, reason: "at least one operand must be an array".into() })?;
    match arrays.find(|array| array.device() != first.device()) {
        None => Ok(first.device()),
        Some(other) => Err(Error::DeviceMismatch {
            op,
            left: first.device().to_string(),
            right: other.device().to_string(),
        }),
    }
}

fn common_dtype(arguments: &[Argument<'_>]) -> DType {
    let mut dtype: Option<DType> = None;
    for argument in arguments {
        if let Argument::Array(array) = argument {
            dtype = Some(dtype.map_or(array.dtype(), |known| known.promote(array.dtype())));
        }
    }
    let mut dtype = dtype.unwrap_or(DType::Bool);
    for argument in arguments {
        if let Argument::Scalar(scalar) = argument {
            dtype = scalar.join(dtype);
        }
    }
    dtype
}
