// exp in two parts, for erfc, i0 and gamma of float32. Only for the strict class.
//
// Method: the reduction of exp_f32 (W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980,
// chapter 6): n ln 2 is taken away in two parts, n times the first is exact for |n| below 2^15. The polynomial is of
// degree 4, by our own Remez exchange (2^-23.9 on (exp(r) - 1 - r) / r^2). 15 operations, and 8 to scale.

// exp(head + tail) = (1 + rest) 2^n, for what must not lose half an ulp to the rounding of 1 + rest. Only for |head|
// below 200 and |tail| below 0.1 or so.
struct SpecialExpF32 {
    rest: vec4<f32>,
    n: vec4<f32>,
}

fn special_exp_f32(head: vec4<f32>, tail: vec4<f32>) -> SpecialExpF32 {
    let n = round(head * 1.44269502);
    let r = ((head - n * 0.693359375) - n * -0.000212194442) + tail;
    let z = r * r;
    let p = (0.5 + r * 0.166665733) + z * ((0.0416666418 + r * 0.0083637638) + z * 0.00139126647);
    return SpecialExpF32(r + z * p, n);
}

// y 2^n with one rounding; y has to be far from overflow and from subnormals, y 2^n has not. The exponent is added as
// an integer, 64 too near to 0, and a last product makes up for it.
fn special_scale_f32(y: vec4<f32>, n: vec4<f32>) -> vec4<f32> {
    // 1.5 * 2^23 + n has n in its low bits: a cast would clamp.
    let exponent = bitcast<vec4<u32>>(n + 12582912.0) << vec4<u32>(23u);
    let large = n > vec4<f32>(0.0);
    let nearer = select(vec4<u32>(0x20000000u), vec4<u32>(0xe0000000u), large);
    let rest = select(vec4<f32>(5.42101086e-20), vec4<f32>(18446744073709551616.0), large);
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(y) + exponent + nearer) * rest;
}
