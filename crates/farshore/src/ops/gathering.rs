//! Reading and writing the elements that arrays of indices name.

use crate::array::Array;
use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::graph;
use crate::layout::{Layout, Shape, Strides, broadcast_shapes, signed};
use crate::ops::apply::apply;
use crate::ops::bounds;
use crate::ops::scalar::{Argument, Scalar};
use crate::ops::ufuncs::rows;

/// What becomes of an index that is outside its axis.
#[derive(Clone, Debug)]
pub enum Bounds {
    /// The nearest element is taken, and the next wait for the device raises [`Error::IndexOnDevice`], which names `by`:
    /// the `file:line` of who asked, where it is known.
    Raise {
        /// Who asked.
        by: Option<String>,
    },
    /// The nearest element is taken.
    Clip,
}

/// The elements of `x` that `indices` name, one entry for each axis: integers of any dtype, or None for the whole axis.
/// Indices count from the end when they are negative, broadcast to one shape, which takes the place of the axes that have
/// them; these lie side by side.
///
/// ```
/// # use farshore::{Array, Bounds, Device, gather};
/// # let device = Device::best()?;
/// let x = Array::from_slice(&device, &[10, 20, 30_i32], &[3])?;
/// let i = Array::from_slice(&device, &[2, -3, 2_i64], &[3])?;
/// let y = gather(&x, &[Some(&i)], &Bounds::Raise { by: None })?;
/// assert_eq!(y.to_vec::<i32>()?, [30, 10, 30]);
/// # Ok::<(), farshore::Error>(())
/// ```
///
/// # Errors
/// [`Error::Broadcast`], [`Error::DeviceMismatch`], [`Error::DType`] for other indices than integers, [`Error::Index`]
/// for an index into an axis without elements, [`Error::Value`] for axes with indices that are apart from each other.
pub fn gather(x: &Array, indices: &[Option<&Array>], outside: &Bounds) -> Result<Array> {
    let points = Points::new("gather", x, indices, outside)?;
    if points.layout.is_empty() {
        return Array::empty(x.device(), &points.layout.shape, x.dtype());
    }
    let place = points.place.operand(points.place.layout.clone());
    let buffer = graph::gather(&x.node, &points.layout, &place)?;
    Ok(Array::ready(x.device(), x.dtype(), &points.layout.shape, buffer))
}

/// Writes `value`, broadcast and converted to the dtype of `x`, at the places that [`gather`] would read. Where one is
/// named several times, the last value stays.
///
/// ```
/// # use farshore::{Array, Bounds, Device, scatter};
/// # let device = Device::best()?;
/// let x = Array::from_slice(&device, &[10, 20, 30_i32], &[3])?;
/// let i = Array::from_slice(&device, &[2, 0, 2_i32], &[3])?;
/// let values = Array::from_slice(&device, &[1, 2, 3_i32], &[3])?;
/// scatter(&x, &[Some(&i)], &values, &Bounds::Clip)?;
/// assert_eq!(x.to_vec::<i32>()?, [2, 20, 3]);
/// # Ok::<(), farshore::Error>(())
/// ```
///
/// # Errors
/// As [`gather`], and as [`Array::assign`]; nothing is written then.
pub fn scatter<'a>(
    x: &Array,
    indices: &[Option<&Array>],
    value: impl Into<Argument<'a>>,
    outside: &Bounds,
) -> Result<()> {
    let op = "assignment";
    x.require_writeable(op)?;
    let points = Points::new(op, x, indices, outside)?;
    let (value, any) = x.source(op, value.into(), &points.layout.shape)?;
    if points.layout.is_empty() {
        return Ok(());
    }
    let place = points.place.operand(points.place.layout.clone());
    graph::scatter(&x.node, &points.layout, &place, &value, any)
}

/// Where the named elements are: as many further on than `layout` says as `place` says.
struct Points {
    layout: Layout,
    place: Array,
}

impl Points {
    fn new(op: &'static str, x: &Array, indices: &[Option<&Array>], outside: &Bounds) -> Result<Self> {
        if indices.len() != x.ndim() {
            return Err(Error::IndexCount { ndim: x.ndim(), given: indices.len() });
        }
        let named: Vec<(usize, &Array)> =
            indices.iter().enumerate().filter_map(|(axis, index)| Some((axis, (*index)?))).collect();
        let (Some(&(first, _)), Some(&(last, _))) = (named.first(), named.last()) else {
            return Err(Error::Value { op, reason: "no axis has indices".into() });
        };
        if last - first + 1 != named.len() {
            let reason = "the axes that have indices do not lie side by side; permute them first".into();
            return Err(Error::Value { op, reason });
        }
        let shape = broadcast_shapes(op, named.iter().map(|(_, index)| index.shape()))?;
        let empty = shape.contains(&0);
        let mut place: Option<Array> = None;
        for &(axis, index) in &named {
            let size = x.shape()[axis];
            if size == 0 && !empty {
                return Err(Error::Index { index: 0, axis, size });
            }
            if empty {
                continue;
            }
            let own = along(op, index, axis, size, outside)?;
            let stride = low(x.layout.strides[axis]);
            let own = if stride == 1 { own } else { own.multiply(Scalar::Int(stride.into()))? };
            place = Some(match place {
                None => own,
                Some(others) => others.add(&own)?,
            });
        }
        let place = match place {
            Some(place) => place.broadcast_to(&shape)?,
            None => Array::full(x.device(), &shape, 0, DType::Uint32)?,
        };
        if place.device() != x.device() {
            let (left, right) = (x.device().to_string(), place.device().to_string());
            return Err(Error::DeviceMismatch { op, left, right });
        }
        let mut layout = Layout { shape: Shape::new(), strides: Strides::new(), offset: x.layout.offset };
        let mut seen = place.layout.clone();
        let (mut lengths, mut strides) = (Shape::new(), Strides::new());
        for axis in (0..first).chain(last + 1..x.ndim()) {
            if axis == last + 1 {
                push(&mut layout, &mut lengths, &mut strides, &seen);
            }
            layout.shape.push(x.shape()[axis]);
            layout.strides.push(x.layout.strides[axis]);
            lengths.push(x.shape()[axis]);
            strides.push(0);
        }
        if last + 1 >= x.ndim() {
            push(&mut layout, &mut lengths, &mut strides, &seen);
        }
        (seen.shape, seen.strides) = (lengths, strides);
        Ok(Self { layout, place: Array { layout: seen, ..place } })
    }
}

/// Adds the axes of the indices: they move nothing but the place.
fn push(layout: &mut Layout, lengths: &mut Shape, strides: &mut Strides, seen: &Layout) {
    layout.shape.extend_from_slice(&seen.shape);
    layout.strides.extend(std::iter::repeat_n(0, seen.ndim()));
    lengths.extend_from_slice(&seen.shape);
    strides.extend_from_slice(&seen.strides);
}

/// Positions along an axis, none outside it, as uint32.
fn along(op: &'static str, index: &Array, axis: usize, size: usize, outside: &Bounds) -> Result<Array> {
    let dtype = index.dtype();
    if !matches!(dtype.kind(), Kind::Signed | Kind::Unsigned) {
        let accepted = "integers as indices".into();
        return Err(Error::DType { op, dtype, accepted, remedy: String::new() });
    }
    let (length, last) = (signed(size) as i128, Scalar::Int(size as i128 - 1));
    let holds = |value: i128| dtype.integer_range().is_some_and(|(low, high)| low <= value && value <= high);
    if let Bounds::Raise { by } = outside {
        let above = apply(&rows::greater_equal, &[index.into(), Scalar::Int(length).into()])?;
        let below = match dtype.kind() {
            Kind::Signed => {
                above.logical_or(&apply(&rows::less, &[index.into(), Scalar::Int(-length).into()])?)?
            }
            _ => above,
        };
        bounds::note(&below, axis, size, by.clone())?;
    }
    // Long ones are cut to what the axis may have, unless they are known to be wrong elsewhere.
    let mut near = index.clone();
    if dtype.size() == 8 || dtype == DType::Uint32 {
        if holds(size as i128) {
            near = near.minimum(last)?;
        }
        if dtype.kind() == Kind::Signed {
            near = near.maximum(Scalar::Int(-length))?;
        }
    }
    let near = near.astype(DType::Int32)?;
    let near = match dtype.kind() {
        Kind::Signed => near.less(0)?.where_(&near.add(Scalar::Int(length))?, &near)?,
        _ => near,
    };
    near.maximum(0)?.minimum(last)?.astype(DType::Uint32)
}

/// A stride as kernels add it: modulo 2**32.
const fn low(stride: isize) -> u32 {
    stride as u32
}
