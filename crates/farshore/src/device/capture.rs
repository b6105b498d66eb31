//! Capturing: the dispatches of a thread are kept for later replays instead of being run. Buffers that are made meanwhile
//! come from a workspace of their own.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use crate::device::buffer::Raw;
use crate::device::pipeline::Pipeline;
use crate::device::staging::Holds;
use crate::device::workspace::Workspace;
use crate::device::{Binding, Buffer, Device};
use crate::error::{Error, Result};

/// One dispatch that is kept.
pub struct Command {
    pub pipeline: Pipeline,
    /// The parts of buffers that it reaches, of which the first ones are read.
    pub parts: SmallVec<[Part; 4]>,
    pub reads: usize,
    /// The words of its uniform blocks.
    pub blocks: Vec<Vec<u32>>,
    pub workgroups: [u32; 3],
}

/// Part of the buffer in a slot.
#[derive(Clone, Copy)]
pub struct Part {
    pub slot: usize,
    pub offset: u64,
    pub nbytes: u64,
    /// Bytes that the kernel has a use for there.
    pub useful: u64,
}

/// A buffer that commands reach.
pub struct Slot {
    pub raw: Raw,
    pub holds: Arc<Holds>,
    /// Whether it is the workspace's: else it was there before.
    pub own: bool,
}

/// What was captured.
pub struct Captured {
    pub device: Device,
    pub workspace: Arc<Workspace>,
    pub commands: Vec<Command>,
    pub slots: Vec<Slot>,
    /// Buffers that hold what each replay is given, and that nothing is written to.
    inputs: Vec<u64>,
}

thread_local! {
    /// The number of this thread's capture, 0 for none.
    static NUMBER: Cell<u64> = const { Cell::new(0) };
    static CAPTURED: RefCell<Option<Captured>> = const { RefCell::new(None) };
}

/// The number of the capture that this thread is in the middle of, which no other has; 0 for none.
pub fn capture() -> u64 {
    NUMBER.get()
}

/// A capture of this thread, by its number, until it is ended or dropped.
pub struct Capture(u64);

impl Capture {
    /// Begins one, of work for `device`.
    ///
    /// # Errors
    /// [`Error::Recording`] in the middle of another.
    pub fn begin(device: &Device) -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if capture() != 0 {
            return Err(Error::Recording("one recording cannot begin in the middle of another".into()));
        }
        // Measuring them later would be captured.
        device.capabilities()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        NUMBER.set(number);
        CAPTURED.set(Some(Captured {
            device: device.clone(),
            workspace: Arc::new(Workspace::new(device)),
            commands: Vec::new(),
            slots: Vec::new(),
            inputs: Vec::new(),
        }));
        Ok(Self(number))
    }

    /// Says that `buffer` holds what each replay is given.
    pub fn input(&self, buffer: &Buffer) {
        debug_assert_eq!(self.0, capture(), "a capture is its thread's");
        with(|captured| captured.inputs.push(buffer.raw.id));
    }

    /// Ends it.
    pub fn end(self) -> Option<Captured> {
        (self.0 == capture()).then(|| CAPTURED.take())?
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        NUMBER.set(0);
        drop(CAPTURED.take());
    }
}

/// A capture of this thread that is set aside: until this is dropped, dispatches run and buffers are the pool's.
pub struct Aside(u64, Option<Captured>);

/// Sets this thread's capture aside, if there is one.
pub fn set_aside() -> Aside {
    if capture() == 0 { Aside(0, None) } else { Aside(NUMBER.replace(0), CAPTURED.take()) }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if self.0 != 0 {
            NUMBER.set(self.0);
            CAPTURED.set(self.1.take());
        }
    }
}

/// Where buffers come from that are made on `device` now, if not from its pool.
pub(super) fn workspace(device: &Device) -> Option<Arc<Workspace>> {
    with(|captured| (captured.device == *device).then(|| Arc::clone(&captured.workspace)))?
}

/// Checks that a dispatch which is captured may write to `buffer` at each replay.
///
/// # Errors
/// [`Error::Recording`] for an input, and for an array that was there before.
pub fn require_writeable(buffer: &Buffer) -> Result<()> {
    let refused = with(|captured| {
        let own = buffer.workspace.as_ref().is_some_and(|own| Arc::ptr_eq(own, &captured.workspace));
        !own || captured.inputs.contains(&buffer.raw.id)
    });
    if refused != Some(true) {
        return Ok(());
    }
    let message = "a pipeline writes to arrays that it made itself, not to its inputs or to others; copy it first, \
                   x = x.copy(), and return what has changed";
    Err(Error::Recording(message.into()))
}

/// Keeps a dispatch, if this thread captures.
///
/// # Errors
/// [`Error::Recording`] for one of another device.
pub(super) fn keep(
    device: &Device,
    pipeline: &Pipeline,
    reads: &[Binding<'_>],
    writes: &[Binding<'_>],
    blocks: &[&[u32]],
    workgroups: [u32; 3],
) -> Result<bool> {
    let kept = with(|captured| {
        if captured.device != *device {
            let message = format!("a pipeline runs on one device: {}, not {device}", captured.device);
            return Err(Error::Recording(message));
        }
        let parts = reads.iter().chain(writes).map(|binding| captured.part(binding)).collect();
        captured.commands.push(Command {
            pipeline: pipeline.clone(),
            parts,
            reads: reads.len(),
            blocks: blocks.iter().map(|block| block.to_vec()).collect(),
            workgroups,
        });
        Ok(())
    });
    kept.transpose().map(|kept| kept.is_some())
}

impl Captured {
    fn part(&mut self, &Binding { buffer, offset, nbytes, useful }: &Binding<'_>) -> Part {
        let known = self.slots.iter().position(|slot| slot.raw.id == buffer.raw.id);
        let slot = known.unwrap_or_else(|| {
            let own = buffer.workspace.as_ref().is_some_and(|own| Arc::ptr_eq(own, &self.workspace));
            if !own {
                self.device.0.pool.retain(buffer.raw.id);
            }
            self.slots.push(Slot { raw: buffer.raw.clone(), holds: Arc::clone(&buffer.holds), own });
            self.slots.len() - 1
        });
        Part { slot, offset, nbytes, useful }
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        let others = self.slots.iter().filter(|slot| !slot.own);
        others.for_each(|slot| self.device.0.pool.give_back(&slot.raw));
    }
}

fn with<T>(work: impl FnOnce(&mut Captured) -> T) -> Option<T> {
    if capture() == 0 {
        return None;
    }
    CAPTURED.with_borrow_mut(|captured| captured.as_mut().map(work))
}
