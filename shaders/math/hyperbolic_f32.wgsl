// Hyperbolic functions of float32, four at a time. Only for the strict class: the steps below are exact as written,
// not reassociated. Reduction as in exp_f32.wgsl, after W. J. Cody and W. Waite, "Software Manual for the Elementary
// Functions" (1980): |x| = n ln 2 + r. Polynomials by our own Remez exchange on the relative error, the coefficients
// rounded to float32.
//
// sinh and cosh by the addition theorem, with cosh(n ln 2) and sinh(n ln 2) = (2^n +- 2^-n)/2: nothing is divided and
// nothing cancels. sinh(r) = r + r^3 p(r^2), p of degree 1 (2^-26.2); 2 cosh(r) = 2 + r^2 + r^4 q(r^2), q of degree 1
// (2^-33.2 of cosh(r)).

// A quarter of 2 cosh(n ln 2) and 2 sinh(n ln 2), so that they do not overflow before the result; twice sinh(r) and
// twice cosh(r) - 1.
struct HyperbolicF32 {
    wide: vec4<f32>,
    narrow: vec4<f32>,
    sine: vec4<f32>,
    cosine: vec4<f32>,
}

fn hyperbolic_f32_reduce(size: vec4<f32>) -> HyperbolicF32 {
    // The results overflow from 89.416 on.
    let inside = select(size, vec4<f32>(89.5), size > vec4<f32>(89.5));
    let n = round(inside * 1.44269502);
    let r = (inside - n * 0.693359375) - n * -0.000212194442;
    let z = r * r;
    let twice = r + r;
    let sine = twice + (twice * z) * (0.166665435 + z * 0.00836655311);
    let cosine = z + (z * z) * (0.0833329186 + z * 0.00278708758);
    // 2^(n - 2) by its bits, from 1.5 * 2^23 + n, which has n in its low bits. 2^-(n - 2) has the exponent mirrored.
    let power = (bitcast<vec4<u32>>(n + 12582912.0) << vec4<u32>(23u)) + vec4<u32>(0x3e800000u);
    let high = bitcast<vec4<f32>>(power);
    let low = bitcast<vec4<f32>>(vec4<u32>(0x7f000000u) - power) * 0.0625;
    return HyperbolicF32(high + low, high - low, sine, cosine);
}

// Worst error over all arguments 2.01 ulp (one argument above 2); 38 operations.
fn sinh_f32(x: vec4<f32>) -> vec4<f32> {
    let part = hyperbolic_f32_reduce(abs(x));
    let size = part.narrow + (part.narrow + (part.narrow * part.cosine + part.wide * part.sine));
    let sign = bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u);
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(size) | sign);
}

// Worst error over all arguments 1.82 ulp; 36 operations.
fn cosh_f32(x: vec4<f32>) -> vec4<f32> {
    let part = hyperbolic_f32_reduce(abs(x));
    return part.wide + (part.wide + (part.wide * part.cosine + part.narrow * part.sine));
}

// Up to 0.5625 tanh(x) = x + x^3 p(x^2) / q(x^2), p and q of degree 1 (2^-28.8); beyond, 1 - 2 / (exp(2 x) + 1), with
// exp as in exp_f32.wgsl. One division does for both. Worst error over all arguments 1.42 ulp; 42 operations.
fn tanh_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let near = size < vec4<f32>(0.5625);
    // From 9.02 on the result is 1.
    let twice = 2.0 * select(size, vec4<f32>(10.0), size > vec4<f32>(10.0));
    let n = round(twice * 1.44269502);
    let r = (twice - n * 0.693359375) - n * -0.000212194442;
    let z = r * r;
    let p = (0.499999940 + r * 0.166665167) + z * ((0.0416681021 + r * 0.00836919341) + z * 0.00138388388);
    // 1.5 * 2^23 + n has n in its low bits: a cast would clamp.
    let power = bitcast<vec4<f32>>((bitcast<vec4<u32>>(n + 12582912.0) << vec4<u32>(23u)) + vec4<u32>(0x3f800000u));
    let exp_twice = power * (1.0 + (r + z * p));
    let square = size * size;
    let over = select(vec4<f32>(-2.0), square * (-0.333333194 + square * -0.00155004265), near);
    let under = 1.0 + select(exp_twice, square * 0.404641896, near);
    let from_one = select(vec4<f32>(1.0), size, near);
    let sign = bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u);
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(from_one + from_one * (over / under)) | sign);
}
