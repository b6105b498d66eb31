//! What a program's kernels and transfers cost: a profile of a device, as a table and as a trace.

mod bandwidth;
mod table;
mod trace;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::device::{Device, Recording, Submission, Watch};
use crate::error::Result;
use crate::transfer::{Ledger, Watching, now};

/// A profile that is open: it notes what the device runs, whichever thread asked, until it is finished or dropped.
///
/// Several may be open at once, one inside the other or by several threads; each sees everything that the device runs
/// meanwhile. While one is open, each kernel is a pass of its own, with a timestamp before and behind it.
pub struct Profile {
    device: Device,
    recording: Recording,
    ledger: Arc<Ledger>,
    watching: Watching,
    /// When it began, on the clock of the ledgers.
    began: Duration,
}

/// Opens a profile of `device`, once it has done what was recorded before.
///
/// ```
/// use farshore::{Array, Device};
/// let device = Device::best()?;
/// let x = Array::from_slice(&device, &[1.0_f32; 1000], &[1000])?;
/// let profile = farshore::profile(&device)?;
/// let host = x.add(1.0)?.sqrt()?.to_vec::<f32>()?;
/// let report = profile.finish()?;
/// println!("{report}");
/// let kernel = &report.kernels()[0];
/// assert_eq!((kernel.name.as_str(), kernel.calls, kernel.bytes()), ("add_sqrt_float32", 1, 8000));
/// assert_eq!(report.transfers().bytes_to_host(), 4000);
/// # Ok::<(), farshore::Error>(())
/// ```
///
/// # Errors
/// [`Error::Device`](crate::Error::Device) when the device was lost.
pub fn profile(device: &Device) -> Result<Profile> {
    Profile::start(device, &mut |_| true)
}

impl Profile {
    /// As [`profile()`], asking `watch` now and then whether to go on.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) when it says no.
    pub fn start(device: &Device, watch: &mut Watch<'_>) -> Result<Self> {
        let recording = Recording::start(device, watch)?;
        let ledger = Arc::new(Ledger::default());
        let watching = ledger.watch_all_threads();
        Ok(Self { device: device.clone(), recording, ledger, watching, began: now() })
    }

    /// Waits until the device has done what was recorded, and gives what it was.
    ///
    /// # Errors
    /// [`Error::Device`](crate::Error::Device) when the device was lost; the profile is closed all the same.
    pub fn finish(self) -> Result<Report> {
        self.finish_watched(&mut |_| true)
    }

    /// As [`Profile::finish`], asking `watch` now and then whether to go on.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) when it says no.
    pub fn finish_watched(self, watch: &mut Watch<'_>) -> Result<Report> {
        let timeline = self.recording.finish(watch)?;
        drop(self.watching);
        let run = |run: crate::device::Run| KernelRun {
            name: run.label,
            bytes_read: run.read,
            bytes_written: run.written,
            seconds: run.time.map(|time| time.seconds),
            began: run.time.map(|time| time.began),
            ended: run.time.map(|time| time.ended),
        };
        Ok(Report {
            device: self.device,
            runs: timeline.runs.into_iter().map(run).collect(),
            submissions: timeline.submissions,
            ledger: self.ledger,
            started: timeline.began,
            began: self.began,
            elapsed: timeline.ended - timeline.began,
            uncertainty: timeline.uncertainty,
        })
    }
}

/// One run of a kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelRun {
    /// The functions that it applies, and its dtype: `"add_sqrt_float32"`.
    pub name: Arc<str>,
    /// Bytes of the elements that it reads: those that are broadcast count once.
    pub bytes_read: u64,
    /// Bytes of the elements that it writes.
    pub bytes_written: u64,
    /// How long it ran by the device's clock; None where the device has no timestamps.
    pub seconds: Option<f64>,
    /// When it began, on the host's clock, since the profile did.
    pub began: Option<Duration>,
    /// When it ended.
    pub ended: Option<Duration>,
}

/// All runs of the kernels of one name.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfiledKernel {
    /// The functions that it applies, and its dtype.
    pub name: String,
    /// How often it ran.
    pub calls: u64,
    /// How long, all runs together, by the device's clock; None where the device has no timestamps.
    pub seconds: Option<f64>,
    /// Bytes of the elements that it read.
    pub bytes_read: u64,
    /// Bytes of the elements that it wrote.
    pub bytes_written: u64,
}

impl ProfiledKernel {
    /// Bytes that it read and wrote.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes_read + self.bytes_written
    }

    /// Bytes in a second, as a part of `bandwidth`: 1.0 is as fast as a copy of memory. None where no time was measured.
    #[must_use]
    pub fn share(&self, bandwidth: f64) -> Option<f64> {
        let seconds = self.seconds.filter(|&seconds| seconds > 0.0)?;
        Some(self.bytes() as f64 / seconds / bandwidth)
    }
}

/// What a device ran while a profile was open. As text, it is a table of the kernels.
#[derive(Clone, Debug)]
pub struct Report {
    device: Device,
    runs: Vec<KernelRun>,
    submissions: Vec<Submission>,
    ledger: Arc<Ledger>,
    started: std::time::Instant,
    began: Duration,
    elapsed: Duration,
    uncertainty: Duration,
}

impl Report {
    /// The device.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The kernels that ran, by name; those first that took longest, or moved most where that is not known.
    #[must_use]
    pub fn kernels(&self) -> Vec<ProfiledKernel> {
        let mut places = HashMap::<&str, usize>::new();
        let mut kernels = Vec::<ProfiledKernel>::new();
        for run in &self.runs {
            let place = *places.entry(&run.name).or_insert(kernels.len());
            if place == kernels.len() {
                let name = run.name.to_string();
                kernels.push(ProfiledKernel {
                    name,
                    calls: 0,
                    seconds: run.seconds.map(|_| 0.0),
                    bytes_read: 0,
                    bytes_written: 0,
                });
            }
            let kernel = &mut kernels[place];
            kernel.calls += 1;
            kernel.seconds = kernel.seconds.zip(run.seconds).map(|(all, one)| all + one);
            kernel.bytes_read += run.bytes_read;
            kernel.bytes_written += run.bytes_written;
        }
        let cost = |kernel: &ProfiledKernel| (kernel.seconds.unwrap_or_default(), kernel.bytes());
        kernels.sort_by(|a, b| cost(b).partial_cmp(&cost(a)).unwrap_or(std::cmp::Ordering::Equal));
        kernels
    }

    /// Each run of a kernel, in order.
    #[must_use]
    pub fn runs(&self) -> &[KernelRun] {
        &self.runs
    }

    /// What crossed between host and device meanwhile, by any thread.
    #[must_use]
    pub fn transfers(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// How long kernels ran, all together, by the device's clock; None where it has no timestamps.
    #[must_use]
    pub fn seconds(&self) -> Option<f64> {
        let all = self.runs.iter().map(|run| run.seconds).sum::<Option<f64>>();
        all.filter(|_| self.device.has_timestamps())
    }

    /// How long the profile was open, by the host's clock, until the device had done everything.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How far the device's times may lie beside the host's in the trace, at most.
    #[must_use]
    pub fn uncertainty(&self) -> Duration {
        self.uncertainty
    }

    /// What the device's copies of memory read and write in a second: [`Device::copy_bandwidth`], which is measured when
    /// it is first asked for. None where that cannot be done.
    #[must_use]
    pub fn bandwidth(&self) -> Option<f64> {
        self.device.copy_bandwidth().ok().flatten()
    }

    /// The kernels, transfers and submissions over time, in the JSON that Perfetto and Chrome's `about:tracing` open. Times
    /// are microseconds since the profile began, on the host's clock.
    #[must_use]
    pub fn trace(&self) -> String {
        trace::write(self)
    }
}
