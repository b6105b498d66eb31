// Casts of float32 to 32-bit integers exactly as NumPy's on x86-64, whose casts are the processor's: what does
// not fit, and NaN, gives the least integer. Narrower integers, unsigned ones too, are the low bits of i32. WGSL's own
// casts clamp, and what they make of NaN depends on the device. float16 is in f32 already.

fn to_i32_from_f32(x: vec4<f32>) -> vec4<i32> {
    return select(vec4<i32>(-2147483648), vec4<i32>(x), abs(x) < vec4<f32>(2147483648.0));
}

// As NumPy casts contiguous arrays: through i32, from 2^31 on 2^31 less, and the top bit turned. Negative numbers wrap,
// below -2^31 and for NaN it is 2^31, and beyond 2^32 it is 0. (Strided arrays, and up to three elements at the end of
// contiguous ones, NumPy wraps from -2^63 to 2^63.)
fn to_u32_from_f32(x: vec4<f32>) -> vec4<u32> {
    let large = x >= vec4<f32>(2147483648.0);
    let raw = bitcast<vec4<u32>>(to_i32_from_f32(select(x, x - 2147483648.0, large)));
    return raw ^ select(vec4<u32>(0u), vec4<u32>(0x80000000u), large);
}

// float16: only inf and NaN do not fit, and NumPy, which casts them one by one, makes them 0.
fn to_u32_from_f16(x: vec4<f32>) -> vec4<u32> {
    return bitcast<vec4<u32>>(select(vec4<i32>(0), vec4<i32>(x), abs(x) < vec4<f32>(65536.0)));
}
