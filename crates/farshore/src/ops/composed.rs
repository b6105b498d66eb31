//! Functions of several rows, or with several results. Each is recorded as its rows are, so one kernel computes it.

use crate::array::Array;
use crate::dtype::{DType, Kind};
use crate::error::Result;
use crate::ops::apply::apply;
use crate::ops::scalar::{Argument, Scalar};
use crate::ops::ufuncs::rows;

impl Array {
    /// x, no smaller than `min` and no larger than `max`; NaN where either is.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[-1.5_f32, 0.5, 7.0], &[3])?;
    /// assert_eq!(x.clip(0.0, 1.0)?.to_vec::<f32>()?, [0.0, 0.5, 1.0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Array::maximum`].
    pub fn clip<'a>(&self, min: impl Into<Argument<'a>>, max: impl Into<Argument<'a>>) -> Result<Self> {
        self.maximum(min)?.minimum(max)
    }

    /// The quotient rounded down, and what is left: [`Array::floor_divide`] and [`Array::remainder`].
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[7_i32, -7], &[2])?;
    /// let (quotient, left) = x.divmod(3)?;
    /// assert_eq!((quotient.to_vec::<i32>()?, left.to_vec::<i32>()?), (vec![2, -3], vec![1, 2]));
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Array::floor_divide`].
    pub fn divmod<'a>(&self, x2: impl Into<Argument<'a>>) -> Result<(Self, Self)> {
        let x2 = x2.into();
        Ok((self.floor_divide(x2.clone())?, self.remainder(x2)?))
    }

    /// The fraction of x and its whole part, both with the sign of x.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[2.5_f32, -0.25], &[2])?;
    /// let (fraction, whole) = x.modf()?;
    /// assert_eq!((fraction.to_vec::<f32>()?, whole.to_vec::<f32>()?), (vec![0.5, -0.25], vec![2.0, -0.0]));
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DType`](crate::Error::DType) for complex numbers.
    pub fn modf(&self) -> Result<(Self, Self)> {
        let x = if self.dtype().kind() < Kind::Float { &self.astype(self.dtype().to_float())? } else { self };
        let whole = x.trunc()?;
        let left = x.subtract(&whole)?;
        let infinite = x.isinf()?;
        let fraction = apply(&rows::where_, &[(&infinite).into(), Scalar::Int(0).into(), (&left).into()])?;
        Ok((fraction.copysign(x)?, whole))
    }

    /// The mantissa and the power of 2 that make x up: [`Array::frexp_mantissa`] and [`Array::frexp_exponent`].
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[3.0_f32, -0.5], &[2])?;
    /// let (mantissa, exponent) = x.frexp()?;
    /// assert_eq!((mantissa.to_vec::<f32>()?, exponent.to_vec::<i32>()?), (vec![0.75, -0.5], vec![2, 0]));
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DType`](crate::Error::DType) for complex numbers.
    pub fn frexp(&self) -> Result<(Self, Self)> {
        Ok((self.frexp_mantissa()?, self.frexp_exponent()?))
    }

    /// x1 to the power x2 in float64, or complex128: no integer wraps.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// # let device = Device::best()?;
    /// # if !device.has_float64() { return Ok(()); }
    /// let x = Array::from_slice(&device, &[2_i32, 10], &[2])?;
    /// assert_eq!(x.float_power(-1)?.to_vec::<f64>()?, [0.5, 0.1]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DTypeOnDevice`](crate::Error::DTypeOnDevice) where there is no float64; those of [`Array::pow`].
    pub fn float_power<'a>(&self, x2: impl Into<Argument<'a>>) -> Result<Self> {
        self.astype(self.dtype().promote(DType::Float64))?.pow(x2)
    }

    /// x with `nan` for NaN and `posinf` and `neginf` for the infinities.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[f32::NAN, f32::INFINITY, 1.0], &[3])?;
    /// assert_eq!(x.nan_to_num(0.0, 9.0, -9.0)?.to_vec::<f32>()?, [0.0, 9.0, 1.0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DType`](crate::Error::DType) for complex numbers.
    pub fn nan_to_num<'a>(
        &self,
        nan: impl Into<Argument<'a>>,
        posinf: impl Into<Argument<'a>>,
        neginf: impl Into<Argument<'a>>,
    ) -> Result<Self> {
        if self.dtype().kind() < Kind::Float {
            return self.copy();
        }
        let infinite = |x: &Self, sign: f64, instead: Argument<'_>| {
            let there = x.equal(sign * f64::INFINITY)?;
            apply(&rows::where_, &[(&there).into(), instead, x.into()])
        };
        let x = infinite(self, 1.0, posinf.into())?;
        let x = infinite(&x, -1.0, neginf.into())?;
        apply(&rows::where_, &[(&x.isnan()?).into(), nan.into(), (&x).into()])
    }
}
