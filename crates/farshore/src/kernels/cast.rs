//! Conversions between dtypes, and the return of a widened value to its dtype's range.

use crate::dtype::{Compute, DType, Kind};
use crate::kernels::storage::lanes_type;

/// The lanes `value` of dtype `from`, as lanes of `to`.
pub fn cast(value: &str, from: DType, to: DType) -> String {
    if from == to {
        return value.into();
    }
    let (source, target) = (from.kind(), to.kind());
    match (source, target) {
        (_, Kind::Bool) => truth(value, from),
        (Kind::Complex, Kind::Complex) => {
            let part = if to.compute() == Compute::C64 { "f32" } else { "f64" };
            format!("{}(vec4<{part}>({value}.re), vec4<{part}>({value}.im))", lanes_type(to))
        }
        (Kind::Complex, _) => cast(&format!("{value}.re"), from.to_real(), to),
        (_, Kind::Complex) => {
            let real = to.to_real();
            // From the parameters, because llvmpipe drops the addition of a constant 0, and with it the sign of -0.
            let zero = format!("vec4<{0}>({0}(bitcast<f32>(params[1].x)))", real.compute().name());
            format!("{}({}, {zero})", lanes_type(to), cast(value, from, real))
        }
        (Kind::Bool, _) => {
            let number = format!("select(vec4<u32>(0u), vec4<u32>(1u), {value})");
            narrow(&convert(&number, DType::Uint32, to), to)
        }
        _ => narrow(&convert(value, from, to), to),
    }
}

fn convert(value: &str, from: DType, to: DType) -> String {
    match (from.compute(), to.compute()) {
        (source, target) if source == target => value.into(),
        // naga widens by the target's sign, not the source's: widen first, then change the sign.
        (Compute::U32, Compute::I64) => format!("vec4<i64>(vec4<u64>({value}))"),
        (Compute::I32, Compute::U64) => format!("vec4<u64>(vec4<i64>({value}))"),
        (Compute::F64, _) if to == DType::Float16 => format!("narrow_f64({value})"),
        (Compute::F32 | Compute::F64, _) if matches!(to.kind(), Kind::Unsigned | Kind::Signed) => {
            float_to_integer(value, from, to)
        }
        _ => format!("{}({value})", lanes_type(to)),
    }
}

/// WGSL leaves it open what a float beyond an integer's range becomes. Here it becomes what NumPy makes of it on x86-64:
/// the low bits of a wider integer where there is one, else the lowest number.
fn float_to_integer(value: &str, from: DType, to: DType) -> String {
    let float = from.compute().name();
    match to {
        DType::Uint8 | DType::Uint16 => format!("bitcast<vec4<u32>>(to_i32_from_{float}({value}))"),
        DType::Uint32 if from == DType::Float16 => format!("to_u32_from_f16({value})"),
        _ => format!("to_{}_from_{float}({value})", to.compute().name()),
    }
}

/// Whether each lane is other than 0, as NumPy's `bool(x)`: NaN is.
pub fn truth(value: &str, dtype: DType) -> String {
    match dtype.compute() {
        Compute::Bool => value.into(),
        Compute::C64 | Compute::C128 => {
            let zero = zero(dtype.to_real());
            format!("(!({value}.re == {zero}) | !({value}.im == {zero}))")
        }
        _ => format!("!({value} == {})", zero(dtype)),
    }
}

/// A value computed in 32 bits, brought back to the range or precision of `dtype`.
pub fn narrow(value: &str, dtype: DType) -> String {
    match dtype {
        DType::Uint8 => format!("({value} & vec4<u32>(0xffu))"),
        DType::Uint16 => format!("({value} & vec4<u32>(0xffffu))"),
        DType::Int8 => format!("(({value} << vec4<u32>(24u)) >> vec4<u32>(24u))"),
        DType::Int16 => format!("(({value} << vec4<u32>(16u)) >> vec4<u32>(16u))"),
        DType::Float16 => format!("round_f16({value})"),
        _ => value.into(),
    }
}

/// Four zeros.
fn zero(dtype: DType) -> &'static str {
    match dtype.compute() {
        Compute::I64 => "vec4<i64>(0li)",
        Compute::U64 => "vec4<u64>(0lu)",
        Compute::F64 => "vec4<f64>(0.0lf)",
        Compute::F32 => "vec4<f32>(0.0)",
        Compute::I32 => "vec4<i32>(0i)",
        _ => "vec4<u32>(0u)",
    }
}
