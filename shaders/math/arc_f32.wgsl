// Inverse trigonometric functions of float32, four at a time. Only for the strict class: the steps below are exact as
// written, not reassociated. Polynomials by our own Remez exchange on the relative error, the coefficients rounded to
// float32.
//
// asin and acos: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 10. Up to 1/2
// asin(x) = x + x^3 p(x^2), p of degree 4 (2^-27.6); beyond, asin(x) = pi/2 - 2 asin(sqrt((1 - x)/2)).

// asin(root) = root + rest for the root that is |x| up to 1/2 and sqrt((1 - |x|)/2) beyond. NaN beyond 1.
struct ArcF32Sine {
    root: vec4<f32>,
    rest: vec4<f32>,
    far: vec4<bool>,
}

fn arc_f32_sine(size: vec4<f32>) -> ArcF32Sine {
    let far = size > vec4<f32>(0.5);
    // 1 - size is exact there.
    let z = select(size * size, 0.5 - 0.5 * size, far);
    let root = select(size, sqrt(abs(z)), far);
    let p_high = 0.0454691537 + z * (0.0241847411 + z * 0.0421583988);
    let p = 0.166667521 + z * (0.0749530941 + z * p_high);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let rest = select((root * z) * p, bitcast<vec4<f32>>(nan_bits), size > vec4<f32>(1.0));
    return ArcF32Sine(root, rest, far);
}

// Worst error over all arguments 1.66 ulp; 25 operations, one of them a root.
fn asin_f32(x: vec4<f32>) -> vec4<f32> {
    let sine = arc_f32_sine(abs(x));
    let near = sine.root + sine.rest;
    // pi/2 = 1.57079637 - 4.37113883e-8.
    let far = 1.57079637 - (2.0 * sine.root + (2.0 * sine.rest + 4.37113883e-8));
    let size = bitcast<vec4<u32>>(select(near, far, sine.far));
    return bitcast<vec4<f32>>(size | (bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u)));
}

// pi/2 - asin(x) up to 1/2, twice the asin of the root beyond, pi less that below -1/2. Worst error over all arguments
// 1.15 ulp; 33 operations.
fn acos_f32(x: vec4<f32>) -> vec4<f32> {
    let sine = arc_f32_sine(abs(x));
    let sign = bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u);
    let negative = x < vec4<f32>(0.0);
    let scale = select(vec4<f32>(1.0), vec4<f32>(2.0), sine.far);
    let base = select(vec4<f32>(1.57079637), select(vec4<f32>(0.0), vec4<f32>(3.14159274), negative), sine.far);
    // Added beyond 1/2 and taken away before it; the other way round for negative x.
    let turn = sign ^ select(vec4<u32>(0x80000000u), vec4<u32>(0u), sine.far);
    let root = bitcast<vec4<f32>>(bitcast<vec4<u32>>(sine.root * scale) ^ turn);
    let rest = bitcast<vec4<f32>>(bitcast<vec4<u32>>(sine.rest * scale) ^ turn);
    return (base + root) + (rest - base * 2.78275341e-8);
}

// atan: the quotient of the smaller to the larger of |x| and 1 is at most 1, and its atan is the result or pi/2 less
// the result. atan(t) = t + t^3 p(t^2), p of degree 8 (2^-28.1), in Estrin's order. Worst error 1.36 ulp; 33
// operations, one of them a division.
fn arc_f32_tangent(z: vec4<f32>) -> vec4<f32> {
    let y = z * z;
    let low = (-0.333332986 + z * 0.199985296) + y * (-0.142640442 + z * 0.109513424);
    let high = (-0.0840203017 + z * 0.0579574481) + y * (-0.0312055852 + z * 0.0109453909);
    return low + (y * y) * (high + (y * y) * -0.00180408393);
}

fn atan_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let large = size > vec4<f32>(1.0);
    let t = select(size, vec4<f32>(-1.0), large) / select(vec4<f32>(1.0), size, large);
    let z = t * t;
    let rest = (t * z) * arc_f32_tangent(z);
    // pi/2 = 1.57079637 - 4.37113883e-8.
    let base = select(vec4<f32>(0.0), vec4<f32>(1.57079637), large);
    let angle = base + (t + (rest - base * 2.78275341e-8));
    let sign = bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u);
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(angle) | sign);
}

// The angle of the point (x2, x1): as atan, in the octant where the quotient is at most 1. Two zeros count as 0/1 and
// two infinities as 1/1, as in C99, annex F. Worst error found 1.58 ulp; 44 operations.
fn atan2_f32(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let y = abs(x1);
    let x = abs(x2);
    let steep = y > x;
    let large = select(x, y, steep);
    let small = select(y, x, steep);
    let zero = large == vec4<f32>(0.0);
    let level = select(vec4<f32>(1.0), vec4<f32>(0.0), zero);
    let quotient = select(small / large, level, y == x);
    let left = bitcast<vec4<u32>>(x2) & vec4<u32>(0x80000000u);
    let turn = left ^ select(vec4<u32>(0u), vec4<u32>(0x80000000u), steep);
    let t = bitcast<vec4<f32>>(bitcast<vec4<u32>>(quotient) ^ turn);
    let z = t * t;
    let rest = (t * z) * arc_f32_tangent(z);
    let level_base = bitcast<vec4<f32>>(select(vec4<u32>(0u), vec4<u32>(0x40490fdbu), left != vec4<u32>(0u)));
    let base = select(level_base, vec4<f32>(1.57079637), steep);
    // pi = 3.14159274 - 8.74227766e-8.
    let angle = base + (t + (rest - base * 2.78275341e-8));
    let sign = bitcast<vec4<u32>>(x1) & vec4<u32>(0x80000000u);
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(angle) | sign);
}
