//! The positions of a mask's true elements: counted first, so that the host can make room for them.

use std::sync::Arc;

use crate::device::{Binding, Buffer, Device};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::call::{Call, run, whole};
use crate::graph::evaluate::with_kernels;
use crate::graph::plan::low;
use crate::graph::scan::{Combine, scan};
use crate::kernel::Kernel;

/// Elements of the mask that one invocation walks.
const CHUNK: usize = 4096;
/// Invocations of a workgroup, as the shaders have it.
const WORKGROUP: usize = 8;

/// A mask whose true elements are counted, chunk by chunk, each count with those before it.
pub struct Counted {
    pub mask: Arc<Buffer>,
    pub counts: Arc<Buffer>,
    /// Elements of the mask.
    pub len: usize,
}

impl Counted {
    /// Counts the elements of `mask`, `len` bytes that are 0 or 1; `sum` adds uint32.
    ///
    /// # Errors
    /// Out of memory, a lost device, [`Error::Value`] for a mask of 2**32 elements and more.
    pub fn new(device: &Device, mask: Arc<Buffer>, len: usize, sum: Combine) -> Result<Self> {
        if u32::try_from(len).is_err() {
            let reason = format!("a mask has less than 2**32 elements, this one {len}; take parts of it");
            return Err(Error::Value { op: "nonzero", reason });
        }
        let parts = len.div_ceil(CHUNK);
        let counts = Buffer::new(device, (4 * parts) as u64)?;
        with_kernels(device, |kernels| {
            for (begin, end) in windows(device, &mask, parts, 1) {
                let parameters =
                    vec![low(end - 1), 0, low(CHUNK), low(begin), low(begin * CHUNK), low(len), 0, 0];
                let call = Call {
                    name: "compact_counts".into(),
                    write: || Ok(kernel(farshore_shaders::COMPACT_COUNTS.into(), 1)),
                    parameters,
                    groups: (end - begin).div_ceil(WORKGROUP),
                };
                run(kernels, device, call, &[part(&mask, begin)], &[whole(&counts)])?;
            }
            Ok(())
        })?;
        let counts = Arc::new(scan(device, &counts, [1, parts, 1], sum)?);
        Ok(Self { mask, counts, len })
    }

    /// The element of the counts that tells how many there are in all.
    pub fn last(&self) -> usize {
        self.len.div_ceil(CHUNK) - 1
    }

    /// The positions, of which there are `total`, as int64.
    ///
    /// # Errors
    /// Out of memory, or a lost device.
    pub fn positions(&self, device: &Device, total: usize) -> Result<Buffer> {
        let size = DType::Int64.size();
        let result = Buffer::new(device, (total * size) as u64)?;
        let parts = self.len.div_ceil(CHUNK);
        let limit = usize::try_from(device.limits().binding).unwrap_or(usize::MAX);
        let all = result.capacity() <= limit as u64;
        let step = if all { total.max(1) } else { limit / size / CHUNK * CHUNK };
        with_kernels(device, |kernels| {
            // Where a chunk's positions go is known on the device alone: each looks at every part of the result.
            for place in (0..total).step_by(step) {
                let written = if all { whole(&result) } else { window(&result, place * size, step * size) };
                for (begin, end) in windows(device, &self.mask, parts, 1) {
                    let length = total.min(place + step) - place;
                    let words = [end - 1, 0, CHUNK, begin, begin * CHUNK, 0, place, length];
                    let call = Call {
                        name: format!("compact_int64 {all}"),
                        write: || Ok(kernel(text(all)?, 2)),
                        parameters: words.map(low).to_vec(),
                        groups: (end - begin).div_ceil(WORKGROUP),
                    };
                    let reads = [part(&self.mask, begin), whole(&self.counts)];
                    run(kernels, device, call, &reads, &[written])?;
                }
            }
            Ok(())
        })?;
        Ok(result)
    }
}

/// Positions as pairs of words: the host's int64, on devices without 64-bit integers too. Unless `all` of the result is
/// bound, others are not stored.
fn text(all: bool) -> Result<String> {
    let lanes = ["one", "two", "three", "four"].iter().enumerate();
    let elements: String =
        lanes.map(|(n, name)| format!("        let {name} = vec2<u32>(position + {n}u, 0u);\n")).collect();
    let elements = format!("        let position = at + params[1].x;\n{elements}");
    let store = if all {
        "    out[place] = seen;"
    } else {
        "    let inside = place - params[1].z;\n    if inside < params[1].w { out[inside] = seen; }"
    };
    let regions = [("element", "alias E = vec2<u32>;"), ("elements", elements.as_str()), ("store", store)];
    farshore_shaders::fill(farshore_shaders::COMPACT, &regions)
        .map_err(|error| Error::Value { op: "compact.wgsl", reason: error.to_string() })
}

fn kernel(wgsl: String, reads: usize) -> Kernel {
    Kernel { label: "compact".into(), wgsl, reads, writes: 1, bounded: false }
}

/// Runs of chunks whose elements, of `size` bytes, fit into a binding.
fn windows(device: &Device, buffer: &Buffer, parts: usize, size: usize) -> Vec<(usize, usize)> {
    let limit = usize::try_from(device.limits().binding).unwrap_or(usize::MAX);
    let step = if buffer.capacity() <= limit as u64 { parts } else { limit / (CHUNK * size) - 1 };
    (0..parts).step_by(step.max(1)).map(|begin| (begin, parts.min(begin + step))).collect()
}

fn window(buffer: &Buffer, offset: usize, nbytes: usize) -> Binding<'_> {
    let offset = offset as u64;
    Binding::new(buffer, offset, (nbytes as u64).min(buffer.capacity() - offset))
}

fn part(buffer: &Buffer, begin: usize) -> Binding<'_> {
    let offset = (begin * CHUNK) as u64;
    let limit = buffer.device().limits().binding / 4096 * 4096;
    Binding::new(buffer, offset, limit.min(buffer.capacity() - offset))
}
