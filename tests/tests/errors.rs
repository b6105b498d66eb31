//! Proves that each error says the operation, the facts and the remedy, and that the device and the operands are
//! usable afterwards.

use std::process::Command;

use farshore::{
    Array, CrossingKind, DType, Device, Direction, Error, Index, Policy, Request, Spoken, adapters, to_host,
};
use farshore_tests::device;

/// Elements 0, 1, 2, .. of int32.
fn numbers(shape: &[usize]) -> Array {
    let len: usize = shape.iter().product();
    let values: Vec<i32> = (0..).take(len).collect();
    Array::from_slice(&device(), &values, shape).unwrap()
}

/// The message of the error that `result` must be, after which `x` must still work.
fn message<T: std::fmt::Debug>(result: farshore::Result<T>) -> String {
    let message = result.unwrap_err().to_string();
    let x = numbers(&[2]);
    assert_eq!(x.add(1).unwrap().to_vec::<i32>().unwrap(), [1, 2], "after: {message}");
    message
}

fn slice(step: isize) -> Index {
    let (start, stop) = (None, None);
    Index::Slice { start, stop, step }
}

#[test]
fn shapes() {
    let (x, y) = (numbers(&[2, 3]), numbers(&[4]));
    assert_eq!(message(x.add(&y)), "add: shapes (2, 3) and (4,) do not broadcast to one shape");
    assert_eq!(
        message(x.broadcast_to(&[6])),
        "broadcast_to: shapes (2, 3) and (6,) do not broadcast to one shape"
    );
    assert_eq!(
        message(x.assign(&[], &y)),
        "assignment: shapes (4,) and (2, 3) do not broadcast to one shape"
    );
    assert_eq!(message(x.reshape(&[5])), "reshape: cannot view 6 elements of shape (2, 3) as shape (5,)");
    assert_eq!(
        message(x.reshape(&[1 << 40, 1 << 40])),
        "reshape: cannot view 6 elements of shape (2, 3) as shape (1099511627776, 1099511627776)"
    );
    assert_eq!(
        message(Array::from_slice(&device(), &[1_u8, 2], &[3])),
        "from_host: 2 bytes were given for an array of 3"
    );
}

#[test]
fn axes() {
    let x = numbers(&[2, 3]);
    let out = "permute_dims: axis 2 is out of bounds for an array of 2 dimensions";
    assert_eq!(message(x.permute_dims(&[0, 2])), out);
    assert_eq!(message(x.permute_dims(&[0, -3])), out.replace("axis 2", "axis -3"));
    assert_eq!(message(x.permute_dims(&[1, 1])), "permute_dims: axis 1 is named twice in [1, 1]");
    assert_eq!(message(x.permute_dims(&[1])), "permute_dims: [1] names 1 axes of an array that has 2");
}

#[test]
fn indices() {
    let x = numbers(&[2, 3]);
    let at = |at| Index::At(at);
    assert_eq!(message(x.index(&[at(0), at(3)])), "index 3 is out of bounds for axis 1 with size 3");
    assert_eq!(
        message(x.index(&[at(isize::MIN)])),
        format!("index {} is out of bounds for axis 0 with size 2", isize::MIN)
    );
    assert_eq!(
        message(x.index(&[at(0), slice(1), at(0)])),
        "too many indices: the array has 2 dimensions, but 3 were indexed"
    );
    assert_eq!(message(x.index(&[slice(0)])), "indexing: a slice's step cannot be 0");
    assert!(message(x.index(&[Index::Ellipsis, Index::Ellipsis])).contains("at most one ellipsis"));
    let repeated = numbers(&[1]).broadcast_to(&[4]).unwrap();
    assert!(message(repeated.assign(&[], 1)).contains("copy it first: x.copy()"));
}

#[test]
fn dtypes() {
    let x = numbers(&[2]);
    assert!(message(x.to_vec::<f32>()).starts_with("to_vec: the array is int32, not float32; convert it"));
    assert!(message(x.item::<i32>()).starts_with("item: Array(shape=(2,), int32, "));
    let truth = Array::from_slice(&device(), &[1_u8], &[1]).and_then(|x| x.astype(DType::Bool)).unwrap();
    let refused = message(truth.subtract(&truth));
    assert!(refused.starts_with("subtract does not accept bool; it accepts int8, "), "{refused}");
    assert!(refused.contains("Convert first: x.astype(fs."), "{refused}");
    let floats = Array::full(&device(), &[2], 1.0, DType::Float32).unwrap();
    let refused = message(floats.gcd(&floats));
    assert!(refused.starts_with("gcd does not accept float32; it accepts int8, int16, "), "{refused}");
    let refused = message(floats.ldexp(&floats));
    assert!(refused.contains("it accepts integers for its second operand. Convert it first: "), "{refused}");
    if !device().has_float64() {
        let refused = message(Array::full(&device(), &[2], 1.0, DType::Float64));
        assert!(refused.contains("has no float64") && refused.contains("dtype=float32"), "{refused}");
    }
}

#[test]
fn scalars_are_never_narrowed() {
    let x = numbers(&[2]);
    assert_eq!(
        message(x.add(1_i64 << 40)),
        "add: the value 1099511627776 is out of range for int32, which holds -2147483648 to 2147483647"
    );
    assert_eq!(
        message(Array::full(&device(), &[1], -1, DType::Uint8)),
        "full: the value -1 is out of range for uint8, which holds 0 to 255"
    );
    assert_eq!(message(x.assign(&[], 0.5)), "assignment: 0.5 cannot be converted to int32");
}

#[test]
fn devices() {
    let known = adapters();
    let unknown = message(Device::open("teapot:7"));
    assert!(unknown.starts_with(r#"no device "teapot:7"; there is "#), "{unknown}");
    assert!(known.iter().all(|one| unknown.contains(&one.id)), "{unknown}");
    if let [first, second, ..] = &known[..] {
        let on = |id: &str| Array::from_slice(&Device::open(id).unwrap(), &[1_i32], &[1]).unwrap();
        let mixed = message(on(&first.id).add(&on(&second.id)));
        assert!(mixed.starts_with("add: the operands are on different devices, "), "{mixed}");
        assert!(mixed.contains(&first.id) && mixed.contains(&second.id), "{mixed}");
    }
}

#[test]
fn refused_transfers() {
    let x = numbers(&[2, 3]);
    let refused = |spoken, policy| {
        let request = Request {
            direction: Direction::ToHost,
            kind: CrossingKind::Bulk,
            spoken,
            policy,
            caller: Some("user.py:7".into()),
            ledgers: vec![],
            log: None,
        };
        message(to_host(&x, &mut [0; 24], request))
    };
    let id = device().to_string();
    assert_eq!(
        refused(Spoken::Implicit, Policy::Explicit),
        format!(
            "this would copy 24 bytes from {id} to host memory (asked for at user.py:7). If that is meant, write \
             x.to_numpy() or np.asarray(x, copy=True); for code that you cannot change: x.implicit(), or \
             with fs.transfers(\"allow\"): ..."
        )
    );
    assert!(
        refused(Spoken::NoCopy, Policy::Allow).starts_with("copy=False cannot be kept: the 24 bytes lie in")
    );
    assert!(
        refused(Spoken::Explicit, Policy::Forbid).contains(r#"the policy "forbid" forbids every transfer"#)
    );
    let request = Request::explicit(Direction::ToHost, CrossingKind::Bulk).unwrap();
    assert_eq!(message(to_host(&x, &mut [0; 23], request)), "to_host: the target has 23 bytes, the array 24");
}

/// The child of the test below: there, no driver is found.
#[test]
#[ignore = "run by a_machine_without_a_driver_says_what_to_install"]
fn without_a_driver() {
    let error = Device::best().unwrap_err();
    assert!(matches!(error, Error::NoDevice { .. }), "{error:?}");
    println!("said: {error}");
}

#[test]
fn a_machine_without_a_driver_says_what_to_install() {
    if adapters().iter().any(|one| one.backend != "vulkan") {
        return; // Only Vulkan's loader can be told to find nothing.
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "without_a_driver", "--ignored", "--nocapture"])
        .envs([("VK_DRIVER_FILES", "/nonexistent"), ("VK_ICD_FILENAMES", "/nonexistent")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
    assert!(said.contains("no GPU driver was found. Install one: "), "{said}");
}
