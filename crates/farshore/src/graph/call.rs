//! Kernels that fuse nothing: compiled once for each name, and run on the buffers that they are given.

use smallvec::SmallVec;

use crate::device::{Binding, Buffer, Device};
use crate::error::{Error, Result};
use crate::graph::dispatch::Kernels;
use crate::graph::plan::low;
use crate::kernel::Kernel;

/// A kernel and what it is given. The second word of the parameters becomes the number of workgroups in a row.
pub struct Call<W> {
    /// Everything that the text depends on.
    pub name: String,
    /// Writes the text, the first time.
    pub write: W,
    pub parameters: Vec<u32>,
    /// Workgroups; those of the dispatch may be more.
    pub groups: usize,
}

/// All of a buffer.
pub fn whole(buffer: &Buffer) -> Binding<'_> {
    Binding::new(buffer, 0, buffer.capacity())
}

/// Records the dispatch.
///
/// # Errors
/// [`Error::Value`] for a longer one; those of compiling.
pub fn run<W: FnOnce() -> Result<Kernel>>(
    kernels: &mut Kernels,
    device: &Device,
    call: Call<W>,
    reads: &[Binding<'_>],
    writes: &[Binding<'_>],
) -> Result<()> {
    let Call { name, write, mut parameters, groups } = call;
    if groups == 0 {
        return Ok(());
    }
    let limit = device.limits().binding;
    if let Some(long) = reads.iter().chain(writes).find(|part| part.nbytes > limit) {
        let reason = format!(
            "it takes arrays of up to {limit} bytes there, and one has {}; take parts of it",
            long.nbytes
        );
        let op = "scanning, sorting or multiplying";
        return Err(Error::Value { op, reason });
    }
    let pipeline = kernels.named.pipeline(device, &name, |_| write())?;
    let buffers: SmallVec<[&Buffer; 8]> = reads.iter().chain(writes).map(|part| part.buffer).collect();
    let mut recorder = device.recorder_unless_held(&buffers).map_err(|held| {
        held.set_busy();
        device.error("the host is reading an array that a kernel needs")
    })?;
    let lines = groups.div_ceil(device.limits().workgroups as usize);
    let line = groups.div_ceil(lines);
    parameters[1] = low(line);
    recorder.dispatch(device, &pipeline, reads, writes, &parameters, (low(line), low(lines)))
}
