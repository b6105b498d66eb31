// What this device does with floats, one bit for each question. The numbers come from outside, so that no compiler
// can know them: 1, 1e-10, inf, NaN; 1 + 2^-23, 1e-40, 0.5, 0.

@group(0) @binding(0) var<storage, read_write> out: array<u32, 4>;
@group(0) @binding(1) var<uniform> params: array<vec4<u32>, 2>;

@compute @workgroup_size(1)
fn main() {
    let first = bitcast<vec4<f32>>(params[0]);
    let second = bitcast<vec4<f32>>(params[1]);
    // One rounding leaves the product's low part, 2^-46; two leave nothing.
    let fused = fma(second.x, second.x, -(second.x * second.x)) != second.w;
    let ordered = ((first.y + first.x) - first.x) == second.w;
    let difference = first.z - first.z;
    let undefined = (bitcast<u32>(difference) & 0x7fffffffu) > 0x7f800000u;
    let unequal = !(first.w == first.w);
    let kept = (bitcast<u32>(second.y * second.z) & 0x7fffffffu) != 0u;
    let answers = vec4<u32>(vec4<bool>(fused, ordered, undefined, unequal)) * vec4<u32>(1u, 2u, 4u, 8u);
    out[0] = answers.x | answers.y | answers.z | answers.w | (u32(kept) * 16u);
}
