//! Results whose size only the device knows: reading it is a crossing of four bytes.

use crate::array::Array;
use crate::dtype::DType;
use crate::error::Result;
use crate::ops::selection::Selection;
use crate::transfer::permit::Request;
use crate::transfer::policy::{CrossingKind, Direction};

/// The positions of the true elements of `mask`, of bool with one axis and less than 2**32 elements, as int64. How many
/// there are is read from the device: a scalar read.
///
/// ```
/// # use farshore::{Array, Device, nonzero};
/// let x = Array::from_slice(&Device::best()?, &[3, 0, 5_i32], &[3])?;
/// assert_eq!(nonzero(&x.not_equal(0)?)?.to_vec::<i64>()?, [0, 2]);
/// # Ok::<(), farshore::Error>(())
/// ```
///
/// # Errors
/// [`Error::DType`](crate::Error::DType), [`Error::Value`](crate::Error::Value);
/// [`Error::ForbiddenTransfer`](crate::Error::ForbiddenTransfer) where not even a number may be read.
#[track_caller]
pub fn nonzero(mask: &Array) -> Result<Array> {
    if mask.is_empty() && mask.ndim() == 1 && mask.dtype() == DType::Bool {
        return Array::empty(mask.device(), &[0], DType::Int64);
    }
    // Whether it may be read is settled before the device is given anything to do.
    Request::explicit(Direction::ToHost, CrossingKind::Scalar)?;
    let selection = Selection::new(mask)?;
    selection.positions(selection.count().item::<u32>()?)
}
