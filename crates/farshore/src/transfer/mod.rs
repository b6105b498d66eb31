//! The two doors between device and host, the policy that guards them, and the ledger that counts them.

mod from_host;
mod ledger;
mod policy;
mod refusal;
mod scope;
mod to_host;

pub use from_host::from_host;
pub use ledger::{Crossing, Ledger, totals};
pub use policy::{CrossingKind, Direction, Policy, Request, Spoken, Verdict, judge};
pub use scope::{TransferScope, transfers};
pub use to_host::to_host;
