//! Every element combined with those before it along an axis.

use crate::array::{Array, require};
use crate::dtype::{DType, Kind};
use crate::error::Result;
use crate::graph;
use crate::layout::Index;
use crate::ops::apply::apply;
use crate::ops::reductions::neutral;
use crate::ufunc::Ufunc;

/// Each element of `x` combined with all before it along `axis` by `ufunc`: add, multiply, maximum or minimum. The dtype
/// stays: integers wrap, float16 is combined in float32 and each element rounded once. Sums are rounded at the size of a
/// chunk of 2048 elements, and the chunks' totals apart; the same input gives the same bits.
///
/// ```
/// # use farshore::{Array, Device, rows, scan};
/// let x = Array::from_slice(&Device::best()?, &[1, 2, 3, 4_i32], &[4])?;
/// assert_eq!(scan(&rows::add, &x, 0)?.to_vec::<i32>()?, [1, 3, 6, 10]);
/// # Ok::<(), farshore::Error>(())
/// ```
///
/// # Errors
/// [`Error::Axis`](crate::Error::Axis), [`Error::DType`](crate::Error::DType), [`Error::Value`](crate::Error::Value) for
/// another ufunc, or an array longer than a binding.
pub fn scan(ufunc: &'static Ufunc, x: &Array, axis: isize) -> Result<Array> {
    let axis = x.layout.axis(ufunc.name, axis)?;
    let dtype = match (x.dtype(), x.dtype().size()) {
        (DType::Float16, _) => DType::Float32,
        (narrow, 1 | 2) if narrow.kind() == Kind::Signed => DType::Int32,
        (_, 1 | 2) => DType::Uint32,
        (dtype, _) => dtype,
    };
    ufunc.loop_dtype(x.dtype())?;
    require(x.device(), dtype)?;
    let (neutral, _) = neutral(ufunc, dtype)?;
    if x.is_empty() {
        return Array::empty(x.device(), x.shape(), x.dtype());
    }
    let bits = neutral.bits(ufunc.name, dtype)?;
    let shape = [x.shape()[..axis].iter().product(), x.shape()[axis], x.shape()[axis + 1..].iter().product()];
    // Of rows this long no kernel reaches a few.
    if shape[2] * dtype.size() > usize::try_from(x.device().limits().binding / 4).unwrap_or(usize::MAX) {
        return row_by_row(ufunc, x, axis);
    }
    let source = x.in_order(dtype)?;
    let buffer = graph::scan(x.device(), &source, shape, (ufunc, dtype, bits))?;
    let result = Array::ready(x.device(), dtype, x.shape(), buffer);
    if dtype == x.dtype() { Ok(result) } else { result.astype(x.dtype()) }
}

/// The same by elementwise kernels, one for each row.
fn row_by_row(ufunc: &'static Ufunc, x: &Array, axis: usize) -> Result<Array> {
    let result = Array::empty(x.device(), x.shape(), x.dtype())?;
    let row = |at: usize| {
        let mut indices = vec![Index::Slice { start: None, stop: None, step: 1 }; axis];
        indices.push(Index::At(at.cast_signed()));
        indices
    };
    result.assign(&row(0), &x.index(&row(0))?)?;
    for at in 1..x.shape()[axis] {
        let total = apply(ufunc, &[(&result.index(&row(at - 1))?).into(), (&x.index(&row(at))?).into()])?;
        result.assign(&row(at), &total)?;
    }
    Ok(result)
}
