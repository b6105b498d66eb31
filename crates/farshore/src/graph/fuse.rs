//! From a pending node to one fused expression: the operations that a single kernel computes, and what it reads.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::device::Buffer;
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::node::{Function, Node, Operand, Operation};
use crate::kernel::{Scatter, Step, Within};
use crate::layout::Layout;

/// A fused computation with the arrays it reads.
#[derive(Clone, Default)]
pub struct Fused {
    pub steps: Vec<(Step, DType)>,
    pub scalars: Vec<[u32; 4]>,
    pub reads: Vec<Read>,
    /// Where the values go, if not in order.
    pub scatter: Option<Scatter>,
    inlined: HashMap<*const Node, usize>,
    /// Nodes with one element for each row that are computed along with the rows.
    pub(super) rows: HashMap<*const Node, RowValue>,
    /// The axes that rows lie along.
    pub(super) along: Range<usize>,
}

/// The value of a node that has one element for each row.
#[derive(Clone)]
pub(super) enum RowValue {
    /// The row's reduction with this number.
    Total(usize),
    /// Computed from others, whose layouts repeat them along the row.
    Computed(Box<Operation>),
}

/// An array that a kernel reads, seen in the shape of its result.
#[derive(Clone)]
pub struct Read {
    pub buffer: Arc<Buffer>,
    pub layout: Layout,
    pub dtype: DType,
    /// The elements to bind, where those that are read lie as much further on as a step says.
    pub gathered: Option<Range<usize>>,
}

impl Read {
    /// Its elements that differ: those that are broadcast count once.
    pub fn distinct(&self) -> usize {
        let distinct = |(&size, &stride): (&usize, &isize)| if stride == 0 { 1 } else { size };
        self.layout.shape.iter().zip(&self.layout.strides).map(distinct).product()
    }
}

/// A node that other kernels need too is stored rather than computed again when it takes more steps than this.
const CHEAP: usize = 4;

impl Fused {
    /// Fuses `operation`, the one of a node of `dtype`. `ready` evaluates a node that has to be read from memory.
    pub fn new(
        operation: &Operation,
        dtype: DType,
        ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
    ) -> Result<Self> {
        let mut fused = Self::default();
        fused.operation(operation, dtype, ready)?;
        Ok(fused)
    }

    /// What rows along `along` need.
    pub(super) fn of_rows(along: Range<usize>) -> Self {
        Self { along, ..Self::default() }
    }

    fn operation(
        &mut self,
        operation: &Operation,
        dtype: DType,
        ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
    ) -> Result<usize> {
        let mut arguments = smallvec::SmallVec::new();
        for (number, operand) in operation.operands.iter().enumerate() {
            let value = self.operand(operand, ready)?;
            let wanted = match operation.function {
                Function::Ufunc(ufunc, computed) => ufunc.roles[number].dtype(computed),
                Function::Copy | Function::Reduce(..) => dtype,
            };
            arguments.push(self.cast(value, wanted));
        }
        match operation.function {
            Function::Ufunc(ufunc, computed) => {
                Ok(self.step(Step::Apply { ufunc, dtype: computed, arguments }, dtype))
            }
            Function::Copy | Function::Reduce(..) => Ok(arguments[0]),
        }
    }

    /// The value of `operand`, which is computed along where that is possible.
    pub fn operand(
        &mut self,
        operand: &Operand,
        ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
    ) -> Result<usize> {
        let (node, layout) = match operand {
            Operand::Scalar(dtype, bits) => return Ok(self.scalar(*dtype, *bits)),
            Operand::Array(node, layout) => (node, layout),
        };
        let as_it_is = layout.shape == node.shape && layout.offset == 0 && layout.is_contiguous();
        if let Some(&done) = self.inlined.get(&Arc::as_ptr(node)).filter(|_| as_it_is) {
            return Ok(done);
        }
        if let Some(row) = self.rows.get(&Arc::as_ptr(node)).filter(|_| layout.repeats(&self.along)) {
            return match row.clone() {
                RowValue::Total(number) => Ok(self.step(Step::Total(number), node.dtype)),
                RowValue::Computed(operation) => self.operation(&operation, node.dtype, ready),
            };
        }
        let operation = operand.fusable().and_then(|node| node.operation());
        if let Some(operation) = operation.filter(|operation| !is_shared(node, operation)) {
            let value = self.operation(&operation, node.dtype, ready)?;
            self.inlined.insert(Arc::as_ptr(node), value);
            return Ok(value);
        }
        let buffer = ready(node)?;
        Ok(self.read(buffer, layout, node.dtype))
    }

    pub fn scalar(&mut self, dtype: DType, bits: [u32; 4]) -> usize {
        self.scalars.push(bits);
        self.step(Step::Scalar(self.scalars.len() - 1), dtype)
    }

    /// The value of an array in memory; the same array is read once.
    pub fn read(&mut self, buffer: Arc<Buffer>, layout: &Layout, dtype: DType) -> usize {
        let same = |read: &Read| {
            Arc::ptr_eq(&read.buffer, &buffer)
                && read.layout == *layout
                && read.dtype == dtype
                && read.gathered.is_none()
        };
        if let Some(known) = self.reads.iter().position(same) {
            let step = self.steps.iter().position(|(step, _)| *step == Step::Load(known));
            return step.unwrap_or_else(|| self.step(Step::Load(known), dtype));
        }
        self.reads.push(Read { buffer, layout: layout.clone(), dtype, gathered: None });
        self.step(Step::Load(self.reads.len() - 1), dtype)
    }

    /// The elements of an array in memory that lie as much further on as the step `place` says. Only the elements `bound`
    /// are reached, whose number the step `within` says; None where they are all.
    pub fn gather(
        &mut self,
        (buffer, layout, dtype): (Arc<Buffer>, &Layout, DType),
        place: usize,
        bound: Range<usize>,
        within: Option<Within>,
    ) -> usize {
        self.reads.push(Read { buffer, layout: layout.clone(), dtype, gathered: Some(bound) });
        self.step(Step::Gather { operand: self.reads.len() - 1, place, within }, dtype)
    }

    /// Makes `value` the last step: the result.
    pub fn finish(&mut self, value: usize) {
        if value + 1 != self.steps.len() {
            self.step(Step::Cast(value), self.steps[value].1);
        }
    }

    pub fn cast(&mut self, value: usize, dtype: DType) -> usize {
        if self.steps[value].1 == dtype { value } else { self.step(Step::Cast(value), dtype) }
    }

    /// The steps so far, which end with the value of `operation`'s one operand, cast to `dtype`; the next ones start anew.
    pub(super) fn stage(
        &mut self,
        operation: &Operation,
        dtype: DType,
        ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
    ) -> Result<Vec<(Step, DType)>> {
        let value = self.operation(operation, dtype, ready)?;
        self.finish(value);
        self.inlined.clear();
        Ok(std::mem::take(&mut self.steps))
    }

    fn step(&mut self, step: Step, dtype: DType) -> usize {
        self.steps.push((step, dtype));
        self.steps.len() - 1
    }
}

/// Whether a node is stored, since others need it too.
pub(super) fn is_shared(node: &Node, operation: &Operation) -> bool {
    node.pending_readers().len() > 1 && operation_steps(operation) > CHEAP
}

/// How many operations would be computed again if this one were.
fn operation_steps(operation: &Operation) -> usize {
    let inputs = operation.operands.iter().filter_map(Operand::fusable);
    1 + inputs.filter_map(|node| node.operation()).map(|operation| operation_steps(&operation)).sum::<usize>()
}
