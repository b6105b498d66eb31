// Complex numbers, four at a time, written for complex64. The twin for complex128 is this text with f32 and c64
// exchanged for f64 and c128, so no constant here may depend on the width.

struct C64 {
    re: vec4<f32>,
    im: vec4<f32>,
}

fn multiply_c64(a: C64, b: C64) -> C64 {
    return C64(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}

// R. L. Smith, "Algorithm 116: Complex division", CACM 5 (1962): the larger part of the divisor is divided out, so
// that nothing overflows that need not. A divisor of 0 divides each part by its size, as NumPy does.
fn divide_c64(a: C64, b: C64) -> C64 {
    let re_size = abs(b.re);
    let im_size = abs(b.im);
    let wide = re_size >= im_size;
    let large = select(b.im, b.re, wide);
    let small = select(b.re, b.im, wide);
    let ratio = small / large;
    let scale = vec4<f32>(1.0) / (large + small * ratio);
    let a_near = select(a.im, a.re, wide);
    let a_far = select(a.re, a.im, wide);
    let cross = a_far - a_near * ratio;
    let quotient = C64((a_near + a_far * ratio) * scale, select(-cross, cross, wide) * scale);
    let zero = (re_size == vec4<f32>(0.0)) & (im_size == vec4<f32>(0.0));
    return C64(select(quotient.re, a.re / re_size, zero), select(quotient.im, a.im / re_size, zero));
}

// The larger part is divided out, so that the squares neither overflow nor vanish; an infinite part is infinite
// whatever the other is.
fn abs_c64(x: C64) -> vec4<f32> {
    let a = abs(x.re);
    let b = abs(x.im);
    let large = select(b, a, a > b);
    let small = select(a, b, a > b);
    let ratio = small / large;
    let size = large * sqrt(vec4<f32>(1.0) + ratio * ratio);
    let exact = (large == vec4<f32>(0.0)) | (large == small + large + large);
    return select(size, large, exact);
}

// W. Kahan, "Branch cuts for complex elementary functions" (1987): the root of the part that does not cancel, the
// other part by division.
fn sqrt_c64(x: C64) -> C64 {
    let size = abs_c64(x);
    // A quarter is divided out and a half put back, so that the sum below cannot overflow.
    let root = sqrt((size * vec4<f32>(0.25) + abs(x.re) * vec4<f32>(0.25)) * vec4<f32>(2.0));
    let other = abs(x.im) / (root + root);
    let right = !(x.re < vec4<f32>(0.0));
    let re = select(other, root, right);
    let im = select(root, other, right);
    let zero = (x.re == vec4<f32>(0.0)) & (x.im == vec4<f32>(0.0));
    let down = sign_c64(x.im);
    let infinite = is_infinite_c64(x.im);
    let re_infinite = is_infinite_c64(x.re);
    var result = C64(select(re, vec4<f32>(0.0), zero), select(im, vec4<f32>(0.0), zero));
    result.re = select(result.re, select(vec4<f32>(0.0) * x.im * vec4<f32>(0.0), abs(x.re), right), re_infinite);
    result.im = select(result.im, select(abs(x.re), vec4<f32>(0.0), right), re_infinite);
    result.re = select(result.re, abs(x.im), infinite);
    result.im = select(result.im, abs(x.im), infinite);
    return C64(result.re, select(result.im, -result.im, down));
}

fn equal_c64(a: C64, b: C64) -> vec4<bool> {
    return (a.re == b.re) & (a.im == b.im);
}

fn is_infinite_c64(x: vec4<f32>) -> vec4<bool> {
    return (x == x + x) & !(x == vec4<f32>(0.0));
}

// Whether the sign bit is set: of -0 as of any negative number.
fn sign_c64(x: vec4<f32>) -> vec4<bool> {
    return (x < vec4<f32>(0.0)) | ((x == vec4<f32>(0.0)) & (vec4<f32>(1.0) / x < vec4<f32>(0.0)));
}
