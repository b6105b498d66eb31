// Division of f32, correctly rounded although the device's own is only within 3 ulp (Vulkan asks for
// 2.5 of a division). Only for the strict class.
//
// With significands as integers of 24 bits, the residual of the device's result is exact modulo 2^32, being small. The
// result starts 4 units lower and is brought to the integer below the exact one in steps of 4, 2 and 1; what is left
// says how to round (M. D. Ercegovac and T. Lang, "Digital Arithmetic", 2004, chapters 5 to 7: restoring digits).

// The bits of x >= 0; of a subnormal those of x * 2^149.
fn divide_f32_normal(bits: vec4<u32>) -> vec4<u32> {
    let scaled = bitcast<vec4<u32>>(vec4<f32>(bitcast<vec4<i32>>(bits)));
    return select(bits, scaled, bits < vec4<u32>(0x00800000u));
}

// The exponent's field in x, by the bits above; 0 and less for subnormal numbers.
fn divide_f32_field(bits: vec4<u32>, normal: vec4<u32>) -> vec4<i32> {
    let below = select(vec4<i32>(0), vec4<i32>(149), bits < vec4<u32>(0x00800000u));
    return bitcast<vec4<i32>>(normal >> vec4<u32>(23u)) - below;
}

// 70 operations and a division; and 20 where one of the four is subnormal, zero or special.
fn divide_exact_f32(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let sign = (bitcast<vec4<u32>>(x1) ^ bitcast<vec4<u32>>(x2)) & vec4<u32>(0x80000000u);
    let a_bits = bitcast<vec4<u32>>(x1) & vec4<u32>(0x7fffffffu);
    let b_bits = bitcast<vec4<u32>>(x2) & vec4<u32>(0x7fffffffu);
    let a_normal = divide_f32_normal(a_bits);
    let b_normal = divide_f32_normal(b_bits);
    let a = (a_normal & vec4<u32>(0x007fffffu)) | vec4<u32>(0x00800000u);
    let b = (b_normal & vec4<u32>(0x007fffffu)) | vec4<u32>(0x00800000u);
    // The less significand is doubled, so that the quotient is between 1 and 2.
    let less = a < b;
    let to_one = vec4<u32>(0x3f000000u);
    let a_one = bitcast<vec4<f32>>(a + select(to_one, vec4<u32>(0x3f800000u), less));
    let near = bitcast<vec4<u32>>(a_one / bitcast<vec4<f32>>(b + to_one)) - to_one;
    var quotient = near - vec4<u32>(4u);
    var rest = (a << select(vec4<u32>(23u), vec4<u32>(24u), less)) - quotient * b;
    let zero = vec4<u32>(0u);
    let by_four = rest >= (b << vec4<u32>(2u));
    rest = rest - select(zero, b << vec4<u32>(2u), by_four);
    let by_two = rest >= (b << vec4<u32>(1u));
    rest = rest - select(zero, b << vec4<u32>(1u), by_two);
    let by_one = rest >= b;
    rest = rest - select(zero, b, by_one);
    quotient = quotient + select(zero, vec4<u32>(4u), by_four) + select(zero, vec4<u32>(2u), by_two);
    quotient = quotient + select(zero, vec4<u32>(1u), by_one);
    let field = divide_f32_field(a_bits, a_normal) - divide_f32_field(b_bits, b_normal)
        + select(vec4<i32>(127), vec4<i32>(126), less);
    // Never half way between two normal numbers.
    let twice = rest << vec4<u32>(1u);
    let above = select(zero, vec4<u32>(1u), twice > b);
    var result = (bitcast<vec4<u32>>(field - vec4<i32>(1)) << vec4<u32>(23u)) + (quotient + above);
    result = select(result, vec4<u32>(0x7f800000u), field >= vec4<i32>(255));
    let infinity = vec4<u32>(0x7f800000u);
    let special = max(a_bits - vec4<u32>(1u), b_bits - vec4<u32>(1u)) >= infinity - vec4<u32>(1u);
    let small = field < vec4<i32>(1);
    if any(special | small) {
        // Two bits more of the quotient: the half, and whether anything is below; then one rounding, ties to even.
        let half = select(zero, vec4<u32>(2u), twice >= b);
        let sticky = select(zero, vec4<u32>(1u), (rest != zero) & (twice != b));
        let long = (quotient << vec4<u32>(2u)) | half | sticky;
        let shift = bitcast<vec4<u32>>(clamp(vec4<i32>(3) - field, vec4<i32>(2), vec4<i32>(27)));
        let unit = vec4<u32>(1u) << shift;
        let last = (long >> shift) & vec4<u32>(1u);
        let subnormal = (long + ((unit >> vec4<u32>(1u)) - vec4<u32>(1u)) + last) >> shift;
        result = select(result, subnormal, small);
        // 0 / y and x / inf are 0, x / 0 and inf / y inf; 0 / 0, inf / inf and NaN are NaN.
        let low = (a_bits == zero) | (b_bits == infinity);
        let high = (b_bits == zero) | (a_bits == infinity);
        var nan_bits = vec4<u32>(0x7fc00000u);
        let invalid = (low & high) | (max(a_bits, b_bits) > infinity);
        let limit = select(select(zero, infinity, high), nan_bits, invalid);
        result = select(result, limit, special);
    }
    return bitcast<vec4<f32>>(result | sign);
}
