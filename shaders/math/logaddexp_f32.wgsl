// log(exp(a) + exp(b)) and log2(2^a + 2^b) of float32, four at a time. Only for the strict class: the steps below are
// exact as written, not reassociated.
//
// Method: the usual one, the greater argument plus log(1 + exp(-|a - b|)), exp and log1p as in exp_f32 and log1p_f32,
// without what cannot come here. That loses all digits where the result is near 0, the greater argument a little below
// it. There, in a step that is skipped where none of the four needs it, the result is log(1 + t) with
// t = (exp(a) - 1) + exp(b) as a sum of two floats, good to about 2^-46 (T. J. Dekker, "A floating-point technique for
// extending the available precision", 1971).
// Worst error found 3.0 ulp (logaddexp2 3.2) where the result is not below 6e-8 in size; of smaller ones, which few
// pairs have, the error is about 2^-46 of the greater argument. 71 and 66 operations; the step near 0 about 460 more.
struct LogaddexpF32Pair {
    high: vec4<f32>,
    low: vec4<f32>,
}

// log(1 + e) = k ln 2 + log(1 + f), e from 0 to 1: f, log(1 + f) - f with log1p_f32's polynomial, and k, 0 or 1.
struct LogaddexpF32Log {
    k: vec4<f32>,
    f: vec4<f32>,
    y: vec4<f32>,
}

fn logaddexp_f32_log(e: vec4<f32>) -> LogaddexpF32Log {
    let upper = e >= vec4<f32>(0.5);
    let f = select(e, e * 0.5 - 0.5, upper);
    let z = f * f;
    let p_high = (0.1447763 + f * -0.131639376) + z * (0.104725577 + f * -0.0451523438);
    let p = (0.333334506 + f * -0.250001103) + z * ((0.19990848 + f * -0.166468784) + z * p_high);
    return LogaddexpF32Log(select(vec4<f32>(0.0), vec4<f32>(1.0), upper), f, z * (f * p - 0.5));
}

// y 2^n, n from -151 to 0.
fn logaddexp_f32_scale(y: vec4<f32>, n: vec4<f32>) -> vec4<f32> {
    let exponent = bitcast<vec4<u32>>(n + 12582912.0) << vec4<u32>(23u);
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(y) + exponent + vec4<u32>(0x20000000u)) * 5.42101086e-20;
}

fn logaddexp_f32(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    let swapped = a < b;
    let great = select(a, b, swapped);
    let less = select(b, a, swapped);
    // inf - inf too goes to the bound, where the greater argument is the result. The difference's rounding error counts
    // where the greater argument is small.
    let difference = less - great;
    let counts = difference > vec4<f32>(-104.0);
    let d = select(vec4<f32>(-104.0), difference, counts);
    let off = select(vec4<f32>(0.0), (less - d) - great, counts);
    let n = round(d * 1.44269502);
    let r = (d - n * 0.693359375) - (n * -0.000212194442 - off);
    let z = r * r;
    let p = (0.499999940 + r * 0.166665167) + z * ((0.0416681021 + r * 0.00836919341) + z * 0.00138388388);
    let log = logaddexp_f32_log(logaddexp_f32_scale(1.0 + (r + z * p), n));
    let more = ((log.y + log.k * -0.000212194442) + log.f) + log.k * 0.693359375;
    var result = great + more;
    let near = (great < vec4<f32>(0.0)) & (more > abs(result) * 1.5);
    if any(near) {
        let n_great = round(great * 1.44269502);
        let n_less = round(select(vec4<f32>(-104.0), less, less > vec4<f32>(-104.0)) * 1.44269502);
        let r_great = logaddexp_f32_reduce(great, n_great);
        let r_less = logaddexp_f32_reduce(less, n_less);
        result = select(result, log1p_f32(logaddexp_f32_near(r_great, n_great, r_less, n_less)), near);
    }
    return logaddexp_f32_nan(a, b, result);
}

fn logaddexp2_f32(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    let swapped = a < b;
    let great = select(a, b, swapped);
    let less = select(b, a, swapped);
    let difference = less - great;
    let counts = difference > vec4<f32>(-151.0);
    let d = select(vec4<f32>(-151.0), difference, counts);
    let off = select(vec4<f32>(0.0), (less - d) - great, counts);
    let n = round(d);
    let r = (d - n) + off;
    let z = r * r;
    let q_high = (0.00961850584 + r * 0.00133908063) + z * 0.000153264715;
    let q = (0.693147182 + r * 0.240226477) + z * (0.0555035993 + r * q_high);
    let log = logaddexp_f32_log(logaddexp_f32_scale(1.0 + r * q, n));
    let more = (log.f + log.y) * 1.44269502 + log.k;
    var result = great + more;
    let near = (great < vec4<f32>(0.0)) & (more > abs(result) * 1.125);
    if any(near) {
        let n_great = round(great);
        let n_less = round(select(vec4<f32>(-151.0), less, less > vec4<f32>(-151.0)));
        let ln2 = LogaddexpF32Pair(vec4<f32>(0.693147182), vec4<f32>(-1.90465421e-9));
        let r_great = logaddexp_f32_times(LogaddexpF32Pair(great - n_great, vec4<f32>(0.0)), ln2);
        let r_less = logaddexp_f32_times(LogaddexpF32Pair(less - n_less, vec4<f32>(0.0)), ln2);
        let t = logaddexp_f32_near(r_great, n_great, r_less, n_less);
        result = select(result, log1p_f32(t) * 1.44269502, near);
    }
    return logaddexp_f32_nan(a, b, result);
}

fn logaddexp_f32_nan(a: vec4<f32>, b: vec4<f32>, result: vec4<f32>) -> vec4<f32> {
    var infinity_bits = vec4<u32>(0x7f800000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let size = max(bitcast<vec4<u32>>(a) & vec4<u32>(0x7fffffffu), bitcast<vec4<u32>>(b) & vec4<u32>(0x7fffffffu));
    return select(result, bitcast<vec4<f32>>(nan_bits), size > infinity_bits);
}

// What follows is for results near 0.

// a + b, |a| at least |b|, and its rounding error.
fn logaddexp_f32_sum(a: vec4<f32>, b: vec4<f32>) -> LogaddexpF32Pair {
    let high = a + b;
    return LogaddexpF32Pair(high, b - (high - a));
}

// a + b, in any order, and its rounding error.
fn logaddexp_f32_any_sum(a: vec4<f32>, b: vec4<f32>) -> LogaddexpF32Pair {
    let high = a + b;
    let from_b = high - a;
    return LogaddexpF32Pair(high, (a - (high - from_b)) + (b - from_b));
}

// x - n ln 2, of three parts, n times each of the first two (16 bits) is exact.
fn logaddexp_f32_reduce(x: vec4<f32>, n: vec4<f32>) -> LogaddexpF32Pair {
    let near = x - n * 0.693145751953125;
    let sum = logaddexp_f32_any_sum(near, n * -0.0000014285906218);
    return logaddexp_f32_sum(sum.high, sum.low - n * 1.61985102e-11);
}

fn logaddexp_f32_times(a: LogaddexpF32Pair, b: LogaddexpF32Pair) -> LogaddexpF32Pair {
    let high = a.high * b.high;
    let a1 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(a.high) & vec4<u32>(0xfffff000u));
    let b1 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(b.high) & vec4<u32>(0xfffff000u));
    let a2 = a.high - a1;
    let b2 = b.high - b1;
    let error = (((a1 * b1 - high) + a1 * b2) + a2 * b1) + a2 * b2;
    return logaddexp_f32_sum(high, error + (a.high * b.low + a.low * b.high));
}

// c + r p, |r p| below c.
fn logaddexp_f32_step(c: f32, c_low: f32, r: LogaddexpF32Pair, p: LogaddexpF32Pair) -> LogaddexpF32Pair {
    let product = logaddexp_f32_times(r, p);
    let sum = logaddexp_f32_sum(vec4<f32>(c), product.high);
    return logaddexp_f32_sum(sum.high, sum.low + (product.low + c_low));
}

// exp(r) - 1, |r| <= 0.35, by its power series; the terms from r^7 on, of 2^-21 of it, as a cubic in plain float32.
fn logaddexp_f32_expm1(r: LogaddexpF32Pair) -> LogaddexpF32Pair {
    let x = r.high;
    let p7 = 0.000198412454 + x * (0.0000248015749 + x * (0.00000276075457 + x * 0.000000275909542));
    let p6 = logaddexp_f32_sum(vec4<f32>(0.00138888892), x * p7 - 3.36310944e-11);
    let p5 = logaddexp_f32_step(0.00833333377, -4.34617203e-10, r, p6);
    let p4 = logaddexp_f32_step(0.0416666679, -1.24176347e-9, r, p5);
    let p3 = logaddexp_f32_step(0.166666672, -4.96705388e-9, r, p4);
    let p2 = logaddexp_f32_step(0.5, 0.0, r, p3);
    let p1 = logaddexp_f32_step(1.0, 0.0, r, p2);
    return logaddexp_f32_times(r, p1);
}

// (2^n exp(a) - 1) + 2^m exp(b), n 0 or -1.
fn logaddexp_f32_near(
    a: LogaddexpF32Pair, n: vec4<f32>, b: LogaddexpF32Pair, m: vec4<f32>,
) -> vec4<f32> {
    let great = logaddexp_f32_expm1(a);
    let less = logaddexp_f32_expm1(b);
    let n_scale = logaddexp_f32_scale(vec4<f32>(1.0), n);
    let m_scale = logaddexp_f32_scale(vec4<f32>(1.0), m);
    let sum1 = logaddexp_f32_any_sum(n_scale - 1.0, m_scale);
    let sum2 = logaddexp_f32_any_sum(sum1.high, n_scale * great.high);
    let sum3 = logaddexp_f32_any_sum(sum2.high, m_scale * less.high);
    return sum3.high + (((sum1.low + sum2.low) + sum3.low) + (n_scale * great.low + m_scale * less.low));
}
