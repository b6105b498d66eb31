//! Proves by counters that a program's steady state creates nothing for each operation: no buffer, bind group or
//! pipeline; that a fused chain is one dispatch; and that dropped arrays give their memory back.

use farshore::{Array, Counters, DType, Device, Result};
use farshore_tests::{alone, device};

fn numbers(device: &Device, len: usize) -> Array {
    let values: Vec<f32> = (0..len).map(|at| at as f32).collect();
    Array::from_slice(device, &values, &[len]).unwrap()
}

/// What `work` added to the counters.
fn grown(device: &Device, work: impl FnOnce()) -> Counters {
    let before = device.counters();
    work();
    let after = device.counters();
    Counters {
        nodes: after.nodes - before.nodes,
        buffers: after.buffers - before.buffers,
        bind_groups: after.bind_groups - before.bind_groups,
        pipelines: after.pipelines - before.pipelines,
        dispatches: after.dispatches - before.dispatches,
        submissions: after.submissions - before.submissions,
    }
}

fn chain(a: &Array, b: &Array) -> Result<Array> {
    a.multiply(b)?.add(1.0)?.sqrt()?.multiply(2.0)?.subtract(a)
}

#[test]
fn a_fused_chain_is_one_dispatch() {
    let _alone = alone();
    let device = device();
    let (a, b) = (numbers(&device, 1000), numbers(&device, 1000));
    let recorded = grown(&device, || drop(chain(&a, &b).unwrap()));
    assert_eq!((recorded.dispatches, recorded.buffers), (0, 0), "recording runs nothing");
    let evaluated = grown(&device, || chain(&a, &b).unwrap().evaluate().unwrap());
    assert_eq!(evaluated.dispatches, 1);
    assert!(evaluated.pipelines <= 1);
}

#[test]
fn nothing_is_created_for_an_operation() {
    let _alone = alone();
    let device = device();
    let (a, b) = (numbers(&device, 1000), numbers(&device, 1000));
    let turn = |turn: u32| {
        // Scalars and views differ from turn to turn; kernels do not.
        let x = chain(&a, &b).unwrap().add(f64::from(turn)).unwrap();
        let y = x.maximum(&b).unwrap();
        y.evaluate().unwrap();
        y.index(&[farshore::Index::At(1)]).unwrap().to_vec::<f32>().unwrap();
    };
    (0..8).for_each(turn);
    let steady = grown(&device, || (8..108).for_each(turn));
    assert_eq!((steady.buffers, steady.bind_groups, steady.pipelines), (0, 0, 0), "{steady:?}");
    assert_eq!(steady.dispatches, 100);
}

/// Small operations share submissions: 100 of them are far fewer.
#[test]
fn many_dispatches_go_in_few_submissions() {
    let _alone = alone();
    let device = device();
    let a = numbers(&device, 1000);
    let results = || -> Vec<Array> {
        let each = (0..100).map(|k| {
            let result = a.add(f64::from(k)).unwrap();
            result.evaluate().unwrap();
            result
        });
        each.collect()
    };
    drop(results());
    device.synchronize().unwrap();
    let steady = grown(&device, || {
        drop(results());
        device.synchronize().unwrap();
    });
    assert_eq!((steady.dispatches, steady.buffers, steady.pipelines), (100, 0, 0));
    assert!(steady.submissions <= 4, "{} submissions", steady.submissions);
}

/// The text of a kernel depends on neither sizes nor strides nor scalars; only on whether rows are of whole blocks, and on
/// axes that are shorter than a few elements.
#[test]
fn one_kernel_serves_every_size() {
    let _alone = alone();
    let device = device();
    let work = |len: usize| {
        let a = numbers(&device, len);
        let even = a.index(&[farshore::Index::Slice { start: None, stop: None, step: 2 }]).unwrap();
        even.multiply(&even).unwrap().add(len as f64).unwrap()
    };
    work(100).evaluate().unwrap();
    work(64).evaluate().unwrap();
    let others = grown(&device, || {
        for len in [40, 77, 1024, 5000, 9999] {
            work(len).evaluate().unwrap();
        }
    });
    assert_eq!(others.pipelines, 0);
}

#[test]
fn the_pool_lends_again_what_it_got_back() {
    let _alone = alone();
    let device = device();
    drop(Array::empty(&device, &[300_000], DType::Uint8).unwrap());
    let again = grown(&device, || {
        for _ in 0..10 {
            drop(Array::empty(&device, &[300_000], DType::Uint8).unwrap());
        }
    });
    assert_eq!(again.buffers, 0);
}

#[test]
fn dropped_arrays_give_their_memory_back() {
    let _alone = alone();
    let device = device();
    device.trim();
    let before = device.memory();
    assert_eq!(before.total, before.used, "trimming leaves only what arrays hold");
    let a = numbers(&device, 100_000);
    let x = chain(&a, &a).unwrap();
    x.evaluate().unwrap();
    let view = x.transpose();
    drop(x);
    let during = device.memory();
    assert!(during.used >= before.used + 2 * 400_000, "{during:?}");
    assert!(during.peak >= during.used && during.total >= during.used);
    drop((a, view));
    assert_eq!(device.memory().used, before.used);
    device.trim();
    assert_eq!(device.memory().total, before.total);
}

/// Pending operations hold their inputs only until they are evaluated, and abandoned ones not at all.
#[test]
fn evaluated_and_abandoned_operations_hold_nothing() {
    let _alone = alone();
    let device = device();
    let before = device.memory().used;
    let result = {
        let a = numbers(&device, 100_000);
        let abandoned = a.add(1.0).unwrap();
        drop(abandoned);
        let sum = a.index(&[farshore::Index::At(0)]).unwrap().add(1.0).unwrap();
        sum.evaluate().unwrap();
        sum
    };
    assert!(device.memory().used - before < 100_000, "the input of an evaluated operation is still held");
    drop(result);
    assert_eq!(device.memory().used, before);
}
