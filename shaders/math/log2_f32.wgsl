// Logarithms to base 2 and 10 of float32, four at a time. Only for the strict class.
//
// Method: that of log_f32: x = 2^k (1 + f), found on the bits, with 1 + f in [sqrt(1/2), sqrt(2)), so that nothing
// cancels near 2^(+-1/2). log(1 + f) = c f + f^2 q(f), q of degree 8 by our own minimax fits to the relative errors
// (2^-27.7 both, with the coefficients rounded to float32), in Estrin's order. c f is taken as a part that is exact,
// 3/2 f or f/2, and the rest, which is small beside it.
// Worst error over a quarter (log10: an eighth) of the positive arguments and samples of special regions 1.262 ulp for
// log2, 1.132 for log10; 44 and 47 operations.
struct Log2F32Reduced {
    k: vec4<f32>,
    f: vec4<f32>,
}

fn log2_f32_reduce(bits: vec4<u32>) -> Log2F32Reduced {
    // The bits of a subnormal, read as an integer, are x * 2^149.
    let subnormal = bits < vec4<u32>(0x00800000u);
    let normal = select(bits, bitcast<vec4<u32>>(vec4<f32>(bitcast<vec4<i32>>(bits))), subnormal);
    // 0x3f3504f3 is sqrt(1/2): what lies above it is k and 1 + f.
    let above = normal - vec4<u32>(0x3f3504f3u);
    let exponent = vec4<f32>(bitcast<vec4<i32>>(above) >> vec4<u32>(23u));
    let k = exponent - select(vec4<f32>(0.0), vec4<f32>(149.0), subnormal);
    let f = bitcast<vec4<f32>>((above & vec4<u32>(0x007fffffu)) + vec4<u32>(0x3f3504f3u)) - 1.0;
    return Log2F32Reduced(k, f);
}

// The result, or what a logarithm is of 0, below 0, of inf and NaN.
fn log2_f32_special(bits: vec4<u32>, result: vec4<f32>) -> vec4<f32> {
    var infinity_bits = vec4<u32>(0x7f800000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let size = bits & vec4<u32>(0x7fffffffu);
    let kept = (bits == infinity_bits) | (size > infinity_bits);
    let beyond = select(nan_bits, bits, kept);
    let special = select(beyond, infinity_bits | vec4<u32>(0x80000000u), size == vec4<u32>(0u));
    return select(result, bitcast<vec4<f32>>(special), bits - vec4<u32>(1u) >= vec4<u32>(0x7f7fffffu));
}

fn log2_f32(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let reduced = log2_f32_reduce(bits);
    let f = reduced.f;
    let z = f * f;
    let q_high = (-0.190802827 + f * 0.18572025) + z * -0.109978281;
    let q_middle = (-0.239663184 + f * 0.204665244) + z * q_high;
    let q = (-0.721347392 + f * 0.480898261) + z * ((-0.36069414 + f * 0.28856492) + z * q_middle);
    return log2_f32_special(bits, (f * 1.5 + (f * -0.0573049591 + z * q)) + reduced.k);
}

// log10(2) comes in two parts, the first so short (12 bits) that k times it is exact.
fn log10_f32(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let reduced = log2_f32_reduce(bits);
    let f = reduced.f;
    let z = f * f;
    let q_high = (-0.0574393906 + f * 0.055928506) + z * -0.0331254043;
    let q_middle = (-0.072145015 + f * 0.0616063513) + z * q_high;
    let q = (-0.217147201 + f * 0.144764796) + z * ((-0.108579807 + f * 0.0868669525) + z * q_middle);
    let rest = (f * -0.0657055154 + z * q) + reduced.k * 4.60503898e-6;
    return log2_f32_special(bits, (f * 0.5 + rest) + reduced.k * 0.301025391);
}
