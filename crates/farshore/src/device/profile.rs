//! What a device runs while a profile is open: each kernel with its bytes and, where the device has timestamps, when it
//! began and ended.

use std::cell::Cell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::device::timer::{Clock, Page, Timer};
use crate::device::{Device, Watch};
use crate::error::Result;

/// What the recorder notes while at least one profile is open.
#[derive(Default)]
pub struct Profiler {
    /// Profiles that are open.
    open: usize,
    runs: Vec<Noted>,
    submissions: Vec<Submission>,
    /// None where the device has no timestamps.
    timer: Option<Timer>,
    pages: Vec<Arc<Mutex<Page>>>,
}

/// One run of a kernel.
#[derive(Clone, Debug)]
struct Noted {
    label: Arc<str>,
    read: u64,
    written: u64,
    unseen: bool,
}

thread_local! {
    /// Whether what this thread runs is not for the profiles of others.
    static UNSEEN: Cell<bool> = const { Cell::new(false) };
}

/// A batch of work that was handed to the driver.
#[derive(Clone, Copy, Debug)]
pub struct Submission {
    pub began: Instant,
    pub ended: Instant,
    pub dispatches: usize,
}

/// One run of a kernel, in a [`Timeline`].
#[derive(Clone, Debug)]
pub struct Run {
    pub label: Arc<str>,
    /// Bytes of elements that it reads and writes.
    pub read: u64,
    pub written: u64,
    /// None where the device has no timestamps.
    pub time: Option<RunTime>,
}

/// When a kernel ran.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunTime {
    /// As long as the device's clock says, in seconds.
    pub seconds: f64,
    /// On the host's clock, since the profile began.
    pub began: Duration,
    pub ended: Duration,
}

/// What a device ran.
pub struct Timeline {
    pub runs: Vec<Run>,
    pub submissions: Vec<Submission>,
    pub began: Instant,
    pub ended: Instant,
    /// How far the runs may lie beside what the host did, at most.
    pub uncertainty: Duration,
}

impl Profiler {
    pub fn new(device: &Device) -> Result<Self> {
        Ok(Self { timer: Timer::new(device)?, ..Self::default() })
    }

    /// Notes a dispatch that is recorded next, and the bytes that it has a use for; gives the pass for it alone, whose times
    /// are taken. No pass is open.
    pub fn begin(
        &mut self,
        device: &Device,
        encoder: &mut wgpu::CommandEncoder,
        label: &Arc<str>,
        (read, written): (u64, u64),
    ) -> Result<Option<wgpu::ComputePass<'static>>> {
        if self.timer.as_ref().is_some_and(Timer::is_full) {
            self.collect(device, encoder)?;
        }
        self.runs.push(Noted { label: Arc::clone(label), read, written, unseen: UNSEEN.get() });
        Ok(self.timer.as_mut().map(|timer| timer.pass(encoder)))
    }

    /// Records that the times so far are copied to where the host reads them. No pass is open.
    pub fn collect(&mut self, device: &Device, encoder: &mut wgpu::CommandEncoder) -> Result<()> {
        let timed = self.runs.len();
        if let Some(page) =
            self.timer.as_mut().map(|timer| timer.collect(device, encoder, timed)).transpose()?
        {
            self.pages.extend(page.map(|page| Arc::new(Mutex::new(page))));
        }
        Ok(())
    }

    pub fn submitted(&mut self, began: Instant, dispatches: usize) {
        self.submissions.push(Submission { began, ended: Instant::now(), dispatches });
    }

    /// Ticks of `len` runs from number `first` on, once the device has done what was collected.
    pub fn ticks(
        pages: &[Arc<Mutex<Page>>],
        device: &Device,
        first: usize,
        len: usize,
    ) -> Result<Vec<Option<[u64; 2]>>> {
        let mut found = vec![None; len];
        for page in pages {
            let mut page = page.lock().unwrap_or_else(PoisonError::into_inner);
            let (start, ticks) = page.read(device)?;
            for (at, ticks) in (start..).zip(ticks) {
                if let Some(slot) = at.checked_sub(first).and_then(|at| found.get_mut(at)) {
                    *slot = Some(*ticks);
                }
            }
        }
        Ok(found)
    }

    pub fn pages(&self) -> Vec<Arc<Mutex<Page>>> {
        self.pages.clone()
    }
}

/// A profile that is open, until this is dropped.
pub struct Recording {
    device: Device,
    began: Instant,
    /// The numbers of the first run and the first submission that are its own.
    first: (usize, usize),
    clock: Option<Clock>,
    /// Whether it sees what is unseen, and that alone; this is its thread's then.
    unseen: bool,
}

impl Recording {
    /// Opens a profile, once the device has done what was recorded before.
    pub fn start(device: &Device, watch: &mut Watch<'_>) -> Result<Self> {
        device.synchronize_watched(watch)?;
        let clock = Clock::read(device)?;
        let mut recorder = device.recorder();
        if recorder.profiler.is_none() {
            recorder.profiler = Some(Box::new(Profiler::new(device)?));
        }
        let first = recorder.profiler.as_mut().map_or((0, 0), |profiler| {
            profiler.open += 1;
            (profiler.runs.len(), profiler.submissions.len())
        });
        drop(recorder);
        Ok(Self { device: device.clone(), began: Instant::now(), first, clock, unseen: false })
    }

    /// Opens one of what this thread runs, which no other profile sees.
    pub fn start_unseen(device: &Device) -> Result<Self> {
        let mut recording = Self::start(device, &mut |_| true)?;
        recording.unseen = true;
        UNSEEN.set(true);
        Ok(recording)
    }

    /// Waits until the device has done what was recorded; gives what it ran since the profile was opened.
    pub fn finish(self, watch: &mut Watch<'_>) -> Result<Timeline> {
        let device = &self.device;
        let (runs, submissions, pages) = {
            let mut recorder = device.recorder();
            recorder.collect_times(device)?;
            recorder.submit(device)?;
            let Some(profiler) = &recorder.profiler else {
                return Err(device.error("a profile was closed before it was finished"));
            };
            let (runs, submissions) = (&profiler.runs[self.first.0..], &profiler.submissions[self.first.1..]);
            (runs.to_vec(), submissions.to_vec(), profiler.pages())
        };
        device.wait_watched(&device.fence(), 0, watch)?;
        let ended = Instant::now();
        let clocks = self.clock.zip(Clock::read(device)?);
        let ticks = Profiler::ticks(&pages, device, self.first.0, runs.len())?;
        let run = |(noted, ticks): (Noted, Option<[u64; 2]>)| {
            let time = clocks.zip(ticks).map(|((first, last), [began, ended])| RunTime {
                seconds: first.seconds(began, ended),
                began: first.moment(&last, began, self.began),
                ended: first.moment(&last, ended, self.began),
            });
            Run { label: noted.label, read: noted.read, written: noted.written, time }
        };
        Ok(Timeline {
            runs: runs
                .into_iter()
                .zip(ticks)
                .filter(|(noted, _)| noted.unseen == self.unseen)
                .map(run)
                .collect(),
            submissions,
            began: self.began,
            ended,
            uncertainty: clocks
                .map_or(Duration::ZERO, |(first, last)| first.uncertainty.max(last.uncertainty)),
        })
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if self.unseen {
            UNSEEN.set(false);
        }
        let mut recorder = self.device.recorder();
        if let Some(profiler) = &mut recorder.profiler {
            profiler.open -= 1;
            if profiler.open == 0 {
                recorder.profiler = None;
            }
        }
    }
}

impl Device {
    /// Whether kernels can be timed.
    #[must_use]
    pub fn has_timestamps(&self) -> bool {
        self.0.driver.features.contains(wgpu::Features::TIMESTAMP_QUERY)
    }
}
