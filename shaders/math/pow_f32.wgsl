// x^y of float32, four at a time. Only for the strict class: the steps below are exact as written, not reassociated.
//
// Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 7, and W. Kahan's
// rule that log2|x| needs as many bits more as the exponent has: x^y = 2^(y log2|x|), the logarithm as a sum of two
// floats, good to 2^-30 at worst. |x| = 2^k m, m in [sqrt(3)/2, sqrt(3)), c = 1 or 3/2 the nearer to m, and
// log2(m/c) = 2/ln 2 artanh(s) = s (2/ln 2 + z q(z)), s = (m - c) / (m + c), |s| < 0.102, z = s^2, q of degree 2 by
// our own minimax fit (2^-36.3 of the logarithm with the coefficients rounded to float32). "12 bits" below are a
// significand cut to 12 bits: the product of two such is exact.
// Worst error found in forty million samples of all regions 1.60 ulp, near x = 1.22 where the result's exponent is
// greatest, and below 0.8 where it is moderate; about 130 operations, one of them a division.
fn power_f32_cut(x: vec4<f32>) -> vec4<f32> {
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(x) & vec4<u32>(0xfffff000u));
}

fn pow_f32(x: vec4<f32>, y: vec4<f32>) -> vec4<f32> {
    let x_bits = bitcast<vec4<u32>>(x);
    let x_size = x_bits & vec4<u32>(0x7fffffffu);
    let y_bits = bitcast<vec4<u32>>(y);
    let y_size = y_bits & vec4<u32>(0x7fffffffu);

    // The bits of a subnormal, read as an integer, are x * 2^149. 0x3f5db3d7 is sqrt(3)/2: above it lie k and m.
    let subnormal = x_size < vec4<u32>(0x00800000u);
    let normal = select(x_size, bitcast<vec4<u32>>(vec4<f32>(bitcast<vec4<i32>>(x_size))), subnormal);
    let above = normal - vec4<u32>(0x3f5db3d7u);
    let exponent = vec4<f32>(bitcast<vec4<i32>>(above) >> vec4<u32>(23u));
    let k = exponent - select(vec4<f32>(0.0), vec4<f32>(149.0), subnormal);
    let m = bitcast<vec4<f32>>((above & vec4<u32>(0x007fffffu)) + vec4<u32>(0x3f5db3d7u));
    let upper = m > vec4<f32>(1.22474487);
    let c = select(vec4<f32>(1.0), vec4<f32>(1.5), upper);
    // log2(c), the first part so short that its sum with k is exact.
    let whole = k + select(vec4<f32>(0.0), vec4<f32>(0.584960938), upper);
    let c_low = select(vec4<f32>(0.0), vec4<f32>(1.56322116e-6), upper);

    // s = s_high + s_low, 12 bits and the rest, from the remainder of the division.
    let over = m - c;
    let under = m + c;
    let inverse = 1.0 / under;
    let s_high = power_f32_cut(over * inverse);
    let under_high = power_f32_cut(under);
    let under_low = m - (under_high - c);
    let s_low = ((over - s_high * under_high) - s_high * under_low) * inverse;
    let s = s_high + s_low;
    let z = s * s;
    let q = 0.961796761 + z * (0.577039063 + z * 0.418657094);
    // 2/ln 2 in 12 bits and the rest; the small terms are added up first.
    let high = s_high * 2.88476562;
    let small = (s * z) * q + (s_low * 2.88539004 + (s_high * 0.000624456778 + c_low));
    let sum = whole + high;
    let low = (high - (sum - whole)) + small;
    let log_high = power_f32_cut(sum + low);
    let log_low = low - (log_high - sum);

    // Beyond 2^32 every y gives the same; 12 bits of y times 12 of the logarithm are exact.
    let y_near = bitcast<vec4<f32>>(min(y_size, vec4<u32>(0x4f800000u)) | (y_bits & vec4<u32>(0x80000000u)));
    let y_high = power_f32_cut(y_near);
    let p_high = y_high * log_high;
    let p_low = (y_near - y_high) * log_high + y_near * log_low;
    let p = p_high + p_low;
    // The sum, as in exp2_f32, is rounded to a whole number.
    let n_bits = p + 12583166.0;
    let n = n_bits - 12583166.0;
    // 2^r = 1 + r ln 2 + r^2 e(r), e of degree 4 by our own minimax fit (2^-28.2); r ln 2 again of two parts and the
    // first sum with its rounding error, so that a power that is a float32 comes out as that.
    let near = p_high - n;
    let r = near + p_low;
    let r_high = power_f32_cut(r);
    let r_low = (near - r_high) + p_low;
    let e = (0.240226477 + r * 0.055503618) + (r * r) * ((0.00961850956 + r * 0.0013390478) + (r * r) * 0.000153255591);
    let linear = r_high * 0.693115234;
    let first = 1.0 + linear;
    let rest = (linear - (first - 1.0)) + ((r_high * 3.19461849e-5 + r_low * 0.693147182) + (r * r) * e);
    let finite = exp2_f32_scale(first + rest, bitcast<vec4<u32>>(n_bits), bitcast<vec4<u32>>(p));

    // 0 or inf where the exponent is too great for the steps above, and where |x| is 0 or inf.
    var infinity_bits = vec4<u32>(0x7f800000u);
    let x_special = x_size - vec4<u32>(1u) >= vec4<u32>(0x7f7fffffu);
    let grows = (x_size > vec4<u32>(0x3f800000u)) == (y_bits < vec4<u32>(0x80000000u));
    let limit = select(vec4<u32>(0u), infinity_bits, grows);
    let beyond = x_special | (abs(p) > vec4<f32>(160.0));
    let size = select(bitcast<vec4<u32>>(finite), limit, beyond);
    // A negative x: the sign of an odd y; NaN where y is not whole, unless x is -0 or -inf.
    let half = y * 0.5;
    let is_whole = trunc(y) == y;
    let odd = is_whole & (trunc(half) != half);
    let signed = size | select(vec4<u32>(0u), x_bits & vec4<u32>(0x80000000u), odd);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let undefined = (x_bits > vec4<u32>(0x80000000u)) & !is_whole & !x_special;
    let is_nan = (x_size > infinity_bits) | (y_size > infinity_bits) | undefined;
    // 1 is x^0 and 1^y for every x and y, NaN too.
    let is_one = (x_bits == vec4<u32>(0x3f800000u)) | (y_size == vec4<u32>(0u));
    return bitcast<vec4<f32>>(select(select(signed, nan_bits, is_nan), vec4<u32>(0x3f800000u), is_one));
}
