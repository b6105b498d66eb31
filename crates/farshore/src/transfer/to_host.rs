//! Device to host: the only way out.

use std::sync::Arc;

use crate::array::Array;
use crate::device::{Buffer, Timing};
use crate::dtype::Element;
use crate::error::{Error, Result};
use crate::graph;
use crate::transfer::ledger::{Crossing, Ledger, count};
use crate::transfer::policy::{CrossingKind, Direction, Request, Verdict};
use crate::transfer::refusal::permit;
use crate::transfer::scope::ledgers;

/// Copies the elements of `array`, in C order, into `into`, as `request` is allowed to; writes the crossing into
/// `ledgers`. Nothing runs before the policy has permitted it. Gives the verdict, for the caller to warn by.
///
/// # Errors
/// [`Error::ImplicitTransfer`], [`Error::CopyRequired`], [`Error::ForbiddenTransfer`]; [`Error::Value`] unless `into`
/// has exactly the array's bytes; those of evaluating the array.
pub fn to_host(
    array: &Array,
    into: &mut [u8],
    request: &Request,
    ledgers: &[Arc<Ledger>],
) -> Result<Verdict> {
    let verdict =
        permit(Direction::ToHost, array.device(), array.shape(), array.dtype(), array.nbytes(), request)?;
    if into.len() as u64 != array.nbytes() {
        let reason = format!("the target has {} bytes, the array {}", into.len(), array.nbytes());
        return Err(Error::Value { op: "to_host", reason });
    }
    let timing = if array.is_empty() { Timing::default() } else { read(array, into)? };
    let crossing = Crossing {
        direction: Direction::ToHost,
        kind: request.kind,
        nbytes: array.nbytes(),
        waited: timing.waited,
        copied: timing.copied,
        device: array.device().to_string(),
        caller: request.caller.clone(),
    };
    count(&crossing, ledgers);
    Ok(verdict)
}

fn read(array: &Array, into: &mut [u8]) -> Result<Timing> {
    if array.layout().is_contiguous() {
        let buffer: Arc<Buffer> = graph::evaluate(&array.node)?;
        let from = (array.layout().offset * array.dtype().size()) as u64;
        return buffer.read(from, into);
    }
    read(&array.copy()?, into)
}

impl Array {
    /// The elements, in C order, copied to the host; the call waits for the kernels that compute them.
    ///
    /// # Errors
    /// [`Error::Value`] when `T` is not the array's dtype, [`Error::ForbiddenTransfer`], those of evaluating.
    #[track_caller]
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        if T::DTYPE != self.dtype() {
            let reason =
                format!("the array is {}, not {}; convert it first: x.astype(..)", self.dtype(), T::DTYPE);
            return Err(Error::Value { op: "to_vec", reason });
        }
        let request = Request::explicit()?;
        T::collect(self.len(), |into| to_host(self, into, &request, &ledgers()).map(drop))
    }

    /// As [`Array::to_vec`], as an `ndarray` of the same shape.
    ///
    /// # Errors
    /// As [`Array::to_vec`].
    #[track_caller]
    pub fn to_ndarray<T: Element>(&self) -> Result<ndarray::ArrayD<T>> {
        let values = self.to_vec()?;
        ndarray::ArrayD::from_shape_vec(self.shape(), values)
            .map_err(|error| Error::Value { op: "to_ndarray", reason: error.to_string() })
    }

    /// The one element of an array of size 1, counted as a scalar read.
    ///
    /// # Errors
    /// [`Error::Value`] unless there is exactly one element and `T` is its dtype.
    #[track_caller]
    pub fn item<T: Element>(&self) -> Result<T> {
        let request = Request { kind: CrossingKind::Scalar, ..Request::explicit()? };
        if self.len() != 1 || T::DTYPE != self.dtype() {
            let reason = format!("{self:?} is not one {}", T::DTYPE);
            return Err(Error::Value { op: "item", reason });
        }
        let values = T::collect(1, |into| to_host(self, into, &request, &ledgers()).map(drop))?;
        Ok(values[0])
    }
}
