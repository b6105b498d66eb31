// exp of float64, four at a time. Only for the strict class: the steps below are exact as written, not reassociated.
//
// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 6.
// x = n ln 2 + r with |r| <= 0.3466; ln 2 is taken away in two parts, the first so short (42 bits) that n times it is
// exact; r is kept with its error.
// Worst error in 2 million arguments 0.768 ulp; 51 operations.
fn exp_f64(x: vec4<f64>) -> vec4<f64> {
    let low = select(x, vec4<f64>(-746.0lf), x < vec4<f64>(-746.0lf));
    let inside = select(low, vec4<f64>(710.0lf), low > vec4<f64>(710.0lf));
    let n = round(inside * 1.4426950408889634lf);
    let near = inside - n * 0.6931471805598903lf;
    let far = n * 5.497923018708371e-14lf;
    let r = near - far;
    return exp_f64_scale(exp_f64_near(r, (near - r) - far), n, x);
}

// exp(r + tail), |r| <= 0.3466, the tail below an ulp of r: 1 + r + r^2 p(r), p of degree 9 by our own Remez exchange
// on the absolute error (2^-57.9), in Estrin's order; the sum of 1 and r is kept with its error.
fn exp_f64_near(r: vec4<f64>, tail: vec4<f64>) -> vec4<f64> {
    let z = r * r;
    let z2 = z * z;
    let p01 = 0.5000000000000012lf + r * 0.166666666666667lf;
    let p23 = 0.04166666666652186lf + r * 0.008333333333307847lf;
    let p45 = 0.0013888888945573711lf + r * 0.0001984126991621285lf;
    let p67 = 2.4801491260549135e-05lf + r * 2.7557217207807346e-06lf;
    let p89 = 2.7630856221797095e-07lf + r * 2.5117606887472514e-08lf;
    let p = (p01 + z * p23) + z2 * ((p45 + z * p67) + z2 * p89);
    let sum = 1.0lf + r;
    return sum + (((1.0lf - sum) + r) + (z * p + tail));
}

// y 2^n, y about 1, for the n and sign of an argument x of exp's kind; x itself where it is NaN. The exponent is added
// as an integer, 64 too near to 0, and a last product by 2^+-64 makes up for it: that one product overflows to inf and
// rounds to subnormals.
fn exp_f64_scale(y: vec4<f64>, n: vec4<f64>, x: vec4<f64>) -> vec4<f64> {
    // 1.5 * 2^52 + n has n in its low bits: a cast would clamp.
    let exponent = bitcast<vec4<u64>>(n + 6755399441055744.0lf) << vec4<u32>(52u);
    let negative = x < vec4<f64>(0.0lf);
    let nearer = select(vec4<u64>(0xfc00000000000000lu), vec4<u64>(0x0400000000000000lu), negative);
    let rest = select(vec4<f64>(18446744073709551616.0lf), vec4<f64>(5.421010862427522e-20lf), negative);
    let result = bitcast<vec4<f64>>(bitcast<vec4<u64>>(y) + exponent + nearer) * rest;
    let is_nan = (bitcast<vec4<u64>>(x) & vec4<u64>(0x7ffffffffffffffflu)) > vec4<u64>(0x7ff0000000000000lu);
    return select(result, x, is_nan);
}
