//! How rows lie over the lanes of invocations, and where each array's elements are.

use std::ops::Range;

use smallvec::SmallVec;

use crate::device::Device;
use crate::dtype::{DType, Kind};
use crate::graph::fuse::Read;
use crate::graph::reduce::stride;
use crate::kernel::{Access, LANES, Lanes};
use crate::layout::{Layout, Shape, Strides, signed};

/// Rows that are shorter lie across lanes, so that none of them is without work.
const SHORT: usize = 64;
/// Bytes of a processor's cache that the rows of one workgroup may fill.
const CACHE: usize = 1 << 20;
/// Lanes of a software device's vectors: workgroups of more would walk through every row once for each vector.
pub(super) const VECTOR: usize = 8;

/// How rows lie over lanes; where each array read, and the elements that are stored, lie.
pub(super) struct Form {
    pub lanes: Lanes,
    pub whole: bool,
    /// Lengths of the axes that rows are counted along.
    pub shape: Shape,
    /// The arrays read, then the elements.
    pub arrays: Vec<Place>,
}

/// Where an array's elements are.
pub(super) struct Place {
    pub access: Access,
    pub offset: usize,
    /// How much further on the next element of a row is.
    pub step: isize,
    /// How much further on the next row's element is, along each axis.
    pub strides: Strides,
}

impl Form {
    /// Of arrays seen in `shape` whose rows lie along axes `along`, and of elements of `dtype`; None where some array's
    /// elements lie unevenly there.
    pub fn new(reads: &[Read], shape: &[usize], along: &Range<usize>, dtype: DType) -> Option<Self> {
        if reads.iter().any(|read| read.gathered.is_some() || read.layout.shape[..] != *shape) {
            return None;
        }
        let stored = Layout::contiguous(shape);
        let layouts: Vec<&Layout> = reads.iter().map(|read| &read.layout).chain([&stored]).collect();
        let axes: SmallVec<[usize; 4]> = along.clone().collect();
        let steps = layouts.iter().map(|layout| stride(layout, &axes)).collect::<Option<Vec<_>>>()?;
        let mut kept: Vec<Layout> = layouts.iter().map(|layout| without(layout, along)).collect();
        let (stored, mut kept) = kept.pop()?.collapsed_with(&kept);
        let rows = stored.shape.clone();
        kept.push(stored);
        let place = |(layout, step): (Layout, isize)| Place {
            access: Access::Strided,
            offset: layout.offset,
            step,
            strides: layout.strides,
        };
        let mut arrays: Vec<Place> = kept.into_iter().zip(steps).map(place).collect();
        let length: usize = shape[along.clone()].iter().product();
        let lanes = lanes(shape, along);
        let whole = match lanes {
            Lanes::Along => lie_along(&mut arrays, length, dtype),
            Lanes::Across => lie_across(&mut arrays, *rows.last()?),
        };
        (!rows.is_empty()).then_some(Self { lanes, whole, shape: rows, arrays })
    }

    /// The elements that are stored.
    pub fn stored(&self) -> Access {
        self.arrays.last().map_or(Access::Strided, |place| place.access)
    }
}

/// Finds how arrays are reached by lanes along rows. Gives whether rows are whole blocks; else blocks begin where those of
/// the first array do whose elements are neighbours, and so do those of all that lie alike.
fn lie_along(arrays: &mut [Place], length: usize, dtype: DType) -> bool {
    let words = |place: &Place| -> SmallVec<[usize; 5]> {
        let strides = place.strides.iter().map(|stride| stride.rem_euclid(signed(LANES)).unsigned_abs());
        [place.offset % LANES].into_iter().chain(strides).collect()
    };
    let neighbours = |place: &Place| place.step == 1;
    let even = |place: &Place| words(place).iter().all(|&word| word == 0);
    let whole = length.is_multiple_of(LANES) && arrays.iter().filter(|place| neighbours(place)).all(even);
    let first = arrays.iter().find(|place| neighbours(place)).map(words);
    // Two rows share a block at their ends, where lanes are stored one by one.
    let apart = dtype.size() >= 4 && dtype.kind() != Kind::Complex;
    let last = arrays.len() - 1;
    for (number, place) in arrays.iter_mut().enumerate() {
        let block = neighbours(place) && Some(words(place)) == first && (whole || number < last || apart);
        place.access = match place.step {
            0 => Access::RowSplat,
            _ if block => Access::Row,
            _ => Access::Strided,
        };
    }
    whole
}

/// The same by lanes across rows, of which there are `size` along the last axis. Gives whether these are whole blocks.
fn lie_across(arrays: &mut [Place], size: usize) -> bool {
    let whole = size.is_multiple_of(LANES);
    let even = |stride: isize| stride.unsigned_abs().is_multiple_of(LANES);
    for place in arrays {
        let Some((&lane, others)) = place.strides.split_last() else { continue };
        let blocks = others.iter().all(|&stride| even(stride)) && even(place.step);
        place.access = match lane {
            0 if whole || others.iter().all(|&stride| stride == 0) => Access::RowSplat,
            1 if whole && blocks && place.offset.is_multiple_of(LANES) => Access::Row,
            _ => Access::Strided,
        };
    }
    whole
}

/// A layout's other axes.
fn without(layout: &Layout, along: &Range<usize>) -> Layout {
    let kept = |axis: &usize| !along.contains(axis);
    Layout {
        shape: (0..layout.ndim()).filter(kept).map(|axis| layout.shape[axis]).collect(),
        strides: (0..layout.ndim()).filter(kept).map(|axis| layout.strides[axis]).collect(),
        offset: layout.offset,
    }
}

/// Whether lanes lie along rows: where their elements are neighbours, and many enough.
fn lanes(shape: &[usize], along: &Range<usize>) -> Lanes {
    let inner: usize = shape[along.end..].iter().product();
    let length: usize = shape[along.clone()].iter().product();
    if inner == 1 && length >= SHORT { Lanes::Along } else { Lanes::Across }
}

/// Invocations that compute a row, and those of a workgroup.
pub(super) fn team(device: &Device, lanes: Lanes, rows: usize, length: usize, size: usize) -> (usize, usize) {
    /// From as many rows on, a software device gives each to one invocation.
    const MANY: usize = 64;
    /// Invocations that other devices give to a row, if it has as many blocks; and to a long one.
    const TEAM: usize = 64;
    const LONG_TEAM: usize = 256;
    let blocks = length.div_ceil(LANES);
    let at_most = |team: usize| team.min(1 << blocks.ilog2());
    match (lanes, device.is_software()) {
        (Lanes::Across, true) => (1, VECTOR),
        (Lanes::Across, false) => (1, TEAM),
        (Lanes::Along, true) if rows >= MANY && VECTOR * length * size <= CACHE => (1, VECTOR),
        (Lanes::Along, true) => (at_most(VECTOR), VECTOR),
        (Lanes::Along, false) if length > LONG => (LONG_TEAM, LONG_TEAM),
        (Lanes::Along, false) => (at_most(TEAM), TEAM),
    }
}

/// How many times `tile` rows a workgroup computes, of `tiles` in all: what a software device takes to begin one is worth
/// some elements.
///
/// Members of a team would need another barrier between turns, and have enough to do in one.
pub(super) fn turns(device: &Device, team: usize, tiles: usize, tile: usize, length: usize) -> usize {
    const ELEMENTS: usize = 1 << 13;
    const TILES: usize = 64;
    let many = device.is_software() && team == 1;
    if many { (ELEMENTS / (tile * length)).min(tiles / TILES).max(1) } else { 1 }
}

/// Rows that are longer want larger teams on a GPU.
const LONG: usize = 1 << 15;

/// Whether reductions along axes `along` of arrays of `shape`, whose elements have up to `size` bytes, are best left until
/// something is computed with them: whether there are enough rows for all invocations that a device has, and those that
/// are computed at once stay in its cache.
#[must_use]
pub fn reduces_later(device: &Device, shape: &[usize], along: &Range<usize>, size: usize) -> bool {
    const FEW: usize = 16;
    const MANY: usize = 1 << 17;
    const LONGEST: usize = 1 << 20;
    let length: usize = shape[along.clone()].iter().product();
    let rows = shape.iter().product::<usize>() / length.max(1);
    let enough = match (lanes(shape, along), device.is_software()) {
        (Lanes::Along, true) => rows >= FEW && length <= LONGEST,
        (Lanes::Along, false) if length <= LONG => rows >= FEW,
        (Lanes::Along, false) => rows >= 8 * FEW && length <= LONGEST,
        (Lanes::Across, true) => rows >= FEW * VECTOR * LANES && length * size * VECTOR * LANES <= CACHE,
        (Lanes::Across, false) => rows >= MANY && length <= 2 * SHORT,
    };
    length > 1 && enough && (rows * length * size) as u64 <= device.limits().binding
}
