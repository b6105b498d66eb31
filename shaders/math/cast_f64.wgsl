// Casts of float64 to 32-bit integers and float32, exactly as NumPy's on x86-64 (see cast_f32.wgsl). From 32-bit
// integers WGSL's own casts are exact.

fn to_i32_from_f64(x: vec4<f64>) -> vec4<i32> {
    return select(vec4<i32>(-2147483648), vec4<i32>(x), abs(x) < vec4<f64>(2147483648.0lf));
}

// As of contiguous arrays.
fn to_u32_from_f64(x: vec4<f64>) -> vec4<u32> {
    let large = x >= vec4<f64>(2147483648.0lf);
    let raw = bitcast<vec4<u32>>(to_i32_from_f64(select(x, x - 2147483648.0lf, large)));
    return raw ^ select(vec4<u32>(0u), vec4<u32>(0x80000000u), large);
}
