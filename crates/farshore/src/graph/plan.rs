//! How a kernel reaches its arrays: in order, by strides, or in a grid.

use std::ops::Range;

use smallvec::SmallVec;

use crate::device::{Buffer, Device, GRAIN};
use crate::dtype::DType;
use crate::graph::dispatch::Target;
use crate::graph::fuse::Fused;
use crate::graph::grid::{self, Tiles};
use crate::kernel::{Access, Expression, LANES, Operand, ScatterKind};
use crate::layout::Layout;

/// A kernel and how it reaches its arrays: the reads, then the target.
pub(super) struct Plan<'a> {
    pub expression: Expression,
    /// Each array with the layout that its positions are computed from and the bytes of an element.
    pub arrays: Vec<Reach<'a>>,
    /// Workgroups along and down the grid, and all there are; None where positions alone decide.
    pub tiles: Option<Tiles>,
}

#[derive(Clone)]
pub(super) struct Reach<'a> {
    pub buffer: &'a Buffer,
    pub layout: Layout,
    pub access: Access,
    pub size: usize,
    /// Elements that the kernel has a use for.
    pub distinct: usize,
    /// The elements to bind, where the layout does not say.
    pub bound: Option<Range<usize>>,
}

impl<'a> Plan<'a> {
    /// `by_element`: every array is reached by strides, so that a dispatch may start at any element.
    pub fn new(device: &Device, fused: &'a Fused, target: &Target<'a>, by_element: bool) -> Self {
        let written = fused.steps.last().map_or(DType::Bool, |&(_, dtype)| dtype);
        let contiguous = Layout::contiguous(&[target.len]);
        let mut arrays: Vec<Reach<'a>> = fused
            .reads
            .iter()
            .map(|read| {
                let access = match access(&read.layout) {
                    _ if read.gathered.is_some() => Access::Strided,
                    Access::Contiguous if by_element => Access::Strided,
                    access => access,
                };
                Reach {
                    buffer: &read.buffer,
                    layout: read.layout.clone(),
                    access,
                    size: read.dtype.size(),
                    distinct: if read.gathered.is_some() { target.len } else { read.distinct() },
                    bound: read.gathered.clone(),
                }
            })
            .collect();
        let shape = fused.reads.first().map_or(&contiguous.shape[..], |read| &read.layout.shape);
        let view = target.view.is_some() || by_element || fused.scatter.is_some();
        arrays.push(Reach {
            buffer: target.buffer,
            access: if view { Access::Strided } else { Access::Contiguous },
            layout: target.view.clone().unwrap_or_else(|| Layout::contiguous(shape)),
            size: written.size(),
            distinct: target.len,
            bound: target.bound.clone(),
        });
        let blocks = if device.is_software() && target.len >= LONG { 4 } else { 1 };
        let float16 = fused.steps.iter().any(|&(_, dtype)| dtype == DType::Float16);
        let fixed = Expression {
            operands: SmallVec::new(),
            steps: fused.steps.clone(),
            scalars: fused.scalars.len(),
            rank: 0,
            short: 0,
            grid: None,
            store: Access::Contiguous,
            blocks,
            walks: false,
            long_words: long_words(device),
            packs_float16: float16 && device.capabilities().is_ok_and(|found| found.exact_float16),
            scatter: fused.scatter,
        };
        let ordered = fused.scatter.is_some_and(|scatter| scatter.kind != ScatterKind::All);
        if !by_element
            && !ordered
            && let Some(plan) = grid::plan(device, fused, &arrays, &fixed)
        {
            return plan;
        }
        // Positions in C order are all that contiguous arrays need; the others share one set of coordinates.
        let strided: Vec<Layout> =
            arrays.iter().filter(|a| a.access == Access::Strided).map(|a| a.layout.clone()).collect();
        let mut collapsed = strided.split_first().map_or_else(Vec::new, |(first, rest)| {
            let (first, rest) = first.collapsed_with(rest);
            std::iter::once(first).chain(rest).collect()
        });
        if collapsed.first().is_some_and(|layout| layout.ndim() == 0) {
            // One element: a coordinate that is always 0.
            for layout in &mut collapsed {
                *layout = Layout { offset: layout.offset, ..Layout::contiguous(&[1]) };
            }
        }
        let rank = collapsed.first().map_or(0, Layout::ndim);
        let mut collapsed = collapsed.into_iter();
        for array in &mut arrays {
            array.layout = match array.access {
                Access::Strided => collapsed.next().unwrap_or_else(|| array.layout.clone()),
                Access::Contiguous => Layout { offset: array.layout.offset, ..contiguous.clone() },
                _ => Layout { offset: array.layout.offset, ..Layout::contiguous(&[1]) },
            };
        }
        let short = collapsed_short(&arrays);
        let store = arrays.last().map_or(Access::Contiguous, |array| array.access);
        let walks = walks(device, &fixed, target.len)
            && !by_element
            && store == Access::Contiguous
            && fused.scatter.is_none();
        let blocks = if walks { 2 } else { fixed.blocks };
        let operands = operands(fused, &arrays);
        let expression = Expression { operands, rank, short, store, blocks, walks, ..fixed };
        Self { expression, arrays, tiles: None }
    }

    /// Scalars, shape and strides: the same in every dispatch.
    pub fn fixed_parameters(&self, fused: &Fused, parameters: &mut [u32]) {
        for (number, bits) in fused.scalars.iter().enumerate() {
            parameters[self.expression.scalar(number)..][..4].copy_from_slice(bits);
        }
        let by_strides = |access| matches!(access, Access::Strided | Access::Row | Access::RowSplat);
        for (number, array) in self.arrays.iter().enumerate().filter(|(_, array)| by_strides(array.access)) {
            for axis in 0..self.expression.rank {
                parameters[self.expression.shape(axis)] = low(array.layout.shape[axis]);
                parameters[self.expression.stride(number, axis)] =
                    low(array.layout.strides[axis].cast_unsigned());
            }
        }
    }

    /// The end of the longest run from the start of `range` on that one dispatch can reach, no binding too long: a
    /// multiple of `step` elements, unless it is the whole range. None when not even one step is.
    pub fn longest_chunk(&self, device: &Device, range: Range<usize>, step: usize) -> Option<usize> {
        let Range { start, end: last } = range;
        let mut end = last.min(start + (1 << 31));
        loop {
            let within = |array: &Reach<'_>| array.window(device, start..end).1 <= device.limits().binding;
            if self.arrays.iter().all(within) {
                return Some(end);
            }
            if end - start <= step {
                return None;
            }
            end = start + ((end - start) / 2).next_multiple_of(step);
        }
    }
}

/// From this many elements on, a software device gains more from kernels that do several blocks at once (a quarter of
/// the time of `sqrt(a * b + 1) * 2 - a`) than their longer text costs to compile.
const LONG: usize = 1 << 18;

/// From this many elements on, its workgroups walk over several tiles each.
const WALK: usize = 1 << 14;

/// Whether workgroups walk over tiles. Not with float16, whose conversions take half as long again in a loop.
pub(super) fn walks(device: &Device, expression: &Expression, len: usize) -> bool {
    let float16 = |(_, dtype): &(_, DType)| *dtype == DType::Float16;
    device.is_software() && len >= WALK && !expression.steps.iter().any(float16)
}

/// Whether blocks are best loaded as words of 64 bits: a software device tests and copies each word by itself.
pub(super) fn long_words(device: &Device) -> bool {
    device.is_software() && device.has_int64()
}

/// An axis shorter than this is written into the kernel's text: compilers divide by constants without dividing.
const SHORT: usize = 16;

fn collapsed_short(arrays: &[Reach<'_>]) -> usize {
    let strided = arrays.iter().find(|array| array.access == Access::Strided);
    strided.and_then(|array| array.layout.shape.last()).copied().filter(|&size| size < SHORT).unwrap_or(0)
}

/// The operands as the kernel's text knows them.
pub(super) fn operands(fused: &Fused, arrays: &[Reach<'_>]) -> SmallVec<[Operand; 4]> {
    fused.reads.iter().zip(arrays).map(|(r, a)| Operand { dtype: r.dtype, access: a.access }).collect()
}

impl Reach<'_> {
    /// The part of the buffer to bind for elements `range` of the result: where it starts and its bytes. The whole
    /// buffer where that is allowed, so that one bind group serves every view and chunk.
    pub fn window(&self, device: &Device, range: Range<usize>) -> (u64, u64) {
        let whole = self.buffer.capacity();
        if whole <= device.limits().binding {
            return (0, whole);
        }
        let range = if self.access == Access::Splat { 0..1 } else { range };
        let touched = self.bound.clone().unwrap_or_else(|| self.layout.touched(range));
        let first = (touched.start * self.size) as u64;
        let last = (touched.end * self.size) as u64;
        let offset = first / GRAIN * GRAIN;
        // Whole workgroups read and write: buffers are longer than their arrays by as much.
        (offset, (last - offset + GRAIN).next_multiple_of(GRAIN).min(whole - offset))
    }
}

pub(super) fn access(layout: &Layout) -> Access {
    let steps = layout.shape.iter().zip(&layout.strides).any(|(&size, &stride)| size > 1 && stride != 0);
    if !steps {
        Access::Splat
    } else if layout.is_contiguous() && layout.offset.is_multiple_of(LANES) {
        Access::Contiguous
    } else {
        Access::Strided
    }
}

/// The low 32 bits: kernels compute positions modulo 2**32, within windows that are shorter.
pub(super) const fn low(number: usize) -> u32 {
    number as u32
}
