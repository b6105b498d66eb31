// Division of f64, correctly rounded although the device's own is only within 3 ulp (Vulkan asks for
// 2.5 of a division). Only for the strict class.
//
// With significands as integers of 53 bits, the residual of the device's result is exact modulo 2^64, being small. The
// result starts 4 units lower and is brought to the integer below the exact one in steps of 4, 2 and 1; what is left
// says how to round (M. D. Ercegovac and T. Lang, "Digital Arithmetic", 2004, chapters 5 to 7: restoring digits).

// The bits of x >= 0; of a subnormal those of x * 2^54.
fn divide_f64_normal(bits: vec4<u64>) -> vec4<u64> {
    let scaled = bitcast<vec4<u64>>(bitcast<vec4<f64>>(bits) * 18014398509481984.0lf);
    return select(bits, scaled, bits < vec4<u64>(0x0010000000000000lu));
}

// The exponent's field in x, by the bits above; 0 and less for subnormal numbers.
fn divide_f64_field(bits: vec4<u64>, normal: vec4<u64>) -> vec4<i32> {
    let below = select(vec4<i32>(0), vec4<i32>(54), bits < vec4<u64>(0x0010000000000000lu));
    return bitcast<vec4<i32>>(vec4<u32>(normal >> vec4<u32>(52u))) - below;
}

// 70 operations and a division; and 20 where one of the four is subnormal, zero or special.
fn divide_exact_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let sign = (bitcast<vec4<u64>>(x1) ^ bitcast<vec4<u64>>(x2)) & vec4<u64>(0x8000000000000000lu);
    let a_bits = bitcast<vec4<u64>>(x1) & vec4<u64>(0x7ffffffffffffffflu);
    let b_bits = bitcast<vec4<u64>>(x2) & vec4<u64>(0x7ffffffffffffffflu);
    let a_normal = divide_f64_normal(a_bits);
    let b_normal = divide_f64_normal(b_bits);
    let a = (a_normal & vec4<u64>(0x000ffffffffffffflu)) | vec4<u64>(0x0010000000000000lu);
    let b = (b_normal & vec4<u64>(0x000ffffffffffffflu)) | vec4<u64>(0x0010000000000000lu);
    // The less significand is doubled, so that the quotient is between 1 and 2.
    let less = a < b;
    let to_one = vec4<u64>(0x3fe0000000000000lu);
    let a_one = bitcast<vec4<f64>>(a + select(to_one, vec4<u64>(0x3ff0000000000000lu), less));
    let near = bitcast<vec4<u64>>(a_one / bitcast<vec4<f64>>(b + to_one)) - to_one;
    var quotient = near - vec4<u64>(4lu);
    var rest = (a << select(vec4<u32>(52u), vec4<u32>(53u), less)) - quotient * b;
    let zero = vec4<u64>(0lu);
    let by_four = rest >= (b << vec4<u32>(2u));
    rest = rest - select(zero, b << vec4<u32>(2u), by_four);
    let by_two = rest >= (b << vec4<u32>(1u));
    rest = rest - select(zero, b << vec4<u32>(1u), by_two);
    let by_one = rest >= b;
    rest = rest - select(zero, b, by_one);
    quotient = quotient + select(zero, vec4<u64>(4lu), by_four) + select(zero, vec4<u64>(2lu), by_two);
    quotient = quotient + select(zero, vec4<u64>(1lu), by_one);
    let field = divide_f64_field(a_bits, a_normal) - divide_f64_field(b_bits, b_normal)
        + select(vec4<i32>(1023), vec4<i32>(1022), less);
    // Never half way between two normal numbers.
    let twice = rest << vec4<u32>(1u);
    let above = select(zero, vec4<u64>(1lu), twice > b);
    var result = (vec4<u64>(bitcast<vec4<u32>>(field - vec4<i32>(1))) << vec4<u32>(52u)) + (quotient + above);
    result = select(result, vec4<u64>(0x7ff0000000000000lu), field >= vec4<i32>(2047));
    let infinity = vec4<u64>(0x7ff0000000000000lu);
    let special = max(a_bits - vec4<u64>(1lu), b_bits - vec4<u64>(1lu)) >= infinity - vec4<u64>(1lu);
    let small = field < vec4<i32>(1);
    if any(special | small) {
        // Two bits more of the quotient: the half, and whether anything is below; then one rounding, ties to even.
        let half = select(zero, vec4<u64>(2lu), twice >= b);
        let sticky = select(zero, vec4<u64>(1lu), (rest != zero) & (twice != b));
        let long = (quotient << vec4<u32>(2u)) | half | sticky;
        let shift = bitcast<vec4<u32>>(clamp(vec4<i32>(3) - field, vec4<i32>(2), vec4<i32>(56)));
        let unit = vec4<u64>(1lu) << shift;
        let last = (long >> shift) & vec4<u64>(1lu);
        let subnormal = (long + ((unit >> vec4<u32>(1u)) - vec4<u64>(1lu)) + last) >> shift;
        result = select(result, subnormal, small);
        // 0 / y and x / inf are 0, x / 0 and inf / y inf; 0 / 0, inf / inf and NaN are NaN.
        let low = (a_bits == zero) | (b_bits == infinity);
        let high = (b_bits == zero) | (a_bits == infinity);
        var nan_bits = vec4<u64>(0x7ff8000000000000lu);
        let invalid = (low & high) | (max(a_bits, b_bits) > infinity);
        let limit = select(select(zero, infinity, high), nan_bits, invalid);
        result = select(result, limit, special);
    }
    return bitcast<vec4<f64>>(result | sign);
}
