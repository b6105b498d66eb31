//! Stable merge sort of many rows at once.

use std::ops::Range;

use crate::device::{Binding, Buffer, Device};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::call::{Call, run};
use crate::graph::dispatch::Kernels;
use crate::graph::evaluate::with_kernels;
use crate::graph::plan::low;
use crate::kernels::{RUN, SortStep};

/// Sorts the rows of the contiguous array in `source`, `rows` of `length` elements of `dtype`, of 32 bits or more: a new
/// buffer of the elements, or, for `indices`, of their positions in the row, as int64.
///
/// # Errors
/// Out of memory, a lost device; [`Error::Value`] for rows of 2**32 elements and more.
pub fn sort(
    device: &Device,
    source: &Buffer,
    (rows, length): (usize, usize),
    dtype: DType,
    (descending, indices): (bool, bool),
) -> Result<Buffer> {
    if u32::try_from(length).is_err() {
        let reason = format!("it takes less than 2**32 elements in a row, not {length}; take parts of it");
        return Err(Error::Value { op: "sort", reason });
    }
    let sort = Sort { device, dtype, descending, indices, schedule: Schedule::of(device, dtype, length) };
    let count = rows * length;
    with_kernels(device, |kernels| {
        let result = sort.fresh(0..count, true)?;
        let source = Stretch { elements: Some(source), positions: None, start: 0 };
        let block = sort.block();
        if length <= 2 * block {
            let at_once = if count <= 2 * block { rows } else { (2 * block / length).max(1) };
            for first in (0..rows).step_by(at_once) {
                let part = first..rows.min(first + at_once);
                let places = part.start * length..part.end * length;
                sort.rows(kernels, (part.len(), length), 0, &source.at(&places), &result.at(&places), true)?;
            }
        } else {
            for row in 0..rows {
                let places = row * length..(row + 1) * length;
                sort.long_row(kernels, &source, &result, &places, block)?;
            }
        }
        let written = if indices { result.positions } else { result.elements };
        written.ok_or_else(|| device.error("a sort that wrote nothing"))
    })
}

/// What is sorted, and how.
struct Sort<'a> {
    device: &'a Device,
    dtype: DType,
    descending: bool,
    indices: bool,
    schedule: Schedule,
}

/// Elements and their positions; `start` is the number of the first that the buffers hold.
struct Stretch<B> {
    elements: Option<B>,
    positions: Option<B>,
    start: usize,
}

/// A part of them.
struct Part<'a> {
    elements: Option<&'a Buffer>,
    positions: Option<&'a Buffer>,
    /// Within the buffers.
    places: Range<usize>,
}

/// Parts are bound from a multiple of as many elements on, which every device allows.
const ALIGNED: usize = 64;

impl<B: std::borrow::Borrow<Buffer>> Stretch<B> {
    fn at(&self, places: &Range<usize>) -> Part<'_> {
        let [elements, positions] =
            [&self.elements, &self.positions].map(|buffer| buffer.as_ref().map(B::borrow));
        Part { elements, positions, places: places.start - self.start..places.end - self.start }
    }
}

impl Sort<'_> {
    /// New memory for the elements `places`; after the `last` step that is for the result alone.
    fn fresh(&self, places: Range<usize>, last: bool) -> Result<Stretch<Buffer>> {
        let start = places.start / ALIGNED * ALIGNED;
        let memory = |size: usize| Buffer::new(self.device, ((places.end - start) * size) as u64);
        let elements = if self.indices && last { None } else { Some(memory(self.dtype.size())?) };
        let positions = if self.indices { Some(memory(if last { 8 } else { 4 })?) } else { None };
        Ok(Stretch { elements, positions, start })
    }

    /// As many elements that two times as many can be bound, wherever they begin.
    fn block(&self) -> usize {
        let size = self.dtype.size().max(if self.indices { 8 } else { 4 });
        let bound = usize::try_from(self.device.limits().binding).unwrap_or(usize::MAX) / size;
        bound.saturating_sub(2 * ALIGNED) / 2 / ALIGNED * ALIGNED
    }

    /// Sorts rows that can be bound at once. `shift` is the column of their first elements.
    fn rows(
        &self,
        kernels: &mut Kernels,
        (rows, length): (usize, usize),
        shift: usize,
        source: &Part<'_>,
        result: &Part<'_>,
        last: bool,
    ) -> Result<()> {
        let width = self.schedule.span * RUN;
        let levels = length.div_ceil(width).next_power_of_two().ilog2() as usize;
        let places = result.places.clone();
        let mut held: Option<Stretch<Buffer>> = None;
        for level in 0..=levels {
            let ends = level == levels;
            let fresh = if ends { None } else { Some(self.fresh(places.clone(), false)?) };
            let between = held.as_ref().map(|held| held.at(&places));
            let from = between.as_ref().unwrap_or(source);
            let next = fresh.as_ref().map(|fresh| fresh.at(&places));
            let to = next.as_ref().unwrap_or(result);
            if level == 0 {
                let (parameters, groups) = self.schedule.runs(rows, length, (from.base(), shift));
                self.step(kernels, false, last && ends, (parameters, groups), from, to)?;
            } else {
                let width = width << (level - 1);
                let work = self.schedule.merge(rows, length, width, from.base());
                self.step(kernels, true, last && ends, work, from, to)?;
            }
            held = fresh;
        }
        Ok(())
    }

    /// Sorts a row of which no more than two blocks can be bound at once: every block, then pairs of neighbours, so often
    /// that the least of the last block gets to the first (odd-even transposition, with merges for exchanges).
    fn long_row(
        &self,
        kernels: &mut Kernels,
        source: &Stretch<&Buffer>,
        result: &Stretch<Buffer>,
        row: &Range<usize>,
        block: usize,
    ) -> Result<()> {
        let places = |number: usize| {
            let start = row.start + number * block;
            start..row.end.min(start + block)
        };
        let blocks = row.len().div_ceil(block);
        let mut held = self.fresh(row.clone(), false)?;
        for number in 0..blocks {
            let part = places(number);
            let (from, to) = (source.at(&part), held.at(&part));
            self.rows(kernels, (1, part.len()), number * block, &from, &to, false)?;
        }
        for round in 0..blocks {
            let last = round + 1 == blocks;
            let fresh = if last { None } else { Some(self.fresh(row.clone(), false)?) };
            let to = fresh.as_ref().unwrap_or(result);
            let mut number = 0;
            while number < blocks {
                // One that has no partner in this round is copied.
                let alone = number + 1 == blocks || (number == 0 && round % 2 == 1);
                let part = places(number).start..places(if alone { number } else { number + 1 }).end;
                let (from, to) = (held.at(&part), to.at(&part));
                let work = self.schedule.merge(1, part.len(), block, from.base());
                self.step(kernels, true, last, work, &from, &to)?;
                number += if alone { 1 } else { 2 };
            }
            if let Some(fresh) = fresh {
                held = fresh;
            }
        }
        Ok(())
    }

    fn step(
        &self,
        kernels: &mut Kernels,
        merges: bool,
        last: bool,
        (parameters, groups): (Vec<u32>, usize),
        from: &Part<'_>,
        to: &Part<'_>,
    ) -> Result<()> {
        let Self { device, dtype, descending, indices, schedule } = self;
        let workgroup = if merges { schedule.merging } else { schedule.workgroup };
        let span = if merges { 1 } else { schedule.span };
        let (dtype, descending, indices) = (*dtype, *descending, *indices);
        let step = SortStep { dtype, descending, merges, indices, last, workgroup, span };
        let element = dtype.size();
        let reads = [from.bound(from.elements, element), from.bound(from.positions, 4)];
        let writes = [to.bound(to.elements, element), to.bound(to.positions, if last { 8 } else { 4 })];
        let [reads, writes] = [reads, writes].map(|parts| parts.into_iter().flatten().collect::<Vec<_>>());
        let call = Call { name: format!("{step:?}"), write: || step.write(), parameters, groups };
        run(kernels, device, call, &reads, &writes)
    }
}

impl Part<'_> {
    /// How many elements of what is bound lie before it: the same of every buffer, since all are aligned alike.
    fn base(&self) -> usize {
        self.places.start % ALIGNED
    }

    fn bound<'b>(&self, buffer: Option<&'b Buffer>, size: usize) -> Option<Binding<'b>> {
        let buffer = buffer?;
        let offset = ((self.places.start - self.base()) * size) as u64;
        let nbytes = (((self.places.end * size) as u64 - offset).next_multiple_of(256))
            .min(buffer.capacity() - offset);
        Some(Binding::new(buffer, offset, nbytes))
    }
}

/// Constants of a kind of device: merging in workgroup memory is nothing to gain where that is like any other.
struct Schedule {
    /// Invocations of a workgroup of the first step, and how many of them merge their stretches at once.
    workgroup: usize,
    span: usize,
    /// Invocations of a workgroup of the others, and elements that each merges at most.
    merging: usize,
    items: usize,
}

impl Schedule {
    fn of(device: &Device, dtype: DType, length: usize) -> Self {
        if device.is_software() {
            return Self { workgroup: 64, span: 1, merging: 64, items: 32 };
        }
        // 16 KiB, which every device has, for a key and a position of each element.
        let room = (16 << 10) / (RUN * (dtype.size() + 4));
        let workgroup = 128.min(1 << room.ilog2());
        let span = length.div_ceil(RUN).next_power_of_two().min(workgroup);
        Self { workgroup, span, merging: 128, items: 16 }
    }

    fn runs(&self, rows: usize, length: usize, (base, shift): (usize, usize)) -> (Vec<u32>, usize) {
        let stretches = length.div_ceil(self.span * RUN);
        let groups = (rows * stretches).div_ceil(self.workgroup / self.span);
        let words = [groups - 1, 0, length, stretches, rows * stretches, base, shift, 0];
        (words.map(low).to_vec(), groups)
    }

    fn merge(&self, rows: usize, length: usize, width: usize, base: usize) -> (Vec<u32>, usize) {
        let items = self.items.min(2 * width);
        let parts = length.div_ceil(items);
        let groups = (rows * parts).div_ceil(self.merging);
        let words = [groups - 1, 0, length, parts, rows * parts, items, width, base];
        (words.map(low).to_vec(), groups)
    }
}
