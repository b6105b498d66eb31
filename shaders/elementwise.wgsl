// One fused elementwise kernel; as it stands, the sum of two contiguous float32 arrays.
//
// Everything is four lanes wide: a block is four neighbouring elements of the result. An invocation handles BLOCKS
// of them, WORKGROUP apart, so that neighbouring invocations touch neighbouring memory.

// begin bindings
@group(0) @binding(0) var<storage, read> in0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> in1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> params: array<vec4<u32>, 1>;
// end bindings

// begin constants
const WORKGROUP: u32 = 64u;
const BLOCKS: u32 = 1u;
// end constants

// begin functions
// end functions

// params[0]: blocks in this dispatch, workgroups in a row, elements in this dispatch, position of the first one.
fn compute(block: u32) {
    // begin body
    let v0 = in0[block];
    let v1 = in1[block];
    let v2 = v0 + v1;
    out[block] = v2;
    // end body
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let first = (group.y * params[0].y + group.x) * (WORKGROUP * BLOCKS) + invocation;
    for (var turn = 0u; turn < BLOCKS; turn++) {
        let block = first + turn * WORKGROUP;
        if block < params[0].x {
            compute(block);
        }
    }
}
