//! The kernel writer: from an [`Expression`](crate::kernel::Expression) to WGSL. Plain data in, text out.

mod cast;
mod elementwise;
mod position;
mod storage;

pub use elementwise::write;
