//! Frames of the host through a pipeline, and back: several at a time.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::panic::Location;

use crate::device::Device;
use crate::dtype::Element;
use crate::error::{Error, Result, shape as show};
use crate::layout::Shape;
use crate::ops::pipeline::Pipeline;
use crate::transfer::from_host::from_host;
use crate::transfer::later::Later;
use crate::transfer::permit::Request;
use crate::transfer::policy::{CrossingKind, Direction};

/// The results of a pipeline for frames of the host, in their order: [`Pipeline::stream`].
pub struct Stream<'a, T, U, F> {
    pipeline: &'a Pipeline,
    device: Device,
    shape: Shape,
    frames: F,
    in_flight: usize,
    /// Frames that were begun, the oldest first.
    begun: VecDeque<Result<Later<U>>>,
    ended: bool,
    /// Results that were given.
    given: usize,
    /// Who asked for its transfers: the code that made it.
    caller: &'static Location<'static>,
    elements: PhantomData<fn(&[T])>,
}

/// What went wrong with a frame of a stream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("frame {frame}: {error}")]
pub struct FrameError {
    /// The frame, counted from 0.
    pub frame: usize,
    /// What went wrong.
    #[source]
    pub error: Error,
}

impl From<FrameError> for Error {
    /// The error without the frame, but where it is one of the frame's values.
    fn from(error: FrameError) -> Self {
        match error {
            FrameError { frame, error: Self::Value { op, reason } } => {
                Self::Value { op, reason: format!("frame {frame}: {reason}") }
            }
            FrameError { error, .. } => error,
        }
    }
}

/// Frames that are under way at once: one on its way to the device, one computed, one on its way back.
const IN_FLIGHT: usize = 3;

impl Pipeline {
    /// Sends each of `frames`, with elements in C order of `shape`, to `device`, through this pipeline of one input and one
    /// output, and its result back. Three frames are under way at once, so that the host copies one while the device
    /// computes another: [`Stream::in_flight`]. No more are asked for before a result is taken.
    ///
    /// A frame that fails gives its error when it is its turn, and is the last one. A stream that is dropped early leaves
    /// nothing behind.
    ///
    /// ```
    /// use farshore::{Array, Device, Pipeline};
    /// let device = Device::best()?;
    /// let brighter = Pipeline::record(|inputs| Ok(vec![inputs[0].multiply(2)?.add(1)?]));
    /// let camera = (0..10_u8).map(|time| [time, time + 1]);
    /// for (time, frame) in brighter.stream::<u8, u8, _>(&device, &[2], camera).enumerate() {
    ///     let time = u8::try_from(time).unwrap();
    ///     assert_eq!(frame?, [2 * time + 1, 2 * time + 3]);
    /// }
    /// # Ok::<(), farshore::Error>(())
    /// ```
    #[track_caller]
    pub fn stream<T, U, F>(
        &self,
        device: &Device,
        shape: &[usize],
        frames: F,
    ) -> Stream<'_, T, U, F::IntoIter>
    where
        T: Element,
        U: Element + Send + 'static,
        F: IntoIterator,
        F::Item: AsRef<[T]>,
    {
        Stream {
            pipeline: self,
            device: device.clone(),
            shape: shape.into(),
            frames: frames.into_iter(),
            in_flight: IN_FLIGHT,
            begun: VecDeque::new(),
            ended: false,
            given: 0,
            caller: Location::caller(),
            elements: PhantomData,
        }
    }
}

impl<T, U, F> Stream<'_, T, U, F> {
    /// The same with `frames` under way at once, at least 1.
    #[must_use]
    pub fn in_flight(mut self, frames: usize) -> Self {
        self.in_flight = frames.max(1);
        self
    }
}

impl<T, U, F> Stream<'_, T, U, F>
where
    T: Element,
    U: Element + Send + 'static,
{
    fn begin(&self, frame: &[T]) -> Result<Later<U>> {
        if frame.len() != self.shape.iter().product::<usize>() {
            let reason = format!("it has {} elements, where frames have {}", frame.len(), show(&self.shape));
            return Err(Error::Value { op: "stream", reason });
        }
        let request = self.request(Direction::ToDevice)?;
        let bytes = bytemuck::cast_slice(frame);
        let frame = from_host(&self.device, bytes, &self.shape, T::DTYPE, request, &mut |_| true)?;
        let outputs = self.pipeline.run(&[&frame])?;
        let [output] = &outputs[..] else {
            let reason = format!("the pipeline has {} outputs; one of a stream has one", outputs.len());
            return Err(Error::Value { op: "stream", reason });
        };
        output.to_vec_as(self.request(Direction::ToHost)?)
    }

    fn request(&self, direction: Direction) -> Result<Request> {
        let caller = format!("{}:{}", self.caller.file(), self.caller.line());
        Ok(Request { caller: Some(caller), ..Request::explicit(direction, CrossingKind::Bulk)? })
    }
}

impl<T, U, F> Iterator for Stream<'_, T, U, F>
where
    T: Element,
    U: Element + Send + 'static,
    F: Iterator,
    F::Item: AsRef<[T]>,
{
    type Item = Result<Vec<U>, FrameError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended && self.begun.len() < self.in_flight {
            let begun = self.frames.next().map(|frame| self.begin(frame.as_ref()));
            self.ended = !matches!(begun, Some(Ok(_)));
            self.begun.extend(begun);
        }
        let result = self.begun.pop_front()?.and_then(Later::wait);
        let frame = self.given;
        self.given += 1;
        if result.is_err() {
            self.ended = true;
            self.begun.clear();
        }
        Some(result.map_err(|error| FrameError { frame, error }))
    }
}
