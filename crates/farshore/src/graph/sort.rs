//! Stable merge sort of many rows at once.

use crate::device::{Buffer, Device};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::call::{Call, run, whole};
use crate::graph::evaluate::with_kernels;
use crate::graph::plan::low;
use crate::kernels::{RUN, SortStep};

/// Sorts the rows of the contiguous array in `source`, `rows` of `length` elements of `dtype`, of 32 bits or more: a new
/// buffer of the elements, or, for `indices`, of their positions in the row, as int64.
///
/// # Errors
/// Out of memory, a lost device; [`Error::Value`] for an array that is longer than a binding.
pub fn sort(
    device: &Device,
    source: &Buffer,
    (rows, length): (usize, usize),
    dtype: DType,
    (descending, indices): (bool, bool),
) -> Result<Buffer> {
    let count = rows * length;
    if u32::try_from(count).is_err() {
        let reason = format!("it takes less than 2**32 elements at once, not {count}; take parts of it");
        return Err(Error::Value { op: "sort", reason });
    }
    let schedule = Schedule::of(device, dtype, length);
    let width = schedule.span * RUN;
    let levels = length.div_ceil(width).next_power_of_two().ilog2() as usize;
    let elements = || Buffer::new(device, (count * dtype.size()) as u64);
    let positions = |last: bool| Buffer::new(device, (count * if last { 8 } else { 4 }) as u64);
    with_kernels(device, |kernels| {
        let (mut held, mut held_positions): (Option<Buffer>, Option<Buffer>) = (None, None);
        for level in 0..=levels {
            let last = level == levels;
            let step = SortStep {
                dtype,
                descending,
                merges: level > 0,
                indices,
                last,
                workgroup: if level > 0 { schedule.merging } else { schedule.workgroup },
                span: if level > 0 { 1 } else { schedule.span },
            };
            let (parameters, groups) = if level == 0 {
                schedule.runs(rows, length)
            } else {
                schedule.merge(rows, length, width << (level - 1))
            };
            let to = if step.moves() { Some(elements()?) } else { None };
            let to_positions = if indices { Some(positions(last)?) } else { None };
            let read = [Some(held.as_ref().unwrap_or(source)), held_positions.as_ref()];
            let reads: Vec<_> = read.into_iter().flatten().map(whole).collect();
            let writes: Vec<_> = [&to, &to_positions].into_iter().flatten().map(whole).collect();
            let call = Call { name: format!("{step:?}"), write: || step.write(), parameters, groups };
            run(kernels, device, call, &reads, &writes)?;
            (held, held_positions) = (to, to_positions);
        }
        let result = if indices { held_positions } else { held };
        result.ok_or_else(|| device.error("a sort that wrote nothing"))
    })
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

    fn runs(&self, rows: usize, length: usize) -> (Vec<u32>, usize) {
        let stretches = length.div_ceil(self.span * RUN);
        let groups = (rows * stretches).div_ceil(self.workgroup / self.span);
        let words = [groups - 1, 0, length, stretches, rows * stretches, 0, 0, 0];
        (words.map(low).to_vec(), groups)
    }

    fn merge(&self, rows: usize, length: usize, width: usize) -> (Vec<u32>, usize) {
        let items = self.items.min(2 * width);
        let parts = length.div_ceil(items);
        let groups = (rows * parts).div_ceil(self.merging);
        let words = [groups - 1, 0, length, parts, rows * parts, items, width, 0];
        (words.map(low).to_vec(), groups)
    }
}
