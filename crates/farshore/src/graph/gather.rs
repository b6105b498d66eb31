//! Reading and writing elements whose places are computed.

use std::ops::Range;
use std::sync::Arc;

use crate::device::{Buffer, Device, GRAIN};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::assign::writeable;
use crate::graph::dispatch::{Kernels, Target};
use crate::graph::evaluate::{ready, with_kernels};
use crate::graph::fuse::Fused;
use crate::graph::node::{Node, Operand};
use crate::graph::plan::low;
use crate::kernel::{Scatter, ScatterKind, Within};
use crate::layout::Layout;

/// The elements of `source`, seen through `layout`, each as many elements further on as `place` says, which has that
/// layout's shape and lies within the array. What is pending in `place` is computed along. An array that is longer than a
/// binding is read part by part.
///
/// # Errors
/// Out of memory, a lost device; [`Error::Value`] for an array of 2**32 elements and more.
pub fn gather(source: &Arc<Node>, layout: &Layout, place: &Operand) -> Result<Buffer> {
    let device = &source.device;
    let dtype = as_bits(source.dtype);
    with_kernels(device, |kernels| {
        let bytes = ready(kernels, source)?;
        let parts = parts(device, source.elements(), &bytes, dtype.size())?;
        let mut places = Fused::default();
        few_reads(kernels, place)?;
        let place = places.operand(place, &mut |node| ready(kernels, node))?;
        let mut result: Option<Arc<Buffer>> = None;
        for part in &parts {
            let mut fused = places.clone();
            let within = (parts.len() > 1).then(|| {
                let so_far = Layout::contiguous(&layout.shape);
                let before = result.take().map(|buffer| fused.read(buffer, &so_far, dtype));
                Within { len: length(&mut fused, part), before }
            });
            fused.gather((Arc::clone(&bytes), layout, dtype), place, part.clone(), within);
            let fresh = Arc::new(Buffer::new(device, (layout.len() * dtype.size()) as u64)?);
            kernels.run(device, &fused, &Target::fresh(&fresh, layout.len()))?;
            result = Some(fresh);
        }
        let result = result.and_then(Arc::into_inner);
        result.ok_or_else(|| device.error("a gather that wrote nothing"))
    })
}

/// Writes `value` through `layout` of `target`, each element as many elements further on as `place` says; both have that
/// layout's shape. Of several that are written to one place the last stays, unless `any` says that they are all the same.
/// Whatever was recorded before reads the old values.
///
/// # Errors
/// As [`gather`]; then nothing is written, unless the target is longer than a binding: of that, part may be.
pub fn scatter(
    target: &Arc<Node>,
    layout: &Layout,
    place: &Operand,
    value: &Operand,
    any: bool,
) -> Result<()> {
    let device = &target.device;
    with_kernels(device, |kernels| {
        let bytes = writeable(kernels, target)?;
        let size = if any { target.dtype.size() } else { target.dtype.size().max(CLAIM.size()) };
        let parts = parts(device, target.elements(), &bytes, size)?;
        let mut places = Fused::default();
        few_reads(kernels, place)?;
        let place = places.operand(place, &mut |node| ready(kernels, node))?;
        places.apart(kernels, device, &bytes)?;
        let mut values = places.clone();
        few_reads(kernels, value)?;
        let value = values.operand(value, &mut |node| ready(kernels, node))?;
        let value = values.cast(value, target.dtype);
        values.apart(kernels, device, &bytes)?;
        for part in &parts {
            let bound = (parts.len() > 1).then(|| part.clone());
            let mut fused = values.clone();
            let mut kind = ScatterKind::All;
            if !any {
                let claims = claimed(kernels, device, (&places, place), layout, (part, bound.is_some()))?;
                let within = bound.is_some().then(|| Within { len: length(&mut fused, part), before: None });
                let numbered = shifted(layout, part);
                let read = (Arc::new(claims), &numbered, CLAIM);
                kind = ScatterKind::Claimed(fused.gather(read, place, 0..part.len(), within));
            }
            let len = bound.is_some().then(|| length(&mut fused, part));
            fused.finish(value);
            fused.scatter = Some(Scatter { place, kind, len });
            kernels.run(device, &fused, &Target { bound, ..Target::view(&bytes, layout.clone()) })?;
        }
        Ok(())
    })
}

/// Of a claim: the number of the element that has it.
const CLAIM: DType = DType::Uint32;

/// For each element of a part of the target the number of the last one that is to be written there; for those that none
/// is, whatever the memory held.
fn claimed(
    kernels: &mut Kernels,
    device: &Device,
    (places, place): (&Fused, usize),
    layout: &Layout,
    (part, several): (&Range<usize>, bool),
) -> Result<Buffer> {
    let claims = Buffer::new(device, (part.len() * CLAIM.size()) as u64)?;
    let view = Target::view(&claims, shifted(layout, part));
    let mut clear = places.clone();
    let len = several.then(|| length(&mut clear, part));
    let zero = clear.scalar(CLAIM, [0; 4]);
    clear.finish(zero);
    clear.scatter = Some(Scatter { place, kind: ScatterKind::All, len });
    kernels.run(device, &clear, &view)?;
    let mut claim = places.clone();
    let len = several.then(|| length(&mut claim, part));
    claim.finish(place);
    claim.scatter = Some(Scatter { place, kind: ScatterKind::Claim, len });
    kernels.run(device, &claim, &view)?;
    Ok(claims)
}

/// Computes first what reads so many arrays that a kernel could not bind them beside places, values and claims.
fn few_reads(kernels: &mut Kernels, operand: &Operand) -> Result<()> {
    const FEW: usize = 3;
    match operand.fusable().filter(|node| node.cost.reads.len() > FEW) {
        Some(node) => ready(kernels, node).map(drop),
        None => Ok(()),
    }
}

/// A step that holds how many elements a part has.
fn length(fused: &mut Fused, part: &Range<usize>) -> usize {
    fused.scalar(DType::Uint32, [low(part.len()), 0, 0, 0])
}

/// The layout in memory that starts with a part.
fn shifted(layout: &Layout, part: &Range<usize>) -> Layout {
    Layout { offset: layout.offset.wrapping_sub(part.start), ..layout.clone() }
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
const fn as_bits(dtype: DType) -> DType {
    match dtype {
        DType::Bool | DType::Int8 => DType::Uint8,
        DType::Float16 | DType::Int16 => DType::Uint16,
        DType::Float32 | DType::Int32 => DType::Uint32,
        DType::Float64 | DType::Int64 => DType::Uint64,
        other => other,
    }
}

/// Runs of elements of `buffer` that each fit a binding, with `size` bytes for an element.
fn parts(device: &Device, elements: usize, buffer: &Buffer, size: usize) -> Result<Vec<Range<usize>>> {
    if u32::try_from(elements).is_err() {
        let reason = format!("places are computed in arrays of less than 2**32 elements, not {elements}");
        return Err(Error::Value { op: "indexing", reason });
    }
    let limit = device.limits().binding;
    let all = elements as u64 * size as u64 + GRAIN;
    if buffer.capacity() <= limit && all <= limit {
        return Ok(std::iter::once(0..elements).collect());
    }
    let grain = usize::try_from(GRAIN).unwrap_or(4096);
    let room = usize::try_from(limit).unwrap_or(usize::MAX) / size;
    let step = (room - 2 * grain) / grain * grain;
    Ok((0..elements).step_by(step).map(|start| start..elements.min(start + step)).collect())
}
