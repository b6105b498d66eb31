// What this device does with floats, one bit for each question. The numbers come from outside, so that no compiler
// can know them: 1, 1e-10, inf, NaN; 1 + 2^-23, 1e-40, 0.5, 0.

@group(0) @binding(0) var<storage, read_write> out: array<u32, 4>;
@group(0) @binding(1) var<uniform> params: array<vec4<u32>, 2>;

// begin functions
fn round_f16(x: vec4<f32>) -> vec4<f32> {
    return x;
}
fn bits_f16(x: vec4<f32>) -> vec4<u32> {
    return bitcast<vec4<u32>>(x);
}
fn from_bits_f16(half: vec4<u32>) -> vec4<f32> {
    return bitcast<vec4<f32>>(half);
}
// end functions

// Whether pack2x16float and unpack2x16float do what NumPy does: asked of every seventh float16, and of numbers at, before
// and behind the middle between it and the next. `zero` keeps the compiler from knowing the answer.
fn exact_float16(zero: u32) -> bool {
    var exact = true;
    for (var i = 0u; i < 0x10000u; i += 7u) {
        let half = i | zero;
        let value = from_bits_f16(vec4<u32>(half)).x;
        let steps = vec4<u32>(bitcast<u32>(value)) + vec4<u32>(0u, 0xfffu, 0x1000u, 0x1001u);
        let numbers = bitcast<vec4<f32>>(select(steps, vec4<u32>(bitcast<u32>(value)), (steps & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u)));
        let subnormal = value + 2.98023223876953125e-8;
        let unpacked = bitcast<u32>(unpack2x16float(half | (half << 16u)).y);
        let packed = vec4<u32>(pack2x16float(numbers.xy), pack2x16float(numbers.zw), pack2x16float(vec2<f32>(subnormal)), 0u);
        let wanted = bits_f16(round_f16(numbers));
        let wanted_subnormal = bits_f16(round_f16(vec4<f32>(subnormal))).x;
        if (half & 0x7fffu) > 0x7c00u {
            exact &= (unpacked & 0x7fffffffu) > 0x7f800000u;
            exact &= (packed.x & 0x7fffu) > 0x7c00u;
        } else {
            exact &= unpacked == bitcast<u32>(value);
            exact &= packed.x == (wanted.x | (wanted.y << 16u));
            exact &= packed.y == (wanted.z | (wanted.w << 16u));
            exact &= packed.z == (wanted_subnormal | (wanted_subnormal << 16u));
        }
    }
    return exact;
}

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
    let packs = exact_float16(bitcast<u32>(second.w));
    out[0] = answers.x | answers.y | answers.z | answers.w | (u32(kept) * 16u) | (u32(packs) * 32u);
}
