//! The table of universal functions. A row gives the WGSL, the method of [`Array`], the Python function, its stub,
//! its documentation and its tests.

use crate::array::Array;
use crate::error::Result;
use crate::ops::apply::apply;
use crate::ops::scalar::Argument;
use crate::ufunc::types::{BOOL, BOOL_AS_INT8, COMPLEX, FLOAT, INTEGER, REAL, SIGNED, UNSIGNED};
use crate::ufunc::{Output, Role, Ufunc};

/// `where` is a word of Rust's: its row is written with an underscore behind it.
const fn without_underscore(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [name @ .., b'_'] => match std::str::from_utf8(name) {
            Ok(name) => name,
            Err(_) => panic!("a name is ASCII"),
        },
        _ => name,
    }
}

macro_rules! role {
    () => {
        Role::Common
    };
    ($role:ident) => {
        Role::$role
    };
}

macro_rules! ufuncs {
    ($($(#[doc = $doc:literal])+
    $name:ident($first:ident $(: $role:ident)? $(, $rest:ident $(: $rest_role:ident)?)*) -> $result:ident {
        $($types:expr => $wgsl:literal),+ $(,)?
    })+) => {
        /// The rows, by name.
        #[allow(non_upper_case_globals, reason = "a row's name is the function's own")]
        pub mod rows {
            use super::*;
            $(
                $(#[doc = $doc])+
                pub static $name: Ufunc = Ufunc {
                    name: without_underscore(stringify!($name)), number: 0, functions: "",
                    doc: concat!($($doc, "\n"),+),
                    parameters: &[stringify!($first) $(, stringify!($rest))*],
                    roles: &[role!($($role)?) $(, role!($($rest_role)?))*],
                    result: Output::$result,
                    wgsl: &[$(($types, $wgsl)),+],
                };
            )+
        }

        /// Every row.
        pub static UFUNCS: &[&Ufunc] = &[$(&rows::$name),+];

        impl Array {$(
            $(#[doc = $doc])+
            ///
            /// ```
            /// # use farshore::{Array, Device};
            /// let x = Array::from_slice(&Device::best()?, &[1_i8, 0, 2], &[3])?;
            #[doc = concat!("let y = x.", stringify!($name), "(", $("&x, /* ", stringify!($rest), " */",)* ")?;")]
            /// assert_eq!(y.shape(), x.shape());
            /// # Ok::<(), farshore::Error>(())
            /// ```
            ///
            /// # Errors
            /// Those of [`apply`](crate::apply); nothing is recorded then.
            #[allow(clippy::extra_unused_lifetimes, reason = "used by the operands after the first, if there are any")]
            pub fn $name<'a>(&self $(, $rest: impl Into<Argument<'a>>)*) -> Result<Array> {
                apply(&rows::$name, &[self.into() $(, $rest.into())*])
            }
        )+}
    };
}

ufuncs! {
    /// The sum of x1 and x2, element by element; for bool, whether either is true.
    add(x1, x2) -> Same {
        BOOL => "x1 | x2",
        REAL => "x1 + x2",
        COMPLEX => "C{W}(x1.re + x2.re, x1.im + x2.im)",
    }
    /// x1 less x2, element by element; integers wrap.
    subtract(x1, x2) -> Same {
        REAL => "x1 - x2",
        COMPLEX => "C{W}(x1.re - x2.re, x1.im - x2.im)",
    }
    /// The product of x1 and x2, element by element; for bool, whether both are true.
    multiply(x1, x2) -> Same {
        BOOL => "x1 & x2",
        REAL => "x1 * x2",
        COMPLEX => "multiply_{T}(x1, x2)",
    }
    /// x1 over x2, element by element; integers and bool give float64.
    divide(x1, x2) -> Quotient {
        FLOAT => "x1 / x2",
        COMPLEX => "divide_{T}(x1, x2)",
    }
    /// x1 over x2 rounded down, element by element; an integer over 0 is 0.
    floor_divide(x1, x2) -> Same {
        INTEGER | BOOL_AS_INT8 => "floor_divide_{T}(x1, x2)",
        FLOAT => "floor_divide_{T}(x1, x2)",
    }
    /// What is left of x1 over x2 rounded down, element by element: it has the sign of x2, as Python's `%`; an integer over 0 leaves 0.
    remainder(x1, x2) -> Same {
        INTEGER | FLOAT | BOOL_AS_INT8 => "remainder_{T}(x1, x2)",
    }
    /// What is left of x1 over x2 rounded towards 0, element by element: it has the sign of x1, as C's `fmod`; an integer over 0 leaves 0.
    fmod(x1, x2) -> Same {
        INTEGER | FLOAT | BOOL_AS_INT8 => "fmod_{T}(x1, x2)",
    }
    /// x1 to the power x2, element by element; integers wrap, and a negative power of one other than 1 and -1 is 0.
    pow(x1, x2) -> Same {
        INTEGER | FLOAT | COMPLEX | BOOL_AS_INT8 => "pow_{T}(x1, x2)",
    }
    /// x with its sign turned, element by element; unsigned integers wrap.
    negative(x) -> Same {
        SIGNED => "-x",
        UNSIGNED => "~x + vec4<{T}>(1)",
        FLOAT => "-x",
        COMPLEX => "C{W}(-x.re, -x.im)",
    }
    /// x as it is, element by element.
    positive(x) -> Same {
        REAL | COMPLEX => "x",
    }
    /// The size of x, element by element; for complex numbers the distance from 0.
    abs(x) -> Real {
        BOOL | UNSIGNED => "x",
        SIGNED => "abs(x)",
        FLOAT => "abs(x)",
        COMPLEX => "abs_{T}(x)",
    }
    /// -1, 0 or 1 by the sign of x, element by element; for complex numbers x over its size; NaN stays NaN.
    sign(x) -> Same {
        UNSIGNED => "min(x, vec4<{T}>(1))",
        SIGNED | FLOAT | COMPLEX => "sign_{T}(x)",
    }
    /// 1 over x, element by element; of integers, all but 1 and -1 give 0.
    reciprocal(x) -> Same {
        UNSIGNED => "select(vec4<{T}>(0), x, x == vec4<{T}>(1))",
        SIGNED | BOOL_AS_INT8 => "select(vec4<{T}>(0), x, (x == vec4<{T}>(1)) | (x == vec4<{T}>(-1)))",
        FLOAT => "vec4<{T}>(1) / x",
        COMPLEX => "reciprocal_{T}(x)",
    }
    /// x times itself, element by element; integers wrap.
    square(x) -> Same {
        REAL | BOOL_AS_INT8 => "x * x",
        COMPLEX => "multiply_{T}(x, x)",
    }
    /// The square root of x, element by element, NaN for negative numbers; integers give floats.
    sqrt(x) -> Same {
        FLOAT => "sqrt(x)",
        COMPLEX => "sqrt_{T}(x)",
    }
    /// The cube root of x, element by element; integers give floats.
    cbrt(x) -> Same {
        FLOAT => "cbrt_{T}(x)",
    }
    /// The length of the hypotenuse whose sides are x1 and x2, element by element; nothing overflows on the way.
    hypot(x1, x2) -> Same {
        FLOAT => "hypot_{T}(x1, x2)",
    }
    /// The greatest common divisor of x1 and x2, element by element; never negative.
    gcd(x1, x2) -> Same {
        INTEGER => "gcd_{T}(x1, x2)",
    }
    /// The least common multiple of x1 and x2, element by element; never negative, and wrapped where it does not fit.
    lcm(x1, x2) -> Same {
        INTEGER => "lcm_{T}(x1, x2)",
    }
    /// e to the power x, element by element; integers give floats.
    exp(x) -> Same {
        FLOAT | COMPLEX => "exp_{T}(x)",
    }
    /// 2 to the power x, element by element; integers give floats.
    exp2(x) -> Same {
        FLOAT | COMPLEX => "exp2_{T}(x)",
    }
    /// e to the power x, less 1, element by element: exact for small x too, where exp(x) - 1 is not.
    expm1(x) -> Same {
        FLOAT | COMPLEX => "expm1_{T}(x)",
    }
    /// The natural logarithm of x, element by element, NaN for negative numbers; integers give floats.
    log(x) -> Same {
        FLOAT | COMPLEX => "log_{T}(x)",
    }
    /// The logarithm of x to base 2, element by element, NaN for negative numbers; integers give floats.
    log2(x) -> Same {
        FLOAT | COMPLEX => "log2_{T}(x)",
    }
    /// The logarithm of x to base 10, element by element, NaN for negative numbers; integers give floats.
    log10(x) -> Same {
        FLOAT | COMPLEX => "log10_{T}(x)",
    }
    /// The natural logarithm of 1 + x, element by element: exact for small x too, where log(1 + x) is not.
    log1p(x) -> Same {
        FLOAT | COMPLEX => "log1p_{T}(x)",
    }
    /// log(exp(x1) + exp(x2)), element by element, without overflow on the way.
    logaddexp(x1, x2) -> Same {
        FLOAT => "logaddexp_{T}(x1, x2)",
    }
    /// log2(exp2(x1) + exp2(x2)), element by element, without overflow on the way.
    logaddexp2(x1, x2) -> Same {
        FLOAT => "logaddexp2_{T}(x1, x2)",
    }
    /// The sine of x radians, element by element; integers give floats.
    sin(x) -> Same {
        FLOAT | COMPLEX => "sin_{T}(x)",
    }
    /// The cosine of x radians, element by element; integers give floats.
    cos(x) -> Same {
        FLOAT | COMPLEX => "cos_{T}(x)",
    }
    /// The tangent of x radians, element by element; integers give floats.
    tan(x) -> Same {
        FLOAT | COMPLEX => "tan_{T}(x)",
    }
    /// The angle in radians whose sine is x, element by element, from -pi/2 to pi/2; NaN beyond -1 and 1.
    asin(x) -> Same {
        FLOAT | COMPLEX => "asin_{T}(x)",
    }
    /// The angle in radians whose cosine is x, element by element, from 0 to pi; NaN beyond -1 and 1.
    acos(x) -> Same {
        FLOAT | COMPLEX => "acos_{T}(x)",
    }
    /// The angle in radians whose tangent is x, element by element, from -pi/2 to pi/2.
    atan(x) -> Same {
        FLOAT | COMPLEX => "atan_{T}(x)",
    }
    /// The angle in radians of the point (x2, x1), element by element, from -pi to pi.
    atan2(x1, x2) -> Same {
        FLOAT => "atan2_{T}(x1, x2)",
    }
    /// The hyperbolic sine of x, element by element; integers give floats.
    sinh(x) -> Same {
        FLOAT | COMPLEX => "sinh_{T}(x)",
    }
    /// The hyperbolic cosine of x, element by element; integers give floats.
    cosh(x) -> Same {
        FLOAT | COMPLEX => "cosh_{T}(x)",
    }
    /// The hyperbolic tangent of x, element by element; integers give floats.
    tanh(x) -> Same {
        FLOAT | COMPLEX => "tanh_{T}(x)",
    }
    /// The number whose hyperbolic sine is x, element by element; integers give floats.
    asinh(x) -> Same {
        FLOAT | COMPLEX => "asinh_{T}(x)",
    }
    /// The number from 0 up whose hyperbolic cosine is x, element by element; NaN below 1.
    acosh(x) -> Same {
        FLOAT | COMPLEX => "acosh_{T}(x)",
    }
    /// The number whose hyperbolic tangent is x, element by element; NaN beyond -1 and 1.
    atanh(x) -> Same {
        FLOAT | COMPLEX => "atanh_{T}(x)",
    }
    /// sin(pi x) / (pi x), element by element; 1 for 0.
    sinc(x) -> Same {
        FLOAT => "sinc_{T}(x)",
    }
    /// x degrees in radians, element by element.
    deg2rad(x) -> Same {
        FLOAT => "deg2rad_{T}(x)",
    }
    /// x radians in degrees, element by element.
    rad2deg(x) -> Same {
        FLOAT => "rad2deg_{T}(x)",
    }
    /// The error function of x, element by element: 2/sqrt(pi) times the integral of exp(-t**2) from 0 to x.
    erf(x) -> Same {
        FLOAT => "erf_{T}(x)",
    }
    /// 1 less the error function of x, element by element: exact for large x too, where 1 - erf(x) is not.
    erfc(x) -> Same {
        FLOAT => "erfc_{T}(x)",
    }
    /// The gamma function of x, element by element: (x - 1)! for whole numbers, NaN for negative ones.
    gamma(x) -> Same {
        FLOAT => "gamma_{T}(x)",
    }
    /// The natural logarithm of the gamma function's size, element by element.
    lgamma(x) -> Same {
        FLOAT => "lgamma_{T}(x)",
    }
    /// The modified Bessel function of the first kind, of order 0, of x, element by element.
    i0(x) -> Same {
        FLOAT => "i0_{T}(x)",
    }
    /// x rounded down to a whole number, element by element; integers stay as they are.
    floor(x) -> Same {
        BOOL | INTEGER => "x",
        FLOAT => "floor(x)",
    }
    /// x rounded up to a whole number, element by element; integers stay as they are.
    ceil(x) -> Same {
        BOOL | INTEGER => "x",
        FLOAT => "ceil(x)",
    }
    /// x rounded towards 0 to a whole number, element by element; integers stay as they are.
    trunc(x) -> Same {
        BOOL | INTEGER => "x",
        FLOAT => "trunc(x)",
    }
    /// x rounded to the nearest whole number, element by element; halves go to the even one, and integers stay as they are.
    round(x) -> Same {
        INTEGER => "x",
        FLOAT => "round(x)",
        COMPLEX => "C{W}(round(x.re), round(x.im))",
    }
    /// x rounded to the nearest whole number, element by element; halves go to the even one, and integers give floats.
    rint(x) -> Same {
        FLOAT => "round(x)",
        COMPLEX => "C{W}(round(x.re), round(x.im))",
    }
    /// The larger of x1 and x2, element by element; NaN when either is.
    maximum(x1, x2) -> Same {
        BOOL => "x1 | x2",
        INTEGER => "max(x1, x2)",
        FLOAT => "maximum_{D}(x1, x2)",
    }
    /// The smaller of x1 and x2, element by element; NaN when either is.
    minimum(x1, x2) -> Same {
        BOOL => "x1 & x2",
        INTEGER => "min(x1, x2)",
        FLOAT => "minimum_{D}(x1, x2)",
    }
    /// The larger of x1 and x2, element by element; where one is NaN the other.
    fmax(x1, x2) -> Same {
        BOOL => "x1 | x2",
        INTEGER => "max(x1, x2)",
        FLOAT => "fmax_{D}(x1, x2)",
    }
    /// The smaller of x1 and x2, element by element; where one is NaN the other.
    fmin(x1, x2) -> Same {
        BOOL => "x1 & x2",
        INTEGER => "min(x1, x2)",
        FLOAT => "fmin_{D}(x1, x2)",
    }
    /// 0 where x1 is negative, 1 where it is positive and x2 where it is 0, element by element.
    heaviside(x1, x2) -> Same {
        FLOAT => "heaviside_{T}(x1, x2)",
    }
    /// x1 with the sign of x2, element by element, that of -0 and NaN included.
    copysign(x1, x2) -> Same {
        FLOAT => "copysign_{T}(x1, x2)",
    }
    /// The number of its dtype next to x1, element by element, in the direction of x2.
    nextafter(x1, x2) -> Same {
        FLOAT => "nextafter_{D}(x1, x2)",
    }
    /// The distance from x to the number of its dtype next to it, away from 0, element by element.
    spacing(x) -> Same {
        FLOAT => "spacing_{D}(x)",
    }
    /// x1 times 2 to the power x2, element by element; x2 is of integers.
    ldexp(x1, x2: Integers) -> Same {
        FLOAT => "ldexp_{T}(x1, vec4<i32>(clamp(x2, vec4<f32>(-10000.0), vec4<f32>(10000.0))))",
    }
    /// The part of x that `frexp` gives first, element by element: x over a power of 2, at least 1/2 and below 1 in size.
    frexp_mantissa(x) -> Same {
        FLOAT => "frexp_mantissa_{T}(x)",
    }
    /// The power of 2 that `frexp` gives, element by element: x is the mantissa times 2 to that power.
    frexp_exponent(x) -> Int32 {
        FLOAT => "frexp_exponent_{T}(x)",
    }
    /// x with its imaginary part turned, element by element; real numbers stay as they are.
    conj(x) -> Same {
        REAL | BOOL_AS_INT8 => "x",
        COMPLEX => "C{W}(x.re, -x.im)",
    }
    /// The real part of x, element by element.
    real(x) -> Real {
        BOOL | REAL => "x",
        COMPLEX => "x.re",
    }
    /// The imaginary part of x, element by element; 0 for real numbers.
    imag(x) -> Real {
        BOOL => "vec4<bool>(false)",
        REAL => "vec4<{T}>(0)",
        COMPLEX => "x.im",
    }
    /// The angle of x in the complex plane, in radians, element by element, from -pi to pi.
    angle(x) -> Real {
        FLOAT => "select(select(vec4<{T}>(0), vec4<{T}>(3.14159265358979324), signbit_{T}(x)), x, is_nan_{T}(x))",
        COMPLEX => "angle_{T}(x)",
    }
    /// Whether x1 equals x2, element by element; NaN equals nothing.
    equal(x1, x2) -> Bool {
        BOOL | REAL => "x1 == x2",
        COMPLEX => "equal_{T}(x1, x2)",
    }
    /// Whether x1 differs from x2, element by element; NaN differs from everything.
    not_equal(x1, x2) -> Bool {
        BOOL | REAL => "!(x1 == x2)",
        COMPLEX => "!equal_{T}(x1, x2)",
    }
    /// Whether x1 is less than x2, element by element.
    less(x1, x2) -> Bool {
        BOOL => "!x1 & x2",
        REAL => "x1 < x2",
    }
    /// Whether x1 is less than x2 or equals it, element by element.
    less_equal(x1, x2) -> Bool {
        BOOL => "!x1 | x2",
        REAL => "x1 <= x2",
    }
    /// Whether x1 is greater than x2, element by element.
    greater(x1, x2) -> Bool {
        BOOL => "x1 & !x2",
        REAL => "x1 > x2",
    }
    /// Whether x1 is greater than x2 or equals it, element by element.
    greater_equal(x1, x2) -> Bool {
        BOOL => "x1 | !x2",
        REAL => "x1 >= x2",
    }
    /// Whether x is NaN, element by element; a complex number is when either part is.
    isnan(x) -> Bool {
        BOOL | INTEGER => "vec4<bool>(false)",
        FLOAT => "is_nan_{T}(x)",
        COMPLEX => "is_nan_{P}(x.re) | is_nan_{P}(x.im)",
    }
    /// Whether x is infinite, element by element; a complex number is when either part is.
    isinf(x) -> Bool {
        BOOL | INTEGER => "vec4<bool>(false)",
        FLOAT => "is_inf_{T}(x)",
        COMPLEX => "is_inf_{P}(x.re) | is_inf_{P}(x.im)",
    }
    /// Whether x is neither infinite nor NaN, element by element.
    isfinite(x) -> Bool {
        BOOL | INTEGER => "vec4<bool>(true)",
        FLOAT => "is_finite_{T}(x)",
        COMPLEX => "is_finite_{P}(x.re) & is_finite_{P}(x.im)",
    }
    /// Whether the sign of x is set, element by element, as it is for -0.
    signbit(x) -> Bool {
        BOOL | UNSIGNED => "vec4<bool>(false)",
        SIGNED => "x < vec4<{T}>(0)",
        FLOAT => "signbit_{T}(x)",
    }
    /// Whether both x1 and x2 are other than 0, element by element.
    logical_and(x1, x2) -> Bool {
        BOOL | REAL | COMPLEX => "truth(x1) & truth(x2)",
    }
    /// Whether x1 or x2 is other than 0, element by element.
    logical_or(x1, x2) -> Bool {
        BOOL | REAL | COMPLEX => "truth(x1) | truth(x2)",
    }
    /// Whether exactly one of x1 and x2 is other than 0, element by element.
    logical_xor(x1, x2) -> Bool {
        BOOL | REAL | COMPLEX => "truth(x1) != truth(x2)",
    }
    /// Whether x is 0, element by element.
    logical_not(x) -> Bool {
        BOOL | REAL | COMPLEX => "!truth(x)",
    }
    /// The bits that x1 and x2 both have, element by element.
    bitwise_and(x1, x2) -> Same {
        BOOL => "x1 & x2",
        INTEGER => "x1 & x2",
    }
    /// The bits that x1 or x2 has, element by element.
    bitwise_or(x1, x2) -> Same {
        BOOL => "x1 | x2",
        INTEGER => "x1 | x2",
    }
    /// The bits that only one of x1 and x2 has, element by element.
    bitwise_xor(x1, x2) -> Same {
        BOOL => "x1 != x2",
        INTEGER => "x1 ^ x2",
    }
    /// The bits that x has not, element by element; for bool, whether x is false.
    bitwise_invert(x) -> Same {
        BOOL => "!x",
        INTEGER => "~x",
    }
    /// The bits of x1 moved up by x2 places, element by element; beyond the width nothing is left.
    bitwise_left_shift(x1, x2) -> Same {
        INTEGER | BOOL_AS_INT8 => "left_shift_{T}(x1, x2, {BITS}u)",
    }
    /// The bits of x1 moved down by x2 places, element by element; the sign fills up behind them.
    bitwise_right_shift(x1, x2) -> Same {
        INTEGER | BOOL_AS_INT8 => "right_shift_{T}(x1, x2, {BITS}u)",
    }
    /// The number of bits set in x, element by element; of negative numbers, in their size.
    bitwise_count(x) -> Uint8 {
        INTEGER | BOOL_AS_INT8 => "bit_count_{T}(x)",
    }
    /// x1 where condition is other than 0 and x2 where it is 0, element by element.
    where_(condition: Bool, x1, x2) -> Same {
        BOOL | REAL => "select(x2, x1, condition)",
        COMPLEX => "select_{T}(x2, x1, condition)",
    }
}
