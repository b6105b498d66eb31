// Natural logarithm of float32, four at a time. Only for the strict class.
//
// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 5, with a polynomial
// in place of their quotient, so that nothing is divided. x = 2^k (1 + f) with f in [-1/3, 1/3), found on the bits, so
// that subnormal arguments count in full on devices that flush them. log(1 + f) = f + f^2 (f p(f) - 1/2), p of degree
// 7 by our own Remez exchange on the relative error (2^-27.3 with the coefficients rounded to float32), in Estrin's
// order. ln 2 comes in two parts, the first so short (9 bits) that k times it is exact; small terms are added first.
// Worst error over all 2^32 arguments 0.916 ulp; 45 operations.
fn log_f32(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    // The bits of a subnormal, read as an integer, are x * 2^149.
    let subnormal = bits < vec4<u32>(0x00800000u);
    let normal = select(bits, bitcast<vec4<u32>>(vec4<f32>(bitcast<vec4<i32>>(bits))), subnormal);
    // 0x3f2aaaab is 2/3: what lies above it is k and 1 + f.
    let above = normal - vec4<u32>(0x3f2aaaabu);
    let exponent = vec4<f32>(bitcast<vec4<i32>>(above) >> vec4<u32>(23u));
    let k = exponent - select(vec4<f32>(0.0), vec4<f32>(149.0), subnormal);
    let f = bitcast<vec4<f32>>((above & vec4<u32>(0x007fffffu)) + vec4<u32>(0x3f2aaaabu)) - 1.0;
    let z = f * f;
    let p_high = (0.140044302 + f * -0.121728905) + z * (0.139932007 + f * -0.129452810);
    let p_middle = (0.200104773 + f * -0.166812077) + z * p_high;
    let p = (0.333332151 + f * -0.249997839) + z * p_middle;
    let y = z * (f * p - 0.5);
    let result = ((y + k * -0.000212194442) + f) + k * 0.693359375;
    // 0, below 0, inf and NaN.
    var infinity_bits = vec4<u32>(0x7f800000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let size = bits & vec4<u32>(0x7fffffffu);
    let kept = (bits == infinity_bits) | (size > infinity_bits);
    let beyond = select(nan_bits, bits, kept);
    let special = select(beyond, infinity_bits | vec4<u32>(0x80000000u), size == vec4<u32>(0u));
    return select(result, bitcast<vec4<f32>>(special), bits - vec4<u32>(1u) >= vec4<u32>(0x7f7fffffu));
}
