//! Arrays that need no data from the host.

use crate::array::{Array, require};
use crate::device::{Buffer, Device};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::{Function, Operand, Operation};
use crate::ops::scalar::Scalar;

impl Array {
    /// An array whose elements are whatever the memory held.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::DTypeOnDevice`].
    pub fn empty(device: &Device, shape: &[usize], dtype: DType) -> Result<Self> {
        require(device, dtype)?;
        let buffer = Buffer::new(device, nbytes(device, shape, dtype)?)?;
        Ok(Self::ready(device, dtype, shape, buffer))
    }

    /// An array of one value.
    ///
    /// ```
    /// # use farshore::{Array, DType, Device};
    /// let x = Array::full(&Device::best()?, &[2, 2], 7, DType::Uint8)?;
    /// assert_eq!(x.to_vec::<u8>()?, [7, 7, 7, 7]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a value that `dtype` does not hold, [`Error::DTypeOnDevice`].
    pub fn full(device: &Device, shape: &[usize], value: impl Into<Scalar>, dtype: DType) -> Result<Self> {
        nbytes(device, shape, dtype)?;
        let operands = [Operand::Scalar(dtype, value.into().bits("full", dtype)?)].into_iter().collect();
        Self::pending(device, dtype, shape, Operation { function: Function::Copy, operands })
    }
}

/// Bytes of an array, when the device could hold it at all.
pub(crate) fn nbytes(device: &Device, shape: &[usize], dtype: DType) -> Result<u64> {
    let len = shape.iter().try_fold(dtype.size() as u64, |nbytes, &size| nbytes.checked_mul(size as u64));
    let limit = device.limits().array;
    len.filter(|&nbytes| nbytes <= limit).ok_or_else(|| Error::OutOfMemory {
        device: device.to_string(),
        nbytes: len.unwrap_or(u64::MAX),
        reason: format!("one array holds at most {limit} bytes there"),
    })
}
