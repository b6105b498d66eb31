//! Buffers that no array uses, by size. Separate buffers rather than slices of large ones: wgpu tracks use by
//! buffer, so slices would serialise kernels and forbid read-only bindings.
//!
//! A buffer is handed out again while kernels that use it may still be running: the queue runs in order, so what is
//! recorded later cannot overtake them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;

use crate::device::buffer::Raw;
use crate::device::memory::{Holder, Memory};
use crate::error::{Error, shape};

#[derive(Default)]
pub struct Pool(Mutex<State>);

#[derive(Default)]
struct State {
    free: BTreeMap<u64, Vec<Raw>>,
    free_bytes: u64,
    /// Buffers that are lent, by their numbers.
    lent: HashMap<u64, Lent>,
    used: u64,
    peak: u64,
    limit: Option<u64>,
}

struct Lent {
    raw: Raw,
    contents: Option<Contents>,
    /// Who must give it back before it is free: its array, and recordings that read it.
    holders: usize,
}

/// What a buffer holds, in the words of those who know: for reports alone.
#[derive(PartialEq, Eq, Hash)]
struct Contents {
    dtype: &'static str,
    shape: SmallVec<[usize; 4]>,
}

/// Why there is no new buffer.
pub enum Full {
    Limit(u64),
    Driver(Error),
}

impl Pool {
    pub fn with_limit(limit: u64) -> Self {
        let pool = Self::default();
        pool.limit(Some(limit));
        pool
    }

    /// A free buffer of `size` bytes, or one that is at most an eighth longer.
    pub fn take(&self, size: u64) -> Option<Raw> {
        let mut state = self.state();
        let (&found, buffers) = state.free.range_mut(size..=size + size / 8).next()?;
        let raw = buffers.pop()?;
        if buffers.is_empty() {
            state.free.remove(&found);
        }
        state.free_bytes -= found;
        state.count(found);
        state.lend(&raw);
        Some(raw)
    }

    /// A new buffer of `size` bytes by `make`, unless that is beyond the limit. The bytes count before they are there, so
    /// that several threads together keep within it.
    pub fn add(&self, size: u64, make: impl FnOnce() -> Result<Raw, Error>) -> Result<Raw, Full> {
        let mut state = self.state();
        match state.limit {
            Some(limit) if state.used + state.free_bytes + size > limit => return Err(Full::Limit(limit)),
            _ => state.count(size),
        }
        drop(state);
        let made = make();
        let mut state = self.state();
        match made {
            Ok(raw) => {
                state.lend(&raw);
                Ok(raw)
            }
            Err(error) => {
                state.used -= size;
                Err(Full::Driver(error))
            }
        }
    }

    /// Has a lent buffer wait for one more to give it back.
    pub fn retain(&self, id: u64) {
        if let Some(lent) = self.state().lent.get_mut(&id) {
            lent.holders += 1;
        }
    }

    pub fn give_back(&self, raw: &Raw) {
        let size = raw.wgpu.size();
        let mut state = self.state();
        match state.lent.get_mut(&raw.id) {
            None => return,
            Some(lent) if lent.holders > 1 => {
                lent.holders -= 1;
                return;
            }
            Some(_) => {}
        }
        let Some(Lent { raw, .. }) = state.lent.remove(&raw.id) else { return };
        state.used -= size;
        state.free_bytes += size;
        state.free.entry(size).or_default().push(raw);
    }

    /// Notes what a lent buffer holds.
    pub fn describe(&self, id: u64, dtype: &'static str, shape: &[usize]) {
        if let Some(lent) = self.state().lent.get_mut(&id) {
            lent.contents = Some(Contents { dtype, shape: shape.into() });
        }
    }

    /// Whether a buffer is one of the pool's.
    pub fn has(&self, buffer: &wgpu::Buffer) -> bool {
        let state = self.state();
        state
            .lent
            .values()
            .map(|lent| &lent.raw)
            .chain(state.free.values().flatten())
            .any(|raw| raw.wgpu == *buffer)
    }

    pub fn trim(&self) {
        let mut state = self.state();
        state.free_bytes = 0;
        let free = std::mem::take(&mut state.free);
        drop(state);
        drop(free);
    }

    /// Sets the most that lent and free buffers may be together; those there are stay.
    pub fn limit(&self, limit: Option<u64>) {
        self.state().limit = limit;
    }

    pub fn reset_peak(&self) {
        let mut state = self.state();
        state.peak = state.used;
    }

    pub fn memory(&self) -> Memory {
        let State { used, free_bytes, peak, limit, .. } = *self.state();
        Memory { used, total: used + free_bytes, peak, limit, pinned: 0 }
    }

    /// The buffers that are lent, those of the same length and contents together; those first that are most bytes.
    pub fn holders(&self) -> Vec<Holder> {
        let state = self.state();
        let mut counts = HashMap::<_, usize>::new();
        for lent in state.lent.values() {
            *counts.entry((lent.raw.wgpu.size(), &lent.contents)).or_default() += 1;
        }
        let holder = |((size, contents), buffers): ((u64, &Option<Contents>), usize)| Holder {
            nbytes: size * buffers as u64,
            buffers,
            holds: contents.as_ref().map(|held| format!("{} {}", held.dtype, shape(&held.shape))),
        };
        let mut holders: Vec<_> = counts.into_iter().map(holder).collect();
        drop(state);
        holders.sort_by(|a, b| b.nbytes.cmp(&a.nbytes).then_with(|| a.holds.cmp(&b.holds)));
        holders
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn lend(&mut self, raw: &Raw) {
        self.lent.insert(raw.id, Lent { raw: raw.clone(), contents: None, holders: 1 });
    }

    fn count(&mut self, size: u64) {
        self.used += size;
        self.peak = self.peak.max(self.used);
    }
}
