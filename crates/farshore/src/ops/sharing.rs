//! Arrays in the buffers of an app that uses wgpu, and the buffers of arrays, for the app to use.

use crate::array::{Array, require};
use crate::device::{Buffer, Device, SharedBuffer, WgpuBuffer, set_aside};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph;
use crate::ops::creation::nbytes;

impl Array {
    /// The elements that lie in a buffer of `device`, from its first byte on and in C order, as an array: nothing is
    /// copied, and writing to one changes the other. Parts of the buffer are views of it.
    ///
    /// Kernels read whole blocks past the end of an array (and write nothing there, but for the rest of its last four
    /// bytes), so the buffer is longer than the array: [`shared_buffer_size`](crate::shared_buffer_size) says how long.
    /// A buffer that is not goes by way of [`Array::copy_buffer`].
    ///
    /// Operations read what the app had submitted before they are submitted themselves; those that are pending wait until
    /// they are evaluated. So before the app writes to the buffer again, it calls [`Array::evaluate`] of what is to be
    /// computed from the old elements, then [`Device::submit`]. A bool is a byte, 0 or 1.
    ///
    /// ```
    /// use farshore::{Array, DType, Device, shared_buffer_size, wgpu};
    /// let device = Device::best()?; // or Device::from_wgpu
    /// let buffer = device.wgpu_device().create_buffer(&wgpu::BufferDescriptor {
    ///     label: None,
    ///     size: shared_buffer_size(3 * 4),
    ///     usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
    ///     mapped_at_creation: false,
    /// });
    /// let bytes: Vec<u8> = [1.0_f32, 4.0, 9.0].iter().flat_map(|one| one.to_le_bytes()).collect();
    /// device.wgpu_queue().write_buffer(&buffer, 0, &bytes);
    /// let x = Array::from_buffer(&device, buffer, &[3], DType::Float32)?;
    /// assert_eq!(x.sqrt()?.to_vec::<f32>()?, [1.0, 2.0, 3.0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Value`] for a buffer without the usages `STORAGE`, `COPY_SRC` and `COPY_DST`, one that is too short,
    /// of another device, or an array's already; [`Error::DTypeOnDevice`]. (Buffers of another `wgpu::Instance` are not
    /// told apart: wgpu knows them by numbers of the instance.)
    pub fn from_buffer(device: &Device, buffer: WgpuBuffer, shape: &[usize], dtype: DType) -> Result<Self> {
        require(device, dtype)?;
        let _aside = set_aside();
        let buffer = Buffer::foreign(device, buffer, nbytes(device, shape, dtype)?)?;
        Ok(Self::ready(device, dtype, shape, buffer))
    }

    /// A new array with the elements that lie in a buffer of `device` from byte `at` on, a multiple of 4: copied on the
    /// device. The buffer needs the usage `COPY_SRC`, and no room behind the elements.
    ///
    /// ```
    /// use farshore::{Array, DType, Device, wgpu};
    /// let device = Device::best()?; // or Device::from_wgpu
    /// let buffer = device.wgpu_device().create_buffer(&wgpu::BufferDescriptor {
    ///     label: None,
    ///     size: 8,
    ///     usage: wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
    ///     mapped_at_creation: false,
    /// });
    /// device.wgpu_queue().write_buffer(&buffer, 0, &[1, 2, 3, 4, 5, 6, 7, 8]);
    /// let x = Array::copy_buffer(&device, &buffer, 4, &[2, 2], DType::Uint8)?;
    /// assert_eq!(x.to_vec::<u8>()?, [5, 6, 7, 8]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Value`] for a buffer without that usage, one that is too short, or of another device;
    /// [`Error::OutOfMemory`], [`Error::DTypeOnDevice`].
    pub fn copy_buffer(
        device: &Device,
        buffer: &WgpuBuffer,
        at: u64,
        shape: &[usize],
        dtype: DType,
    ) -> Result<Self> {
        require(device, dtype)?;
        let nbytes = nbytes(device, shape, dtype)?;
        let _aside = set_aside();
        let copy = Buffer::new(device, nbytes)?;
        copy.copy_from(buffer, at, nbytes)?;
        Ok(Self::ready(device, dtype, shape, copy))
    }

    /// The buffer that the elements are in, for the app's own passes. The kernels that compute them have been submitted
    /// when this returns, so that what the app submits next reads the elements: nothing crosses to the host, and nothing
    /// waits.
    ///
    /// The app may write to the buffer too; operations that are pending then read what it wrote. It must not submit work
    /// that uses the buffer while the host has it mapped: during [`Array::map_host`](crate::Array::map_host), and where
    /// the device is Farshore's own and shares memory, while another thread reads the array.
    ///
    /// ```
    /// use farshore::{Array, Device};
    /// let device = Device::best()?;
    /// let x = Array::from_slice(&device, &[1_u32, 2, 3, 4], &[2, 2])?.add(1)?;
    /// let row = x.index(&[farshore::Index::At(1)])?;
    /// let shared = row.buffer()?;
    /// assert_eq!((shared.offset(), shared.nbytes()), (8, 8));
    /// let mut encoder = device.wgpu_device().create_command_encoder(&Default::default());
    /// encoder.clear_buffer(shared.wgpu(), shared.offset(), Some(shared.nbytes()));
    /// device.wgpu_queue().submit([encoder.finish()]);
    /// assert_eq!(x.to_vec::<u32>()?, [2, 3, 0, 0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Value`] for a view whose elements don't lie next to each other in C order; [`Error::Mapped`]; those of
    /// evaluating.
    pub fn buffer(&self) -> Result<SharedBuffer> {
        let layout = self.layout();
        if !layout.is_contiguous() {
            let reason = "the elements of this view don't lie next to each other; copy it first: x.copy()";
            return Err(Error::Value { op: "buffer", reason: reason.into() });
        }
        self.node.require_values()?;
        let _aside = set_aside();
        let offset = (layout.offset * self.dtype().size()) as u64;
        SharedBuffer::new(graph::evaluate(&self.node)?, offset, self.nbytes())
    }
}
