//! Which elements of a mask are true.

use std::sync::Arc;

use crate::array::Array;
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::{Counted, Node};
use crate::layout::Layout;
use crate::ops::reductions::neutral;
use crate::ops::ufuncs::rows;

/// A mask whose true elements are counted on the device. How many there are has to be read before their positions have
/// a place, and reading is for the caller to ask for: [`nonzero`](crate::nonzero) does both.
pub struct Selection {
    counted: Counted,
    count: Array,
}

impl Selection {
    /// Counts the true elements of `mask`, an array of bool with one axis, at least one element and less than 2**32.
    ///
    /// # Errors
    /// [`Error::DType`], [`Error::Value`].
    pub fn new(mask: &Array) -> Result<Self> {
        let op = "nonzero";
        if mask.dtype() != DType::Bool {
            let (accepted, remedy) = ("bool".into(), ". Compare first: x != 0".into());
            return Err(Error::DType { op, dtype: mask.dtype(), accepted, remedy });
        }
        if mask.ndim() != 1 || mask.is_empty() {
            let reason = format!("a mask has one axis and some elements; this one is {mask:?}");
            return Err(Error::Value { op, reason });
        }
        let device = mask.device();
        let bits = neutral(&rows::add, DType::Uint32)?.0.bits(op, DType::Uint32)?;
        let sum = (&rows::add, DType::Uint32, bits);
        let counted = Counted::new(device, mask.in_order(DType::Bool)?, mask.len(), sum)?;
        let all = Node::shared(device, DType::Uint32, &[counted.last() + 1], Arc::clone(&counted.counts));
        let layout = Layout { offset: counted.last(), ..Layout::contiguous(&[]) };
        Ok(Self { counted, count: Array { node: all, layout } })
    }

    /// How many there are: one uint32, on the device.
    #[must_use]
    pub fn count(&self) -> &Array {
        &self.count
    }

    /// Their positions, as int64; `total` is what [`Selection::count`] holds.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Device`].
    pub fn positions(&self, total: u32) -> Result<Array> {
        let device = self.count.device();
        let total = total as usize;
        if total == 0 {
            return Array::empty(device, &[0], DType::Int64);
        }
        let buffer = self.counted.positions(device, total)?;
        Ok(Array::ready(device, DType::Int64, &[total], buffer))
    }
}
