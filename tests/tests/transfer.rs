//! Proves the door: the policy as the table that the documents show, scopes and their threads, a ledger that counts
//! every crossing once, and refusals that move nothing.

use farshore::CrossingKind::{Bulk, Print, Scalar};
use farshore::Direction::{ToDevice, ToHost};
use farshore::Policy::{Allow, Explicit, Forbid, Warn};
use farshore::Verdict::{Permit, PermitAndWarn, RefuseForbidden, RefuseImplicit, RefuseNoCopy};
use farshore::{
    Array, CrossingKind, DType, Direction, Error, Policy, Request, Rules, Spoken, Verdict, from_host, judge,
    to_host, totals, transfers,
};
use farshore_tests::{alone, device};

/// What was said, what is to cross, and the verdict under explicit, warn, allow and forbid.
#[rustfmt::skip]
const TABLE: [(Spoken, CrossingKind, [Verdict; 4]); 9] = [
    (Spoken::Explicit, Bulk,   [Permit,         Permit,        Permit,       RefuseForbidden]),
    (Spoken::Explicit, Scalar, [Permit,         Permit,        Permit,       RefuseForbidden]),
    (Spoken::Explicit, Print,  [Permit,         Permit,        Permit,       RefuseForbidden]),
    (Spoken::Implicit, Bulk,   [RefuseImplicit, PermitAndWarn, Permit,       RefuseForbidden]),
    (Spoken::Implicit, Scalar, [Permit,         Permit,        Permit,       RefuseForbidden]),
    (Spoken::Implicit, Print,  [Permit,         Permit,        Permit,       RefuseForbidden]),
    (Spoken::NoCopy,   Bulk,   [RefuseNoCopy,   RefuseNoCopy,  RefuseNoCopy, RefuseNoCopy]),
    (Spoken::NoCopy,   Scalar, [RefuseNoCopy,   RefuseNoCopy,  RefuseNoCopy, RefuseNoCopy]),
    (Spoken::NoCopy,   Print,  [RefuseNoCopy,   RefuseNoCopy,  RefuseNoCopy, RefuseNoCopy]),
];

#[test]
fn the_policy_is_this_table() {
    assert_eq!(Policy::ALL, [Explicit, Warn, Allow, Forbid]);
    for (spoken, size, verdicts) in TABLE {
        for (policy, expected) in Policy::ALL.into_iter().zip(verdicts) {
            let verdict = judge(spoken, size, policy);
            assert_eq!(verdict, expected, "{spoken:?} {size} under {policy}");
            assert_eq!(verdict.permits(), matches!(expected, Permit | PermitAndWarn));
        }
    }
}

#[test]
fn policies_have_names() {
    for policy in Policy::ALL {
        assert_eq!(policy.to_string().parse(), Ok(policy));
    }
    let error = "strict".parse::<Policy>().unwrap_err();
    assert_eq!(error, r#""strict" is not a policy; there are explicit, warn, allow, forbid"#);
}

/// The policy of this thread for an array to the host.
fn policy() -> farshore::Result<Policy> {
    Rules::current().resolve(ToHost, Bulk)
}

fn of_process() -> farshore::Result<Policy> {
    Rules::default().resolve(ToHost, Bulk)
}

fn request(direction: Direction, spoken: Spoken, policy: Policy) -> Request {
    Request {
        direction,
        kind: Bulk,
        spoken,
        policy,
        caller: Some("user.py:7".into()),
        ledgers: vec![],
        log: None,
    }
}

fn four() -> Array {
    Array::from_slice(&device(), &[1.0_f32, 2.0, 3.0, 4.0], &[4]).unwrap()
}

#[test]
fn the_ledger_counts_every_crossing_once() {
    let _alone = alone();
    let before = totals();
    let scope = transfers(Explicit);
    let x = four();
    let y = x.add(1.0).unwrap();
    let line = line!() + 1;
    y.to_vec::<f32>().unwrap();
    y.index(&[farshore::Index::At(2)]).unwrap().item::<f32>().unwrap();
    let ledger = scope.ledger();
    let seen: Vec<(Direction, CrossingKind, u64)> =
        ledger.crossings().iter().map(|one| (one.direction, one.kind, one.nbytes)).collect();
    assert_eq!(seen, [(ToDevice, Bulk, 16), (ToHost, Bulk, 16), (ToHost, Scalar, 4)]);
    assert_eq!((ledger.bytes_to_host(), ledger.bytes_to_device()), (20, 16));
    let caller = format!("{}:{line}", file!());
    assert!(ledger.by_caller().contains(&(caller.clone(), 1, 16)), "{:?}", ledger.by_caller());
    let shown = ledger.to_string();
    assert!(shown.contains(&caller), "{shown}");
    assert!(shown.ends_with("3 transfers: 20 bytes to host, 16 bytes to device"), "{shown}");
    let after = totals();
    assert_eq!((after[0].0 - before[0].0, after[0].1 - before[0].1), (20, 2));
    assert_eq!((after[1].0 - before[1].0, after[1].1 - before[1].1), (16, 1));
}

#[test]
fn operations_cross_nothing() {
    let _alone = alone();
    let x = four();
    let scope = transfers(Forbid);
    let y = x.multiply(&x).unwrap().add(1.0).unwrap();
    y.evaluate().unwrap();
    x.assign(&[], &y).unwrap();
    let debug = format!("{x:?}");
    assert!(debug.contains("shape=(4,)") && debug.contains("float32"), "{debug}");
    device().synchronize().unwrap();
    assert_eq!(scope.ledger().to_string(), "no transfers");
}

#[test]
fn scopes_nest_and_both_count() {
    let _alone = alone();
    let outer = transfers(Warn);
    let x = four();
    {
        let inner = transfers(Forbid);
        assert_eq!(policy(), Ok(Forbid));
        assert!(x.to_vec::<f32>().is_err());
        let innermost = transfers(Allow);
        x.to_vec::<f32>().unwrap();
        assert_eq!(innermost.ledger().bytes_to_host(), 16);
        assert_eq!(inner.ledger().bytes_to_host(), 16);
    }
    assert_eq!(policy(), Ok(Warn));
    assert_eq!(outer.ledger().crossings().len(), 2);
    drop(outer);
    assert_eq!(policy(), of_process());
}

#[test]
fn a_scope_is_its_threads_own() {
    let _alone = alone();
    let scope = transfers(Forbid);
    let other = std::thread::spawn(|| {
        let x = four();
        (policy(), x.to_vec::<f32>())
    });
    let (seen, values) = other.join().unwrap();
    assert_eq!(seen, of_process());
    assert_eq!(values.unwrap(), [1.0, 2.0, 3.0, 4.0]);
    assert!(scope.ledger().crossings().is_empty());
}

#[test]
fn forbid_refuses_both_ways_and_runs_nothing() {
    let _alone = alone();
    let x = four().add(1.0).unwrap();
    let scope = transfers(Forbid);
    let before = device().counters();
    let out = x.to_vec::<f32>().unwrap_err();
    assert!(matches!(out, Error::ForbiddenTransfer(_)), "{out}");
    let one = x.index(&[farshore::Index::At(0)]).unwrap().item::<f32>().unwrap_err();
    assert!(matches!(one, Error::ForbiddenTransfer(_)), "{one}");
    let inward = Array::from_slice(&device(), &[1_u8], &[1]).unwrap_err();
    assert!(matches!(inward, Error::ForbiddenTransfer(_)), "{inward}");
    assert_eq!(device().counters(), before);
    assert!(x.is_pending(), "a refused transfer evaluates nothing");
    assert!(scope.ledger().crossings().is_empty());
    drop(scope);
    assert_eq!(x.to_vec::<f32>().unwrap(), [2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn a_conversion_nobody_named_is_refused_or_warned_about() {
    let _alone = alone();
    let x = four();
    let mut into = [0; 16];
    let mut implicit = |policy| {
        let request = request(ToHost, Spoken::Implicit, policy);
        to_host(&x, &mut into, request)
    };
    let Err(Error::ImplicitTransfer(refusal)) = implicit(Explicit) else { panic!("not refused") };
    assert_eq!((refusal.nbytes, &refusal.shape[..]), (16, &[4][..]));
    assert_eq!(refusal.requested_by.as_deref(), Some("user.py:7"));
    assert_eq!(implicit(Warn), Ok(PermitAndWarn));
    assert_eq!(implicit(Allow), Ok(Permit));
    assert_eq!(into[4..8], 2.0_f32.to_le_bytes());
}

/// Both doors ask the same judge, and each refusal says which way the bytes would have gone.
#[test]
fn an_upload_that_nobody_asked_for_is_refused() {
    let device = device();
    let upload = |spoken, policy| {
        let request = request(ToDevice, spoken, policy);
        from_host(&device, &[1, 2], &[2], DType::Uint8, request, &mut |_| true)
    };
    let error = upload(Spoken::Implicit, Explicit).unwrap_err();
    assert!(matches!(error, Error::ImplicitTransfer(_)), "{error}");
    let text = error.to_string();
    assert!(text.starts_with(&format!("this would copy 2 bytes from the host to {device}")), "{text}");
    assert!(text.contains("user.py:7") && text.contains("fs.asarray(h)"), "{text}");
    let error = upload(Spoken::NoCopy, Allow).unwrap_err();
    assert!(matches!(error, Error::CopyRequired(_)), "{error}");
    let error = upload(Spoken::Explicit, Forbid).unwrap_err();
    assert!(matches!(error, Error::ForbiddenTransfer(_)), "{error}");
    assert!(upload(Spoken::Implicit, Allow).is_ok());
}
