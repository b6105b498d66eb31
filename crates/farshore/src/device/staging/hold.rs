//! The host's claim on an array's buffer: while bytes are read from it, no kernel may be recorded that uses it.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::device::Buffer;
use crate::device::staging::mapping::Mapped;
use crate::device::staging::{Timing, Watch, lock};
use crate::error::{Error, Result};

/// The claims on one buffer.
#[derive(Default)]
pub struct Holds {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// All of them, and those that last until the caller ends them.
    all: usize,
    lasting: usize,
    /// Threads that wait until there are none.
    waiting: usize,
    mapped: Option<Mapped>,
}

thread_local! {
    /// How many readings this thread is in the middle of.
    static READING: Cell<usize> = const { Cell::new(0) };
    /// What an evaluation on this thread has to wait for, outside of its locks.
    static BUSY: RefCell<Option<Arc<Holds>>> = const { RefCell::new(None) };
}

/// Says that this thread is in the middle of a reading, for as long as it lives.
pub struct Inside;

impl Inside {
    pub fn enter() -> Self {
        READING.set(READING.get() + 1);
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        READING.set(READING.get() - 1);
    }
}

/// Whether this thread is in the middle of a reading: it is told of its progress, and must not wait for another.
#[must_use]
pub fn inside_transfer() -> bool {
    READING.get() > 0
}

impl Holds {
    pub fn any(&self) -> bool {
        lock(&self.state).all > 0
    }

    /// Waits until kernels may use the buffer again.
    ///
    /// # Errors
    /// [`Error::Mapped`] when that is for the caller to end: it has the buffer mapped, or is in the middle of a
    /// reading, told of its progress.
    pub fn wait(&self, device: &crate::device::Device) -> Result<()> {
        let mut state = lock(&self.state);
        state.waiting += 1;
        while state.all > 0 && state.lasting == 0 && !inside_transfer() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        let free = state.all == 0;
        drop(state);
        self.changed.notify_all();
        if free { Ok(()) } else { Err(Error::Mapped { device: device.to_string() }) }
    }

    /// Has [`Holds::take_busy`] give these claims.
    pub fn set_busy(self: &Arc<Self>) {
        BUSY.set(Some(Arc::clone(self)));
    }

    /// The claims that the last failed recording on this thread met.
    pub fn take_busy() -> Option<Arc<Self>> {
        BUSY.take()
    }

    /// Lets those go first who wait to use the buffer: many readers must not keep a writer out. Not for long: it may be
    /// this thread that they wait for.
    fn give_way(&self) {
        let until = Instant::now() + Duration::from_millis(20);
        let mut state = lock(&self.state);
        while state.waiting > 0
            && let Some(left) = until.checked_duration_since(Instant::now())
        {
            (state, _) = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// One claim on a buffer, for as long as this lives.
pub struct Hold {
    buffer: Arc<Buffer>,
    lasting: bool,
}

impl Hold {
    /// Claims `buffer`, everything that uses it having been submitted. The caller has the recorder, so that nothing is
    /// recorded in between.
    pub fn new(buffer: &Arc<Buffer>, lasting: bool) -> Self {
        let mut state = lock(&buffer.holds.state);
        state.all += 1;
        state.lasting += usize::from(lasting);
        drop(state);
        if lasting {
            // Who waits is told that it may be for long.
            buffer.holds.changed.notify_all();
        }
        Self { buffer: Arc::clone(buffer), lasting }
    }

    /// Lends a buffer that host and device share to the caller, mapped, until the hold is dropped.
    ///
    /// # Errors
    /// [`Error::Device`] when the device was lost, [`Error::Interrupted`] by `watch`.
    pub fn lend(buffer: &Arc<Buffer>, watch: &mut Watch<'_>) -> Result<(Self, Timing)> {
        let start = Instant::now();
        let device = &buffer.device;
        Self::before(buffer);
        let mut recorder = device.recorder();
        recorder.submit(device)?;
        let kernels = device.fence();
        let hold = Self::new(buffer, true);
        drop(recorder);
        device.wait_watched(&kernels, 0, watch)?;
        hold.map()?;
        Ok((hold, Timing { waited: start.elapsed(), ..Timing::default() }))
    }

    /// What comes before a claim, and before the recorder is taken for it.
    pub fn before(buffer: &Buffer) {
        buffer.holds.give_way();
    }

    pub fn buffer(&self) -> &Arc<Buffer> {
        &self.buffer
    }

    /// Maps the buffer, which the device has finished with and the host can map, unless another hold has done so.
    pub fn map(&self) -> Result<()> {
        let mut state = lock(&self.buffer.holds.state);
        if state.mapped.is_none() {
            let raw = &self.buffer.raw.wgpu;
            state.mapped = Some(Mapped::new(&self.buffer.device, raw, 0..raw.size())?);
        }
        Ok(())
    }

    /// The buffer's bytes, once it is mapped.
    pub fn bytes(&self) -> &[u8] {
        let state = lock(&self.buffer.holds.state);
        let bytes = state.mapped.as_ref().map_or(&[][..], Mapped::bytes);
        // SAFETY: the buffer stays mapped until the last hold is dropped, so for as long as `self` is borrowed.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr(), bytes.len()) }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = lock(&self.buffer.holds.state);
        state.all -= 1;
        state.lasting -= usize::from(self.lasting);
        if state.all == 0 {
            state.mapped = None;
        }
        drop(state);
        self.buffer.holds.changed.notify_all();
    }
}
