//! Recording: one encoder and one pass take many dispatches, which are submitted together.
//!
//! Parameters of all dispatches of a submission lie in one uniform ring, written once when it is submitted, and are
//! found by a dynamic offset: so a dispatch creates nothing once its bind group is known.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::Ordering;
use std::time::Instant;

use smallvec::SmallVec;

use crate::device::buffer::Raw;
use crate::device::pipeline::{PARAMETER_BYTES, Pipeline};
use crate::device::profile::Profiler;
use crate::device::{Buffer, Device, Limits, capture};
use crate::error::Result;

/// Part of a buffer that a kernel reaches, in bytes. The offset is a multiple of the device's alignment.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    pub buffer: &'a Buffer,
    pub offset: u64,
    pub nbytes: u64,
    /// Bytes that the kernel has a use for there: for profiles, and for when a submission is large.
    pub useful: u64,
}

impl<'a> Binding<'a> {
    /// Part of `buffer`, of which all that is in it counts.
    pub fn new(buffer: &'a Buffer, offset: u64, nbytes: u64) -> Self {
        Self { buffer, offset, nbytes, useful: buffer.nbytes.saturating_sub(offset).min(nbytes) }
    }

    /// Of `useful` bytes that a kernel has a use for, those of the dispatch that computes `part` of `whole` elements.
    pub fn with_use_for(self, useful: usize, (part, whole): (usize, usize)) -> Self {
        let useful =
            if part == whole { useful as u64 } else { (useful as f64 * (part as f64 / whole as f64)) as u64 };
        Self { useful, ..self }
    }
}

/// The same with what the pool knows of the buffer alone.
pub struct Bound<'a> {
    pub raw: &'a Raw,
    pub offset: u64,
    pub nbytes: u64,
}

/// How many of the bindings are read, how many uniforms there are, and all of them: buffer, offset, length.
type Key = (usize, usize, SmallVec<[(u64, u64, u64); 4]>);

/// Dispatches in one submission at most: enough to hide its price, few enough to keep the device busy meanwhile.
const DISPATCHES: usize = 64;
/// Bytes written by one submission's kernels at most, so that a device starts on large arrays at once.
const WRITTEN: u64 = 64 << 20;
const RING: u64 = 128 << 10;
const BIND_GROUPS: usize = 4096;

pub struct Recorder {
    encoder: Option<wgpu::CommandEncoder>,
    pass: Option<wgpu::ComputePass<'static>>,
    ring: wgpu::Buffer,
    parameters: Vec<u8>,
    alignment: usize,
    dispatches: usize,
    written: u64,
    bind_groups: HashMap<Key, wgpu::BindGroup>,
    last: Option<wgpu::SubmissionIndex>,
    /// While a profile is open.
    pub(super) profiler: Option<Box<Profiler>>,
}

impl Recorder {
    pub fn new(device: &wgpu::Device, limits: Limits) -> Self {
        let ring = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("parameters"),
            // A binding always spans the largest block, so the last offset needs room behind it.
            size: RING + PARAMETER_BYTES,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self {
            encoder: None,
            pass: None,
            ring,
            parameters: Vec::new(),
            alignment: usize::try_from(limits.alignment).unwrap_or(256),
            dispatches: 0,
            written: 0,
            bind_groups: HashMap::new(),
            last: None,
            profiler: None,
        }
    }

    /// Records one dispatch of `pipeline`, whose buffers the host does not read; `parameters` are the words of its uniform
    /// block. Where this thread captures, it is kept instead.
    pub fn dispatch(
        &mut self,
        device: &Device,
        pipeline: &Pipeline,
        reads: &[Binding<'_>],
        writes: &[Binding<'_>],
        parameters: &[u32],
        (x, y): (u32, u32),
    ) -> Result<()> {
        self.dispatch_blocks(device, pipeline, reads, writes, &[parameters], [x, y, 1])
    }

    /// As [`Recorder::dispatch`], with several uniform blocks.
    pub fn dispatch_blocks(
        &mut self,
        device: &Device,
        pipeline: &Pipeline,
        reads: &[Binding<'_>],
        writes: &[Binding<'_>],
        blocks: &[&[u32]],
        workgroups: [u32; 3],
    ) -> Result<()> {
        if capture::keep(device, pipeline, reads, writes, blocks, workgroups)? {
            return Ok(());
        }
        let all = reads.iter().chain(writes);
        let parts: SmallVec<[Bound<'_>; 8]> =
            all.map(|one| Bound { raw: &one.buffer.raw, offset: one.offset, nbytes: one.nbytes }).collect();
        let group = self.bind_group(device, pipeline, (reads.len(), blocks.len()), &parts)?;
        let useful = |parts: &[Binding<'_>]| parts.iter().map(|part| part.useful).sum();
        self.issue(device, pipeline, &group, blocks, workgroups, (useful(reads), useful(writes)))
    }

    /// The bind group of these parts, of which the first `reads` are read, and of as many uniforms.
    pub fn bind_group(
        &mut self,
        device: &Device,
        pipeline: &Pipeline,
        (reads, uniforms): (usize, usize),
        parts: &[Bound<'_>],
    ) -> Result<wgpu::BindGroup> {
        let key: Key =
            (reads, uniforms, parts.iter().map(|part| (part.raw.id, part.offset, part.nbytes)).collect());
        if self.bind_groups.len() >= BIND_GROUPS {
            self.bind_groups.clear();
        }
        match self.bind_groups.entry(key) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(vacant) => {
                device.0.counts.bind_groups.fetch_add(1, Ordering::Relaxed);
                let ring = &self.ring;
                let made = device.scoped(|| bind_group(device, pipeline, parts, (ring, uniforms)))?;
                Ok(vacant.insert(made).clone())
            }
        }
    }

    /// Records one dispatch, given its bind group, and the bytes that it has to read and write.
    pub fn issue(
        &mut self,
        device: &Device,
        pipeline: &Pipeline,
        group: &wgpu::BindGroup,
        blocks: &[impl AsRef<[u32]>],
        [x, y, z]: [u32; 3],
        (read, written): (u64, u64),
    ) -> Result<()> {
        let alignment = self.alignment;
        let all: usize =
            blocks.iter().map(|block| (4 * block.as_ref().len()).next_multiple_of(alignment)).sum();
        let full = self.parameters.len() + all > usize::try_from(RING).unwrap_or(usize::MAX);
        if full || self.dispatches >= DISPATCHES || self.written >= WRITTEN {
            self.submit(device)?;
        }
        let mut offsets = SmallVec::<[u32; 2]>::new();
        for block in blocks {
            offsets.push(u32::try_from(self.parameters.len()).unwrap_or(u32::MAX));
            self.parameters.extend_from_slice(bytemuck::cast_slice(block.as_ref()));
            self.parameters.resize(self.parameters.len().next_multiple_of(alignment), 0);
        }

        let encoder = self.encoder.get_or_insert_with(|| {
            device.0.wgpu.create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
        });
        if let Some(profiler) = &mut self.profiler {
            self.pass = None;
            self.pass = profiler.begin(device, encoder, &pipeline.label, (read, written))?;
        }
        let pass = self.pass.get_or_insert_with(|| {
            encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default()).forget_lifetime()
        });
        tracing::trace!(kernel = &*pipeline.label, "dispatch");
        pass.set_pipeline(&pipeline.wgpu);
        pass.set_bind_group(0, group, &offsets);
        pass.dispatch_workgroups(x, y, z);
        device.0.counts.dispatches.fetch_add(1, Ordering::Relaxed);
        self.dispatches += 1;
        self.written += written;
        Ok(())
    }

    /// Records other work than a dispatch, in order with the dispatches.
    pub fn encode<T>(&mut self, device: &Device, work: impl FnOnce(&mut wgpu::CommandEncoder) -> T) -> T {
        self.pass = None;
        work(self.encoder.get_or_insert_with(|| {
            device.0.wgpu.create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
        }))
    }

    /// Hands everything recorded to the device; gives the last submission there was, to wait for.
    pub fn submit(&mut self, device: &Device) -> Result<Option<wgpu::SubmissionIndex>> {
        device.check()?;
        self.pass = None;
        let Some(encoder) = self.encoder.take() else {
            return Ok(self.last.clone());
        };
        let dispatches = std::mem::take(&mut self.dispatches);
        self.written = 0;
        let parameters = std::mem::take(&mut self.parameters);
        let span = tracing::debug_span!("submit", dispatches, device = %device).entered();
        let began = Instant::now();
        let last = device.scoped(|| {
            // A write to a buffer goes before everything submitted with it and after everything submitted earlier,
            // which is what one ring for each submission needs.
            if !parameters.is_empty() {
                device.0.queue.write_buffer(&self.ring, 0, &parameters);
            }
            device.0.queue.submit([encoder.finish()])
        });
        drop(span);
        // Arrays that count as computed are not: no later reading may give what their memory happens to hold.
        let last = last.inspect_err(|error| device.fail(error.to_string()))?;
        self.parameters = parameters;
        self.parameters.clear();
        device.0.counts.submissions.fetch_add(1, Ordering::Relaxed);
        if let Some(profiler) = &mut self.profiler {
            profiler.submitted(began, dispatches);
        }
        self.last = Some(last.clone());
        Ok(Some(last))
    }

    /// Has the times of what is recorded so far come with the next submission.
    pub fn collect_times(&mut self, device: &Device) -> Result<()> {
        let Some(mut profiler) = self.profiler.take() else { return Ok(()) };
        let collected = self.encode(device, |encoder| profiler.collect(device, encoder));
        self.profiler = Some(profiler);
        collected
    }

    /// Where parameters lie: the last binding of every kernel.
    pub const fn ring(&self) -> &wgpu::Buffer {
        &self.ring
    }

    /// Lets go of the bind groups of one buffer.
    pub fn forget_binding(&mut self, id: u64) {
        self.bind_groups.retain(|(.., buffers), _| buffers.iter().all(|&(buffer, ..)| buffer != id));
    }

    /// Lets go of the bind groups, which hold buffers that the pool may want to free.
    pub fn forget_bindings(&mut self) {
        self.bind_groups.clear();
    }
}

fn bind_group(
    device: &Device,
    pipeline: &Pipeline,
    parts: &[Bound<'_>],
    (ring, uniforms): (&wgpu::Buffer, usize),
) -> wgpu::BindGroup {
    let part = |buffer, offset, nbytes| {
        wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer,
            offset,
            size: wgpu::BufferSize::new(nbytes),
        })
    };
    let mut resources: Vec<_> = parts.iter().map(|b| part(&b.raw.wgpu, b.offset, b.nbytes)).collect();
    resources.extend((0..uniforms).map(|_| part(ring, 0, PARAMETER_BYTES)));
    let entries: Vec<_> = resources
        .into_iter()
        .enumerate()
        .map(|(binding, resource)| wgpu::BindGroupEntry {
            binding: u32::try_from(binding).unwrap_or(u32::MAX),
            resource,
        })
        .collect();
    device.0.wgpu.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.bind_group_layout,
        entries: &entries,
    })
}
