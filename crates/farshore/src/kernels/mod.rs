//! The kernel writer: from an [`Expression`](crate::kernel::Expression) or a [`Reduction`](crate::kernel::Reduction) to WGSL.
//! Plain data in, text out.

mod cast;
mod elementwise;
mod matmul;
mod position;
mod reduce;
mod row_position;
mod rows;
mod scan;
mod sort;
mod steps;
mod storage;

pub use elementwise::write;
pub use matmul::write as write_matmul;
pub use reduce::write as write_reduction;
pub use rows::write as write_rows;
pub use scan::{ScanPass, write as write_scan};
pub use sort::{RUN, SortStep};
