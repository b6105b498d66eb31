// log(e^x1 + e^x2) and log2(2^x1 + 2^x2) of float64, four at a time. Only for the strict class: the steps below are
// exact as written, not reassociated.
//
// The larger argument + log1p(exp(-distance)), the distance kept with its rounding error. Where the larger argument is
// negative and cancels most of the logarithm, that loses the digits of a result near 0: there log1p of the sum
// (e^larger - 1) + e^smaller, in double length throughout.
// Worst errors in 530 000 pairs with a result beyond 1e-15: 2.093 and 2.681 ulp. Nearer to 0 the double length runs
// out, at an absolute error of about 2^-104 for arguments about 1: 2.7 and 4.0 ulp down to 1e-16, 22 and 41 down to
// 1e-17, and up to 2 * 10^5 seen below. 141 and 142 operations, and about 710 more where one of the four cancels.
struct LogaddexpF64Sum {
    head: vec4<f64>,
    tail: vec4<f64>,
}

fn logaddexp_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let first = x1 > x2;
    let large = select(x2, x1, first);
    let small = select(x1, x2, first);
    let distance = logaddexp_f64_distance(large, small, x1 == x2);
    let power = exp_f64(-distance.head);
    let logarithm = log1p_f64(power - power * distance.tail);
    var result = large + logarithm;
    let near_zero = logaddexp_f64_cancels(large, small, result, logarithm, -708.0lf);
    if any(near_zero) {
        let sum = logaddexp_f64_near(logaddexp_f64_reduce(large), logaddexp_f64_reduce(small));
        let corrected = log1p_f64(sum.head) + sum.tail / (1.0lf + sum.head);
        result = select(result, corrected, near_zero);
    }
    return result;
}

fn logaddexp2_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let first = x1 > x2;
    let large = select(x2, x1, first);
    let small = select(x1, x2, first);
    let distance = logaddexp_f64_distance(large, small, x1 == x2);
    let power = exp2_f64(-distance.head);
    let logarithm = log1p_f64(power - power * (distance.tail * 0.6931471805599453lf)) * 1.4426950408889634lf;
    var result = large + select(logarithm, vec4<f64>(1.0lf), x1 == x2);
    let near_zero = logaddexp_f64_cancels(large, small, result, logarithm, -1022.0lf) & !(x1 == x2);
    if any(near_zero) {
        let sum = logaddexp_f64_near(logaddexp2_f64_reduce(large), logaddexp2_f64_reduce(small));
        let corrected = (log1p_f64(sum.head) + sum.tail / (1.0lf + sum.head)) * 1.4426950408889634lf;
        result = select(result, corrected, near_zero);
    }
    return result;
}

// large - small and its rounding error (D. E. Knuth, "The Art of Computer Programming" 2, 4.2.2), which means nothing
// and may be NaN where they are far apart; 0 where they are equal, though infinite.
fn logaddexp_f64_distance(large: vec4<f64>, small: vec4<f64>, equal: vec4<bool>) -> LogaddexpF64Sum {
    let head = select(large - small, vec4<f64>(0.0lf), equal);
    let back = large - head;
    let tail = (back - small) + (large - (head + back));
    return LogaddexpF64Sum(head, select(vec4<f64>(0.0lf), tail, (head < vec4<f64>(2000.0lf)) & !equal));
}

// Below `lowest` the powers are subnormal, and nothing can be gained.
fn logaddexp_f64_cancels(
    large: vec4<f64>, small: vec4<f64>, result: vec4<f64>, logarithm: vec4<f64>, lowest: f64
) -> vec4<bool> {
    return (large < vec4<f64>(0.0lf)) & (abs(result) < logarithm) & (small > vec4<f64>(lowest));
}

// A power 2^n (1 + p), p = head + tail.
struct LogaddexpF64Power {
    scale: vec4<f64>,
    head: vec4<f64>,
    tail: vec4<f64>,
}

// large - 1 + small, in double length.
fn logaddexp_f64_near(large: LogaddexpF64Power, small: LogaddexpF64Power) -> LogaddexpF64Sum {
    let whole = logaddexp_f64_sum(large.scale - 1.0lf, small.scale);
    let large_head = large.scale * large.head;
    let small_head = small.scale * small.head;
    let part = logaddexp_f64_sum(large_head, small_head);
    let sum = logaddexp_f64_sum(whole.head, part.head);
    let tails = large.scale * large.tail + small.scale * small.tail;
    let rest = sum.tail + ((whole.tail + part.tail) + tails);
    let head = sum.head + rest;
    return LogaddexpF64Sum(head, (sum.head - head) + rest);
}

fn logaddexp_f64_sum(a: vec4<f64>, b: vec4<f64>) -> LogaddexpF64Sum {
    let sum = a + b;
    let back = sum - a;
    return LogaddexpF64Sum(sum, (a - (sum - back)) + (b - back));
}

// e^x, -708 < x < 0; ln 2 in three parts, n times the first two is exact.
fn logaddexp_f64_reduce(x: vec4<f64>) -> LogaddexpF64Power {
    let n = round(x * 1.4426950408889634lf);
    let near = x - n * 0.6931471805598903lf;
    let r = logaddexp_f64_sum(near, n * -5.49792301870721e-14lf);
    return logaddexp_f64_power(n, LogaddexpF64Sum(r.head, r.tail - n * 1.1612227229362532e-26lf));
}

// 2^x, -1022 < x < 0.
fn logaddexp2_f64_reduce(x: vec4<f64>) -> LogaddexpF64Power {
    let n = round(x);
    let f = x - n;
    let product = f * 0.6931471805599453lf;
    let f_head = power_f64_upper(f);
    let f_tail = f - f_head;
    let exact = f_head * 0.6931471675634384lf - product;
    let error = ((exact + f_head * 1.299650687069942e-08lf) + f_tail * 0.6931471675634384lf)
        + f_tail * 1.299650687069942e-08lf;
    return logaddexp_f64_power(n, LogaddexpF64Sum(product, error + f * 2.3190468138462996e-17lf));
}

// e^r 2^n by Taylor's series, the terms up to r^12 in double length.
fn logaddexp_f64_power(n: vec4<f64>, r: LogaddexpF64Sum) -> LogaddexpF64Power {
    let z = r.head * r.head;
    let d01 = 1.6059043836821613e-10lf + r.head * 1.1470745597729725e-11lf;
    let d23 = 7.647163731819816e-13lf + r.head * 4.779477332387385e-14lf;
    let d45 = 2.8114572543455206e-15lf + r.head * 1.5619206968586225e-16lf;
    let d67 = 8.22063524662433e-18lf + r.head * 4.110317623312165e-19lf;
    let d89 = 1.9572941063391263e-20lf + r.head * 8.896791392450574e-22lf;
    let d = d01 + z * (d23 + z * (d45 + z * (d67 + z * (d89 + z * 3.868170170630684e-23lf))));
    var q = logaddexp_f64_sum(vec4<f64>(2.08767569878681e-09lf), r.head * d);
    q.tail += -1.20734505911326e-25lf;
    q = logaddexp_f64_step(q, r, 2.505210838544172e-08lf, -1.448814070935912e-24lf);
    q = logaddexp_f64_step(q, r, 2.755731922398589e-07lf, 2.3767714622250297e-23lf);
    q = logaddexp_f64_step(q, r, 2.7557319223985893e-06lf, -1.858393274046472e-22lf);
    q = logaddexp_f64_step(q, r, 2.48015873015873e-05lf, 2.1511947866775882e-23lf);
    q = logaddexp_f64_step(q, r, 0.0001984126984126984lf, 1.7209558293420705e-22lf);
    q = logaddexp_f64_step(q, r, 0.001388888888888889lf, -5.300543954373577e-20lf);
    q = logaddexp_f64_step(q, r, 0.008333333333333333lf, 1.1564823173178714e-19lf);
    q = logaddexp_f64_step(q, r, 0.041666666666666664lf, 2.3129646346357427e-18lf);
    q = logaddexp_f64_step(q, r, 0.16666666666666666lf, 9.25185853854297e-18lf);
    q = logaddexp_f64_step(q, r, 0.5lf, 0.0lf);
    q = logaddexp_f64_step(q, r, 1.0lf, 0.0lf);
    let p = logaddexp_f64_product(q, r);
    // 1.5 * 2^52 + n has n in its low bits: a cast would clamp.
    let exponent = bitcast<vec4<u64>>(n + 6755399441055744.0lf) << vec4<u32>(52u);
    return LogaddexpF64Power(bitcast<vec4<f64>>(exponent + vec4<u64>(0x3ff0000000000000lu)), p.head, p.tail);
}

fn logaddexp_f64_product(a: LogaddexpF64Sum, b: LogaddexpF64Sum) -> LogaddexpF64Sum {
    let a_head = power_f64_upper(a.head);
    let a_tail = a.head - a_head;
    let b_head = power_f64_upper(b.head);
    let b_tail = b.head - b_head;
    let product = a.head * b.head;
    let error = (((a_head * b_head - product) + a_head * b_tail) + a_tail * b_head) + a_tail * b_tail;
    return LogaddexpF64Sum(product, error + (a.head * b.tail + a.tail * b.head));
}

// q r + c, c being the larger.
fn logaddexp_f64_step(q: LogaddexpF64Sum, r: LogaddexpF64Sum, head: f64, tail: f64) -> LogaddexpF64Sum {
    let product = logaddexp_f64_product(q, r);
    let sum = head + product.head;
    return LogaddexpF64Sum(sum, ((head - sum) + product.head) + (product.tail + tail));
}
