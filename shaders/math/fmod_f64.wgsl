// Remainders and floor division of f64, four at a time, exactly as NumPy's. Only for the strict class.
//
// fmod is exact for every pair of floats. While |x1| < 2^25 |x2| one step does: the quotient rounded to an integer has
// at most 26 bits, so that its products with the two halves of |x2| are exact (T. J. Dekker, "A floating-point
// technique for extending the available precision", 1971), and so are the differences; the rest may be as low as
// -|x2| / 2, and |x2| is added then. Farther apart, or near the ends of the range, it is long division in steps of 25
// bits on the significands, whose rests stay within half a divisor of 0, or little more: a division a few ulp off does
// not matter. 24 operations, a division among them; and far apart 41 more, and 12 for every 25 bits.
fn fmod_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let a = abs(x1);
    let b = abs(x2);
    let b_bits = bitcast<vec4<u64>>(b);
    let head = bitcast<vec4<f64>>(b_bits & vec4<u64>(0xfffffffff8000000lu));
    let quotient = round(a / b);
    var rest = (a - quotient * head) - quotient * (b - head);
    rest = select(rest, rest + b, rest < vec4<f64>(0.0lf));
    rest = select(rest, a, a < b);
    let near = (a < b * 33554432.0lf) & (b_bits - vec4<u64>(0x07b0000000000000lu) < vec4<u64>(0x7090000000000000lu));
    if !all(near) {
        rest = select(fmod_f64_far(a, b), rest, near);
    }
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(rest) | (bitcast<vec4<u64>>(x1) & vec4<u64>(0x8000000000000000lu)));
}

fn fmod_f64_far(a: vec4<f64>, b: vec4<f64>) -> vec4<f64> {
    let a_bits = fmod_f64_normal(a);
    let b_bits = fmod_f64_normal(b);
    let b_exponent = fmod_f64_exponent(b, b_bits);
    let distance = fmod_f64_exponent(a, a_bits) - b_exponent;
    let one = vec4<u64>(0x3ff0000000000000lu);
    let divisor = bitcast<vec4<f64>>((b_bits & vec4<u64>(0x000ffffffffffffflu)) | one);
    let head = bitcast<vec4<f64>>(bitcast<vec4<u64>>(divisor) & vec4<u64>(0xfffffffff8000000lu));
    let tail = divisor - head;
    let inverse = 1.0lf / divisor;
    var rest = bitcast<vec4<f64>>((a_bits & vec4<u64>(0x000ffffffffffffflu)) | one);
    var left = max(distance, vec4<i32>(0));
    for (var step = 0u; step < 85u; step += 1u) {
        let digits = min(left, vec4<i32>(25));
        let scaled = rest * fmod_f64_power(digits);
        let quotient = round(scaled * inverse);
        rest = (scaled - quotient * head) - quotient * tail;
        left = left - digits;
        if all(left == vec4<i32>(0)) {
            break;
        }
    }
    rest = select(rest, rest + divisor, rest < vec4<f64>(0.0lf));
    // In two steps, because 2^-1074 is no normal number.
    let half = b_exponent >> vec4<u32>(1u);
    let result = rest * fmod_f64_power(half) * fmod_f64_power(b_exponent - half);
    // NaN where either is, or a is inf or b is 0; a where it is less than b, which may be inf.
    let infinity = vec4<u64>(0x7ff0000000000000lu);
    let invalid = (bitcast<vec4<u64>>(a) >= infinity) | (bitcast<vec4<u64>>(b) - vec4<u64>(1lu) >= infinity);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    return select(select(result, a, a < b), bitcast<vec4<f64>>(nan_bits), invalid);
}

// The bits of x, times 2^54 if it is subnormal.
fn fmod_f64_normal(x: vec4<f64>) -> vec4<u64> {
    let bits = bitcast<vec4<u64>>(x);
    let scaled = bitcast<vec4<u64>>(x * 18014398509481984.0lf);
    return select(bits, scaled, bits < vec4<u64>(0x0010000000000000lu));
}

// x's exponent, from the bits above.
fn fmod_f64_exponent(x: vec4<f64>, normal: vec4<u64>) -> vec4<i32> {
    let subnormal = bitcast<vec4<u64>>(x) < vec4<u64>(0x0010000000000000lu);
    let bias = select(vec4<i32>(1023), vec4<i32>(1077), subnormal);
    return bitcast<vec4<i32>>(vec4<u32>(normal >> vec4<u32>(52u))) - bias;
}

fn fmod_f64_power(exponent: vec4<i32>) -> vec4<f64> {
    return bitcast<vec4<f64>>(vec4<u64>(bitcast<vec4<u32>>(exponent + vec4<i32>(1023))) << vec4<u32>(52u));
}

// The rest has the divisor's sign, also where it is 0.
fn remainder_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let rest = fmod_f64(x1, x2);
    let sign = vec4<u64>(0x8000000000000000lu);
    let differ = ((bitcast<vec4<u64>>(rest) ^ bitcast<vec4<u64>>(x2)) & sign) != vec4<u64>(0lu);
    let zero = bitcast<vec4<f64>>(bitcast<vec4<u64>>(x2) & sign);
    return select(select(rest, rest + x2, differ), zero, rest == vec4<f64>(0.0lf));
}

// As NumPy's npy_divmod: the difference of x1 and its rest divided by x2, to the nearest integer. Where that quotient
// has so many digits that a division a few ulp off would show, it is done exactly.
fn floor_divide_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let rest = fmod_f64(x1, x2);
    let multiple = x1 - rest;
    var quotient = multiple / x2;
    if any(abs(quotient) > vec4<f64>(562949953421312.0lf)) {
        quotient = divide_exact_f64(multiple, x2);
    }
    let sign = vec4<u64>(0x8000000000000000lu);
    let differ = ((bitcast<vec4<u64>>(rest) ^ bitcast<vec4<u64>>(x2)) & sign) != vec4<u64>(0lu);
    quotient = select(quotient, quotient - 1.0lf, differ & !(rest == vec4<f64>(0.0lf)));
    let floored = floor(quotient);
    var result = select(floored, floored + 1.0lf, quotient - floored > vec4<f64>(0.5lf));
    // 0 with the sign of x1 / x2; and what IEEE divides by 0.
    let result_sign = (bitcast<vec4<u64>>(x1) ^ bitcast<vec4<u64>>(x2)) & sign;
    result = select(result, bitcast<vec4<f64>>(result_sign), quotient == vec4<f64>(0.0lf));
    let size = bitcast<vec4<u64>>(x1) & ~sign;
    var infinity_bits = vec4<u64>(0x7ff0000000000000lu);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    let pole = select(infinity_bits | result_sign, nan_bits, size - vec4<u64>(1lu) >= infinity_bits);
    return select(result, bitcast<vec4<f64>>(pole), x2 == vec4<f64>(0.0lf));
}
