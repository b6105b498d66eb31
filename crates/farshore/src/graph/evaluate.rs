//! Making nodes ready: fuse, write the kernel (once), record its dispatches.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::device::{Buffer, Device, Holds};
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::dispatch::{Kernels, Target};
use crate::graph::explain::{Draft, Explanation};
use crate::graph::fuse::Fused;
use crate::graph::node::{Function, Node, Operand, Operation};
use crate::layout::{Layout, signed};

/// One evaluation at a time: nodes change from pending to ready under this lock only.
static KERNELS: LazyLock<Mutex<Kernels>> = LazyLock::new(Mutex::default);

/// Records everything that `node` needs and gives its bytes, which are there once the device gets to it.
///
/// # Errors
/// Out of memory, or a lost device; the node stays pending and its inputs usable.
pub fn evaluate(node: &Arc<Node>) -> Result<Arc<Buffer>> {
    match node.buffer() {
        Some(buffer) => Ok(buffer),
        None => with_kernels(&node.device, |kernels| ready(kernels, node)),
    }
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
    let Some(operation) = node.operation() else {
        // Ready by now: only evaluation under this lock changes a node.
        return node.buffer().ok_or_else(|| node.device.error("a node is neither pending nor ready"));
    };
    let fused = fuse(node, &operation, &mut |input| ready(kernels, input))?;
    let nbytes = (node.elements() * node.dtype.size()) as u64;
    let buffer = Arc::new(Buffer::new(&node.device, nbytes)?);
    let len = node.elements() * node.dtype.size() / fused.steps.last().map_or(1, |(_, dtype)| dtype.size());
    kernels.run(&node.device, &fused, &Target::fresh(&buffer, len))?;
    node.make_ready(Arc::clone(&buffer));
    Ok(buffer)
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
