//! Device to host: the only way out.

use crate::array::Array;
use crate::device::{Device, HostMemory, Reading, Watch, set_aside};
use crate::dtype::Element;
use crate::error::{Error, Result};
use crate::graph;
use crate::ops::bounds;
use crate::transfer::permit::{Cargo, Permit, Request};
use crate::transfer::policy::{CrossingKind, Direction, Spoken, Verdict};

/// In which order elements come: the last index changing fastest, or the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The last.
    #[default]
    C,
    /// The first.
    Fortran,
}

/// A transfer to the host that is allowed and has begun: the kernels are submitted, and what is recorded from now on
/// does not change the bytes that it gives.
///
/// ```
/// use farshore::{Array, CrossingKind, Device, Direction, Order, Readback, Request};
/// let x = Array::from_slice(&Device::best()?, &[1_u8, 2, 3, 4], &[4])?;
/// let request = Request::explicit(Direction::ToHost, CrossingKind::Bulk)?;
/// let readback = Readback::begin(&x, Order::C, request, false)?;
/// let mut host = [0; 4];
/// readback.copy_to(&mut host, &mut |_| true)?; // waits for the kernels
/// assert_eq!(host, [1, 2, 3, 4]);
/// # Ok::<(), farshore::Error>(())
/// ```
pub struct Readback {
    permit: Permit,
    /// None for an array without elements.
    reading: Option<Reading>,
    nbytes: u64,
    device: Device,
}

impl Readback {
    /// Asks the policy, then submits what `array` needs. The elements will come in `order`. `own` asks for memory in which
    /// the device can put the bytes itself; see [`Readback::has_memory`].
    ///
    /// # Errors
    /// [`Error::ImplicitTransfer`], [`Error::CopyRequired`], [`Error::ForbiddenTransfer`]; those of evaluating.
    pub fn begin(array: &Array, order: Order, request: Request, own: bool) -> Result<Self> {
        let caller = request.clone();
        array.node.require_values()?;
        // Nothing that this computes belongs to what is being recorded.
        let _aside = set_aside();
        let permit = Permit::new(request, Cargo::of(array))?;
        verify(array.device(), &caller)?;
        let ordered = match order {
            Order::C => array.clone(),
            Order::Fortran => array.transpose(),
        };
        let reading = if array.is_empty() { None } else { Some(reading(&ordered, own)?) };
        Ok(Self { permit, reading, nbytes: array.nbytes(), device: array.device().clone() })
    }

    /// Whether [`Readback::into_memory`] gives the bytes without a copy by the host.
    #[must_use]
    pub fn has_memory(&self) -> bool {
        self.reading.as_ref().is_some_and(Reading::has_memory)
    }

    /// Copies the elements to `into`. Gives the policy's verdict, for the caller to warn by.
    ///
    /// # Errors
    /// [`Error::Value`] unless `into` has exactly the array's bytes; [`Error::Interrupted`] by `watch`;
    /// [`Error::Device`] when the device was lost.
    pub fn copy_to(self, into: &mut [u8], watch: &mut Watch<'_>) -> Result<Verdict> {
        if into.len() as u64 != self.nbytes {
            let reason = format!("the target has {} bytes, the array {}", into.len(), self.nbytes);
            return Err(Error::Value { op: "to_host", reason });
        }
        let _span = tracing::debug_span!("to host", nbytes = self.nbytes, device = %self.device).entered();
        let timing = self.reading.map(|reading| reading.copy_to(into, watch)).transpose()?;
        Ok(self.permit.close(timing.unwrap_or_default()))
    }

    /// The elements in memory where the device put them, and the verdict.
    ///
    /// # Errors
    /// [`Error::Device`] unless [`Readback::has_memory`], or when the device was lost; [`Error::Interrupted`].
    pub fn into_memory(self, watch: &mut Watch<'_>) -> Result<(HostMemory, Verdict)> {
        let _span = tracing::debug_span!("to host", nbytes = self.nbytes, device = %self.device).entered();
        let none = || self.device.error("a readback without memory of its own");
        let (memory, timing) = self.reading.ok_or_else(none)?.into_memory(watch)?;
        Ok((memory, self.permit.close(timing)))
    }

    /// Goes on with `job` on a thread of the device's, after the readbacks that were given to it before.
    pub fn later(self, job: impl FnOnce(Self) + Send + 'static) {
        self.device.clone().later(move || job(self));
    }
}

/// Copies the elements of `array`, in C order, to `into`, as `request` is allowed to. Nothing runs before the policy has
/// permitted it. Gives the verdict, for the caller to warn by.
///
/// # Errors
/// As [`Readback::begin`] and [`Readback::copy_to`].
pub fn to_host(array: &Array, into: &mut [u8], request: Request) -> Result<Verdict> {
    Readback::begin(array, Order::C, request, false)?.copy_to(into, &mut |_| true)
}

/// Raises for an index that the device found out of bounds since the last wait, when one was; waits for the kernels that
/// looked for one, if any did. Copying to the host does the same first. It reads a byte, which counts as a scalar read.
///
/// # Errors
/// [`Error::IndexOnDevice`]; [`Error::ForbiddenTransfer`] where not even that may be read.
#[track_caller]
pub fn check_indices(device: &Device) -> Result<()> {
    verify(device, &Request::explicit(Direction::ToHost, CrossingKind::Scalar)?)
}

fn verify(device: &Device, request: &Request) -> Result<()> {
    bounds::verify(device, &mut |outside| {
        let kind = CrossingKind::Scalar;
        let request = Request { kind, spoken: Spoken::Explicit, ..request.clone() };
        let mut byte = [0];
        to_host(outside, &mut byte, request)?;
        Ok(byte[0] != 0)
    })
}

/// Reading a view moves its own elements alone: when they don't lie next to each other, the device gathers them first.
fn reading(array: &Array, own: bool) -> Result<Reading> {
    if !array.layout().is_contiguous() {
        return reading(&array.copy()?, own);
    }
    let buffer = graph::evaluate(&array.node)?;
    let from = (array.layout().offset * array.dtype().size()) as u64;
    Reading::begin(&buffer, from, array.len() * array.dtype().size(), own)
}

impl Array {
    /// The elements, in C order, copied to the host; the call waits for the kernels that compute them.
    ///
    /// # Errors
    /// [`Error::Value`] when `T` is not the array's dtype, [`Error::ForbiddenTransfer`], those of evaluating.
    #[track_caller]
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        self.check_dtype::<T>("to_vec")?;
        let request = Request::explicit(Direction::ToHost, CrossingKind::Bulk)?;
        T::collect(self.len(), |into| to_host(self, into, request).map(drop))
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
        let request = Request::explicit(Direction::ToHost, CrossingKind::Scalar)?;
        if self.len() != 1 || T::DTYPE != self.dtype() {
            let reason = format!("{self:?} is not one {}", T::DTYPE);
            return Err(Error::Value { op: "item", reason });
        }
        let values = T::collect(1, |into| to_host(self, into, request).map(drop))?;
        Ok(values[0])
    }

    pub(super) fn check_dtype<T: Element>(&self, op: &'static str) -> Result<()> {
        if T::DTYPE == self.dtype() {
            return Ok(());
        }
        let reason =
            format!("the array is {}, not {}; convert it first: x.astype(..)", self.dtype(), T::DTYPE);
        Err(Error::Value { op, reason })
    }
}
