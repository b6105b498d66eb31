//! Making nodes ready: fuse, write the kernel (once), record its dispatches.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::device::{Buffer, Device, Holds, set_aside};
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::dispatch::{Kernels, Target};
use crate::graph::explain::{Draft, Explanation};
use crate::graph::fuse::Fused;
use crate::graph::node::{Function, Node, Operand, Operation};
use crate::graph::reduce::{passes, reduced, values, values_of_copy};
use crate::graph::rows::RowPlan;
use crate::layout::{Layout, signed};
use crate::ufunc::Ufunc;

/// One evaluation at a time: nodes change from pending to ready under this lock only.
static KERNELS: LazyLock<Mutex<Kernels>> = LazyLock::new(Mutex::default);

/// Records everything that `node` needs and gives its bytes, which are there once the device gets to it.
///
/// # Errors
/// Out of memory, or a lost device; the node stays pending and its inputs usable. [`Error::Recording`](crate::Error::Recording)
/// for one of a capture that has ended.
pub fn evaluate(node: &Arc<Node>) -> Result<Arc<Buffer>> {
    if let Some(buffer) = node.buffer() {
        return node.require_usable().map(|()| buffer);
    }
    let (dtype, shape) = (node.dtype.name(), &*node.shape);
    let _span = tracing::debug_span!("evaluate", device = %node.device, dtype, ?shape).entered();
    with_kernels(&node.device, |kernels| ready(kernels, node))
}

/// Does `work`, which may be done again from its beginning: when the host is reading a buffer that a kernel needs, that
/// is waited for without the lock, which others need meanwhile.
pub(super) fn with_kernels<T>(device: &Device, mut work: impl FnMut(&mut Kernels) -> Result<T>) -> Result<T> {
    loop {
        let done = work(&mut KERNELS.lock().unwrap_or_else(PoisonError::into_inner));
        match (done, Holds::take_busy()) {
            (Err(_), Some(held)) => held.wait(device)?,
            (done, _) => return done,
        }
    }
}

pub(super) fn ready(kernels: &mut Kernels, node: &Arc<Node>) -> Result<Arc<Buffer>> {
    node.require_usable()?;
    // What was there before a capture is computed once, not at each replay.
    let _aside = node.is_outside().then(set_aside);
    let Some(operation) = node.operation() else {
        // Ready by now: only evaluation under this lock changes a node.
        return node.buffer().ok_or_else(|| node.device.error("a node is neither pending nor ready"));
    };
    if let Some(plan) = RowPlan::new(node, &operation, &mut |input| ready(kernels, input))? {
        if let Some(buffer) = plan.run(kernels, node)? {
            node.make_ready(buffer);
        }
        return node.buffer().ok_or_else(|| node.device.error("a kernel of rows left its node pending"));
    }
    if let Function::Reduce(combine, neutral) = operation.function {
        let buffer = Arc::new(alone(kernels, node, &operation.operands[0], (combine, neutral))?);
        node.make_ready(Arc::clone(&buffer));
        return Ok(buffer);
    }
    let fused = fuse(node, &operation, &mut |input| ready(kernels, input))?;
    let nbytes = (node.elements() * node.dtype.size()) as u64;
    let buffer = Arc::new(Buffer::new(&node.device, nbytes)?);
    let len = node.elements() * node.dtype.size() / fused.steps.last().map_or(1, |(_, dtype)| dtype.size());
    kernels.run(&node.device, &fused, &Target::fresh(&buffer, len))?;
    node.make_ready(Arc::clone(&buffer));
    Ok(buffer)
}

/// The bytes of `node`, a reduction that shares no kernel with another.
fn alone(
    kernels: &mut Kernels,
    node: &Arc<Node>,
    source: &Operand,
    (combine, neutral): (&'static Ufunc, [u32; 4]),
) -> Result<Buffer> {
    let (device, how) = (&node.device, (combine, node.dtype, neutral));
    let Operand::Array(_, layout) = source else { return Err(device.error("a reduction of a scalar")) };
    let reduced: Vec<usize> = reduced(&layout.shape, &node.shape).collect();
    let axes = (&layout.shape[..], &reduced[..]);
    let fused = values(source, node.dtype, &mut |input| ready(kernels, input))?;
    let buffer = passes(device, fused, axes, how, &mut |pass, fused| pass.run(kernels, device, fused))?;
    if let Some(buffer) = buffer {
        return Ok(buffer);
    }
    let fused = values_of_copy(source, node.dtype, &mut |input| ready(kernels, input))?;
    let buffer = passes(device, fused, axes, how, &mut |pass, fused| pass.run(kernels, device, fused))?;
    buffer.ok_or_else(|| device.error("a reduction of a copy is beyond every kernel's reach"))
}

/// The computation of `node`, whose operation this is. `ready` gives the bytes of a node that has to be read from memory.
pub(super) fn fuse(
    node: &Arc<Node>,
    operation: &Operation,
    ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
) -> Result<Fused> {
    if let (Function::Copy, [operand @ Operand::Array(source, layout)]) =
        (operation.function, &operation.operands[..])
        && source.dtype == node.dtype
        && operand.fusable().is_none()
    {
        let buffer = ready(source)?;
        let (dtype, layout) = as_words(node.dtype, layout);
        let mut fused = Fused::default();
        fused.read(buffer, &layout, dtype);
        return Ok(fused);
    }
    Fused::new(operation, node.dtype, ready)
}

/// A dtype's elements as unsigned integers that every device has: copies keep all bits, those of a NaN included.
pub(super) fn as_words(dtype: DType, layout: &Layout) -> (DType, Layout) {
    let words = match dtype.size() {
        1 => return (DType::Uint8, layout.clone()),
        2 => return (DType::Uint16, layout.clone()),
        size => size / 4,
    };
    let mut layout = layout.clone();
    layout.offset *= words;
    layout.strides.iter_mut().for_each(|stride| *stride *= signed(words));
    layout.shape.push(words);
    layout.strides.push(1);
    (DType::Uint32, layout)
}

/// The kernels that evaluating `nodes` would run now.
///
/// # Errors
/// Out of memory, or a lost device.
pub fn explain<'a>(nodes: impl IntoIterator<Item = &'a Arc<Node>>) -> Result<Explanation> {
    // Under the lock, so that nothing becomes ready meanwhile.
    let _kernels = KERNELS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut draft = Draft::default();
    for node in nodes {
        draft.node(node)?;
    }
    Ok(draft.done())
}
