//! The ledger: every crossing, with its bytes, its times, and who asked.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::transfer::policy::{CrossingKind, Direction, Spoken};

/// One transfer that took place.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// Which way.
    pub direction: Direction,
    /// What sort of crossing.
    pub kind: CrossingKind,
    /// Whether the words asked for it.
    pub spoken: Spoken,
    /// Bytes moved.
    pub nbytes: u64,
    /// When it was asked for, on the clock of the process's ledgers.
    pub started: Duration,
    /// When it was done: later than waiting and moving explain where a kernel was compiled for it first.
    pub ended: Duration,
    /// Waiting for the kernels that the bytes depend on.
    pub waited: Duration,
    /// Moving the bytes.
    pub copied: Duration,
    /// The device at one end; the host is at the other.
    pub device: String,
    /// `file:line` of the code that asked.
    pub caller: Option<String>,
}

impl Crossing {
    fn json(&self) -> Value {
        json!({
            "direction": self.direction.name(),
            "kind": self.kind.name(),
            "spoken": self.spoken.name(),
            "nbytes": self.nbytes,
            "started": self.started.as_secs_f64(),
            "ended": self.ended.as_secs_f64(),
            "waited": self.waited.as_secs_f64(),
            "copied": self.copied.as_secs_f64(),
            "device": self.device,
            "caller": self.caller,
        })
    }
}

/// Crossings in the order in which they ended.
#[derive(Debug, Default)]
pub struct Ledger {
    crossings: Mutex<Vec<Crossing>>,
    budget: Option<Budget>,
}

/// Bytes that may cross while a ledger is written.
#[derive(Debug)]
struct Budget {
    whole: u64,
    left: AtomicU64,
}

static CLOCK: LazyLock<Instant> = LazyLock::new(Instant::now);
static TOTALS: Mutex<[(u64, u64); 2]> = Mutex::new([(0, 0); 2]);
/// Ledgers that see every thread.
static WATCHING: Mutex<Vec<Weak<Ledger>>> = Mutex::new(Vec::new());

/// Bytes and crossings of the whole process: to the host, then to the device.
#[must_use]
pub fn totals() -> [(u64, u64); 2] {
    *lock(&TOTALS)
}

/// Now, on the clock of the ledgers.
pub(crate) fn now() -> Duration {
    CLOCK.elapsed()
}

pub(crate) fn count(crossing: &Crossing, ledgers: &[Arc<Ledger>], log: Option<&OsStr>) {
    {
        let total = &mut lock(&TOTALS)[usize::from(crossing.direction == Direction::ToDevice)];
        total.0 += crossing.nbytes;
        total.1 += 1;
    }
    tracing::debug!(
        direction = crossing.direction.name(),
        kind = crossing.kind.name(),
        nbytes = crossing.nbytes,
        waited = crossing.waited.as_secs_f64(),
        copied = crossing.copied.as_secs_f64(),
        device = crossing.device,
        caller = crossing.caller,
        "transfer"
    );
    for ledger in ledgers {
        lock(&ledger.crossings).push(crossing.clone());
    }
    let named = |watching: &Arc<Ledger>| ledgers.iter().any(|ledger| Arc::ptr_eq(ledger, watching));
    for ledger in lock(&WATCHING).iter().filter_map(Weak::upgrade).filter(|watching| !named(watching)) {
        lock(&ledger.crossings).push(crossing.clone());
    }
    if let Some(path) = log.map(Path::new) {
        let line = crossing.json().to_string() + "\n";
        let write = || -> std::io::Result<()> {
            if path == Path::new("stderr") {
                return std::io::stderr().write_all(line.as_bytes());
            }
            // Opened each time: another process may write too, and lines of one write stay whole.
            std::fs::File::options().append(true).create(true).open(path)?.write_all(line.as_bytes())
        };
        if let Err(error) = write() {
            static SAID: std::sync::Once = std::sync::Once::new();
            // What cannot be said to anyone stops nothing.
            SAID.call_once(|| {
                let place = path.display();
                let _ = writeln!(std::io::stderr(), "farshore: FARSHORE_TRANSFERS_LOG={place}: {error}");
            });
        }
    }
}

/// The file into which every crossing of the process is written, as `FARSHORE_TRANSFERS_LOG` says now.
#[must_use]
pub fn log_file() -> Option<OsString> {
    std::env::var_os("FARSHORE_TRANSFERS_LOG").filter(|path| !path.is_empty())
}

/// While this lives, a ledger sees the crossings of every thread.
#[derive(Debug)]
pub struct Watching(Arc<Ledger>);

impl Drop for Watching {
    fn drop(&mut self) {
        lock(&WATCHING).retain(|ledger| !std::ptr::eq(ledger.as_ptr(), Arc::as_ptr(&self.0)));
    }
}

impl Ledger {
    /// A ledger during which at most `max_bytes` may cross, both directions together.
    #[must_use]
    pub fn limited(max_bytes: Option<u64>) -> Self {
        let budget = max_bytes.map(|whole| Budget { whole, left: AtomicU64::new(whole) });
        Self { crossings: Mutex::default(), budget }
    }

    /// Sees the crossings of every thread, until the answer is dropped.
    #[must_use]
    pub fn watch_all_threads(self: &Arc<Self>) -> Watching {
        lock(&WATCHING).push(Arc::downgrade(self));
        Watching(Arc::clone(self))
    }

    /// Takes `nbytes` from the budget; or says what it was and what is left of it.
    pub(crate) fn spend(&self, nbytes: u64) -> Result<(), (u64, u64)> {
        let Some(budget) = &self.budget else { return Ok(()) };
        let spend = |left: u64| left.checked_sub(nbytes);
        let spent = budget.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
        spent.map(drop).map_err(|left| (budget.whole, left))
    }

    /// Gives back what a transfer that failed had taken.
    pub(crate) fn refund(&self, nbytes: u64) {
        if let Some(budget) = &self.budget {
            budget.left.fetch_add(nbytes, Ordering::Relaxed);
        }
    }

    /// Every crossing, in order.
    #[must_use]
    pub fn crossings(&self) -> Vec<Crossing> {
        lock(&self.crossings).clone()
    }

    /// Number of crossings.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.crossings).len()
    }

    /// Whether nothing crossed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that crossed to the host.
    #[must_use]
    pub fn bytes_to_host(&self) -> u64 {
        self.sum(|one| if one.direction == Direction::ToHost { one.nbytes } else { 0 })
    }

    /// Bytes that crossed to a device.
    #[must_use]
    pub fn bytes_to_device(&self) -> u64 {
        self.sum(|one| if one.direction == Direction::ToDevice { one.nbytes } else { 0 })
    }

    /// Single elements that were read as numbers.
    #[must_use]
    pub fn scalar_reads(&self) -> u64 {
        self.sum(|one| u64::from(one.kind == CrossingKind::Scalar && one.direction == Direction::ToHost))
    }

    /// Time spent waiting for kernels, all crossings together.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.sum(|one| one.waited)
    }

    /// Time spent moving bytes, all crossings together.
    #[must_use]
    pub fn copied(&self) -> Duration {
        self.sum(|one| one.copied)
    }

    fn sum<T: std::iter::Sum>(&self, of: impl Fn(&Crossing) -> T) -> T {
        lock(&self.crossings).iter().map(of).sum()
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

    /// The crossings as a JSON list of objects, one key for each field of [`Crossing`]; times in seconds.
    #[must_use]
    pub fn to_json(&self) -> String {
        Value::from(lock(&self.crossings).iter().map(Crossing::json).collect::<Vec<_>>()).to_string()
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
            "{:<10} {:<7} {:<9} {:>12} {:>10} {:>10}  asked by",
            "direction", "kind", "words", "bytes", "waited", "copied"
        )?;
        for one in &crossings {
            let milliseconds = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
            writeln!(
                f,
                "{:<10} {:<7} {:<9} {:>12} {:>10} {:>10}  {}",
                one.direction,
                one.kind,
                one.spoken,
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
