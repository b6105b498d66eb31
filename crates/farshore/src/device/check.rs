//! Whether a user's WGSL is what it is to be, before anything is made of it.

use naga::Module;
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    /// Counted from 1; 0 where the fault has no place.
    pub line: usize,
    pub column: usize,
}

impl Fault {
    /// A fault of the text as a whole.
    pub fn of_all(message: String) -> Self {
        Self { message, line: 0, column: 0 }
    }

    pub(super) fn at(location: Option<naga::SourceLocation>, message: String) -> Self {
        let place = |number: u32| number as usize;
        let (line, column) =
            location.map_or((0, 0), |found| (place(found.line_number), place(found.line_position)));
        Self { message, line, column }
    }
}

/// Checks a module that is to hold functions alone: no entry points, no bindings.
///
/// # Errors
/// The first fault, in naga's words.
pub fn check(wgsl: &str) -> Result<(), Fault> {
    let (module, _) = checked(wgsl, Capabilities::all())?;
    if !module.entry_points.is_empty() || !module.global_variables.is_empty() {
        let message =
            "it holds an entry point or a variable of the module, which a kernel of elements has not";
        return Err(Fault::of_all(message.into()));
    }
    Ok(())
}

/// The module that `wgsl` is, and what naga found of it.
///
/// # Errors
/// The first fault, in naga's words.
pub fn checked(wgsl: &str, capabilities: Capabilities) -> Result<(Module, ModuleInfo), Fault> {
    let module = naga::front::wgsl::parse_str(wgsl)
        .map_err(|error| Fault::at(error.location(wgsl), error.message().to_owned()))?;
    let info = validated(&module, wgsl, capabilities)?;
    Ok((module, info))
}

/// What naga finds of a module that `wgsl` became.
///
/// # Errors
/// The first fault, in naga's words.
pub fn validated(module: &Module, wgsl: &str, capabilities: Capabilities) -> Result<ModuleInfo, Fault> {
    Validator::new(ValidationFlags::all(), capabilities).validate(module).map_err(|error| {
        // The innermost cause says what is wrong, the shortest span where.
        let mut cause: &dyn std::error::Error = error.as_inner();
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let spans = error.spans().map(|(span, _)| *span).filter(naga::Span::is_defined);
        let span = spans.min_by_key(|span| span.to_range().map_or(usize::MAX, |range| range.len()));
        Fault::at(span.map(|span| span.location(wgsl)), cause.to_string())
    })
}
