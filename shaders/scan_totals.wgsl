// First pass of a scan along the last axis: the total of each chunk; as it stands, of a float32 sum.
//
// Reduce, then scan (Dotsenko et al., "Fast scan algorithms on graphics processors", 2008): rows are cut into chunks
// of equal length, the last one of a row may be shorter. An invocation walks one chunk, in whole blocks where it can:
// so a row may start anywhere. Invocations past the last chunk repeat it.

@group(0) @binding(0) var<storage, read> in0: array<vec4<T>>;
@group(0) @binding(1) var<storage, read_write> totals: array<T>;
@group(0) @binding(2) var<uniform> params: array<vec4<u32>, 3>;

// begin constants
const WORKGROUP: u32 = 8u;
// end constants

// begin operation
alias T = f32;
fn combine(a: T, b: T) -> T { return a + b; }
fn identity() -> T { return bitcast<f32>(params[1].z); }
// end operation

// params[0]: last chunk of this dispatch, workgroups in a row, chunks in a row of the array, length of such a row.
// params[1]: length of a chunk, first chunk of this dispatch, first two words of the operation's identity.
// params[2]: element at which in0 begins, zero, the identity's other two words.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let worker = (group.y * params[0].y + group.x) * WORKGROUP + invocation;
    let chunk = min(params[1].y + worker, params[0].x);
    let row = chunk / params[0].z;
    let before = (chunk - row * params[0].z) * params[1].x;
    var at = row * params[0].w + before - params[2].x;
    let end = at + min(params[1].x, params[0].w - before);

    var total = identity();
    for (; at < end && (at & 3u) != 0u; at++) {
        total = combine(total, in0[at >> 2u][at & 3u]);
    }
    for (; at + 4u <= end; at += 4u) {
        let v = in0[at >> 2u];
        total = combine(total, combine(combine(combine(v.x, v.y), v.z), v.w));
    }
    for (; at < end; at++) {
        total = combine(total, in0[at >> 2u][at & 3u]);
    }
    totals[chunk] = total;
}
