//! Products of matrices.

use crate::array::{Array, require};
use crate::dtype::Kind;
use crate::error::{Error, Result};
use crate::graph;
use crate::layout::broadcast_shapes;

impl Array {
    /// The products of the matrices in the last two axes of both arrays; the axes before those are broadcast. Both have one
    /// dtype, of 32 bits or more. Products are added up in parts, so rounding errors grow with the root of the number of
    /// terms at most; integers wrap.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[1, 2, 3, 4_i32], &[2, 2])?;
    /// assert_eq!(x.matmul(&x)?.to_vec::<i32>()?, [7, 10, 15, 22]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Value`] for arrays of less than two axes or matrices that do not fit, [`Error::Broadcast`] for other axes
    /// that do not, [`Error::DType`], [`Error::DeviceMismatch`].
    pub fn matmul(&self, other: &Self) -> Result<Self> {
        let op = "matmul";
        let dtype = self.dtype();
        if dtype != other.dtype() || dtype.size() < 4 || dtype.kind() == Kind::Bool {
            let accepted =
                format!("two arrays of one dtype of 32 bits or more, not {dtype} and {}", other.dtype());
            return Err(Error::DType { op, dtype, accepted, remedy: ". Convert them: x.astype(..)".into() });
        }
        if self.device() != other.device() {
            let (left, right) = (self.device().to_string(), other.device().to_string());
            return Err(Error::DeviceMismatch { op, left, right });
        }
        let (left, right) = (self.shape(), other.shape());
        let (Some((&[rows, terms], first)), Some((&[own, columns], second))) =
            (left.split_last_chunk().map(|(a, b)| (b, a)), right.split_last_chunk().map(|(a, b)| (b, a)))
        else {
            return Err(Error::Value { op, reason: "both arrays have at least two axes".into() });
        };
        if terms != own {
            let reason = format!("{terms} columns of the first do not fit {own} rows of the second");
            return Err(Error::Value { op, reason });
        }
        require(self.device(), dtype)?;
        let others = broadcast_shapes(op, [first, second].into_iter())?;
        let shape = |last: [usize; 2]| [&others[..], &last[..]].concat();
        let result = shape([rows, columns]);
        if result.contains(&0) {
            return Self::empty(self.device(), &result, dtype);
        }
        if terms == 0 {
            return Self::full(self.device(), &result, 0, dtype);
        }
        let left = self.broadcast_to(&shape([rows, terms]))?;
        let right = other.broadcast_to(&shape([terms, columns]))?;
        let (left_bytes, right_bytes) = (graph::evaluate(&left.node)?, graph::evaluate(&right.node)?);
        let buffer =
            graph::matmul(self.device(), (&left_bytes, &left.layout), (&right_bytes, &right.layout), dtype)?;
        Ok(Self::ready(self.device(), dtype, &result, buffer))
    }
}
