// float16 lives in f32 registers; after each step the value is rounded to one that float16 holds.

// To nearest, ties to even. Normal results: the 13 dropped bits are rounded by integer addition, which carries into
// the exponent. Subnormal results: 0.5 has the spacing of float16's subnormals, 2^-24, so adding it rounds.
fn round_f16(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let sign = bits & vec4<u32>(0x80000000u);
    let size = bits & vec4<u32>(0x7fffffffu);
    let kept = (size + vec4<u32>(0xfffu) + ((size >> vec4<u32>(13u)) & vec4<u32>(1u))) & vec4<u32>(0xffffe000u);
    let small = bitcast<vec4<u32>>((bitcast<vec4<f32>>(size) + vec4<f32>(0.5)) - vec4<f32>(0.5));
    var rounded = select(kept, small, size < vec4<u32>(0x38800000u));
    rounded = select(rounded, vec4<u32>(0x7f800000u), rounded > vec4<u32>(0x477fe000u));
    rounded = select(rounded, vec4<u32>(0x7fc00000u), size > vec4<u32>(0x7f800000u));
    return bitcast<vec4<f32>>(rounded | sign);
}

// The sixteen bits of values that float16 holds (as round_f16 leaves them).
fn bits_f16(x: vec4<f32>) -> vec4<u32> {
    let bits = bitcast<vec4<u32>>(x);
    let sign = (bits >> vec4<u32>(16u)) & vec4<u32>(0x8000u);
    let size = bits & vec4<u32>(0x7fffffffu);
    let normal = (size - vec4<u32>(0x38000000u)) >> vec4<u32>(13u);
    let small = vec4<u32>(bitcast<vec4<f32>>(size) * vec4<f32>(16777216.0));
    var half = select(normal, small, size < vec4<u32>(0x38800000u));
    half = select(half, vec4<u32>(0x7c00u), size == vec4<u32>(0x7f800000u));
    half = select(half, vec4<u32>(0x7e00u), size > vec4<u32>(0x7f800000u));
    return sign | half;
}

// Four values from their sixteen bits, low half of each word. Exact: 2^112 moves the exponent's bias.
fn from_bits_f16(half: vec4<u32>) -> vec4<f32> {
    let sign = (half & vec4<u32>(0x8000u)) << vec4<u32>(16u);
    let size = half & vec4<u32>(0x7fffu);
    let normal = (size << vec4<u32>(13u)) + vec4<u32>(0x38000000u);
    let small = bitcast<vec4<u32>>(vec4<f32>(size) * vec4<f32>(5.9604644775390625e-8));
    let special = (size << vec4<u32>(13u)) | vec4<u32>(0x7f800000u);
    var bits = select(normal, small, size < vec4<u32>(0x400u));
    bits = select(bits, special, size >= vec4<u32>(0x7c00u));
    return bitcast<vec4<f32>>(bits | sign);
}
