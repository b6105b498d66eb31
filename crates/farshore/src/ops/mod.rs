//! The verbs, one file per chapter of the array API standard.

pub mod apply;
pub mod bounds;
mod chunks;
pub mod compare;
pub mod composed;
pub mod creation;
pub mod custom;
pub mod gathering;
pub mod indexing;
pub mod linear;
pub mod pipeline;
pub mod recording;
pub mod reductions;
pub mod scalar;
pub mod scans;
pub mod selection;
pub mod sharing;
mod softmax;
pub mod sorting;
pub mod ufuncs;
