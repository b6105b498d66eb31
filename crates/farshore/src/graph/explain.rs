//! What an evaluation would run, without running it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::device::Buffer;
use crate::dtype::DType;
use crate::error::{Result, shape as show};
use crate::graph::dispatch::{Kernels, Target};
use crate::graph::evaluate::fuse;
use crate::graph::fuse::{Fused, Read};
use crate::graph::node::{Function, Node, Operand};
use crate::graph::reduce::{passes, reduced, values, values_of_copy};
use crate::graph::rows::RowPlan;
use crate::kernel::{Access, Operand as Reached};
use crate::kernels;
use crate::layout::Shape;
use crate::ufunc::Ufunc;

/// The kernels that an evaluation would run, in their order.
///
/// ```
/// # use farshore::{Array, Device};
/// let x = Array::from_slice(&Device::best()?, &[1.0_f32, 4.0, 9.0], &[3])?;
/// let y = x.sqrt()?.add(1.0)?;
/// let plan = y.explain()?;
/// assert_eq!(plan.kernels.len(), 1);
/// assert_eq!((plan.kernels[0].bytes_read(), plan.kernels[0].bytes_written()), (12, 12));
/// assert!(y.is_pending());
/// println!("{plan}");
/// # Ok::<(), farshore::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The kernels.
    pub kernels: Vec<ExplainedKernel>,
}

/// One kernel of an [`Explanation`].
#[derive(Clone, Debug)]
pub struct ExplainedKernel {
    /// The functions that it applies, in their order.
    pub functions: Vec<&'static str>,
    /// The arrays that it reads.
    pub reads: Vec<ExplainedArray>,
    /// The arrays that it writes.
    pub writes: Vec<ExplainedArray>,
    /// Its text.
    pub wgsl: String,
}

/// An array that a kernel reads or writes.
#[derive(Clone, Debug)]
pub struct ExplainedArray {
    /// Its shape: that of the result, to which it is broadcast.
    pub shape: Shape,
    /// Its dtype.
    pub dtype: DType,
    /// How its elements are found.
    pub access: Access,
    /// Its elements that differ: those that are broadcast count once.
    pub elements: usize,
    /// The number of the kernel that computes it; None for an array that is there.
    pub computed_by: Option<usize>,
}

impl ExplainedArray {
    /// Bytes of the elements.
    #[must_use]
    pub const fn nbytes(&self) -> usize {
        self.elements * self.dtype.size()
    }
}

impl ExplainedKernel {
    /// Bytes of all that it reads.
    #[must_use]
    pub fn bytes_read(&self) -> usize {
        self.reads.iter().map(ExplainedArray::nbytes).sum()
    }

    /// Bytes of all that it writes.
    #[must_use]
    pub fn bytes_written(&self) -> usize {
        self.writes.iter().map(ExplainedArray::nbytes).sum()
    }
}

/// A node that would be ready then.
struct Planned {
    /// Kept, so that no other gets its address.
    _node: Arc<Node>,
    buffer: Arc<Buffer>,
    kernel: usize,
}

/// A plan in the making: what stands for the bytes of nodes that are not computed, and which kernel would do so.
#[derive(Default)]
pub(super) struct Draft {
    explanation: Explanation,
    planned: HashMap<*const Node, Planned>,
}

impl Draft {
    pub fn done(self) -> Explanation {
        self.explanation
    }

    /// Adds the kernels that `node` needs; gives what stands for its bytes.
    pub fn node(&mut self, node: &Arc<Node>) -> Result<Arc<Buffer>> {
        if let Some(planned) = self.planned.get(&Arc::as_ptr(node)) {
            return Ok(Arc::clone(&planned.buffer));
        }
        let Some(operation) = node.operation() else {
            return node.buffer().ok_or_else(|| node.device.error("a node is neither pending nor ready"));
        };
        if let Some(plan) = RowPlan::new(node, &operation, &mut |input| self.node(input))? {
            return self.rows(node, &plan);
        }
        if let Function::Reduce(combine, neutral) = operation.function {
            return self.reduction(node, &operation.operands[0], (combine, node.dtype, neutral));
        }
        let fused = fuse(node, &operation, &mut |input| self.node(input))?;
        let len =
            node.elements() * node.dtype.size() / fused.steps.last().map_or(1, |(_, dtype)| dtype.size());
        let buffer = Arc::new(Buffer::new(&node.device, 0)?);
        let (expression, wgsl) = Kernels::text(&node.device, &fused, &Target::fresh(&buffer, len))?;
        let kernel = ExplainedKernel {
            functions: expression.functions(),
            reads: self.reads(&fused, &expression.operands),
            writes: vec![written(&node.shape, node.dtype, expression.store)],
            wgsl,
        };
        if node.elements() > 0 {
            self.explanation.kernels.push(kernel);
        }
        Ok(self.plan(node, buffer))
    }

    /// Adds a kernel of rows.
    fn rows(&mut self, node: &Arc<Node>, plan: &RowPlan) -> Result<Arc<Buffer>> {
        let stored = (!plan.rows.steps.is_empty()).then_some((node, plan.rows.store));
        let of = |(node, access): (&Arc<Node>, Access)| written(&node.shape, node.dtype, access);
        let totals = plan.totals.iter().map(|total| (total, Access::RowSplat));
        self.explanation.kernels.push(ExplainedKernel {
            functions: plan.rows.functions(),
            reads: self.reads(&plan.fused, &plan.rows.operands),
            writes: stored.into_iter().chain(totals).map(of).collect(),
            wgsl: kernels::write_rows(&plan.rows)?.wgsl,
        });
        for total in &plan.totals {
            self.plan(total, Arc::new(Buffer::new(&node.device, 0)?));
        }
        match self.planned.get(&Arc::as_ptr(node)) {
            Some(planned) => Ok(Arc::clone(&planned.buffer)),
            None => Ok(self.plan(node, Arc::new(Buffer::new(&node.device, 0)?))),
        }
    }

    /// Adds the kernels of a reduction that shares none with another.
    fn reduction(
        &mut self,
        node: &Arc<Node>,
        source: &Operand,
        how: (&'static Ufunc, DType, [u32; 4]),
    ) -> Result<Arc<Buffer>> {
        let device = &node.device;
        let Operand::Array(_, layout) = source else { return Err(device.error("a reduction of a scalar")) };
        let reduced: Vec<usize> = reduced(&layout.shape, &node.shape).collect();
        let mut fused = values(source, node.dtype, &mut |input| self.node(input))?;
        loop {
            let axes = (&layout.shape[..], &reduced[..]);
            let buffer = passes(device, fused, axes, how, &mut |pass, fused| {
                let reduction = &pass.reduction;
                self.explanation.kernels.push(ExplainedKernel {
                    functions: reduction.functions(),
                    reads: self.reads(fused, &reduction.operands),
                    writes: vec![written(&[pass.len()], node.dtype, Access::Contiguous)],
                    wgsl: kernels::write_reduction(reduction)?.wgsl,
                });
                Buffer::new(device, 0).map(Some)
            })?;
            match buffer {
                Some(buffer) => return Ok(self.plan(node, Arc::new(buffer))),
                None => fused = values_of_copy(source, node.dtype, &mut |input| self.node(input))?,
            }
        }
    }

    fn reads(&self, fused: &Fused, operands: &[Reached]) -> Vec<ExplainedArray> {
        let computed_by = |buffer: &Arc<Buffer>| {
            self.planned
                .values()
                .find(|planned| Arc::ptr_eq(&planned.buffer, buffer))
                .map(|planned| planned.kernel)
        };
        let read = |(read, operand): (&Read, &Reached)| ExplainedArray {
            shape: read.layout.shape.clone(),
            dtype: read.dtype,
            access: operand.access,
            elements: read.distinct(),
            computed_by: computed_by(&read.buffer),
        };
        fused.reads.iter().zip(operands).map(read).collect()
    }

    /// Notes that the latest kernel computes `node`, whose bytes `buffer` stands for.
    fn plan(&mut self, node: &Arc<Node>, buffer: Arc<Buffer>) -> Arc<Buffer> {
        let kernel = self.explanation.kernels.len().saturating_sub(1);
        let planned = Planned { _node: Arc::clone(node), buffer: Arc::clone(&buffer), kernel };
        self.planned.insert(Arc::as_ptr(node), planned);
        buffer
    }
}

fn written(shape: &[usize], dtype: DType, access: Access) -> ExplainedArray {
    let elements = shape.iter().product();
    ExplainedArray { shape: shape.into(), dtype, access, elements, computed_by: None }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kernels.is_empty() {
            return writeln!(f, "no kernels: everything is computed");
        }
        for (number, kernel) in self.kernels.iter().enumerate() {
            let functions =
                if kernel.functions.is_empty() { "copy".into() } else { kernel.functions.join(" ") };
            writeln!(f, "kernel {}: {functions}", number + 1)?;
            for read in &kernel.reads {
                let from =
                    read.computed_by.map_or_else(String::new, |kernel| format!(" of kernel {}", kernel + 1));
                writeln!(f, "  reads  {read}{from}")?;
            }
            for write in &kernel.writes {
                writeln!(f, "  writes {write}")?;
            }
        }
        let (read, written) = (
            self.kernels.iter().map(ExplainedKernel::bytes_read).sum::<usize>(),
            self.kernels.iter().map(ExplainedKernel::bytes_written).sum::<usize>(),
        );
        let kernels = if self.kernels.len() == 1 { "kernel" } else { "kernels" };
        writeln!(f, "{} {kernels}: {read} bytes read, {written} bytes written", self.kernels.len())
    }
}

impl fmt::Display for ExplainedArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.access {
            Access::Contiguous => "in order",
            Access::Splat => "one element",
            Access::Row => "by whole rows",
            Access::RowSplat => "one element a row",
            Access::Strided => "by strides",
        };
        write!(f, "{} {}, {} bytes, {how}", self.dtype, show(&self.shape), self.nbytes())
    }
}
