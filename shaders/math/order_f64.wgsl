// maximum and minimum as NumPy's: the first NaN wins, whichever side it is on; of equal ones, 0 and -0, the second.

// Devices with float64 are those of Vulkan, where strict kernels keep NaN.
fn is_nan_f64(x: vec4<f64>) -> vec4<bool> {
    return !(x == x);
}

fn maximum_f64(a: vec4<f64>, b: vec4<f64>) -> vec4<f64> {
    return select(b, a, (a > b) | is_nan_f64(a));
}

fn minimum_f64(a: vec4<f64>, b: vec4<f64>) -> vec4<f64> {
    return select(b, a, (a < b) | is_nan_f64(a));
}
