// One fused elementwise kernel; as it stands, the sum of two contiguous float32 arrays.
//
// Everything is four lanes wide: a block is four neighbouring elements of the result. An invocation computes one, or,
// on software devices, several neighbouring ones, which are one loop less for the processor.
// Nothing branches: software devices run a branch by masking every store. So lanes past the end compute too, in room
// that every buffer has behind its array, and workgroups past the last one repeat it.

// begin bindings
@group(0) @binding(0) var<storage, read> in0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> in1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> params: array<vec4<u32>, 2>;
// end bindings

// begin constants
const WORKGROUP: u32 = 64u;
// end constants

// begin functions
// end functions

// params[0]: last workgroup, workgroups in a row, elements in this dispatch, position of the first one.
// params[1], [2]: zero, and what grids and walks need; then scalars, shape, and offset and strides of each array.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let first = min(group.y * params[0].y + group.x, params[0].x) * WORKGROUP + invocation;
    // begin body
    let block = first;
    let v0 = in0[block];
    let v1 = in1[block];
    let v2 = v0 + v1;
    out[block] = v2;
    // end body
}
