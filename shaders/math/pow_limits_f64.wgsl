// What the complex power needs to know of the width: constants as sums of two, and the end of a series. The twin is
// power_limits_f32.wgsl.

// ln 2.
fn complex_ln2_f64() -> WideC128 {
    return WideC128(vec4<f64>(0.6931471805599453lf), vec4<f64>(2.3190468138462996e-17lf));
}

// log(45/32) / 2.
fn complex_half_log_f64() -> WideC128 {
    return WideC128(vec4<f64>(0.1704632934852966lf), vec4<f64>(8.733568221772374e-18lf));
}

// 1/3.
fn complex_third_f64() -> WideC128 {
    return WideC128(vec4<f64>(0.3333333333333333lf), vec4<f64>(1.850371707708594e-17lf));
}

// 1/5.
fn complex_fifth_f64() -> WideC128 {
    return WideC128(vec4<f64>(0.2lf), vec4<f64>(-1.1102230246251566e-17lf));
}

// pi/2.
fn complex_quarter_turn_f64() -> WideC128 {
    return WideC128(vec4<f64>(1.5707963267948966lf), vec4<f64>(6.123233995736766e-17lf));
}

// pi.
fn complex_half_turn_f64() -> WideC128 {
    return WideC128(vec4<f64>(3.141592653589793lf), vec4<f64>(1.2246467991473532e-16lf));
}

// atan c for c = 0, 1/4, 1/2, 3/4 and 1.
fn complex_atan_step_f64(c: vec4<f64>) -> WideC128 {
    var high = select(vec4<f64>(0.0lf), vec4<f64>(0.24497866312686414lf), c > vec4<f64>(0.125lf));
    var low = select(vec4<f64>(0.0lf), vec4<f64>(1.0698755618734451e-17lf), c > vec4<f64>(0.125lf));
    high = select(high, vec4<f64>(0.4636476090008061lf), c > vec4<f64>(0.375lf));
    low = select(low, vec4<f64>(2.2698777452961687e-17lf), c > vec4<f64>(0.375lf));
    high = select(high, vec4<f64>(0.6435011087932844lf), c > vec4<f64>(0.625lf));
    low = select(low, vec4<f64>(1.5834785051444286e-17lf), c > vec4<f64>(0.625lf));
    high = select(high, vec4<f64>(0.7853981633974483lf), c > vec4<f64>(0.875lf));
    low = select(low, vec4<f64>(3.061616997868383e-17lf), c > vec4<f64>(0.875lf));
    return WideC128(high, low);
}

// 1/7 + q/9 + q^2/11 + ... for |q| <= 1/64.
fn complex_series_f64(q: vec4<f64>) -> vec4<f64> {
    var sum = vec4<f64>(0.043478260869565216lf);
    sum = 0.047619047619047616lf + q * sum;
    sum = 0.05263157894736842lf + q * sum;
    sum = 0.058823529411764705lf + q * sum;
    sum = 0.06666666666666667lf + q * sum;
    sum = 0.07692307692307693lf + q * sum;
    sum = 0.09090909090909091lf + q * sum;
    sum = 0.1111111111111111lf + q * sum;
    sum = 0.14285714285714285lf + q * sum;
    return sum;
}

// 2^n for |n| <= 1022.
fn complex_two_to_f64(n: vec4<f64>) -> vec4<f64> {
    return bitcast<vec4<f64>>(vec4<u64>(vec4<i32>(n) + vec4<i32>(1023)) << vec4<u32>(52u));
}

// Beyond 2^(3 * this), and this far below, nothing is left of a number near 1.
fn complex_two_bound_f64() -> vec4<f64> {
    return vec4<f64>(720.0lf);
}

// The exponent of a power of 2.
fn complex_exponent_f64(power: vec4<f64>) -> vec4<f64> {
    let field = vec4<u32>(bitcast<vec4<u64>>(power) >> vec4<u32>(52u));
    return vec4<f64>(vec4<i32>(field) - vec4<i32>(1023));
}
