//! Writing into memory that exists: `x[...] = value`.

use std::sync::Arc;

use crate::device::{Buffer, capture, require_writeable};
use crate::error::Result;
use crate::graph::dispatch::{Kernels, Target};
use crate::graph::evaluate::{as_words, ready, with_kernels};
use crate::graph::fuse::Fused;
use crate::graph::node::{Node, Operand};
use crate::layout::Layout;

/// The bytes of `node`, free to be overwritten: whatever was recorded before has read the old values.
///
/// # Errors
/// Out of memory, or a lost device.
pub fn prepare_write(node: &Arc<Node>) -> Result<Arc<Buffer>> {
    with_kernels(&node.device, |kernels| writeable(kernels, node))
}

/// The same under the lock.
pub(super) fn writeable(kernels: &mut Kernels, node: &Arc<Node>) -> Result<Arc<Buffer>> {
    let buffer = ready(kernels, node)?;
    if capture() != 0 {
        require_writeable(&buffer)?;
    }
    for reader in node.pending_readers() {
        ready(kernels, &reader)?;
    }
    Ok(buffer)
}

/// Writes `source`, of the shape of `layout`, through that view of `node`. Whatever was recorded before reads the
/// old values; overlap of source and target behaves as if the source had been copied first.
///
/// # Errors
/// Out of memory, or a lost device: then nothing is written.
pub fn assign(node: &Arc<Node>, layout: &Layout, source: &Operand) -> Result<()> {
    with_kernels(&node.device, |kernels| {
        let buffer = writeable(kernels, node)?;
        let mut fused = Fused::default();
        let mut layout = layout.clone();
        match source {
            Operand::Scalar(dtype, bits) => drop(fused.scalar(*dtype, *bits)),
            Operand::Array(from, seen) => {
                let mut bytes = ready(kernels, from)?;
                let (mut seen, mut dtype) = (seen.clone(), from.dtype);
                if from.dtype == node.dtype {
                    (_, layout) = as_words(node.dtype, &layout);
                    (dtype, seen) = as_words(from.dtype, &seen);
                }
                if Arc::ptr_eq(&bytes, &buffer) {
                    let mut copy = Fused::default();
                    copy.read(bytes, &seen, dtype);
                    let fresh = Arc::new(Buffer::new(&node.device, (seen.len() * dtype.size()) as u64)?);
                    kernels.run(&node.device, &copy, &Target::fresh(&fresh, seen.len()))?;
                    bytes = fresh;
                    seen = Layout::contiguous(&seen.shape);
                }
                let value = fused.read(bytes, &seen, dtype);
                if from.dtype != node.dtype {
                    fused.cast(value, node.dtype);
                }
            }
        }
        kernels.run(&node.device, &fused, &Target::view(&buffer, layout))
    })
}
