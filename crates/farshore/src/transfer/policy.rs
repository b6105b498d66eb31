//! Who may cross: a pure function of what is to be moved, what the caller said, and the policy in force.

use std::fmt;
use std::str::FromStr;

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
pub enum CrossingKind {
    /// Whole arrays.
    Bulk,
    /// One element, read as a number.
    Scalar,
    /// The corners that `print` shows.
    Print,
    /// Into a pickle, or out of one.
    Pickle,
    /// By a DLPack capsule in the host's memory.
    Dlpack,
    /// Into a file, or out of one.
    File,
    /// Shared memory, lent to the host to look at.
    Map,
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
pub const fn judge(spoken: Spoken, kind: CrossingKind, policy: Policy) -> Verdict {
    match (spoken, kind, policy) {
        (Spoken::NoCopy, ..) => Verdict::RefuseNoCopy,
        // Printing never raises: under forbid it shows what it knows without reading.
        (_, _, Policy::Forbid) => Verdict::RefuseForbidden,
        (Spoken::Explicit, ..)
        | (_, CrossingKind::Scalar | CrossingKind::Print, _)
        | (_, _, Policy::Allow) => Verdict::Permit,
        (Spoken::Implicit, _, Policy::Warn) => Verdict::PermitAndWarn,
        (Spoken::Implicit, _, Policy::Explicit) => Verdict::RefuseImplicit,
    }
}

/// A policy for each class of transfers; None leaves that of the scope around, or of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rules {
    /// To the host, except single elements.
    pub bulk: Option<Policy>,
    /// Single elements, to the host.
    pub scalar: Option<Policy>,
    /// To a device.
    pub upload: Option<Policy>,
}

impl Rules {
    /// The policy for a crossing.
    #[must_use]
    pub const fn policy(self, direction: Direction, kind: CrossingKind) -> Option<Policy> {
        match (direction, kind) {
            (Direction::ToDevice, _) => self.upload,
            (Direction::ToHost, CrossingKind::Scalar) => self.scalar,
            (Direction::ToHost, _) => self.bulk,
        }
    }

    /// These rules, and those of `outer` where they leave it open.
    #[must_use]
    pub fn or(self, outer: Self) -> Self {
        Self {
            bulk: self.bulk.or(outer.bulk),
            scalar: self.scalar.or(outer.scalar),
            upload: self.upload.or(outer.upload),
        }
    }
}

/// One policy for every class.
impl From<Policy> for Rules {
    fn from(policy: Policy) -> Self {
        Self { bulk: Some(policy), scalar: Some(policy), upload: Some(policy) }
    }
}

/// `"forbid"` for every class, `"scalar=forbid"` for one, or several with commas between; the last word on a class holds.
impl FromStr for Rules {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut rules = Self::default();
        for part in text.split(',') {
            rules = match part.trim().split_once('=') {
                None => Self::from(part.trim().parse::<Policy>()?),
                Some((class, name)) => {
                    let policy = Some(name.trim().parse()?);
                    let one = match class.trim() {
                        "bulk" => Self { bulk: policy, ..Self::default() },
                        "scalar" => Self { scalar: policy, ..Self::default() },
                        "upload" => Self { upload: policy, ..Self::default() },
                        other => {
                            return Err(format!(
                                "{other:?} is no class of transfers; there are bulk, scalar, upload"
                            ));
                        }
                    };
                    one.or(rules)
                }
            };
        }
        Ok(rules)
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

impl CrossingKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Bulk, Self::Scalar, Self::Print, Self::Pickle, Self::Dlpack, Self::File, Self::Map];

    /// Its name in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::Scalar => "scalar",
            Self::Print => "print",
            Self::Pickle => "pickle",
            Self::Dlpack => "dlpack",
            Self::File => "file",
            Self::Map => "map",
        }
    }
}

impl FromStr for CrossingKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| format!("{name:?} is no kind of transfer"))
    }
}

impl Direction {
    /// Its name in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToHost => "to host",
            Self::ToDevice => "to device",
        }
    }
}

impl Spoken {
    /// Its name in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Implicit => "implicit",
            Self::NoCopy => "no copy",
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for CrossingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
