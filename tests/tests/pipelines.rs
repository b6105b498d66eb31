//! Recorded pipelines: what they give, what they make, what they refuse.

use farshore::{
    Array, Bounds, DType, Device, Error, Index, Pipeline, Plan, Recording, ReductionKernel, Result, Ufunc,
    gather, nonzero, reduce, rows, scan,
};
use farshore_tests::{alone, device};

fn floats(device: &Device, values: impl IntoIterator<Item = f32>) -> Array {
    let values: Vec<f32> = values.into_iter().collect();
    Array::from_slice(device, &values, &[values.len()]).expect("an array")
}

/// All elements of an array with one axis combined, that axis kept.
fn whole(ufunc: &'static Ufunc, x: &Array) -> Result<Array> {
    reduce(ufunc, x, &[0], true)
}

/// A hundred operations, not all of which can share a kernel.
fn hundred(inputs: &[Array]) -> Result<Vec<Array>> {
    let mut x = inputs[0].clone();
    for round in 0..20 {
        x = x.multiply(1.01)?.add(&inputs[1])?.sin()?;
        if round % 5 == 4 {
            x = x.subtract(&whole(&rows::maximum, &x)?)?;
        }
        x = x.abs()?.sqrt()?;
    }
    Ok(vec![x])
}

#[test]
fn a_replay_gives_what_the_function_gives_and_makes_nothing() {
    let _alone = alone();
    let device = device();
    let inputs: Vec<[Array; 2]> = (0..50_u8)
        .map(|seed| {
            let number = |place: u32| f32::from(seed).mul_add(0.37, place as f32 * 0.013).sin();
            [floats(&device, (0..1000).map(number)), floats(&device, (0..1000).map(|at| number(at * 7)))]
        })
        .collect();
    let wanted: Vec<Vec<f32>> =
        inputs.iter().map(|pair| hundred(pair).unwrap()[0].to_vec().unwrap()).collect();
    let pipeline = Pipeline::record(hundred);
    for _ in 0..2 {
        let [a, b] = &inputs[0];
        drop(pipeline.run(&[a, b]).unwrap()[0].to_vec::<f32>().unwrap());
    }
    let before = device.counters();
    for ([a, b], wanted) in inputs.iter().zip(&wanted) {
        assert_eq!(&pipeline.run(&[a, b]).unwrap()[0].to_vec::<f32>().unwrap(), wanted);
    }
    let after = device.counters();
    assert_eq!(
        (after.nodes, after.buffers, after.bind_groups, after.pipelines),
        (before.nodes, before.buffers, before.bind_groups, before.pipelines)
    );
    assert!(after.dispatches > before.dispatches);
}

#[test]
fn results_of_several_runs_are_apart() {
    let device = device();
    let pipeline = Pipeline::record(|inputs| Ok(vec![inputs[0].add(1.0)?, inputs[0].multiply(2.0)?]));
    let inputs: Vec<Array> = (0..5_u8).map(|n| floats(&device, [f32::from(n), 10.0])).collect();
    let all: Vec<Vec<Array>> = inputs.iter().map(|input| pipeline.run(&[input]).unwrap()).collect();
    for (number, outputs) in all.iter().enumerate() {
        let number = number as f32;
        assert_eq!(outputs[0].to_vec::<f32>().unwrap(), [number + 1.0, 11.0]);
        assert_eq!(outputs[1].to_vec::<f32>().unwrap(), [number * 2.0, 20.0]);
    }
}

#[test]
fn inputs_may_lie_anyhow_and_be_of_any_length() {
    let device = device();
    let pipeline = Pipeline::record(|inputs| Ok(vec![inputs[0].multiply(3.0)?.add(1.0)?]));
    for len in [0_usize, 1, 5, 1000, 65_537, 300_000] {
        let x = floats(&device, (0..=2 * len).map(|at| at as f32));
        let every = |start, step| Index::Slice {
            start: Some(start),
            stop: Some(start + (len * 2).cast_signed()),
            step,
        };
        for view in [every(0, 1), every(1, 1), every(1, 2)] {
            let view = x.index(&[view]).unwrap();
            let wanted = view.multiply(3.0).unwrap().add(1.0).unwrap();
            let wanted = wanted.to_vec::<f32>().unwrap();
            for _ in 0..2 {
                assert_eq!(pipeline.run(&[&view]).unwrap()[0].to_vec::<f32>().unwrap(), wanted, "{view:?}");
            }
        }
    }
    let pending = floats(&device, [1.0, 2.0]).add(1.0).unwrap();
    assert_eq!(pipeline.run(&[&pending]).unwrap()[0].to_vec::<f32>().unwrap(), [7.0, 10.0]);
}

#[test]
fn other_shapes_and_dtypes_are_recorded_anew() {
    let device = device();
    let calls = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&calls);
    let pipeline = Pipeline::record(move |inputs| {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(vec![inputs[0].add(&inputs[0])?])
    });
    let (two, three) = (floats(&device, [1.0, 2.0]), floats(&device, [1.0, 2.0, 3.0]));
    let whole = two.astype(DType::Int32).unwrap();
    for _ in 0..3 {
        assert_eq!(pipeline.run(&[&two]).unwrap()[0].to_vec::<f32>().unwrap(), [2.0, 4.0]);
        assert_eq!(pipeline.run(&[&three]).unwrap()[0].to_vec::<f32>().unwrap(), [2.0, 4.0, 6.0]);
        assert_eq!(pipeline.run(&[&whole]).unwrap()[0].to_vec::<i32>().unwrap(), [2, 4]);
    }
    assert_eq!(calls.load(std::sync::atomic::Ordering::Relaxed), 3);
}

#[test]
fn arrays_from_elsewhere_are_read_as_they_are_then() {
    let device = device();
    let weights = floats(&device, [1.0, 2.0]);
    let pending = weights.add(10.0).unwrap();
    let (taken, also) = (weights.clone(), pending.clone());
    let pipeline =
        Pipeline::record(move |inputs| Ok(vec![inputs[0].multiply(&taken)?.add(&also)?, also.clone()]));
    let x = floats(&device, [1.0, 1.0]);
    assert_eq!(pipeline.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap(), [12.0, 14.0]);
    weights.set(&[3.0_f32, 4.0]).unwrap();
    drop(weights);
    let outputs = pipeline.run(&[&x]).unwrap();
    assert_eq!(outputs[0].to_vec::<f32>().unwrap(), [14.0, 16.0]);
    assert_eq!(outputs[1].to_vec::<f32>().unwrap(), [11.0, 12.0]);
    assert_eq!(pending.to_vec::<f32>().unwrap(), [11.0, 12.0]);
}

#[test]
fn memory_is_shared_by_turns_and_given_back() {
    let _alone = alone();
    let device = device();
    let long = Array::full(&device, &[1 << 18], 1.0, DType::Float32).unwrap();
    long.evaluate().unwrap();
    let pipeline = Pipeline::record(|inputs| {
        let mut x = inputs[0].clone();
        for _ in 0..12 {
            // Neither shares a kernel with the next.
            x = scan(&rows::add, &x, 0)?;
        }
        Ok(vec![x.add(1.0)?])
    });
    let plan = pipeline.explain(&[&long]).unwrap();
    assert!(plan.own_bytes < 8 * long.nbytes(), "{plan}");
    assert!(plan.peak_bytes >= plan.own_bytes + 2 * long.nbytes());
    drop(pipeline.run(&[&long]).unwrap());
    device.synchronize().unwrap();
    let with = device.memory().used;
    drop(pipeline);
    assert!(device.memory().used + plan.own_bytes <= with);
}

#[test]
fn a_plan_says_what_is_read_and_written() {
    let device = device();
    let x = floats(&device, (0..1000).map(|at| at as f32));
    let pipeline = Pipeline::record(|inputs| {
        let total = whole(&rows::add, &inputs[0])?;
        Ok(vec![inputs[0].divide(&total)?.sqrt()?])
    });
    let plan: Plan = pipeline.explain(&[&x]).unwrap();
    assert!(plan.kernels.len() <= 3, "{plan}");
    let text = plan.to_string();
    assert!(text.contains("reads  input 1, 4000 bytes"), "{text}");
    assert!(text.contains("writes output 1, 4000 bytes"), "{text}");
    assert!(plan.bytes_written() >= 4000 && plan.bytes_read() >= 4000);
}

/// The error of recording `function` for one array.
fn refused(function: impl Fn(&Array) -> Result<Array> + Send + Sync + 'static) -> Error {
    let device = device();
    let x = floats(&device, [1.0, 2.0]);
    let pipeline = Pipeline::record(move |inputs| Ok(vec![function(&inputs[0])?]));
    let error = pipeline.run(&[&x]).expect_err("it is refused");
    // Everything goes on as if nothing had been.
    assert_eq!(x.add(1.0).unwrap().to_vec::<f32>().unwrap(), [2.0, 3.0]);
    let fine = Pipeline::record(|inputs| Ok(vec![inputs[0].add(1.0)?]));
    assert_eq!(fine.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap(), [2.0, 3.0]);
    error
}

#[test]
fn values_cannot_be_asked_for_while_recording() {
    let reads: [fn(&Array) -> Result<Array>; 4] = [
        |x| x.add(whole(&rows::add, x)?.item::<f32>()?),
        |x| x.to_vec::<f32>().map(|_| x.clone()),
        |x| x.add(1.0)?.to_vec_later::<f32>().map(|_| x.clone()),
        |x| nonzero(&x.greater(1.0)?),
    ];
    for read in reads {
        let error = refused(read);
        assert!(matches!(error, Error::Recording(_)), "{error:?}");
        assert!(error.to_string().contains("fs.where"), "{error}");
    }
}

#[test]
fn only_its_own_arrays_are_written_to() {
    let other = floats(&device(), [0.0, 0.0]);
    let outside = other.clone();
    let error = refused(move |x| outside.assign(&[Index::Ellipsis], x).map(|()| x.clone()));
    assert!(matches!(error, Error::Recording(_)), "{error:?}");
    assert_eq!(other.to_vec::<f32>().unwrap(), [0.0, 0.0]);
    let error = refused(|x| x.assign(&[Index::Ellipsis], &x.add(1.0)?).map(|()| x.clone()));
    assert!(matches!(error, Error::Recording(_)), "{error:?}");
    let device = device();
    let own = Pipeline::record(|inputs| {
        let copy = inputs[0].copy()?;
        copy.assign(&[Index::At(0)], &reduce(&rows::maximum, &inputs[0], &[0], false)?)?;
        Ok(vec![copy])
    });
    for _ in 0..3 {
        let x = floats(&device, [1.0, 5.0]);
        assert_eq!(own.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap(), [5.0, 5.0]);
        assert_eq!(x.to_vec::<f32>().unwrap(), [1.0, 5.0]);
    }
}

#[test]
fn arrays_of_a_recording_have_no_values_outside() {
    let device = device();
    let leaked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = std::sync::Arc::clone(&leaked);
    let pipeline = Pipeline::record(move |inputs| {
        let (ready, pending) = (scan(&rows::add, &inputs[0], 0)?, inputs[0].add(1.0)?);
        kept.lock().unwrap().extend([ready.clone(), pending]);
        Ok(vec![ready])
    });
    let x = floats(&device, [1.0, 2.0]);
    assert_eq!(pipeline.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap(), [1.0, 3.0]);
    for array in leaked.lock().unwrap().drain(..) {
        assert!(matches!(array.to_vec::<f32>(), Err(Error::Recording(_))));
        assert!(matches!(array.add(1.0).and_then(|sum| sum.to_vec::<f32>()), Err(Error::Recording(_))));
    }
    x.assign(&[Index::Ellipsis], &x.add(1.0).unwrap()).unwrap();
    assert_eq!(pipeline.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap(), [2.0, 5.0]);
}

#[test]
fn pipelines_of_pipelines_and_of_kernels_by_users() {
    let device = device();
    let norm =
        ReductionKernel::new("T x", "T y", "x * x", "a + b", "y = sqrt(a)", 0.0.into(), "norm").unwrap();
    let inner = Pipeline::record(move |inputs| Ok(vec![norm.call(&[(&inputs[0]).into()], None, true)?]));
    let outer = Pipeline::record(move |inputs| {
        let norm = inner.run(&[&inputs[0]])?.remove(0);
        Ok(vec![inputs[0].divide(&norm)?])
    });
    let x = floats(&device, [3.0, 4.0]);
    assert_eq!(outer.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap(), [0.6, 0.8]);
}

#[test]
fn indices_on_the_device_are_looked_at_in_each_run() {
    let device = device();
    let pipeline = Pipeline::record(|inputs| {
        let bounds = Bounds::Raise { by: None };
        Ok(vec![gather(&inputs[0], &[Some(&inputs[1])], &bounds)?])
    });
    let x = floats(&device, [5.0, 6.0, 7.0]);
    let indices = |values: &[i64]| Array::from_slice(&device, values, &[values.len()]).unwrap();
    let (fine, wrong) = (indices(&[2, 0]), indices(&[1, 3]));
    assert_eq!(pipeline.run(&[&x, &fine]).unwrap()[0].to_vec::<f32>().unwrap(), [7.0, 5.0]);
    let outputs = pipeline.run(&[&x, &wrong]).unwrap();
    assert!(matches!(outputs[0].to_vec::<f32>(), Err(Error::IndexOnDevice { .. })));
    assert_eq!(pipeline.run(&[&x, &fine]).unwrap()[0].to_vec::<f32>().unwrap(), [7.0, 5.0]);
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let device = device();
    let x = floats(&device, [1.0, 2.0]);
    let recording = Recording::new(&[&x], |inputs| Ok(vec![inputs[0].add(1.0)?])).unwrap();
    let long = floats(&device, [1.0, 2.0, 3.0]);
    assert!(matches!(recording.run(&[&long]), Err(Error::Value { .. })));
    assert!(matches!(recording.run(&[]), Err(Error::Value { .. })));
    let none = Pipeline::record(|_| Ok(vec![])).run(&[]);
    assert!(matches!(none, Err(Error::Value { .. })));
    // A function that fails leaves nothing behind.
    let failing = Pipeline::record(|inputs| {
        Ok(vec![inputs[0].add(&Array::full(inputs[0].device(), &[5], 0, DType::Float32)?)?])
    });
    assert!(matches!(failing.run(&[&x]), Err(Error::Broadcast { .. })));
    assert_eq!(recording.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap(), [2.0, 3.0]);
}

#[test]
fn several_threads_run_one_pipeline() {
    let device = device();
    let pipeline = Pipeline::record(|inputs| {
        let sums = scan(&rows::add, &inputs[0], 0)?;
        Ok(vec![sums.multiply(&inputs[0])?])
    });
    std::thread::scope(|scope| {
        for thread in 0..4_u8 {
            let (pipeline, device) = (&pipeline, &device);
            scope.spawn(move || {
                for round in 0..25_u8 {
                    let first = f32::from(thread) * 100.0 + f32::from(round);
                    let x = floats(device, [first, 2.0]);
                    let got = pipeline.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap();
                    assert_eq!(got, [first * first, (first + 2.0) * 2.0]);
                }
            });
        }
    });
}
