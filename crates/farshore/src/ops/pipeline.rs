//! Functions of arrays that are recorded once for each set of shapes and dtypes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::array::Array;
use crate::device::{Place, ReplayedKernel, capture};
use crate::error::{Result, bytes};
use crate::ops::recording::Recording;

/// A function of arrays whose operations are recorded when it first meets inputs of some shapes and dtypes, fused and
/// planned, and then replayed for others like them: no operation is recorded again, and nothing is made that is there
/// already, but for the memory of what it returns, which comes from the device's pool.
///
/// The function is called once for each set of shapes and dtypes, so what it does besides array operations happens then, and
/// its branches cannot depend on values in arrays. Arrays that it takes from elsewhere are read by each run, as they are then;
/// it writes to its own alone.
///
/// ```
/// use farshore::{Array, Device, Pipeline, reduce, rows};
/// let normalise = Pipeline::record(|inputs| {
///     let [x] = inputs else { unreachable!("it is run with one") };
///     let low = reduce(&rows::minimum, x, &[0], true)?;
///     let range = reduce(&rows::maximum, x, &[0], true)?.subtract(&low)?;
///     Ok(vec![x.subtract(&low)?.divide(&range)?])
/// });
/// let device = Device::best()?;
/// for frame in [[1.0_f32, 2.0, 3.0], [0.0, 5.0, 10.0]] {
///     let frame = Array::from_slice(&device, &frame, &[3])?;
///     let outputs = normalise.run(&[&frame])?;
///     assert_eq!(outputs[0].to_vec::<f32>()?, [0.0, 0.5, 1.0]);
/// }
/// # Ok::<(), farshore::Error>(())
/// ```
pub struct Pipeline {
    function: Box<Function>,
    recordings: Mutex<Vec<Arc<Recording>>>,
}

type Function = dyn Fn(&[Array]) -> Result<Vec<Array>> + Send + Sync;

/// Recordings that are kept: the latest.
const KEPT: usize = 16;

/// What a run of a recording does.
///
/// ```
/// use farshore::{Array, Device, Pipeline};
/// let x = Array::from_slice(&Device::best()?, &[1.0_f32, 4.0, 9.0], &[3])?;
/// let plan = Pipeline::record(|inputs| Ok(vec![inputs[0].sqrt()?.add(1)?])).explain(&[&x])?;
/// assert_eq!((plan.kernels.len(), plan.bytes_read(), plan.bytes_written()), (1, 12, 12));
/// println!("{plan}");
/// # Ok::<(), farshore::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The kernels, in their order.
    pub kernels: Vec<ReplayedKernel>,
    /// Bytes of device memory that it keeps for its intermediate results.
    pub own_bytes: u64,
    /// Bytes of device memory at most: those, and its inputs and outputs.
    pub peak_bytes: u64,
}

impl Pipeline {
    /// A pipeline that does what `function` does. It is called when inputs are there.
    pub fn record(function: impl Fn(&[Array]) -> Result<Vec<Array>> + Send + Sync + 'static) -> Self {
        Self { function: Box::new(function), recordings: Mutex::default() }
    }

    /// The results for these inputs: recorded, and computed when they are needed. While another pipeline is recorded, what
    /// this one does becomes a part of it.
    ///
    /// # Errors
    /// As [`Recording::new`] and [`Recording::run`].
    pub fn run(&self, inputs: &[&Array]) -> Result<Vec<Array>> {
        if capture() != 0 {
            let inputs: Vec<Array> = inputs.iter().map(|&input| input.clone()).collect();
            return (self.function)(&inputs);
        }
        self.recording(inputs)?.run(inputs)
    }

    /// The kernels that a run with such inputs would run, with what they read and write; nothing is run.
    ///
    /// # Errors
    /// As [`Recording::new`].
    pub fn explain(&self, inputs: &[&Array]) -> Result<Plan> {
        Ok(self.recording(inputs)?.plan())
    }

    fn recording(&self, inputs: &[&Array]) -> Result<Arc<Recording>> {
        let lock = || self.recordings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().iter().find(|known| known.fits(inputs)) {
            return Ok(Arc::clone(known));
        }
        // Not under the lock: the function may run this pipeline with others.
        let made = Arc::new(Recording::new(inputs, &self.function)?);
        let mut recordings = lock();
        if recordings.len() >= KEPT {
            recordings.remove(0);
        }
        recordings.push(Arc::clone(&made));
        Ok(made)
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let recordings = self.recordings.lock().unwrap_or_else(PoisonError::into_inner).len();
        write!(f, "Pipeline({recordings} recordings)")
    }
}

impl Plan {
    /// Bytes that all kernels read.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.kernels.iter().flat_map(|kernel| &kernel.reads).map(|(_, nbytes)| nbytes).sum()
    }

    /// Bytes that all kernels write.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.kernels.iter().flat_map(|kernel| &kernel.writes).map(|(_, nbytes)| nbytes).sum()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, kernel) in self.kernels.iter().enumerate() {
            writeln!(f, "kernel {}: {}", number + 1, kernel.name)?;
            for (what, parts) in [("reads ", &kernel.reads), ("writes", &kernel.writes)] {
                for (place, nbytes) in parts {
                    writeln!(f, "  {what} {place}, {nbytes} bytes")?;
                }
            }
        }
        let kernels = if self.kernels.len() == 1 { "kernel" } else { "kernels" };
        let (read, written) = (self.bytes_read(), self.bytes_written());
        writeln!(f, "{} {kernels}: {read} bytes read, {written} bytes written", self.kernels.len())?;
        let (own, peak) = (bytes(self.own_bytes), bytes(self.peak_bytes));
        writeln!(f, "memory: {own} of its own, {peak} with inputs and outputs")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(number) => write!(f, "input {}", number + 1),
            Self::Output(number) => write!(f, "output {}", number + 1),
            Self::Own(number) => write!(f, "buffer {}", number + 1),
            Self::Other(number) => write!(f, "array {} from elsewhere", number + 1),
        }
    }
}
