// NaN by its bits: compilers may assume that no float is NaN, and then fold x == x.

fn is_nan_f32(x: vec4<f32>) -> vec4<bool> {
    return (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
}

fn is_nan_f64(x: vec4<f64>) -> vec4<bool> {
    return !(x == x);
}
