//! Timestamps: the queries that take them, what they say on the host's clock.

use std::time::{Duration, Instant};

use crate::device::{Device, staging};
use crate::error::Result;

/// Takes the times at which passes begin and end.
pub struct Timer {
    set: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    /// Passes that the set has room for, and that are timed.
    room: u32,
    used: u32,
}

/// Bytes of the two times of a pass.
const PAIR: u64 = 2 * wgpu::QUERY_SIZE as u64;

/// Times of passes, on their way to the host.
pub struct Page {
    /// The number of the first of the passes.
    first: usize,
    stage: Option<wgpu::Buffer>,
    nbytes: u64,
    ticks: Vec<[u64; 2]>,
}

impl Timer {
    /// One for as many passes as a set of queries can have; None where the device has no timestamps.
    pub fn new(device: &Device) -> Result<Option<Self>> {
        Self::with_room(device, wgpu::QUERY_SET_MAX_QUERIES / 2)
    }

    fn with_room(device: &Device, room: u32) -> Result<Option<Self>> {
        if !device.has_timestamps() {
            return Ok(None);
        }
        let made = device.scoped(|| Self {
            set: device.0.wgpu.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("times"),
                ty: wgpu::QueryType::Timestamp,
                count: 2 * room,
            }),
            resolved: device.0.wgpu.create_buffer(&wgpu::BufferDescriptor {
                label: Some("times"),
                size: u64::from(room) * PAIR,
                usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: false,
            }),
            room,
            used: 0,
        });
        made.map(Some)
    }

    pub const fn is_full(&self) -> bool {
        self.used == self.room
    }

    /// A pass whose times are taken. There is room for it.
    pub fn pass(&mut self, encoder: &mut wgpu::CommandEncoder) -> wgpu::ComputePass<'static> {
        let timestamp_writes = Some(wgpu::ComputePassTimestampWrites {
            query_set: &self.set,
            beginning_of_pass_write_index: Some(2 * self.used),
            end_of_pass_write_index: Some(2 * self.used + 1),
        });
        self.used += 1;
        let descriptor = wgpu::ComputePassDescriptor { label: None, timestamp_writes };
        encoder.begin_compute_pass(&descriptor).forget_lifetime()
    }

    /// Records that the times are copied to where the host reads them, and makes room; the last of their passes has the
    /// number `end - 1`. None when there are none.
    pub fn collect(
        &mut self,
        device: &Device,
        encoder: &mut wgpu::CommandEncoder,
        end: usize,
    ) -> Result<Option<Page>> {
        if self.used == 0 {
            return Ok(None);
        }
        let nbytes = u64::from(self.used) * PAIR;
        let stage = staging::stage(device, nbytes)?;
        encoder.resolve_query_set(&self.set, 0..2 * self.used, &self.resolved, 0);
        encoder.copy_buffer_to_buffer(&self.resolved, 0, &stage, 0, nbytes);
        let first = end - self.used as usize;
        self.used = 0;
        Ok(Some(Page { first, stage: Some(stage), nbytes, ticks: Vec::new() }))
    }
}

impl Page {
    /// The number of the first pass, and the times of all, once the device has done the copy.
    pub fn read(&mut self, device: &Device) -> Result<(usize, &[[u64; 2]])> {
        if let Some(stage) = &self.stage {
            self.ticks = staging::read(device, stage, self.nbytes)?;
            self.stage = None;
        }
        Ok((self.first, &self.ticks))
    }
}

/// What the device's clock and the host's say at the same moment.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    host: Instant,
    ticks: u64,
    /// Seconds of a tick.
    period: f64,
    /// How far apart the two moments are, at most.
    pub uncertainty: Duration,
}

impl Clock {
    /// Has an idle device take its time; None where it has no timestamps.
    pub fn read(device: &Device) -> Result<Option<Self>> {
        const TRIES: usize = 5;
        let Some(mut timer) = Timer::with_room(device, 1)? else { return Ok(None) };
        let mut best: Option<Self> = None;
        for _ in 0..TRIES {
            let mut encoder =
                device.0.wgpu.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            drop(timer.pass(&mut encoder));
            let page = timer.collect(device, &mut encoder, 1)?;
            let commands = encoder.finish();
            let before = Instant::now();
            let submission = device.scoped(|| device.0.queue.submit([commands]))?;
            device.wait(Some(submission))?;
            let uncertainty = before.elapsed() / 2;
            let Some(mut page) = page else { continue };
            let Some(&[ticks, _]) = page.read(device)?.1.first() else { continue };
            if best.is_none_or(|best| uncertainty < best.uncertainty) {
                let period = f64::from(device.0.queue.get_timestamp_period()) * 1e-9;
                best = Some(Self { host: before + uncertainty, ticks, period, uncertainty });
            }
        }
        Ok(best)
    }

    /// The seconds from one of the device's times to another, 0 if that is not later.
    pub fn seconds(&self, began: u64, ended: u64) -> f64 {
        ended.saturating_sub(began) as f64 * self.period
    }

    /// How long after `start` the device's clock said `ticks`, between this reading of both clocks and the `last`:
    /// they may not run equally fast.
    pub fn moment(&self, last: &Self, ticks: u64, start: Instant) -> Duration {
        let between = self.seconds(self.ticks, last.ticks);
        let host = last.host.saturating_duration_since(self.host).as_secs_f64();
        let pace = if between > 0.0 { host / between } else { 1.0 };
        let at = self.host + Duration::from_secs_f64(self.seconds(self.ticks, ticks) * pace);
        at.saturating_duration_since(start)
    }
}
