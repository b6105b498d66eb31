//! A report over time, in the trace event format of Chrome: <https://perfetto.dev> opens it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::profile::Report;
use crate::transfer::Crossing;

/// Tracks: a process for the host, one for the device.
const HOST: u32 = 1;
const DEVICE: u32 = 2;
const SUBMISSIONS: u32 = 1;
const KERNELS: u32 = 1;
/// Transfers at the same time have one each, from this number on.
const TRANSFERS: u32 = 2;

pub fn write(report: &Report) -> String {
    let mut events = vec![name("process", HOST, 0, "host"), name("thread", HOST, SUBMISSIONS, "submissions")];
    let device = format!("{}: {}", report.device, report.device.adapter().name);
    events.push(name("process", DEVICE, 0, &device));
    events.push(name("thread", DEVICE, KERNELS, "kernels"));
    let mut timed = Vec::new();
    for run in &report.runs {
        let (Some(began), Some(ended)) = (run.began, run.ended) else { continue };
        let facts = json!({
            "bytes read": run.bytes_read,
            "bytes written": run.bytes_written,
            "device seconds": run.seconds,
        });
        timed.push((began, event(DEVICE, KERNELS, &run.name, (began, ended), facts)));
    }
    for one in &report.submissions {
        let began = one.began.saturating_duration_since(report.started);
        let ended = one.ended.saturating_duration_since(report.started);
        let facts = json!({ "kernels": one.dispatches });
        timed.push((began, event(HOST, SUBMISSIONS, "submit", (began, ended), facts)));
    }
    let lanes = lanes(report.ledger.crossings());
    for (lane, crossings) in (TRANSFERS..).zip(&lanes) {
        events.push(name("thread", HOST, lane, "transfers"));
        timed.extend(crossings.iter().flat_map(|one| crossing(one, lane, report.began)));
    }
    // Of events that begin together, what is around the others comes first, as it was pushed.
    timed.sort_by_key(|(began, _)| *began);
    events.extend(timed.into_iter().map(|(_, event)| event));
    let trace = json!({
        "traceEvents": events,
        "displayTimeUnit": "ms",
        "otherData": {
            "device": device,
            "driver": report.device.adapter().driver,
            "timestamps": report.device.has_timestamps(),
            "clock uncertainty in us": micros(report.uncertainty),
            "version": env!("CARGO_PKG_VERSION"),
        },
    });
    trace.to_string()
}

/// A crossing, and within it the time that kernels were waited for and that bytes were copied.
fn crossing(one: &Crossing, lane: u32, start: Duration) -> [(Duration, Value); 3] {
    let began = one.started.saturating_sub(start);
    let ended = one.ended.saturating_sub(start);
    // At its end: before that, what the bytes depend on is recorded.
    let waited = ended.saturating_sub(one.copied).max(began);
    let recorded = waited.saturating_sub(one.waited).max(began);
    let facts = json!({
        "bytes": one.nbytes,
        "kind": one.kind.name(),
        "words": one.spoken.name(),
        "asked by": one.caller,
        "device": one.device,
    });
    [
        (began, event(HOST, lane, one.direction.name(), (began, ended), facts)),
        (recorded, event(HOST, lane, "waited for kernels", (recorded, waited), json!({}))),
        (waited, event(HOST, lane, "copied", (waited, ended), json!({}))),
    ]
}

/// Crossings in rows, in each of which one ends before the next begins.
fn lanes(mut crossings: Vec<Crossing>) -> Vec<Vec<Crossing>> {
    crossings.sort_by_key(|one| one.started);
    let mut lanes: Vec<Vec<Crossing>> = Vec::new();
    for one in crossings {
        let free = |lane: &&mut Vec<Crossing>| lane.last().is_none_or(|last| last.ended <= one.started);
        match lanes.iter_mut().find(free) {
            Some(lane) => lane.push(one),
            None => lanes.push(vec![one]),
        }
    }
    lanes
}

fn name(what: &str, process: u32, thread: u32, name: &str) -> Value {
    json!({
        "name": format!("{what}_name"),
        "ph": "M",
        "pid": process,
        "tid": thread,
        "args": { "name": name },
    })
}

fn event(process: u32, thread: u32, name: &str, (began, ended): (Duration, Duration), args: Value) -> Value {
    json!({
        "name": name,
        "ph": "X",
        "pid": process,
        "tid": thread,
        "ts": micros(began),
        "dur": micros(ended.saturating_sub(began)),
        "args": args,
    })
}

/// The format's unit. Whole nanoseconds, so that what ends when the next begins does so after rounding too.
fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}
