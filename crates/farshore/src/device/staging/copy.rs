//! Copying between mapped and ordinary host memory.

use rayon::prelude::*;

use crate::device::staging::{CHUNK, Watch, to_usize};
use crate::error::{Error, Result};

/// Bytes that one thread copies at a time.
const STRIPE: usize = 2 << 20;

/// Memory of one end of a copy. Mapped memory is not Rust's, so it is reached by pointers alone.
#[derive(Clone, Copy)]
struct Start(*mut u8);

// SAFETY: threads reach disjoint stripes of it.
unsafe impl Send for Start {}
// SAFETY: as above.
unsafe impl Sync for Start {}

impl Start {
    /// # Safety
    /// As for `pointer::add`.
    unsafe fn at(self, offset: usize) -> *mut u8 {
        // SAFETY: promised by the caller.
        unsafe { self.0.add(offset) }
    }
}

/// Copies by several threads: one core moves a fraction of what a link or memory can, and page faults of fresh memory
/// are shared out too.
///
/// # Safety
/// `from` is readable and `into` writeable for `nbytes`, and they don't overlap.
pub unsafe fn copy(into: *mut u8, from: *const u8, nbytes: usize) {
    let (into, from) = (Start(into), Start(from.cast_mut()));
    (0..nbytes.div_ceil(STRIPE)).into_par_iter().for_each(|stripe| {
        let start = stripe * STRIPE;
        // SAFETY: a stripe is inside both ranges, and no other thread copies it.
        unsafe {
            std::ptr::copy_nonoverlapping(from.at(start), into.at(start), STRIPE.min(nbytes - start));
        }
    });
}

/// Copies all of `from`, telling `watch` after each chunk.
///
/// # Safety
/// `into` is writeable for as many bytes, and does not overlap `from`.
pub unsafe fn copy_watched(into: *mut u8, from: &[u8], watch: &mut Watch<'_>) -> Result<()> {
    let mut done = 0;
    for chunk in from.chunks(to_usize(CHUNK)) {
        // SAFETY: the chunk begins `done` bytes behind the start of both.
        unsafe { copy(into.add(done), chunk.as_ptr(), chunk.len()) };
        done += chunk.len();
        tell(watch, done, from.len())?;
    }
    Ok(())
}

/// Tells `watch` that `done` bytes of `of` are done. The end of a transfer cannot be interrupted any more.
pub fn tell(watch: &mut Watch<'_>, done: usize, of: usize) -> Result<()> {
    if watch(done as u64) || done == of {
        return Ok(());
    }
    Err(Error::Interrupted { done: done as u64, nbytes: of as u64 })
}
