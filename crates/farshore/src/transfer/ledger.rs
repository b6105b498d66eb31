//! The ledger: every crossing, with its bytes, its times, and who asked.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use crate::transfer::policy::{CrossingKind, Direction};

/// One transfer that took place.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// Which way.
    pub direction: Direction,
    /// What sort of crossing.
    pub kind: CrossingKind,
    /// Bytes moved.
    pub nbytes: u64,
    /// Waiting for the kernels that the bytes depend on.
    pub waited: Duration,
    /// Moving the bytes.
    pub copied: Duration,
    /// The device at one end; the host is at the other.
    pub device: String,
    /// `file:line` of the code that asked.
    pub caller: Option<String>,
}

/// Crossings in the order in which they took place.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Vec<Crossing>>);

/// Bytes and crossings of the whole process: to the host, then to the device.
#[must_use]
pub fn totals() -> [(u64, u64); 2] {
    *TOTALS.lock().unwrap_or_else(PoisonError::into_inner)
}

static TOTALS: LazyLock<Mutex<[(u64, u64); 2]>> = LazyLock::new(Mutex::default);

pub(crate) fn count(crossing: &Crossing, ledgers: &[Arc<Ledger>]) {
    let mut totals = TOTALS.lock().unwrap_or_else(PoisonError::into_inner);
    let total = &mut totals[usize::from(crossing.direction == Direction::ToDevice)];
    total.0 += crossing.nbytes;
    total.1 += 1;
    drop(totals);
    for ledger in ledgers {
        ledger.0.lock().unwrap_or_else(PoisonError::into_inner).push(crossing.clone());
    }
}

impl Ledger {
    /// Every crossing, in order.
    #[must_use]
    pub fn crossings(&self) -> Vec<Crossing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Bytes that crossed to the host.
    #[must_use]
    pub fn bytes_to_host(&self) -> u64 {
        self.bytes(Direction::ToHost)
    }

    /// Bytes that crossed to a device.
    #[must_use]
    pub fn bytes_to_device(&self) -> u64 {
        self.bytes(Direction::ToDevice)
    }

    fn bytes(&self, direction: Direction) -> u64 {
        self.crossings().iter().filter(|one| one.direction == direction).map(|one| one.nbytes).sum()
    }

    /// Crossings and bytes by the code that asked for them, the most bytes first.
    #[must_use]
    pub fn by_caller(&self) -> Vec<(String, u64, u64)> {
        let mut callers = BTreeMap::<String, (u64, u64)>::new();
        for crossing in self.crossings() {
            let entry = callers.entry(crossing.caller.unwrap_or_else(|| "(unknown)".into())).or_default();
            entry.0 += 1;
            entry.1 += crossing.nbytes;
        }
        let mut rows: Vec<_> =
            callers.into_iter().map(|(caller, (count, bytes))| (caller, count, bytes)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.2));
        rows
    }
}

/// A table, one line for each crossing.
impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let crossings = self.crossings();
        if crossings.is_empty() {
            return f.write_str("no transfers");
        }
        writeln!(
            f,
            "{:<10} {:<7} {:>12} {:>10} {:>10}  asked by",
            "direction", "kind", "bytes", "waited", "copied"
        )?;
        for one in &crossings {
            let milliseconds = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
            writeln!(
                f,
                "{:<10} {:<7} {:>12} {:>10} {:>10}  {}",
                one.direction.to_string(),
                one.kind.to_string(),
                one.nbytes,
                milliseconds(one.waited),
                milliseconds(one.copied),
                one.caller.as_deref().unwrap_or("(unknown)"),
            )?;
        }
        let (host, device) = (self.bytes_to_host(), self.bytes_to_device());
        let plural = if crossings.len() == 1 { "" } else { "s" };
        write!(f, "{} transfer{plural}: {host} bytes to host, {device} bytes to device", crossings.len())
    }
}
