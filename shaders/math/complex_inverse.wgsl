// asin, acos, asinh, acosh of complex numbers.
//
// Method: T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, "Implementing the complex arcsine and arccosine functions using
// exception handling", TOMS 23 (1997). With x = |a|, y = |b|, r = |z + 1|, s = |z - 1| and A = (r + s) / 2, asin z has
// the parts atan(x / sqrt(A^2 - x^2)) and log(A + sqrt(A^2 - 1)). Both differences are formed without cancelling, from
//     2 (A - x) and 2 (A - 1) = u = y^2 / (r + x + 1) + (s + |x - 1|) or v = y^2 (1 / (r + x + 1) + 1 / (s + |x - 1|)),
// u being the first of them for x <= 1 and the second for x >= 1. y is kept out of the root of v, so that no square
// underflows. Unlike there, log1p and atan2 serve everywhere, and there is no case for small y; numbers so large that
// 1 is nothing beside them are divided by 16, and log(2 |z|) is the real logarithm.
// Special cases as in C99, annex G.
// Worst errors found over some 45000 arguments of each width, in ulp of the result's larger part: asin 2.5 (complex64)
// and 3.6 (complex128), acos and acosh 3.0 and 2.6, asinh 2.9 and 2.8. About 65 operations beside those of hypot
// (twice), log1p and atan2.

// re: sqrt(A^2 - x^2), to be compared with x in atan2; im: log(A + sqrt(A^2 - 1)).
fn complex_arc_c64(a: vec4<f32>, b: vec4<f32>) -> C64 {
    let one = vec4<f32>(1.0);
    let half = vec4<f32>(0.5);
    let bound = complex_large_f32();
    let large = (abs(a) > bound) | (abs(b) > bound);
    let scale = select(one, vec4<f32>(0.0625), large);
    let x = abs(a) * scale;
    let y = abs(b) * scale;
    let r = hypot_f32(x + one, y);
    let s = hypot_f32(x - one, y);
    let mean = half * (r + s);
    let p = one / (r + (x + one));
    let q = s + abs(x - one);
    let u = y * (y * p) + q;
    let w = p + one / q;
    let outside = x > one;
    let beside_x = mean + x;
    let beside_one = mean + one;
    // Not u / 2: that would take a bit from a subnormal.
    let root_u = sqrt(u * (half * select(beside_x, beside_one, outside)));
    // At x = 1 both are the same, and 1 / q may overflow.
    let root_v = select(y * sqrt(w * (half * select(beside_one, beside_x, outside))), root_u, x == one);
    let inner = half * select(y * (y * w), u, x >= one);
    let less = select(inner + select(root_v, root_u, outside), mean + mean, large);
    let size = log1p_f32(less) + select(vec4<f32>(0.0), vec4<f32>(2.772588722239781), large);
    let base = select(select(root_u, root_v, outside), abs(b), large);
    // The angle of 0 does not depend on the other part, be it NaN.
    return C64(select(base, one, (a == vec4<f32>(0.0)) & is_nan_c64(b)), size);
}

fn asin_c64(x: C64) -> C64 {
    let arc = complex_arc_c64(x.re, x.im);
    return C64(atan2_f32(x.re, arc.re), complex_copysign_f32(arc.im, x.im));
}

fn acos_c64(x: C64) -> C64 {
    let arc = complex_arc_c64(x.re, x.im);
    return C64(atan2_f32(arc.re, x.re), complex_copysign_f32(arc.im, -x.im));
}

// -i asin(iz).
fn asinh_c64(x: C64) -> C64 {
    let arc = complex_arc_c64(x.im, x.re);
    return C64(complex_copysign_f32(arc.im, x.re), atan2_f32(x.im, arc.re));
}

// i acos(z) or -i acos(z), whichever has a real part that is not negative.
fn acosh_c64(x: C64) -> C64 {
    let arc = complex_arc_c64(x.re, x.im);
    return C64(arc.im, complex_copysign_f32(atan2_f32(arc.re, x.re), x.im));
}
