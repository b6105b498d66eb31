//! Copying between mapped and ordinary host memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};

use crate::device::staging::{CHUNK, Watch, to_usize};
use crate::error::{Error, Result};

/// Bytes that one thread copies at a time.
const STRIPE: usize = 2 << 20;

/// A copy that several threads share. Mapped memory is not Rust's, so it is reached by pointers alone.
struct Work {
    into: *mut u8,
    from: *const u8,
    nbytes: usize,
    /// Stripes that someone has taken, and those that are done.
    taken: AtomicUsize,
    done: AtomicUsize,
    caller: Thread,
}

// SAFETY: threads reach disjoint stripes of its memory.
unsafe impl Send for Work {}
// SAFETY: as above.
unsafe impl Sync for Work {}

impl Work {
    fn stripes(&self) -> usize {
        self.nbytes.div_ceil(STRIPE)
    }

    /// Copies stripes until all are taken.
    fn share(&self) {
        loop {
            let stripe = self.taken.fetch_add(1, Ordering::Relaxed);
            if stripe >= self.stripes() {
                return;
            }
            let (start, left) = (stripe * STRIPE, self.nbytes - stripe * STRIPE);
            // SAFETY: a stripe is inside both ranges, no other thread has it, and the caller waits until it is done.
            unsafe {
                std::ptr::copy_nonoverlapping(self.from.add(start), self.into.add(start), STRIPE.min(left));
            }
            if self.done.fetch_add(1, Ordering::AcqRel) + 1 == self.stripes() {
                self.caller.unpark();
            }
        }
    }
}

/// Copies by several threads: one core moves a fraction of what a link or memory can, and page faults of fresh memory
/// are shared out too. The caller's thread begins at once: others are of help only where a core is free.
///
/// # Safety
/// `from` is readable and `into` writeable for `nbytes`, and they don't overlap.
pub unsafe fn copy(into: *mut u8, from: *const u8, nbytes: usize) {
    let (taken, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = Arc::new(Work { into, from, nbytes, taken, done, caller: thread::current() });
    for _ in 1..work.stripes().min(rayon::current_num_threads()) {
        let work = Arc::clone(&work);
        rayon::spawn(move || work.share());
    }
    work.share();
    while work.done.load(Ordering::Acquire) < work.stripes() {
        thread::park();
    }
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
