//! The kernel writer: from an [`Expression`](crate::kernel::Expression) or a [`Reduction`](crate::kernel::Reduction) to WGSL.
//! Plain data in, text out.

mod cast;
mod elementwise;
mod position;
mod reduce;
mod steps;
mod storage;

pub use elementwise::write;
pub use reduce::write as write_reduction;
