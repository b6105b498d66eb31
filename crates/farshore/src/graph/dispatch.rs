//! From a fused computation to dispatches: how each array is reached, the kernel for that, and the splitting of
//! arrays that are longer than a binding.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;
use std::sync::{Arc, LazyLock, MutexGuard};

use smallvec::SmallVec;

use crate::device::{Binding, Buffer, Device, Pipeline, Program, Recorder};
use crate::error::{Error, Result};
use crate::graph::fuse::Fused;
use crate::graph::plan::{Plan, low};
use crate::kernel::{Access, Expression, GROUP_ELEMENTS, Kernel, LANES, Reduction, Rows};
use crate::kernels;
use crate::layout::Layout;

/// Compiled kernels, by device and by everything their text depends on.
#[derive(Default)]
pub struct Kernels {
    elementwise: Compiled<Expression>,
    pub(super) reductions: Compiled<Reduction>,
    pub(super) rows: Compiled<Rows>,
    /// Others, by their names.
    pub(super) named: Compiled<String>,
    /// Whole programs of users, by their numbers.
    pub(super) programs: Compiled<usize>,
}

/// The kernels of one kind.
pub(super) struct Compiled<T>(HashMap<Device, HashMap<T, Arc<Pipeline>>>);

/// Whether each kernel's text is printed when it is compiled.
static DUMP: LazyLock<bool> = LazyLock::new(|| {
    std::env::var_os("FARSHORE_DUMP").is_some_and(|value| value != "0" && !value.is_empty())
});

/// Prints a kernel's text, if that was asked for.
pub(super) fn dump(label: &str, wgsl: &str) {
    if *DUMP {
        eprintln!("// {label}\n{wgsl}");
    }
}

/// Where a kernel writes.
pub struct Target<'a> {
    pub buffer: &'a Buffer,
    /// None for a fresh buffer that is filled in C order.
    pub view: Option<Layout>,
    pub len: usize,
    /// The elements to bind, where places are computed.
    pub bound: Option<Range<usize>>,
}

impl<'a> Target<'a> {
    pub const fn fresh(buffer: &'a Buffer, len: usize) -> Self {
        Self { buffer, view: None, len, bound: None }
    }

    pub fn view(buffer: &'a Buffer, layout: Layout) -> Self {
        Self { buffer, len: layout.len(), view: Some(layout), bound: None }
    }
}

impl Kernels {
    /// Records the dispatches that compute `fused` into `target`.
    pub fn run(&mut self, device: &Device, fused: &Fused, target: &Target<'_>) -> Result<()> {
        if target.len == 0 {
            return Ok(());
        }
        let plan = Plan::new(device, fused, target, false);
        if plan.expression.rank > 0 && u32::try_from(target.len).is_err() {
            let reason = "an array of more than 2**32 elements was read by strides; copy it first: x.copy()";
            return Err(Error::Value { op: "evaluate", reason: reason.into() });
        }
        let mut run = self.prepare(device, fused, plan)?;
        // Kept until the last dispatch: the host reads none of the buffers in between.
        let mut recorder = run.recorder(device)?;
        let mut start = 0;
        while start < target.len {
            if let Some(end) = run.plan.longest_chunk(device, start..target.len, GROUP_ELEMENTS) {
                run.dispatch(device, &mut recorder, start..end)?;
                start = end;
                continue;
            }
            // Not even one workgroup's elements are within reach of each other: they cross from the end of one row
            // of a long transposed array to the start of the next. Those few are stored one by one.
            let last = target.len.min(start + GROUP_ELEMENTS);
            let mut by_element = self.prepare(device, fused, Plan::new(device, fused, target, true))?;
            while start < last {
                let out_of_reach = || device.error("one element of a result is beyond every kernel's reach");
                let end = by_element.plan.longest_chunk(device, start..last, 1).ok_or_else(out_of_reach)?;
                by_element.dispatch(device, &mut recorder, start..end)?;
                start = end;
            }
        }
        Ok(())
    }

    fn prepare<'a>(&mut self, device: &Device, fused: &Fused, plan: Plan<'a>) -> Result<Run<'a>> {
        let pipeline = self.elementwise.pipeline(device, &plan.expression, kernels::write)?;
        let mut parameters = vec![0; plan.expression.words()];
        plan.fixed_parameters(fused, &mut parameters);
        Ok(Run { plan, pipeline, parameters })
    }

    /// The kernel that would compute `fused` into `target`, and its text.
    pub fn text(device: &Device, fused: &Fused, target: &Target<'_>) -> Result<(Expression, String)> {
        let expression = Plan::new(device, fused, target, false).expression;
        let wgsl = kernels::write(&expression)?.wgsl;
        Ok((expression, wgsl))
    }
}

impl<T> Default for Compiled<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Clone + Eq + Hash> Compiled<T> {
    /// The kernel of `what`, written and compiled the first time.
    pub fn pipeline(
        &mut self,
        device: &Device,
        what: &T,
        write: impl FnOnce(&T) -> Result<Kernel>,
    ) -> Result<Arc<Pipeline>> {
        self.compiled(device, what, || {
            let kernel = write(what)?;
            dump(&kernel.label, &kernel.wgsl);
            device.compile(Program {
                label: &kernel.label,
                wgsl: &kernel.wgsl,
                reads: kernel.reads,
                writes: kernel.writes,
                strict: true,
                bounded: kernel.bounded,
            })
        })
    }

    /// The kernel of `what`, which `compile` makes the first time.
    pub fn compiled(
        &mut self,
        device: &Device,
        what: &T,
        compile: impl FnOnce() -> Result<Arc<Pipeline>>,
    ) -> Result<Arc<Pipeline>> {
        if let Some(known) = self.0.get(device).and_then(|kernels| kernels.get(what)) {
            return Ok(Arc::clone(known));
        }
        let pipeline = compile()?;
        self.0.entry(device.clone()).or_default().insert(what.clone(), Arc::clone(&pipeline));
        Ok(pipeline)
    }
}

/// A plan with its kernel, ready to be dispatched on one range of elements after another.
struct Run<'a> {
    plan: Plan<'a>,
    pipeline: Arc<Pipeline>,
    parameters: Vec<u32>,
}

impl Run<'_> {
    /// The recorder, unless the host reads one of the buffers: then that is noted, to be waited for elsewhere.
    fn recorder<'a>(&self, device: &'a Device) -> Result<MutexGuard<'a, Recorder>> {
        let buffers: SmallVec<[&Buffer; 8]> = self.plan.arrays.iter().map(|array| array.buffer).collect();
        device.recorder_unless_held(&buffers).map_err(|held| {
            held.set_busy();
            device.error("the host is reading an array that a kernel needs")
        })
    }

    fn dispatch(&mut self, device: &Device, recorder: &mut Recorder, range: Range<usize>) -> Result<()> {
        let Self { plan: Plan { expression, arrays, tiles }, pipeline, parameters } = self;
        let len = range.len();
        let groups = if expression.walks {
            // Enough workgroups for many cores, and turns for each to be worth it.
            let tile = expression.workgroup() * LANES * expression.blocks;
            let all = tiles.map_or_else(|| len.div_ceil(tile), |tiles| tiles.all);
            let turns = (all / 64).clamp(4, 32);
            parameters[Expression::TURNS] = low(turns);
            parameters[Expression::TILES] = low(all);
            all.div_ceil(turns)
        } else {
            tiles.map_or_else(|| len.div_ceil(GROUP_ELEMENTS), |tiles| tiles.all)
        };
        let rows = groups.div_ceil(device.limits().workgroups as usize);
        let row = groups.div_ceil(rows);
        parameters[Expression::LAST] = low(groups - 1);
        parameters[Expression::ROW] = low(row);
        parameters[Expression::LEN] = low(len);
        parameters[Expression::START] = low(range.start);
        if let Some(tiles) = tiles {
            parameters[Expression::ACROSS] = low(tiles.across);
            parameters[Expression::DOWN] = low(tiles.down);
            parameters[Expression::SIDE] = tiles.side;
        }
        let part = (len, arrays.last().map_or(len, |target| target.distinct));
        let mut bindings = SmallVec::<[Binding<'_>; 8]>::new();
        for (number, array) in arrays.iter().enumerate() {
            let (offset, nbytes) = array.window(device, range.clone());
            let base = usize::try_from(offset).unwrap_or(usize::MAX) / array.size;
            parameters[expression.offset(number)] = low(match array.access {
                Access::Contiguous => (array.layout.offset + range.start - base) / LANES,
                _ => array.layout.offset.wrapping_sub(base),
            });
            let binding = Binding::new(array.buffer, offset, nbytes);
            bindings.push(binding.with_use_for(array.distinct * array.size, part));
        }
        let (write, reads) =
            bindings.split_last().ok_or_else(|| device.error("a kernel that writes nothing"))?;
        recorder.dispatch(device, pipeline, reads, &[*write], parameters, (low(row), low(rows)))
    }
}
