//! Products of matrices, of any strides.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::device::{Binding, Buffer, Device, GRAIN};
use crate::dtype::DType;
use crate::error::Result;
use crate::graph::call::{Call, run};
use crate::graph::dispatch::Kernels;
use crate::graph::evaluate::with_kernels;
use crate::graph::plan::low;
use crate::kernels;
use crate::layout::{Layout, signed};

/// Products that one dispatch adds up at most: devices are taken away from programs that keep them for seconds.
const WORK: u64 = 1 << 34;

/// Matrices in a buffer: `[matrices, rows, columns]`, in elements.
#[derive(Clone, Copy)]
struct Matrices<'a> {
    buffer: &'a Buffer,
    offset: usize,
    lengths: [usize; 3],
    strides: [isize; 3],
}

/// The products of the matrices in the last two axes of `left` and `right`, whose other axes are the same: a new buffer, in
/// C order. All have `dtype`, of 32 bits or more, and no length is 0.
///
/// # Errors
/// Out of memory, a lost device; [`Error::Value`](crate::Error::Value) where one row is longer than a binding.
pub fn matmul(
    device: &Device,
    (left, left_layout): (&Arc<Buffer>, &Layout),
    (right, right_layout): (&Arc<Buffer>, &Layout),
    dtype: DType,
) -> Result<Buffer> {
    let ndim = left_layout.ndim();
    let (rows, terms) = (left_layout.shape[ndim - 2], left_layout.shape[ndim - 1]);
    let columns = right_layout.shape[ndim - 1];
    let (outer, batches) = batches(left_layout, right_layout);
    let all: usize = left_layout.shape[..ndim - 2].iter().product();
    let result = Buffer::new(device, (all * rows * columns * dtype.size()) as u64)?;
    let matrices = all / outer.len();
    with_kernels(device, |kernels| {
        for (number, &[left_offset, right_offset]) in outer.iter().enumerate() {
            let part = |buffer, layout: &Layout, offset, batch, lengths| Matrices {
                buffer,
                offset: layout.offset.wrapping_add_signed(offset),
                lengths,
                strides: [batch, layout.strides[ndim - 2], layout.strides[ndim - 1]],
            };
            let a = part(left, left_layout, left_offset, batches[0], [matrices, rows, terms]);
            let b = part(right, right_layout, right_offset, batches[1], [matrices, terms, columns]);
            let c = Matrices {
                buffer: &result,
                offset: number * matrices * rows * columns,
                lengths: [matrices, rows, columns],
                strides: [signed(rows * columns), signed(columns), 1],
            };
            product(kernels, device, [a, b, c], dtype)?;
        }
        Ok(())
    })?;
    Ok(result)
}

/// The other axes: one that the kernel knows, with its stride for each side, and the offsets of all that it does not.
fn batches(left: &Layout, right: &Layout) -> (Vec<[isize; 2]>, [isize; 2]) {
    let others = |layout: &Layout| {
        let ndim = layout.ndim() - 2;
        Layout { shape: layout.shape[..ndim].into(), strides: layout.strides[..ndim].into(), offset: 0 }
    };
    let (left, rest) = others(left).collapsed_with(&[others(right)]);
    let right = &rest[0];
    let Some(last) = left.ndim().checked_sub(1) else { return (vec![[0, 0]], [0, 0]) };
    let mut offsets = vec![[0, 0]];
    for axis in 0..last {
        let at = |[a, b]: &[isize; 2], n: usize| {
            [a + signed(n) * left.strides[axis], b + signed(n) * right.strides[axis]]
        };
        offsets = offsets.iter().flat_map(|one| (0..left.shape[axis]).map(move |n| at(one, n))).collect();
    }
    (offsets, [left.strides[last], right.strides[last]])
}

/// Records the dispatches of one product, cut in halves until each part fits into bindings.
fn product(kernels: &mut Kernels, device: &Device, parts: [Matrices<'_>; 3], dtype: DType) -> Result<()> {
    let size = dtype.size();
    let limit = device.limits().binding;
    let [a, b, c] = parts;
    let [matrices, rows, columns] = c.lengths;
    let work = c.lengths.iter().chain([&a.lengths[2]]).map(|&n| n as u64).product::<u64>();
    let long = |part: &Matrices<'_>| {
        part.buffer.capacity() > limit && (part.span().1 * size) as u64 + 2 * GRAIN > limit
    };
    if work > WORK || [a, b, c].iter().any(long) {
        // The axis of each array that is cut, where, and how long it is.
        let cut = if matrices > 1 {
            Some(([Some(0), Some(0), Some(0)], matrices / 2, matrices))
        } else if rows > 4 && (rows >= columns || columns <= 4) {
            Some(([Some(1), None, Some(1)], (rows / 2).next_multiple_of(4), rows))
        } else if columns > 4 {
            Some(([None, Some(2), Some(2)], (columns / 2).next_multiple_of(4), columns))
        } else {
            None
        };
        if let Some((axes, at, length)) = cut {
            for second in [false, true] {
                let mut half = parts;
                for (part, axis) in half.iter_mut().zip(axes) {
                    if let Some(axis) = axis {
                        part.halve(axis, at, length, second);
                    }
                }
                product(kernels, device, half, dtype)?;
            }
            return Ok(());
        }
    }
    let mut parameters = vec![0; 24];
    let groups = grid(&mut parameters, c.lengths);
    let terms = a.lengths[2];
    for (word, value) in
        [matrices - 1, rows - 1, columns - 1, terms.isqrt().max(64), terms].iter().enumerate()
    {
        parameters[4 + word] = low(*value);
    }
    let mut bindings = SmallVec::<[Binding<'_>; 3]>::new();
    for (number, part) in [a, b, c].into_iter().enumerate() {
        let (binding, offset) = part.binding(device, size);
        bindings.push(binding);
        parameters[12 + 4 * number] = low(offset);
        for (axis, stride) in part.strides.iter().enumerate() {
            parameters[13 + 4 * number + axis] = low(stride.cast_unsigned());
        }
    }
    let call =
        Call { name: format!("matmul {dtype}"), write: || kernels::write_matmul(dtype), parameters, groups };
    run(kernels, device, call, &bindings[..2], &bindings[2..])
}

/// How workgroups of 64 invocations of 4 by 4 elements lie over the matrices; gives their number.
fn grid(parameters: &mut [u32], [matrices, rows, columns]: [usize; 3]) -> usize {
    let bits = |number: usize| number.next_power_of_two().ilog2();
    let (across, down) = (columns.div_ceil(4), rows.div_ceil(4));
    let y = bits(down).min(6 - bits(across).min(3));
    let x = bits(across).min(6 - y);
    let (wide, high) = (across.div_ceil(1 << x), down.div_ceil(1 << y));
    let groups = wide * high * matrices.div_ceil(1 << (6 - x - y));
    parameters[0] = low(groups - 1);
    parameters[2] = x;
    parameters[3] = y;
    parameters[9] = low(wide);
    parameters[10] = low(high);
    groups
}

impl<'a> Matrices<'a> {
    /// The first element that is reached, and how many there are from it to the last.
    fn span(&self) -> (usize, usize) {
        let reach = self.lengths.iter().zip(self.strides).map(|(&n, stride)| signed(n - 1) * stride);
        let (below, above) =
            reach.fold((0, 0), |(below, above), step| (below + step.min(0), above + step.max(0)));
        (self.offset.wrapping_add_signed(below), (above - below).unsigned_abs() + 1)
    }

    /// Leaves what is before or behind position `at` of an axis.
    fn halve(&mut self, axis: usize, at: usize, length: usize, second: bool) {
        if second {
            self.offset = self.offset.wrapping_add_signed(signed(at) * self.strides[axis]);
        }
        self.lengths[axis] = if second { length - at } else { at };
    }

    /// The whole buffer where that may be bound, else the part that is reached; and the offset that is left.
    fn binding(&self, device: &Device, size: usize) -> (Binding<'a>, usize) {
        let (buffer, whole) = (self.buffer, self.buffer.capacity());
        if whole <= device.limits().binding {
            return (Binding::new(buffer, 0, whole), self.offset);
        }
        let (first, len) = self.span();
        let offset = (first * size) as u64 / GRAIN * GRAIN;
        let nbytes = (((first + len) * size) as u64 - offset).next_multiple_of(GRAIN).min(whole - offset);
        let base = usize::try_from(offset).unwrap_or(usize::MAX) / size;
        (Binding::new(buffer, offset, nbytes), self.offset.wrapping_sub(base))
    }
}
