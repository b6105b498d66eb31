//! What is asked of the policy, what it answers, and what a refused transfer is told.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use crate::array::Array;
use crate::device::{Device, Timing};
use crate::dtype::DType;
use crate::error::{Error, Refusal, Result, bytes};
use crate::transfer::ledger::{Crossing, Ledger, count, now};
use crate::transfer::policy::{CrossingKind, Direction, Policy, Spoken, Verdict, judge};

/// A transfer that someone wants.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which way.
    pub direction: Direction,
    /// What sort of crossing it is.
    pub kind: CrossingKind,
    /// Whether the words ask for it.
    pub spoken: Spoken,
    /// The policy in force for such crossings.
    pub policy: Policy,
    /// `file:line` of the code that asked.
    pub caller: Option<String>,
    /// Where it is written down.
    pub ledgers: Vec<Arc<Ledger>>,
    /// The file in which it is written down too, or "stderr": [`log_file`](crate::log_file).
    pub log: Option<OsString>,
}

impl Request {
    /// Whether the transfer of `array`, converted to `dtype`, would be allowed now; nothing is done, or written down.
    ///
    /// # Errors
    /// [`Error::ImplicitTransfer`], [`Error::CopyRequired`], [`Error::ForbiddenTransfer`].
    pub fn check(&self, array: &Array, dtype: DType) -> Result<()> {
        let nbytes = (array.len() * dtype.size()) as u64;
        Permit::new(self.clone(), Cargo { dtype, nbytes, ..Cargo::of(array) }).map(drop)
    }

    fn judge(&self, cargo: Cargo<'_>) -> Result<Verdict> {
        let verdict = judge(self.spoken, self.kind, self.policy);
        if verdict.permits() { Ok(verdict) } else { Err(refuse(verdict, self, cargo)) }
    }
}

/// What would cross.
#[derive(Clone, Copy)]
pub(super) struct Cargo<'a> {
    pub device: &'a Device,
    pub shape: &'a [usize],
    pub dtype: DType,
    pub nbytes: u64,
}

impl<'a> Cargo<'a> {
    pub fn of(array: &'a Array) -> Self {
        Self { device: array.device(), shape: array.shape(), dtype: array.dtype(), nbytes: array.nbytes() }
    }
}

/// A transfer that is allowed, and is written down once it is done. Dropped before that, it gives its bytes back to the
/// budgets that it took them from.
pub(super) struct Permit {
    request: Request,
    verdict: Verdict,
    nbytes: u64,
    device: String,
    started: Duration,
    /// Ledgers whose budget it has taken its bytes from.
    spent: usize,
}

impl Permit {
    /// Asks the policy.
    ///
    /// # Errors
    /// [`Error::ImplicitTransfer`], [`Error::CopyRequired`], [`Error::ForbiddenTransfer`].
    pub fn new(request: Request, cargo: Cargo<'_>) -> Result<Self> {
        let verdict = request.judge(cargo)?;
        let (device, nbytes) = (cargo.device.to_string(), cargo.nbytes);
        let mut permit = Self { request, verdict, nbytes, device, started: now(), spent: 0 };
        for at in 0..permit.request.ledgers.len() {
            if let Err((whole, left)) = permit.request.ledgers[at].spend(nbytes) {
                return Err(beyond_budget(&permit.request, cargo, whole, left));
            }
            permit.spent += 1;
        }
        Ok(permit)
    }

    /// Writes the crossing down. Gives the verdict, for the caller to warn by.
    pub fn close(mut self, timing: Timing) -> Verdict {
        self.spent = 0;
        let crossing = Crossing {
            direction: self.request.direction,
            kind: self.request.kind,
            spoken: self.request.spoken,
            nbytes: self.nbytes,
            started: self.started,
            ended: now(),
            waited: timing.waited,
            copied: timing.copied,
            device: std::mem::take(&mut self.device),
            caller: self.request.caller.take(),
        };
        count(&crossing, &self.request.ledgers, self.request.log.as_deref());
        self.verdict
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.request.ledgers[..self.spent].iter().for_each(|ledger| ledger.refund(self.nbytes));
    }
}

fn refuse(verdict: Verdict, request: &Request, cargo: Cargo<'_>) -> Error {
    let (size, forbid) = (bytes(cargo.nbytes), Policy::Forbid.name());
    let (lies, spelling) = match request.direction {
        Direction::ToHost => {
            (format!("in the memory of {}", cargo.device), "x.to_numpy() or np.asarray(x, copy=True)")
        }
        Direction::ToDevice => ("on the host".into(), "fs.asarray(h)"),
    };
    let would = would_copy(request, cargo);
    match verdict {
        Verdict::RefuseNoCopy => {
            let message = format!("copy=False cannot be kept: the {size} lie {lies}. Write {spelling}");
            Error::CopyRequired(Box::new(refusal(message, request, cargo)))
        }
        Verdict::RefuseForbidden => {
            let message = format!(
                "{would}, and the policy {forbid:?} forbids every transfer of this sort. Move it out of the \
                 `with fs.transfers({forbid:?})` block"
            );
            Error::ForbiddenTransfer(Box::new(refusal(message, request, cargo)))
        }
        Verdict::RefuseImplicit | Verdict::Permit | Verdict::PermitAndWarn => {
            let instead = match request.direction {
                Direction::ToHost => "x.implicit(), or with fs.transfers(\"allow\"): ...",
                Direction::ToDevice => "with fs.transfers(upload=\"allow\"): ...",
            };
            let message = format!(
                "{would}. If that is meant, write {spelling}; for code that you cannot change: {instead}"
            );
            Error::ImplicitTransfer(Box::new(refusal(message, request, cargo)))
        }
    }
}

fn beyond_budget(request: &Request, cargo: Cargo<'_>, whole: u64, left: u64) -> Error {
    let message = format!(
        "{}, and of the {whole} bytes that may cross in this block, {left} are left. Raise max_bytes in its \
         `with fs.transfers(..)`",
        would_copy(request, cargo)
    );
    Error::ForbiddenTransfer(Box::new(refusal(message, request, cargo)))
}

/// Says that memory of the device's own cannot be looked at.
pub(super) fn unshared(request: &Request, cargo: Cargo<'_>) -> Error {
    let message = format!(
        "the {} lie in the memory of {}, which the host does not share. Copy them: x.to_numpy()",
        bytes(cargo.nbytes),
        cargo.device
    );
    Error::CopyRequired(Box::new(refusal(message, request, cargo)))
}

fn would_copy(request: &Request, cargo: Cargo<'_>) -> String {
    let (size, device) = (bytes(cargo.nbytes), cargo.device);
    let moves = match request.direction {
        Direction::ToHost => format!("{size} from {device} to host memory"),
        Direction::ToDevice => format!("{size} from the host to {device}"),
    };
    let by = request.caller.as_ref().map_or_else(String::new, |caller| format!(" (asked for at {caller})"));
    format!("this would copy {moves}{by}")
}

fn refusal(message: String, request: &Request, cargo: Cargo<'_>) -> Refusal {
    Refusal {
        message,
        nbytes: cargo.nbytes,
        shape: cargo.shape.to_vec(),
        dtype: cargo.dtype,
        device: cargo.device.to_string(),
        requested_by: request.caller.clone(),
    }
}
