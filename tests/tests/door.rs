//! Proves what passes through the doors besides whole copies: results that come later, memory that is lent, memory that
//! is written into, budgets, and what in-place writes and readbacks owe each other.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use farshore::CrossingKind::{Bulk, Map, Scalar};
use farshore::Direction::{ToDevice, ToHost};
use farshore::Policy::{Allow, Explicit, Forbid, Warn};
use farshore::{Array, CrossingKind, DType, Error, Index, Ledger, Rules, transfers, transfers_up_to};
use farshore_tests::{alone, device};

fn ramp(len: usize) -> (Array, Vec<f32>) {
    let values: Vec<f32> = (0..len).map(|at| at as f32).collect();
    (Array::from_slice(&device(), &values, &[len]).unwrap(), values)
}

struct Counting(AtomicUsize);

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_later_result_is_a_future() {
    let (x, values) = ramp(1 << 20);
    let mut later = pin!(x.add(1.0).unwrap().to_vec_later::<f32>().unwrap());
    let woken = Arc::new(Counting(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    let mut polls = 0;
    let result = loop {
        polls += 1;
        if let Poll::Ready(result) = later.as_mut().poll(&mut context) {
            break result.unwrap();
        }
        while woken.0.load(Ordering::SeqCst) < polls && !later.is_done() {
            std::thread::yield_now();
        }
    };
    assert!(result.iter().zip(&values).all(|(got, value)| *got == value + 1.0));
    assert!(polls <= 2, "{polls} polls for one result");
    let again = later.as_mut().poll(&mut context);
    assert!(matches!(again, Poll::Ready(Err(Error::Value { .. }))), "its elements are given once");
}

#[test]
fn later_results_are_of_the_moment_in_which_they_were_asked_for() {
    let (x, values) = ramp(1 << 22);
    for round in 0..4_u8 {
        let expected = x.to_vec::<f32>().unwrap();
        let later = x.to_vec_later::<f32>().unwrap();
        x.assign(&[Index::Ellipsis], &x.add(1.0).unwrap()).unwrap();
        x.evaluate().unwrap();
        assert!(later.wait().unwrap() == expected, "round {round} saw a later write");
    }
    assert_eq!(x.to_vec::<f32>().unwrap()[17], values[17] + 4.0);
}

#[test]
fn many_later_results_and_other_work_at_once() {
    let (x, values) = ramp(70_000);
    let asked: Vec<_> =
        (0..20_u8).map(|n| x.add(f32::from(n)).unwrap().to_vec_later::<f32>().unwrap()).collect();
    let other = std::thread::spawn({
        let x = x.clone();
        move || x.multiply(2.0).unwrap().to_vec::<f32>().unwrap()
    });
    for (n, later) in asked.into_iter().enumerate() {
        assert_eq!(later.wait().unwrap()[3], values[3] + n as f32);
    }
    assert_eq!(other.join().unwrap()[5], 10.0);
    assert!(x.to_vec_later::<i32>().is_err(), "another dtype");
    assert!(
        Array::empty(&device(), &[0], DType::Float32)
            .unwrap()
            .to_vec_later::<f32>()
            .unwrap()
            .wait()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_lent_array_is_seen_and_not_touched() {
    if !device().shares_memory() {
        return;
    }
    let scope = transfers(Explicit);
    let (x, values) = ramp(1000);
    let y = x.multiply(2.0).unwrap();
    let map = y.map_host().unwrap();
    let doubled: Vec<f32> = values.iter().map(|value| value * 2.0).collect();
    assert_eq!(map.as_slice::<f32>().unwrap(), doubled);
    assert!(map.as_slice::<i32>().is_err());
    let again = y.map_host().unwrap();
    assert_eq!(again.bytes().as_ptr(), map.bytes().as_ptr(), "nothing is copied");
    assert_eq!(y.to_vec::<f32>().unwrap(), doubled, "other readers are not in the way");

    let z = y.add(1.0).unwrap();
    let error = z.evaluate().unwrap_err();
    assert!(matches!(error, Error::Mapped { .. }), "{error}");
    assert!(z.is_pending(), "its inputs are as they were");
    assert!(matches!(y.assign(&[Index::Ellipsis], 0), Err(Error::Mapped { .. })));
    assert!(matches!(y.set(&doubled), Err(Error::Mapped { .. })));
    assert_eq!(x.add(1.0).unwrap().to_vec::<f32>().unwrap()[1], 2.0, "other arrays are free");
    drop(map);
    assert!(z.evaluate().is_err(), "one of two is left");
    drop(again);
    assert_eq!(z.to_vec::<f32>().unwrap()[1], 3.0);

    let kinds: Vec<CrossingKind> = scope.ledger().crossings().iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Bulk, Map, Map, Bulk, Bulk, Bulk]);
    let _forbidden = transfers(Forbid);
    assert!(matches!(y.map_host(), Err(Error::ForbiddenTransfer(_))));
}

#[test]
fn views_are_lent_too() {
    if !device().shares_memory() {
        return;
    }
    let (x, values) = ramp(12);
    let part = x.index(&[Index::Slice { start: Some(3), stop: Some(9), step: 1 }]).unwrap();
    assert_eq!(part.map_host().unwrap().as_slice::<f32>().unwrap(), &values[3..9]);
    let every = x.index(&[Index::Slice { start: None, stop: None, step: 2 }]).unwrap();
    let Err(Error::Value { reason, .. }) = every.map_host().unwrap().as_slice::<f32>().map(<[f32]>::len)
    else {
        panic!("a strided view is no slice")
    };
    assert!(reason.contains("x.copy()"), "{reason}");
}

#[test]
fn host_values_go_into_memory_that_exists() {
    let whole: Vec<u8> = (0..64).collect();
    for (start, stop, step) in
        [(0, 64, 1), (4, 12, 1), (1, 3, 1), (5, 64, 1), (60, 63, 1), (0, 63, 2), (7, 8, 1), (9, 9, 1)]
    {
        let x = Array::from_slice(&device(), &whole, &[64]).unwrap();
        let old = x.add(0).unwrap();
        let view = x.index(&[Index::Slice { start: Some(start), stop: Some(stop), step }]).unwrap();
        let fresh: Vec<u8> = (0..view.len()).map(|at| 200 - at as u8).collect();
        view.set(&fresh).unwrap();
        let mut expected = whole.clone();
        for (at, value) in fresh.iter().enumerate() {
            expected[(start + step * at.cast_signed()) as usize] = *value;
        }
        assert_eq!(x.to_vec::<u8>().unwrap(), expected, "{start}..{stop} by {step}");
        assert_eq!(old.to_vec::<u8>().unwrap(), whole, "what was recorded before keeps the old values");
    }
    let x = Array::from_slice(&device(), &whole, &[8, 8]).unwrap();
    x.transpose().set(&whole).unwrap();
    assert_eq!(x.transpose().to_vec::<u8>().unwrap(), whole);
    assert!(x.set(&[1_u8]).is_err() && x.set(&[0_i8; 64]).is_err());
    let repeated = x.index(&[Index::At(0)]).unwrap().broadcast_to(&[8, 8]).unwrap();
    assert!(repeated.set(&whole).unwrap_err().to_string().contains("broadcast"));
}

#[test]
fn classes_are_guarded_apart() {
    let (x, _) = ramp(4);
    let one = x.index(&[Index::At(1)]).unwrap();
    let upload = || Array::from_slice(&device(), &[1_u8], &[1]).is_ok();
    let tried = |rules: Rules| {
        let _scope = transfers(rules);
        [x.to_vec::<f32>().is_ok(), one.item::<f32>().is_ok(), upload()]
    };
    let none = Rules::default();
    assert_eq!(tried(none), [true; 3]);
    assert_eq!(tried(Rules { bulk: Some(Forbid), ..none }), [false, true, true]);
    assert_eq!(tried(Rules { scalar: Some(Forbid), ..none }), [true, false, true]);
    assert_eq!(tried(Rules { upload: Some(Forbid), ..none }), [true, true, false]);
    let _outer = transfers(Rules { scalar: Some(Forbid), ..none });
    assert_eq!(
        tried(Rules { bulk: Some(Forbid), ..none }),
        [false, false, true],
        "inner rules leave others as they are"
    );
    assert_eq!(tried(Rules::from(Allow)), [true; 3]);
}

#[test]
fn rules_are_written_in_words() {
    assert_eq!("forbid".parse(), Ok(Rules::from(Forbid)));
    let rules: Rules = "explicit, scalar=forbid,upload=warn".parse().unwrap();
    assert_eq!(rules, Rules { bulk: Some(Explicit), scalar: Some(Forbid), upload: Some(Warn) });
    assert_eq!("scalar=forbid".parse(), Ok(Rules { scalar: Some(Forbid), ..Rules::default() }));
    assert_eq!(rules.policy(ToHost, Scalar), Some(Forbid));
    assert_eq!(rules.policy(ToHost, Map), Some(Explicit));
    assert_eq!(rules.policy(ToDevice, Bulk), Some(Warn));
    for (text, reason) in [
        ("explicit,", "\"\" is not a policy"),
        ("speed=warn", "\"speed\" is no class"),
        ("bulk=no", "\"no\""),
    ] {
        let error = text.parse::<Rules>().unwrap_err();
        assert!(error.starts_with(reason), "{text}: {error}");
    }
}

#[test]
fn a_budget_is_for_both_directions_and_all_that_nests() {
    let (x, _) = ramp(4);
    let outer = transfers_up_to(40, Explicit);
    let inner = transfers_up_to(1000, Explicit);
    x.to_vec::<f32>().unwrap();
    Array::from_slice(&device(), &[1.0_f32; 4], &[4]).unwrap();
    let error = x.to_vec::<f32>().unwrap_err();
    assert!(matches!(error, Error::ForbiddenTransfer(_)), "{error}");
    assert!(
        error.to_string().contains("of the 40 bytes that may cross in this block, 8 are left"),
        "{error}"
    );
    assert_eq!(x.index(&[Index::At(1)]).unwrap().item::<f32>().unwrap(), 1.0, "4 of the 8");
    assert!(matches!(x.to_vec::<f32>(), Err(Error::ForbiddenTransfer(_))));
    assert_eq!((inner.ledger().len(), outer.ledger().len()), (3, 3), "a refusal is no crossing");
    drop((inner, outer));
    assert!(x.to_vec::<f32>().is_ok());
}

#[test]
fn a_transfer_that_fails_costs_no_budget() {
    let (x, _) = ramp(4);
    let _budget = transfers_up_to(16, Explicit);
    if device().shares_memory() {
        let unlimited = transfers(Explicit);
        drop(unlimited);
    }
    let request = farshore::Request::explicit(ToHost, Bulk).unwrap();
    assert!(farshore::to_host(&x, &mut [0; 3], request).is_err());
    assert!(x.to_vec::<f32>().is_ok(), "the bytes came back");
}

#[test]
fn a_ledger_may_watch_every_thread() {
    let _alone = alone();
    let ledger = Arc::new(Ledger::default());
    let watching = ledger.watch_all_threads();
    std::thread::spawn(|| ramp(4).0.to_vec::<f32>().unwrap()).join().unwrap();
    assert_eq!((ledger.bytes_to_host(), ledger.bytes_to_device()), (16, 16));
    drop(watching);
    ramp(4);
    assert_eq!(ledger.len(), 2);
    assert!(
        ledger
            .to_json()
            .starts_with(r#"[{"direction":"to device","kind":"bulk","spoken":"explicit","nbytes":16,"#),
        "{}",
        ledger.to_json()
    );
}

/// Readers one after the other must not keep a writer out, nor those whom it is in the way of.
#[test]
fn readers_let_a_writer_go_first() {
    let (x, values) = ramp(1 << 20);
    let stop = Arc::new(AtomicUsize::new(0));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (x, stop) = (x.clone(), Arc::clone(&stop));
            std::thread::spawn(move || {
                while stop.load(Ordering::Relaxed) == 0 {
                    x.to_vec::<f32>().unwrap();
                }
            })
        })
        .collect();
    let (sender, receiver) = std::sync::mpsc::channel();
    let writer = std::thread::spawn({
        let x = x.clone();
        move || {
            for _ in 0..5 {
                x.assign(&[Index::Ellipsis], &x.add(1.0).unwrap()).unwrap();
            }
            sender.send(()).unwrap();
        }
    });
    let written = receiver.recv_timeout(std::time::Duration::from_secs(20));
    stop.store(1, Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
    writer.join().unwrap();
    assert!(written.is_ok(), "five writes were kept waiting for twenty seconds");
    assert_eq!(x.to_vec::<f32>().unwrap()[3], values[3] + 5.0);
}

/// Operations on views don't share a kernel, so nothing but their number says when they should be evaluated.
#[test]
fn a_long_chain_of_views_is_no_deep_recursion() {
    let mut x = Array::from_slice(&device(), &[1.0_f32; 6], &[2, 3]).unwrap();
    for _ in 0..3000 {
        x = x.transpose().add(1.0).unwrap();
    }
    assert_eq!(x.shape(), [2, 3]);
    assert_eq!(x.to_vec::<f32>().unwrap(), [3001.0; 6]);
}
