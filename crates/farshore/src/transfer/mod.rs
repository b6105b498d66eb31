//! The two doors between device and host, the policy that guards them, and the ledger that counts them.

mod from_host;
mod later;
mod ledger;
mod map;
mod permit;
mod policy;
mod scope;
mod sized;
mod stream;
mod to_host;

pub use from_host::{from_host, write_host};
pub use later::Later;
pub(crate) use ledger::now;
pub use ledger::{Crossing, Ledger, Watching, log_file, totals};
pub use map::{HostMap, map_host};
pub use permit::Request;
pub use policy::{CrossingKind, Direction, Policy, Rules, Spoken, Verdict, judge};
pub use scope::{TransferScope, transfers, transfers_up_to};
pub use sized::nonzero;
pub use stream::{FrameError, Stream};
pub use to_host::{Order, Readback, check_indices, to_host};
