// sinc of float64, four at a time: sin(pi x) / (pi x), 1 at 0, as NumPy's, but for every x close to the exact value.
// Only for the strict class. x minus the nearest multiple of 2, and that minus the nearest multiple r of 1/2, are
// exact, and so the result is good close to its zeros too; pi comes with the coefficients:
// sin(pi r) / pi = r + r^3 p(r^2), p of degree 5 (2^-57.9), cos(pi r) / pi = 1/pi + r^2 q(r^2), q of degree 6
// (2^-62.2), by our own Remez exchange on the relative error, the first two rounded before the others were fitted.
// At whole numbers 0, at infinity NaN as in NumPy. Worst error found 1.22 ulp; about 70 operations.
fn sinc_f64(x: vec4<f64>) -> vec4<f64> {
    let y = x - 2.0lf * round(0.5lf * x);
    let n = round(2.0lf * y);
    let r = y - 0.5lf * n;
    // 1.5 * 2^52 + n has n in its low bits.
    let quadrant = vec4<u32>(bitcast<vec4<u64>>(n + 6755399441055744.0lf));
    let z = r * r;
    let p = -1.6449340668482229lf + z * (0.8117424252822519lf + z * (-0.1907518240090282lf
        + z * (0.026147842474571484lf + z * (-0.0023459531845795288lf + z * 0.00014692141669077772lf))));
    let q = -1.5707963267948966lf + z * (1.2919281950124721lf + z * (-0.425027339977256lf + z * (0.07490806604184078lf
        + z * (-0.008214585145809656lf + z * (0.0006141479557480396lf + z * -3.287348832271721e-05lf)))));
    let odd = (quadrant & vec4<u32>(1u)) != vec4<u32>(0u);
    let high = select(r, vec4<f64>(0.3183098861837907lf), odd);
    let rest = select((r * z) * p, -1.9678676675182486e-17lf + z * q, odd);
    let value = high + rest;
    // Close to 0 1 / x is too large, and the result 1.
    let zero = vec4<f64>(0.0lf);
    let one = vec4<f64>(1.0lf);
    let tiny = abs(x) < vec4<f64>(1e-9lf);
    let quotient = quotient_f64(select(value, one, tiny), rest - (value - high), select(x, one, tiny), zero);
    let negated = vec4<u64>((quadrant << vec4<u32>(30u)) & vec4<u32>(0x80000000u)) << vec4<u32>(32u);
    let signed = bitcast<vec4<f64>>(bitcast<vec4<u64>>(quotient.high + quotient.low) ^ negated);
    return select(signed, select(zero, one, tiny), high == zero);
}
