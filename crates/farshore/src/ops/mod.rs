//! The verbs, one file per chapter of the array API standard.

pub mod creation;
pub mod indexing;
pub mod scalar;
pub mod ufuncs;
