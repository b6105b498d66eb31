//! Compiled kernels, and the few bind group layouts that they all share.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use crate::device::{Device, UserProgram, loops, spirv};
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
    /// The program's, for profiles.
    pub(crate) label: Arc<str>,
    pub(crate) wgpu: wgpu::ComputePipeline,
    pub(crate) bind_group_layout: wgpu::BindGroupLayout,
}

type Layouts = (wgpu::BindGroupLayout, wgpu::PipelineLayout);

/// Layouts by how many arrays are read, how many written, and how many uniforms there are.
#[derive(Default)]
pub struct Pipelines {
    layouts: Mutex<HashMap<(usize, usize, usize), Layouts>>,
}

/// Bytes of the uniform block that every kernel can reach.
pub(crate) const PARAMETER_BYTES: u64 = 4096;

impl Device {
    /// Compiles `program`. Callers keep what they get: nothing is cached here.
    ///
    /// # Errors
    /// [`Error::Device`](crate::Error::Device) with the compiler's words.
    pub fn compile(&self, program: Program<'_>) -> Result<Arc<Pipeline>> {
        let _span = tracing::debug_span!("compile", kernel = program.label, device = %self).entered();
        self.0.counts.pipelines.fetch_add(1, Ordering::Relaxed);
        let Program { label, reads, writes, .. } = program;
        let source = self.source(program).map_err(|message| self.error(format!("{label}: {message}")))?;
        self.pipeline((label, "main"), (reads, writes, 1), false, || self.module(label, source))
    }

    /// Compiles a program of a user's. Unless it is `contained`, the caller answers for its indices and its loops.
    ///
    /// # Errors
    /// [`Error::Value`] for what the device lacks, and [`Error::Device`] with the compiler's words.
    pub fn compile_user(
        &self,
        label: &'static str,
        program: &UserProgram,
        contained: bool,
    ) -> Result<Arc<Pipeline>> {
        self.0.counts.pipelines.fetch_add(1, Ordering::Relaxed);
        let refused = |reason| Error::Value { op: label, reason };
        program.require_fits(self).map_err(refused)?;
        let mut module = program.module.clone();
        if contained {
            loops::bound(&mut module);
        }
        let info = program.require_supported(&module, self).map_err(refused)?;
        let source = if self.0.driver.strict {
            let spirv = spirv::of_user(&module, &info, contained, &self.0.driver).map_err(refused)?;
            Source::Spirv(spirv)
        } else {
            Source::Wgpu(Box::new(wgpu::ShaderSource::Naga(Cow::Owned(module))))
        };
        let (reads, writes) = program.storages();
        let bindings = (reads, writes, 1 + usize::from(program.lengths));
        self.pipeline((label, &program.entry), bindings, true, || match source {
            Source::Wgpu(source) if contained => {
                let descriptor = wgpu::ShaderModuleDescriptor { label: Some(label), source: *source };
                self.0.wgpu.create_shader_module(descriptor)
            }
            source => self.module(label, source),
        })
    }

    fn pipeline(
        &self,
        (label, entry): (&str, &str),
        (reads, writes, uniforms): (usize, usize, usize),
        zeroed: bool,
        module: impl FnOnce() -> wgpu::ShaderModule,
    ) -> Result<Arc<Pipeline>> {
        let (bind_group_layout, layout) = self.layouts(reads, writes, uniforms);
        let wgpu = self.scoped(|| {
            let module = module();
            self.0.wgpu.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(label),
                layout: Some(&layout),
                module: &module,
                entry_point: Some(entry),
                compilation_options: wgpu::PipelineCompilationOptions {
                    zero_initialize_workgroup_memory: zeroed,
                    ..Default::default()
                },
                cache: None,
            })
        })?;
        Ok(Arc::new(Pipeline { label: label.into(), wgpu, bind_group_layout }))
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
                        name: Cow::Owned(spirv.entry),
                        workgroup_size: spirv.workgroup,
                    }]),
                    spirv: Some(Cow::Owned(spirv.words)),
                    ..Default::default()
                };
                // SAFETY: naga wrote the SPIR-V from a module that it validated; the decorations added to it only
                // restrain the optimiser. Kernels bound their own indices, and those of users are bounded by naga, unless
                // users have answered for them.
                return unsafe { self.0.wgpu.create_shader_module_passthrough(descriptor) };
            }
        };
        let descriptor = wgpu::ShaderModuleDescriptor { label, source };
        // SAFETY: kernels bound their own indices and their loops end; users have answered for theirs.
        unsafe {
            self.0.wgpu.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked())
        }
    }

    /// Checks that `buffer` is one that kernels of this device can read.
    pub(crate) fn require_own(&self, buffer: &wgpu::Buffer) -> Result<()> {
        let (layout, _) = self.layouts(1, 0, 1);
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

    fn layouts(&self, reads: usize, writes: usize, uniforms: usize) -> Layouts {
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
            let all = reads + writes;
            entries.extend(
                (all..all + uniforms).map(|uniform| entry(uniform, wgpu::BufferBindingType::Uniform, true)),
            );
            let descriptor = wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries };
            let group = self.0.wgpu.create_bind_group_layout(&descriptor);
            let layout = self.0.wgpu.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &[Some(&group)],
                immediate_size: 0,
            });
            (group, layout)
        };
        layouts.entry((reads, writes, uniforms)).or_insert_with(make).clone()
    }
}
