//! The verbs, one file per chapter of the array API standard.

pub mod apply;
pub mod compare;
pub mod composed;
pub mod creation;
pub mod indexing;
pub mod reductions;
pub mod scalar;
pub mod ufuncs;
