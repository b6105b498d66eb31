// exp in two parts, for erfc, i0 and gamma of float64. Only for the strict class.
//
// Method: as special_exp_f32; the first part of ln 2 has 32 bits, so that n times it is exact. The polynomial is of
// degree 10, by our own Remez exchange (2^-59 on (exp(r) - 1 - r) / r^2). 22 operations, and 8 to scale.

// exp(head + tail) = (1 + rest) 2^n, for what must not lose half an ulp to the rounding of 1 + rest. Only for |head|
// below 1200 and |tail| below 0.1 or so.
struct SpecialExpF64 {
    rest: vec4<f64>,
    n: vec4<f64>,
}

fn special_exp_f64(head: vec4<f64>, tail: vec4<f64>) -> SpecialExpF64 {
    let n = round(head * 1.4426950408889634lf);
    let r = ((head - n * 0.69314718060195446lf) - n * -4.2009150726810846e-11lf) + tail;
    let z = r * r;
    let e_8 = (2.7557336446042927e-07lf + r * 2.5105743996134444e-08lf) + z * 2.0889512945127716e-09lf;
    let e_6 = (2.4801587274782883e-05lf + r * 2.7557254144895493e-06lf) + z * e_8;
    let e_4 = (0.001388888888889765lf + r * 0.00019841269875809912lf) + z * e_6;
    let e_2 = (0.041666666666666664lf + r * 0.0083333333333258375lf) + z * e_4;
    let p = (0.5lf + r * 0.16666666666666671lf) + z * e_2;
    return SpecialExpF64(r + z * p, n);
}

// y 2^n with one rounding; y has to be far from overflow and from subnormals, y 2^n has not. The exponent is added as
// an integer, 256 too near to 0, and a last product makes up for it.
fn special_scale_f64(y: vec4<f64>, n: vec4<f64>) -> vec4<f64> {
    // 1.5 * 2^52 + n has n in its low bits: a cast would clamp.
    let exponent = bitcast<vec4<u64>>(n + 6755399441055744.0lf) << vec4<u32>(52u);
    let large = n > vec4<f64>(0.0lf);
    let nearer = select(vec4<u64>(0x1000000000000000lu), vec4<u64>(0xf000000000000000lu), large);
    let rest = select(vec4<f64>(8.6361685550944446e-78lf), vec4<f64>(1.157920892373162e+77lf), large);
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(y) + exponent + nearer) * rest;
}
