// 2^x of float32, four at a time. Only for the strict class: the steps below are exact as written, not reassociated.
//
// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 6; in base 2 the
// reduction x = n + r, |r| <= 1/2, is exact. 2^r = 1 + r q(r), q of degree 5 by our own minimax fit to the relative
// error (2^-28.3 with the coefficients rounded to float32).
// NaN goes through all steps. Above 150, n stays that and r grows, so that 1 + ... is inf or large, and the result inf.
// Worst error over all arguments from 2^-27 to 192, both signs, 1.270 ulp; 26 operations.
fn exp2_f32(x: vec4<f32>) -> vec4<f32> {
    let low = select(x, vec4<f32>(-151.0), x < vec4<f32>(-151.0));
    // 1.5 * 2^23 + 254 + n: the sum is rounded to a whole number, and has 254 + n in its low bits. A cast would clamp.
    let bits = min(bitcast<vec4<i32>>(low + 12583166.0), vec4<i32>(0x4b400194));
    let r = low - (bitcast<vec4<f32>>(bits) - 12583166.0);
    let z = r * r;
    let q_high = (0.00961850584 + r * 0.00133908063) + z * 0.000153264715;
    let q = (0.693147182 + r * 0.240226477) + z * (0.0555035993 + r * q_high);
    return exp2_f32_scale(1.0 + r * q, bitcast<vec4<u32>>(bits), bitcast<vec4<u32>>(x));
}

// y 2^n, y near 1, n from -180 to 180, of which come the bits of 1.5 * 2^23 + 254 + n and the sign bit; in two steps,
// the last of which, 2^+-64, overflows to inf and rounds to subnormals.
fn exp2_f32_scale(y: vec4<f32>, bits: vec4<u32>, sign: vec4<u32>) -> vec4<f32> {
    // 2^64, or 2^-64 where n is negative; 254 + n, less the bits of that, are the bits of the other factor.
    let rest = ((sign >> vec4<u32>(1u)) & vec4<u32>(0x40000000u)) ^ vec4<u32>(0x5f800000u);
    return (y * bitcast<vec4<f32>>((bits << vec4<u32>(23u)) - rest)) * bitcast<vec4<f32>>(rest);
}
