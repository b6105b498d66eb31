//! Who may cross: a pure function of what is to be moved, what the caller said, and the policy in force.

use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::transfer::ledger::Ledger;

/// What transfers are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Those that the caller's words ask for.
    #[default]
    Explicit,
    /// All; those not asked for warn.
    Warn,
    /// All.
    Allow,
    /// None, not even those asked for.
    Forbid,
}

/// Which way bytes cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From a device to the host.
    ToHost,
    /// From the host to a device.
    ToDevice,
}

/// What sort of crossing it is: each is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    /// Whole arrays.
    Bulk,
    /// One element, read as a number.
    Scalar,
    /// The corners that `print` shows.
    Print,
}

/// Whether the caller's words ask for the transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spoken {
    /// `x.to_numpy()`, `np.asarray(x, copy=True)`, `fs.asarray(h)` and their kin.
    Explicit,
    /// A conversion that some code makes without naming it: `np.asarray(x)`.
    Implicit,
    /// Words that forbid a copy: `np.asarray(x, copy=False)`.
    NoCopy,
}

/// A transfer that someone wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Whether the words ask for it.
    pub spoken: Spoken,
    /// What sort of crossing it is.
    pub size: Size,
    /// The policy in force.
    pub policy: Policy,
    /// `file:line` of the code that asked.
    pub caller: Option<String>,
}

/// What the policy answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It may cross.
    Permit,
    /// It may cross; the caller is warned.
    PermitAndWarn,
    /// Refused: nobody asked for it by name.
    RefuseImplicit,
    /// Refused: a copy was forbidden by the words.
    RefuseNoCopy,
    /// Refused: the policy forbids every crossing.
    RefuseForbidden,
}

impl Verdict {
    /// Whether the bytes may cross.
    #[must_use]
    pub const fn permits(self) -> bool {
        matches!(self, Self::Permit | Self::PermitAndWarn)
    }
}

/// The whole policy.
#[must_use]
pub const fn judge(direction: Direction, spoken: Spoken, size: Size, policy: Policy) -> Verdict {
    match (spoken, size, policy, direction) {
        (Spoken::NoCopy, ..) => Verdict::RefuseNoCopy,
        // Printing never raises: under forbid it shows what it knows without reading.
        (_, _, Policy::Forbid, _) => Verdict::RefuseForbidden,
        (Spoken::Explicit, ..) | (_, Size::Scalar | Size::Print, ..) | (_, _, Policy::Allow, _) => {
            Verdict::Permit
        }
        (Spoken::Implicit, Size::Bulk, Policy::Warn, _) => Verdict::PermitAndWarn,
        (Spoken::Implicit, Size::Bulk, Policy::Explicit, _) => Verdict::RefuseImplicit,
    }
}

impl Policy {
    /// Every policy.
    pub const ALL: [Self; 4] = [Self::Explicit, Self::Warn, Self::Allow, Self::Forbid];

    /// The name by which users choose it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Warn => "warn",
            Self::Allow => "allow",
            Self::Forbid => "forbid",
        }
    }

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

impl FromStr for Policy {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|policy| policy.name() == name);
        found.ok_or_else(|| {
            format!("{name:?} is not a policy; there are {}", Self::ALL.map(Self::name).join(", "))
        })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
            size: Size::Bulk,
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
