//! What a refused transfer is told: what would have moved, and what to write instead.

use crate::device::Device;
use crate::dtype::DType;
use crate::error::{Error, Refusal, Result};
use crate::transfer::policy::{Direction, Policy, Request, Verdict, judge};

/// The verdict on moving an array of this shape and dtype, refusals as errors.
///
/// # Errors
/// [`Error::ImplicitTransfer`], [`Error::CopyRequired`], [`Error::ForbiddenTransfer`].
pub fn permit(
    direction: Direction,
    device: &Device,
    shape: &[usize],
    dtype: DType,
    nbytes: u64,
    request: &Request,
) -> Result<Verdict> {
    let (size, forbid) = (bytes(nbytes), Policy::Forbid.name());
    let moves = match direction {
        Direction::ToHost => format!("{size} from {device} to host memory"),
        Direction::ToDevice => format!("{size} from the host to {device}"),
    };
    let by = request.caller.as_ref().map_or_else(String::new, |caller| format!(" (asked for at {caller})"));
    let (lies, spelling) = match direction {
        Direction::ToHost => {
            (format!("in the memory of {device}"), "x.to_numpy() or np.asarray(x, copy=True)")
        }
        Direction::ToDevice => ("on the host".into(), "fs.asarray(h)"),
    };
    let (error, message): (fn(Box<Refusal>) -> Error, String) = match judge(
        direction,
        request.spoken,
        request.kind,
        request.policy,
    ) {
        verdict @ (Verdict::Permit | Verdict::PermitAndWarn) => return Ok(verdict),
        Verdict::RefuseImplicit => (
            Error::ImplicitTransfer,
            format!(
                "this would copy {moves}{by}. If that is meant, write {spelling}; for code that you cannot \
                     change: with fs.transfers(\"allow\"): ..."
            ),
        ),
        Verdict::RefuseNoCopy => (
            Error::CopyRequired,
            format!("copy=False cannot be kept: the {size} lie {lies}. Write {spelling}"),
        ),
        Verdict::RefuseForbidden => (
            Error::ForbiddenTransfer,
            format!(
                "this would copy {moves}{by}, and the policy {forbid:?} forbids every transfer. Move it out of \
                     the `with fs.transfers({forbid:?})` block"
            ),
        ),
    };
    Err(error(Box::new(Refusal {
        message,
        nbytes,
        shape: shape.to_vec(),
        dtype,
        device: device.to_string(),
        requested_by: request.caller.clone(),
    })))
}

/// A number of bytes for a person: `"64.0 MiB"`.
fn bytes(nbytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (nbytes as f64, None);
    for next in units {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = Some(next);
    }
    unit.map_or_else(|| format!("{nbytes} bytes"), |unit| format!("{value:.1} {unit}"))
}
