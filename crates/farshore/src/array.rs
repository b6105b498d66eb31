//! The noun: elements on a device, seen through a layout. Views share memory with what they were made from.

use std::fmt;
use std::sync::Arc;

use crate::device::{Buffer, Device};
use crate::dtype::DType;
use crate::error::{Error, Result, shape as show};
use crate::graph::{self, Explanation, Function, Node, Operand, Operation};
use crate::layout::{Index, Layout};

/// An n-dimensional array on a device. Cloning and viewing copy nothing; arithmetic is recorded and runs when its
/// result is needed.
///
/// ```
/// use farshore::{Array, Device};
/// let device = Device::best()?;
/// let x = Array::from_slice(&device, &[1.0_f32, 4.0, 9.0], &[3])?;
/// let y = x.sqrt()?.add(1.0)?;
/// assert!(y.is_pending());
/// assert_eq!(y.to_vec::<f32>()?, [2.0, 3.0, 4.0]);
/// # Ok::<(), farshore::Error>(())
/// ```
#[derive(Clone)]
pub struct Array {
    pub(crate) node: Arc<Node>,
    pub(crate) layout: Layout,
}

impl Array {
    /// An array over a whole buffer in C order.
    pub(crate) fn ready(device: &Device, dtype: DType, shape: &[usize], buffer: Buffer) -> Self {
        Self { node: Node::ready(device, dtype, shape, buffer), layout: Layout::contiguous(shape) }
    }

    /// An array that `operation` will fill.
    pub(crate) fn pending(
        device: &Device,
        dtype: DType,
        shape: &[usize],
        operation: Operation,
    ) -> Result<Self> {
        require(device, dtype)?;
        Ok(Self { node: graph::record(device, dtype, shape, operation)?, layout: Layout::contiguous(shape) })
    }

    /// Lengths of the axes.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.layout.shape
    }

    /// Number of axes.
    #[must_use]
    pub fn ndim(&self) -> usize {
        self.layout.ndim()
    }

    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.layout.len()
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.layout.is_empty()
    }

    /// The elements' type.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.node.dtype
    }

    /// Where the elements are.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.node.device
    }

    /// Bytes of the elements: what a copy to the host would move.
    #[must_use]
    pub fn nbytes(&self) -> u64 {
        (self.len() * self.dtype().size()) as u64
    }

    /// How the elements lie in memory.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Whether the elements are still to be computed.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.node.is_pending()
    }

    /// Whether two arrays are views of the same memory, so that writing to one may change the other.
    #[must_use]
    pub fn shares_memory(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.node, &other.node)
    }

    /// Records the kernels that compute this array, without waiting for them.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Device`]; the array stays pending and its inputs usable.
    pub fn evaluate(&self) -> Result<()> {
        graph::evaluate(&self.node).map(drop)
    }

    /// The kernels that computing this array would run, with what they read and write; nothing is run.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Device`].
    pub fn explain(&self) -> Result<Explanation> {
        explain(&[self])
    }

    /// Basic indexing: positions, slices with any step, an ellipsis, new axes.
    ///
    /// ```
    /// # use farshore::{Array, Device, Index};
    /// # let device = Device::best()?;
    /// let x = Array::from_slice(&device, &[1, 2, 3, 4, 5_i32], &[5])?;
    /// let back = x.index(&[Index::Slice { start: None, stop: None, step: -2 }])?;
    /// assert_eq!(back.to_vec::<i32>()?, [5, 3, 1]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Index`] out of bounds, [`Error::IndexCount`] for too many indices.
    pub fn index(&self, indices: &[Index]) -> Result<Self> {
        Ok(self.view(self.layout.indexed(indices)?))
    }

    /// The axes in another order; a view.
    ///
    /// # Errors
    /// [`Error::Axis`] for an axis that does not exist, [`Error::Value`] unless each is named once.
    pub fn permute_dims(&self, axes: &[isize]) -> Result<Self> {
        Ok(self.view(self.layout.permuted(axes)?))
    }

    /// The axes in reverse order; a view.
    #[must_use]
    pub fn transpose(&self) -> Self {
        let mut layout = self.layout.clone();
        layout.shape.reverse();
        layout.strides.reverse();
        self.view(layout)
    }

    /// The array repeated to `shape`; a view.
    ///
    /// # Errors
    /// [`Error::Broadcast`] when the shapes do not fit.
    pub fn broadcast_to(&self, shape: &[usize]) -> Result<Self> {
        Ok(self.view(self.layout.broadcast_to("broadcast_to", shape)?))
    }

    /// The elements in C order under another shape: a view where the layout allows it, else a copy.
    ///
    /// # Errors
    /// [`Error::Reshape`] unless the shape has as many elements.
    pub fn reshape(&self, shape: &[usize]) -> Result<Self> {
        let wanted = shape.iter().try_fold(1_usize, |len, &size| len.checked_mul(size));
        if wanted != Some(self.len()) {
            return Err(Error::Reshape {
                op: "reshape",
                len: self.len(),
                from: self.shape().to_vec(),
                to: shape.to_vec(),
            });
        }
        match self.layout.reshaped(shape) {
            Some(layout) => Ok(self.view(layout)),
            None => self.copy()?.reshape(shape),
        }
    }

    /// The same elements in new memory, in C order.
    ///
    /// # Errors
    /// As recording any operation: none, unless a long chain has to be evaluated first.
    pub fn copy(&self) -> Result<Self> {
        self.converted(self.dtype())
    }

    /// A new array of `dtype` with these elements, converted as NumPy does.
    ///
    /// # Errors
    /// [`Error::DTypeOnDevice`] for a dtype that the device lacks.
    pub fn astype(&self, dtype: DType) -> Result<Self> {
        self.converted(dtype)
    }

    fn converted(&self, dtype: DType) -> Result<Self> {
        let operands = [self.operand(self.layout.clone())].into_iter().collect();
        let operation = Operation { function: Function::Copy, operands };
        Self::pending(self.device(), dtype, self.shape(), operation)
    }

    /// The bytes of all elements in C order, of `dtype`: this array's own where they lie so.
    pub(crate) fn in_order(&self, dtype: DType) -> Result<Arc<Buffer>> {
        let whole = self.layout.offset == 0 && self.layout.is_contiguous();
        if whole && dtype == self.dtype() {
            return graph::evaluate(&self.node);
        }
        graph::evaluate(&self.converted(dtype)?.node)
    }

    pub(crate) fn operand(&self, layout: Layout) -> Operand {
        Operand::Array(Arc::clone(&self.node), layout)
    }

    /// Checks that each element has a place of its own.
    pub(crate) fn require_writeable(&self, op: &'static str) -> Result<()> {
        let repeats = |(&size, &stride): (&usize, &isize)| size > 1 && stride == 0;
        if !self.layout.shape.iter().zip(&self.layout.strides).any(repeats) {
            return Ok(());
        }
        let reason = "the target was broadcast, so several of its elements are one; copy it first: x.copy()";
        Err(Error::Value { op, reason: reason.into() })
    }

    /// Its elements, all of them in C order, seen through another layout.
    pub(crate) fn seen(&self, layout: &Layout) -> Self {
        self.view(layout.clone())
    }

    fn view(&self, layout: Layout) -> Self {
        Self { node: Arc::clone(&self.node), layout }
    }
}

/// Reads nothing: shape, dtype, device, and whether the elements are computed yet.
impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_pending() { "pending" } else { "ready" };
        write!(f, "Array(shape={}, {}, {}, {state})", show(self.shape()), self.dtype(), self.device())
    }
}

/// The kernels that computing all of `arrays` would run; what several of them need is run once.
///
/// # Errors
/// [`Error::OutOfMemory`], [`Error::Device`].
pub fn explain(arrays: &[&Array]) -> Result<Explanation> {
    graph::explain(arrays.iter().map(|array| &array.node))
}

/// Whether `device` can hold and compute `dtype`.
#[must_use]
pub fn supports(device: &Device, dtype: DType) -> bool {
    require(device, dtype).is_ok()
}

/// Checks that `device` can hold and compute `dtype`.
///
/// # Errors
/// [`Error::DTypeOnDevice`], naming the dtype to use instead.
pub(crate) fn require(device: &Device, dtype: DType) -> Result<()> {
    let (there, instead) = match dtype {
        DType::Float64 => (device.has_float64(), DType::Float32),
        DType::Complex128 => (device.has_float64(), DType::Complex64),
        DType::Int64 => (device.has_int64(), DType::Int32),
        DType::Uint64 => (device.has_int64(), DType::Uint32),
        _ => (true, dtype),
    };
    let name = || format!("{device} ({})", device.adapter().name);
    if there { Ok(()) } else { Err(Error::DTypeOnDevice { dtype, device: name(), instead }) }
}
