// One fused reduction: values of any fused elementwise expression, combined along the middle one of three axes; as it
// stands, sums of float32.
//
// The result has three axes too: outer, part, inner. A part is a run of STEPS steps along the reduced axis, so that
// long sums are sums of sums, whose rounding errors grow with the logarithm of their length, not with it; the parts are
// combined by the same kernel. Each invocation computes four neighbouring results. Where there is no inner axis, the
// reduced one gives some: position = (part * STEPS + step) * EACH + inner * OWN.

// begin bindings
@group(0) @binding(0) var<storage, read> in0: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> params: array<vec4<u32>, 6>;
// end bindings

// begin constants
const WORKGROUP: u32 = 64u;
// end constants

// begin functions
// end functions

// params[0]: last workgroup, workgroups in a row, results in this dispatch, the first one's position.
// params[1]: zero, inner length, parts, steps of each part. params[2]: reduced length, EACH, OWN.
// params[3]: what changes no value that it is combined with; then scalars, and for each array its offset and its strides:
// outer, part, step, inner.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let block = min(group.y * params[0].y + group.x, params[0].x) * WORKGROUP + invocation;
    let place = min(vec4<u32>(block * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(params[0].z - 1u)) + params[0].w;
    let inner = place % vec4<u32>(params[1].y);
    let row = place / vec4<u32>(params[1].y);
    let part = row % vec4<u32>(params[1].z);
    let outer = row / vec4<u32>(params[1].z);
    let begin = part * (params[1].w * params[2].y) + inner * params[2].z;
    // begin before
    let safe0 = params[4].x + outer * params[4].y + part * params[4].z;
    let p0 = params[4].x + outer * params[4].y + part * params[4].z + inner * params[5].x;
    var total0 = vec4<f32>(bitcast<f32>(params[3].x));
    var total1 = total0;
    var total2 = total0;
    var total3 = total0;
    // end before
    for (var step = 0u; step < params[1].w; step += 4u) {
        // begin body
        {
            let inside = begin + (step + 0u) * params[2].y < vec4<u32>(params[2].x);
            let e0 = select(safe0, p0 + (step + 0u) * params[4].w, inside);
            let v0 = vec4<f32>(in0[e0.x], in0[e0.y], in0[e0.z], in0[e0.w]);
            total0 = select(total0, total0 + v0, inside);
        }
        // end body
    }
    // begin after
    out[block] = (total0 + total1) + (total2 + total3);
    // end after
}
