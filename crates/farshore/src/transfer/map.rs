//! Shared memory, lent to the host: the bytes cross without being moved.

use crate::array::Array;
use crate::device::{Hold, Watch, set_aside};
use crate::dtype::Element;
use crate::error::{Error, Result};
use crate::graph;
use crate::transfer::permit::{Cargo, Permit, Request, unshared};
use crate::transfer::policy::{CrossingKind, Direction};

/// Shared memory that the host looks at, in which no byte was copied. While it lives, kernels that need the array's
/// memory fail with [`Error::Mapped`].
pub struct HostMap {
    hold: Hold,
    array: Array,
}

impl Array {
    /// Lends the array's memory to the host to read, where both share it; the call waits for the kernels.
    ///
    /// ```
    /// use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::open("software")?, &[1.0_f32, 2.0], &[2])?;
    /// assert_eq!(x.map_host()?.as_slice::<f32>()?, [1.0, 2.0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CopyRequired`] on a device with memory of its own, and for [`Array::from_buffer`]; [`Error::ForbiddenTransfer`]; those of evaluating.
    #[track_caller]
    pub fn map_host(&self) -> Result<HostMap> {
        map_host(self, Request::explicit(Direction::ToHost, CrossingKind::Map)?, &mut |_| true)
    }
}

/// As [`Array::map_host`], as `request` is allowed to. The array's bytes count as having crossed.
///
/// # Errors
/// As [`Array::map_host`]; [`Error::Interrupted`] by `watch`.
pub fn map_host(array: &Array, request: Request, watch: &mut Watch<'_>) -> Result<HostMap> {
    array.node.require_values()?;
    let _aside = set_aside();
    // What an app has made is the app's to map.
    let foreign = array.node.buffer().is_some_and(|buffer| !buffer.mappable());
    if foreign || !array.device().shares_memory() {
        return Err(unshared(&request, Cargo::of(array)));
    }
    let permit = Permit::new(request, Cargo::of(array))?;
    let (hold, timing) = Hold::lend(&graph::evaluate(&array.node)?, watch)?;
    permit.close(timing);
    Ok(HostMap { hold, array: array.clone() })
}

impl HostMap {
    /// The array that is lent.
    #[must_use]
    pub fn array(&self) -> &Array {
        &self.array
    }

    /// The bytes of the array's whole memory, which its layout's offset and strides are positions in.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.hold.bytes()
    }

    /// The elements, in C order.
    ///
    /// # Errors
    /// [`Error::Value`] when `T` is not the array's dtype, or the array is a view whose elements don't lie next to
    /// each other.
    pub fn as_slice<T: Element + bytemuck::AnyBitPattern>(&self) -> Result<&[T]> {
        self.array.check_dtype::<T>("as_slice")?;
        let layout = self.array.layout();
        if !layout.is_contiguous() {
            let reason = "the elements of this view don't lie next to each other; copy it first: x.copy()";
            return Err(Error::Value { op: "as_slice", reason: reason.into() });
        }
        let size = size_of::<T>();
        Ok(bytemuck::cast_slice(&self.bytes()[layout.offset * size..][..self.array.len() * size]))
    }
}
