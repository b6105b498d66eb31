// sin and cos of float32, four at a time, for every argument. Only for the strict class: the steps below are exact as
// written, not reassociated.

// |x| = (4 m + quadrant) pi/2 + head + tail, with |head| <= pi/4 about and the tail below half an ulp of the head, or
// the head so small that its square is nothing beside the tail. Only the quadrant's two low bits mean anything.
struct TrigF32Reduced {
    head: vec4<f32>,
    tail: vec4<f32>,
    quadrant: vec4<u32>,
}

// Up to 6432, n <= 4096, by W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), chapter 8:
// pi/2 is taken away in four parts, of 12, 7, 12 and 24 bits; n times each of the first three is exact, and so are the
// differences but the third, whose rounding error goes to the tail. 13 operations.
fn trig_f32_reduce(size: vec4<f32>) -> TrigF32Reduced {
    let n = round(size * 0.636619747);
    let near = (size - n * 1.57080078125) - n * -0.00000447034836;
    let part = n * 1.58906914e-8;
    let head = near - part;
    let tail = ((near - head) - part) - n * 2.56334407e-12;
    // 2^23 + n has n in its low bits: a cast would clamp.
    var reduced = TrigF32Reduced(head, tail, bitcast<vec4<u32>>(n + 8388608.0));
    let large = bitcast<vec4<u32>>(size) > vec4<u32>(0x45c90000u);
    if any(large) {
        let wide = trig_f32_reduce_large(bitcast<vec4<u32>>(size));
        reduced.head = select(reduced.head, wide.head, large);
        reduced.tail = select(reduced.tail, wide.tail, large);
        reduced.quadrant = select(reduced.quadrant, wide.quadrant, large);
    }
    return reduced;
}

// M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18 (1983): of 2/pi
// only the 96 bits are needed whose product with x's 24-bit significand is neither a multiple of 4 nor too small.
// Their product is kept to 64 bits, 2 of quadrant and 62 of fraction: no float32 is nearer than 2^-30 to a multiple of
// pi/2, in units of pi/2. `bits` are those of |x|, above 6432; inf and NaN give NaN. 103 operations.
fn trig_f32_reduce_large(bits: vec4<u32>) -> TrigF32Reduced {
    let significand = (bits & vec4<u32>(0x007fffffu)) | vec4<u32>(0x00800000u);
    // 2/pi with 13 zeros before it, shifted left by x's exponent above 2^12.
    let shift = (bits >> vec4<u32>(23u)) - vec4<u32>(139u);
    let two_words = (shift & vec4<u32>(64u)) != vec4<u32>(0u);
    let one_word = (shift & vec4<u32>(32u)) != vec4<u32>(0u);
    let b0 = select(vec4<u32>(0x000517ccu), vec4<u32>(0xa94fe13au), two_words);
    let b1 = select(vec4<u32>(0x1b727220u), vec4<u32>(0xbe8fa9a6u), two_words);
    let b2 = select(vec4<u32>(0xa94fe13au), vec4<u32>(0xee06db14u), two_words);
    let b3 = select(vec4<u32>(0xbe8fa9a6u), vec4<u32>(0xacc9e21cu), two_words);
    let b4 = select(vec4<u32>(0xee06db14u), vec4<u32>(0x820ff28bu), two_words);
    let c0 = select(b0, b1, one_word);
    let c1 = select(b1, b2, one_word);
    let c2 = select(b2, b3, one_word);
    let c3 = select(b3, b4, one_word);
    let left = shift & vec4<u32>(31u);
    let right = vec4<u32>(31u) - left;
    let w0 = (c0 << left) | ((c1 >> vec4<u32>(1u)) >> right);
    let w1 = (c1 << left) | ((c2 >> vec4<u32>(1u)) >> right);
    let w2 = (c2 << left) | ((c3 >> vec4<u32>(1u)) >> right);

    // high and low = the upper 64 bits of significand * (w0, w1, w2), modulo 2^96, by limbs of 16 bits. The carries
    // out of the lowest word's last product are left out: 2 units at most, of 2^-62.
    let low_mask = vec4<u32>(0xffffu);
    let sixteen = vec4<u32>(16u);
    let s0 = significand & low_mask;
    let s1 = significand >> sixteen;
    let w2_low = w2 & low_mask;
    let w2_high = w2 >> sixteen;
    let carried = s1 * w2_high + ((s0 * w2_high) >> sixteen) + ((s1 * w2_low) >> sixteen);
    let w1_low = w1 & low_mask;
    let w1_high = w1 >> sixteen;
    let cross = s0 * w1_high + ((s0 * w1_low) >> sixteen);
    let cross_low = s1 * w1_low + (cross & low_mask);
    let w1_upper = s1 * w1_high + (cross >> sixteen) + (cross_low >> sixteen);
    let low = significand * w1 + carried;
    let high = w1_upper + significand * w0 + select(vec4<u32>(0u), vec4<u32>(1u), low < carried);

    // The fraction to the nearest quadrant, its sign apart.
    let high_fraction = (high << vec4<u32>(2u)) | (low >> vec4<u32>(30u));
    let low_fraction = low << vec4<u32>(2u);
    let negative = bitcast<vec4<u32>>(bitcast<vec4<i32>>(high_fraction) >> vec4<u32>(31u));
    let quadrant = (high >> vec4<u32>(30u)) - negative;
    let top = high_fraction ^ negative;
    let bottom = low_fraction ^ negative;
    // 24, 24 and 16 of its 64 bits, each exact as a float; their sum as a float and its error.
    let bits_a = bitcast<vec4<i32>>(top >> vec4<u32>(7u));
    let bits_b = bitcast<vec4<i32>>(((top & vec4<u32>(127u)) << vec4<u32>(17u)) | (bottom >> vec4<u32>(15u)));
    let bits_c = bitcast<vec4<i32>>(bottom & vec4<u32>(0x7fffu));
    let fraction_a = vec4<f32>(bits_a) * 2.98023224e-8;
    let fraction_b = vec4<f32>(bits_b) * 1.77635684e-15;
    let fraction_c = vec4<f32>(bits_c) * 5.42101086e-20;
    let sum = fraction_a + fraction_b;
    let error = (fraction_b - (sum - fraction_a)) + fraction_c;
    // Times pi/2: the product of two halves of 12 bits is exact, and the rest small.
    let half = bitcast<vec4<f32>>(bitcast<vec4<u32>>(sum) & vec4<u32>(0xfffff000u));
    let exact = half * 1.57080078125;
    let rest = half * -0.00000445445484 + ((sum - half) + error) * 1.57079637;
    let head = exact + rest;
    let tail = rest - (head - exact);
    let sign = negative & vec4<u32>(0x80000000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let head_bits = select(bitcast<vec4<u32>>(head) ^ sign, nan_bits, bits >= vec4<u32>(0x7f800000u));
    return TrigF32Reduced(bitcast<vec4<f32>>(head_bits), bitcast<vec4<f32>>(bitcast<vec4<u32>>(tail) ^ sign), quadrant);
}

// sin(head + tail) where the quadrant is even, cos where it is odd, negated in quadrants 2 and 3: the sine of
// the whole angle. Polynomials by our own Remez exchange on the relative error, the coefficients rounded to float32:
// sin(r) = r + r^3 p(r^2), p of degree 2 (2^-27.9); cos(r) = 1 - r^2/2 + r^4 q(r^2), q of degree 2 (2^-33.0).
// 27 operations.
fn trig_f32_sine(reduced: TrigF32Reduced, sign: vec4<u32>) -> vec4<f32> {
    let r = reduced.head;
    let z = r * r;
    let p = -0.166666552 + z * (0.00833218824 + z * -0.000195180954);
    let sine = r + ((r * z) * p + reduced.tail);
    let q = 0.0416666456 + z * (-0.00138873095 + z * 0.0000244323273);
    let cosine = 1.0 + ((z * (z * q) - r * reduced.tail) - 0.5 * z);
    let odd = (reduced.quadrant & vec4<u32>(1u)) != vec4<u32>(0u);
    let negated = (reduced.quadrant << vec4<u32>(30u)) & vec4<u32>(0x80000000u);
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(select(sine, cosine, odd)) ^ (negated ^ sign));
}

// Reduction and polynomials above. Worst error over all 2^32 arguments 1.025 ulp; 44 operations, and 106 more where
// one of the four is beyond 6432. A subnormal argument goes through products: a device that flushes them returns 0.
fn sin_f32(x: vec4<f32>) -> vec4<f32> {
    let sign = bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u);
    return trig_f32_sine(trig_f32_reduce(abs(x)), sign);
}

// cos(x) = sin(|x| + pi/2): the next quadrant. Worst error over all 2^32 arguments 1.023 ulp; as many operations.
fn cos_f32(x: vec4<f32>) -> vec4<f32> {
    var reduced = trig_f32_reduce(abs(x));
    reduced.quadrant += vec4<u32>(1u);
    return trig_f32_sine(reduced, vec4<u32>(0u));
}
