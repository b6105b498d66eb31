// float16 lives in f32 registers; after each step the value is rounded to one that float16 holds.

// To nearest, ties to even: adding 1.5 times 2^13 times the power of 2 at or below |x| leaves x's last bit where float32's
// own rounding ends. Below 2^-14 float16 has the spacing of 2^-14, its subnormals'. From 65520 on the result, at least
// 65536, grows to infinity.
fn round_f16(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let power = clamp(bits & vec4<u32>(0x7f800000u), vec4<u32>(0x38800000u), vec4<u32>(0x47800000u));
    let magic = bitcast<vec4<f32>>(power + vec4<u32>(0x06c00000u));
    let size = bitcast<vec4<u32>>((x + magic) - magic);
    // -0, and what is rounded to it, lost its sign.
    let rounded = bitcast<vec4<f32>>(size | (bits & vec4<u32>(0x80000000u)));
    return select(rounded, rounded * 5.192296858534828e33, abs(rounded) > vec4<f32>(65504.0));
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

// Four neighbours from their two words.
fn from_words_f16(words: vec2<u32>) -> vec4<f32> {
    return from_bits_f16(vec4<u32>(words.x, words.x >> 16u, words.y, words.y >> 16u) & vec4<u32>(0xffffu));
}

// The two words of four neighbours that float16 holds.
fn words_f16(x: vec4<f32>) -> vec2<u32> {
    let half = bits_f16(x);
    return vec2<u32>(half.x | (half.y << 16u), half.z | (half.w << 16u));
}
