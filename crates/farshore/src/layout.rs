//! How an array's elements lie in its buffer: shape, strides and offset, all counted in elements.

use std::ops::Range;

use smallvec::SmallVec;

use crate::error::{Error, Result};

pub type Shape = SmallVec<[usize; 4]>;
pub type Strides = SmallVec<[isize; 4]>;

/// Where each element of an array lies: element `(i, j, ..)` is at `offset + i*strides[0] + j*strides[1] + ..`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    pub shape: Shape,
    /// Elements to step per index along each axis; 0 repeats one element, negative walks backwards.
    pub strides: Strides,
    /// Elements from the start of the buffer to element `(0, 0, ..)`.
    pub offset: usize,
}

/// One axis of a basic index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// One position, counted from the end when negative; the axis disappears.
    At(isize),
    /// Python's `start:stop:step`.
    Slice {
        /// First position, counted from the end when negative; an end of the axis when None.
        start: Option<isize>,
        /// The position to stop before, likewise.
        stop: Option<isize>,
        /// Positions to step; not 0.
        step: isize,
    },
    /// Python's `...`: as many whole axes as are left.
    Ellipsis,
    /// A new axis of length 1.
    NewAxis,
}

impl Layout {
    /// The elements of a buffer in C order, each repeated along `axes` of `shape`.
    #[must_use]
    pub fn repeated(shape: &[usize], axes: &Range<usize>) -> Self {
        let mut kept: Shape = shape.into();
        kept[axes.clone()].fill(1);
        let mut layout = Self::contiguous(&kept);
        layout.shape = shape.into();
        layout.strides[axes.clone()].fill(0);
        layout
    }

    /// Whether it is [`Layout::repeated`], whatever its axes of length 1.
    #[must_use]
    pub fn repeats(&self, axes: &Range<usize>) -> bool {
        let mut kept = self.clone();
        kept.shape[axes.clone()].fill(1);
        let repeated = |axis: usize| self.shape[axis] == 1 || self.strides[axis] == 0;
        kept.offset == 0 && axes.clone().all(repeated) && kept.is_contiguous()
    }

    /// C order: the last axis is adjacent.
    #[must_use]
    pub fn contiguous(shape: &[usize]) -> Self {
        let mut strides: Strides = SmallVec::from_elem(1, shape.len());
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis] * signed(shape[axis].max(1));
        }
        Self { shape: shape.into(), strides, offset: 0 }
    }

    #[must_use]
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// Number of elements: 1 for shape `()`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the elements lie one after another in C order (from `offset` on).
    #[must_use]
    pub fn is_contiguous(&self) -> bool {
        let mut expected = 1;
        for (&size, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if size == 0 {
                return true;
            }
            if size != 1 && stride != expected {
                return false;
            }
            expected *= signed(size);
        }
        true
    }

    /// The same axes in another order: axis `i` of the result is axis `axes[i]`.
    ///
    /// # Errors
    /// [`Error::Axis`] for an axis that does not exist, [`Error::Value`] unless each occurs once.
    pub fn permuted(&self, axes: &[isize]) -> Result<Self> {
        let op = "permute_dims";
        let mut seen = vec![false; self.ndim()];
        let mut result = Self { shape: Shape::new(), strides: Strides::new(), offset: self.offset };
        for &axis in axes {
            let axis = self.axis(op, axis)?;
            if std::mem::replace(&mut seen[axis], true) {
                return Err(Error::Value { op, reason: format!("axis {axis} is named twice in {axes:?}") });
            }
            result.shape.push(self.shape[axis]);
            result.strides.push(self.strides[axis]);
        }
        if axes.len() == self.ndim() {
            Ok(result)
        } else {
            let reason = format!("{axes:?} names {} axes of an array that has {}", axes.len(), self.ndim());
            Err(Error::Value { op, reason })
        }
    }

    /// `axis` as a position, a negative one counted from the end.
    ///
    /// # Errors
    /// [`Error::Axis`] when there is no such axis.
    pub fn axis(&self, op: &'static str, axis: isize) -> Result<usize> {
        let ndim = signed(self.ndim());
        let positive = if axis < 0 { axis + ndim } else { axis };
        if (0..ndim).contains(&positive) {
            Ok(positive.unsigned_abs())
        } else {
            Err(Error::Axis { op, axis, ndim: self.ndim() })
        }
    }

    /// The array repeated to `shape` without moving anything: repeated axes get stride 0.
    ///
    /// # Errors
    /// [`Error::Broadcast`] when an axis is neither 1 nor the wanted size.
    pub fn broadcast_to(&self, op: &'static str, shape: &[usize]) -> Result<Self> {
        if self.shape[..] == *shape {
            return Ok(self.clone());
        }
        let error = || Error::Broadcast { op, shapes: vec![self.shape.to_vec(), shape.to_vec()] };
        let added = shape.len().checked_sub(self.ndim()).ok_or_else(error)?;
        countable(op, shape)?;
        let mut strides: Strides = SmallVec::from_elem(0, added);
        for (axis, (&have, &stride)) in self.shape.iter().zip(&self.strides).enumerate() {
            match (have, shape[added + axis]) {
                (have, want) if have == want => strides.push(stride),
                (1, _) => strides.push(0),
                _ => return Err(error()),
            }
        }
        Ok(Self { shape: shape.into(), strides, offset: self.offset })
    }

    /// The same elements in C order under another shape, when no copy is needed; None when one is.
    #[must_use]
    pub fn reshaped(&self, shape: &[usize]) -> Option<Self> {
        let mut strides: Strides = SmallVec::from_elem(1, shape.len());
        if !self.is_empty() {
            // Each run of old axes that lies evenly in memory is cut up anew; walk both shapes from the last axis.
            let old = self.collapsed_with(&[]).0;
            let mut runs = old.shape.iter().zip(&old.strides).rev();
            let (mut left, mut step) = runs.next().map_or((1, 1), |(&size, &stride)| (size, stride));
            for axis in (0..shape.len()).rev() {
                if shape[axis] != 1 && left == 1 {
                    (left, step) = runs.next().map(|(&size, &stride)| (size, stride))?;
                }
                if left % shape[axis] != 0 {
                    return None;
                }
                strides[axis] = step;
                step *= signed(shape[axis]);
                left /= shape[axis];
            }
        }
        Some(Self { shape: shape.into(), strides, offset: self.offset })
    }

    /// Basic indexing, as NumPy's.
    ///
    /// # Errors
    /// [`Error::Index`] out of bounds, [`Error::IndexCount`] for too many, [`Error::Value`] for a step of 0 or two
    /// ellipses.
    pub fn indexed(&self, indices: &[Index]) -> Result<Self> {
        let op = "indexing";
        let used = indices.iter().filter(|i| matches!(i, Index::At(_) | Index::Slice { .. })).count();
        if used > self.ndim() {
            return Err(Error::IndexCount { ndim: self.ndim(), given: used });
        }
        if indices.iter().filter(|i| matches!(i, Index::Ellipsis)).count() > 1 {
            return Err(Error::Value { op, reason: "an index holds at most one ellipsis ('...')".into() });
        }
        let mut result = Self { shape: Shape::new(), strides: Strides::new(), offset: self.offset };
        let mut axis = 0;
        for index in indices {
            match *index {
                Index::NewAxis => result.push(1, 0),
                Index::Ellipsis => {
                    for _ in 0..self.ndim() - used {
                        result.push(self.shape[axis], self.strides[axis]);
                        axis += 1;
                    }
                }
                Index::At(at) => {
                    let size = self.shape[axis];
                    let positive = if at < 0 { at + signed(size) } else { at };
                    if !(0..signed(size)).contains(&positive) {
                        return Err(Error::Index { index: at, axis, size });
                    }
                    result.advance(positive * self.strides[axis]);
                    axis += 1;
                }
                Index::Slice { step: 0, .. } => {
                    return Err(Error::Value { op, reason: "a slice's step cannot be 0".into() });
                }
                Index::Slice { start, stop, step } => {
                    let (first, len) = slice_bounds(start, stop, step, self.shape[axis]);
                    if len > 0 {
                        result.advance(first * self.strides[axis]);
                    }
                    // A slice of at most one element never steps, so a huge step must not overflow.
                    let stride = if len > 1 { self.strides[axis] * step } else { self.strides[axis] };
                    result.push(len, stride);
                    axis += 1;
                }
            }
        }
        for axis in axis..self.ndim() {
            result.push(self.shape[axis], self.strides[axis]);
        }
        Ok(result)
    }

    fn push(&mut self, size: usize, stride: isize) {
        self.shape.push(size);
        self.strides.push(stride);
    }

    fn advance(&mut self, by: isize) {
        self.offset = self.offset.wrapping_add_signed(by);
    }

    /// This layout and `others` of the same shape with as few axes as describe them all: axes of size 1 dropped,
    /// neighbours that step evenly in every one of them merged.
    #[must_use]
    pub fn collapsed_with(&self, others: &[Self]) -> (Self, Vec<Self>) {
        let empty = |of: &Self| Self { shape: Shape::new(), strides: Strides::new(), offset: of.offset };
        let mut first = empty(self);
        let mut rest: Vec<Self> = others.iter().map(empty).collect();
        for axis in 0..self.ndim() {
            let size = self.shape[axis];
            if size == 1 {
                continue;
            }
            let merges = |done: &Self, of: &Self| {
                done.strides.last().is_some_and(|&outer| outer == of.strides[axis] * signed(size))
            };
            if merges(&first, self) && rest.iter().zip(others).all(|(done, of)| merges(done, of)) {
                first.merge(size, self.strides[axis]);
                rest.iter_mut().zip(others).for_each(|(done, of)| done.merge(size, of.strides[axis]));
            } else {
                first.push(size, self.strides[axis]);
                rest.iter_mut().zip(others).for_each(|(done, of)| done.push(size, of.strides[axis]));
            }
        }
        (first, rest)
    }

    fn merge(&mut self, size: usize, stride: isize) {
        let last = self.shape.len() - 1;
        self.shape[last] *= size;
        self.strides[last] = stride;
    }

    /// The elements of the buffer, first to last, that elements `range` (counted in C order) may touch: exact
    /// on the axis where the range's ends part, the whole axis below it.
    #[must_use]
    pub fn touched(&self, range: Range<usize>) -> Range<usize> {
        let (mut low, mut high) = (signed(self.offset), signed(self.offset));
        let (mut first, mut last) = (range.start, range.end - 1);
        let mut below: usize = self.len();
        let mut parted = false;
        for (&size, &stride) in self.shape.iter().zip(&self.strides) {
            below /= size;
            let (from, to) = if parted { (0, size - 1) } else { (first / below, last / below) };
            first %= below;
            last %= below;
            parted |= from != to;
            let ends = (signed(from) * stride, signed(to) * stride);
            low += ends.0.min(ends.1);
            high += ends.0.max(ends.1);
        }
        low.unsigned_abs()..high.unsigned_abs() + 1
    }
}

/// The shape to which all of `shapes` broadcast.
///
/// # Errors
/// [`Error::Broadcast`] naming them all.
pub fn broadcast_shapes<'a>(
    op: &'static str,
    shapes: impl Iterator<Item = &'a [usize]> + Clone,
) -> Result<Shape> {
    let mut result = Shape::new();
    for shape in shapes.clone() {
        if shape.len() > result.len() {
            let added = shape.len() - result.len();
            result.insert_many(0, shape[..added].iter().copied());
        }
        let start = result.len() - shape.len();
        for (have, &want) in result[start..].iter_mut().zip(shape) {
            if *have == 1 {
                *have = want;
            } else if want != 1 && want != *have {
                return Err(Error::Broadcast { op, shapes: shapes.map(<[usize]>::to_vec).collect() });
            }
        }
    }
    countable(op, &result)?;
    Ok(result)
}

/// Broadcasting costs no memory, so a shape can have more elements than memory has bytes; not more than can be counted.
fn countable(op: &'static str, shape: &[usize]) -> Result<()> {
    let nbytes = shape.iter().try_fold(16_usize, |nbytes, &size| nbytes.checked_mul(size));
    if nbytes.is_some_and(|nbytes| isize::try_from(nbytes).is_ok()) {
        return Ok(());
    }
    Err(Error::Value {
        op,
        reason: format!("an array of shape {} has too many elements", crate::error::shape(shape)),
    })
}

/// First position and number of positions of `start:stop:step` on an axis of `size`: Python's `slice.indices`.
fn slice_bounds(start: Option<isize>, stop: Option<isize>, step: isize, size: usize) -> (isize, usize) {
    let size = signed(size);
    let (lowest, highest) = if step > 0 { (0, size) } else { (-1, size - 1) };
    let clamp = |at: isize| (if at < 0 { at.saturating_add(size) } else { at }).clamp(lowest, highest);
    let start = start.map_or(if step > 0 { lowest } else { highest }, clamp);
    let stop = stop.map_or(if step > 0 { highest } else { lowest }, clamp);
    let span = if step > 0 { stop - start } else { start - stop };
    let len = if span > 0 { (span - 1).unsigned_abs() / step.unsigned_abs() + 1 } else { 0 };
    (start, len)
}

/// A length as a signed number. No allocation is longer than `isize::MAX`, so no length is.
#[must_use]
pub fn signed(len: usize) -> isize {
    isize::try_from(len).unwrap_or(isize::MAX)
}
