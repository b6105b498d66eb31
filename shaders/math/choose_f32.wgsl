// Small functions of f32 that choose among values, exactly as NumPy's.

// 1, -1 or 0; both zeros give 0, NaN gives NaN.
fn sign_f32(x: vec4<f32>) -> vec4<f32> {
    let zero = vec4<f32>(0.0);
    let below = select(x, vec4<f32>(-1.0), x < zero);
    return select(select(below, vec4<f32>(1.0), x > zero), zero, x == zero);
}

// 0 below 0, 1 above, x2 at 0; NaN of the first operand only.
fn heaviside_f32(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let zero = vec4<f32>(0.0);
    let below = select(x1, zero, x1 < zero);
    return select(select(below, vec4<f32>(1.0), x1 > zero), x2, x1 == zero);
}

// The one that is a number; of equal ones, 0 and -0, the second.
fn fmax_f32(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a > b) | is_nan_f32(b));
}

fn fmin_f32(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a < b) | is_nan_f32(b));
}

// Times pi / 180 and 180 / pi, each rounded to f32 before.
fn deg2rad_f32(x: vec4<f32>) -> vec4<f32> {
    return x * 0.01745329238474369;
}

fn rad2deg_f32(x: vec4<f32>) -> vec4<f32> {
    return x * 57.2957763671875;
}
