//! Softmax and its kin: memory is read once where rows share a kernel, and otherwise twice.

use crate::array::Array;
use crate::dtype::DType;
use crate::error::Result;
use crate::layout::signed;
use crate::ops::chunks::{Chunks, finite_or};
use crate::ops::reductions::reduce;
use crate::ops::ufuncs::rows;

impl Array {
    /// e to the power of each element over the sum of those along `axis`, or of all: SciPy's `special.softmax`. It does not
    /// overflow on the way.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[1000.0_f32, 1000.0], &[2])?;
    /// assert_eq!(x.softmax(Some(-1))?.to_vec::<f32>()?, [0.5, 0.5]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Axis`](crate::Error::Axis); [`Error::DType`](crate::Error::DType) for complex numbers.
    pub fn softmax(&self, axis: Option<isize>) -> Result<Self> {
        let (x, axes) = self.numbers("softmax", axis)?;
        if x.is_empty() {
            return Ok(x);
        }
        let result = if let Some(chunks) = Chunks::new(&x, &axes) {
            let [_, total, greatest] = chunks.log_sums()?;
            // Of an infinite element nothing is a share.
            let total = finite_or(&greatest, &total, f64::NAN)?;
            x.subtract(&greatest)?.exp()?.divide(&total)?
        } else {
            let axes: Vec<isize> = axes.into_iter().map(signed).collect();
            let powers = x.subtract(&reduce(&rows::maximum, &x, &axes, true)?)?.exp()?;
            powers.divide(&reduce(&rows::add, &powers, &axes, true)?)?
        };
        result.rounded(self)
    }

    /// The logarithms of [`Array::softmax`], precise where that is close to 0: SciPy's `special.log_softmax`.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[0.0_f32, -1000.0], &[2])?;
    /// assert_eq!(x.log_softmax(None)?.to_vec::<f32>()?, [0.0, -1000.0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Array::softmax`].
    pub fn log_softmax(&self, axis: Option<isize>) -> Result<Self> {
        let (x, axes) = self.numbers("log_softmax", axis)?;
        if x.is_empty() {
            return Ok(x);
        }
        let [shift, total] = log_sums(&x, &axes)?;
        x.subtract(&shift)?.subtract(&total.log()?)?.rounded(self)
    }

    /// The logarithms of the sums of e to the power of the elements along `axes`, which stay with length 1. It neither
    /// overflows nor vanishes on the way.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[1000.0_f32, 0.0], &[2])?;
    /// assert_eq!(x.logsumexp(&[0])?.to_vec::<f32>()?, [1000.0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Array::softmax`]; [`Error::Value`](crate::Error::Value) of no elements.
    pub fn logsumexp(&self, axes: &[isize]) -> Result<Self> {
        let (x, _) = self.numbers("logsumexp", None)?;
        let mut axes =
            axes.iter().map(|&axis| x.layout.axis("logsumexp", axis)).collect::<Result<Vec<_>>>()?;
        axes.sort_unstable();
        let [shift, total] = log_sums(&x, &axes)?;
        total.log()?.add(&shift)?.rounded(self)
    }

    /// The sums over `axes`, which stay with length 1, of the squared distances from the mean, where these are found by
    /// reading the elements once: of few long rows. None for others, of which `x - mean` is as good.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[1.0_f32, 2.0, 6.0], &[3])?;
    /// assert!(x.squares_from_mean(&[0])?.is_none());
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Axis`](crate::Error::Axis).
    pub fn squares_from_mean(&self, axes: &[isize]) -> Result<Option<Self>> {
        let mut axes = axes.iter().map(|&axis| self.layout.axis("var", axis)).collect::<Result<Vec<_>>>()?;
        axes.sort_unstable();
        Chunks::new(self, &axes).map(|chunks| chunks.squares()).transpose()
    }

    /// The elements as floats, halves as float32, and the axes that `axis` means.
    fn numbers(&self, op: &'static str, axis: Option<isize>) -> Result<(Self, Vec<usize>)> {
        rows::maximum.loop_dtype(self.dtype())?;
        let axes = match axis {
            Some(axis) => vec![self.layout.axis(op, axis)?],
            None => (0..self.ndim()).collect(),
        };
        let dtype = if self.dtype() == DType::Float16 { DType::Float32 } else { self.dtype().to_float() };
        let x = if dtype == self.dtype() { self.clone() } else { self.astype(dtype)? };
        Ok((x, axes))
    }

    /// Of the dtype that `x` has as floats.
    fn rounded(&self, x: &Self) -> Result<Self> {
        let dtype = x.dtype().to_float();
        if dtype == self.dtype() { Ok(self.clone()) } else { self.astype(dtype) }
    }
}

/// The greatest elements along `axes`, or 0 where they are not finite, and the sums of the powers less those.
fn log_sums(x: &Array, axes: &[usize]) -> Result<[Array; 2]> {
    if let Some(chunks) = Chunks::new(x, axes) {
        let [shift, total, _] = chunks.log_sums()?;
        return Ok([shift, total]);
    }
    let axes: Vec<isize> = axes.iter().copied().map(signed).collect();
    let greatest = reduce(&rows::maximum, x, &axes, true)?;
    let shift = finite_or(&greatest, &greatest, 0.0)?;
    let total = reduce(&rows::add, &x.subtract(&shift)?.exp()?, &axes, true)?;
    Ok([shift, total])
}
