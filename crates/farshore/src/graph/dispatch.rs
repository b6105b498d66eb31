//! From a fused computation to dispatches: how each array is reached, the kernel for that, and the splitting of
//! arrays that are longer than a binding.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::device::{Binding, Buffer, Device, GRAIN, Pipeline, Program};
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
        Self {
            buffer,
            view: None,
            len,
        }
    }

    pub fn view(buffer: &'a Buffer, layout: Layout) -> Self {
        Self {
            buffer,
            len: layout.len(),
            view: Some(layout),
        }
    }
}

impl Kernels {
    /// Records the dispatches that compute `fused` into `target`.
    pub fn run(&mut self, device: &Device, fused: &Fused, target: &Target<'_>) -> Result<()> {
        if target.len == 0 {
            return Ok(());
        }
        let plan = Plan::new(fused, target);
        let pipeline = self.pipeline(device, &plan.expression)?;
        let mut parameters = vec![0; plan.expression.words()];
        plan.fixed_parameters(fused, &mut parameters);
        let mut start = 0;
        while start < target.len {
            let end = plan.longest_chunk(device, start)?;
            plan.dispatch(device, &pipeline, fused, target, start..end, &mut parameters)?;
            start = end;
        }
        Ok(())
    }

    /// The text of the kernel for `fused` into a fresh buffer.
    pub fn text(device: &Device, fused: &Fused) -> Result<String> {
        let len = fused.reads.first().map_or(1, |read| read.layout.len());
        let buffer = Buffer::new(device, 0)?;
        let plan = Plan::new(fused, &Target::fresh(&buffer, len));
        Ok(kernels::write(&plan.expression)?.wgsl)
    }

    fn pipeline(&mut self, device: &Device, expression: &Expression) -> Result<Arc<Pipeline>> {
        if let Some(known) = self.0.get(device).and_then(|kernels| kernels.get(expression)) {
            return Ok(Arc::clone(known));
        }
        let kernel = kernels::write(expression)?;
        let program = Program {
            label: &kernel.label,
            wgsl: &kernel.wgsl,
            reads: kernel.reads,
            strict: true,
        };
        let pipeline = device.compile(program)?;
        self.0
            .entry(device.clone())
            .or_default()
            .insert(expression.clone(), Arc::clone(&pipeline));
        Ok(pipeline)
    }
}

/// A kernel and how it reaches its arrays: the reads, then the target.
struct Plan<'a> {
    expression: Expression,
    /// Each array with the layout that its positions are computed from and the bytes of an element.
    arrays: Vec<Reach<'a>>,
    len: usize,
}

struct Reach<'a> {
    buffer: &'a Buffer,
    layout: Layout,
    access: Access,
    size: usize,
}

impl<'a> Plan<'a> {
    fn new(fused: &'a Fused, target: &Target<'a>) -> Self {
        let written = fused.steps.last().map_or(DType::Bool, |&(_, dtype)| dtype);
        let contiguous = Layout::contiguous(&[target.len]);
        let mut arrays: Vec<Reach<'a>> = fused
            .reads
            .iter()
            .map(|read| {
                let access = access(&read.layout);
                Reach {
                    buffer: &read.buffer,
                    layout: read.layout.clone(),
                    access,
                    size: read.dtype.size(),
                }
            })
            .collect();
        arrays.push(Reach {
            buffer: target.buffer,
            layout: target.view.clone().unwrap_or_else(|| contiguous.clone()),
            access: if target.view.is_some() {
                Access::Strided
            } else {
                Access::Contiguous
            },
            size: written.size(),
        });
        // Positions in C order are all that contiguous arrays need; the others share one set of coordinates.
        let strided: Vec<Layout> = arrays
            .iter()
            .filter(|a| a.access == Access::Strided)
            .map(|a| a.layout.clone())
            .collect();
        let mut collapsed = strided.split_first().map_or_else(Vec::new, |(first, rest)| {
            let (first, rest) = first.collapsed_with(rest);
            std::iter::once(first).chain(rest).collect()
        });
        if collapsed.first().is_some_and(|layout| layout.ndim() == 0) {
            // One element: a coordinate that is always 0.
            for layout in &mut collapsed {
                *layout = Layout {
                    offset: layout.offset,
                    ..Layout::contiguous(&[1])
                };
            }
        }
        let rank = collapsed.first().map_or(0, Layout::ndim);
        let mut collapsed = collapsed.into_iter();
        for array in &mut arrays {
            array.layout = match array.access {
                Access::Strided => collapsed.next().unwrap_or_else(|| array.layout.clone()),
                Access::Contiguous => Layout {
                    offset: array.layout.offset,
                    ..contiguous.clone()
                },
                Access::Splat => Layout {
                    offset: array.layout.offset,
                    ..Layout::contiguous(&[1])
                },
            };
        }
        let operands = fused.reads.iter().zip(&arrays).map(|(r, a)| Operand {
            dtype: r.dtype,
            access: a.access,
        });
        let expression = Expression {
            operands: operands.collect(),
            steps: fused.steps.clone(),
            scalars: fused.scalars.len(),
            rank,
            store: arrays.last().map_or(Access::Contiguous, |array| array.access),
        };
        Self {
            expression,
            arrays,
            len: target.len,
        }
    }

    /// Scalars, shape and strides: the same in every dispatch.
    fn fixed_parameters(&self, fused: &Fused, parameters: &mut [u32]) {
        for (number, bits) in fused.scalars.iter().enumerate() {
            parameters[self.expression.scalar(number)..][..4].copy_from_slice(bits);
        }
        for (number, array) in self
            .arrays
            .iter()
            .enumerate()
            .filter(|(_, array)| array.access == Access::Strided)
        {
            for axis in 0..self.expression.rank {
                parameters[self.expression.shape(axis)] = low(array.layout.shape[axis]);
                parameters[self.expression.stride(number, axis)] =
                    low(array.layout.strides[axis].cast_unsigned());
            }
        }
    }

    /// The end of the longest run of elements from `start` on that one dispatch can reach: no binding too long.
    fn longest_chunk(&self, device: &Device, start: usize) -> Result<usize> {
        let mut end = self.len.min(start + (1 << 31));
        loop {
            let fits = self.arrays.iter().all(|array| {
                let (_, nbytes) = array.window(device, start..end);
                nbytes <= device.limits().binding
            });
            if fits {
                break;
            }
            if end - start <= GROUP_ELEMENTS {
                let reason = format!(
                    "{GROUP_ELEMENTS} neighbouring elements of the result lie farther apart than the {} bytes that a kernel \
                     reaches on {device}; copy the operand first: x.copy()",
                    device.limits().binding
                );
                return Err(Error::Value {
                    op: "evaluate",
                    reason,
                });
            }
            end = start + ((end - start) / 2).next_multiple_of(GROUP_ELEMENTS);
        }
        if self.expression.rank > 0 && u32::try_from(end).is_err() {
            let reason =
                "an array of more than 2**32 elements was indexed by strides; copy it first: x.copy()";
            return Err(Error::Value {
                op: "evaluate",
                reason: reason.into(),
            });
        }
        Ok(end)
    }

    fn dispatch(
        &self,
        device: &Device,
        pipeline: &Pipeline,
        fused: &Fused,
        target: &Target<'_>,
        range: Range<usize>,
        parameters: &mut [u32],
    ) -> Result<()> {
        let len = range.len();
        let groups = len.div_ceil(GROUP_ELEMENTS);
        let rows = groups.div_ceil(device.limits().workgroups as usize);
        let row = groups.div_ceil(rows);
        parameters[Expression::LAST] = low(groups - 1);
        parameters[Expression::ROW] = low(row);
        parameters[Expression::LEN] = low(len);
        parameters[Expression::START] = low(range.start);
        let mut bindings = smallvec::SmallVec::<[Binding<'_>; 8]>::new();
        for (number, array) in self.arrays.iter().enumerate() {
            let (offset, nbytes) = array.window(device, range.clone());
            let base = usize::try_from(offset).unwrap_or(usize::MAX) / array.size;
            parameters[self.expression.offset(number)] = low(match array.access {
                Access::Contiguous => (array.layout.offset + range.start - base) / LANES,
                Access::Splat | Access::Strided => array.layout.offset.wrapping_sub(base),
            });
            let buffer = if number < fused.reads.len() {
                array.buffer
            } else {
                target.buffer
            };
            bindings.push(Binding {
                buffer,
                offset,
                nbytes,
            });
        }
        let (write, reads) = bindings
            .split_last()
            .ok_or_else(|| device.error("a kernel that writes nothing"))?;
        device
            .recorder()
            .dispatch(device, pipeline, reads, *write, parameters, (low(row), low(rows)))
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
        (
            offset,
            (last - offset + GRAIN)
                .next_multiple_of(GRAIN)
                .min(whole - offset),
        )
    }
}

fn access(layout: &Layout) -> Access {
    let steps = layout
        .shape
        .iter()
        .zip(&layout.strides)
        .any(|(&size, &stride)| size > 1 && stride != 0);
    if !steps {
        Access::Splat
    } else if layout.is_contiguous() && layout.offset.is_multiple_of(LANES) {
        Access::Contiguous
    } else {
        Access::Strided
    }
}

/// The low 32 bits: kernels compute positions modulo 2**32, within windows that are shorter.
#[expect(clippy::cast_possible_truncation, reason = "that is the point")]
const fn low(number: usize) -> u32 {
    number as u32
}
