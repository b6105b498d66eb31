//! Recording: an operation becomes a pending node, and chains stay short enough for one kernel.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use smallvec::smallvec;

use crate::device::Device;
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::evaluate::evaluate;
use crate::graph::node::{Cost, Function, Node, Operand, Operation};
use crate::layout::Layout;

/// Compilers choke on long kernels, and a chain this long no longer waits for memory.
const STEPS: usize = 64;
/// Arrays one kernel reads: with the one it writes and its parameters, within what every device allows.
const READS: usize = 6;

/// Nodes that may wait one behind the other: evaluating and dropping them recurses.
const DEPTH: usize = 64;

/// Records an operation. Nothing runs, unless the chain behind it has grown too long for one kernel, or too deep: then
/// its longest input is evaluated.
///
/// # Errors
/// Those of evaluating that input.
pub fn record(device: &Device, dtype: DType, shape: &[usize], operation: Operation) -> Result<Arc<Node>> {
    loop {
        let reduces = matches!(operation.function, Function::Reduce(..));
        let mut cost = Cost { steps: 1, reduces, ..Cost::default() };
        operation.operands.iter().for_each(|operand| operand.add_cost(&mut cost));
        let pending = operation.operands.iter().filter_map(Operand::node).filter(|node| node.is_pending());
        let deepest = pending.max_by_key(|node| node.cost.depth).filter(|_| cost.depth > DEPTH);
        let fusable = operation.operands.iter().filter_map(Operand::fusable);
        let long = cost.steps > STEPS || cost.reads.len() > READS;
        let longest = fusable.max_by_key(|node| node.cost.steps).filter(|_| long);
        match deepest.or(longest) {
            Some(input) => drop(evaluate(input)?),
            None => return Ok(Node::pending(device, dtype, shape, operation, cost)),
        }
    }
}

/// Reductions that wait for what is computed with them. Each keeps what it reads from being freed, so only the latest do.
static WAITING: Mutex<VecDeque<Weak<Node>>> = Mutex::new(VecDeque::new());
const WAITING_AT_MOST: usize = 4;

/// Records a reduction, or a copy of its results where the same one waits; an earlier one may run.
///
/// # Errors
/// As [`record`].
pub fn record_reduction(
    device: &Device,
    dtype: DType,
    shape: &[usize],
    operation: Operation,
) -> Result<Arc<Node>> {
    let same = |node: &Arc<Node>| {
        node.dtype == dtype
            && node.is_of_this_capture()
            && node.shape[..] == *shape
            && node.operation().is_some_and(|waiting| waiting.is_same_reduction(&operation))
    };
    let waiting: Vec<_> = WAITING.lock().unwrap_or_else(PoisonError::into_inner).clone().into();
    let known = waiting.iter().filter_map(Weak::upgrade).find(same);
    if let Some(known) = known {
        // A copy, since either may be written to.
        let operand = Operand::Array(known, Layout::contiguous(shape));
        let operation = Operation { function: Function::Copy, operands: smallvec![operand] };
        return record(device, dtype, shape, operation);
    }
    let node = record(device, dtype, shape, operation)?;
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.retain(|node| node.upgrade().is_some_and(|node| node.is_pending()));
    waiting.push_back(Arc::downgrade(&node));
    let oldest = if waiting.len() > WAITING_AT_MOST { waiting.pop_front() } else { None };
    drop(waiting);
    if let Some(oldest) = oldest.and_then(|node| node.upgrade()) {
        // Who needs it will see why it could not run.
        drop(evaluate(&oldest));
    }
    Ok(node)
}
