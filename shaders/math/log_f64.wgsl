// Natural logarithm of float64, four at a time. Only for the strict class.
//
// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 5, arranged as in
// Sun's fdlibm. x = 2^k (1 + f) with f in [-0.293, 0.415), found on the bits. With s = f / (2 + f),
// log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + z p(z))), z = s^2: what is not exact is small beside f. p of
// degree 6 by our own Remez exchange on the relative error (2^-59.4). ln 2 comes in two parts, the first so short (42
// bits) that k times it is exact. Worst error in 3.4 million arguments 0.819 ulp; 52 operations.
fn log_f64(x: vec4<f64>) -> vec4<f64> {
    let parts = log_f64_split(x);
    let f = parts.f;
    let half_square = 0.5lf * f * f;
    let rest = log_f64_rest(f, half_square) + parts.k * 5.497923018708371e-14lf;
    let result = parts.k * 0.6931471805598903lf - ((half_square - rest) - f);
    return log_f64_special(x, result);
}

// x = 2^k (1 + f).
struct LogF64Parts {
    k: vec4<f64>,
    f: vec4<f64>,
}

fn log_f64_split(x: vec4<f64>) -> LogF64Parts {
    let bits = bitcast<vec4<u64>>(x);
    // The fraction of a subnormal, below the exponent of 1, is 1 + x * 2^1022.
    let subnormal = bits < vec4<u64>(0x0010000000000000lu);
    let lifted = bitcast<vec4<f64>>(bits | vec4<u64>(0x3ff0000000000000lu)) - 1.0lf;
    let normal = select(bits, bitcast<vec4<u64>>(lifted), subnormal);
    // 0x3fe6a09e667f3bcd is sqrt(1/2): what lies above it is k and 1 + f.
    let above = normal - vec4<u64>(0x3fe6a09e667f3bcdlu);
    let exponent = bitcast<vec4<i32>>(vec4<u32>(above >> vec4<u32>(32u))) >> vec4<u32>(20u);
    let k = vec4<f64>(exponent - select(vec4<i32>(0i), vec4<i32>(1022i), subnormal));
    let m = (above & vec4<u64>(0x000ffffffffffffflu)) + vec4<u64>(0x3fe6a09e667f3bcdlu);
    return LogF64Parts(k, bitcast<vec4<f64>>(m) - 1.0lf);
}

// log(1 + f) - f + f^2/2.
fn log_f64_rest(f: vec4<f64>, half_square: vec4<f64>) -> vec4<f64> {
    let s = f / (2.0lf + f);
    let z = s * s;
    let w = z * z;
    let p12 = 0.3999999999943621lf + z * 0.28571428738336924lf;
    let p34 = 0.22222198938162965lf + z * 0.18183547273732914lf;
    let p56 = 0.15314449147745413lf + z * 0.14792263120969565lf;
    let p = 0.6666666666666731lf + z * (p12 + w * (p34 + w * p56));
    return s * (half_square + z * p);
}

// 0, below 0, inf and NaN: -inf, NaN, inf, NaN.
fn log_f64_special(x: vec4<f64>, result: vec4<f64>) -> vec4<f64> {
    var infinity_bits = vec4<u64>(0x7ff0000000000000lu);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    let bits = bitcast<vec4<u64>>(x);
    let size = bits & vec4<u64>(0x7ffffffffffffffflu);
    let kept = (bits == infinity_bits) | (size > infinity_bits);
    let beyond = select(nan_bits, bits, kept);
    let special = select(beyond, infinity_bits | vec4<u64>(0x8000000000000000lu), size == vec4<u64>(0lu));
    return select(result, bitcast<vec4<f64>>(special), bits - vec4<u64>(1lu) >= vec4<u64>(0x7feffffffffffffflu));
}
