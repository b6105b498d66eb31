//! Recording: an operation becomes a pending node, and chains stay short enough for one kernel.

use std::sync::Arc;

use crate::device::Device;
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::evaluate::evaluate;
use crate::graph::node::{Cost, Node, Operand, Operation};

/// Compilers choke on long kernels, and a chain this long no longer waits for memory.
const STEPS: usize = 64;
/// Arrays one kernel reads: with the one it writes and its parameters, within what every device allows.
const READS: usize = 6;

/// Records an operation. Nothing runs, unless the chain behind it has grown too long for one kernel: then its longest
/// input is evaluated.
///
/// # Errors
/// Those of evaluating that input.
pub fn record(device: &Device, dtype: DType, shape: &[usize], operation: Operation) -> Result<Arc<Node>> {
    loop {
        let mut cost = Cost { steps: 1, ..Cost::default() };
        operation.operands.iter().for_each(|operand| operand.add_cost(&mut cost));
        let inputs = operation.operands.iter().filter_map(Operand::fusable);
        match inputs.max_by_key(|node| node.cost.steps) {
            Some(longest) if cost.steps > STEPS || cost.reads.len() > READS => drop(evaluate(longest)?),
            _ => return Ok(Node::pending(device, dtype, shape, operation, cost)),
        }
    }
}
