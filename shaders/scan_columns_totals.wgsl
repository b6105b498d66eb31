// First pass of a scan along an axis that is not the last: the total of each chunk; as it stands, of a float32 sum
// over columns whose number is a multiple of four.
//
// The array is seen as [outer, length, inner]. The length is cut into chunks; an invocation walks down one chunk of
// one column, or of four neighbouring ones. Neighbouring invocations take neighbouring columns.

@group(0) @binding(0) var<storage, read> in0: array<T>;
@group(0) @binding(1) var<storage, read_write> totals: array<T>;
@group(0) @binding(2) var<uniform> params: array<vec4<u32>, 3>;

// begin constants
const WORKGROUP: u32 = 8u;
// end constants

// begin operation
alias T = vec4<f32>;
fn combine(a: T, b: T) -> T { return a + b; }
fn identity() -> T { return vec4<f32>(bitcast<f32>(params[1].z)); }
// end operation

// Elements, columns and totals are counted in T; totals are [outer, chunks, inner].
// params[0]: last total of this dispatch, workgroups in a row, chunks in a length, length.
// params[1]: length of a chunk, first total of this dispatch, first two words of the operation's identity.
// params[2]: element at which in0 begins, inner, the identity's other two words.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let worker = (group.y * params[0].y + group.x) * WORKGROUP + invocation;
    let number = min(params[1].y + worker, params[0].x);
    let inner = params[2].y;
    let chunk = number / inner;
    let column = number - chunk * inner;
    let outer = chunk / params[0].z;
    let before = (chunk - outer * params[0].z) * params[1].x;
    var at = (outer * params[0].w + before) * inner + column - params[2].x;
    let end = at + min(params[1].x, params[0].w - before) * inner;

    var total = identity();
    for (; at < end; at += inner) {
        total = combine(total, in0[at]);
    }
    totals[number] = total;
}
