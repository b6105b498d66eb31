// maximum and minimum as NumPy's: the first NaN wins, whichever side it is on; of equal ones, 0 and -0, the second.

// By its bits: compilers may assume that no float is NaN, and then fold x == x.
fn is_nan_f32(x: vec4<f32>) -> vec4<bool> {
    return (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
}

fn maximum_f32(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a > b) | is_nan_f32(a));
}

fn minimum_f32(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return select(b, a, (a < b) | is_nan_f32(a));
}
