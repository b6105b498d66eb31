// Last pass of a scan along the last axis: every element; as it stands, of a float32 sum.
//
// An invocation walks one chunk as in scan_totals.wgsl. What comes before the chunk is combined with each element only
// once, at the end: a sum is rounded at the size of its own chunk until then.

@group(0) @binding(0) var<storage, read> in0: array<vec4<T>>;
@group(0) @binding(1) var<storage, read> totals: array<T>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4<T>>;
@group(0) @binding(3) var<uniform> params: array<vec4<u32>, 3>;

// begin constants
const WORKGROUP: u32 = 8u;
// end constants

// begin operation
alias T = f32;
fn combine(a: T, b: T) -> T { return a + b; }
fn identity() -> T { return bitcast<f32>(params[1].z); }
// end operation

// totals: inclusive scans of the chunks' totals, row by row; not read where a row has one chunk.
// params[0]: last chunk of this dispatch, workgroups in a row, chunks in a row of the array, length of such a row.
// params[1]: length of a chunk, first chunk of this dispatch, first two words of the operation's identity.
// params[2]: element at which in0 and out begin, zero, the identity's other two words.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let worker = (group.y * params[0].y + group.x) * WORKGROUP + invocation;
    let chunk = min(params[1].y + worker, params[0].x);
    let row = chunk / params[0].z;
    let part = chunk - row * params[0].z;
    let before = part * params[1].x;
    var at = row * params[0].w + before - params[2].x;
    let end = at + min(params[1].x, params[0].w - before);

    let carry = select(totals[select(chunk - 1u, 0u, part == 0u)], identity(), part == 0u);
    var local = identity();
    for (; at < end && (at & 3u) != 0u; at++) {
        local = combine(local, in0[at >> 2u][at & 3u]);
        out[at >> 2u][at & 3u] = combine(carry, local);
    }
    for (; at + 4u <= end; at += 4u) {
        let v = in0[at >> 2u];
        let xy = combine(v.x, v.y);
        let xyz = combine(xy, v.z);
        let one = combine(carry, combine(local, v.x));
        let two = combine(carry, combine(local, xy));
        let three = combine(carry, combine(local, xyz));
        local = combine(local, combine(xyz, v.w));
        out[at >> 2u] = vec4<T>(one, two, three, combine(carry, local));
    }
    for (; at < end; at++) {
        local = combine(local, in0[at >> 2u][at & 3u]);
        out[at >> 2u][at & 3u] = combine(carry, local);
    }
}
