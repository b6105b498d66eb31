// What the complex power needs to know of the width: constants as sums of two, and the end of a series. The twin is
// power_limits_f64.wgsl.

// ln 2.
fn complex_ln2_f32() -> WideC64 {
    return WideC64(vec4<f32>(0.6931472), vec4<f32>(-1.9046542e-09));
}

// log(45/32) / 2.
fn complex_half_log_f32() -> WideC64 {
    return WideC64(vec4<f32>(0.1704633), vec4<f32>(-3.0552066e-10));
}

// 1/3.
fn complex_third_f32() -> WideC64 {
    return WideC64(vec4<f32>(0.33333334), vec4<f32>(-9.934108e-09));
}

// 1/5.
fn complex_fifth_f32() -> WideC64 {
    return WideC64(vec4<f32>(0.2), vec4<f32>(-2.9802323e-09));
}

// pi/2.
fn complex_quarter_turn_f32() -> WideC64 {
    return WideC64(vec4<f32>(1.5707964), vec4<f32>(-4.371139e-08));
}

// pi.
fn complex_half_turn_f32() -> WideC64 {
    return WideC64(vec4<f32>(3.1415927), vec4<f32>(-8.742278e-08));
}

// atan c for c = 0, 1/4, 1/2, 3/4 and 1.
fn complex_atan_step_f32(c: vec4<f32>) -> WideC64 {
    var high = select(vec4<f32>(0.0), vec4<f32>(0.24497867), c > vec4<f32>(0.125));
    var low = select(vec4<f32>(0.0), vec4<f32>(-3.1786778e-09), c > vec4<f32>(0.125));
    high = select(high, vec4<f32>(0.4636476), c > vec4<f32>(0.375));
    low = select(low, vec4<f32>(5.0121587e-09), c > vec4<f32>(0.375));
    high = select(high, vec4<f32>(0.6435011), c > vec4<f32>(0.625));
    low = select(low, vec4<f32>(5.8689373e-09), c > vec4<f32>(0.625));
    high = select(high, vec4<f32>(0.7853982), c > vec4<f32>(0.875));
    low = select(low, vec4<f32>(-2.1855694e-08), c > vec4<f32>(0.875));
    return WideC64(high, low);
}

// 1/7 + q/9 + q^2/11 + ... for |q| <= 1/64.
fn complex_series_f32(q: vec4<f32>) -> vec4<f32> {
    var sum = vec4<f32>(0.07692308);
    sum = 0.09090909 + q * sum;
    sum = 0.11111111 + q * sum;
    sum = 0.14285715 + q * sum;
    return sum;
}

// 2^n for |n| <= 126.
fn complex_two_to_f32(n: vec4<f32>) -> vec4<f32> {
    return bitcast<vec4<f32>>((vec4<i32>(n) + vec4<i32>(127)) << vec4<u32>(23u));
}

// Beyond 2^(3 * this), and this far below, nothing is left of a number near 1.
fn complex_two_bound_f32() -> vec4<f32> {
    return vec4<f32>(120.0);
}

// The exponent of a power of 2.
fn complex_exponent_f32(power: vec4<f32>) -> vec4<f32> {
    return vec4<f32>(vec4<i32>(bitcast<vec4<u32>>(power) >> vec4<u32>(23u)) - vec4<i32>(127));
}
