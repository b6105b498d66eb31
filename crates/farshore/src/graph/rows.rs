//! Reductions of rows, computed in one kernel with what they are reduced from and what is computed with them.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::device::{Binding, Buffer, Device};
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::call::whole;
use crate::graph::dispatch::Kernels;
use crate::graph::fuse::{Fused, Read};
use crate::graph::node::{Function, Node, Operand, Operation};
use crate::graph::plan::{long_words, low};
use crate::graph::row_form::{Form, Place, team, turns};
use crate::graph::row_search::Search;
use crate::kernel::{Access, LANES, Lanes, Operand as Reached, RowTotal, Rows, Step};
use crate::kernels;
use crate::layout::Shape;

/// Steps of one kernel: compilers choke on more.
const STEPS: usize = 128;
/// Reductions in one kernel.
const TOTALS: usize = 4;

/// A kernel of rows, and what it reads and writes.
pub(super) struct RowPlan {
    pub rows: Rows,
    pub fused: Fused,
    /// The nodes of the reductions.
    pub totals: Vec<Arc<Node>>,
    parameters: Vec<u32>,
    groups: usize,
}

impl RowPlan {
    /// The plan for `node`, whose operation this is: a reduction, or elements that are computed with some. None where
    /// there are none, or where some array's rows do not lie evenly. `ready` gives the bytes of a node that has to be read
    /// from memory.
    pub fn new(
        node: &Arc<Node>,
        operation: &Operation,
        ready: &mut dyn FnMut(&Arc<Node>) -> Result<Arc<Buffer>>,
    ) -> Result<Option<Self>> {
        if !node.cost.reduces {
            return Ok(None);
        }
        let reduces = matches!(operation.function, Function::Reduce(..));
        let shape = match &operation.operands[..] {
            [Operand::Array(_, layout)] if reduces => layout.shape.clone(),
            _ => node.shape.clone(),
        };
        if shape.contains(&0) {
            return Ok(None);
        }
        let Some(Search { totals, mut fused, .. }) = Search::new(node, operation, &shape) else {
            return Ok(None);
        };
        if totals.is_empty() || totals.len() > TOTALS {
            return Ok(None);
        }
        let mut reductions = Vec::new();
        let mut neutrals = Vec::new();
        for (node, operation) in &totals {
            let Function::Reduce(combine, neutral) = operation.function else { return Ok(None) };
            neutrals.push(neutral);
            reductions.push(RowTotal { steps: fused.stage(operation, node.dtype, ready)?, combine });
        }
        let steps = if reduces { Vec::new() } else { fused.stage(operation, node.dtype, ready)? };
        let Some(form) = Form::new(&fused.reads, &shape, &fused.along, node.dtype) else { return Ok(None) };
        let size = node.dtype.size();
        if !fits(&node.device, &fused, &shape, (totals.len(), steps.len()), &reductions, size)
            // What several invocations share a word of is stored by other kernels.
            || !reduces && form.stored() == Access::Strided && size < 4
            // Nothing is gained for a reduction by itself, whose parts other kernels spread over more invocations.
            || reduces && totals.len() == 1 && (form.lanes == Lanes::Across || !form.whole)
        {
            return Ok(None);
        }
        let (rows, neutrals) = (rows(&node.device, &fused, &form, reductions, steps, &shape), neutrals);
        let number: usize = form.shape.iter().product();
        let length = shape[fused.along.clone()].iter().product();
        let mut parameters = parameters(&rows, &fused, &form, &neutrals, (number, length));
        let places = parameters[Rows::ROWS] as usize;
        let tile = rows.workgroup / rows.team;
        let tiles = places.div_ceil(tile);
        let turns = turns(&node.device, rows.team, tiles, tile * number.div_ceil(places), length);
        parameters[Rows::TURNS] = low(turns);
        let groups = tiles.div_ceil(turns);
        let totals = totals.into_iter().map(|(node, _)| node).collect();
        Ok(Some(Self { rows, fused, totals, parameters, groups }))
    }

    /// Records the dispatch. Gives the elements' bytes, if any are stored; the reductions' nodes are ready.
    pub fn run(mut self, kernels: &mut Kernels, node: &Arc<Node>) -> Result<Option<Arc<Buffer>>> {
        let device = &node.device;
        let bytes = |node: &Arc<Node>| Buffer::new(device, (node.elements() * node.dtype.size()) as u64);
        let elements = if self.rows.steps.is_empty() { None } else { Some(Arc::new(bytes(node)?)) };
        let totals = self.totals.iter().map(|node| bytes(node).map(Arc::new)).collect::<Result<Vec<_>>>()?;
        let pipeline = kernels.rows.pipeline(device, &self.rows, kernels::write_rows)?;
        let read: SmallVec<[&Buffer; 8]> = self.fused.reads.iter().map(|read| &*read.buffer).collect();
        let lines = self.groups.div_ceil(device.limits().workgroups as usize);
        let line = self.groups.div_ceil(lines);
        self.parameters[..2].copy_from_slice(&[low(self.groups - 1), low(line)]);
        let mut recorder = device.recorder_unless_held(&read).map_err(|held| {
            held.set_busy();
            device.error("the host is reading an array that a kernel needs")
        })?;
        let reads: SmallVec<[_; 8]> = self.fused.reads.iter().map(used).collect();
        let writes: Vec<_> = elements.iter().chain(&totals).map(|buffer| whole(buffer)).collect();
        let size = (low(line), low(lines));
        recorder.dispatch(device, &pipeline, &reads, &writes, &self.parameters, size)?;
        drop((recorder, writes));
        for (node, buffer) in self.totals.iter().zip(&totals) {
            node.make_ready(Arc::clone(buffer));
        }
        Ok(elements)
    }
}

/// All of a buffer, of which the elements of `read` are used.
fn used(read: &Read) -> Binding<'_> {
    whole(&read.buffer).with_use_for(read.distinct() * read.dtype.size(), (1, 1))
}

/// Whether a device takes a kernel that computes and stores so much.
fn fits(
    device: &Device,
    fused: &Fused,
    shape: &Shape,
    (totals, steps): (usize, usize),
    reductions: &[RowTotal],
    size: usize,
) -> bool {
    let all = reductions.iter().map(|total| total.steps.len()).sum::<usize>() + steps;
    let writes = totals + usize::from(steps > 0);
    let binding = device.limits().binding;
    let written = if steps > 0 { (shape.iter().product::<usize>() * size) as u64 } else { 0 };
    all <= STEPS
        && fused.reads.len() + writes <= device.limits().bindings
        && written <= binding
        && fused.reads.iter().all(|read| read.buffer.capacity() <= binding)
}

/// All that the kernel's text depends on.
fn rows(
    device: &Device,
    fused: &Fused,
    form: &Form,
    totals: Vec<RowTotal>,
    steps: Vec<(Step, DType)>,
    shape: &Shape,
) -> Rows {
    let number: usize = form.shape.iter().product();
    let length: usize = shape[fused.along.clone()].iter().product();
    let reached = |(read, place): (&Read, &Place)| Reached { dtype: read.dtype, access: place.access };
    let size = fused.reads.iter().map(|read| read.dtype.size()).max().unwrap_or(1);
    let (team, workgroup) = team(device, form.lanes, number, length, size);
    let along = form.lanes == Lanes::Along;
    let steps_along = if along { length.div_ceil(LANES) } else { length };
    let mut rows = Rows {
        operands: fused.reads.iter().zip(&form.arrays).map(reached).collect(),
        fixed: form.arrays[..fused.reads.len()].iter().map(|place| place.step == 0).collect(),
        totals,
        steps,
        scalars: fused.scalars.len(),
        lanes: form.lanes,
        whole: form.whole,
        rank: form.shape.len(),
        store: form.stored(),
        team,
        workgroup,
        paired: along && !form.whole || steps_along.is_multiple_of(2 * team),
        long_words: long_words(device),
        packs_float16: false,
    };
    let float16 = rows.stages().flatten().any(|&(_, dtype)| dtype == DType::Float16);
    rows.packs_float16 = float16 && device.capabilities().is_ok_and(|found| found.exact_float16);
    rows
}

/// The rest.
fn parameters(
    rows: &Rows,
    fused: &Fused,
    form: &Form,
    neutrals: &[[u32; 4]],
    (number, length): (usize, usize),
) -> Vec<u32> {
    let (places, steps) = match rows.lanes {
        Lanes::Along => (number, length.div_ceil(LANES)),
        Lanes::Across => (number.div_ceil(LANES), length),
    };
    let mut words = vec![0; rows.words()];
    words[Rows::ROWS] = low(places);
    words[Rows::BLOCKS] = low(steps);
    words[Rows::LENGTH] = low(length);
    words[Rows::ALL] = low(number);
    for (number, bits) in fused.scalars.iter().chain(neutrals).enumerate() {
        words[rows.scalar(number)..][..4].copy_from_slice(bits);
    }
    for (axis, &size) in form.shape.iter().enumerate() {
        words[rows.shape(axis)] = low(size);
    }
    for (number, place) in form.arrays.iter().enumerate() {
        let strides = place.strides.iter().map(|stride| low(stride.cast_unsigned()));
        let all: SmallVec<[u32; 8]> =
            [low(place.offset), low(place.step.cast_unsigned())].into_iter().chain(strides).collect();
        words[rows.offset(number)..][..all.len()].copy_from_slice(&all);
    }
    words
}
