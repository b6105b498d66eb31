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
    pub kind: CrossingKind,
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
pub const fn judge(direction: Direction, spoken: Spoken, kind: CrossingKind, policy: Policy) -> Verdict {
    match (spoken, kind, policy, direction) {
        (Spoken::NoCopy, ..) => Verdict::RefuseNoCopy,
        // Printing never raises: under forbid it shows what it knows without reading.
        (_, _, Policy::Forbid, _) => Verdict::RefuseForbidden,
        (Spoken::Explicit, ..)
        | (_, CrossingKind::Scalar | CrossingKind::Print, ..)
        | (_, _, Policy::Allow, _) => Verdict::Permit,
        (Spoken::Implicit, CrossingKind::Bulk, Policy::Warn, _) => Verdict::PermitAndWarn,
        (Spoken::Implicit, CrossingKind::Bulk, Policy::Explicit, _) => Verdict::RefuseImplicit,
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

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ToHost => "to host",
            Self::ToDevice => "to device",
        })
    }
}

impl fmt::Display for CrossingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bulk => "bulk",
            Self::Scalar => "scalar",
            Self::Print => "print",
        })
    }
}
