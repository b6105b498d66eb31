// 2^x of float64, four at a time. Only for the strict class: the steps below are exact as written, not reassociated.
//
// x = n + r exactly, |r| <= 1/2. 2^r = 1 + r ln 2 + r^2 p(r), p of degree 9 by our own Remez exchange on the absolute
// error (2^-58.0), in Estrin's order. The rest as in exp_f64, by W. J. Cody and W. Waite, "Software Manual for the
// Elementary Functions" (1980). Whole x give exact powers.
// Worst error in 2 million arguments 0.960 ulp; 45 operations.
fn exp2_f64(x: vec4<f64>) -> vec4<f64> {
    let low = select(x, vec4<f64>(-1076.0lf), x < vec4<f64>(-1076.0lf));
    let inside = select(low, vec4<f64>(1024.0lf), low > vec4<f64>(1024.0lf));
    let n = round(inside);
    let r = inside - n;
    let z = r * r;
    let z2 = z * z;
    let p01 = 0.2402265069591013lf + r * 0.05550410866482169lf;
    let p23 = 0.009618129107594303lf + r * 0.001333355814638716lf;
    let p45 = 0.0001540353045704648lf + r * 1.5252733862110067e-05lf;
    let p67 = 1.3215435266753249e-06lf + r * 1.0178048168713343e-07lf;
    let p89 = 7.07379111262467e-09lf + r * 4.457182626190805e-10lf;
    let p = (p01 + z * p23) + z2 * ((p45 + z * p67) + z2 * p89);
    let linear = r * 0.6931471805599453lf;
    let sum = 1.0lf + linear;
    return exp_f64_scale(sum + (((1.0lf - sum) + linear) + z * p), n, x);
}
