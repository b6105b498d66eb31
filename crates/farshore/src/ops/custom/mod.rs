//! Kernels that users write: elementwise functions that fuse as the table's rows do, and reductions.

mod elementwise;
mod function;
mod reduction;
mod signature;

pub use elementwise::ElementwiseKernel;
pub use reduction::ReductionKernel;
