// Casts of float64 to and from 64-bit integers, exactly as NumPy's on x86-64 (see cast_f32.wgsl).

fn to_i64_from_f64(x: vec4<f64>) -> vec4<i64> {
    let least = vec4<i64>(bitcast<i64>(0x8000000000000000lu));
    return select(least, vec4<i64>(x), abs(x) < vec4<f64>(9223372036854775808.0lf));
}

fn to_u64_from_f64(x: vec4<f64>) -> vec4<u64> {
    let large = x >= vec4<f64>(9223372036854775808.0lf);
    let raw = bitcast<vec4<u64>>(to_i64_from_f64(select(x, x - 9223372036854775808.0lf, large)));
    return raw ^ select(vec4<u64>(0lu), vec4<u64>(0x8000000000000000lu), large);
}

// Rounded as a sum is, to nearest, being one of two exact halves: Vulkan leaves open which way a cast rounds.
fn f64_from_u64(x: vec4<u64>) -> vec4<f64> {
    return vec4<f64>(vec4<u32>(x >> vec4<u32>(32u))) * 4294967296.0lf + vec4<f64>(vec4<u32>(x));
}

fn f64_from_i64(x: vec4<i64>) -> vec4<f64> {
    let raw = bitcast<vec4<u64>>(x);
    let high = bitcast<vec4<i32>>(vec4<u32>(raw >> vec4<u32>(32u)));
    return vec4<f64>(high) * 4294967296.0lf + vec4<f64>(vec4<u32>(raw));
}
