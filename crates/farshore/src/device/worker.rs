//! A thread of each device for what should not make its caller wait.

use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};

use crate::device::{Device, adapter};

type Job = Box<dyn FnOnce() + Send>;

/// Started with the first job, ends with the device.
#[derive(Default)]
pub struct Worker(Mutex<Option<Sender<Job>>>);

impl Device {
    /// Runs `job` on the device's thread, after the jobs given before. Where no thread can be started, it runs here.
    pub(crate) fn later(&self, job: impl FnOnce() + Send + 'static) {
        let mut jobs = self.0.worker.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut job: Job = Box::new(job);
        if let Some(sender) = &*jobs {
            match sender.send(job) {
                Ok(()) => return,
                // The thread is gone: another takes its place.
                Err(mpsc::SendError(refused)) => job = refused,
            }
        }
        let (sender, receiver) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new().name(format!("farshore {self}"));
        if thread.spawn(move || receiver.into_iter().for_each(run)).is_err() {
            drop(jobs);
            return run(job);
        }
        // The receiver lives as long as the thread does.
        let _ = sender.send(job);
        *jobs = Some(sender);
    }
}

/// A panic must not take the jobs behind it along. What the job had promised says so when it is dropped.
fn run(job: Job) {
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
}

/// Waits until every device's thread has done the jobs that it was given, ten seconds at most: a process that ends in the
/// middle of one may end badly.
pub fn finish() {
    for device in adapter::opened() {
        let (sender, receiver) = mpsc::channel();
        let jobs = device.0.worker.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let last: Job = Box::new(move || {
            let _ = sender.send(());
        });
        if jobs.is_some_and(|jobs| jobs.send(last).is_ok()) {
            // An answer, or none: there is nothing else to do.
            let _ = receiver.recv_timeout(std::time::Duration::from_secs(10));
        }
    }
}
