//! What an evaluation would run, without running it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::device::Buffer;
use crate::dtype::DType;
use crate::error::{Result, shape as show};
use crate::graph::dispatch::{Kernels, Target};
use crate::graph::evaluate::fuse;
use crate::graph::node::Node;
use crate::kernel::Access;
use crate::layout::Shape;

/// The kernels that an evaluation would run, in their order.
///
/// ```
/// # use farshore::{Array, Device};
/// let x = Array::from_slice(&Device::best()?, &[1.0_f32, 4.0, 9.0], &[3])?;
/// let y = x.sqrt()?.add(1.0)?;
/// let plan = y.explain()?;
/// assert_eq!(plan.kernels.len(), 1);
/// assert_eq!((plan.kernels[0].bytes_read(), plan.kernels[0].write.nbytes()), (12, 12));
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
    /// The array that it writes.
    pub write: ExplainedArray,
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
}

/// A plan in the making: what stands for the bytes of nodes that are not computed, and which kernel would do so.
#[derive(Default)]
pub(super) struct Draft {
    explanation: Explanation,
    planned: HashMap<*const Node, (Arc<Buffer>, usize)>,
}

impl Draft {
    pub fn done(self) -> Explanation {
        self.explanation
    }

    /// Adds the kernels that `node` needs; gives what stands for its bytes.
    pub fn node(&mut self, node: &Arc<Node>) -> Result<Arc<Buffer>> {
        if let Some((buffer, _)) = self.planned.get(&Arc::as_ptr(node)) {
            return Ok(Arc::clone(buffer));
        }
        let Some(operation) = node.operation() else {
            return node.buffer().ok_or_else(|| node.device.error("a node is neither pending nor ready"));
        };
        let fused = fuse(node, &operation, &mut |input| self.node(input))?;
        let len =
            node.elements() * node.dtype.size() / fused.steps.last().map_or(1, |(_, dtype)| dtype.size());
        let buffer = Arc::new(Buffer::new(&node.device, 0)?);
        let (expression, wgsl) = Kernels::text(&node.device, &fused, &Target::fresh(&buffer, len))?;
        let computed_by = |buffer: &Arc<Buffer>| {
            self.planned.values().find(|(planned, _)| Arc::ptr_eq(planned, buffer)).map(|&(_, kernel)| kernel)
        };
        let reads = fused.reads.iter().zip(&expression.operands).map(|(read, operand)| {
            let distinct = |(&size, &stride): (&usize, &isize)| if stride == 0 { 1 } else { size };
            ExplainedArray {
                shape: read.layout.shape.clone(),
                dtype: read.dtype,
                access: operand.access,
                elements: read.layout.shape.iter().zip(&read.layout.strides).map(distinct).product(),
                computed_by: computed_by(&read.buffer),
            }
        });
        let kernel = ExplainedKernel {
            functions: expression.functions(),
            reads: reads.collect(),
            write: ExplainedArray {
                shape: node.shape.clone(),
                dtype: node.dtype,
                access: expression.store,
                elements: node.elements(),
                computed_by: None,
            },
            wgsl,
        };
        if node.elements() > 0 {
            self.explanation.kernels.push(kernel);
        }
        let number = self.explanation.kernels.len().saturating_sub(1);
        self.planned.insert(Arc::as_ptr(node), (Arc::clone(&buffer), number));
        Ok(buffer)
    }
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
            writeln!(f, "  writes {}", kernel.write)?;
        }
        let (read, written) = (
            self.kernels.iter().map(ExplainedKernel::bytes_read).sum::<usize>(),
            self.kernels.iter().map(|kernel| kernel.write.nbytes()).sum::<usize>(),
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
