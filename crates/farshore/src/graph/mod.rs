//! What waits and what shares a kernel: nodes, the fusing of their operations, their evaluation, writes in place.

mod assign;
mod dispatch;
mod evaluate;
mod explain;
mod fuse;
mod grid;
mod node;
mod plan;
mod record;
mod reduce;

pub use assign::{assign, prepare_write};
pub use evaluate::{evaluate, explain};
pub use explain::{ExplainedArray, ExplainedKernel, Explanation};
pub use node::{Function, Node, Operand, Operation};
pub use record::record;
pub use reduce::reduce;
