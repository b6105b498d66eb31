//! Reductions of rows, computed in one kernel with what they are reduced from and what is computed with them.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::device::{Binding, Buffer, Device};
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::call::whole;
use crate::graph::dispatch::Kernels;
use crate::graph::fuse::{Fused, Read, RowValue, is_shared};
use crate::graph::node::{Function, Node, Operand, Operation};
use crate::graph::plan::{long_words, low};
use crate::graph::reduce::stride;
use crate::kernel::{Access, LANES, Operand as Reached, RowTotal, Rows};
use crate::kernels;
use crate::layout::{Layout, Shape};

/// Steps of one kernel: compilers choke on more.
const STEPS: usize = 128;
/// Reductions in one kernel.
const TOTALS: usize = 4;
/// From as many rows on, a software device gives each to one invocation.
const MANY: usize = 64;
/// Invocations that other devices give to a row, if it has as many blocks.
const TEAM: usize = 64;
/// Lanes of a software device's vectors: workgroups of more would walk through every row once for each vector.
const VECTOR: usize = 8;

/// A kernel of rows, and what it reads and writes.
pub(super) struct RowPlan {
    pub rows: Rows,
    pub fused: Fused,
    /// The nodes of the reductions.
    pub totals: Vec<Arc<Node>>,
    parameters: Vec<u32>,
    groups: usize,
}

impl RowPlan {
    /// The plan for `node`, whose operation this is: a reduction, or elements that are computed with some. None where
    /// there are none, or where some array's rows do not lie as whole blocks. `ready` gives the bytes of a node that has
    /// to be read from memory.
    pub fn new(
        node: &Arc<Node>,
        operation: &Operation,
        ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
    ) -> Result<Option<Self>> {
        if !node.cost.reduces {
            return Ok(None);
        }
        let reduces = matches!(operation.function, Function::Reduce(..));
        let shape = match &operation.operands[..] {
            [Operand::Array(_, layout)] if reduces => layout.shape.clone(),
            _ => node.shape.clone(),
        };
        let Some((&length, outer)) = shape.split_last() else { return Ok(None) };
        let rows = outer.iter().product::<usize>();
        if rows == 0 || length < LANES || !length.is_multiple_of(LANES) {
            return Ok(None);
        }
        let mut search = Search { shape: &shape, totals: Vec::new(), fused: Fused::default() };
        search.operands(operation);
        if reduces {
            search.totals.push((Arc::clone(node), operation.clone()));
        }
        let Search { totals, mut fused, .. } = search;
        if totals.is_empty() || totals.len() > TOTALS {
            return Ok(None);
        }
        let mut reductions = Vec::new();
        let mut neutrals = Vec::new();
        for (node, operation) in &totals {
            let Function::Reduce(combine, neutral) = operation.function else { return Ok(None) };
            neutrals.push(neutral);
            reductions.push(RowTotal { steps: fused.stage(operation, node.dtype, ready)?, combine });
        }
        let steps = if reduces { Vec::new() } else { fused.stage(operation, node.dtype, ready)? };
        let device = &node.device;
        let writes = totals.len() + usize::from(!reduces);
        let all = reductions.iter().map(|total| total.steps.len()).sum::<usize>() + steps.len();
        let fits = |read: &Read| read.buffer.capacity() <= device.limits().binding;
        let reached = |read| reached(read, length);
        let (Some(operands), true, true, true) = (
            fused.reads.iter().map(reached).collect::<Option<SmallVec<[(Reached, isize); 4]>>>(),
            all <= STEPS,
            fused.reads.len() + writes <= device.limits().bindings,
            fused.reads.iter().all(fits),
        ) else {
            return Ok(None);
        };
        let blocks = length / LANES;
        let (team, workgroup) = match device.is_software() {
            true if rows >= MANY => (1, VECTOR),
            true => (VECTOR.min(1 << blocks.ilog2()), VECTOR),
            false => (TEAM.min(1 << blocks.ilog2()), TEAM),
        };
        let mut rows = Rows {
            operands: operands.iter().map(|&(operand, _)| operand).collect(),
            totals: reductions,
            steps,
            scalars: fused.scalars.len(),
            team,
            workgroup,
            paired: blocks.is_multiple_of(2 * team),
            long_words: long_words(device),
            packs_float16: false,
        };
        let float16 = rows.stages().flatten().any(|&(_, dtype)| dtype == DType::Float16);
        rows.packs_float16 = float16 && device.capabilities().is_ok_and(|found| found.exact_float16);
        let number = outer.iter().product::<usize>();
        let groups = number.div_ceil(workgroup / team);
        let mut parameters = vec![0; rows.words()];
        parameters[Rows::ROWS] = low(number);
        parameters[Rows::BLOCKS] = low(blocks);
        for (number, bits) in fused.scalars.iter().chain(&neutrals).enumerate() {
            parameters[rows.scalar(number)..][..4].copy_from_slice(bits);
        }
        for (number, (read, (_, stride))) in fused.reads.iter().zip(&operands).enumerate() {
            let words = [low(read.layout.offset), low(stride.cast_unsigned())];
            parameters[rows.offset(number)..][..2].copy_from_slice(&words);
        }
        let totals = totals.into_iter().map(|(node, _)| node).collect();
        Ok(Some(Self { rows, fused, totals, parameters, groups }))
    }

    /// Records the dispatch. Gives the elements' bytes, if any are stored; the reductions' nodes are ready.
    pub fn run(mut self, kernels: &mut Kernels, node: &Arc<Node>) -> Result<Option<Arc<Buffer>>> {
        let device = &node.device;
        let bytes = |node: &Arc<Node>| Buffer::new(device, (node.elements() * node.dtype.size()) as u64);
        let elements = if self.rows.steps.is_empty() { None } else { Some(Arc::new(bytes(node)?)) };
        let totals = self.totals.iter().map(|node| bytes(node).map(Arc::new)).collect::<Result<Vec<_>>>()?;
        let pipeline = kernels.rows.pipeline(device, &self.rows, kernels::write_rows)?;
        let read: SmallVec<[&Buffer; 8]> = self.fused.reads.iter().map(|read| &*read.buffer).collect();
        let lines = self.groups.div_ceil(device.limits().workgroups as usize);
        let line = self.groups.div_ceil(lines);
        self.parameters[..2].copy_from_slice(&[low(self.groups - 1), low(line)]);
        let mut recorder = device.recorder_unless_held(&read).map_err(|held| {
            held.set_busy();
            device.error("the host is reading an array that a kernel needs")
        })?;
        let reads: SmallVec<[_; 8]> = self.fused.reads.iter().map(used).collect();
        let writes: Vec<_> = elements.iter().chain(&totals).map(|buffer| whole(buffer)).collect();
        let size = (low(line), low(lines));
        recorder.dispatch(device, &pipeline, &reads, &writes, &self.parameters, size)?;
        drop((recorder, writes));
        for (node, buffer) in self.totals.iter().zip(&totals) {
            node.make_ready(Arc::clone(buffer));
        }
        Ok(elements)
    }
}

/// All of a buffer, of which the elements of `read` are used.
fn used(read: &Read) -> Binding<'_> {
    whole(&read.buffer).with_use_for(read.distinct() * read.dtype.size(), (1, 1))
}

/// What a kernel computes besides elements: reductions of rows, in the order of their needs.
struct Search<'a> {
    shape: &'a Shape,
    totals: Vec<(Arc<Node>, Operation)>,
    fused: Fused,
}

impl Search<'_> {
    /// Whether `operand` needs a reduction, which is found then.
    fn operand(&mut self, operand: &Operand) -> bool {
        let Operand::Array(node, layout) = operand else { return false };
        if layout.repeats_rows() {
            return self.row(node);
        }
        let operation = operand.fusable().and_then(|node| node.operation());
        let Some(operation) = operation.filter(|operation| !is_shared(node, operation)) else { return false };
        self.operands(&operation)
    }

    /// Whether some operand needs one.
    fn operands(&mut self, operation: &Operation) -> bool {
        let needs: Vec<bool> = operation.operands.iter().map(|operand| self.operand(operand)).collect();
        needs.contains(&true)
    }

    /// The same of a node with one element for each row.
    fn row(&mut self, node: &Arc<Node>) -> bool {
        if self.fused.rows.contains_key(&Arc::as_ptr(node)) {
            return true;
        }
        let operation = node.operation().filter(|_| node.is_of_this_capture());
        let Some(operation) = operation else { return false };
        let value = if matches!(operation.function, Function::Reduce(..)) {
            let [operand @ Operand::Array(_, layout)] = &operation.operands[..] else { return false };
            if layout.shape != *self.shape {
                return false;
            }
            self.operand(operand);
            self.totals.push((Arc::clone(node), operation));
            RowValue::Total(self.totals.len() - 1)
        } else {
            let operands = operation.operands.iter().map(|operand| along_rows(operand, self.shape));
            let Some(operands) = operands.collect::<Option<SmallVec<_>>>() else { return false };
            let operation = Operation { function: operation.function, operands };
            if !self.operands(&operation) {
                return false;
            }
            RowValue::Computed(Box::new(operation))
        };
        self.fused.rows.insert(Arc::as_ptr(node), value);
        true
    }
}

/// An operand with one element for each row, repeated along rows; None where it is not in C order.
fn along_rows(operand: &Operand, shape: &[usize]) -> Option<Operand> {
    let Operand::Array(node, layout) = operand else { return Some(operand.clone()) };
    let plain = layout.offset == 0 && layout.is_contiguous() && node.elements() == layout.len();
    plain.then(|| Operand::Array(Arc::clone(node), Layout::of_rows(shape)))
}

/// How an array's elements are found, and how far apart its rows are; None where they are not whole blocks.
fn reached(read: &Read, length: usize) -> Option<(Reached, isize)> {
    let last = read.layout.ndim() - 1;
    if read.layout.shape[last] != length || read.gathered.is_some() {
        return None;
    }
    let outer: SmallVec<[usize; 4]> = (0..last).collect();
    let stride = stride(&read.layout, &outer)?;
    let blocks = stride.unsigned_abs().is_multiple_of(LANES) && read.layout.offset.is_multiple_of(LANES);
    let access = match read.layout.strides[last] {
        0 => Access::RowSplat,
        1 if blocks => Access::Row,
        _ => return None,
    };
    Some((Reached { dtype: read.dtype, access }, stride))
}

/// Whether reductions along the last axis of arrays of `shape`, whose elements have up to `size` bytes, are best left until
/// something is computed with them.
#[must_use]
pub fn reduces_later(device: &Device, shape: &[usize], size: usize) -> bool {
    /// Shorter rows leave lanes without work, and of longer ones a part is added to too many others.
    const LENGTHS: std::ops::RangeInclusive<usize> = 64..=1 << 15;
    const FEW: usize = 16;
    let Some((length, outer)) = shape.split_last() else { return false };
    let rows: usize = outer.iter().product();
    LENGTHS.contains(length)
        && length.is_multiple_of(LANES)
        && rows >= FEW
        && (rows * length * size) as u64 <= device.limits().binding
}
