//! Proves that a device says who holds its memory, that a limit is kept by several threads together, and that a call
//! which runs into it leaves everything as it was.

use std::process::Command;
use std::thread;

use farshore::{Array, DType, Device, Error, Index, MemoryLimit, Result};
use farshore_tests::{alone, device};

const MIB: u64 = 1 << 20;

/// `mebibytes` of uint8.
fn ones(mebibytes: usize) -> Result<Array> {
    let x = Array::full(&device(), &[mebibytes << 20], 1, DType::Uint8)?;
    x.evaluate()?;
    Ok(x)
}

/// Sets a limit of so many bytes more than are used, for as long as it lives.
struct Limit;

impl Limit {
    fn more(bytes: u64) -> Self {
        device().trim();
        let limit = MemoryLimit::Bytes(device().memory().used + bytes);
        device().limit_memory(Some(limit)).unwrap();
        Self
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        device().limit_memory(None).unwrap();
    }
}

fn message<T: std::fmt::Debug>(result: Result<T>) -> String {
    let error = result.unwrap_err();
    assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn beyond_the_limit_is_refused_with_the_largest_holders() {
    let _alone = alone();
    let _limit = Limit::more(40 * MIB);
    let x = ones(16).unwrap();
    let y = ones(16).unwrap();
    let limit = device().memory().limit.unwrap();
    let said = message(ones(16));
    assert!(said.starts_with(&format!("{} cannot hold 16777216 bytes: ", device())), "{said}");
    assert!(
        said.contains(&format!("no more than {limit} bytes may be taken there, by limit_memory or")),
        "{said}"
    );
    assert!(said.contains(" MiB in 2 x uint8 (16777216,)"), "{said}");
    assert!(said.contains("Delete some, or raise the limit"), "{said}");
    assert!(device().memory().total <= limit);
    drop(y);
    let z = ones(16).unwrap();
    assert!(z.to_vec::<u8>().unwrap().iter().chain(&x.to_vec::<u8>().unwrap()).all(|&one| one == 1));
}

/// What the pool keeps for arrays of other sizes is given back first.
#[test]
fn the_pool_makes_room() {
    let _alone = alone();
    let _limit = Limit::more(40 * MIB);
    for mebibytes in [8, 16, 24, 32, 12, 36] {
        ones(mebibytes).unwrap();
        let memory = device().memory();
        assert!(memory.total <= memory.limit.unwrap(), "{memory:?}");
    }
}

#[test]
fn pending_arrays_and_targets_stay_as_they_were() {
    let _alone = alone();
    let _limit = Limit::more(40 * MIB);
    let (x, y) = (ones(16).unwrap(), ones(16).unwrap());
    let sum = x.add(&y).unwrap();
    message(sum.evaluate());
    assert!(sum.is_pending());
    // The source would have to be copied, for it lies in the target.
    let back = x.index(&[Index::Slice { start: None, stop: None, step: -1 }]).unwrap();
    message(x.assign(&[Index::Ellipsis], &back));
    message(x.sort(0, false).and_then(|sorted| sorted.evaluate()));
    assert!(x.to_vec::<u8>().unwrap().iter().all(|&one| one == 1));
    drop(y);
    device().limit_memory(None).unwrap();
    assert!(sum.to_vec::<u8>().unwrap().iter().all(|&one| one == 2));
}

#[test]
fn threads_keep_the_limit_together() {
    let _alone = alone();
    let _limit = Limit::more(40 * MIB);
    let limit = device().memory().limit.unwrap();
    let work = |number: usize| {
        let (mut made, mut refused) = (0, 0);
        for turn in 0..20 {
            match ones(4 + 3 * ((number + turn) % 4)) {
                Ok(x) => {
                    assert_eq!(x.index(&[Index::At(-1)]).unwrap().to_vec::<u8>().unwrap(), [1]);
                    made += 1;
                }
                Err(error) => {
                    assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
                    refused += 1;
                }
            }
            assert!(device().memory().total <= limit);
        }
        (made, refused)
    };
    let counts: Vec<(usize, usize)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|number| scope.spawn(move || work(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(counts.iter().map(|(made, _)| made).sum::<usize>() > 20, "{counts:?}");
}

#[test]
fn the_peak_starts_again() {
    let _alone = alone();
    drop(ones(8).unwrap());
    device().reset_peak();
    let before = device().memory();
    assert_eq!(before.peak, before.used);
    drop(ones(2).unwrap());
    let peak = device().memory().peak - before.used;
    assert!((2 * MIB..3 * MIB).contains(&peak), "{peak}");
    assert_eq!(device().memory().used, before.used);
}

#[test]
fn a_limit_below_what_is_used_empties_the_pool_and_takes_nothing_away() {
    let _alone = alone();
    let x = ones(4).unwrap();
    drop(ones(9).unwrap());
    device().limit_memory(Some(MemoryLimit::Bytes(1))).unwrap();
    let memory = device().memory();
    assert_eq!(memory.total, memory.used);
    message(ones(1));
    device().limit_memory(None).unwrap();
    assert!(x.to_vec::<u8>().unwrap().iter().all(|&one| one == 1));
}

#[test]
fn fractions_are_of_the_devices_memory() {
    let _alone = alone();
    let Some(all) = device().limits().memory else {
        assert!(device().limit_memory(Some(MemoryLimit::Fraction(0.5))).is_err());
        return;
    };
    device().limit_memory(Some(MemoryLimit::Fraction(0.25))).unwrap();
    assert_eq!(device().memory().limit, Some(all / 4));
    for wrong in [0.0, -1.0, 1.5, f64::NAN] {
        let error = device().limit_memory(Some(MemoryLimit::Fraction(wrong))).unwrap_err().to_string();
        assert!(error.contains("a fraction is above 0 and at most 1"), "{error}");
    }
    assert_eq!(device().memory().limit, Some(all / 4), "a wrong limit changes nothing");
    device().limit_memory(None).unwrap();
}

#[test]
fn limits_are_written_as_text() {
    let bytes = |text: &str| match text.parse() {
        Ok(MemoryLimit::Bytes(bytes)) => Some(bytes),
        _ => None,
    };
    assert_eq!(bytes("123"), Some(123));
    assert_eq!(bytes(" 123 B "), Some(123));
    assert_eq!(bytes("1.5 GiB"), Some(3 << 29));
    assert_eq!(bytes("500mb"), Some(500_000_000));
    assert_eq!(bytes("1TiB"), Some(1 << 40));
    for wrong in ["", "much", "1.5", "-1", "GiB", "2 GiBs", "0%", "101%", "1e9", "1.2.3MB", "%"] {
        let error = wrong.parse::<MemoryLimit>().unwrap_err().to_string();
        assert!(error.contains("is no amount of memory; write bytes, \"2GiB\""), "{wrong}: {error}");
    }
}

#[test]
fn holders_are_known_by_what_they_hold() {
    let _alone = alone();
    let x = Array::full(&device(), &[3, 1 << 20], 0, DType::Int16).unwrap();
    let all: Vec<Array> = (0..3).map(|_| x.add(1).unwrap()).collect();
    for one in &all {
        one.evaluate().unwrap();
    }
    let holders = device().holders();
    let held = holders.iter().find(|one| one.holds.as_deref() == Some("int16 (3, 1048576)")).unwrap();
    assert_eq!(held.buffers, 3);
    assert!((18 * MIB..20 * MIB).contains(&held.nbytes), "{held:?}");
    assert!(holders.is_sorted_by(|a, b| a.nbytes >= b.nbytes));
    let used: u64 = holders.iter().map(|one| one.nbytes).sum();
    assert_eq!(used, device().memory().used);
    let text = device().memory_summary();
    assert!(text.contains("3 x int16 (3, 1048576)"), "{text}");
    drop(all);
    assert!(!device().memory_summary().contains("int16 (3, 1048576)"));
}

/// The child of the test below.
#[test]
#[ignore = "run by the_environment_sets_the_limit"]
fn with_a_limit() {
    match Device::best() {
        Ok(device) => println!("limit: {:?}, {}", device.memory().limit, ones(8).is_err()),
        Err(error) => println!("refused: {error}"),
    }
}

#[test]
fn the_environment_sets_the_limit() {
    let said = |value: &str| {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "with_a_limit", "--ignored", "--nocapture"])
            .env("FARSHORE_MEMORY_LIMIT", value)
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        String::from_utf8_lossy(&child.stdout).into_owned()
    };
    assert!(said("4MiB").contains("limit: Some(4194304), true"));
    assert!(said("").contains("limit: None, false"));
    assert!(said("4 gigs").contains("refused: FARSHORE_MEMORY_LIMIT: \"4 gigs\" is no amount of memory;"));
}
