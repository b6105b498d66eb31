//! Kernels that users write: elementwise functions that fuse as the table's rows do, reductions, whole programs.

mod accessors;
mod bindings;
mod declarations;
mod elementwise;
mod function;
mod raw;
mod reduction;
mod signature;

pub use elementwise::ElementwiseKernel;
pub use raw::RawKernel;
pub use reduction::ReductionKernel;
