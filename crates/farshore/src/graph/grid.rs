//! The plan for operands that are not read in the order of the result: workgroups laid over the last two axes.

use std::cmp::Reverse;

use crate::device::Device;
use crate::graph::fuse::Fused;
use crate::graph::plan::{Plan, Reach, access, operands, walks};
use crate::kernel::{Access, Expression, Grid, LANES};
use crate::layout::Layout;

/// How many workgroups lie side by side, how many strips of them below each other, and how many there are in all.
#[derive(Clone, Copy)]
pub struct Tiles {
    pub across: usize,
    pub down: usize,
    pub all: usize,
    /// [`Expression::SIDE`].
    pub side: u32,
}

/// Columns that a workgroup covers where operands are read down the columns: as many as a cache line has elements, and
/// twice that on a software device, whose workgroups are small (a seventh less time for `a + b.T`).
const fn columns_down(software: bool) -> usize {
    if software { 32 } else { 16 }
}

/// Workgroups that follow each other down the rows there, so that the pages of memory that a column lies on are used more
/// than once before they are left.
const STRIP: usize = 8;

/// The plan for `arrays`, the target last, whose layouts are of one shape; None where reading in order is as good or
/// the arrays are too long for one binding.
pub fn plan<'a>(
    device: &Device,
    fused: &Fused,
    arrays: &[Reach<'a>],
    expression: &Expression,
) -> Option<Plan<'a>> {
    let computed = |number: usize| match fused.reads.get(number) {
        Some(read) => read.gathered.is_some(),
        None => fused.scatter.is_some(),
    };
    // What lies where a step says, and nowhere else, has no use for coordinates.
    let free = |number: usize| computed(number) && access(&arrays[number].layout) == Access::Splat;
    if (0..arrays.len()).all(|number| arrays[number].access != Access::Strided || free(number)) {
        return None;
    }
    let target = arrays.last()?;
    let fits = |array: &Reach<'_>| array.buffer.capacity() <= device.limits().binding;
    if u32::try_from(target.layout.len()).is_err() || !arrays.iter().all(fits) {
        return None;
    }
    let moving: Vec<usize> = (0..arrays.len()).filter(|&n| arrays[n].access != Access::Splat).collect();
    let mut layouts = ordered(moving.iter().map(|&n| arrays[n].layout.clone()).collect())?;
    let mut accesses = accesses(&layouts);
    for (access, _) in accesses.iter_mut().zip(&moving).filter(|&(_, &number)| computed(number)) {
        *access = Access::Strided;
    }
    let (fresh, narrow) = (target.access == Access::Contiguous, target.size < 4);
    // Elements narrower than a word would be stored one by one.
    if fresh && narrow && accesses.last() != Some(&Access::Row) {
        return None;
    }
    let rows_first = rows_first(&mut layouts, &accesses);
    if layouts[0].ndim() == 1 {
        for layout in &mut layouts {
            layout.shape.insert(0, 1);
            layout.strides.insert(0, 0);
        }
    }
    let rank = layouts[0].ndim();
    let (rows, columns) = (layouts[0].shape[rank - 2], layouts[0].shape[rank - 1]);
    let walks = !rows_first && walks(device, expression, target.layout.len());
    let mut blocks = if walks { 2 } else { expression.blocks };
    while blocks * LANES > columns {
        blocks /= 2;
    }
    let mut arrays = arrays.to_vec();
    for ((&number, layout), access) in moving.iter().zip(layouts).zip(accesses) {
        arrays[number].layout = layout;
        arrays[number].access = access;
    }
    let store = arrays.last()?.access;
    let mut expression = Expression { rank, store, blocks, walks, ..expression.clone() };
    let workgroup = expression.workgroup();
    let width = columns.div_ceil(LANES * blocks);
    let across = if rows_first {
        (columns_down(device.is_software()) / LANES / blocks).min(width.next_power_of_two())
    } else {
        across(width, workgroup)
    };
    expression.operands = operands(fused, &arrays);
    expression.grid = Some(Grid { rows_first });
    let side = across.ilog2();
    let (across, down) = (width.div_ceil(across), rows.div_ceil(workgroup / across));
    let strip = if rows_first { STRIP.min(down.next_power_of_two()) } else { 1 };
    let (down, side) = (down.div_ceil(strip), side | strip.ilog2() << 16);
    let outer: usize = arrays[moving[0]].layout.shape[..rank - 2].iter().product();
    Some(Plan {
        expression,
        arrays,
        tiles: Some(Tiles { side, across, down, all: across * down * strip * outer }),
    })
}

/// The layouts, the target's last, with as few axes as describe them all and the target's nearest neighbours along the
/// last one; None where that is shorter than a block.
fn ordered(layouts: Vec<Layout>) -> Option<Vec<Layout>> {
    let target = layouts.last()?;
    let mut axes: Vec<usize> = (0..target.ndim()).filter(|&axis| target.shape[axis] != 1).collect();
    axes.sort_by_key(|&axis| Reverse(target.strides[axis].unsigned_abs()));
    let mut layouts: Vec<Layout> = layouts.iter().map(|layout| picked(layout, &axes)).collect();
    let target = layouts.pop()?;
    let (target, mut layouts) = target.collapsed_with(&layouts);
    layouts.push(target);
    (*layouts[0].shape.last()? >= LANES).then_some(layouts)
}

fn picked(layout: &Layout, axes: &[usize]) -> Layout {
    Layout {
        shape: axes.iter().map(|&axis| layout.shape[axis]).collect(),
        strides: axes.iter().map(|&axis| layout.strides[axis]).collect(),
        offset: layout.offset,
    }
}

fn accesses(layouts: &[Layout]) -> Vec<Access> {
    let whole = |number: usize| number.is_multiple_of(LANES);
    let access = |layout: &Layout| {
        let columns = layout.shape.last().copied().unwrap_or_default();
        match layout.strides.split_last() {
            Some((0, _)) => Access::RowSplat,
            Some((1, others))
                if whole(columns)
                    && whole(layout.offset)
                    && others.iter().all(|stride| whole(stride.unsigned_abs())) =>
            {
                Access::Row
            }
            _ => Access::Strided,
        }
    };
    layouts.iter().map(access).collect()
}

/// Where an operand's columns lie further apart than its elements along another axis, makes that one the rows.
fn rows_first(layouts: &mut [Layout], accesses: &[Access]) -> bool {
    let far = layouts.iter().zip(accesses).filter(|&(_, &access)| access == Access::Strided).find_map(
        |(layout, _)| {
            let (column, others) = layout.strides.split_last()?;
            let near = (0..others.len()).filter(|&axis| others[axis] != 0);
            let nearest = near.min_by_key(|&axis| others[axis].unsigned_abs())?;
            (others[nearest].unsigned_abs() < column.unsigned_abs()).then_some(nearest)
        },
    );
    let Some(rows) = far else { return false };
    for layout in layouts {
        let row = layout.ndim() - 2;
        layout.shape[rows..=row].rotate_left(1);
        layout.strides[rows..=row].rotate_left(1);
    }
    true
}

/// Invocations side by side: as many as leave at most an eighth of them without work.
fn across(width: usize, workgroup: usize) -> usize {
    let mut across = workgroup;
    while across > 1 && width.next_multiple_of(across) > width + width / 8 {
        across /= 2;
    }
    across
}
