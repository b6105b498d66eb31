//! Host to device: the only way in.

use std::sync::Arc;

use crate::array::{Array, require};
use crate::device::{Buffer, Device};
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};
use crate::ops::creation::nbytes;
use crate::transfer::ledger::{Crossing, Ledger, count};
use crate::transfer::policy::{Direction, Request};
use crate::transfer::refusal::permit;
use crate::transfer::scope::ledgers;

/// A new array of `shape` and `dtype` with the elements in `bytes`, in C order; writes the crossing into `ledgers`.
///
/// # Errors
/// [`Error::Value`] unless `bytes` has exactly the array's bytes, [`Error::OutOfMemory`], [`Error::DTypeOnDevice`];
/// [`Error::ImplicitTransfer`], [`Error::CopyRequired`], [`Error::ForbiddenTransfer`].
pub fn from_host(
    device: &Device,
    bytes: &[u8],
    shape: &[usize],
    dtype: DType,
    request: &Request,
    ledgers: &[Arc<Ledger>],
) -> Result<Array> {
    require(device, dtype)?;
    let wanted = nbytes(device, shape, dtype)?;
    if bytes.len() as u64 != wanted {
        let reason = format!("{} bytes were given for an array of {wanted}", bytes.len());
        return Err(Error::Value { op: "from_host", reason });
    }
    permit(Direction::ToDevice, device, shape, dtype, wanted, request)?;
    let buffer = Buffer::new(device, wanted)?;
    let timing = buffer.write(bytes)?;
    let crossing = Crossing {
        direction: Direction::ToDevice,
        kind: request.kind,
        nbytes: wanted,
        waited: timing.waited,
        copied: timing.copied,
        device: device.to_string(),
        caller: request.caller.clone(),
    };
    count(&crossing, ledgers);
    Ok(Array::ready(device, dtype, shape, buffer))
}

impl Array {
    /// Copies `values`, in C order, to a new array of `shape` on `device`.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[1_u8, 2, 3, 4], &[2, 2])?;
    /// assert_eq!(x.transpose().to_vec::<u8>()?, [1, 3, 2, 4]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Value`] unless `shape` has as many elements, [`Error::OutOfMemory`], [`Error::DTypeOnDevice`].
    #[track_caller]
    pub fn from_slice<T: Element>(device: &Device, values: &[T], shape: &[usize]) -> Result<Self> {
        let bytes = bytemuck::cast_slice(values);
        from_host(device, bytes, shape, T::DTYPE, &Request::explicit()?, &ledgers())
    }

    /// Copies an `ndarray` of any layout to a new array on `device`.
    ///
    /// # Errors
    /// As [`Array::from_slice`].
    #[track_caller]
    pub fn from_ndarray<T: Element, D: ndarray::Dimension>(
        device: &Device,
        array: &ndarray::ArrayRef<T, D>,
    ) -> Result<Self> {
        let standard = array.as_standard_layout();
        let values = standard.as_slice().unwrap_or_default();
        Self::from_slice(device, values, array.shape())
    }
}
