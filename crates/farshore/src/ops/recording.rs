//! Operations recorded once, for arrays of certain shapes and dtypes, to be run again and again.

use std::sync::Arc;

use crate::array::Array;
use crate::device::{Buffer, Capture, Device, Replay, capture};
use crate::dtype::DType;
use crate::error::{Error, Result, shape as show};
use crate::graph::{self, Node};
use crate::layout::{Layout, Shape};
use crate::ops::bounds::{self, Check};
use crate::ops::pipeline::Plan;

/// Whether this thread is recording a pipeline: operations are kept for later, and arrays have no values.
///
/// ```
/// assert!(!farshore::is_recording());
/// ```
#[must_use]
pub fn is_recording() -> bool {
    capture() != 0
}

/// The operations of a function, recorded for inputs of given shapes, dtypes and device, and planned: what can share a
/// kernel does, and intermediate results share memory by turns. Running it records no operation, and makes no buffer, bind
/// group or kernel that was not there.
///
/// [`Pipeline`](crate::Pipeline) makes one for each set of shapes and dtypes that it meets, which is what most callers want.
///
/// ```
/// use farshore::{Array, Device, Recording};
/// let device = Device::best()?;
/// let x = Array::from_slice(&device, &[1.0_f32, 4.0, 9.0], &[3])?;
/// let recording = Recording::new(&[&x], |inputs| Ok(vec![inputs[0].sqrt()?.add(1)?]))?;
/// assert_eq!(recording.run(&[&x])?[0].to_vec::<f32>()?, [2.0, 3.0, 4.0]);
/// # Ok::<(), farshore::Error>(())
/// ```
pub struct Recording {
    replay: Replay,
    inputs: Vec<(DType, Shape)>,
    /// Nodes that each run makes anew, in the order of the replay's outputs.
    made: Vec<(DType, Shape)>,
    outputs: Vec<Output>,
    /// Indices that are looked at, and which of `made` says what was found.
    checks: Vec<(usize, Check)>,
}

/// Where an array that is returned comes from.
enum Output {
    Made(usize, Layout),
    Input(usize, Layout),
    /// It was there when the operations were recorded.
    Other(Array),
}

impl Recording {
    /// Records what `function` does with arrays like `inputs`. It is called once, here; nothing is computed.
    ///
    /// # Errors
    /// [`Error::Value`] without inputs, or for inputs on several devices; [`Error::Recording`] where the function needs
    /// values, or writes to arrays that are not its own; those of `function`.
    pub fn new(inputs: &[&Array], function: impl FnOnce(&[Array]) -> Result<Vec<Array>>) -> Result<Self> {
        let device = common_device(inputs)?;
        let known = inputs.iter().map(|input| (input.dtype(), input.shape().into())).collect();
        let capture = Capture::begin(device)?;
        drop(bounds::take_captured());
        let given = inputs.iter().map(|input| Array::empty(device, input.shape(), input.dtype()));
        let given = given.collect::<Result<Vec<_>>>()?;
        let buffers = given.iter().map(|input| graph::evaluate(&input.node)).collect::<Result<Vec<_>>>()?;
        for buffer in &buffers {
            capture.input(buffer);
        }
        let returned = function(&given)?;
        let mut nodes: Vec<Arc<Node>> = Vec::new();
        let mut number = |array: &Array| {
            let known = nodes.iter().position(|node| Arc::ptr_eq(node, &array.node));
            known.unwrap_or_else(|| {
                nodes.push(Arc::clone(&array.node));
                nodes.len() - 1
            })
        };
        let checks = bounds::take_captured();
        let checks = checks.into_iter().map(|check| (number(&check.outside), check)).collect();
        let mut output = |array: Array| {
            let input = given.iter().position(|input| input.shares_memory(&array));
            match input {
                Some(input) => Output::Input(input, array.layout),
                None if array.node.is_captured() => Output::Made(number(&array), array.layout),
                None => Output::Other(array),
            }
        };
        let outputs = returned.into_iter().map(&mut output).collect();
        let results = nodes.iter().map(graph::evaluate).collect::<Result<Vec<_>>>()?;
        let captured = capture.end().ok_or_else(|| device.error("a recording that ended by itself"))?;
        let made = nodes.iter().map(|node| (node.dtype, node.shape.clone())).collect();
        let given = buffers.iter().map(|buffer| &**buffer).collect::<Vec<&Buffer>>();
        let results = results.iter().map(|buffer| &**buffer).collect::<Vec<&Buffer>>();
        let replay = Replay::new(captured, &given, &results)?;
        replay.release();
        Ok(Self { replay, inputs: known, made, outputs, checks })
    }

    /// Runs the operations on `inputs`, of the shapes, dtypes and device that they were recorded for. Arrays that are
    /// returned are new; those that the function took from elsewhere are read as they are now.
    ///
    /// # Errors
    /// [`Error::Value`] for other inputs, [`Error::OutOfMemory`], [`Error::Device`]; [`Error::Recording`] while another
    /// is recorded.
    pub fn run(&self, inputs: &[&Array]) -> Result<Vec<Array>> {
        let op = "pipeline";
        if capture() != 0 {
            let message = "a recording cannot be run while another is made; call the function itself";
            return Err(Error::Recording(message.into()));
        }
        if !self.fits(inputs) {
            let known = self.inputs.iter().map(|(dtype, shape)| format!("{dtype} {}", show(shape)));
            let (known, device) = (known.collect::<Vec<_>>().join(", "), self.replay.device());
            let reason = format!("it was recorded for {known} on {device}, not for {inputs:?}");
            return Err(Error::Value { op, reason });
        }
        let ordered = inputs.iter().enumerate().map(|(number, input)| self.ordered(number, input));
        let ordered = ordered.collect::<Result<Vec<Array>>>()?;
        let buffers = ordered.iter().map(|input| graph::evaluate(&input.node)).collect::<Result<Vec<_>>>()?;
        let begin = |input: &Array| (input.layout.offset * input.dtype().size()) as u64;
        let given: Vec<_> =
            buffers.iter().zip(&ordered).map(|(buffer, input)| (&**buffer, begin(input))).collect();
        let results = self.replay.run(&given)?;
        let device = self.replay.device();
        let made = self.made.iter().zip(results);
        let made: Vec<Array> =
            made.map(|((dtype, shape), buffer)| Array::ready(device, *dtype, shape, buffer)).collect();
        for (number, check) in &self.checks {
            let Array { layout, .. } = &check.outside;
            let outside = Array { node: Arc::clone(&made[*number].node), layout: layout.clone() };
            bounds::add(check.with(outside));
        }
        let output = |output: &Output| match output {
            Output::Made(number, layout) => Ok(made[*number].seen(layout)),
            Output::Input(number, layout) => {
                let input = &ordered[*number];
                let whole = if input.layout.offset == 0 { input.clone() } else { input.copy()? };
                Ok(whole.seen(layout))
            }
            Output::Other(array) => Ok(array.clone()),
        };
        self.outputs.iter().map(output).collect()
    }

    /// The device that it runs on.
    #[must_use]
    pub fn device(&self) -> &Device {
        self.replay.device()
    }

    /// What a run does.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan {
            kernels: self.replay.kernels(),
            own_bytes: self.replay.own_nbytes(),
            peak_bytes: self.replay.nbytes(),
        }
    }

    /// Whether `inputs` are what it was recorded for.
    #[must_use]
    pub fn fits(&self, inputs: &[&Array]) -> bool {
        let same = |(input, (dtype, shape)): (&&Array, &(DType, Shape))| {
            input.dtype() == *dtype && input.shape() == &shape[..] && input.device() == self.replay.device()
        };
        inputs.len() == self.inputs.len() && inputs.iter().zip(&self.inputs).all(same)
    }

    /// The elements in C order, where a replay can read them.
    fn ordered(&self, number: usize, input: &Array) -> Result<Array> {
        let begin = input.layout.offset * input.dtype().size();
        let reached = if self.replay.copies(number) { begin.is_multiple_of(4) } else { begin == 0 };
        if input.layout.is_contiguous() && reached { Ok(input.clone()) } else { input.copy() }
    }
}

fn common_device<'a>(inputs: &[&'a Array]) -> Result<&'a Device> {
    let op = "pipeline";
    let Some((first, others)) = inputs.split_first() else {
        let reason = "it has no arrays among its inputs, so no device to run on".into();
        return Err(Error::Value { op, reason });
    };
    match others.iter().find(|other| other.device() != first.device()) {
        None => Ok(first.device()),
        Some(other) => {
            let (left, right) = (first.device().to_string(), other.device().to_string());
            Err(Error::DeviceMismatch { op, left, right })
        }
    }
}
