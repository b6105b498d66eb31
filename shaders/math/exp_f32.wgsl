// exp of float32, four at a time. Only for the strict class: the steps below are exact as written, not reassociated.
//
// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 6.
// x = n ln 2 + r with |r| <= 0.3466; ln 2 is taken away in two parts, the first so short (9 bits) that n times it is
// exact. exp(r) = 1 + r + r^2 p(r), p of degree 4 by our own Remez exchange on the relative error (2^-28.2 with the
// coefficients rounded to float32), in Estrin's order. Then times 2^n in two steps, the last of which, 2^+-64,
// overflows to inf and rounds to subnormals.
// NaN goes through all steps. Above 104, n stays 150 and r grows, so that 1 + ... is inf or large, and the result inf.
// Worst error over all arguments from 2^-27 to 192, both signs, and a sixteenth of the others, 1.002 ulp (one argument
// above 1); 29 operations.
fn exp_f32(x: vec4<f32>) -> vec4<f32> {
    let low = select(x, vec4<f32>(-104.0), x < vec4<f32>(-104.0));
    // 1.5 * 2^23 + 254 + n: the sum is rounded to a whole number, and has 254 + n in its low bits. A cast would clamp.
    let near = low * 1.44269502 + 12583166.0;
    let bits = min(bitcast<vec4<i32>>(near), vec4<i32>(0x4b400194));
    let n = bitcast<vec4<f32>>(bits) - 12583166.0;
    let r = (low - n * 0.693359375) - n * -0.000212194442;
    let z = r * r;
    let p = (0.499999940 + r * 0.166665167) + z * ((0.0416681021 + r * 0.00836919341) + z * 0.00138388388);
    let y = 1.0 + (r + z * p);
    // 2^64, or 2^-64 where x is negative; 254 + n, less the bits of that, are the bits of the other factor.
    let rest = ((bitcast<vec4<u32>>(x) >> vec4<u32>(1u)) & vec4<u32>(0x40000000u)) ^ vec4<u32>(0x5f800000u);
    let scale = (bitcast<vec4<u32>>(bits) << vec4<u32>(23u)) - rest;
    return (y * bitcast<vec4<f32>>(scale)) * bitcast<vec4<f32>>(rest);
}
