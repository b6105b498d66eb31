//! Few long rows, cut into many shorter ones: each of these is read once, and what is found of them is combined.

use crate::array::Array;
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::{self, Function, Operation};
use crate::kernel::LANES;
use crate::layout::{Index, signed};
use crate::ops::apply::apply;
use crate::ops::reductions::{neutral, reduce};
use crate::ops::scalar::Scalar;
use crate::ops::ufuncs::rows;

/// Parts of an array along one axis, in which chunks follow each other along that axis and lie along the next.
pub(super) struct Chunks {
    parts: Vec<Array>,
    axis: isize,
    /// The shape of the array with length 1 along all axes that are reduced.
    shape: Vec<usize>,
}

impl Chunks {
    /// Of `x` along `axes`, which are in order; None where rows share a kernel as they are, where `x` is pending, since it
    /// would have to be stored, and where nothing is gained.
    pub fn new(x: &Array, axes: &[usize]) -> Option<Self> {
        /// Elements of an array for which more kernels are worth it.
        const MANY: usize = 1 << 18;
        /// Lengths of chunks: neighbours in memory, and others.
        const LENGTHS: [usize; 2] = [1 << 12, 1 << 9];
        let (&first, &last) = (axes.first()?, axes.last()?);
        let plain = matches!(x.dtype(), DType::Float32 | DType::Float64);
        let side_by_side = axes.len() == last + 1 - first;
        if !plain || !side_by_side || x.is_pending() || x.len() < MANY || waits(x, &(first..last + 1)) {
            return None;
        }
        let (before, behind) = (&x.shape()[..first], &x.shape()[last + 1..]);
        let length: usize = x.shape()[first..=last].iter().product();
        let shape = |middle: &[usize]| [before, middle, behind].concat();
        x.layout.reshaped(&shape(&[length]))?;
        let merged = x.reshape(&shape(&[length])).ok()?;
        let chunk = LENGTHS[usize::from(!behind.iter().all(|&size| size == 1))];
        // Nothing is left over of a length that some chunk near that divides, in whole blocks.
        let near = (chunk / 2..=2 * chunk).rev().step_by(LANES);
        let chunk = near
            .filter(|&near| length.is_multiple_of(near))
            .min_by_key(|near| near.abs_diff(chunk))
            .unwrap_or(chunk);
        let whole = length / chunk * chunk;
        let part = |start: usize, stop: usize, middle: &[usize]| {
            let mut indices = vec![Index::Slice { start: None, stop: None, step: 1 }; first];
            let [start, stop] = [start, stop].map(|end| Some(signed(end)));
            indices.push(Index::Slice { start, stop, step: 1 });
            merged.index(&indices).and_then(|part| part.reshape(&shape(middle))).ok()
        };
        let many = part(0, whole, &[length / chunk, chunk])?;
        if whole == 0 || !waits(&many, &(first + 1..first + 2)) {
            return None;
        }
        let mut parts = vec![many];
        if whole < length {
            parts.push(part(whole, length, &[1, length - whole])?);
        }
        let mut kept = x.shape().to_vec();
        kept[first..=last].fill(1);
        Some(Self { parts, axis: signed(first), shape: kept })
    }

    /// The sums of the elements, which wait: what else is found of the chunks is computed in one reading with theirs.
    pub fn sums(&self) -> Result<Array> {
        let sums = self.parts.iter().map(|part| {
            let totals = reduce(&rows::add, part, &[self.axis + 1], true)?;
            let bits = neutral(&rows::add, part.dtype())?.0.bits("sum", part.dtype())?;
            let mut shape = totals.shape().to_vec();
            if std::mem::replace(&mut shape[self.axis.unsigned_abs()], 1) == 1 {
                return Ok(totals);
            }
            let operands = [totals.operand(totals.layout.clone())].into_iter().collect();
            let operation = Operation { function: Function::Reduce(&rows::add, bits), operands };
            Array::pending(part.device(), part.dtype(), &shape, operation)
        });
        folded(&rows::add, sums)?.reshape(&self.shape)
    }

    /// The greatest elements, or 0 where they are not finite, and the sums of what e is to the power of the elements less
    /// those; the greatest elements as they are behind them.
    pub fn log_sums(&self) -> Result<[Array; 3]> {
        let found = self.parts.iter().map(|part| {
            let greatest = reduce(&rows::maximum, part, &[self.axis + 1], true)?;
            let total = reduce(
                &rows::add,
                &part.subtract(&finite_or(&greatest, &greatest, 0.0)?)?.exp()?,
                &[self.axis + 1],
                true,
            )?;
            // Together with the greatest elements, which another kernel would look for again.
            total.evaluate()?;
            Ok((greatest, total))
        });
        let found = found.collect::<Result<Vec<_>>>()?;
        let all = |(greatest, _): &(Array, Array)| reduce(&rows::maximum, greatest, &[self.axis], true);
        let greatest = folded(&rows::maximum, found.iter().map(all))?;
        let shift = finite_or(&greatest, &greatest, 0.0)?;
        let total = folded(
            &rows::add,
            found.iter().map(|(own, total)| {
                let weight = finite_or(own, &own.subtract(&shift)?.exp()?, 1.0)?;
                reduce(&rows::add, &total.multiply(&weight)?, &[self.axis], true)
            }),
        )?;
        let shaped = |x: &Array| x.reshape(&self.shape);
        Ok([shaped(&shift)?, shaped(&total)?, shaped(&greatest)?])
    }

    /// The sums of the squared distances from the mean: those within each chunk, and those of the chunks' means.
    pub fn squares(&self) -> Result<Array> {
        let found = self.parts.iter().map(|part| {
            let length = part.shape()[self.axis.unsigned_abs() + 1] as f64;
            let total = reduce(&rows::add, part, &[self.axis + 1], true)?;
            let away = part.subtract(&total.divide(length)?)?;
            let squares = reduce(&rows::add, &away.multiply(&away)?, &[self.axis + 1], true)?;
            squares.evaluate()?;
            Ok((length, total, squares))
        });
        let found = found.collect::<Result<Vec<_>>>()?;
        let sum = |x: &Array| reduce(&rows::add, x, &[self.axis], true);
        let own = |part: &Array| part.shape()[self.axis.unsigned_abs()..][..2].iter().product::<usize>();
        let number: usize = self.parts.iter().map(own).sum();
        let total = folded(&rows::add, found.iter().map(|(_, total, _)| sum(total)))?;
        let mean = total.divide(number as f64)?;
        let squares = found.iter().map(|(length, total, squares)| {
            let away = total.divide(*length)?.subtract(&mean)?;
            sum(&squares.add(&away.multiply(&away)?.multiply(*length)?)?)
        });
        folded(&rows::add, squares)?.reshape(&self.shape)
    }
}

/// Whether reductions of `x` along such axes wait for what is computed with them.
pub(super) fn waits(x: &Array, along: &std::ops::Range<usize>) -> bool {
    graph::reduces_later(x.device(), x.shape(), along, x.dtype().size())
}

/// `value` where `x` is finite, else `instead`.
pub(super) fn finite_or(x: &Array, value: &Array, instead: f64) -> Result<Array> {
    apply(&rows::where_, &[(&x.isfinite()?).into(), value.into(), Scalar::Float(instead).into()])
}

fn folded(ufunc: &'static crate::ufunc::Ufunc, parts: impl Iterator<Item = Result<Array>>) -> Result<Array> {
    let mut parts = parts.collect::<Result<Vec<_>>>()?.into_iter();
    let first = parts
        .next()
        .ok_or_else(|| crate::error::Error::Value { op: ufunc.name, reason: "there are no chunks".into() })?;
    parts.try_fold(first, |all, part| apply(ufunc, &[(&all).into(), (&part).into()]))
}
