// Complex numbers, four at a time, written for complex64. The twin for complex128 is this text with f32 and c64
// exchanged for f64 and c128, so no constant here may depend on the width.

struct C64 {
    re: vec4<f32>,
    im: vec4<f32>,
}

fn multiply_c64(a: C64, b: C64) -> C64 {
    return C64(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}

// R. L. Smith, "Algorithm 116: Complex division", CACM 5 (1962): the larger part of the divisor is divided out. Both
// numbers are first brought near 1 by powers of 2, without which quotients of very large or very small numbers
// overflow, vanish or lose their bits on the way (M. Baudin and R. L. Smith, "A robust complex division in Scilab",
// 2012). A divisor of 0 divides each part by its size, as NumPy does. Worst error found 3.0 ulp of the norm.
fn divide_c64(a: C64, b: C64) -> C64 {
    let re_size = abs(b.re);
    let im_size = abs(b.im);
    let wide = re_size >= im_size;
    let up = complex_scale_f32(select(im_size, re_size, wide));
    let a_up = complex_scale_f32(select(abs(a.im), abs(a.re), abs(a.re) > abs(a.im)));
    let large = select(b.im, b.re, wide) * up;
    let small = select(b.re, b.im, wide) * up;
    let ratio = small / large;
    let inverse = vec4<f32>(1.0) / (large + small * ratio);
    let near = select(a.im, a.re, wide) * a_up;
    let far = select(a.re, a.im, wide) * a_up;
    let im = select(near * ratio - far, far - near * ratio, wide) * inverse;
    // Back: in one step where the two powers oppose each other.
    let down = vec4<f32>(1.0) / a_up;
    let opposed = (up > vec4<f32>(1.0)) != (down > vec4<f32>(1.0));
    let first = select(up, up * down, opposed);
    let second = select(down, vec4<f32>(1.0), opposed);
    let zero = (re_size == vec4<f32>(0.0)) & (im_size == vec4<f32>(0.0));
    return C64(
        select((((near + far * ratio) * inverse) * first) * second, a.re / re_size, zero),
        select((im * first) * second, a.im / re_size, zero),
    );
}

// An infinite part makes the size infinite, even beside NaN.
fn abs_c64(x: C64) -> vec4<f32> {
    return hypot_f32(x.re, x.im);
}

// P. Friedland, "Algorithm 312: Absolute value and square root of a complex number", CACM 10 (1967): the part that
// does not cancel is a root, the other a quotient. Very large and very small numbers are scaled by powers of 4 whose
// roots are exact. Special cases as in C99, annex G.
fn sqrt_c64(x: C64) -> C64 {
    let size = max(abs(x.re), abs(x.im));
    let huge = size > vec4<f32>(1.2676506002282294e30);
    let tiny = size < vec4<f32>(9.5367431640625e-7);
    let scale = select(select(vec4<f32>(1.0), vec4<f32>(3.2451855365842673e32), tiny), vec4<f32>(0.0625), huge);
    let back = select(select(vec4<f32>(1.0), vec4<f32>(5.551115123125783e-17), tiny), vec4<f32>(4.0), huge);
    let a = abs(x.re) * scale;
    let b = abs(x.im) * scale;
    let root = sqrt((a + abs_c64(C64(a, b))) * vec4<f32>(0.5));
    let other = b / (root + root);
    let left = x.re < vec4<f32>(0.0);
    var re = select(root, other, left) * back;
    var im = select(other, root, left) * back;

    let zero = (x.re == vec4<f32>(0.0)) & (x.im == vec4<f32>(0.0));
    re = select(re, abs(x.re), zero);
    im = select(im, abs(x.im), zero);
    // NaN from a NaN part, 0 from any other.
    let vanished = abs(x.im - x.im);
    let infinite = is_infinite_c64(x.re);
    re = select(re, select(abs(x.re), vanished, left), infinite);
    im = select(im, select(vanished, abs(x.re), left), infinite);
    let undefined = is_nan_c64(x.re);
    re = select(re, x.re, undefined);
    im = select(im, x.re, undefined);
    let above = is_infinite_c64(x.im);
    re = select(re, abs(x.im), above);
    im = select(im, abs(x.im), above);
    return C64(re, select(im, -im, is_signed_c64(x.im)));
}

fn equal_c64(a: C64, b: C64) -> vec4<bool> {
    return (a.re == b.re) & (a.im == b.im);
}

fn is_nan_c64(x: vec4<f32>) -> vec4<bool> {
    return !(x == x);
}

fn is_infinite_c64(x: vec4<f32>) -> vec4<bool> {
    return (x == x + x) & !(x == vec4<f32>(0.0));
}

// Whether the sign bit is set: of -0 as of any negative number.
fn is_signed_c64(x: vec4<f32>) -> vec4<bool> {
    return (x < vec4<f32>(0.0)) | ((x == vec4<f32>(0.0)) & (vec4<f32>(1.0) / x < vec4<f32>(0.0)));
}
