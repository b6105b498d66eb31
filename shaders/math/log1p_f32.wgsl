// log(1 + x) of float32, four at a time. Only for the strict class.
//
// Method: that of log_f32, on 1 + x = 2^k (1 + f) with 1 + f in [3/4, 3/2) about: k is found on the bits of 1 + x as
// rounded, and f = 2^-k x + (2^-k - 1) from x itself, which between these bounds is exact or off by 2^-25 of a result
// above 17. log(1 + f) = f + f^2 (f p(f) - 1/2), p of degree 7 by our own minimax fit to the relative error (2^-27.6
// with the coefficients rounded to float32), in Estrin's order.
// Worst error over a quarter of the positive and half of the negative arguments 0.992 ulp; 44 operations.
fn log1p_f32(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let sum = bitcast<vec4<i32>>(1.0 + x);
    // 0x3f400000 is 3/4.
    let above = sum - vec4<i32>(0x3f400000);
    let scale = above & vec4<i32>(-0x800000);
    let k = vec4<f32>(above >> vec4<u32>(23u));
    // 2^-k is 0 where it is too small to count. Where x is small k is 0 and x stays as it is.
    let inverse = bitcast<vec4<f32>>(max(vec4<i32>(0x3f800000) - scale, vec4<i32>(0)));
    let f = bitcast<vec4<f32>>(bitcast<vec4<i32>>(x) - scale) + (inverse - 1.0);
    let z = f * f;
    let p_high = (0.1447763 + f * -0.131639376) + z * (0.104725577 + f * -0.0451523438);
    let p = (0.333334506 + f * -0.250001103) + z * ((0.19990848 + f * -0.166468784) + z * p_high);
    let y = z * (f * p - 0.5);
    let result = ((y + k * -0.000212194442) + f) + k * 0.693359375;
    // -1, below -1, inf and NaN; the result's sign is that of x, also where it is 0.
    var infinity_bits = vec4<u32>(0x7f800000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let kept = (bits == infinity_bits) | ((bits & vec4<u32>(0x7fffffffu)) > infinity_bits);
    let beyond = select(nan_bits, bits, kept);
    let special = select(beyond, infinity_bits, bits == vec4<u32>(0xbf800000u));
    let outside = (bits >= vec4<u32>(0xbf800000u)) | (bitcast<vec4<i32>>(bits) >= vec4<i32>(0x7f800000));
    let value = select(bitcast<vec4<u32>>(result), special, outside);
    return bitcast<vec4<f32>>(value | (bits & vec4<u32>(0x80000000u)));
}
