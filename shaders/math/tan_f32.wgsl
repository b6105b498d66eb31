// tan of float32, four at a time, for every argument. Only for the strict class.
//
// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 9, with a polynomial
// in place of their quotient: after the reduction of trig_f32.wgsl tan(r) = r + r^3 p(r^2), p of degree 6 by our own
// Remez exchange on the relative error (2^-29.5 with the coefficients rounded to float32), in Estrin's order. In the
// odd quadrants it is -1 / tan(r). Worst error on arguments of all sizes 1.83 ulp; 38 operations with the reduction,
// one of them a division.
fn tan_f32(x: vec4<f32>) -> vec4<f32> {
    let reduced = trig_f32_reduce(abs(x));
    let r = reduced.head;
    let z = r * r;
    let y = z * z;
    let p_high = (0.0108477892 + z * 0.0000697761570) + y * 0.00438785041;
    let p = (0.333333492 + z * 0.133326694) + y * ((0.0540599748 + z * 0.0212793741) + y * p_high);
    let t = r + ((r * z) * p + reduced.tail);
    let odd = (reduced.quadrant & vec4<u32>(1u)) != vec4<u32>(0u);
    let one = vec4<f32>(1.0);
    let result = bitcast<vec4<u32>>(select(t, one, odd) / select(one, t, odd));
    let sign = bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u);
    return bitcast<vec4<f32>>(result ^ (sign ^ (reduced.quadrant << vec4<u32>(31u))));
}
