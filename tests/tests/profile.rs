//! Proves that a profile counts each kernel and each byte, that times are plausible and lie where the host was, and
//! that nothing else changes: neither results nor what a program creates.

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use farshore::{Array, Counters, DType, Pipeline, ProfiledKernel, Report, Result, profile};
use farshore_tests::{alone, device};
use serde_json::Value;

fn numbers(shape: &[usize]) -> Array {
    let values: Vec<f32> = (0..shape.iter().product::<usize>()).map(|at| at as f32).collect();
    Array::from_slice(&device(), &values, shape).unwrap()
}

fn profiled(work: impl FnOnce() -> Result<()>) -> Report {
    let profile = profile(&device()).unwrap();
    work().unwrap();
    profile.finish().unwrap()
}

/// Name, calls, bytes read, bytes written of each kernel.
fn counted(report: &Report) -> Vec<(String, u64, u64, u64)> {
    let mut kernels: Vec<_> =
        report.kernels().into_iter().map(|k| (k.name, k.calls, k.bytes_read, k.bytes_written)).collect();
    kernels.sort();
    kernels
}

#[test]
fn bytes_are_those_of_the_elements_that_are_reached() {
    let _alone = alone();
    let n = 10_007;
    let (x, y, column) = (numbers(&[n]), numbers(&[n]), numbers(&[100, 1]));
    let square = numbers(&[100, 100]);
    let one = |work: &dyn Fn() -> Result<Array>| counted(&profiled(|| work()?.evaluate()));
    let n = n as u64;
    let name = |name: &str| name.to_owned();
    assert_eq!(one(&|| x.add(&y)), [(name("add_float32"), 1, 8 * n, 4 * n)]);
    assert_eq!(one(&|| x.add(&x)), [(name("add_float32"), 1, 4 * n, 4 * n)]);
    assert_eq!(one(&|| x.add(2.0)?.sqrt()), [(name("add_sqrt_float32"), 1, 4 * n, 4 * n)]);
    // What is broadcast is read once; of a view, its own elements are.
    assert_eq!(one(&|| square.add(&column)), [(name("add_float32"), 1, 40_400, 40_000)]);
    let part = [farshore::Index::Ellipsis, farshore::Index::At(7)];
    assert_eq!(one(&|| square.index(&part)?.copy()), [(name("copy_uint32"), 1, 400, 400)]);
    assert_eq!(one(&|| x.astype(DType::Uint8)), [(name("copy_uint8"), 1, 4 * n, n)]);
}

#[test]
fn kernels_are_called_as_in_their_explanation() {
    let _alone = alone();
    let x = numbers(&[64, 256]);
    let total = |x: &Array| farshore::reduce(&farshore::rows::add, x, &[1], true);
    for work in [&|| x.multiply(2.0)?.exp() as Result<Array>, &|| x.divide(&total(&x)?) as Result<Array>]
        as [&dyn Fn() -> Result<Array>; 2]
    {
        let result = work().unwrap();
        let plan = result.explain().unwrap();
        let report = profiled(|| result.evaluate());
        assert_eq!(report.runs().len(), plan.kernels.len());
        for (run, planned) in report.runs().iter().zip(&plan.kernels) {
            assert!(run.name.starts_with(&planned.functions.join("_")), "{} {planned:?}", run.name);
            let bytes = (run.bytes_read as usize, run.bytes_written as usize);
            assert_eq!(bytes, (planned.bytes_read(), planned.bytes_written()), "{}", run.name);
        }
    }
}

/// More dispatches than one set of queries takes, in many submissions.
#[test]
fn every_run_is_counted_and_timed() {
    let _alone = alone();
    let x = numbers(&[1000]);
    let start = Instant::now();
    let report = profiled(|| {
        for k in 0..5000 {
            x.add(f64::from(k))?.evaluate()?;
            if k % 5 == 0 {
                x.multiply(f64::from(k))?.evaluate()?;
            }
        }
        Ok(())
    });
    let wall = start.elapsed().as_secs_f64();
    assert_eq!(
        counted(&report),
        [
            ("add_float32".to_owned(), 5000, 20_000_000, 20_000_000),
            ("multiply_float32".to_owned(), 1000, 4_000_000, 4_000_000)
        ]
    );
    assert_eq!(report.runs().len(), 6000);
    let seconds = report.seconds().unwrap();
    assert!(seconds > 0.0 && seconds < report.elapsed().as_secs_f64());
    assert!(report.elapsed().as_secs_f64() <= wall);
    let mut last = std::time::Duration::ZERO;
    for run in report.runs() {
        let (began, ended) = (run.began.unwrap(), run.ended.unwrap());
        assert!(run.seconds.unwrap() > 0.0, "{run:?}");
        assert!(last <= began && began <= ended, "runs are in order: {run:?}");
        assert!(ended <= report.elapsed() + report.uncertainty());
        last = ended;
    }
    let sum: f64 = report.kernels().iter().filter_map(|kernel| kernel.seconds).sum();
    assert!((sum - seconds).abs() <= 1e-9 * seconds);
}

#[test]
fn nothing_else_changes() {
    let _alone = alone();
    let device = device();
    let x = numbers(&[3000]);
    let work = || x.multiply(3.0)?.subtract(&x)?.to_vec::<f32>();
    let expected = work().unwrap();
    let grown = |work: &dyn Fn()| {
        let before = device.counters();
        work();
        let after = device.counters();
        Counters {
            buffers: after.buffers - before.buffers,
            bind_groups: after.bind_groups - before.bind_groups,
            pipelines: after.pipelines - before.pipelines,
            dispatches: after.dispatches - before.dispatches,
            submissions: 0,
            nodes: after.nodes - before.nodes,
        }
    };
    let without = grown(&|| assert_eq!(work().unwrap(), expected));
    let with = grown(&|| {
        let report = profiled(|| {
            assert_eq!(work()?, expected);
            Ok(())
        });
        assert_eq!(report.transfers().bytes_to_host(), 12_000);
        assert_eq!(report.transfers().len(), 1, "the profile's own reading is no crossing");
    });
    assert_eq!(with, without);
}

#[test]
fn replays_are_counted_as_what_they_replay() {
    let _alone = alone();
    let x = numbers(&[64, 256]);
    let work = |inputs: &[Array]| {
        let x = inputs[0].multiply(2.0)?.exp()?;
        let total = farshore::reduce(&farshore::rows::add, &x, &[0], true)?;
        Ok(vec![x.add(&total)?])
    };
    let pipeline = Pipeline::record(work);
    pipeline.run(&[&x]).unwrap();
    device().synchronize().unwrap();
    let once = counted(&profiled(|| work(std::slice::from_ref(&x))?[0].evaluate()));
    let twice = profiled(|| (0..2).try_for_each(|_| pipeline.run(&[&x]).map(drop)));
    let doubled = |(name, calls, read, written): &(String, u64, u64, u64)| {
        (name.clone(), 2 * calls, 2 * read, 2 * written)
    };
    assert_eq!(counted(&twice), once.iter().map(doubled).collect::<Vec<_>>());
    assert!(twice.runs().iter().all(|run| run.seconds.unwrap() > 0.0));
}

/// A profile that is dropped is closed, and another sees only what comes after its beginning.
#[test]
fn profiles_one_after_the_other_and_inside_each_other() {
    let _alone = alone();
    let x = numbers(&[100]);
    let run = |k: i32| x.add(k).unwrap().evaluate();
    drop(profile(&device()).unwrap());
    let outer = profile(&device()).unwrap();
    run(1).unwrap();
    let inner = profile(&device()).unwrap();
    run(2).unwrap();
    // The device's work of every thread is seen.
    thread::scope(|scope| {
        scope.spawn(|| run(3).unwrap());
    });
    let inner = inner.finish().unwrap();
    run(4).unwrap();
    // Measuring how fast a copy is stays out of it.
    assert!(inner.bandwidth().unwrap() > 1e8);
    let outer = outer.finish().unwrap();
    assert_eq!((inner.runs().len(), outer.runs().len()), (2, 4));
    assert!(inner.runs().iter().chain(outer.runs()).all(|run| run.seconds.unwrap() > 0.0));
    run(5).unwrap();
    let empty = profile(&device()).unwrap().finish().unwrap();
    assert!(empty.runs().is_empty() && empty.kernels().is_empty());
    assert_eq!(empty.seconds(), Some(0.0));
    assert!(empty.to_string().contains("no kernels"));
}

#[test]
fn profiles_of_several_threads_at_once() {
    let _alone = alone();
    let all: Vec<Vec<ProfiledKernel>> = thread::scope(|scope| {
        let thread = |number: i32| {
            scope.spawn(move || {
                let x = numbers(&[500]);
                let mut last = Vec::new();
                for k in 0..20 {
                    let report = profiled(|| x.add(number + k)?.evaluate());
                    assert!(report.runs().iter().all(|run| run.seconds.is_some()));
                    last = report.kernels();
                }
                last
            })
        };
        let threads: Vec<_> = (0..4).map(thread).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(all.iter().all(|kernels| kernels[0].calls >= 1));
}

#[test]
fn a_copy_reaches_a_good_part_of_the_bandwidth() {
    let _alone = alone();
    let x = numbers(&[16 << 20]);
    let report = profiled(|| (0..5).try_for_each(|_| x.copy()?.evaluate()));
    let bandwidth = report.bandwidth().unwrap();
    assert_eq!(report.bandwidth(), Some(bandwidth), "measured once");
    let share = report.kernels()[0].share(bandwidth).unwrap();
    assert!((0.2..3.0).contains(&share), "{share} of {bandwidth}");
}

#[test]
fn the_table_has_a_line_for_each_kernel_and_their_sum() {
    let _alone = alone();
    let x = numbers(&[1 << 16]);
    let report = profiled(|| {
        for _ in 0..3 {
            x.add(1.0)?.evaluate()?;
        }
        x.multiply(2.0)?.exp()?.to_vec::<f32>().map(drop)
    });
    let text = report.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with(&device().to_string()), "{text}");
    assert!(lines[1].starts_with("kernel ") && lines[1].ends_with("of copy"), "{text}");
    let words = |line: &str| line.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>();
    let mut rows = [words(lines[2]), words(lines[3])];
    rows.sort();
    assert_eq!(rows, [["add_float32", "3"], ["multiply_exp_float32", "1"]], "{text}");
    assert!(lines[4].starts_with("2 kernels ") && lines[4].contains(" 4 "), "{text}");
    assert!(text.contains("1 transfer: 256.0 KiB to host, 0 bytes to device"), "{text}");
    let widths: Vec<usize> = lines[1..5].iter().map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|&width| width == widths[0]), "{text}");
}

#[test]
fn the_trace_has_every_event_in_order() {
    let _alone = alone();
    let x = numbers(&[1 << 20]);
    let report = profiled(|| {
        let y = x.add(1.0)?;
        y.to_vec::<f32>()?;
        y.set(&vec![1.0_f32; 1 << 20])?;
        y.multiply(2.0)?.evaluate()
    });
    let trace: Value = serde_json::from_str(&report.trace()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let named = |name: &str| events.iter().filter(|event| event["name"] == name).collect::<Vec<_>>();
    let (add, multiply) = (named("add_float32"), named("multiply_float32"));
    assert_eq!((add.len(), multiply.len(), named("to host").len(), named("to device").len()), (1, 1, 1, 1));
    assert_eq!(add[0]["args"]["bytes read"], 4 << 20);
    assert!(!named("submit").is_empty());
    let number = |event: &Value, key: &str| event[key].as_f64().unwrap();
    let timed: Vec<&Value> = events.iter().filter(|event| event["ph"] == "X").collect();
    let mut last = 0.0;
    for event in &timed {
        let (ts, dur) = (number(event, "ts"), number(event, "dur"));
        assert!(ts >= last && dur >= 0.0 && (ts + dur).is_finite(), "{event}");
        last = ts;
    }
    // The kernel ran between the submission that had it and the end of the transfer that waited for it.
    let slack = number(&trace["otherData"], "clock uncertainty in us");
    let end = |event: &Value| number(event, "ts") + number(event, "dur");
    let to_host = named("to host")[0];
    assert!(slack > 0.0 && slack < 20_000.0, "{slack}");
    assert!(number(named("submit")[0], "ts") <= number(add[0], "ts") + slack);
    assert!(end(add[0]) <= end(to_host) + slack, "{add:?} {to_host}");
    assert!(to_host["args"]["asked by"].as_str().unwrap().contains("profile.rs:"));
    assert_eq!(trace["otherData"]["timestamps"], true);
}

/// Notes the names of spans and the messages of events.
#[derive(Default)]
struct Names(Mutex<Vec<String>>);

impl tracing::Subscriber for &'static Names {
    fn enabled(&self, of: &tracing::Metadata<'_>) -> bool {
        of.target().starts_with("farshore")
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        self.0.lock().unwrap().push(span.metadata().name().to_owned());
        tracing::span::Id::from_u64(1)
    }
    fn event(&self, event: &tracing::Event<'_>) {
        let mut message = |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            if field.name() == "message" {
                self.0.lock().unwrap().push(format!("{value:?}"));
            }
        };
        event.record(&mut message);
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn subscribers_of_tracing_are_told() {
    let _alone = alone();
    let x = numbers(&[1234]);
    device().synchronize().unwrap();
    let names: &'static Names = Box::leak(Box::default());
    tracing::subscriber::with_default(names, || {
        // A chain that no other test has, to be compiled here.
        let y = x.cbrt().unwrap().add(&x.log2().unwrap().multiply(0.25).unwrap().cos().unwrap()).unwrap();
        y.to_vec::<f32>().unwrap();
        x.set(&vec![1.0_f32; 1234]).unwrap();
    });
    let found = names.0.lock().unwrap().clone();
    let (to_host, to_device) = (["to host", "transfer"], ["to device", "submit", "transfer"]);
    let expected = [&["evaluate", "compile", "dispatch", "submit"][..], &to_host, &to_device].concat();
    assert_eq!(found, expected);
}
