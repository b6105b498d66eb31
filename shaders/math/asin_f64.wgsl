// arcsin and arccos of float64, four at a time. Only for the strict class.

// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 10, with a
// polynomial in place of their quotient. Up to 1/2, arcsin(t) = t + t^3 p(t^2); above, arccos|x| = 2 arcsin(t) with
// t = sqrt((1 - |x|) / 2). p of degree 12 by our own Remez exchange on the relative error of the whole, the first
// coefficient rounded before the others were fitted (2^-59.3). arcsin(t) = t + low; above 1 the root is NaN.
struct AsinF64 {
    t: vec4<f64>,
    low: vec4<f64>,
    above: vec4<bool>,
}

fn asin_f64_reduced(size: vec4<f64>) -> AsinF64 {
    let above = size > vec4<f64>(0.5lf);
    let z = select(size * size, 0.5lf - 0.5lf * size, above);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    let root = select(sqrt(z), bitcast<vec4<f64>>(nan_bits), z < vec4<f64>(0.0lf));
    let t = select(size, root, above);
    let p3 = 0.010779894605277085lf + z * (0.0037076867488600187lf + z * (0.021704491305314315lf
        + z * (-0.020995065252276575lf + z * 0.032626224108196586lf)));
    let p2 = 0.02237221493725222lf + z * (0.017351612829494906lf + z * (0.01398081157760145lf
        + z * (0.011398980386884063lf + z * p3)));
    let p = 0.1666666666666676lf + z * (0.07499999999970866lf + z * (0.04464285717456184lf
        + z * (0.030381942709818064lf + z * p2)));
    return AsinF64(t, (t * z) * p, above);
}

// Worst error found 1.07 ulp; about 50 operations.
fn asin_f64(x: vec4<f64>) -> vec4<f64> {
    let r = asin_f64_reduced(abs(x));
    let twice = 2.0lf * r.t;
    let rest = 1.5707963267948966lf - twice;
    let lost = (1.5707963267948966lf - rest) - twice;
    let high = rest + (lost + (6.123233995736766e-17lf - 2.0lf * r.low));
    let result = select(r.t + r.low, high, r.above);
    let sign = bitcast<vec4<u64>>(x) & vec4<u64>(0x8000000000000000lu);
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(result) | sign);
}

// pi/2 - arcsin(x) in the middle, 2 arcsin(t) above, pi - 2 arcsin(t) below: base - (t + low) in all three.
// Worst error found 1.07 ulp; about 50 operations.
fn acos_f64(x: vec4<f64>) -> vec4<f64> {
    let r = asin_f64_reduced(abs(x));
    let negative = x < vec4<f64>(0.0lf);
    let turns = select(vec4<f64>(1.0lf), select(vec4<f64>(0.0lf), vec4<f64>(2.0lf), negative), r.above);
    let factor = select(select(vec4<f64>(1.0lf), vec4<f64>(-1.0lf), negative),
        select(vec4<f64>(-2.0lf), vec4<f64>(2.0lf), negative), r.above);
    let base = turns * 1.5707963267948966lf;
    let taken = factor * r.t;
    let rest = base - taken;
    let lost = (base - rest) - taken;
    return rest + (lost + (turns * 6.123233995736766e-17lf - factor * r.low));
}
