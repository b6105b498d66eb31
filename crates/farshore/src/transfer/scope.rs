//! What a thread has set for itself: the policy of a block of its code, and the ledgers that its transfers go into.

use std::cell::RefCell;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::transfer::ledger::Ledger;
use crate::transfer::policy::{CrossingKind, Policy, Request, Spoken};

/// Opens a scope in which this thread's transfers follow `policy` and are written down.
///
/// ```
/// use farshore::{Array, Device, Policy, transfers};
/// let x = Array::from_slice(&Device::best()?, &[1.0_f32, 2.0], &[2])?;
/// let scope = transfers(Policy::Explicit);
/// x.to_vec::<f32>()?;
/// assert_eq!(scope.ledger().bytes_to_host(), 8);
/// # Ok::<(), farshore::Error>(())
/// ```
pub fn transfers(policy: Policy) -> TransferScope {
    TransferScope::enter(policy)
}

impl Policy {
    /// The policy of this thread: that of the innermost [`transfers`](crate::transfers) scope, else the process's.
    ///
    /// # Errors
    /// As [`Policy::of_process`].
    pub fn current() -> Result<Self> {
        SCOPES.with_borrow(|scopes| scopes.last().map_or_else(Self::of_process, |scope| Ok(scope.0)))
    }

    /// The policy that `FARSHORE_TRANSFERS` names now; explicit when it is not set.
    ///
    /// # Errors
    /// [`Error::Value`] when it names none: a misspelt guard would guard nothing.
    pub fn of_process() -> Result<Self> {
        let name = std::env::var("FARSHORE_TRANSFERS").unwrap_or_default();
        if name.is_empty() {
            return Ok(Self::default());
        }
        name.parse().map_err(|reason| Error::Value { op: "FARSHORE_TRANSFERS", reason })
    }
}

impl Request {
    /// A bulk transfer that this thread's code asks for by name.
    ///
    /// # Errors
    /// As [`Policy::of_process`].
    #[track_caller]
    pub fn explicit() -> Result<Self> {
        let caller = std::panic::Location::caller();
        Ok(Self {
            spoken: Spoken::Explicit,
            kind: CrossingKind::Bulk,
            policy: Policy::current()?,
            caller: Some(format!("{}:{}", caller.file(), caller.line())),
        })
    }
}

thread_local! {
    static SCOPES: RefCell<Vec<(Policy, Arc<Ledger>)>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, this thread's transfers follow a policy and are written into a ledger.
#[must_use = "the policy ends when this is dropped"]
pub struct TransferScope {
    ledger: Arc<Ledger>,
    depth: usize,
    // Scopes belong to their thread.
    not_send: std::marker::PhantomData<*const ()>,
}

impl TransferScope {
    pub(crate) fn enter(policy: Policy) -> Self {
        let ledger = Arc::new(Ledger::default());
        let depth = SCOPES.with_borrow_mut(|scopes| {
            scopes.push((policy, Arc::clone(&ledger)));
            scopes.len() - 1
        });
        Self { ledger, depth, not_send: std::marker::PhantomData }
    }

    /// What crossed in the scope so far.
    #[must_use]
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }
}

impl Drop for TransferScope {
    fn drop(&mut self) {
        SCOPES.with_borrow_mut(|scopes| scopes.truncate(self.depth));
    }
}

/// The ledgers that this thread's transfers are written into.
pub(crate) fn ledgers() -> Vec<Arc<Ledger>> {
    SCOPES.with_borrow(|scopes| scopes.iter().map(|(_, ledger)| Arc::clone(ledger)).collect())
}
