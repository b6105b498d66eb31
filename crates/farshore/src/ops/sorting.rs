//! Elements in order.

use crate::array::{Array, require};
use crate::dtype::{DType, Kind};
use crate::error::Result;
use crate::graph;

impl Array {
    /// The elements along `axis` in ascending order, or, with `descending`, from the greatest on. NaN comes last both
    /// ways; complex numbers are ordered by their real parts, then their imaginary ones. Equal elements stay in their
    /// order, as -0 and 0 do. A merge sort.
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[3, 1, 2_i32], &[3])?;
    /// assert_eq!(x.sort(0, false)?.to_vec::<i32>()?, [1, 2, 3]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Axis`](crate::Error::Axis); [`Error::Value`](crate::Error::Value) for an array longer than a binding.
    pub fn sort(&self, axis: isize, descending: bool) -> Result<Self> {
        let sorted = self.sorted("sort", axis, descending, false)?;
        if sorted.dtype() == self.dtype() { Ok(sorted) } else { sorted.astype(self.dtype()) }
    }

    /// The positions along `axis`, as int64, that put the elements in the order of [`Array::sort`].
    ///
    /// ```
    /// # use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[3, 1, 2_i32], &[3])?;
    /// assert_eq!(x.argsort(0, true)?.to_vec::<i64>()?, [0, 2, 1]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Array::sort`], and [`Error::DTypeOnDevice`](crate::Error::DTypeOnDevice) without int64.
    pub fn argsort(&self, axis: isize, descending: bool) -> Result<Self> {
        require(self.device(), DType::Int64)?;
        self.sorted("argsort", axis, descending, true)
    }

    fn sorted(&self, op: &'static str, axis: isize, descending: bool, indices: bool) -> Result<Self> {
        let axis = self.layout.axis(op, axis)?;
        // Narrow numbers keep their order in 32 bits.
        let dtype = match (self.dtype(), self.dtype().size()) {
            (DType::Float16, _) => DType::Float32,
            (narrow, 1 | 2) if narrow.kind() == Kind::Signed => DType::Int32,
            (_, 1 | 2) => DType::Uint32,
            (dtype, _) => dtype,
        };
        let result = if indices { DType::Int64 } else { dtype };
        let last = self.ndim() - 1;
        let mut axes: Vec<isize> = (0..self.ndim()).map(usize::cast_signed).collect();
        axes.swap(axis, last);
        let rows = self.permute_dims(&axes)?;
        if self.is_empty() {
            return Self::empty(self.device(), self.shape(), result);
        }
        let length = self.shape()[axis];
        let source = rows.in_order(dtype)?;
        let shape = (self.len() / length, length);
        let buffer = graph::sort(self.device(), &source, shape, dtype, (descending, indices))?;
        Self::ready(self.device(), result, rows.shape(), buffer).permute_dims(&axes)
    }
}
