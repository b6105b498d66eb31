//! Reductions: the values of a fused expression combined along some axes, in as many passes as their length asks for.

use std::ops::Range;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::device::{Binding, Buffer, Device, GRAIN};
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::dispatch::Kernels;
use crate::graph::evaluate::{ready, with_kernels};
use crate::graph::fuse::{Fused, Read};
use crate::graph::node::{Cost, Function, Node, Operand, Operation};
use crate::graph::plan::{long_words, low};
use crate::kernel::{Access, LANES, Operand as Reached, Reduction};
use crate::kernels;
use crate::layout::{Layout, signed};
use crate::ufunc::Ufunc;

/// Steps of one part: sums of as many numbers, of which there are sums again.
const STEPS: usize = 64;
/// Neighbouring totals of one long row, so that invocations side by side read elements side by side.
const ABREAST: usize = 32;
/// Rows shorter than this are given to one lane each.
const SHORT: usize = 64;

/// The values of `source`, of `shape` and cast to `dtype`, combined along `axes`: a new buffer of what is left, in C order.
/// None where some array does not lie in memory so that the axes before, among and behind those are one each: then fewer
/// axes at once, or a copy, will do.
///
/// `neutral` are the bits of what changes nothing that it is combined with.
///
/// # Errors
/// Out of memory, or a lost device.
pub fn reduce(
    device: &Device,
    source: &Operand,
    shape: &[usize],
    how: (&'static Ufunc, DType, [u32; 4]),
    axes: &[usize],
) -> Result<Option<Buffer>> {
    with_kernels(device, |kernels| {
        let fused = values(source, how.1, &mut |node| ready(kernels, node))?;
        passes(device, fused, (shape, axes), how, &mut |pass, fused| pass.run(kernels, device, fused))
    })
}

/// The values of `source`, cast to `dtype`.
pub(super) fn values(
    source: &Operand,
    dtype: DType,
    ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
) -> Result<Fused> {
    let mut fused = Fused::default();
    let value = fused.operand(source, ready)?;
    fused.cast(value, dtype);
    Ok(fused)
}

/// As [`values`], of a copy in C order.
pub(super) fn values_of_copy(
    source: &Operand,
    dtype: DType,
    ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
) -> Result<Fused> {
    let Operand::Array(from, layout) = source else { return values(source, dtype, ready) };
    let operation = Operation { function: Function::Copy, operands: smallvec![source.clone()] };
    let copy = Node::pending(&from.device, from.dtype, &layout.shape, operation, Cost::default());
    let mut fused = Fused::default();
    let value = fused.read(ready(&copy)?, &Layout::contiguous(&layout.shape), from.dtype);
    fused.cast(value, dtype);
    Ok(fused)
}

/// Does `each` pass of the reduction of `fused`; the buffers that it gives are the next one's input, the last one the result.
pub(super) fn passes(
    device: &Device,
    mut fused: Fused,
    (shape, axes): (&[usize], &[usize]),
    (combine, dtype, neutral): (&'static Ufunc, DType, [u32; 4]),
    each: &mut dyn FnMut(&mut Pass, &Fused) -> Result<Option<Buffer>>,
) -> Result<Option<Buffer>> {
    let Some(mut threefold) = Threefold::new(&fused.reads, shape, axes) else { return Ok(None) };
    loop {
        let mut pass = Pass::new(&threefold, &fused, (combine, neutral), long_words(device));
        let Some(result) = each(&mut pass, &fused)? else { return Ok(None) };
        let left = pass.parts * if threefold.inner == 1 { pass.inner } else { 1 };
        if left == 1 {
            return Ok(Some(result));
        }
        threefold.length = left;
        let inner = threefold.inner;
        threefold.strides = vec![[signed(left * inner), signed(inner), 1]];
        let layout = Layout::contiguous(&[threefold.outer, left, inner]);
        fused = Fused::default();
        fused.read(Arc::new(result), &layout, dtype);
    }
}

/// Axes joined to three: those kept before, those reduced, those kept behind; with the strides of each array read.
struct Threefold {
    outer: usize,
    length: usize,
    inner: usize,
    strides: Vec<[isize; 3]>,
}

impl Threefold {
    fn new(reads: &[Read], shape: &[usize], axes: &[usize]) -> Option<Self> {
        let last = axes.last().copied()?;
        let kept = |axis: &usize| !axes.contains(axis);
        let outer: SmallVec<[usize; 4]> = (0..last).filter(kept).collect();
        let inner: SmallVec<[usize; 4]> = (last + 1..shape.len()).collect();
        // In which order the elements are combined is free.
        let mut orders = vec![axes.to_vec()];
        for read in reads {
            let mut order = axes.to_vec();
            order.sort_by_key(|&axis| std::cmp::Reverse(read.layout.strides[axis].unsigned_abs()));
            orders.push(order);
        }
        let joined = |order: &Vec<usize>| {
            let each = |read: &Read| {
                Some([&outer[..], &order[..], &inner[..]].map(|group| stride(&read.layout, group)))
                    .and_then(|[outer, length, inner]| Some([outer?, length?, inner?]))
            };
            reads.iter().map(each).collect::<Option<Vec<_>>>()
        };
        let strides = orders.iter().find_map(joined)?;
        let len = |group: &[usize]| group.iter().map(|&axis| shape[axis]).product();
        Some(Self { outer: len(&outer), length: len(axes), inner: len(&inner), strides })
    }
}

/// The axes along which a reduction from one shape to another reduces, which are side by side.
pub(super) fn reduced(from: &[usize], to: &[usize]) -> Range<usize> {
    let differs = |&axis: &usize| from[axis] != to[axis];
    let (first, last) = ((0..from.len()).find(differs), (0..from.len()).rfind(differs));
    first.zip(last).map_or(0..0, |(first, last)| first..last + 1)
}

/// The stride of several axes as one; None where they are not.
pub(super) fn stride(layout: &Layout, axes: &[usize]) -> Option<isize> {
    let mut all: Option<(isize, isize)> = None;
    for &axis in axes.iter().rev().filter(|&&axis| layout.shape[axis] != 1) {
        let (stride, size) = (layout.strides[axis], signed(layout.shape[axis]));
        all = match all {
            None => Some((stride, stride * size)),
            Some((first, next)) if next == stride => Some((first, stride * size)),
            Some(_) => return None,
        };
    }
    Some(all.map_or(0, |(stride, _)| stride))
}

/// One pass: the kernel, its parameters, and where each array's elements lie.
pub(super) struct Pass {
    pub reduction: Reduction,
    parameters: Vec<u32>,
    outer: usize,
    parts: usize,
    steps: usize,
    inner: usize,
    /// Strides of each array along outer, part, step and inner.
    strides: Vec<[isize; 4]>,
}

impl Pass {
    /// Number of results.
    pub fn len(&self) -> usize {
        self.outer * self.parts * self.inner
    }

    fn new(
        axes: &Threefold,
        fused: &Fused,
        (combine, neutral): (&'static Ufunc, [u32; 4]),
        long_words: bool,
    ) -> Self {
        let long = axes.inner == 1 && axes.length >= SHORT;
        let (inner, each) = if long { (ABREAST, ABREAST) } else { (axes.inner, 1) };
        let all = axes.length.div_ceil(each);
        let unrolled = all.next_multiple_of(Reduction::UNROLLED);
        let steps = if axes.inner == 1 && !long { unrolled } else { unrolled.min(STEPS) };
        let parts = all.div_ceil(steps);
        let strides: Vec<[isize; 4]> = axes
            .strides
            .iter()
            .map(|&[outer, length, own]| {
                let step = length * signed(each);
                [outer, step * signed(steps), step, if long { length } else { own }]
            })
            .collect();
        let operands = fused.reads.iter().zip(&strides).map(|(read, &strides)| {
            let sizes = [axes.outer, parts, steps, inner];
            Reached { dtype: read.dtype, access: access(read.layout.offset, strides, sizes) }
        });
        let reduction = Reduction {
            operands: operands.collect(),
            steps: fused.steps.clone(),
            scalars: fused.scalars.len(),
            combine,
            long_words,
            whole: parts * steps * each == axes.length,
            packs_float16: false,
        };
        let mut parameters = vec![0; reduction.words()];
        parameters[Reduction::INNER] = low(inner);
        parameters[Reduction::PARTS] = low(parts);
        parameters[Reduction::STEPS] = low(steps);
        parameters[Reduction::LENGTH] = low(axes.length);
        parameters[Reduction::EACH] = low(each);
        parameters[Reduction::OWN] = u32::from(long);
        for (number, bits) in fused.scalars.iter().chain([&neutral]).enumerate() {
            parameters[reduction.scalar(number)..][..4].copy_from_slice(bits);
        }
        for (number, strides) in strides.iter().enumerate() {
            let words = strides.map(|stride| low(stride.cast_unsigned()));
            parameters[reduction.offset(number) + 1..][..4].copy_from_slice(&words);
        }
        Self { reduction, parameters, outer: axes.outer, parts, steps, inner, strides }
    }

    /// Records the dispatches, each of as many rows of results as its bindings reach; None where not even a few are.
    pub fn run(&mut self, kernels: &mut Kernels, device: &Device, fused: &Fused) -> Result<Option<Buffer>> {
        const FEW: usize = 64;
        let size = self.reduction.dtype().size();
        let rows = self.outer * self.parts;
        let result = Buffer::new(device, (rows * self.inner * size) as u64)?;
        let capabilities = || device.capabilities().is_ok_and(|found| found.exact_float16);
        let float16 = |(_, dtype): &(_, DType)| *dtype == DType::Float16;
        self.reduction.packs_float16 = self.reduction.steps.iter().any(float16) && capabilities();
        let pipeline = kernels.reductions.pipeline(device, &self.reduction, kernels::write_reduction)?;
        let buffers: SmallVec<[&Buffer; 8]> = fused.reads.iter().map(|read| &*read.buffer).collect();
        let mut recorder = device.recorder_unless_held(&buffers).map_err(|held| {
            held.set_busy();
            device.error("the host is reading an array that a kernel needs")
        })?;
        let mut start = 0;
        while start < rows {
            let mut end = rows.min(start + (1 << 31) / self.inner.max(1));
            let bindings = loop {
                match self.bindings(device, fused, &result, start..end) {
                    Some(bindings) => break bindings,
                    None if end - start <= FEW => return Ok(None),
                    None => end = start + ((end - start) / 2).next_multiple_of(FEW),
                }
            };
            let len = (end - start) * self.inner;
            let groups = len.div_ceil(Reduction::WORKGROUP * LANES);
            let lines = groups.div_ceil(device.limits().workgroups as usize);
            let line = groups.div_ceil(lines);
            let words = [groups - 1, line, len, start * self.inner];
            self.parameters[..4].copy_from_slice(&words.map(low));
            let (write, reads) =
                bindings.split_last().ok_or_else(|| device.error("a kernel that writes nothing"))?;
            recorder.dispatch(
                device,
                &pipeline,
                reads,
                &[*write],
                &self.parameters,
                (low(line), low(lines)),
            )?;
            start = end;
        }
        drop(recorder);
        Ok(Some(result))
    }

    /// The part of each buffer that rows `range` of results need, and the parameters that say where in it they start;
    /// None where a part is too long to bind.
    fn bindings<'a>(
        &mut self,
        device: &Device,
        fused: &'a Fused,
        result: &'a Buffer,
        range: Range<usize>,
    ) -> Option<SmallVec<[Binding<'a>; 8]>> {
        let mut bindings = SmallVec::new();
        let part = (range.len(), self.outer * self.parts);
        for (number, read) in fused.reads.iter().enumerate() {
            let touched = self.touched(number, read, &range);
            let (binding, base) = window(device, &read.buffer, touched, read.dtype.size())?;
            self.parameters[self.reduction.offset(number)] = low(read.layout.offset.wrapping_sub(base));
            bindings.push(binding.with_use_for(read.distinct() * read.dtype.size(), part));
        }
        let written = range.start * self.inner..range.end * self.inner;
        let (binding, base) = window(device, result, written.clone(), self.reduction.dtype().size())?;
        self.parameters[self.reduction.offset(fused.reads.len())] = low((written.start - base) / LANES);
        bindings.push(binding.with_use_for(written.len() * self.reduction.dtype().size(), (1, 1)));
        Some(bindings)
    }

    /// The elements of an array between which all lie that rows `range` of results read.
    fn touched(&self, number: usize, read: &Read, range: &Range<usize>) -> Range<usize> {
        let last = range.end - 1;
        let outer = range.start / self.parts..last / self.parts;
        let one = outer.start == outer.end;
        let part = if one { range.start % self.parts..last % self.parts } else { 0..self.parts - 1 };
        let ends = [outer, part, 0..self.steps - 1, 0..self.inner - 1];
        let (mut low, mut high) = (signed(read.layout.offset), signed(read.layout.offset));
        for (stride, ends) in self.strides[number].into_iter().zip(ends) {
            let (first, last) = (stride * signed(ends.start), stride * signed(ends.end));
            low += first.min(last);
            high += first.max(last);
        }
        // Steps outside are not read.
        let all = read.layout.touched(0..read.layout.len());
        let low = usize::try_from(low).unwrap_or(0).max(all.start);
        low..usize::try_from(high).unwrap_or(0).min(all.end - 1) + 1
    }
}

/// The whole buffer where that may be bound, else the part around elements `touched`; with the element that it starts at.
fn window<'a>(
    device: &Device,
    buffer: &'a Buffer,
    touched: Range<usize>,
    size: usize,
) -> Option<(Binding<'a>, usize)> {
    let (whole, limit) = (buffer.capacity(), device.limits().binding);
    if whole <= limit {
        return Some((Binding::new(buffer, 0, whole), 0));
    }
    let offset = (touched.start * size) as u64 / GRAIN * GRAIN;
    let nbytes = ((touched.end * size) as u64 - offset + GRAIN).next_multiple_of(GRAIN).min(whole - offset);
    let base = usize::try_from(offset).ok()? / size;
    (nbytes <= limit).then_some((Binding::new(buffer, offset, nbytes), base))
}

fn access(offset: usize, strides: [isize; 4], sizes: [usize; 4]) -> Access {
    let moves = |n: usize| sizes[n] > 1 && strides[n] != 0;
    let even = |n: usize| !moves(n) || strides[n].unsigned_abs().is_multiple_of(LANES);
    let fours = sizes[3].is_multiple_of(LANES);
    if !(0..4).any(moves) {
        Access::Splat
    } else if fours && !moves(3) {
        Access::RowSplat
    } else if fours && strides[3] == 1 && offset.is_multiple_of(LANES) && (0..3).all(even) {
        Access::Row
    } else {
        Access::Strided
    }
}
