//! What a thread has set for itself: the policies of a block of its code, and the ledgers that its transfers go into.

use std::cell::RefCell;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::transfer::ledger::{Ledger, log_file};
use crate::transfer::permit::Request;
use crate::transfer::policy::{CrossingKind, Direction, Policy, Rules, Spoken};

/// Opens a scope in which this thread's transfers follow `rules`, a [`Policy`] or one for each class, and are written
/// down.
///
/// ```
/// use farshore::{Array, Device, Index, Policy, Rules, transfers};
/// let x = Array::from_slice(&Device::best()?, &[1.0_f32, 2.0], &[2])?;
/// let scope = transfers(Policy::Explicit);
/// x.to_vec::<f32>()?;
/// assert_eq!(scope.ledger().bytes_to_host(), 8);
///
/// let _hot = transfers(Rules { scalar: Some(Policy::Forbid), ..Rules::default() });
/// assert!(x.to_vec::<f32>().is_ok() && x.index(&[Index::At(0)])?.item::<f32>().is_err());
/// # Ok::<(), farshore::Error>(())
/// ```
pub fn transfers(rules: impl Into<Rules>) -> TransferScope {
    TransferScope::enter(rules.into(), None)
}

/// As [`transfers`], and at most `max_bytes` may cross, both directions together.
pub fn transfers_up_to(max_bytes: u64, rules: impl Into<Rules>) -> TransferScope {
    TransferScope::enter(rules.into(), Some(max_bytes))
}

impl Rules {
    /// Those of this thread: of its [`transfers`](crate::transfers) scopes, the innermost first.
    #[must_use]
    pub fn current() -> Self {
        SCOPES.with_borrow(|scopes| scopes.last().map_or_else(Self::default, |scope| scope.0))
    }

    /// The policy for a crossing; what the rules leave open is as `FARSHORE_TRANSFERS` says now, or explicit.
    ///
    /// # Errors
    /// [`Error::Value`] when the variable names no policy: a misspelt guard would guard nothing.
    pub fn resolve(self, direction: Direction, kind: CrossingKind) -> Result<Policy> {
        if let Some(policy) = self.policy(direction, kind) {
            return Ok(policy);
        }
        let text = std::env::var("FARSHORE_TRANSFERS").unwrap_or_default();
        if text.is_empty() {
            return Ok(Policy::default());
        }
        let rules: Self = text.parse().map_err(|reason| Error::Value { op: "FARSHORE_TRANSFERS", reason })?;
        Ok(rules.policy(direction, kind).unwrap_or_default())
    }
}

impl Request {
    /// A transfer that this thread's code asks for by name.
    ///
    /// # Errors
    /// As [`Rules::resolve`].
    #[track_caller]
    pub fn explicit(direction: Direction, kind: CrossingKind) -> Result<Self> {
        let caller = std::panic::Location::caller();
        Ok(Self {
            direction,
            kind,
            spoken: Spoken::Explicit,
            policy: Rules::current().resolve(direction, kind)?,
            caller: Some(format!("{}:{}", caller.file(), caller.line())),
            ledgers: SCOPES
                .with_borrow(|scopes| scopes.iter().map(|(_, ledger)| Arc::clone(ledger)).collect()),
            log: log_file(),
        })
    }
}

thread_local! {
    static SCOPES: RefCell<Vec<(Rules, Arc<Ledger>)>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, this thread's transfers follow its rules and are written into a ledger.
#[must_use = "the rules end when this is dropped"]
pub struct TransferScope {
    ledger: Arc<Ledger>,
    depth: usize,
    // Scopes belong to their thread.
    not_send: std::marker::PhantomData<*const ()>,
}

impl TransferScope {
    fn enter(rules: Rules, max_bytes: Option<u64>) -> Self {
        let ledger = Arc::new(Ledger::limited(max_bytes));
        let rules = rules.or(Rules::current());
        let depth = SCOPES.with_borrow_mut(|scopes| {
            scopes.push((rules, Arc::clone(&ledger)));
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
