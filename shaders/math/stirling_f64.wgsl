// What gamma, lgamma and digamma of float64 share: the logarithm as the sum of two float64, Stirling's series, and
// sin(pi f). Only for the strict class: the sums and products below are exact where they say so.
//
// Method: as stirling_f32; the logarithm's error is below 2^-64 or 2^-64 of the result, 70 operations. Stirling's
// series is replaced by a quotient of polynomials in a^2 for a >= 2.5 (2^-57.7 absolute), 48 operations.

// A number as the sum of two, the second small beside the first.
struct StirlingF64 {
    head: vec4<f64>,
    tail: vec4<f64>,
}

// The upper half of the significand: products of two such halves are exact.
fn stirling_f64_half(x: vec4<f64>) -> vec4<f64> {
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(x) & vec4<u64>(0xfffffffff8000000lu));
}

fn stirling_f64_log(a: vec4<f64>) -> StirlingF64 {
    let bits = bitcast<vec4<u64>>(a);
    let subnormal = bits < vec4<u64>(0x0010000000000000lu);
    let normal = select(bits, bitcast<vec4<u64>>(a * 18014398509481984.0lf), subnormal);
    let shift = select(vec4<f64>(6755399441055744.0lf), vec4<f64>(6755399441055798.0lf), subnormal);
    let above = normal - vec4<u64>(0x3fe4b00000000000lu);
    let exponent = bitcast<vec4<u64>>(bitcast<vec4<i64>>(above) >> vec4<u32>(52u));
    let k = bitcast<vec4<f64>>(exponent + vec4<u64>(0x4338000000000000lu)) - shift;
    let m = bitcast<vec4<f64>>((above & vec4<u64>(0x000ffffffffffffflu)) + vec4<u64>(0x3fe4b00000000000lu));
    // r is about 1 / m, of 6 bits at most, so that its product with half of m is exact; r_log_head has 42 bits
    // after the point, as has that part of ln 2, so that their sum is exact.
    let first = m < vec4<f64>(0.7711lf);
    let second = m < vec4<f64>(0.9143lf);
    let third = m < vec4<f64>(1.0847lf);
    var r = select(vec4<f64>(0.84375lf), vec4<f64>(1.0lf), third);
    r = select(select(r, vec4<f64>(1.1875lf), second), vec4<f64>(1.40625lf), first);
    var r_log_head = select(vec4<f64>(0.16989903679541385lf), vec4<f64>(0.0lf), third);
    r_log_head = select(r_log_head, vec4<f64>(-0.17185025692674571lf), second);
    r_log_head = select(r_log_head, vec4<f64>(-0.34092658697068146lf), first);
    var r_log_tail = select(vec4<f64>(-1.6376276414097503e-14lf), vec4<f64>(0.0lf), third);
    r_log_tail = select(r_log_tail, vec4<f64>(8.6492396072120709e-14lf), second);
    r_log_tail = select(r_log_tail, vec4<f64>(8.82452633212564e-14lf), first);
    let m_half = stirling_f64_half(m);
    let f_high = m_half * r - 1.0lf;
    let f_low = (m - m_half) * r;
    let f = f_high + f_low;
    let f_tail = f_low - (f - f_high);
    let s = f / (2.0lf + f);
    let w = s * s;
    let w2 = w * w;
    let f_half = stirling_f64_half(f);
    let square = 0.5lf * (f_half * f_half);
    let square_tail = 0.5lf * ((f - f_half) * (f + f_half));
    let l_2 = (0.28571428911098906lf + w * 0.22221903184435171lf) + w2 * 0.18302090420891068lf;
    let cubic = s * ((square + square_tail) + w * ((0.66666666666666674lf + w * 0.39999999999874492lf) + w2 * l_2));
    let base = k * 0.69314718055989033lf + r_log_head;
    let sum = base + f;
    let sum_tail = f - (sum - base);
    let head = sum - square;
    let head_tail = (sum - head) - square;
    let small = (k * 5.4979230187083712e-14lf + r_log_tail) + (sum_tail + head_tail);
    return StirlingF64(head, small + (cubic + (f_tail * (1.0lf - f) - square_tail)));
}

fn stirling_f64(a: vec4<f64>, log: StirlingF64, h: vec4<f64>) -> StirlingF64 {
    let b = a + h;
    let b_tail = (a - b) + h;
    let b_half = stirling_f64_half(b);
    let log_half = stirling_f64_half(log.head);
    let log_rest = (log.head - log_half) + log.tail;
    let product = b_half * log_half;
    let product_tail = b_half * log_rest + ((b - b_half) + b_tail) * (log_half + log_rest);
    let head = product - a;
    let part = head - product;
    let head_tail = (product - (head - part)) - (a + part);
    let inside = select(a, vec4<f64>(1.0e20lf), a > vec4<f64>(1.0e20lf));
    let v = inside * inside;
    let v2 = v * v;
    let a_2 = (2.2781078290905805lf + v * 0.83993181122244409lf) + v2 * 0.083333333333333121lf;
    let above = (0.3017794756478176lf + v * 1.8105067428823918lf) + v2 * a_2;
    let b_2 = (22.559075879132394lf + v * 27.6648539754502lf) + v2 * (10.112515068001093lf + v * 1.0lf);
    let below = (0.042649729108631552lf + v * 4.171980538422968lf) + v2 * b_2;
    let series = inside * (above / below);
    let rest = (head_tail + product_tail) + (series + -3.8782941580672414e-17lf);
    return StirlingF64(head, 0.91893853320467278lf + rest);
}

// sin(pi f) / pi - f, for |f| up to 1/2.
fn stirling_f64_sine(f: vec4<f64>) -> vec4<f64> {
    let z = f * f;
    let z2 = z * z;
    let s_6 = -6.9723440225144895e-06lf + z * 2.4526363329702e-07lf;
    let s_4 = (-0.0023460809189591956lf + z * 0.00014842794585380554lf) + z2 * s_6;
    let s_2 = (-0.19075182412170461lf + z * 0.026147847808522931lf) + z2 * s_4;
    return (f * z) * ((-1.6449340668482264lf + z * 0.81174242528334672lf) + z2 * s_2);
}
