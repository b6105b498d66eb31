//! Host to device: the only way in.

use crate::array::{Array, require};
use crate::device::{Buffer, Device, Watch, set_aside};
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};
use crate::graph;
use crate::ops::creation::nbytes;
use crate::transfer::permit::{Cargo, Permit, Request};
use crate::transfer::policy::{CrossingKind, Direction, Verdict};

/// A new array of `shape` and `dtype` with the elements in `bytes`, in C order, as `request` is allowed to.
///
/// # Errors
/// [`Error::Value`] unless `bytes` has exactly the array's bytes, [`Error::OutOfMemory`], [`Error::DTypeOnDevice`];
/// [`Error::ImplicitTransfer`], [`Error::CopyRequired`], [`Error::ForbiddenTransfer`]; [`Error::Interrupted`] by
/// `watch`.
pub fn from_host(
    device: &Device,
    bytes: &[u8],
    shape: &[usize],
    dtype: DType,
    request: Request,
    watch: &mut Watch<'_>,
) -> Result<Array> {
    require(device, dtype)?;
    let wanted = nbytes(device, shape, dtype)?;
    check_length("from_host", bytes, wanted)?;
    // While a pipeline is recorded, this is one of the arrays that are there, and each run reads it.
    let _aside = set_aside();
    let permit = Permit::new(request, Cargo { device, shape, dtype, nbytes: wanted })?;
    let _span = tracing::debug_span!("to device", nbytes = wanted, %device).entered();
    let buffer = Buffer::new(device, wanted)?;
    permit.close(buffer.write(0, bytes, watch)?);
    Ok(Array::ready(device, dtype, shape, buffer))
}

/// Writes the elements in `bytes`, in C order, into the memory that `array` is a view of, as `request` is allowed to.
/// What was recorded from its old elements keeps them. Gives the verdict, for the caller to warn by.
///
/// # Errors
/// As [`from_host`], and those of evaluating; an array that is one element seen in many places is not written to.
pub fn write_host(array: &Array, bytes: &[u8], request: Request) -> Result<Verdict> {
    check_length("write_host", bytes, array.nbytes())?;
    array.require_writeable("write_host")?;
    array.node.require_values()?;
    let permit = Permit::new(request, Cargo::of(array))?;
    let _span =
        tracing::debug_span!("to device", nbytes = array.nbytes(), device = %array.device()).entered();
    let (layout, size) = (array.layout(), array.dtype().size());
    let (at, end) = (layout.offset * size, (layout.offset + array.len()) * size);
    // Whole words are written: behind the last element of all, there is room for one.
    let whole = at.is_multiple_of(4) && (end.is_multiple_of(4) || end == array.node.elements() * size);
    let timing = if layout.is_contiguous() && whole {
        graph::prepare_write(&array.node)?.write(at as u64, bytes, &mut |_| true)?
    } else {
        let buffer = Buffer::new(array.device(), array.nbytes())?;
        let timing = buffer.write(0, bytes, &mut |_| true)?;
        let source = Array::ready(array.device(), array.dtype(), array.shape(), buffer);
        graph::assign(&array.node, layout, &source.operand(source.layout().clone()))?;
        timing
    };
    Ok(permit.close(timing))
}

fn check_length(op: &'static str, bytes: &[u8], wanted: u64) -> Result<()> {
    if bytes.len() as u64 == wanted {
        return Ok(());
    }
    let reason = format!("{} bytes were given for an array of {wanted}", bytes.len());
    Err(Error::Value { op, reason })
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
        let request = Request::explicit(Direction::ToDevice, CrossingKind::Bulk)?;
        from_host(device, bytemuck::cast_slice(values), shape, T::DTYPE, request, &mut |_| true)
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

    /// Copies `values`, in C order, into the memory that this array is a view of.
    ///
    /// ```
    /// # use farshore::{Array, DType, Device, Index};
    /// let x = Array::full(&Device::best()?, &[4], 0, DType::Uint8)?;
    /// x.index(&[Index::Slice { start: Some(1), stop: Some(3), step: 1 }])?.set(&[7_u8, 8])?;
    /// assert_eq!(x.to_vec::<u8>()?, [0, 7, 8, 0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Value`] unless there are as many of the array's dtype; [`Error::ForbiddenTransfer`].
    #[track_caller]
    pub fn set<T: Element>(&self, values: &[T]) -> Result<()> {
        self.check_dtype::<T>("set")?;
        let request = Request::explicit(Direction::ToDevice, CrossingKind::Bulk)?;
        write_host(self, bytemuck::cast_slice(values), request).map(drop)
    }
}
