// Reductions of rows, and what is computed of a row's elements with them: softmax in one kernel, which reads its rows from
// memory once and then from a cache. As it stands, rows of float32 divided by their sums.
//
// A team of TEAM invocations computes a row, each of them every TEAM-th block of four elements; or an invocation computes four
// neighbouring rows, one in each lane. A part is a run of 64 steps in each of two totals, and 64 parts are added up before
// theirs are, so that rounding errors grow with the logarithm of the length.

// begin bindings
@group(0) @binding(0) var<storage, read> in0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> params: array<vec4<u32>, 4>;
// end bindings

// begin constants
const WORKGROUP: u32 = 8u;
const TEAM: u32 = 1u;
// end constants

// begin functions
// end functions

// params[0]: last workgroup, workgroups in a line, rows or blocks of them, steps along a row. params[1]: zero, elements of a
// row, all rows, turns. Then scalars, what changes nothing in each reduction, the lengths of the axes that the rows are counted
// along, and for each array its offset, its step along a row and its strides along those axes.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let own = invocation % TEAM;
    let steps = params[0].w;
    let tile = min(group.y * params[0].y + group.x, params[0].x);
    // begin body
    let row = min(tile * (WORKGROUP / TEAM) + invocation / TEAM, params[0].z - 1u);
    var total0 = vec4<f32>(0.0);
    for (var block = own; block < steps; block += TEAM) {
        total0 += in0[row * steps + block];
    }
    let t0 = vec4<f32>(dot(total0, vec4<f32>(1.0)));
    for (var block = own; block < steps; block += TEAM) {
        out[row * steps + block] = in0[row * steps + block] / t0;
    }
    // end body
}
