//! Writing into part of an array.

use crate::array::Array;
use crate::error::{Error, Result};
use crate::graph::{self, Operand};
use crate::layout::Index;
use crate::ops::scalar::Argument;

impl Array {
    /// Writes `value`, broadcast and converted to this array's dtype, at `indices`. Views of the same memory see it;
    /// operations recorded earlier do not.
    ///
    /// ```
    /// # use farshore::{Array, Device, Index};
    /// let x = Array::from_slice(&Device::best()?, &[1, 2, 3, 4_i32], &[4])?;
    /// let even = Index::Slice { start: None, stop: None, step: 2 };
    /// x.assign(&[even], 0)?;
    /// assert_eq!(x.to_vec::<i32>()?, [0, 2, 0, 4]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Index`], [`Error::Broadcast`], [`Error::OutOfRange`], [`Error::DeviceMismatch`]; nothing is written then.
    pub fn assign<'a>(&self, indices: &[Index], value: impl Into<Argument<'a>>) -> Result<()> {
        let op = "assignment";
        let target = self.index(indices)?;
        target.require_writeable(op)?;
        let (source, _) = self.source(op, value.into(), target.shape())?;
        graph::assign(&self.node, &target.layout, &source)
    }

    /// What is to be written into elements of this array that have `shape`; and whether all of it is one value.
    pub(crate) fn source(
        &self,
        op: &'static str,
        value: Argument<'_>,
        shape: &[usize],
    ) -> Result<(Operand, bool)> {
        match value {
            Argument::Scalar(scalar) => {
                Ok((Operand::Scalar(self.dtype(), scalar.bits(op, self.dtype())?), true))
            }
            Argument::Array(array) if array.device() == self.device() => {
                // As in NumPy, leading axes of length 1 may be more than the target has.
                let mut layout = array.layout.clone();
                while layout.ndim() > shape.len() && layout.shape[0] == 1 {
                    layout.shape.remove(0);
                    layout.strides.remove(0);
                }
                Ok((array.operand(layout.broadcast_to(op, shape)?), array.len() == 1))
            }
            Argument::Array(array) => {
                let (left, right) = (self.device().to_string(), array.device().to_string());
                Err(Error::DeviceMismatch { op, left, right })
            }
        }
    }
}
