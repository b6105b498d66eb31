//! Arrays with NumPy's meaning on any GPU, through Vulkan, Metal or DX12. Operations run on the device, fused; data
//! crosses to the host only when asked, and every crossing is counted.
//!
//! ```
//! use farshore::{Array, Device};
//!
//! let device = Device::best()?;
//! let x = Array::from_slice(&device, &[1.0_f32, 2.0, 3.0, 4.0], &[2, 2])?;
//! let y = x.multiply(&x)?.add(1.0)?.sqrt()?; // recorded: one kernel, not yet run
//! let host: Vec<f32> = y.to_vec()?; // runs it, waits, copies 16 bytes
//! assert_eq!(host[0], 2.0_f32.sqrt());
//! # Ok::<(), farshore::Error>(())
//! ```

#![warn(missing_docs)]

mod array;
#[allow(
    unsafe_code,
    reason = "hal buffers and SPIR-V are given to wgpu unchecked; each block says why it may"
)]
mod device;
mod dtype;
mod error;
mod graph;
pub mod kernel;
pub mod kernels;
mod layout;
mod ops;
mod profile;
mod transfer;
mod ufunc;

pub use array::{Array, explain, supports};
pub use device::{
    AdapterKind, AdapterSummary, Capabilities, Counters, Device, Holder, HostMemory, Limits, Memory,
    MemoryLimit, Place, ReplayedKernel, SharedBuffer, Watch, adapters, finish, inside_transfer,
    shared_buffer_size, wgpu,
};
pub use dtype::{DType, Element, Kind};
pub use error::{Error, Refusal, Result};
pub use graph::{ExplainedArray, ExplainedKernel, Explanation};
pub use layout::Index;
pub use ops::apply::apply;
pub use ops::custom::{ElementwiseKernel, RawKernel, ReductionKernel};
pub use ops::gathering::{Bounds, gather, scatter};
pub use ops::pipeline::{Pipeline, Plan};
pub use ops::recording::{Recording, is_recording};
pub use ops::reductions::reduce;
pub use ops::scalar::{Argument, Scalar};
pub use ops::scans::scan;
pub use ops::selection::Selection;
pub use ops::ufuncs::{UFUNCS, rows};
pub use profile::{KernelRun, Profile, ProfiledKernel, Report, profile};
pub use transfer::{
    Crossing, CrossingKind, Direction, FrameError, HostMap, Later, Ledger, Order, Policy, Readback, Request,
    Rules, Spoken, Stream, TransferScope, Verdict, Watching, check_indices, from_host, judge, log_file,
    map_host, nonzero, to_host, totals, transfers, transfers_up_to, write_host,
};
pub use ufunc::{Output, Role, Ufunc};
