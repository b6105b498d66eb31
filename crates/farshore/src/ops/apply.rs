//! From a row of the table and its operands to a pending array: what broadcasts, what is promoted, what is refused.

use smallvec::SmallVec;

use crate::array::{Array, require};
use crate::device::Device;
use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::graph::{Function, Operand, Operation};
use crate::layout::broadcast_shapes;
use crate::ops::compare::{self, Comparison};
use crate::ops::scalar::{Argument, Scalar};
use crate::ufunc::{Role, Ufunc};

/// Records `ufunc` of `arguments`: broadcast, promoted as NumPy does, with weak scalars.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::DType`], [`Error::OutOfRange`], [`Error::DeviceMismatch`].
pub fn apply(ufunc: &'static Ufunc, arguments: &[Argument<'_>]) -> Result<Array> {
    let arrays = || {
        arguments.iter().filter_map(|argument| match argument {
            Argument::Array(array) => Some(*array),
            Argument::Scalar(_) => None,
        })
    };
    let device = common_device(ufunc.name, arrays())?;
    let shape = broadcast_shapes(ufunc.name, arrays().map(Array::shape))?;
    match Comparison::of(ufunc, arguments) {
        Some(Comparison::Mixed(x1, x2)) => return compare::mixed(ufunc, x1, x2),
        Some(Comparison::Known(answer)) => {
            let operands = [Operand::Scalar(DType::Bool, [u32::from(answer), 0, 0, 0])].into_iter().collect();
            let operation = Operation { function: Function::Copy, operands };
            return Array::pending(device, DType::Bool, &shape, operation);
        }
        None => {}
    }
    let promoted =
        || arguments.iter().zip(ufunc.roles).filter(|(_, role)| **role == Role::Common).map(|(one, _)| one);
    let dtype = ufunc.loop_dtype(common_dtype(promoted()))?;
    require(device, dtype)?;
    if let ("pow", Kind::Signed, [_, Argument::Scalar(Scalar::Int(..=-1))]) =
        (ufunc.name, dtype.kind(), arguments)
    {
        let reason =
            "integers to negative integer powers are not integers; convert them first: x.astype(fs.float32)";
        return Err(Error::Value { op: ufunc.name, reason: reason.into() });
    }
    let operand = |(argument, role): (&Argument<'_>, &Role)| match argument {
        Argument::Array(array) => {
            role.accept(ufunc, array.dtype())?;
            Ok(array.operand(array.layout.broadcast_to(ufunc.name, &shape)?))
        }
        Argument::Scalar(scalar) => {
            role.accept(ufunc, scalar.default_dtype())?;
            let dtype = role.dtype(dtype);
            Ok(Operand::Scalar(dtype, scalar.bits(ufunc.name, dtype)?))
        }
    };
    let operands = arguments.iter().zip(ufunc.roles).map(operand).collect::<Result<SmallVec<_>>>()?;
    let operation = Operation { function: Function::Ufunc(ufunc, dtype), operands };
    Array::pending(device, ufunc.result_dtype(dtype), &shape, operation)
}

fn common_device<'a>(op: &'static str, mut arrays: impl Iterator<Item = &'a Array>) -> Result<&'a Device> {
    let first = arrays
        .next()
        .ok_or_else(|| Error::Value { op, reason: "at least one operand must be an array".into() })?;
    match arrays.find(|array| array.device() != first.device()) {
        None => Ok(first.device()),
        Some(other) => Err(Error::DeviceMismatch {
            op,
            left: first.device().to_string(),
            right: other.device().to_string(),
        }),
    }
}

fn common_dtype<'a, 'b: 'a>(arguments: impl Iterator<Item = &'a Argument<'b>> + Clone) -> DType {
    let mut dtype: Option<DType> = None;
    for argument in arguments.clone() {
        if let Argument::Array(array) = argument {
            dtype = Some(dtype.map_or(array.dtype(), |known| known.promote(array.dtype())));
        }
    }
    let mut dtype = dtype.unwrap_or(DType::Bool);
    for argument in arguments {
        if let Argument::Scalar(scalar) = argument {
            dtype = scalar.join(dtype);
        }
    }
    dtype
}
