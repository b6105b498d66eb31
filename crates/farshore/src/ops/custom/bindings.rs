//! What a user's program is given: arrays that fit its variables, and the numbers of its uniform.

use std::sync::Arc;

use crate::array::Array;
use crate::device::{Device, Field, UserProgram, Variable, VariableKind};
use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::graph::Part;
use crate::ops::custom::declarations::{Declarations, Storage};
use crate::ops::custom::signature::{Type, Types};
use crate::ops::scalar::{Argument, Scalar};

/// Arguments that fit.
pub struct Bound<'a> {
    op: &'static str,
    arrays: Vec<BoundArray<'a>>,
    /// The words of the uniform.
    pub numbers: Vec<u32>,
}

struct BoundArray<'a> {
    array: &'a Array,
    storage: &'a Storage,
    least: u64,
    elements: Option<(u64, u64)>,
}

/// What template names stand for, and the device, given the arrays that are bound.
pub fn deduce(op: &'static str, storages: &[Storage], arguments: &[Argument<'_>]) -> Result<(Types, Device)> {
    let arrays = arguments.iter().filter_map(|argument| match argument {
        Argument::Array(array) => Some(*array),
        Argument::Scalar(_) => None,
    });
    let arrays: Vec<&Array> = arrays.collect();
    let (Some(first), true) = (arrays.first(), arrays.len() == storages.len()) else {
        let names: Vec<&str> = storages.iter().map(|storage| storage.name.as_str()).collect();
        let (names, given) = (names.join(", "), arrays.len());
        let reason = format!(
            "it binds {names}; {given} arrays were given for them. The members of a uniform are numbers"
        );
        return Err(Error::Argument { op, reason });
    };
    let mut types = Types::new();
    for (storage, array) in storages.iter().zip(&arrays) {
        if array.device() != first.device() {
            let (left, right) = (first.device().to_string(), array.device().to_string());
            return Err(Error::DeviceMismatch { op, left, right });
        }
        let wanted = match &storage.dtype {
            None => continue,
            Some(Type::DType(dtype)) => *dtype,
            Some(Type::Template(name)) => {
                let known = types.iter().find(|(known, _)| known == name).map(|&(_, dtype)| dtype);
                known.unwrap_or_else(|| {
                    types.push((name.clone(), array.dtype()));
                    array.dtype()
                })
            }
        };
        if wanted != array.dtype() {
            return Err(not_of(op, storage, array.dtype(), wanted));
        }
    }
    Ok((types, first.device().clone()))
}

fn not_of(op: &'static str, storage: &Storage, dtype: DType, wanted: DType) -> Error {
    let Storage { name, ty, .. } = storage;
    let narrow = if dtype.size() < 4 && storage.dtype.is_none() {
        format!(", or declare {name} as array<T> and reach it by load_{name}(i)")
    } else {
        String::new()
    };
    let accepted = format!("{wanted} for {name}, which is {ty}");
    let remedy = format!(". Convert it first: x.astype(fs.{wanted}){narrow}");
    Error::DType { op, dtype, accepted, remedy }
}

impl<'a> Bound<'a> {
    /// The arguments in the order of the bindings.
    ///
    /// # Errors
    /// [`Error::Argument`], [`Error::DType`], [`Error::Value`], [`Error::OutOfRange`] for what does not fit.
    pub fn new(
        op: &'static str,
        program: &UserProgram,
        declared: &'a Declarations,
        arguments: &'a [Argument<'a>],
    ) -> Result<Self> {
        let names = wanted(&program.variables);
        if names.len() != arguments.len() {
            let (wanted, given) = (names.len(), arguments.len());
            let reason = format!("it takes {wanted} arguments: {}; {given} were given", names.join(", "));
            return Err(Error::Argument { op, reason });
        }
        let (mut arrays, mut numbers) = (Vec::new(), vec![0; 4]);
        let (mut storages, mut rest) = (declared.storages.iter(), arguments.iter());
        let mut next = |name: &str| {
            let reason = || format!("an argument is missing, for {name}");
            rest.next().ok_or_else(|| Error::Argument { op, reason: reason() })
        };
        for variable in &program.variables {
            let name = &variable.name;
            match &variable.kind {
                VariableKind::Storage { scalar, paired, least, elements, .. } => {
                    let Argument::Array(array) = next(name)? else {
                        let reason = format!("{name} is an array; a number was given. {}", order(&names));
                        return Err(Error::Argument { op, reason });
                    };
                    let Some(storage) = storages.next() else { continue };
                    if storage.dtype.is_none() {
                        require_dtype(op, storage, array.dtype(), (scalar.as_deref(), *paired))?;
                    }
                    arrays.push(BoundArray { array, storage, least: *least, elements: *elements });
                }
                VariableKind::Uniform { fields, nbytes } => {
                    numbers.resize(usize::try_from(nbytes.div_ceil(16) * 4).unwrap_or_default(), 0);
                    for field in fields {
                        let Argument::Scalar(value) = next(&field.name)? else {
                            let name = &field.name;
                            let reason = format!("{name} is a number; an array was given. {}", order(&names));
                            return Err(Error::Argument { op, reason });
                        };
                        put(op, &mut numbers, field, *value)?;
                    }
                }
            }
        }
        let bound = Self { op, arrays, numbers };
        bound.require_apart()?;
        for one in bound.arrays.iter().filter(|one| one.storage.written) {
            bound.require_in_place(one)?;
        }
        Ok(bound)
    }

    /// The number of elements of each array, in vectors of four.
    pub fn lengths(&self) -> Vec<u32> {
        let mut lengths: Vec<u32> =
            self.arrays.iter().map(|one| u32::try_from(one.array.len()).unwrap_or(u32::MAX)).collect();
        lengths.resize(lengths.len().next_multiple_of(4), 0);
        lengths
    }

    /// What is read, and what is written. Views that cannot be bound are copied on the device.
    ///
    /// # Errors
    /// [`Error::Value`] for arrays that are too short or too long.
    pub fn parts(&self) -> Result<(Vec<Part>, Vec<Part>)> {
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for one in &self.arrays {
            let nbytes = self.nbytes(one)?;
            let layout = one.array.layout();
            let offset = (layout.offset * one.array.dtype().size()) as u64;
            let direct =
                layout.is_contiguous() && offset.is_multiple_of(one.array.device().limits().alignment);
            let part = if direct {
                Part { node: Arc::clone(&one.array.node), offset, nbytes }
            } else {
                Part { node: one.array.copy()?.node, offset: 0, nbytes }
            };
            if one.storage.written { &mut writes } else { &mut reads }.push(part);
        }
        Ok((reads, writes))
    }

    /// The bytes to bind: whole words.
    fn nbytes(&self, one: &BoundArray<'_>) -> Result<u64> {
        let (name, ty, op) = (&one.storage.name, &one.storage.ty, self.op);
        let (nbytes, limit) = (one.array.nbytes(), one.array.device().limits().binding);
        let bound = nbytes.next_multiple_of(4);
        let reason = match one.elements {
            _ if nbytes == 0 => {
                format!(
                    "the array for {name} is empty, which cannot be bound; where nothing is to be done, ask for 0 workgroups"
                )
            }
            _ if bound > limit => {
                format!(
                    "the array for {name} has {nbytes} bytes; a kernel reaches up to {limit}: give it parts"
                )
            }
            _ if bound < one.least => {
                format!("{name} is {ty}, of {} bytes at least; the array has {nbytes}", one.least)
            }
            Some((before, stride)) if !(bound - before).is_multiple_of(stride) => {
                format!(
                    "{name} is {ty}, of {stride} bytes each; the array has {nbytes}, which is no multiple. Pad it, or \
                     leave the rest out"
                )
            }
            _ => return Ok(bound),
        };
        Err(Error::Value { op, reason })
    }

    /// Checks that nothing that is written is bound twice.
    fn require_apart(&self) -> Result<()> {
        for (at, one) in self.arrays.iter().enumerate() {
            for other in &self.arrays[..at] {
                let written = one.storage.written || other.storage.written;
                if written && one.array.shares_memory(other.array) {
                    let reason = format!(
                        "{} and {} share their memory, and one of them is written; copy the other first: x.copy()",
                        other.storage.name, one.storage.name
                    );
                    return Err(Error::Value { op: self.op, reason });
                }
            }
        }
        Ok(())
    }

    /// Checks that an array can be bound where it lies.
    fn require_in_place(&self, one: &BoundArray<'_>) -> Result<()> {
        let layout = one.array.layout();
        let size = one.array.dtype().size();
        let alignment = one.array.device().limits().alignment;
        let (start, end) = (layout.offset * size, (layout.offset + one.array.len()) * size);
        let name = &one.storage.name;
        let fact = if !layout.is_contiguous() {
            "the elements of this view don't lie next to each other".into()
        } else if !(start as u64).is_multiple_of(alignment) {
            format!("this view begins {start} bytes into its memory, which is no multiple of {alignment}")
        } else if !end.is_multiple_of(4) && end != one.array.node.elements() * size {
            format!("this view ends {end} bytes into its memory, amid a word of four")
        } else {
            return Ok(());
        };
        let reason = format!(
            "{name} is written in place, and {fact}. Write into a copy, y = x.copy(), and assign it: x[...] = y"
        );
        Err(Error::Value { op: self.op, reason })
    }
}

/// The names of all arguments.
fn wanted(variables: &[Variable]) -> Vec<&str> {
    let each = variables.iter().flat_map(|variable| match &variable.kind {
        VariableKind::Storage { .. } => vec![variable.name.as_str()],
        VariableKind::Uniform { fields, .. } => fields.iter().map(|field| field.name.as_str()).collect(),
    });
    each.collect()
}

fn order(names: &[&str]) -> String {
    format!("The arguments are {}", names.join(", "))
}

/// The dtype of WGSL's numbers.
fn of_scalar(scalar: &str) -> Option<DType> {
    Some(match scalar {
        "f32" => DType::Float32,
        "f64" => DType::Float64,
        "i32" => DType::Int32,
        "i64" => DType::Int64,
        "u32" => DType::Uint32,
        "u64" => DType::Uint64,
        _ => return None,
    })
}

/// Checks that an array has the numbers of a variable: a complex one two at a time.
fn require_dtype(
    op: &'static str,
    storage: &Storage,
    dtype: DType,
    (scalar, paired): (Option<&str>, bool),
) -> Result<()> {
    // Of several types, the array is their words.
    let wanted = scalar.and_then(of_scalar).unwrap_or(DType::Uint32);
    if dtype == wanted || (paired && dtype.kind() == Kind::Complex && dtype.to_real() == wanted) {
        return Ok(());
    }
    Err(not_of(op, storage, dtype, wanted))
}

/// Writes a number where the uniform has it.
fn put(op: &'static str, words: &mut [u32], field: &Field, value: Scalar) -> Result<()> {
    let Some(dtype) = of_scalar(&field.scalar) else {
        let reason = format!("{} is {}, which no number is", field.name, field.scalar);
        return Err(Error::Value { op, reason });
    };
    let bits = value.bits(op, dtype).map_err(|error| match error {
        Error::Value { op, reason } => Error::Value { op, reason: format!("{}: {reason}", field.name) },
        error => error,
    })?;
    let at = field.offset as usize / 4;
    let size = dtype.size() / 4;
    words[at..at + size].copy_from_slice(&bits[..size]);
    Ok(())
}
