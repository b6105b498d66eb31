//! A node is pending (an operation and its inputs) or ready (bytes on the device).

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use smallvec::SmallVec;

use crate::device::{Buffer, Device, capture};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{Layout, Shape};
use crate::ufunc::Ufunc;

/// The elements behind arrays and their views, in C order of `shape`.
pub struct Node {
    pub device: Device,
    pub dtype: DType,
    pub shape: Shape,
    /// Steps of the kernel that would compute this node, and the arrays that kernel would read, at most.
    pub(super) cost: Cost,
    /// The capture that it was made in, 0 for none.
    capture: u64,
    state: Mutex<State>,
    /// Nodes that may still be waiting for this one: they must have read it before it is overwritten.
    readers: Mutex<Vec<Weak<Node>>>,
}

#[expect(clippy::large_enum_variant, reason = "a box would cost each recorded operation an allocation")]
enum State {
    Pending(Operation),
    Ready(Arc<Buffer>),
}

/// What a pending node will compute.
#[derive(Clone)]
pub struct Operation {
    pub function: Function,
    /// Each of the node's shape, arrays being broadcast already; a reduction's one is longer along the axes it reduces.
    pub operands: SmallVec<[Operand; 2]>,
}

#[derive(Clone, Copy, Debug)]
pub enum Function {
    /// Operands are cast to the dtype first.
    Ufunc(&'static Ufunc, DType),
    /// The one operand, cast to the node's dtype.
    Copy,
    /// The elements of the one operand along axes side by side, cast to the node's dtype and combined; those axes stay with
    /// length 1. The bits are of what changes nothing that it is combined with.
    Reduce(&'static Ufunc, [u32; 4]),
}

#[derive(Clone)]
pub enum Operand {
    Array(Arc<Node>, Layout),
    /// The bits of one element of the dtype, in words, lowest first.
    Scalar(DType, [u32; 4]),
}

/// What a kernel that computes a node has to do.
#[derive(Clone, Default)]
pub(super) struct Cost {
    pub steps: usize,
    /// Pending nodes behind it, one behind the other, of which not all need share its kernel.
    pub depth: usize,
    /// Whether it is a reduction, or a pending one is behind it.
    pub reduces: bool,
    /// A number for each array and view that it reads.
    pub reads: SmallVec<[u64; 6]>,
}

impl Node {
    #[must_use]
    pub fn ready(device: &Device, dtype: DType, shape: &[usize], buffer: Buffer) -> Arc<Self> {
        Self::shared(device, dtype, shape, Arc::new(buffer))
    }

    /// A node of a buffer that others hold too.
    #[must_use]
    pub fn shared(device: &Device, dtype: DType, shape: &[usize], buffer: Arc<Buffer>) -> Arc<Self> {
        buffer.describe(dtype.name(), shape);
        Arc::new(Self::new(device, dtype, shape, Cost::default(), State::Ready(buffer)))
    }

    /// A node that waits for its inputs, which learn of it.
    pub(super) fn pending(
        device: &Device,
        dtype: DType,
        shape: &[usize],
        operation: Operation,
        cost: Cost,
    ) -> Arc<Self> {
        let read: SmallVec<[Arc<Self>; 2]> =
            operation.operands.iter().filter_map(Operand::node).cloned().collect();
        let node = Arc::new(Self::new(device, dtype, shape, cost, State::Pending(operation)));
        device.count_node();
        read.iter().for_each(|read| read.add_reader(&node));
        node
    }

    fn new(device: &Device, dtype: DType, shape: &[usize], cost: Cost, state: State) -> Self {
        Self {
            device: device.clone(),
            dtype,
            shape: shape.into(),
            cost,
            capture: capture(),
            state: Mutex::new(state),
            readers: Mutex::default(),
        }
    }

    /// Whether what this thread records now may have it computed along: both belong to one capture, or to none.
    pub(super) fn is_of_this_capture(&self) -> bool {
        self.capture == capture()
    }

    /// Whether it was made in a capture.
    #[must_use]
    pub fn is_captured(&self) -> bool {
        self.capture != 0
    }

    /// Whether it was there before the capture that this thread is in the middle of, if it is.
    pub(super) fn is_outside(&self) -> bool {
        self.capture == 0 && capture() != 0
    }

    /// Checks that it is not one of a capture which has ended, or is another thread's.
    pub(super) fn require_usable(&self) -> Result<()> {
        if self.capture == 0 || self.is_of_this_capture() {
            return Ok(());
        }
        let message = "this array was made while a pipeline was recorded, and has no values: each run of the pipeline \
                       computes anew what its function returns";
        Err(Error::Recording(message.into()))
    }

    /// Checks that it has values, which the host may ask for.
    ///
    /// # Errors
    /// [`Error::Recording`] for one that is being captured, or was.
    pub fn require_values(&self) -> Result<()> {
        self.require_usable()?;
        if self.capture == 0 {
            return Ok(());
        }
        let message = "while a pipeline is recorded, its arrays have no values that the host could read: not by float(), \
                       bool() or `if`, nor by to_numpy(). Choose on the device, fs.where(condition, x, y), return what is \
                       to be read, or compute it before";
        Err(Error::Recording(message.into()))
    }

    /// Number of elements.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(*self.state(), State::Pending(_))
    }

    /// The node's bytes, when it is ready.
    #[must_use]
    pub fn buffer(&self) -> Option<Arc<Buffer>> {
        match &*self.state() {
            State::Ready(buffer) => Some(Arc::clone(buffer)),
            State::Pending(_) => None,
        }
    }

    /// Whether it waits, and to be computed element by element.
    fn is_elementwise(&self) -> bool {
        matches!(&*self.state(), State::Pending(operation) if !matches!(operation.function, Function::Reduce(..)))
    }

    pub(super) fn operation(&self) -> Option<Operation> {
        match &*self.state() {
            State::Pending(operation) => Some(operation.clone()),
            State::Ready(_) => None,
        }
    }

    pub(super) fn make_ready(&self, buffer: Arc<Buffer>) {
        buffer.describe(self.dtype.name(), &self.shape);
        let done = std::mem::replace(&mut *self.state(), State::Ready(buffer));
        // The inputs may be freed here, and their inputs in turn: not under the lock.
        drop(done);
    }

    /// The nodes that wait for this one.
    pub(super) fn pending_readers(&self) -> Vec<Arc<Self>> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting: Vec<_> =
            readers.iter().filter_map(Weak::upgrade).filter(|node| node.is_pending()).collect();
        *readers = waiting.iter().map(Arc::downgrade).collect();
        drop(readers);
        // Those of a capture that has ended never run.
        waiting.into_iter().filter(|node| node.require_usable().is_ok()).collect()
    }

    fn add_reader(&self, reader: &Arc<Self>) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() == readers.capacity() {
            readers.retain(|reader| reader.strong_count() > 0);
        }
        readers.push(Arc::downgrade(reader));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Operation {
    /// Whether both reduce the same elements in the same way.
    pub(super) fn is_same_reduction(&self, other: &Self) -> bool {
        let (Function::Reduce(own, start), Function::Reduce(others, neutral)) =
            (self.function, other.function)
        else {
            return false;
        };
        let operands = (&self.operands[..], &other.operands[..]);
        let ([Operand::Array(one, layout)], [Operand::Array(two, same)]) = operands else { return false };
        std::ptr::eq(own, others) && start == neutral && Arc::ptr_eq(one, two) && layout == same
    }
}

impl Operand {
    pub(super) fn node(&self) -> Option<&Arc<Node>> {
        match self {
            Self::Array(node, _) => Some(node),
            Self::Scalar(..) => None,
        }
    }

    /// The pending node that a kernel could compute itself instead of reading its result: one used as it is.
    pub(super) fn fusable(&self) -> Option<&Arc<Node>> {
        match self {
            Self::Array(node, layout)
                if layout.offset == 0 && layout.shape == node.shape && layout.is_contiguous() =>
            {
                (node.is_of_this_capture() && node.is_elementwise()).then_some(node)
            }
            _ => None,
        }
    }

    /// Adds what a kernel that computes this operand does to `cost`; what it reads twice counts once.
    pub(super) fn add_cost(&self, cost: &mut Cost) {
        let Self::Array(node, layout) = self else { return };
        if node.is_pending() {
            cost.depth = cost.depth.max(node.cost.depth + 1);
            cost.reduces |= node.cost.reduces;
        }
        let mut add = |read| {
            if !cost.reads.contains(&read) {
                cost.reads.push(read);
            }
        };
        if let Some(fusable) = self.fusable() {
            fusable.cost.reads.iter().copied().for_each(&mut add);
            cost.steps += fusable.cost.steps;
        } else {
            let mut hasher = DefaultHasher::new();
            (Arc::as_ptr(node), layout).hash(&mut hasher);
            add(hasher.finish());
        }
    }
}
