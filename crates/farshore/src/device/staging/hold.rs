//! The host's claim on an array's buffer: while bytes are read from it, no kernel may be recorded that uses it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use crate::device::Buffer;
use crate::device::staging::mapping::Mapped;
use crate::device::staging::{Timing, lock};
use crate::error::{Error, Result};

/// The claims on one buffer.
#[derive(Default)]
pub struct Holds {
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Default)]
struct State {
    /// All of them, and those that last until the caller ends them.
    all: usize,
    lasting: usize,
    mapped: Option<Mapped>,
}

impl Holds {
    pub fn any(&self) -> bool {
        lock(&self.state).all > 0
    }

    /// Waits until kernels may use the buffer again.
    ///
    /// # Errors
    /// [`Error::Mapped`] when that is for the caller to end.
    pub fn wait(&self, buffer: &Buffer) -> Result<()> {
        let mut state = lock(&self.state);
        loop {
            if state.lasting > 0 {
                return Err(Error::Mapped { device: buffer.device.to_string() });
            }
            if state.all == 0 {
                return Ok(());
            }
            state = self.released.wait(state).unwrap_or_else(PoisonError::into_inner);
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
        Self { buffer: Arc::clone(buffer), lasting }
    }

    /// Lends a buffer that host and device share to the caller, mapped, until the hold is dropped.
    ///
    /// # Errors
    /// [`Error::Device`] when the device was lost.
    pub fn lend(buffer: &Arc<Buffer>) -> Result<(Self, Timing)> {
        let start = Instant::now();
        let device = &buffer.device;
        let mut recorder = device.recorder();
        let kernels = recorder.submit(device)?;
        let hold = Self::new(buffer, true);
        drop(recorder);
        device.wait(kernels)?;
        hold.map()?;
        Ok((hold, Timing { waited: start.elapsed(), ..Timing::default() }))
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
        self.buffer.holds.released.notify_all();
    }
}
