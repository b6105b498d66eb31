//! The fourteen element types, their sizes, and NumPy's promotion between them.

use std::fmt;
use std::str::FromStr;

use half::f16;
use num_complex::Complex;

/// The type of an array's elements. Storage is bit for bit NumPy's on every device.
///
/// ```
/// use farshore::DType;
/// assert_eq!(DType::Int32.promote(DType::Float32), DType::Float64);
/// assert_eq!("uint8".parse(), Ok(DType::Uint8));
/// assert_eq!(DType::Complex128.size(), 16);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DType {
    /// One byte, 0 or 1.
    Bool,
    /// 8 bits, two's complement.
    Int8,
    /// 16 bits, two's complement.
    Int16,
    /// 32 bits, two's complement.
    Int32,
    /// 64 bits, two's complement.
    Int64,
    /// 8 bits, from 0.
    Uint8,
    /// 16 bits, from 0.
    Uint16,
    /// 32 bits, from 0.
    Uint32,
    /// 64 bits, from 0.
    Uint64,
    /// IEEE 754 binary16.
    Float16,
    /// IEEE 754 binary32.
    Float32,
    /// IEEE 754 binary64.
    Float64,
    /// Two floats of 32 bits, the real part first.
    Complex64,
    /// Two floats of 64 bits, the real part first.
    Complex128,
}

/// What kind of number a [`DType`] holds. The order is the order of promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// True and false.
    Bool,
    /// Integers from 0.
    Unsigned,
    /// Integers of either sign, two's complement.
    Signed,
    /// IEEE 754 numbers.
    Float,
    /// Pairs of floats, the real part first.
    Complex,
}

use DType::{
    Bool, Complex64, Complex128, Float16, Float32, Float64, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32,
    Uint64,
};

impl DType {
    /// Every dtype, in NumPy's order.
    pub const ALL: [Self; 14] = [
        Bool, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Float16, Float32, Float64, Complex64,
        Complex128,
    ];

    /// NumPy's name: `"float32"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Bool => "bool",
            Int8 => "int8",
            Int16 => "int16",
            Int32 => "int32",
            Int64 => "int64",
            Uint8 => "uint8",
            Uint16 => "uint16",
            Uint32 => "uint32",
            Uint64 => "uint64",
            Float16 => "float16",
            Float32 => "float32",
            Float64 => "float64",
            Complex64 => "complex64",
            Complex128 => "complex128",
        }
    }

    /// Bytes of one element.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Bool | Int8 | Uint8 => 1,
            Int16 | Uint16 | Float16 => 2,
            Int32 | Uint32 | Float32 => 4,
            Int64 | Uint64 | Float64 | Complex64 => 8,
            Complex128 => 16,
        }
    }

    /// What kind of number the elements are.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Bool => Kind::Bool,
            Uint8 | Uint16 | Uint32 | Uint64 => Kind::Unsigned,
            Int8 | Int16 | Int32 | Int64 => Kind::Signed,
            Float16 | Float32 | Float64 => Kind::Float,
            Complex64 | Complex128 => Kind::Complex,
        }
    }

    /// The smallest dtype that both fit in, by NumPy's table (`numpy.promote_types`).
    #[must_use]
    pub fn promote(self, other: Self) -> Self {
        let (low, high) = if self.kind() <= other.kind() { (self, other) } else { (other, self) };
        match (low.kind(), high.kind()) {
            (Kind::Bool, _) => high,
            (a, b) if a == b => {
                if low.size() > high.size() {
                    low
                } else {
                    high
                }
            }
            (Kind::Unsigned, Kind::Signed) if low.size() < high.size() => high,
            (Kind::Unsigned, Kind::Signed) => Self::signed(low.size() * 2),
            (_, Kind::Float) => Self::float(low.float_size().max(high.size())),
            _ => Self::complex(low.float_size().max(high.size() / 2)),
        }
    }

    /// The floating-point dtype in which a function of integers gives its result, as in NumPy:
    /// `sqrt(int16)` is float32. Floating-point dtypes are themselves.
    #[must_use]
    pub fn to_float(self) -> Self {
        match self.kind() {
            Kind::Float | Kind::Complex => self,
            _ => Self::float(self.float_size()),
        }
    }

    /// The dtype of the real part: complex64 to float32; real dtypes are themselves.
    #[must_use]
    pub fn to_real(self) -> Self {
        match self {
            Complex64 => Float32,
            Complex128 => Float64,
            real => real,
        }
    }

    /// Bytes of the smallest float that holds this dtype (NumPy calls 64-bit integers in float64 safe).
    const fn float_size(self) -> usize {
        match self.kind() {
            Kind::Bool => 2,
            Kind::Unsigned | Kind::Signed if self.size() >= 4 => 8,
            Kind::Unsigned | Kind::Signed => self.size() * 2,
            Kind::Float => self.size(),
            Kind::Complex => self.size() / 2,
        }
    }

    const fn signed(size: usize) -> Self {
        match size {
            2 => Int16,
            4 => Int32,
            8 => Int64,
            // No integer holds both uint64 and a signed one: NumPy answers float64.
            _ => Float64,
        }
    }

    const fn float(size: usize) -> Self {
        match size {
            2 => Float16,
            4 => Float32,
            _ => Float64,
        }
    }

    /// `size`: bytes of the real part.
    const fn complex(size: usize) -> Self {
        if size <= 4 { Complex64 } else { Complex128 }
    }

    /// The values an integer dtype holds, both ends included; None for other kinds.
    #[must_use]
    pub fn integer_range(self) -> Option<(i128, i128)> {
        let bits = 8 * u32::try_from(self.size()).unwrap_or(u32::MAX);
        match self.kind() {
            Kind::Unsigned => Some((0, (1 << bits) - 1)),
            Kind::Signed => Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1)),
            _ => None,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for DType {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|dtype| dtype.name() == name);
        found.ok_or_else(|| format!("{name:?} is not one of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// A Rust type whose values an array can hold: `bool`, the integers from 8 to 64 bits, [`half::f16`], `f32`,
/// `f64` and their complex numbers.
pub trait Element: Copy + bytemuck::NoUninit + Send + Sync + 'static {
    /// The dtype whose elements these are.
    const DTYPE: DType;

    /// A vector of `len` elements whose bytes `fill` writes.
    ///
    /// # Errors
    /// Those of `fill`.
    fn collect<E>(len: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Vec<Self>, E>;
}

macro_rules! elements {
    ($($rust:ty => $dtype:ident),* $(,)?) => {$(
        impl Element for $rust {
            const DTYPE: DType = $dtype;

            fn collect<E>(len: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Vec<Self>, E> {
                let mut values = vec![<$rust as bytemuck::Zeroable>::zeroed(); len];
                fill(bytemuck::cast_slice_mut(&mut values))?;
                Ok(values)
            }
        }
    )*};
}

elements! {
    i8 => Int8, i16 => Int16, i32 => Int32, i64 => Int64, u8 => Uint8, u16 => Uint16, u32 => Uint32, u64 => Uint64,
    f16 => Float16, f32 => Float32, f64 => Float64, Complex<f32> => Complex64, Complex<f64> => Complex128,
}

impl Element for bool {
    const DTYPE: DType = Bool;

    fn collect<E>(len: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Vec<Self>, E> {
        Ok(u8::collect(len, fill)?.into_iter().map(|byte| byte != 0).collect())
    }
}

/// The type in which WGSL computes an element: narrower integers and float16 are widened at the load and
/// wrapped or rounded after each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Compute {
    Bool = 1,
    I32 = 2,
    U32 = 4,
    I64 = 8,
    U64 = 16,
    F32 = 32,
    F64 = 64,
    C64 = 128,
    C128 = 256,
}

impl Compute {
    /// The suffix of function names: `f32` in `exp_f32`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::I32 => "i32",
            Self::U32 => "u32",
            Self::I64 => "i64",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::C64 => "c64",
            Self::C128 => "c128",
        }
    }

    /// This type as a bit, for sets of types.
    #[must_use]
    pub const fn bit(self) -> u16 {
        self as u16
    }
}

impl DType {
    /// The type that kernels compute in.
    #[must_use]
    pub const fn compute(self) -> Compute {
        match self {
            Bool => Compute::Bool,
            Int8 | Int16 | Int32 => Compute::I32,
            Uint8 | Uint16 | Uint32 => Compute::U32,
            Int64 => Compute::I64,
            Uint64 => Compute::U64,
            Float16 | Float32 => Compute::F32,
            Float64 => Compute::F64,
            Complex64 => Compute::C64,
            Complex128 => Compute::C128,
        }
    }
}
