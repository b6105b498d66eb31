// Last pass of a scan along an axis that is not the last: every element; as it stands, of a float32 sum over columns
// whose number is a multiple of four.
//
// An invocation walks down one chunk as in scan_columns_totals.wgsl, and combines what comes before the chunk with
// each element only once, at the end.

@group(0) @binding(0) var<storage, read> in0: array<T>;
@group(0) @binding(1) var<storage, read> totals: array<T>;
@group(0) @binding(2) var<storage, read_write> out: array<T>;
@group(0) @binding(3) var<uniform> params: array<vec4<u32>, 3>;

// begin constants
const WORKGROUP: u32 = 8u;
// end constants

// begin operation
alias T = vec4<f32>;
fn combine(a: T, b: T) -> T { return a + b; }
fn identity() -> T { return vec4<f32>(bitcast<f32>(params[1].z)); }
// end operation

// Elements, columns and totals are counted in T.
// totals: inclusive scans of the chunks' totals, [outer, chunks, inner]; not read where a length is one chunk.
// params[0]: last total of this dispatch, workgroups in a row, chunks in a length, length.
// params[1]: length of a chunk, first total of this dispatch, first two words of the operation's identity.
// params[2]: element at which in0 and out begin, inner, the identity's other two words.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let worker = (group.y * params[0].y + group.x) * WORKGROUP + invocation;
    let number = min(params[1].y + worker, params[0].x);
    let inner = params[2].y;
    let chunk = number / inner;
    let column = number - chunk * inner;
    let outer = chunk / params[0].z;
    let part = chunk - outer * params[0].z;
    let before = part * params[1].x;
    var at = (outer * params[0].w + before) * inner + column - params[2].x;
    let end = at + min(params[1].x, params[0].w - before) * inner;

    let carry = select(totals[select(number - inner, 0u, part == 0u)], identity(), part == 0u);
    var local = identity();
    for (; at < end; at += inner) {
        local = combine(local, in0[at]);
        out[at] = combine(carry, local);
    }
}
