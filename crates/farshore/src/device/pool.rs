//! Buffers that no array uses, by size. Separate buffers rather than slices of large ones: wgpu tracks use by
//! buffer, so slices would serialise kernels and forbid read-only bindings.
//!
//! A buffer is handed out again while kernels that use it may still be running: the queue runs in order, so what is
//! recorded later cannot overtake them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::device::Memory;
use crate::device::buffer::Raw;

#[derive(Default)]
pub struct Pool(Mutex<State>);

#[derive(Default)]
struct State {
    free: BTreeMap<u64, Vec<Raw>>,
    free_bytes: u64,
    used: u64,
    peak: u64,
}

impl Pool {
    /// A free buffer of `size` bytes, or one that is at most an eighth longer.
    pub fn take(&self, size: u64) -> Option<Raw> {
        let mut state = self.state();
        let (&found, buffers) = state.free.range_mut(size..=size + size / 8).next()?;
        let raw = buffers.pop()?;
        if buffers.is_empty() {
            state.free.remove(&found);
        }
        state.free_bytes -= found;
        Some(raw)
    }

    pub fn lend(&self, size: u64) {
        let mut state = self.state();
        state.used += size;
        state.peak = state.peak.max(state.used);
    }

    pub fn give_back(&self, raw: Raw) {
        let size = raw.wgpu.size();
        let mut state = self.state();
        state.used -= size;
        state.free_bytes += size;
        state.free.entry(size).or_default().push(raw);
    }

    pub fn trim(&self) {
        let mut state = self.state();
        state.free_bytes = 0;
        let free = std::mem::take(&mut state.free);
        drop(state);
        drop(free);
    }

    pub fn memory(&self) -> Memory {
        let state = self.state();
        Memory { used: state.used, total: state.used + state.free_bytes, peak: state.peak, pinned: 0 }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
