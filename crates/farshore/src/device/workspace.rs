//! Memory of one recording: buffers that its dispatches share by turns, and that nobody else is given.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::device::Device;
use crate::device::buffer::Raw;

pub struct Workspace {
    device: Device,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    free: Vec<Raw>,
    all: Vec<Raw>,
}

impl Workspace {
    pub fn new(device: &Device) -> Self {
        Self { device: device.clone(), state: Mutex::default() }
    }

    /// A free buffer of at least `size` bytes, and of at most twice as many.
    pub fn take(&self, size: u64) -> Option<Raw> {
        let mut state = self.state();
        let fits = |raw: &Raw| (size..=2 * size).contains(&raw.wgpu.size());
        let found = state.free.iter().enumerate().filter(|(_, raw)| fits(raw));
        let (at, _) = found.min_by_key(|(_, raw)| raw.wgpu.size())?;
        Some(state.free.swap_remove(at))
    }

    /// Takes over a buffer of the pool's.
    pub fn add(&self, raw: &Raw) {
        self.state().all.push(raw.clone());
    }

    pub fn give_back(&self, raw: &Raw) {
        let mut state = self.state();
        // Unless the pool has it again.
        if state.all.iter().any(|own| own.id == raw.id) {
            state.free.push(raw.clone());
        }
    }

    /// Lets go of a buffer: the pool has it again.
    pub fn release(&self, id: u64) {
        let mut state = self.state();
        state.free.retain(|raw| raw.id != id);
        let gone: Vec<_> = state.all.extract_if(.., |raw| raw.id == id).collect();
        drop(state);
        for raw in gone {
            self.device.0.pool.give_back(&raw);
        }
    }

    /// Bytes of all its buffers.
    pub fn nbytes(&self) -> u64 {
        self.state().all.iter().map(|raw| raw.wgpu.size()).sum()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.all.iter().for_each(|raw| self.device.0.pool.give_back(raw));
    }
}
