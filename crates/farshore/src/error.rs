//! What can go wrong, as facts. `Display` says the operation, the facts and the remedy; the Python package chooses
//! an exception class for each variant in one match.

use crate::dtype::DType;

/// Farshore's error. Every failed call leaves its inputs and the device usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the fields are the facts that each message names")]
pub enum Error {
    /// Shapes that do not broadcast.
    #[error("{op}: shapes {} do not broadcast to one shape", all_shapes(.shapes))]
    Broadcast { op: &'static str, shapes: Vec<Vec<usize>> },

    /// A shape with another number of elements.
    #[error("{op}: cannot view {len} elements of shape {} as shape {}", self::shape(.from), self::shape(.to))]
    Reshape { op: &'static str, len: usize, from: Vec<usize>, to: Vec<usize> },

    /// An axis that does not exist.
    #[error("{op}: axis {axis} is out of bounds for an array of {ndim} dimensions")]
    Axis { op: &'static str, axis: isize, ndim: usize },

    /// An argument that makes no sense.
    #[error("{op}: {reason}")]
    Value { op: &'static str, reason: String },

    /// Arguments that are too few, too many, or not of the sort that is wanted.
    #[error("{op}: {reason}")]
    Argument { op: &'static str, reason: String },

    /// A position outside the array.
    #[error("index {index} is out of bounds for axis {axis} with size {size}")]
    Index { index: isize, axis: usize, size: usize },

    /// A position outside the array, found on the device.
    #[error(
        "an index is out of bounds for axis {axis} with size {size}{by}. The device found it and used the nearest \
         element, so what was computed since is not what was meant"
    )]
    IndexOnDevice { axis: usize, size: usize, by: String },

    /// More indices than axes.
    #[error("too many indices: the array has {ndim} dimensions, but {given} were indexed")]
    IndexCount { ndim: usize, given: usize },

    /// A dtype that the operation is not defined for.
    #[error("{op} does not accept {dtype}; it accepts {accepted}{remedy}")]
    DType { op: &'static str, dtype: DType, accepted: String, remedy: String },

    /// A dtype that the device lacks.
    #[error(
        "{device} has no {dtype}: the array was not made. Ask for dtype={instead} if that is precise enough"
    )]
    DTypeOnDevice { dtype: DType, device: String, instead: DType },

    /// A number that the dtype does not hold.
    #[error("{op}: the value {value} is out of range for {dtype}, which holds {low} to {high}")]
    OutOfRange { op: &'static str, value: String, dtype: DType, low: i128, high: i128 },

    /// Arrays on different devices.
    #[error(
        "{op}: the operands are on different devices, {left} and {right}; move one: fs.asarray(x, device=...)"
    )]
    DeviceMismatch { op: &'static str, left: String, right: String },

    /// A name that no device has.
    #[error("no device {asked}; there is {available}")]
    UnknownDevice { asked: String, available: String },

    /// A machine without any device.
    #[error("no GPU driver was found. {remedy}")]
    NoDevice { remedy: &'static str },

    /// More memory than the device has.
    #[error("{device} cannot hold {nbytes} bytes: {reason}")]
    OutOfMemory { device: String, nbytes: u64, reason: String },

    /// The driver refused or failed.
    #[error("{device}: {message}")]
    Device { device: String, message: String },

    /// A transfer that its watch stopped.
    #[error("the transfer was interrupted after {done} of {nbytes} bytes")]
    Interrupted { done: u64, nbytes: u64 },

    /// A kernel that needs what the host has mapped.
    #[error(
        "{device}: a kernel needs an array that the host has mapped; leave its `map_host` block first, and drop the \
         views of it. In a callback that is told of a transfer's progress, wait for its end"
    )]
    Mapped { device: String },

    /// What cannot be done while a pipeline is recorded, or with what was made meanwhile.
    #[error("{0}")]
    Recording(String),

    /// A transfer that nobody asked for by name.
    #[error("{0}")]
    ImplicitTransfer(Box<Refusal>),

    /// A copy that the words forbid.
    #[error("{0}")]
    CopyRequired(Box<Refusal>),

    /// A transfer that the policy forbids.
    #[error("{0}")]
    ForbiddenTransfer(Box<Refusal>),
}

/// A transfer that was not allowed, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What was asked, what would move, and what to write instead.
    pub message: String,
    /// Bytes that would have moved.
    pub nbytes: u64,
    /// The array's shape.
    pub shape: Vec<usize>,
    /// The array's dtype.
    pub dtype: DType,
    /// Where the array is.
    pub device: String,
    /// `file:line` of the code that asked, where it is known.
    pub requested_by: Option<String>,
}

/// Shorthand used by every fallible call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A shape as Python writes it: `(2, 3)`, `(5,)`, `()`.
#[must_use]
pub fn shape(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        many => format!("({})", many.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// A number of bytes for a person: `"64.0 MiB"`.
#[must_use]
pub fn bytes(nbytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (nbytes as f64, None);
    for next in units {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = Some(next);
    }
    unit.map_or_else(|| format!("{nbytes} bytes"), |unit| format!("{value:.1} {unit}"))
}

fn all_shapes(all: &[Vec<usize>]) -> String {
    all.iter().map(|one| shape(one)).collect::<Vec<_>>().join(" and ")
}
