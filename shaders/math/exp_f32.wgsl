// exp of float32, four at a time. Only for the strict class: the steps below are exact as written, not reassociated.
//
// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 6.
// x = n ln 2 + r with |r| <= 0.3466; ln 2 is taken away in two parts, the first so short (9 bits) that n times it is
// exact. exp(r) = 1 + r + r^2 p(r), p of degree 4 by our own Remez exchange on the relative error (2^-28.2 with the
// coefficients rounded to float32), in Estrin's order. The exponent is added as an integer, 64 too near to 0, and a
// last product by 2^+-64 makes up for it: that one product overflows to inf and rounds to subnormals.
// Worst error over all 2^32 arguments 1.002 ulp (one argument above 1), 0.751 in subnormal results; 33 operations.
fn exp_f32(x: vec4<f32>) -> vec4<f32> {
    let low = select(x, vec4<f32>(-104.0), x < vec4<f32>(-104.0));
    let inside = select(low, vec4<f32>(89.0), low > vec4<f32>(89.0));
    let n = round(inside * 1.44269502);
    let r = (inside - n * 0.693359375) - n * -0.000212194442;
    let z = r * r;
    let p = (0.499999940 + r * 0.166665167) + z * ((0.0416681021 + r * 0.00836919341) + z * 0.00138388388);
    let y = 1.0 + (r + z * p);
    // 1.5 * 2^23 + n has n in its low bits: a cast would clamp.
    let exponent = bitcast<vec4<u32>>(n + 12582912.0) << vec4<u32>(23u);
    let negative = x < vec4<f32>(0.0);
    let nearer = select(vec4<u32>(0xe0000000u), vec4<u32>(0x20000000u), negative);
    let rest = select(vec4<f32>(18446744073709551616.0), vec4<f32>(5.42101086e-20), negative);
    let result = bitcast<vec4<f32>>(bitcast<vec4<u32>>(y) + exponent + nearer) * rest;
    let is_nan = (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
    return select(result, x, is_nan);
}
