//! From a fused computation to dispatches: how each array is reached, the kernel for that, and the splitting of
//! arrays that are longer than a binding.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, MutexGuard};

use smallvec::SmallVec;

use crate::device::{Binding, Buffer, Device, GRAIN, Pipeline, Program, Recorder};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::fuse::Fused;
use crate::kernel::{Access, Expression, GROUP_ELEMENTS, LANES, Operand};
use crate::kernels;
use crate::layout::Layout;

/// Compiled kernels, by device and by everything their text depends on.
#[derive(Default)]
pub struct Kernels(HashMap<Device, HashMap<Expression, Arc<Pipeline>>>);

/// Where a kernel writes.
pub struct Target<'a> {
    buffer: &'a Buffer,
    /// None for a fresh buffer that is filled in C order.
    view: Option<Layout>,
    len: usize,
}

impl<'a> Target<'a> {
    pub const fn fresh(buffer: &'a Buffer, len: usize) -> Self {
        Self { buffer, view: None, len }
    }

    pub fn view(buffer: &'a Buffer, layout: Layout) -> Self {
        Self { buffer, len: layout.len(), view: Some(layout) }
    }
}

impl Kernels {
    /// Records the dispatches that compute `fused` into `target`.
    pub fn run(&mut self, device: &Device, fused: &Fused, target: &Target<'_>) -> Result<()> {
        if target.len == 0 {
            return Ok(());
        }
        let plan = Plan::new(device, fused, target, false);
        if plan.expression.rank > 0 && u32::try_from(target.len).is_err() {
            let reason = "an array of more than 2**32 elements was read by strides; copy it first: x.copy()";
            return Err(Error::Value { op: "evaluate", reason: reason.into() });
        }
        let mut run = self.prepare(device, fused, plan)?;
        // Kept until the last dispatch: the host reads none of the buffers in between.
        let mut recorder = run.recorder(device)?;
        let mut start = 0;
        while start < target.len {
            if let Some(end) = run.plan.longest_chunk(device, start..target.len, GROUP_ELEMENTS) {
                run.dispatch(device, &mut recorder, start..end)?;
                start = end;
                continue;
            }
            // Not even one workgroup's elements are within reach of each other: they cross from the end of one row
            // of a long transposed array to the start of the next. Those few are stored one by one.
            let last = target.len.min(start + GROUP_ELEMENTS);
            let mut by_element = self.prepare(device, fused, Plan::new(device, fused, target, true))?;
            while start < last {
                let out_of_reach = || device.error("one element of a result is beyond every kernel's reach");
                let end = by_element.plan.longest_chunk(device, start..last, 1).ok_or_else(out_of_reach)?;
                by_element.dispatch(device, &mut recorder, start..end)?;
                start = end;
            }
        }
        Ok(())
    }

    fn prepare<'a>(&mut self, device: &Device, fused: &Fused, plan: Plan<'a>) -> Result<Run<'a>> {
        let pipeline = self.pipeline(device, &plan.expression)?;
        let mut parameters = vec![0; plan.expression.words()];
        plan.fixed_parameters(fused, &mut parameters);
        Ok(Run { plan, pipeline, parameters })
    }

    /// The text of the kernel for `fused` into a fresh buffer.
    pub fn text(device: &Device, fused: &Fused) -> Result<String> {
        let len = fused.reads.first().map_or(1, |read| read.layout.len());
        let buffer = Buffer::new(device, 0)?;
        let plan = Plan::new(device, fused, &Target::fresh(&buffer, len), false);
        Ok(kernels::write(&plan.expression)?.wgsl)
    }

    fn pipeline(&mut self, device: &Device, expression: &Expression) -> Result<Arc<Pipeline>> {
        if let Some(known) = self.0.get(device).and_then(|kernels| kernels.get(expression)) {
            return Ok(Arc::clone(known));
        }
        let kernel = kernels::write(expression)?;
        let program = Program { label: &kernel.label, wgsl: &kernel.wgsl, reads: kernel.reads, strict: true };
        let pipeline = device.compile(program)?;
        self.0.entry(device.clone()).or_default().insert(expression.clone(), Arc::clone(&pipeline));
        Ok(pipeline)
    }
}

/// A kernel and how it reaches its arrays: the reads, then the target.
struct Plan<'a> {
    expression: Expression,
    /// Each array with the layout that its positions are computed from and the bytes of an element.
    arrays: Vec<Reach<'a>>,
}

struct Reach<'a> {
    buffer: &'a Buffer,
    layout: Layout,
    access: Access,
    size: usize,
}

impl<'a> Plan<'a> {
    /// `by_element`: every array is reached by strides, so that a dispatch may start at any element.
    fn new(device: &Device, fused: &'a Fused, target: &Target<'a>, by_element: bool) -> Self {
        let written = fused.steps.last().map_or(DType::Bool, |&(_, dtype)| dtype);
        let contiguous = Layout::contiguous(&[target.len]);
        let mut arrays: Vec<Reach<'a>> = fused
            .reads
            .iter()
            .map(|read| {
                let access = match access(&read.layout) {
                    Access::Contiguous if by_element => Access::Strided,
                    access => access,
                };
                Reach { buffer: &read.buffer, layout: read.layout.clone(), access, size: read.dtype.size() }
            })
            .collect();
        let view = target.view.clone().or_else(|| {
            let shape = fused.reads.first().map(|read| &read.layout.shape[..]);
            by_element.then(|| Layout::contiguous(shape.unwrap_or(&contiguous.shape)))
        });
        arrays.push(Reach {
            buffer: target.buffer,
            access: if view.is_some() { Access::Strided } else { Access::Contiguous },
            layout: view.unwrap_or_else(|| contiguous.clone()),
            size: written.size(),
        });
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
                Access::Splat => Layout { offset: array.layout.offset, ..Layout::contiguous(&[1]) },
            };
        }
        let operands =
            fused.reads.iter().zip(&arrays).map(|(r, a)| Operand { dtype: r.dtype, access: a.access });
        let expression = Expression {
            operands: operands.collect(),
            steps: fused.steps.clone(),
            scalars: fused.scalars.len(),
            rank,
            store: arrays.last().map_or(Access::Contiguous, |array| array.access),
            blocks: if device.is_software() && target.len >= LONG { 4 } else { 1 },
        };
        Self { expression, arrays }
    }

    /// Scalars, shape and strides: the same in every dispatch.
    fn fixed_parameters(&self, fused: &Fused, parameters: &mut [u32]) {
        for (number, bits) in fused.scalars.iter().enumerate() {
            parameters[self.expression.scalar(number)..][..4].copy_from_slice(bits);
        }
        for (number, array) in
            self.arrays.iter().enumerate().filter(|(_, array)| array.access == Access::Strided)
        {
            for axis in 0..self.expression.rank {
                parameters[self.expression.shape(axis)] = low(array.layout.shape[axis]);
                parameters[self.expression.stride(number, axis)] =
                    low(array.layout.strides[axis].cast_unsigned());
            }
        }
    }

    /// The end of the longest run from the start of `range` on that one dispatch can reach, no binding too long: a
    /// multiple of `step` elements, unless it is the whole range. None when not even one step is.
    fn longest_chunk(&self, device: &Device, range: Range<usize>, step: usize) -> Option<usize> {
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

/// A plan with its kernel, ready to be dispatched on one range of elements after another.
struct Run<'a> {
    plan: Plan<'a>,
    pipeline: Arc<Pipeline>,
    parameters: Vec<u32>,
}

impl Run<'_> {
    /// The recorder, unless the host reads one of the buffers: then that is noted, to be waited for elsewhere.
    fn recorder<'a>(&self, device: &'a Device) -> Result<MutexGuard<'a, Recorder>> {
        let buffers: SmallVec<[&Buffer; 8]> = self.plan.arrays.iter().map(|array| array.buffer).collect();
        device.recorder_unless_held(&buffers).map_err(|held| {
            held.set_busy();
            device.error("the host is reading an array that a kernel needs")
        })
    }

    fn dispatch(&mut self, device: &Device, recorder: &mut Recorder, range: Range<usize>) -> Result<()> {
        let Self { plan: Plan { expression, arrays, .. }, pipeline, parameters } = self;
        let len = range.len();
        let groups = len.div_ceil(GROUP_ELEMENTS);
        let rows = groups.div_ceil(device.limits().workgroups as usize);
        let row = groups.div_ceil(rows);
        parameters[Expression::LAST] = low(groups - 1);
        parameters[Expression::ROW] = low(row);
        parameters[Expression::LEN] = low(len);
        parameters[Expression::START] = low(range.start);
        let mut bindings = SmallVec::<[Binding<'_>; 8]>::new();
        for (number, array) in arrays.iter().enumerate() {
            let (offset, nbytes) = array.window(device, range.clone());
            let base = usize::try_from(offset).unwrap_or(usize::MAX) / array.size;
            parameters[expression.offset(number)] = low(match array.access {
                Access::Contiguous => (array.layout.offset + range.start - base) / LANES,
                Access::Splat | Access::Strided => array.layout.offset.wrapping_sub(base),
            });
            bindings.push(Binding { buffer: array.buffer, offset, nbytes });
        }
        let (write, reads) =
            bindings.split_last().ok_or_else(|| device.error("a kernel that writes nothing"))?;
        recorder.dispatch(device, pipeline, reads, *write, parameters, (low(row), low(rows)))
    }
}

impl Reach<'_> {
    /// The part of the buffer to bind for elements `range` of the result: where it starts and its bytes. The whole
    /// buffer where that is allowed, so that one bind group serves every view and chunk.
    fn window(&self, device: &Device, range: Range<usize>) -> (u64, u64) {
        let whole = self.buffer.capacity();
        if whole <= device.limits().binding {
            return (0, whole);
        }
        let range = if self.access == Access::Splat { 0..1 } else { range };
        let touched = self.layout.touched(range);
        let first = (touched.start * self.size) as u64;
        let last = (touched.end * self.size) as u64;
        let offset = first / GRAIN * GRAIN;
        // Whole workgroups read and write: buffers are longer than their arrays by as much.
        (offset, (last - offset + GRAIN).next_multiple_of(GRAIN).min(whole - offset))
    }
}

fn access(layout: &Layout) -> Access {
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
const fn low(number: usize) -> u32 {
    number as u32
}
