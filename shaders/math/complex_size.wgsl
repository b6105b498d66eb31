// Direction and reciprocal of complex numbers.

// By a power of 2, the larger part of z comes near to 1: no square then overflows or vanishes.
fn complex_scaled_c64(x: C64) -> C64 {
    let a = abs(x.re);
    let b = abs(x.im);
    let scale = complex_scale_f32(select(b, a, a > b));
    return C64(x.re * scale, x.im * scale);
}

// z / |z|; +-1 or +-i beside an infinite part, 0 for 0, and NaN for two infinite parts or any NaN.
fn sign_c64(x: C64) -> C64 {
    let scaled = complex_scaled_c64(x);
    let re_infinite = is_infinite_c64(x.re);
    let im_infinite = is_infinite_c64(x.im);
    // One infinite part is 1 beside a 0; two are NaN by 0 / 0.
    let one = vec4<f32>(1.0);
    let zero = vec4<f32>(0.0);
    let re = select(select(scaled.re, zero, im_infinite), complex_copysign_f32(one, x.re), re_infinite & !im_infinite);
    let im = select(select(scaled.im, zero, re_infinite), complex_copysign_f32(one, x.im), im_infinite & !re_infinite);
    let size = sqrt(re * re + im * im);
    let none = (x.re == zero) & (x.im == zero);
    let undefined = is_nan_c64(x.re) | is_nan_c64(x.im);
    return C64(
        select(select(re / size, zero, none), complex_nan_f32(), undefined),
        select(select(im / size, zero, none), complex_nan_f32(), undefined),
    );
}

// conj(z) / |z|^2. NaN for 0 and for two infinite parts, as NumPy.
fn reciprocal_c64(x: C64) -> C64 {
    let a = abs(x.re);
    let b = abs(x.im);
    let scale = complex_scale_f32(select(b, a, a > b));
    let re = x.re * scale;
    let im = x.im * scale;
    let square = re * re + im * im;
    // Beside one infinite part there is nothing but zeros.
    let vanished = (is_infinite_c64(a) != is_infinite_c64(b)) & (square == square);
    let zero = vec4<f32>(0.0);
    return C64(
        select((re / square) * scale, complex_copysign_f32(zero, x.re), vanished),
        select((-im / square) * scale, complex_copysign_f32(zero, -x.im), vanished),
    );
}
