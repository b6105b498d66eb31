//! What a device's memory is used for, and how much of it may be.

use std::fmt::Write as _;
use std::str::FromStr;

use crate::device::Device;
use crate::error::{Error, Result, bytes};

/// What a device's pool holds, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// In arrays that are alive.
    pub used: u64,
    /// In arrays and in the pool.
    pub total: u64,
    /// The most that `used` has been, since the device was opened or [`Device::reset_peak`].
    pub peak: u64,
    /// Of the host's memory, which the device can write to: in host arrays that are alive, and kept for the next.
    pub pinned: u64,
    /// The most that `total` may be: [`Device::limit_memory`].
    pub limit: Option<u64>,
}

/// How much memory a device's arrays and its pool may take together.
///
/// ```
/// use farshore::MemoryLimit;
/// assert_eq!("2GiB".parse(), Ok(MemoryLimit::Bytes(2 << 30)));
/// assert_eq!("80%".parse(), Ok(MemoryLimit::Fraction(0.8)));
/// assert!("much".parse::<MemoryLimit>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MemoryLimit {
    /// So many bytes. As text: `"1000000"`, `"500MB"`, `"1.5GiB"`.
    Bytes(u64),
    /// So much of the device's memory, from 0 to 1. As text: `"80%"`.
    Fraction(f64),
}

/// Buffers of arrays that are alive: those of one length that hold the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Bytes of all of them.
    pub nbytes: u64,
    /// How many there are.
    pub buffers: usize,
    /// Dtype and shape of what is in each, `"float32 (2, 3)"`; None of an operation's working memory.
    pub holds: Option<String>,
}

impl Device {
    /// What the device's pool holds.
    ///
    /// ```
    /// use farshore::{Array, DType, Device};
    /// let device = Device::best()?;
    /// let x = Array::full(&device, &[1000, 1000], 0, DType::Float32)?;
    /// x.evaluate()?;
    /// assert!(device.memory().used >= x.nbytes());
    /// # Ok::<(), farshore::Error>(())
    /// ```
    #[must_use]
    pub fn memory(&self) -> Memory {
        Memory { pinned: self.0.staging.pinned_bytes(), ..self.0.pool.memory() }
    }

    /// Gives back to the driver every buffer that no array uses.
    pub fn trim(&self) {
        self.recorder().forget_bindings();
        self.0.pool.trim();
        self.0.staging.trim();
    }

    /// Has the peak count from what is used now.
    ///
    /// ```
    /// let device = farshore::Device::best()?;
    /// device.reset_peak();
    /// # let memory = device.memory();
    /// # assert!(memory.peak >= memory.used);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    pub fn reset_peak(&self) {
        self.0.pool.reset_peak();
    }

    /// Sets the most that arrays and the pool may take together, or with None that the driver alone decides. What would
    /// take more fails with [`Error::OutOfMemory`]. Arrays that exist stay; the pool is emptied when it is too large.
    ///
    /// ```
    /// use farshore::{Array, Device, DType, Error, MemoryLimit};
    /// let device = Device::best()?;
    /// device.limit_memory(Some(MemoryLimit::Bytes(1 << 20)))?;
    /// let large = Array::empty(&device, &[1 << 20], DType::Float32);
    /// assert!(matches!(large, Err(Error::OutOfMemory { .. })));
    /// device.limit_memory(None)?;
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Value`] for a fraction that is none, or where the driver does not tell how much memory there is.
    pub fn limit_memory(&self, limit: Option<MemoryLimit>) -> Result<()> {
        let limit = limit.map(|limit| limit.bytes(self)).transpose()?;
        self.0.pool.limit(limit);
        if limit.is_some_and(|limit| self.0.pool.memory().total > limit) {
            self.trim();
        }
        Ok(())
    }

    /// What holds the memory that is used, most bytes first.
    ///
    /// ```
    /// use farshore::{Array, DType, Device};
    /// let device = Device::best()?;
    /// let x = Array::full(&device, &[500, 1000], 0, DType::Float64)?;
    /// x.evaluate()?;
    /// let held = device.holders().into_iter().find(|one| one.holds.as_deref() == Some("float64 (500, 1000)"));
    /// assert!(held.is_some_and(|one| one.nbytes >= x.nbytes()));
    /// # Ok::<(), farshore::Error>(())
    /// ```
    #[must_use]
    pub fn holders(&self) -> Vec<Holder> {
        self.0.pool.holders()
    }

    /// What the device's memory is used for, as text of a few lines.
    ///
    /// ```
    /// let text = farshore::Device::best()?.memory_summary();
    /// assert!(text.contains("peak"));
    /// # Ok::<(), farshore::Error>(())
    /// ```
    #[must_use]
    pub fn memory_summary(&self) -> String {
        let Memory { used, total, peak, pinned, limit } = self.memory();
        let holders = self.holders();
        let buffers: usize = holders.iter().map(|one| one.buffers).sum();
        let unless_none = |number: Option<u64>, none: &str| number.map_or_else(|| none.to_owned(), bytes);
        let lines = [
            ("used", format!("{} in {}", bytes(used), plural(buffers, "buffer"))),
            ("free", format!("{} in the pool", bytes(total - used))),
            ("total", bytes(total)),
            ("peak", bytes(peak)),
            ("limit", unless_none(limit, "none")),
            ("device", unless_none(self.limits().memory, "not told by the driver")),
            ("pinned", format!("{} of the host's", bytes(pinned))),
        ];
        let mut text = format!("{self}: {}\n", self.adapter().name);
        for (name, value) in lines {
            let _ = writeln!(text, "  {name:<8}{value}");
        }
        for holder in holders.iter().take(SHOWN) {
            let _ = writeln!(text, "  {:>10}  {}", bytes(holder.nbytes), holder.words());
        }
        if let Some(rest) = others(&holders, SHOWN) {
            let _ = writeln!(text, "  {rest}");
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// What an error says of the memory that is used.
    pub(super) fn held(&self) -> String {
        let holders = self.holders();
        let mut text = format!("Arrays that are alive hold {}", bytes(self.memory().used));
        for (number, holder) in holders.iter().take(NAMED).enumerate() {
            let mark = if number == 0 { ": " } else { ", " };
            let _ = write!(text, "{mark}{} in {}", bytes(holder.nbytes), holder.words());
        }
        if let Some(rest) = others(&holders, NAMED) {
            let _ = write!(text, ", {rest}");
        }
        text
    }
}

/// Holders in a summary, and in an error.
const SHOWN: usize = 10;
const NAMED: usize = 3;

/// What those behind the first `shown` hold together.
fn others(holders: &[Holder], shown: usize) -> Option<String> {
    let rest = holders.get(shown..).filter(|rest| !rest.is_empty())?;
    let buffers = rest.iter().map(|one| one.buffers).sum();
    Some(format!("{} in {}", bytes(rest.iter().map(|one| one.nbytes).sum()), plural(buffers, "more buffer")))
}

impl Holder {
    fn words(&self) -> String {
        match (&self.holds, self.buffers) {
            (Some(array), 1) => array.clone(),
            (Some(array), many) => format!("{many} x {array}"),
            (None, many) => format!("{} of working memory", plural(many, "buffer")),
        }
    }
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

const UNITS: [(&str, u64); 8] = [
    ("KB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

impl MemoryLimit {
    fn bytes(self, device: &Device) -> Result<u64> {
        let refuse = |reason| Error::Value { op: "limit_memory", reason };
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Fraction(fraction) if fraction > 0.0 && fraction <= 1.0 => {
                let reason =
                    || format!("{device} does not tell how much memory it has; give a number of bytes");
                let all = device.limits().memory.ok_or_else(|| refuse(reason()))?;
                Ok((all as f64 * fraction) as u64)
            }
            Self::Fraction(fraction) => Err(refuse(format!(
                "{fraction} of the memory is no limit; a fraction is above 0 and at most 1"
            ))),
        }
    }

    /// What `FARSHORE_MEMORY_LIMIT` says.
    pub(super) fn of_environment() -> Result<Option<Self>> {
        const NAME: &str = "FARSHORE_MEMORY_LIMIT";
        let Some(text) = std::env::var(NAME).ok().filter(|text| !text.trim().is_empty()) else {
            return Ok(None);
        };
        let named = |error| match error {
            Error::Value { reason, .. } => Error::Value { op: NAME, reason },
            error => error,
        };
        text.parse().map(Some).map_err(named)
    }
}

impl FromStr for MemoryLimit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || {
            let reason =
                format!("{text:?} is no amount of memory; write bytes, \"2GiB\", \"500MB\" or \"80%\"");
            Error::Value { op: "limit_memory", reason }
        };
        let all = text.trim();
        let end = all.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(all.len());
        let (number, unit) = (&all[..end], all[end..].trim());
        if unit.is_empty() || unit.eq_ignore_ascii_case("B") {
            return number.parse().map(Self::Bytes).map_err(|_| refused());
        }
        let number: f64 = number.parse().map_err(|_| refused())?;
        if unit == "%" {
            let fraction = number / 100.0;
            return if fraction > 0.0 && fraction <= 1.0 {
                Ok(Self::Fraction(fraction))
            } else {
                Err(refused())
            };
        }
        let unit = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).ok_or_else(refused)?.1;
        Ok(Self::Bytes((number * unit as f64) as u64))
    }
}
