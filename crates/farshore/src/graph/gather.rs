//! Reading and writing elements whose places are computed.

use std::sync::Arc;

use crate::device::{Buffer, Device};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::dispatch::{Kernels, Target};
use crate::graph::evaluate::{ready, with_kernels};
use crate::graph::fuse::Fused;
use crate::graph::node::{Node, Operand};
use crate::kernel::{Scatter, ScatterKind};
use crate::layout::Layout;

/// The elements of `source`, seen through `layout`, each as many elements further on as `place` says, which has that
/// layout's shape and lies within the array. What is pending in `place` is computed along.
///
/// # Errors
/// Out of memory, a lost device; [`Error::Value`] for an array that is longer than a binding.
pub fn gather(source: &Arc<Node>, layout: &Layout, place: &Operand) -> Result<Buffer> {
    let device = &source.device;
    with_kernels(device, |kernels| {
        let bytes = ready(kernels, source)?;
        require_reachable(device, &bytes)?;
        let mut fused = Fused::default();
        let place = fused.operand(place, &mut |node| ready(kernels, node))?;
        fused.gather(bytes, layout, as_bits(source.dtype), place);
        let result = Buffer::new(device, (layout.len() * source.dtype.size()) as u64)?;
        kernels.run(device, &fused, &Target::fresh(&result, layout.len()))?;
        Ok(result)
    })
}

/// Writes `value` through `layout` of `target`, each element as many elements further on as `place` says; both have that
/// layout's shape. Of several that are written to one place the last stays, unless `any` says that they are all the same.
/// Whatever was recorded before reads the old values.
///
/// # Errors
/// As [`gather`]; then nothing is written.
pub fn scatter(
    target: &Arc<Node>,
    layout: &Layout,
    place: &Operand,
    value: &Operand,
    any: bool,
) -> Result<()> {
    let device = &target.device;
    with_kernels(device, |kernels| {
        let bytes = ready(kernels, target)?;
        require_reachable(device, &bytes)?;
        for reader in target.pending_readers() {
            ready(kernels, &reader)?;
        }
        let mut places = Fused::default();
        let place = {
            let step = places.operand(place, &mut |node| ready(kernels, node))?;
            places.apart(kernels, device, &bytes)?;
            step
        };
        let mut values = places.clone();
        let mut kind = ScatterKind::All;
        if !any {
            // A number for each element of the target; those that are written to are cleared first.
            let claims = Arc::new(Buffer::new(device, (4 * target.elements()) as u64)?);
            require_reachable(device, &claims)?;
            let mut clear = places.clone();
            let zero = clear.scalar(DType::Uint32, [0; 4]);
            clear.finish(zero);
            clear.scatter = Some(Scatter { place, kind });
            kernels.run(device, &clear, &Target::view(&claims, layout.clone()))?;
            let mut claim = places.clone();
            claim.finish(place);
            claim.scatter = Some(Scatter { place, kind: ScatterKind::Claim });
            kernels.run(device, &claim, &Target::view(&claims, layout.clone()))?;
            kind = ScatterKind::Claimed(values.gather(claims, layout, DType::Uint32, place));
        }
        let value = values.operand(value, &mut |node| ready(kernels, node))?;
        let value = values.cast(value, target.dtype);
        values.finish(value);
        values.apart(kernels, device, &bytes)?;
        values.scatter = Some(Scatter { place, kind });
        kernels.run(device, &values, &Target::view(&bytes, layout.clone()))
    })
}

impl Fused {
    /// Copies what it reads of `target`, so that writing there does not change it.
    fn apart(&mut self, kernels: &mut Kernels, device: &Device, target: &Arc<Buffer>) -> Result<()> {
        for read in self.reads.iter_mut().filter(|read| Arc::ptr_eq(&read.buffer, target)) {
            let mut copy = Self::default();
            copy.read(Arc::clone(&read.buffer), &read.layout, read.dtype);
            let len = read.layout.len();
            let fresh = Arc::new(Buffer::new(device, (len * read.dtype.size()) as u64)?);
            kernels.run(device, &copy, &Target::fresh(&fresh, len))?;
            read.buffer = fresh;
            read.layout = Layout::contiguous(&read.layout.shape);
        }
        Ok(())
    }
}

/// The dtype in which elements are moved without a change of a bit, where the device has one.
fn as_bits(dtype: DType) -> DType {
    match dtype {
        DType::Bool | DType::Int8 => DType::Uint8,
        DType::Float16 | DType::Int16 => DType::Uint16,
        DType::Float32 | DType::Int32 => DType::Uint32,
        DType::Float64 | DType::Int64 => DType::Uint64,
        other => other,
    }
}

fn require_reachable(device: &Device, buffer: &Buffer) -> Result<()> {
    let limit = device.limits().binding;
    if buffer.capacity() <= limit {
        return Ok(());
    }
    let reason = format!(
        "elements are found by computed places in arrays of up to {limit} bytes there, this one has {}",
        buffer.capacity()
    );
    Err(Error::Value { op: "indexing", reason })
}
