//! What a user's program binds: arrays, and the numbers of a uniform.

use naga::proc::{Alignment, Layouter};
use naga::{
    AddressSpace, ArraySize, GlobalVariable, Handle, Module, ResourceBinding, Scalar, ScalarKind,
    StorageAccess, Type, TypeInner, VectorSize,
};

use crate::device::check::Fault;
use crate::device::pipeline::PARAMETER_BYTES;

/// A variable that is bound.
#[derive(Debug)]
pub struct Variable {
    pub name: String,
    pub kind: VariableKind,
}

#[derive(Debug)]
pub enum VariableKind {
    /// An array.
    Storage {
        written: bool,
        /// WGSL's name of the numbers in it; None where there are several types.
        scalar: Option<String>,
        /// Whether they are all in vectors of two or four.
        paired: bool,
        /// Bytes of the shortest array that fits.
        least: u64,
        /// Bytes before the elements that are as many as there are, and bytes of each.
        elements: Option<(u64, u64)>,
    },
    /// Numbers.
    Uniform { fields: Vec<Field>, nbytes: u64 },
}

/// One number of a uniform.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    /// WGSL's name of its type.
    pub scalar: String,
    /// In bytes.
    pub offset: u32,
}

/// The name of the uniform that says how long arrays are: `array<vec4<u32>, N>`, in a group of its own.
pub const LENGTHS: &str = "farshore_lengths";

/// Sizes of the module's types.
pub fn layouts(module: &Module) -> Result<Layouter, Fault> {
    let mut layouter = Layouter::default();
    layouter.update(module.to_ctx()).map_err(|error| Fault::of_all(error.to_string()))?;
    Ok(layouter)
}

/// What the module binds, in the order of the numbers that it has; then they are numbered anew. And whether lengths are.
pub fn bound(module: &mut Module, wgsl: &str) -> Result<(Vec<Variable>, bool), Fault> {
    let layouter = layouts(module)?;
    let mut found: Vec<(u32, Handle<GlobalVariable>, Variable)> = Vec::new();
    let mut lengths = None;
    for (handle, variable) in module.global_variables.iter() {
        let fault =
            |message| Fault::at(Some(module.global_variables.get_span(handle).location(wgsl)), message);
        let name = variable.name.clone().unwrap_or_default();
        if matches!(variable.space, AddressSpace::Private | AddressSpace::WorkGroup) {
            continue;
        }
        if name == LENGTHS {
            lengths = Some(handle);
            continue;
        }
        let Some(place) = variable.binding else {
            return Err(fault(format!("{name} has no binding; write @group(0) @binding(N) before it")));
        };
        if place.group != 0 {
            let group = place.group;
            return Err(fault(format!(
                "{name} is in group {group}; a kernel's arguments are those of group 0"
            )));
        }
        if let Some((_, _, other)) = found.iter().find(|(binding, ..)| *binding == place.binding) {
            let message = format!("{name} and {} have one binding; number each its own", other.name);
            return Err(fault(message));
        }
        let kind = kind(module, &layouter, variable, &name).map_err(fault)?;
        found.push((place.binding, handle, Variable { name, kind }));
    }
    found.sort_by_key(|&(binding, ..)| binding);
    let rank = |variable: &Variable| match variable.kind {
        VariableKind::Storage { written, .. } => u8::from(written),
        VariableKind::Uniform { .. } => 2,
    };
    let mut order: Vec<(u8, Handle<GlobalVariable>)> =
        found.iter().map(|(_, handle, variable)| (rank(variable), *handle)).collect();
    order.sort_by_key(|&(rank, _)| rank);
    let uniforms = order.iter().filter(|(rank, _)| *rank == 2).count();
    if uniforms > 1 {
        let message = "it has several uniforms; a kernel has one: put their numbers into one struct";
        return Err(Fault::of_all(message.into()));
    }
    let last = order.len() - uniforms + 1;
    let numbered = order.iter().map(|(_, handle)| *handle).enumerate();
    for (binding, handle) in numbered.chain(lengths.map(|handle| (last, handle))) {
        let binding = u32::try_from(binding).unwrap_or(u32::MAX);
        module.global_variables.get_mut(handle).binding = Some(ResourceBinding { group: 0, binding });
    }
    Ok((found.into_iter().map(|(.., variable)| variable).collect(), lengths.is_some()))
}

fn kind(
    module: &Module,
    layouter: &Layouter,
    variable: &GlobalVariable,
    name: &str,
) -> Result<VariableKind, String> {
    let size = u64::from(layouter[variable.ty].size);
    match variable.space {
        AddressSpace::Storage { access } => {
            let mut scalars = Vec::new();
            let paired = leaves(module, variable.ty, &mut scalars);
            scalars.dedup();
            Ok(VariableKind::Storage {
                written: access.contains(StorageAccess::STORE),
                scalar: (scalars.len() == 1).then(|| scalars.remove(0)),
                paired,
                least: size,
                elements: elements(module, variable.ty),
            })
        }
        AddressSpace::Uniform => {
            let mut fields = Vec::new();
            flatten(module, (variable.ty, name.to_owned(), 0), &mut fields)?;
            if size > PARAMETER_BYTES {
                return Err(format!(
                    "{name} is a uniform of {size} bytes; one has up to {PARAMETER_BYTES}: give more as an array"
                ));
            }
            Ok(VariableKind::Uniform { fields, nbytes: size })
        }
        _ => Err(format!("{name} is neither an array nor a uniform, which a kernel's arguments are")),
    }
}

fn scalar_name(scalar: Scalar) -> String {
    let kind = match scalar.kind {
        ScalarKind::Sint => "i",
        ScalarKind::Uint => "u",
        ScalarKind::Float => "f",
        _ => "b",
    };
    format!("{kind}{}", 8 * u32::from(scalar.width))
}

/// Notes the numbers that a type consists of; whether they are all in vectors of two or four.
fn leaves(module: &Module, ty: Handle<Type>, found: &mut Vec<String>) -> bool {
    match &module.types[ty].inner {
        TypeInner::Scalar(scalar) | TypeInner::Atomic(scalar) => {
            found.push(scalar_name(*scalar));
            false
        }
        TypeInner::Vector { size, scalar } | TypeInner::Matrix { rows: size, scalar, .. } => {
            found.push(scalar_name(*scalar));
            matches!(size, VectorSize::Bi | VectorSize::Quad)
        }
        TypeInner::Array { base, .. } => leaves(module, *base, found),
        TypeInner::Struct { members, .. } => {
            let each: Vec<bool> = members.iter().map(|member| leaves(module, member.ty, found)).collect();
            each.into_iter().all(|paired| paired)
        }
        _ => false,
    }
}

/// Where the elements begin that are as many as there are, and how far apart they lie, in bytes.
fn elements(module: &Module, ty: Handle<Type>) -> Option<(u64, u64)> {
    match &module.types[ty].inner {
        TypeInner::Array { size: ArraySize::Dynamic, stride, .. } => Some((0, u64::from(*stride))),
        TypeInner::Struct { members, .. } => {
            let last = members.last()?;
            let (offset, stride) = elements(module, last.ty)?;
            Some((u64::from(last.offset) + offset, stride))
        }
        _ => None,
    }
}

/// The numbers of a uniform, in order.
fn flatten(
    module: &Module,
    (ty, name, offset): (Handle<Type>, String, u32),
    fields: &mut Vec<Field>,
) -> Result<(), String> {
    const MOST: usize = 1024;
    let vector = |size: u32, scalar: Scalar, name: &str, offset: u32| -> Vec<Field> {
        let each = ["x", "y", "z", "w"].into_iter().zip(0..size);
        let field = |(part, number)| Field {
            name: format!("{name}.{part}"),
            scalar: scalar_name(scalar),
            offset: offset + number * u32::from(scalar.width),
        };
        each.map(field).collect()
    };
    if fields.len() > MOST {
        return Err(format!("a uniform has up to {MOST} numbers; give more as an array"));
    }
    match &module.types[ty].inner {
        TypeInner::Scalar(scalar) => fields.push(Field { name, scalar: scalar_name(*scalar), offset }),
        TypeInner::Vector { size, scalar } => fields.extend(vector(*size as u32, *scalar, &name, offset)),
        TypeInner::Matrix { columns, rows, scalar } => {
            let stride = Alignment::from(*rows) * u32::from(scalar.width);
            for column in 0..*columns as u32 {
                let name = format!("{name}[{column}]");
                fields.extend(vector(*rows as u32, *scalar, &name, offset + column * stride));
            }
        }
        TypeInner::Array { base, size: ArraySize::Constant(len), stride } => {
            for number in 0..len.get() {
                let part = (*base, format!("{name}[{number}]"), offset + number * stride);
                flatten(module, part, fields)?;
            }
        }
        TypeInner::Struct { members, .. } => {
            for member in members {
                let part = member.name.as_deref().unwrap_or_default();
                let part = (member.ty, format!("{name}.{part}"), offset + member.offset);
                flatten(module, part, fields)?;
            }
        }
        _ => return Err(format!("{name} is no number, vector, matrix or struct of such")),
    }
    Ok(())
}
