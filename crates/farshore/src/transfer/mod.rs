//! The two doors between device and host, the policy that guards them, and the ledger that counts them.

mod from_host;
mod ledger;
mod policy;
mod to_host;

pub use from_host::from_host;
pub use ledger::{Crossing, Ledger, totals, transfers};
pub use policy::{Direction, Policy, Request, Size, Spoken, TransferScope, Verdict, judge};
pub use to_host::to_host;
