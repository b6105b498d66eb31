//! Operands that are not arrays: numbers without a dtype of their own, which take that of the arrays they meet.

use num_complex::Complex;

use crate::array::Array;
use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};

/// A number from the host. It is weak: it never widens an array beyond the next kind of number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// Meets any dtype.
    Bool(bool),
    /// Meets any dtype but bool, which becomes int64.
    Int(i128),
    /// Meets floats and complex numbers; integers become float32.
    Float(f64),
    /// Meets complex numbers; reals become complex.
    Complex(Complex<f64>),
}

/// An argument of an operation.
#[derive(Clone, Debug)]
pub enum Argument<'a> {
    /// An array, with a dtype of its own.
    Array(&'a Array),
    /// A number, which takes the dtype of the arrays it meets.
    Scalar(Scalar),
}

impl Scalar {
    /// The dtype of an operation between arrays that promote to `dtype` and this number: `dtype`, unless the number
    /// is of a higher kind, which then has its default dtype.
    #[must_use]
    pub const fn join(self, dtype: DType) -> DType {
        match (self, dtype.kind()) {
            (Self::Int(_), Kind::Bool) => DType::Int64,
            (Self::Float(_), Kind::Bool | Kind::Unsigned | Kind::Signed) => DType::Float32,
            (Self::Complex(_), Kind::Float) if dtype.size() == 8 => DType::Complex128,
            (Self::Complex(_), Kind::Complex) => dtype,
            (Self::Complex(_), _) => DType::Complex64,
            _ => dtype,
        }
    }

    /// The number's own dtype, where no array gives one.
    #[must_use]
    pub const fn default_dtype(self) -> DType {
        match self {
            Self::Bool(_) => DType::Bool,
            Self::Int(_) => DType::Int64,
            Self::Float(_) => DType::Float32,
            Self::Complex(_) => DType::Complex64,
        }
    }

    /// The bits of this number as an element of `dtype`, in 32-bit words, lowest first; for float16 those of the
    /// float32 that kernels compute with.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an integer that `dtype` does not hold, [`Error::Value`] for a number of a higher kind.
    pub fn bits(self, op: &'static str, dtype: DType) -> Result<[u32; 4]> {
        let low = |bits: u64| [(bits & 0xffff_ffff) as u32, (bits >> 32) as u32];
        let too_high = || Error::Value { op, reason: format!("{self} cannot be converted to {dtype}") };
        match dtype.kind() {
            Kind::Bool => match self {
                Self::Bool(value) => Ok([u32::from(value), 0, 0, 0]),
                Self::Int(value) => Ok([u32::from(value != 0), 0, 0, 0]),
                _ => Err(too_high()),
            },
            Kind::Unsigned | Kind::Signed => {
                let value = match self {
                    Self::Bool(value) => i128::from(value),
                    Self::Int(value) => value,
                    _ => return Err(too_high()),
                };
                let (lowest, highest) = dtype.integer_range().unwrap_or_default();
                if !(lowest..=highest).contains(&value) {
                    let value = value.to_string();
                    return Err(Error::OutOfRange { op, value, dtype, low: lowest, high: highest });
                }
                let [a, b] = low(i64::try_from(value).map_or_else(|_| value as u64, i64::cast_unsigned));
                Ok([a, b, 0, 0])
            }
            Kind::Float => {
                let Self::Complex(_) = self else {
                    return Ok(real_bits(self.real(), dtype));
                };
                Err(too_high())
            }
            Kind::Complex => {
                let (real, imaginary) = (self.real(), self.imaginary());
                let [a, b, ..] = real_bits(real, dtype.to_real());
                let [c, d, ..] = real_bits(imaginary, dtype.to_real());
                Ok(if dtype == DType::Complex64 { [a, c, 0, 0] } else { [a, b, c, d] })
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "rounding to the nearest float is what NumPy does")]
    const fn real(self) -> f64 {
        match self {
            Self::Bool(value) => value as u8 as f64,
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
            Self::Complex(value) => value.re,
        }
    }

    const fn imaginary(self) -> f64 {
        match self {
            Self::Complex(value) => value.im,
            _ => 0.0,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "float64 to float32 rounds")]
fn real_bits(value: f64, dtype: DType) -> [u32; 4] {
    match dtype {
        DType::Float16 => [f32::from(half::f16::from_f64(value)).to_bits(), 0, 0, 0],
        DType::Float32 => [(value as f32).to_bits(), 0, 0, 0],
        _ => [value.to_bits() as u32, (value.to_bits() >> 32) as u32, 0, 0],
    }
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Complex(value) => write!(f, "{value}"),
        }
    }
}

macro_rules! scalars {
    ($($rust:ty => $kind:ident),*) => {$(
        impl From<$rust> for Scalar {
            fn from(value: $rust) -> Self {
                Self::$kind(value.into())
            }
        }

        impl From<$rust> for Argument<'_> {
            fn from(value: $rust) -> Self {
                Self::Scalar(value.into())
            }
        }
    )*};
}

scalars! { bool => Bool, i8 => Int, i16 => Int, i32 => Int, i64 => Int, u8 => Int, u16 => Int, u32 => Int, u64 => Int, f32 => Float, f64 => Float, Complex<f64> => Complex }

impl From<Scalar> for Argument<'_> {
    fn from(scalar: Scalar) -> Self {
        Self::Scalar(scalar)
    }
}

impl<'a> From<&'a Array> for Argument<'a> {
    fn from(array: &'a Array) -> Self {
        Self::Array(array)
    }
}
