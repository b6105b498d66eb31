// maximum, minimum, fmax and fmin of float16 (float32 in registers) as NumPy's, which chooses the first of 0 and -0,
// unlike in its wider dtypes.

fn maximum_f16(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a >= b) | is_nan_f32(a));
}

fn minimum_f16(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a <= b) | is_nan_f32(a));
}

fn fmax_f16(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a >= b) | is_nan_f32(b));
}

fn fmin_f16(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a <= b) | is_nan_f32(b));
}
