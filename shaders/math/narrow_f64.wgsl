// float64 to float16 goes through float32, where an ordinary rounding would be rounded again. Rounded to odd instead,
// the second rounding cannot tell the difference (S. Boldo and G. Melquiond, "When double rounding is odd", 2005):
// an inexact result with an even last bit moves one step towards the value that it stands for.
fn narrow_f64(x: vec4<f64>) -> vec4<f32> {
    let near = vec4<f32>(x);
    let bits = bitcast<vec4<u32>>(near);
    let size = abs(vec4<f64>(near));
    let even = (bits & vec4<u32>(1u)) == vec4<u32>(0u);
    var odd = select(bits, bits + vec4<u32>(1u), even & (abs(x) > size));
    odd = select(odd, bits - vec4<u32>(1u), even & (abs(x) < size));
    return bitcast<vec4<f32>>(odd);
}
