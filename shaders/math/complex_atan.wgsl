// atan and atanh of complex numbers.
//
// Method: W. Kahan, "Branch cuts for complex elementary functions" (1987). With x = |a| and y = |b| the parts of
// atanh z are log1p(4x / ((1 - x)^2 + y^2)) / 4 and atan2(2y, (1 - x)(1 + x) - y^2) / 2; far out, x / |z|^2 and pi/2;
// very near to 1, log(2 / y) / 2. Special cases as in C99, annex G.
// Worst errors found over some 45000 arguments of each width, in ulp of the result's larger part: 2.3 (complex64 and
// complex128). About 40 operations beside those of log1p and atan2.
fn atanh_c64(z: C64) -> C64 {
    let one = vec4<f32>(1.0);
    let x = abs(z.re);
    let y = abs(z.im);
    let bound = complex_large_f32();
    let far = (x > bound) | (y > bound);
    let less = one - x;
    var re = vec4<f32>(0.25) * log1p_f32((vec4<f32>(4.0) * x) / (less * less + y * y));
    var im = vec4<f32>(0.5) * atan2_f32(y + y, less * (one + x) - y * y);
    let pole = (x == one) & (y < complex_small_f32());
    if any(pole) {
        re = select(re, vec4<f32>(0.34657359027997264) - vec4<f32>(0.5) * log_f32(y), pole);
    }
    let wide = x > y;
    let large = select(y, x, wide);
    let ratio = select(x, y, wide) / large;
    let outer = (select(ratio, one, wide) / large) / (one + ratio * ratio);
    // inf is far from everything, even beside NaN.
    let infinite = is_infinite_c64(x) | is_infinite_c64(y);
    re = select(select(re, outer, far), vec4<f32>(0.0), infinite | (x == vec4<f32>(0.0)));
    let flat = (infinite & !is_nan_c64(y)) | (far & !is_nan_c64(x + y));
    im = select(im, vec4<f32>(1.5707963267948966), flat);
    return C64(complex_copysign_f32(re, z.re), complex_copysign_f32(im, z.im));
}

// -i atanh(iz).
fn atan_c64(x: C64) -> C64 {
    let turned = atanh_c64(C64(-x.im, x.re));
    return C64(turned.im, -turned.re);
}
