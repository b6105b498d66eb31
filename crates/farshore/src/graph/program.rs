//! Whole programs of users, on arrays that exist.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::device::{Binding, Buffer, Device, UserProgram};
use crate::error::{Error, Result};
use crate::graph::assign::writeable;
use crate::graph::dispatch::dump;
use crate::graph::evaluate::{ready, with_kernels};
use crate::graph::node::Node;

/// The bytes of an array that a program reaches.
pub struct Part {
    pub node: Arc<Node>,
    pub offset: u64,
    pub nbytes: u64,
}

/// One dispatch of a program.
pub struct Launch<'a> {
    pub op: &'static str,
    /// The number by which its kernel is found again.
    pub number: usize,
    pub program: &'a UserProgram,
    /// Whether its indices and loops are bounded.
    pub contained: bool,
    pub reads: &'a [Part],
    pub writes: &'a [Part],
    /// The words of its uniforms.
    pub blocks: &'a [&'a [u32]],
    pub workgroups: [u32; 3],
}

/// Records the dispatch. What was recorded before has read the old values of what is written.
///
/// # Errors
/// [`Error::Value`] for an array that is bound twice and written; those of compiling and evaluating. Nothing is written
/// then.
pub fn launch(device: &Device, launch: &Launch<'_>) -> Result<()> {
    let Launch { op, number, program, contained, reads, writes, blocks, workgroups } = *launch;
    with_kernels(device, |kernels| {
        let pipeline = kernels.programs.compiled(device, &number, || {
            dump(op, program.wgsl());
            device.compile_user(op, program, contained)
        })?;
        let mut buffers: SmallVec<[Arc<Buffer>; 8]> = SmallVec::new();
        for part in reads.iter().chain(writes) {
            buffers.push(ready(kernels, &part.node)?);
        }
        for part in writes {
            writeable(kernels, &part.node)?;
        }
        let (read, written) = buffers.split_at(reads.len());
        let twice = |(at, one): (usize, &Arc<Buffer>)| {
            let others = read.iter().chain(&written[..at]);
            others.into_iter().any(|other| Arc::ptr_eq(other, one))
        };
        if written.iter().enumerate().any(twice) {
            let reason = "an array that is written shares its memory with another argument".into();
            return Err(Error::Value { op, reason });
        }
        let all: SmallVec<[&Buffer; 8]> = buffers.iter().map(|buffer| &**buffer).collect();
        let mut recorder = device.recorder_unless_held(&all).map_err(|held| {
            held.set_busy();
            device.error("the host is reading an array that a kernel needs")
        })?;
        let parts = reads.iter().chain(writes).zip(&all);
        let parts: SmallVec<[Binding<'_>; 8]> =
            parts.map(|(part, buffer)| Binding::new(buffer, part.offset, part.nbytes)).collect();
        let (read, written) = parts.split_at(reads.len());
        recorder.dispatch_blocks(device, &pipeline, read, written, blocks, workgroups)
    })
}
