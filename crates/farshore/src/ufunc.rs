//! What a universal function is: one row of the table in `ops/ufuncs.rs`, as plain data.

use std::hash::{Hash, Hasher};

use crate::dtype::{Compute, DType, Kind};
use crate::error::{Error, Result};

/// A function applied element by element: a row of the table, or one that a user wrote. They are statics, so two are equal
/// when their names and numbers are.
#[derive(Debug)]
pub struct Ufunc {
    /// Its name in Rust and in Python.
    pub name: &'static str,
    /// Tells those of users apart; 0 for rows of the table.
    pub number: usize,
    /// First line: what it computes. The rest: details of NaN, signs and types.
    pub doc: &'static str,
    /// Names of its operands.
    pub parameters: &'static [&'static str],
    /// The dtype that each of them is given to the kernel in.
    pub roles: &'static [Role],
    /// The dtype of the result.
    pub result: Output,
    /// WGSL for one lane group, by the set of types it holds for. `{T}` stands for the type's suffix, `{P}` for that
    /// of a complex number's parts, `{D}` for that of the dtype (`f16`, which is computed as `f32`), `{BITS}` for the
    /// dtype's width, `C{W}` for the complex type, `truth(x)` for "x is not 0".
    pub wgsl: &'static [(u16, &'static str)],
    /// WGSL functions that the expression calls, beside the library's.
    pub functions: &'static str,
}

/// What an operand is to its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Promoted with the others of its kind to the dtype computed in.
    Common,
    /// A condition: other than 0, or not.
    Bool,
    /// Integers of any dtype, given to the kernel as float32: those that it rounds are beyond every exponent.
    Integers,
    /// Of this dtype.
    Exactly(DType),
}

impl Role {
    /// The dtype in which the operand is given to a function that computes in `computed`.
    #[must_use]
    pub const fn dtype(self, computed: DType) -> DType {
        match self {
            Self::Common => computed,
            Self::Bool => DType::Bool,
            Self::Integers => DType::Float32,
            Self::Exactly(dtype) => dtype,
        }
    }

    /// Checks that an operand of `dtype` may play this role in `ufunc`.
    ///
    /// # Errors
    /// [`Error::DType`] for floats where integers are wanted.
    pub fn accept(self, ufunc: &Ufunc, dtype: DType) -> Result<()> {
        if self != Self::Integers || dtype.kind() < Kind::Float {
            return Ok(());
        }
        let accepted = "integers for its second operand".into();
        let remedy = ". Convert it first: x2.astype(fs.int32)".into();
        Err(Error::DType { op: ufunc.name, dtype, accepted, remedy })
    }
}

/// The dtype of a ufunc's result, given the dtype it computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The dtype computed in.
    Same,
    /// The dtype computed in, which is float64 for every integer.
    Quotient,
    /// Always bool.
    Bool,
    /// The dtype of the real part.
    Real,
    /// Always int32.
    Int32,
    /// Always uint8.
    Uint8,
    /// Always this dtype.
    Exactly(DType),
}

impl Ufunc {
    /// The WGSL expression for operands of `dtype`; None when the row has none.
    #[must_use]
    pub fn expression(&self, dtype: DType) -> Option<&'static str> {
        let bit = dtype.compute().bit();
        self.wgsl.iter().find(|(types, _)| types & bit != 0).map(|&(_, text)| text)
    }

    /// The dtype in which operands that promote to `dtype` are computed: itself, or, where the row is for
    /// floats only, the float that NumPy gives an integer.
    ///
    /// # Errors
    /// [`Error::DType`] when the row accepts neither.
    pub fn loop_dtype(&self, dtype: DType) -> Result<DType> {
        self.loop_for(dtype).ok_or_else(|| self.refuse(dtype))
    }

    fn loop_for(&self, dtype: DType) -> Option<DType> {
        let for_floats = self.expression(DType::Int64).is_none();
        let float =
            if self.result == Output::Quotient { dtype.promote(DType::Float64) } else { dtype.to_float() };
        let as_int8 =
            dtype == DType::Bool && self.wgsl.iter().any(|(types, _)| types & types::BOOL_AS_INT8 != 0);
        let candidates = [Some(dtype), as_int8.then_some(DType::Int8), for_floats.then_some(float)];
        candidates.into_iter().flatten().find(|&candidate| self.expression(candidate).is_some())
    }

    /// The dtype of the result, given the one computed in.
    #[must_use]
    pub fn result_dtype(&self, computed: DType) -> DType {
        match self.result {
            Output::Same | Output::Quotient => computed,
            Output::Bool => DType::Bool,
            Output::Real => computed.to_real(),
            Output::Int32 => DType::Int32,
            Output::Uint8 => DType::Uint8,
            Output::Exactly(dtype) => dtype,
        }
    }

    fn refuse(&self, dtype: DType) -> Error {
        let accepted: Vec<_> = DType::ALL.into_iter().filter(|&d| self.loop_for(d).is_some()).collect();
        let remedy = nearest(dtype, &accepted)
            .map_or_else(String::new, |instead| format!(". Convert first: x.astype(fs.{instead})"));
        let accepted = accepted.iter().map(|d| d.name()).collect::<Vec<_>>().join(", ");
        Error::DType { op: self.name, dtype, accepted, remedy }
    }
}

/// The accepted dtype to convert `dtype` to: the widest of its kind, else float32, else the narrowest; none for
/// complex numbers where only reals are accepted, since that would drop their imaginary parts.
fn nearest(dtype: DType, accepted: &[DType]) -> Option<DType> {
    let of_kind = accepted.iter().rev().find(|known| known.kind() == dtype.kind());
    match dtype.kind() {
        Kind::Float | Kind::Complex => of_kind,
        // An integer that is refused is too wide for the accepted ones.
        Kind::Unsigned | Kind::Signed => accepted.iter().find(|&&known| known == DType::Float32),
        Kind::Bool => accepted.first(),
    }
    .copied()
}

impl PartialEq for Ufunc {
    fn eq(&self, other: &Self) -> bool {
        (self.number, self.name) == (other.number, other.name)
    }
}

impl Eq for Ufunc {}

impl Hash for Ufunc {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.number, self.name).hash(state);
    }
}

/// Sets of [`Compute`] types, for the rows.
pub mod types {
    use super::Compute;

    pub const BOOL: u16 = Compute::Bool.bit();
    pub const SIGNED: u16 = Compute::I32.bit() | Compute::I64.bit();
    pub const UNSIGNED: u16 = Compute::U32.bit() | Compute::U64.bit();
    pub const INTEGER: u16 = SIGNED | UNSIGNED;
    pub const FLOAT: u16 = Compute::F32.bit() | Compute::F64.bit();
    pub const COMPLEX: u16 = Compute::C64.bit() | Compute::C128.bit();
    pub const REAL: u16 = INTEGER | FLOAT;
    pub const ALL: u16 = BOOL | REAL | COMPLEX;
    /// Bool is computed as int8, as in NumPy: a flag beside the types.
    pub const BOOL_AS_INT8: u16 = 1 << 15;
}
