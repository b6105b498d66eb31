//! Compiled kernels, and the few bind group layouts that they all share.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use crate::device::{Device, loops, spirv};
use crate::error::{Error, Result};

/// A whole WGSL program with one entry point `main`: bindings `0..reads` are read, the next ones are written,
/// the last is a uniform block.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    pub label: &'a str,
    pub wgsl: &'a str,
    pub reads: usize,
    pub writes: usize,
    /// Whether float arithmetic must be done as written: no reassociation, no contraction, NaN and -0 kept.
    pub strict: bool,
    /// Whether its loops may not end by themselves, so that each is left after a number of turns.
    pub bounded: bool,
}

/// What the driver is given.
enum Source<'a> {
    Spirv(spirv::Spirv),
    Wgpu(Box<wgpu::ShaderSource<'a>>),
}

/// A compiled program.
#[derive(Clone)]
pub struct Pipeline {
    pub(crate) label: Arc<str>,
    pub(crate) wgpu: wgpu::ComputePipeline,
    pub(crate) bind_group_layout: wgpu::BindGroupLayout,
}

#[derive(Default)]
pub struct Pipelines {
    layouts: Mutex<HashMap<(usize, usize), (wgpu::BindGroupLayout, wgpu::PipelineLayout)>>,
}

/// Bytes of the uniform block that every kernel can reach.
pub(crate) const PARAMETER_BYTES: u64 = 4096;

impl Device {
    /// Compiles `program`. Callers keep what they get: nothing is cached here.
    ///
    /// # Errors
    /// [`Error::Device`](crate::Error::Device) with the compiler's words.
    pub fn compile(&self, program: Program<'_>) -> Result<Arc<Pipeline>> {
        self.0.counts.pipelines.fetch_add(1, Ordering::Relaxed);
        let (bind_group_layout, layout) = self.layouts(program.reads, program.writes);
        let source =
            self.source(program).map_err(|message| self.error(format!("{}: {message}", program.label)))?;
        let wgpu = self.scoped(|| {
            let module = self.module(program.label, source);
            self.0.wgpu.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(program.label),
                layout: Some(&layout),
                module: &module,
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions {
                    zero_initialize_workgroup_memory: false,
                    ..Default::default()
                },
                cache: None,
            })
        })?;
        Ok(Arc::new(Pipeline { label: program.label.into(), wgpu, bind_group_layout }))
    }

    fn source<'a>(&self, program: Program<'a>) -> Result<Source<'a>, String> {
        if program.strict && self.0.driver.strict {
            return spirv::strict(program.wgsl, program.bounded, &self.0.driver).map(Source::Spirv);
        }
        Ok(Source::Wgpu(Box::new(if program.bounded {
            wgpu::ShaderSource::Naga(Cow::Owned(loops::bounded(program.wgsl)?))
        } else {
            wgpu::ShaderSource::Wgsl(Cow::Borrowed(program.wgsl))
        })))
    }

    fn module(&self, label: &str, source: Source<'_>) -> wgpu::ShaderModule {
        let label = Some(label);
        let source = match source {
            Source::Wgpu(source) => *source,
            Source::Spirv(spirv) => {
                let descriptor = wgpu::ShaderModuleDescriptorPassthrough {
                    label,
                    entry_points: Cow::Owned(vec![wgpu::PassthroughShaderEntryPoint {
                        name: Cow::Borrowed("main"),
                        workgroup_size: spirv.workgroup,
                    }]),
                    spirv: Some(Cow::Owned(spirv.words)),
                    ..Default::default()
                };
                // SAFETY: naga wrote the SPIR-V from a module that it validated; the decorations added to it only
                // restrain the optimiser. Kernels bound their own indices.
                return unsafe { self.0.wgpu.create_shader_module_passthrough(descriptor) };
            }
        };
        let descriptor = wgpu::ShaderModuleDescriptor { label, source };
        // SAFETY: kernels bound their own indices and their loops end.
        unsafe {
            self.0.wgpu.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked())
        }
    }

    /// Checks that `buffer` is one that kernels of this device can read.
    pub(crate) fn require_own(&self, buffer: &wgpu::Buffer) -> Result<()> {
        let (layout, _) = self.layouts(1, 0);
        let ring = self.recorder().ring().clone();
        let part = |buffer, size| {
            wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                buffer,
                offset: 0,
                size: wgpu::BufferSize::new(size),
            })
        };
        let entries = [
            wgpu::BindGroupEntry { binding: 0, resource: part(buffer, 4) },
            wgpu::BindGroupEntry { binding: 1, resource: part(&ring, PARAMETER_BYTES) },
        ];
        let descriptor = wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries };
        self.scoped(|| self.0.wgpu.create_bind_group(&descriptor))
            .map(drop)
            .map_err(|error| Error::Value { op: "from_buffer", reason: error.to_string() })
    }

    fn layouts(&self, reads: usize, writes: usize) -> (wgpu::BindGroupLayout, wgpu::PipelineLayout) {
        let mut layouts = self.0.pipelines.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let entry =
                |binding: usize, ty: wgpu::BufferBindingType, dynamic: bool| wgpu::BindGroupLayoutEntry {
                    binding: u32::try_from(binding).unwrap_or(u32::MAX),
                    visibility: wgpu::ShaderStages::COMPUTE,
                    ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: dynamic, min_binding_size: None },
                    count: None,
                };
            let storage = |read_only| wgpu::BufferBindingType::Storage { read_only };
            let mut entries: Vec<_> = (0..reads).map(|read| entry(read, storage(true), false)).collect();
            entries.extend((reads..reads + writes).map(|write| entry(write, storage(false), false)));
            entries.push(entry(reads + writes, wgpu::BufferBindingType::Uniform, true));
            let descriptor = wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries };
            let group = self.0.wgpu.create_bind_group_layout(&descriptor);
            let layout = self.0.wgpu.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &[Some(&group)],
                immediate_size: 0,
            });
            (group, layout)
        };
        layouts.entry((reads, writes)).or_insert_with(make).clone()
    }
}
