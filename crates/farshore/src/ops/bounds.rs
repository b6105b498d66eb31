//! Indices that were found outside their axis on the device, and that nobody has been told of.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use crate::array::Array;
use crate::device::{Device, capture};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::ops::reductions::reduce;
use crate::ops::ufuncs::rows;

/// Whether some index is outside, to be read at the next wait.
#[derive(Clone)]
pub struct Check {
    pub outside: Array,
    axis: usize,
    size: usize,
    by: Option<String>,
}

static CHECKS: Mutex<Vec<Check>> = Mutex::new(Vec::new());

thread_local! {
    /// Those of the capture that this thread is in the middle of: each replay has them anew.
    static CAPTURED: RefCell<Vec<Check>> = const { RefCell::new(Vec::new()) };
}

impl Check {
    /// The same of other indices.
    pub fn with(&self, outside: Array) -> Self {
        Self { outside, by: self.by.clone(), ..*self }
    }
}

/// Notes that an index is outside its axis where `outside` holds.
pub fn note(outside: &Array, axis: usize, size: usize, by: Option<String>) -> Result<()> {
    let axes: Vec<isize> = (0..outside.ndim()).map(usize::cast_signed).collect();
    let outside =
        if axes.is_empty() { outside.clone() } else { reduce(&rows::maximum, outside, &axes, false)? };
    let check = Check { outside, axis, size, by };
    if capture() == 0 {
        add(check);
    } else {
        CAPTURED.with_borrow_mut(|captured| captured.push(check));
    }
    Ok(())
}

/// Has a check read at the next wait.
pub fn add(check: Check) {
    CHECKS.lock().unwrap_or_else(PoisonError::into_inner).push(check);
}

/// The checks that were captured.
pub fn take_captured() -> Vec<Check> {
    CAPTURED.take()
}

/// Raises what was noted on `device`, once. `read` gives the one element of an array of bool.
///
/// # Errors
/// [`Error::IndexOnDevice`] for the first index that was outside; those of reading.
pub fn verify(device: &Device, read: &mut dyn FnMut(&Array) -> Result<bool>) -> Result<()> {
    let checks: Vec<Check> = {
        let mut all = CHECKS.lock().unwrap_or_else(PoisonError::into_inner);
        if all.is_empty() {
            return Ok(());
        }
        all.extract_if(.., |check| check.outside.device() == device).collect()
    };
    let found = first_outside(&checks, read);
    if !matches!(found, Ok(()) | Err(Error::IndexOnDevice { .. })) {
        // Nobody was told: they wait for the next.
        CHECKS.lock().unwrap_or_else(PoisonError::into_inner).extend(checks);
    }
    found
}

fn first_outside(checks: &[Check], read: &mut dyn FnMut(&Array) -> Result<bool>) -> Result<()> {
    // One reading for all, and more only where it says so.
    let Some((first, others)) = checks.split_first() else { return Ok(()) };
    let mut any = first.outside.clone();
    for check in others {
        any = any.logical_or(&check.outside)?;
    }
    debug_assert_eq!(any.dtype(), DType::Bool, "a check is a question");
    if !read(&any)? {
        return Ok(());
    }
    for Check { outside, axis, size, by } in checks {
        if read(outside)? {
            let by = by.as_ref().map_or_else(String::new, |by| format!(" (indexed at {by})"));
            return Err(Error::IndexOnDevice { axis: *axis, size: *size, by });
        }
    }
    Ok(())
}
