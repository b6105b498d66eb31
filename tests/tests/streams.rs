//! Frames of the host through a pipeline, and back.

use std::cell::Cell;

use farshore::{Array, DType, Device, Error, FrameError, Pipeline, Result, rows, scan, transfers};
use farshore_tests::{alone, device};

/// 6 operations, of which not all can share a kernel, and which tell frames apart.
fn process(inputs: &[Array]) -> Result<Vec<Array>> {
    let wide = inputs[0].astype(DType::Float32)?.multiply(0.5)?.add(3)?;
    let sums = scan(&rows::maximum, &wide, 0)?;
    Ok(vec![sums.add(&wide)?.floor()?.astype(DType::Uint8)?])
}

fn frame(number: usize, len: usize) -> Vec<u8> {
    (0..len).map(|at| u8::try_from((at * 7 + number * 31) % 128).unwrap()).collect()
}

fn wanted(device: &Device, number: usize, len: usize) -> Vec<u8> {
    let frame = Array::from_slice(device, &frame(number, len), &[len]).unwrap();
    process(&[frame]).unwrap()[0].to_vec().unwrap()
}

#[test]
fn frames_come_back_in_order() {
    let device = device();
    let pipeline = Pipeline::record(process);
    for (len, in_flight) in [(5, 1), (1000, 3), (300_000, 2), (300_000, 5)] {
        let frames = (0..20).map(|number| frame(number, len));
        let results = pipeline.stream::<u8, u8, _>(&device, &[len], frames).in_flight(in_flight);
        let results: Vec<Vec<u8>> = results.map(|result| result.unwrap()).collect();
        assert_eq!(results.len(), 20);
        for (number, result) in results.iter().enumerate() {
            assert_eq!(result, &wanted(&device, number, len), "frame {number}");
        }
    }
}

#[test]
fn no_more_frames_are_asked_for_than_are_under_way() {
    let device = device();
    let pipeline = Pipeline::record(process);
    let asked = Cell::new(0);
    let frames = (0..50).map(|number| {
        asked.set(asked.get() + 1);
        frame(number, 100)
    });
    let mut results = pipeline.stream::<u8, u8, _>(&device, &[100], frames);
    assert_eq!(asked.get(), 0);
    for taken in 1..=10 {
        results.next().unwrap().unwrap();
        assert_eq!(asked.get(), taken + 2);
    }
    // A consumer that stops early.
    drop(results);
    assert_eq!(asked.get(), 12);
    assert_eq!(wanted(&device, 3, 100).len(), 100);
}

#[test]
fn the_steady_state_makes_nothing_and_only_the_ends_cross() {
    let _alone = alone();
    let device = device();
    let pipeline = Pipeline::record(process);
    let len = 400_000;
    let run = |frames: usize| {
        let frames = (0..frames).map(|number| frame(number, len));
        let results = pipeline.stream::<u8, u8, _>(&device, &[len], frames);
        results.map(|result| result.unwrap().len()).sum::<usize>()
    };
    let first = Array::from_slice(&device, &frame(0, len), &[len]).unwrap();
    let kernels = pipeline.explain(&[&first]).unwrap().kernels.len() as u64;
    assert_eq!(run(10), 10 * len);
    let before = (device.counters(), device.memory().total);
    let scope = transfers(farshore::Rules::default());
    assert_eq!(run(50), 50 * len);
    let ledger = scope.ledger();
    let after = (device.counters(), device.memory().total);
    // How many results are on their way at once depends on when they come back: one more may have been missing so far.
    let one = farshore::shared_buffer_size(len as u64) * 9 / 8;
    assert!(after.0.buffers <= before.0.buffers + 1 && after.1 <= before.1 + one, "{before:?} {after:?}");
    assert_eq!(after.0.pipelines, before.0.pipelines);
    // Which buffer a frame gets depends on when the last ones came back: each kernel may still meet one for the first
    // time, but not with every frame.
    let (made, most) = (after.0.bind_groups - before.0.bind_groups, kernels * after.0.buffers);
    assert!(made <= most && most < 50 * kernels, "{made} bind groups, {most} at most");
    assert_eq!((ledger.bytes_to_device(), ledger.bytes_to_host()), (50 * len as u64, 50 * len as u64));
    assert_eq!(ledger.crossings().len(), 100);
    // All in the name of the line that made the stream.
    let callers = ledger.by_caller();
    assert_eq!(callers.len(), 1, "{callers:?}");
    assert!(callers[0].0.contains("streams.rs:"), "{callers:?}");
}

#[test]
fn a_frame_of_the_wrong_shape_fails_when_it_is_its_turn() {
    let device = device();
    let pipeline = Pipeline::record(process);
    let frames = (0..10).map(|number| frame(number, if number == 4 { 7 } else { 100 }));
    let results: Vec<_> = pipeline.stream::<u8, u8, _>(&device, &[100], frames).collect();
    assert_eq!(results.len(), 5);
    for (number, result) in results[..4].iter().enumerate() {
        assert_eq!(result.as_ref().unwrap(), &wanted(&device, number, 100));
    }
    let Err(FrameError { frame: 4, error: Error::Value { .. } }) = &results[4] else { panic!("{results:?}") };
    assert!(results[4].as_ref().unwrap_err().to_string().contains("frame 4"));
    assert!(Error::from(results[4].clone().unwrap_err()).to_string().contains("frame 4"));
    // What the pipeline gives may not be what is asked for.
    let wrong = pipeline.stream::<u8, f32, _>(&device, &[100], [frame(0, 100)]).next().unwrap();
    assert!(matches!(wrong, Err(FrameError { frame: 0, error: Error::Value { .. } })));
    let two = Pipeline::record(|inputs| Ok(vec![inputs[0].add(1)?, inputs[0].add(2)?]));
    let two = two.stream::<u8, u8, _>(&device, &[100], [frame(0, 100)]).next().unwrap();
    assert!(two.unwrap_err().to_string().contains("2 outputs"));
}
