//! A thread of each device for what should not make its caller wait.

use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};

use crate::device::Device;

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
                // A job panicked: another thread takes its place.
                Err(mpsc::SendError(refused)) => job = refused,
            }
        }
        let (sender, receiver) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new().name(format!("farshore {self}"));
        if thread.spawn(move || receiver.into_iter().for_each(|job| job())).is_err() {
            drop(jobs);
            return job();
        }
        // The receiver lives as long as the thread does.
        let _ = sender.send(job);
        *jobs = Some(sender);
    }
}
