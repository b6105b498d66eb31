// maximum and minimum as NumPy's: the first NaN wins, whichever side it is on.

fn maximum_f32(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a > b) | (a == b) | is_nan_f32(a));
}

fn minimum_f32(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a < b) | (a == b) | is_nan_f32(a));
}

fn maximum_f64(a: vec4<f64>, b: vec4<f64>) -> vec4<f64> {
    return select(b, a, (a > b) | (a == b) | is_nan_f64(a));
}

fn minimum_f64(a: vec4<f64>, b: vec4<f64>) -> vec4<f64> {
    return select(b, a, (a < b) | (a == b) | is_nan_f64(a));
}
