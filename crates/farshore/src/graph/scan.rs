//! Scans: every element combined with all before it along an axis.

use crate::device::{Binding, Buffer, Device, GRAIN};
use crate::dtype::{Compute, DType};
use crate::error::Result;
use crate::graph::call::{Call, run, whole};
use crate::graph::dispatch::Kernels;
use crate::graph::evaluate::with_kernels;
use crate::graph::plan::low;
use crate::kernel::{Kernel, LANES};
use crate::kernels::{self, ScanPass};
use crate::ufunc::Ufunc;

/// What a scan combines by, in which dtype, and the bits of what changes nothing.
pub type Combine = (&'static Ufunc, DType, [u32; 4]);

/// Elements of a row that one invocation walks.
const ROW_CHUNK: usize = 2048;
/// Elements of a column that one invocation walks.
const COLUMN_CHUNK: usize = 512;
/// Columns so many, and no longer than this, are walked whole.
const MANY: usize = 1 << 13;
const LONGEST_WHOLE: usize = 4096;
/// Invocations of a workgroup, as the shaders have it.
const WORKGROUP: usize = 8;

/// The scan along the middle one of three axes of the contiguous array in `source`, of elements of at least 32 bits: a new
/// buffer. Longer chunks than one are scanned by their totals first, so sums are rounded at the size of a chunk.
///
/// # Errors
/// Out of memory, a lost device.
pub fn scan(device: &Device, source: &Buffer, shape: [usize; 3], combine: Combine) -> Result<Buffer> {
    let [outer, length, inner] = shape;
    let complex = matches!(combine.1.compute(), Compute::C64 | Compute::C128);
    let by_rows = inner == 1 && !complex;
    let wide = inner.is_multiple_of(LANES) && !complex;
    let lanes = if wide { LANES } else { 1 };
    let inner = inner / lanes;
    let size = combine.1.size() * lanes;
    let chunk = if by_rows {
        ROW_CHUNK
    } else if length <= LONGEST_WHOLE && outer * inner >= MANY {
        length
    } else {
        COLUMN_CHUNK
    };
    // A chunk must fit into a binding.
    let limit = usize::try_from(device.limits().binding - 4 * GRAIN).unwrap_or(usize::MAX);
    let chunk = chunk.min(limit / (inner * size));
    debug_assert!(chunk > 1 || length == 1, "a row of half a binding is scanned otherwise");
    let steps = Steps { by_rows, wide, chunk, outer, inner, size, combine };
    with_kernels(device, |kernels| steps.run(kernels, device, source, length))
}

#[derive(Clone, Copy)]
struct Steps {
    by_rows: bool,
    /// Whether four columns are walked at once: `inner` and `size` count them together then.
    wide: bool,
    chunk: usize,
    outer: usize,
    inner: usize,
    size: usize,
    combine: Combine,
}

impl Steps {
    fn run(self, kernels: &mut Kernels, device: &Device, source: &Buffer, length: usize) -> Result<Buffer> {
        let Self { by_rows, outer, inner, size, .. } = self;
        let parts = length.div_ceil(self.chunk);
        let buffer = |length: usize| Buffer::new(device, (outer * length * inner * size) as u64);
        let result = buffer(length)?;
        let (first, last) = if by_rows {
            (ScanPass::Totals, ScanPass::Elements)
        } else {
            (ScanPass::ColumnTotals, ScanPass::ColumnElements)
        };
        let windows = self.windows(device, source, length);
        if parts == 1 {
            for window in &windows {
                let read = window.of(source);
                run(kernels, device, self.call(last, length, window), &[read, read], &[window.of(&result)])?;
            }
            return Ok(result);
        }
        let totals = buffer(parts)?;
        for window in &windows {
            let call = self.call(first, length, window);
            run(kernels, device, call, &[window.of(source)], &[whole(&totals)])?;
        }
        let scanned = self.run(kernels, device, &totals, parts)?;
        for window in &windows {
            let reads = [window.of(source), whole(&scanned)];
            run(kernels, device, self.call(last, length, window), &reads, &[window.of(&result)])?;
        }
        Ok(result)
    }

    fn call(self, pass: ScanPass, length: usize, window: &Window) -> Call<impl FnOnce() -> Result<Kernel>> {
        let (ufunc, dtype, [a, b, c, d]) = self.combine;
        let (inner, wide) = (self.inner, self.wide);
        let parameters = vec![
            low(window.end * inner - 1),
            0,
            low(length.div_ceil(self.chunk)),
            low(length),
            low(self.chunk),
            low(window.begin * inner),
            a,
            b,
            low(window.origin),
            low(inner),
            c,
            d,
        ];
        let groups = ((window.end - window.begin) * inner).div_ceil(WORKGROUP);
        let name = format!("{pass:?} {} {dtype} {wide}", ufunc.name);
        Call { name, write: move || kernels::write_scan(pass, ufunc, dtype, wide), parameters, groups }
    }

    /// Runs of chunks whose elements fit into a binding.
    fn windows(self, device: &Device, source: &Buffer, length: usize) -> Vec<Window> {
        let parts = length.div_ceil(self.chunk);
        let all = self.outer * parts;
        let limit = device.limits().binding;
        if source.capacity() <= limit {
            return vec![Window { begin: 0, end: all, origin: 0, offset: 0, nbytes: u64::MAX }];
        }
        let start = |chunk: usize| (chunk / parts * length + chunk % parts * self.chunk) * self.inner;
        let mut windows = Vec::new();
        let mut begin = 0;
        while begin < all {
            let offset = (start(begin) * self.size) as u64 / GRAIN * GRAIN;
            let fits = |end: usize| (start(end) * self.size) as u64 - offset + 2 * GRAIN <= limit;
            let (mut end, mut above) = (begin + 1, all + 1);
            while end + 1 < above {
                let middle = usize::midpoint(end, above);
                if fits(middle) { end = middle } else { above = middle }
            }
            let origin = usize::try_from(offset).unwrap_or(usize::MAX) / self.size;
            windows.push(Window { begin, end, origin, offset, nbytes: limit / GRAIN * GRAIN });
            begin = end;
        }
        windows
    }
}

/// Some of the chunks, and the part of a buffer that holds them.
struct Window {
    begin: usize,
    end: usize,
    /// The element that the part starts at.
    origin: usize,
    offset: u64,
    nbytes: u64,
}

impl Window {
    fn of<'a>(&self, buffer: &'a Buffer) -> Binding<'a> {
        let nbytes = self.nbytes.min(buffer.capacity() - self.offset);
        Binding::new(buffer, self.offset, nbytes)
    }
}
