// Casts of float32 to and from 64-bit integers, exactly as NumPy's on x86-64 (see cast_f32.wgsl).

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

// A cast from 64 bits is emulated on many devices; this one rounds once, to nearest: the leading 32 bits, the last of
// them set if anything follows, are cast by halves (only their sum is rounded), and the power of 2 put back. 23
// operations.
fn f32_from_u64(x: vec4<u64>) -> vec4<f32> {
    let high = vec4<u32>(x >> vec4<u32>(32u));
    let low = vec4<u32>(x);
    let zeros = countLeadingZeros(high);
    let shift = zeros & vec4<u32>(31u);
    let followed = (low << shift) != vec4<u32>(0u);
    let lead = (high << shift) | ((low >> vec4<u32>(1u)) >> (vec4<u32>(31u) - shift));
    let short = high == vec4<u32>(0u);
    let digits = select(lead | select(vec4<u32>(0u), vec4<u32>(1u), followed), low, short);
    let power = bitcast<vec4<f32>>((vec4<u32>(159u) - zeros) << vec4<u32>(23u));
    return f32_from_u32(digits) * power;
}

fn f32_from_i64(x: vec4<i64>) -> vec4<f32> {
    let raw = bitcast<vec4<u64>>(x);
    let negative = x < vec4<i64>(0li);
    let size = f32_from_u64(select(raw, vec4<u64>(0lu) - raw, negative));
    return select(size, -size, negative);
}
