// Remainders and floor division of f32, four at a time, exactly as NumPy's. Only for the strict class.
//
// fmod is exact for every pair of floats. While |x1| < 2^11 |x2| one step does: the quotient rounded to an integer has
// at most 12 bits, so that its products with the two halves of |x2| are exact (T. J. Dekker, "A floating-point
// technique for extending the available precision", 1971), and so are the differences; the rest may be as low as
// -|x2| / 2, and |x2| is added then. Farther apart, or near the ends of the range, it is long division in steps of 11
// bits on the significands, whose rests stay within half a divisor of 0, or little more: a division a few ulp off does
// not matter. 24 operations, a division among them; and far apart 41 more, and 12 for every 11 bits.
fn fmod_f32(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let a = abs(x1);
    let b = abs(x2);
    let b_bits = bitcast<vec4<u32>>(b);
    let head = bitcast<vec4<f32>>(b_bits & vec4<u32>(0xfffff000u));
    let quotient = round(a / b);
    var rest = (a - quotient * head) - quotient * (b - head);
    rest = select(rest, rest + b, rest < vec4<f32>(0.0));
    rest = select(rest, a, a < b);
    let near = (a < b * 2048.0) & (b_bits - vec4<u32>(0x0d800000u) < vec4<u32>(0x6b800000u));
    if !all(near) {
        rest = select(fmod_f32_far(a, b), rest, near);
    }
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(rest) | (bitcast<vec4<u32>>(x1) & vec4<u32>(0x80000000u)));
}

fn fmod_f32_far(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    let a_bits = fmod_f32_normal(a);
    let b_bits = fmod_f32_normal(b);
    let b_exponent = fmod_f32_exponent(b, b_bits);
    let distance = fmod_f32_exponent(a, a_bits) - b_exponent;
    let one = vec4<u32>(0x3f800000u);
    let divisor = bitcast<vec4<f32>>((b_bits & vec4<u32>(0x007fffffu)) | one);
    let head = bitcast<vec4<f32>>(bitcast<vec4<u32>>(divisor) & vec4<u32>(0xfffff000u));
    let tail = divisor - head;
    let inverse = 1.0 / divisor;
    var rest = bitcast<vec4<f32>>((a_bits & vec4<u32>(0x007fffffu)) | one);
    var left = max(distance, vec4<i32>(0));
    for (var step = 0u; step < 26u; step += 1u) {
        let digits = min(left, vec4<i32>(11));
        let scaled = rest * fmod_f32_power(digits);
        let quotient = round(scaled * inverse);
        rest = (scaled - quotient * head) - quotient * tail;
        left = left - digits;
        if all(left == vec4<i32>(0)) {
            break;
        }
    }
    rest = select(rest, rest + divisor, rest < vec4<f32>(0.0));
    // In two steps, because 2^-149 is no normal number.
    let half = b_exponent >> vec4<u32>(1u);
    let result = rest * fmod_f32_power(half) * fmod_f32_power(b_exponent - half);
    // NaN where either is, or a is inf or b is 0; a where it is less than b, which may be inf.
    let infinity = vec4<u32>(0x7f800000u);
    let invalid = (bitcast<vec4<u32>>(a) >= infinity) | (bitcast<vec4<u32>>(b) - vec4<u32>(1u) >= infinity);
    var nan_bits = vec4<u32>(0x7fc00000u);
    return select(select(result, a, a < b), bitcast<vec4<f32>>(nan_bits), invalid);
}

// The bits of x, times 2^149 if it is subnormal.
fn fmod_f32_normal(x: vec4<f32>) -> vec4<u32> {
    let bits = bitcast<vec4<u32>>(x);
    let scaled = bitcast<vec4<u32>>(vec4<f32>(bitcast<vec4<i32>>(bits)));
    return select(bits, scaled, bits < vec4<u32>(0x00800000u));
}

// x's exponent, from the bits above.
fn fmod_f32_exponent(x: vec4<f32>, normal: vec4<u32>) -> vec4<i32> {
    let subnormal = bitcast<vec4<u32>>(x) < vec4<u32>(0x00800000u);
    let bias = select(vec4<i32>(127), vec4<i32>(276), subnormal);
    return bitcast<vec4<i32>>(normal >> vec4<u32>(23u)) - bias;
}

fn fmod_f32_power(exponent: vec4<i32>) -> vec4<f32> {
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(exponent + vec4<i32>(127)) << vec4<u32>(23u));
}

// The rest has the divisor's sign, also where it is 0.
fn remainder_f32(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let rest = fmod_f32(x1, x2);
    let sign = vec4<u32>(0x80000000u);
    let differ = ((bitcast<vec4<u32>>(rest) ^ bitcast<vec4<u32>>(x2)) & sign) != vec4<u32>(0u);
    let zero = bitcast<vec4<f32>>(bitcast<vec4<u32>>(x2) & sign);
    return select(select(rest, rest + x2, differ), zero, rest == vec4<f32>(0.0));
}

// As NumPy's npy_divmod: the difference of x1 and its rest divided by x2, to the nearest integer. Where that quotient
// has so many digits that a division a few ulp off would show, it is done exactly.
fn floor_divide_f32(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let rest = fmod_f32(x1, x2);
    let multiple = x1 - rest;
    var quotient = multiple / x2;
    if any(abs(quotient) > vec4<f32>(1048576.0)) {
        quotient = divide_exact_f32(multiple, x2);
    }
    let sign = vec4<u32>(0x80000000u);
    let differ = ((bitcast<vec4<u32>>(rest) ^ bitcast<vec4<u32>>(x2)) & sign) != vec4<u32>(0u);
    quotient = select(quotient, quotient - 1.0, differ & !(rest == vec4<f32>(0.0)));
    let floored = floor(quotient);
    var result = select(floored, floored + 1.0, quotient - floored > vec4<f32>(0.5));
    // 0 with the sign of x1 / x2; and what IEEE divides by 0.
    let result_sign = (bitcast<vec4<u32>>(x1) ^ bitcast<vec4<u32>>(x2)) & sign;
    result = select(result, bitcast<vec4<f32>>(result_sign), quotient == vec4<f32>(0.0));
    let size = bitcast<vec4<u32>>(x1) & ~sign;
    var infinity_bits = vec4<u32>(0x7f800000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let pole = select(infinity_bits | result_sign, nan_bits, size - vec4<u32>(1u) >= infinity_bits);
    return select(result, bitcast<vec4<f32>>(pole), x2 == vec4<f32>(0.0));
}
