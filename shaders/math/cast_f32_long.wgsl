// Casts of float32 to 64-bit integers, exactly as NumPy's on x86-64 (see cast_f32.wgsl).

fn to_i64_from_f32(x: vec4<f32>) -> vec4<i64> {
    let least = vec4<i64>(bitcast<i64>(0x8000000000000000lu));
    return select(least, vec4<i64>(x), abs(x) < vec4<f32>(9223372036854775808.0));
}

// Through i64, from 2^63 on 2^63 less, and the top bit turned: negative numbers wrap, below -2^63 and for NaN it is
// 2^63, and beyond 2^64 it is 0.
fn to_u64_from_f32(x: vec4<f32>) -> vec4<u64> {
    let large = x >= vec4<f32>(9223372036854775808.0);
    let raw = bitcast<vec4<u64>>(to_i64_from_f32(select(x, x - 9223372036854775808.0, large)));
    return raw ^ select(vec4<u64>(0lu), vec4<u64>(0x8000000000000000lu), large);
}
