// Small functions of f64 that choose among values, exactly as NumPy's.

// 1, -1 or 0; both zeros give 0, NaN gives NaN.
fn sign_f64(x: vec4<f64>) -> vec4<f64> {
    let zero = vec4<f64>(0.0lf);
    let below = select(x, vec4<f64>(-1.0lf), x < zero);
    return select(select(below, vec4<f64>(1.0lf), x > zero), zero, x == zero);
}

// 0 below 0, 1 above, x2 at 0; NaN of the first operand only.
fn heaviside_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let zero = vec4<f64>(0.0lf);
    let below = select(x1, zero, x1 < zero);
    return select(select(below, vec4<f64>(1.0lf), x1 > zero), x2, x1 == zero);
}

// The one that is a number; of equal ones, 0 and -0, the second.
fn fmax_f64(a: vec4<f64>, b: vec4<f64>) -> vec4<f64> {
    return select(b, a, (a > b) | is_nan_f64(b));
}

fn fmin_f64(a: vec4<f64>, b: vec4<f64>) -> vec4<f64> {
    return select(b, a, (a < b) | is_nan_f64(b));
}

// Times pi / 180 and 180 / pi, each rounded to f64 before.
fn deg2rad_f64(x: vec4<f64>) -> vec4<f64> {
    return x * 0.017453292519943295lf;
}

fn rad2deg_f64(x: vec4<f64>) -> vec4<f64> {
    return x * 57.29577951308232lf;
}
