// e^x - 1 of float64, four at a time. Only for the strict class: the steps below are exact as written, not
// reassociated.
//
// Reduction as in exp_f64, by W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980):
// x = n ln 2 + r. e^x - 1 = 2^n ((1 - 2^-n) + r + r^2 p(r)), where 1 - 2^-n is exact as far as it matters, and its sum
// with r is kept with its error. p of degree 10 by our own Remez exchange on the error relative to r (2^-61.7), in
// Estrin's order. Worst error in 2.9 million arguments 1.159 ulp; 54 operations.
fn expm1_f64(x: vec4<f64>) -> vec4<f64> {
    let low = select(x, vec4<f64>(-40.0lf), x < vec4<f64>(-40.0lf));
    let inside = select(low, vec4<f64>(710.0lf), low > vec4<f64>(710.0lf));
    let n = round(inside * 1.4426950408889634lf);
    let near = inside - n * 0.6931471805598903lf;
    let far = n * 5.497923018708371e-14lf;
    let r = near - far;
    let z = r * r;
    let z2 = z * z;
    let p01 = 0.5lf + r * 0.16666666666666677lf;
    let p23 = 0.0416666666666667lf + r * 0.008333333333321648lf;
    let p45 = 0.0013888888888866895lf + r * 0.00019841269886085845lf;
    let p67 = 2.4801587360465053e-05lf + r * 2.7557244249162324e-06lf;
    let p89 = 2.7557242825564274e-07lf + r * 2.5109023065275228e-08lf;
    let p = (p01 + z * p23) + z2 * ((p45 + z * p67) + z2 * (p89 + z * 2.092442557507873e-09lf));
    // 2^-n, and 2^(n - 1), since 2^1024 does not exist: 1.5 * 2^52 + n has n in its low bits.
    let exponent = bitcast<vec4<u64>>(n + 6755399441055744.0lf) << vec4<u32>(52u);
    let inverse = bitcast<vec4<f64>>(vec4<u64>(0x3ff0000000000000lu) - exponent);
    let half_power = bitcast<vec4<f64>>(vec4<u64>(0x3fe0000000000000lu) + exponent);
    // n = 1024 asks for 2^-1024: any number below 2^-54 will do.
    let whole = 1.0lf - select(inverse, vec4<f64>(0.0lf), n > vec4<f64>(60.0lf));
    let sum = whole + r;
    let error = ((whole - sum) + r) + ((near - r) - far);
    let result = (sum + (z * p + error)) * half_power * 2.0lf;
    // -0 and subnormals, which half_power would round.
    return select(result, x, abs(x) < vec4<f64>(5.551115123125783e-17lf));
}
