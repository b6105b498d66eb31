//! What waits and what shares a kernel: nodes, the fusing of their operations, their evaluation, writes in place.

mod assign;
mod call;
mod compact;
mod dispatch;
mod evaluate;
mod explain;
mod fuse;
mod gather;
mod grid;
mod matmul;
mod node;
mod plan;
mod program;
mod record;
mod reduce;
mod row_form;
mod row_search;
mod rows;
mod scan;
mod sort;

pub use assign::{assign, prepare_write};
pub use compact::Counted;
pub use evaluate::{evaluate, explain};
pub use explain::{ExplainedArray, ExplainedKernel, Explanation};
pub use gather::{gather, scatter};
pub use matmul::matmul;
pub use node::{Function, Node, Operand, Operation};
pub use program::{Launch, Part, launch};
pub use record::{record, record_reduction};
pub use reduce::reduce;
pub use row_form::reduces_later;
pub use scan::scan;
pub use sort::sort;
