//! Combining the elements along axes: sums, products, extremes.

use num_complex::Complex;

use crate::array::{Array, require};
use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::graph;
use crate::graph::{Function, Operation};
use crate::layout::{Index, Layout};
use crate::ops::apply::apply;
use crate::ops::chunks::Chunks;
use crate::ops::scalar::Scalar;
use crate::ops::ufuncs::rows;
use crate::ufunc::Ufunc;

/// The elements of `x` along `axes` combined by `ufunc`: add, multiply, maximum or minimum. The dtype stays; float16 is
/// added and multiplied in float32 and rounded once. What is pending in `x` is computed along, not stored. Partial
/// results of up to 64 elements are combined, and theirs in turn, so rounding errors grow with the logarithm of the
/// length; the same input gives the same bits.
///
/// ```
/// # use farshore::{Array, Device, reduce, rows};
/// let x = Array::from_slice(&Device::best()?, &[1, 2, 3, 4_i32], &[2, 2])?;
/// assert_eq!(reduce(&rows::add, &x, &[0], false)?.to_vec::<i32>()?, [4, 6]);
/// assert_eq!(reduce(&rows::maximum, &x, &[0, 1], true)?.shape(), [1, 1]);
/// # Ok::<(), farshore::Error>(())
/// ```
///
/// # Errors
/// [`Error::Axis`], [`Error::DType`]; [`Error::Value`] for an axis that is named twice, for a ufunc that cannot reduce, and for an extreme of no elements.
pub fn reduce(ufunc: &'static Ufunc, x: &Array, axes: &[isize], keepdims: bool) -> Result<Array> {
    let dtype = if x.dtype() == DType::Float16 { DType::Float32 } else { x.dtype() };
    ufunc.loop_dtype(dtype)?;
    reduce_by(ufunc, neutral(ufunc, dtype)?, x, axes, keepdims)
}

/// The same by any ufunc of two operands, given what changes nothing that it is combined with, and what is left of no
/// elements.
pub(super) fn reduce_by(
    ufunc: &'static Ufunc,
    (neutral, empty): (Scalar, Option<Scalar>),
    x: &Array,
    axes: &[isize],
    keepdims: bool,
) -> Result<Array> {
    let op = ufunc.name;
    let mut reduced = axes.iter().map(|&axis| x.layout.axis(op, axis)).collect::<Result<Vec<_>>>()?;
    reduced.sort_unstable();
    if reduced.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::Value { op, reason: format!("an axis is named twice in {axes:?}") });
    }
    let length = |(axis, &size): (usize, &usize)| if reduced.contains(&axis) { 1 } else { size };
    let kept: Vec<usize> = x.shape().iter().enumerate().map(length).collect();
    let left = (0..x.ndim()).filter(|axis| !reduced.contains(axis)).map(|axis| x.shape()[axis]);
    let shape: Vec<usize> = if keepdims { kept.clone() } else { left.collect() };
    let dtype = if x.dtype() == DType::Float16 { DType::Float32 } else { x.dtype() };
    require(x.device(), dtype)?;
    if reduced.iter().any(|&axis| x.shape()[axis] == 0) && kept.iter().all(|&size| size > 0) {
        let value = empty.ok_or_else(|| {
            let reason = "there is no largest or smallest of no elements".into();
            Error::Value { op, reason }
        })?;
        return Array::full(x.device(), &shape, value, x.dtype());
    }
    if kept.contains(&0) {
        return Array::empty(x.device(), &shape, x.dtype());
    }
    let bits = neutral.bits(op, dtype)?;
    let chunks = || if std::ptr::eq(ufunc, &raw const rows::add) { Chunks::new(x, &reduced) } else { None };
    let result = if let Some(result) = later(x, (ufunc, dtype, bits), &reduced)? {
        result
    } else if let Some(chunks) = chunks() {
        chunks.sums()?
    } else {
        along(x, (ufunc, dtype, bits), &reduced)?
    };
    let result = if dtype == x.dtype() { result } else { result.astype(x.dtype())? };
    result.reshape(&shape)
}

/// The reduction, left until something is computed with it: None where that has no use.
fn later(
    x: &Array,
    (ufunc, dtype, bits): (&'static Ufunc, DType, [u32; 4]),
    axes: &[usize],
) -> Result<Option<Array>> {
    let plain = dtype.size() >= 4 && dtype.kind() != Kind::Complex;
    let size = x.dtype().size().max(dtype.size());
    let long = |axis: &&usize| x.shape()[**axis] != 1;
    let (first, last) = (axes.iter().find(long), axes.iter().rfind(long));
    let Some((&first, &last)) = first.zip(last).filter(|_| plain) else { return Ok(None) };
    let between = (first..last).all(|axis| x.shape()[axis] == 1 || axes.contains(&axis));
    if !between || !graph::reduces_later(x.device(), x.shape(), &(first..last + 1), size) {
        return Ok(None);
    }
    let operands = [x.operand(x.layout.clone())].into_iter().collect();
    let operation = Operation { function: Function::Reduce(ufunc, bits), operands };
    let mut shape = x.shape().to_vec();
    shape[first..=last].fill(1);
    let node = graph::record_reduction(x.device(), dtype, &shape, operation)?;
    Ok(Some(Array { node, layout: Layout::contiguous(&shape) }))
}

/// Kernels count positions along the reduced axes in 32 bits.
const LONGEST: usize = 1 << 31;

/// The reduction along `axes`, which stay with length 1.
fn along(x: &Array, how: (&'static Ufunc, DType, [u32; 4]), axes: &[usize]) -> Result<Array> {
    let mut shape = x.shape().to_vec();
    for &axis in axes {
        shape[axis] = 1;
    }
    if axes.iter().all(|&axis| x.shape()[axis] == 1) {
        return x.astype(how.1);
    }
    let longest = axes.iter().copied().max_by_key(|&axis| x.shape()[axis]);
    let length: usize = axes.iter().map(|&axis| x.shape()[axis]).product();
    if let Some(axis) = longest.filter(|_| length > LONGEST) {
        let half = x.shape()[axis] / 2;
        let part = |start: Option<usize>, stop: Option<usize>| {
            let mut indices = vec![Index::Slice { start: None, stop: None, step: 1 }; axis];
            let [start, stop] = [start, stop].map(|end| end.map(usize::cast_signed));
            indices.push(Index::Slice { start, stop, step: 1 });
            along(&x.index(&indices)?, how, axes)
        };
        let (first, second) = (part(None, Some(half))?, part(Some(half), None)?);
        return apply(how.0, &[(&first).into(), (&second).into()]);
    }
    if let Some(buffer) = graph::reduce(x.device(), &x.operand(x.layout.clone()), x.shape(), how, axes)? {
        return Ok(Array::ready(x.device(), how.1, &shape, buffer));
    }
    // Axes side by side are one in a contiguous array: those first that lie behind all others.
    let run =
        axes.iter().rev().enumerate().take_while(|&(n, &axis)| axis + n == axes[axes.len() - 1]).count();
    if run < axes.len() {
        let (others, last) = axes.split_at(axes.len() - run);
        return along(&along(x, how, last)?, how, others);
    }
    if x.is_pending() {
        x.evaluate()?;
        return along(x, how, axes);
    }
    if !x.layout.is_contiguous() || x.layout.offset != 0 {
        let copy = x.copy()?;
        copy.evaluate()?;
        return along(&copy, how, axes);
    }
    folded(x, how, axes)
}

/// The same by elementwise kernels, for rows so long that a kernel cannot reach a few of them at once.
fn folded(x: &Array, (ufunc, dtype, _): (&'static Ufunc, DType, [u32; 4]), axes: &[usize]) -> Result<Array> {
    let mut result = x.astype(dtype)?;
    for &axis in axes {
        let part = |at: usize| {
            let whole = Index::Slice { start: None, stop: None, step: 1 };
            let mut indices = vec![whole; axis];
            let start = isize::try_from(at).ok();
            indices.push(Index::Slice { start, stop: start.map(|start| start + 1), step: 1 });
            result.index(&indices)
        };
        let mut total = part(0)?;
        for at in 1..result.shape()[axis] {
            total = apply(ufunc, &[(&total).into(), (&part(at)?).into()])?;
        }
        result = total;
    }
    Ok(result)
}

/// What changes nothing that it is combined with, and the result where there is nothing to combine.
pub(super) fn neutral(ufunc: &Ufunc, dtype: DType) -> Result<(Scalar, Option<Scalar>)> {
    let ends = dtype.integer_range().unwrap_or((0, 1));
    let (none, one): (Scalar, Scalar) = match dtype.kind() {
        Kind::Bool => (false.into(), true.into()),
        Kind::Complex => (Complex::new(-0.0, -0.0).into(), 1.0.into()),
        // Of the two zeros, this one leaves the other's sign.
        Kind::Float => ((-0.0).into(), 1.0.into()),
        _ => (0.into(), 1.into()),
    };
    let extreme = |float: f64, integer: i128| match dtype.kind() {
        Kind::Float => Scalar::Float(float),
        Kind::Bool => Scalar::Bool(integer != 0),
        _ => Scalar::Int(integer),
    };
    let zero = if dtype == DType::Bool { Scalar::Bool(false) } else { Scalar::Int(0) };
    match ufunc.name {
        "add" => Ok((none, Some(zero))),
        "multiply" => Ok((one, Some(one))),
        "maximum" => Ok((extreme(f64::NEG_INFINITY, ends.0), None)),
        "minimum" => Ok((extreme(f64::INFINITY, ends.1), None)),
        op => {
            Err(Error::Value { op, reason: "it combines no axis: add, multiply, maximum, minimum do".into() })
        }
    }
}
