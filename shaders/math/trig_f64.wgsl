// sin and cos of float64, four at a time, for every argument. Only for the strict class: the steps below are exact as
// written, not reassociated.

// |x| = (4 m + quadrant) pi/2 + head + tail, with |head| <= pi/4 about and the tail below half an ulp of the head, or
// the head so small that its square is nothing beside the tail. Only the quadrant's two low bits mean anything.
struct TrigF64Reduced {
    head: vec4<f64>,
    tail: vec4<f64>,
    quadrant: vec4<u32>,
}

// Up to 1647099, n <= 2^20, by W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980),
// chapter 8: pi/2 is taken away in four parts, which end at 2^-32, 2^-53, 2^-84 and, rounded, 2^-138; n times each of
// the first three is exact, and so are the differences but the third, whose rounding error goes to the tail. No
// float64 in this range is nearer than 2^-60.5 to a multiple of pi/2 (45.553093477052), and head + tail is good to
// 2^-117. 15 operations.
fn trig_f64_reduce(size: vec4<f64>) -> TrigF64Reduced {
    let n = round(size * 0.6366197723675814lf);
    let near = (size - n * 1.5707963267341256lf) - n * 6.077105485502443e-11lf;
    let part = n * -4.978996252159425e-17lf;
    let head = near - part;
    let tail = ((near - head) - part) - n * 1.6446256936324258e-26lf;
    // 2^52 + n has n in its low bits: a cast would clamp.
    var reduced = TrigF64Reduced(head, tail, vec4<u32>(bitcast<vec4<u64>>(n + 4503599627370496.0lf)));
    let large = !(size <= vec4<f64>(1647099.0lf));
    if any(large) {
        let wide = trig_f64_reduce_large(bitcast<vec4<u64>>(size));
        reduced.head = select(reduced.head, wide.head, large);
        reduced.tail = select(reduced.tail, wide.tail, large);
        reduced.quadrant = select(reduced.quadrant, wide.quadrant, large);
    }
    return reduced;
}

// M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18 (1983): of 2/pi
// only the 192 bits are needed whose product with x's 53-bit significand is neither a multiple of 4 nor too small.
// Their product is kept to 128 bits, 2 of quadrant and 126 of fraction: no float64 is nearer than 2^-61.6 to a
// multiple of pi/2, in units of pi/2. `bits` are those of |x|, above 2^20; inf and NaN give NaN. About 190 operations,
// of 32 and 64 bits.
fn trig_f64_reduce_large(bits: vec4<u64>) -> TrigF64Reduced {
    let bits_high = vec4<u32>(bits >> vec4<u32>(32u));
    let s0 = vec4<u64>(vec4<u32>(bits));
    let s1 = vec4<u64>((bits_high & vec4<u32>(0x000fffffu)) | vec4<u32>(0x00100000u));
    // The lanes that are not large read words too: any will do. inf and NaN read as the largest.
    let exponent = clamp(bits_high >> vec4<u32>(20u), vec4<u32>(1043u), vec4<u32>(2046u)) - vec4<u32>(1043u);
    let left = exponent & vec4<u32>(31u);
    let right = vec4<u32>(31u) - left;
    // 2/pi in words of 32 bits, with 34 zeros before it, shifted left by x's exponent above 2^20: first by whole words.
    // Selects, since a table would be copied for every lookup on software devices.
    let by_16 = (exponent & vec4<u32>(512u)) != vec4<u32>(0u);
    let ga0 = select(vec4<u32>(0x00000000u), vec4<u32>(0x4baed121u), by_16);
    let ga1 = select(vec4<u32>(0x28be60dbu), vec4<u32>(0x3a671c09u), by_16);
    let ga2 = select(vec4<u32>(0x9391054au), vec4<u32>(0xad17df90u), by_16);
    let ga3 = select(vec4<u32>(0x7f09d5f4u), vec4<u32>(0x4e64758eu), by_16);
    let ga4 = select(vec4<u32>(0x7d4d3770u), vec4<u32>(0x60d4ce7du), by_16);
    let ga5 = select(vec4<u32>(0x36d8a566u), vec4<u32>(0x272117e2u), by_16);
    let ga6 = select(vec4<u32>(0x4f10e410u), vec4<u32>(0xef7e4a0eu), by_16);
    let ga7 = select(vec4<u32>(0x7f9458eau), vec4<u32>(0xc7fe25ffu), by_16);
    let ga8 = select(vec4<u32>(0xf7aef158u), vec4<u32>(0xf7816603u), by_16);
    let ga9 = select(vec4<u32>(0x6dc91b8eu), vec4<u32>(0xfbcbc462u), by_16);
    let ga10 = select(vec4<u32>(0x909374b8u), vec4<u32>(0xd6829b47u), by_16);
    let ga11 = select(vec4<u32>(0x01924bbau), vec4<u32>(0xdb4d9fb3u), by_16);
    let ga12 = select(vec4<u32>(0x82746487u), vec4<u32>(0xc9f2c26du), by_16);
    let ga13 = select(vec4<u32>(0x3f877ac7u), vec4<u32>(0xd3d18fd9u), by_16);
    let ga14 = select(vec4<u32>(0x2c4a69cfu), vec4<u32>(0xa797fa8bu), by_16);
    let ga15 = select(vec4<u32>(0xba208d7du), vec4<u32>(0x5d49eeb1u), by_16);
    let ga16 = select(vec4<u32>(0x4baed121u), vec4<u32>(0xfaf97c5eu), by_16);
    let ga17 = select(vec4<u32>(0x3a671c09u), vec4<u32>(0xcf41ce7du), by_16);
    let ga18 = select(vec4<u32>(0xad17df90u), vec4<u32>(0xe294a4bau), by_16);
    let ga19 = select(vec4<u32>(0x4e64758eu), vec4<u32>(0x9afed7ecu), by_16);
    let ga20 = select(vec4<u32>(0x60d4ce7du), vec4<u32>(0x47e35742u), by_16);
    let ga21 = select(vec4<u32>(0x272117e2u), vec4<u32>(0x1580cc11u), by_16);
    let by_8 = (exponent & vec4<u32>(256u)) != vec4<u32>(0u);
    let h0 = select(ga0, ga8, by_8);
    let h1 = select(ga1, ga9, by_8);
    let h2 = select(ga2, ga10, by_8);
    let h3 = select(ga3, ga11, by_8);
    let h4 = select(ga4, ga12, by_8);
    let h5 = select(ga5, ga13, by_8);
    let h6 = select(ga6, ga14, by_8);
    let h7 = select(ga7, ga15, by_8);
    let h8 = select(ga8, ga16, by_8);
    let h9 = select(ga9, ga17, by_8);
    let h10 = select(ga10, ga18, by_8);
    let h11 = select(ga11, ga19, by_8);
    let h12 = select(ga12, ga20, by_8);
    let h13 = select(ga13, ga21, by_8);
    let by_4 = (exponent & vec4<u32>(128u)) != vec4<u32>(0u);
    let i0 = select(h0, h4, by_4);
    let i1 = select(h1, h5, by_4);
    let i2 = select(h2, h6, by_4);
    let i3 = select(h3, h7, by_4);
    let i4 = select(h4, h8, by_4);
    let i5 = select(h5, h9, by_4);
    let i6 = select(h6, h10, by_4);
    let i7 = select(h7, h11, by_4);
    let i8 = select(h8, h12, by_4);
    let i9 = select(h9, h13, by_4);
    let by_2 = (exponent & vec4<u32>(64u)) != vec4<u32>(0u);
    let j0 = select(i0, i2, by_2);
    let j1 = select(i1, i3, by_2);
    let j2 = select(i2, i4, by_2);
    let j3 = select(i3, i5, by_2);
    let j4 = select(i4, i6, by_2);
    let j5 = select(i5, i7, by_2);
    let j6 = select(i6, i8, by_2);
    let j7 = select(i7, i9, by_2);
    let by_1 = (exponent & vec4<u32>(32u)) != vec4<u32>(0u);
    let c0 = select(j0, j1, by_1);
    let c1 = select(j1, j2, by_1);
    let c2 = select(j2, j3, by_1);
    let c3 = select(j3, j4, by_1);
    let c4 = select(j4, j5, by_1);
    let c5 = select(j5, j6, by_1);
    let c6 = select(j6, j7, by_1);
    let w0 = vec4<u64>((c0 << left) | ((c1 >> vec4<u32>(1u)) >> right));
    let w1 = vec4<u64>((c1 << left) | ((c2 >> vec4<u32>(1u)) >> right));
    let w2 = vec4<u64>((c2 << left) | ((c3 >> vec4<u32>(1u)) >> right));
    let w3 = vec4<u64>((c3 << left) | ((c4 >> vec4<u32>(1u)) >> right));
    let w4 = vec4<u64>((c4 << left) | ((c5 >> vec4<u32>(1u)) >> right));
    let w5 = vec4<u64>((c5 << left) | ((c6 >> vec4<u32>(1u)) >> right));

    // The upper 128 bits of (s1, s0) * (w0 ... w5), modulo 2^192, from the right. The lowest column's carry is left
    // out but for the products' upper words: 3 units at most, of 2^-126. No sum reaches 2^64, as s1 is below 2^21.
    let low = vec4<u64>(0xfffffffflu);
    let word = vec4<u32>(32u);
    let p3 = s0 * w3;
    let p2 = s0 * w2;
    let p1 = s0 * w1;
    let sum3 = s1 * w4 + (p3 & low) + ((s0 * w4) >> word) + ((s1 * w5) >> word);
    let sum2 = s1 * w3 + (p2 & low) + (p3 >> word) + (sum3 >> word);
    let sum1 = s1 * w2 + (p1 & low) + (p2 >> word) + (sum2 >> word);
    let sum0 = s1 * w1 + s0 * w0 + (p1 >> word) + (sum1 >> word);
    let f0 = vec4<u32>(sum0);
    let f1 = vec4<u32>(sum1);
    let f2 = vec4<u32>(sum2);
    let f3 = vec4<u32>(sum3);

    // The fraction to the nearest quadrant, its sign apart.
    let two = vec4<u32>(2u);
    let thirty = vec4<u32>(30u);
    let top = (f0 << two) | (f1 >> thirty);
    let negative = bitcast<vec4<u32>>(bitcast<vec4<i32>>(top) >> vec4<u32>(31u));
    let quadrant = (f0 >> thirty) - negative;
    let g0 = top ^ negative;
    let g1 = ((f1 << two) | (f2 >> thirty)) ^ negative;
    let g2 = ((f2 << two) | (f3 >> thirty)) ^ negative;
    let g3 = (f3 << two) ^ negative;
    // 53, 43 and 32 of its 128 bits, each exact as a float, in units of 2^-32; their sum as a float and its error.
    let first = vec4<f64>(g0) + vec4<f64>(g1 & vec4<u32>(0xfffff800u)) * 2.3283064365386963e-10lf;
    let second = (vec4<f64>(g1 & vec4<u32>(0x7ffu)) + vec4<f64>(g2) * 2.3283064365386963e-10lf)
        * 2.3283064365386963e-10lf;
    let sum = first + second;
    let error = (second - (sum - first)) + vec4<f64>(g3) * 1.262177448353619e-29lf;
    // Times pi/2: the product of two halves of 26 bits is exact, and the rest small.
    let half = bitcast<vec4<f64>>(bitcast<vec4<u64>>(sum) & vec4<u64>(0xfffffffff8000000lu));
    let exact = half * 3.657295230552471e-10lf;
    let rest = half * -3.2384571652317225e-18lf + ((sum - half) + error) * 3.657295198167899e-10lf;
    let head = exact + rest;
    let tail = rest - (head - exact);
    let sign = vec4<u64>(negative & vec4<u32>(0x80000000u)) << word;
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    let head_bits = select(bitcast<vec4<u64>>(head) ^ sign, nan_bits, bits_high >= vec4<u32>(0x7ff00000u));
    return TrigF64Reduced(bitcast<vec4<f64>>(head_bits), bitcast<vec4<f64>>(bitcast<vec4<u64>>(tail) ^ sign), quadrant);
}

// sin(head + tail) = head + sine_low, cos(head + tail) = near + cosine_low.
struct TrigF64Pair {
    sine_low: vec4<f64>,
    near: vec4<f64>,
    cosine_low: vec4<f64>,
}

// Polynomials by our own Remez exchange on the relative error, the coefficients rounded to float64, the first ones
// before the others were fitted: sin(r) = r + r^3 p(r^2), p of degree 5 (2^-57.8); cos(r) = 1 - r^2/2 + r^4 q(r^2), q
// of degree 5 (2^-63.3). 35 operations.
fn trig_f64_pair(reduced: TrigF64Reduced) -> TrigF64Pair {
    let r = reduced.head;
    let z = r * r;
    let half = 0.5lf * z;
    let p = -0.1666666666666663lf + z * (0.00833333333332184lf + z * (-0.00019841269829359197lf
        + z * (2.7557313538800616e-06lf + z * (-2.505073444007091e-08lf + z * 1.5895436492543053e-10lf))));
    let q = 0.041666666666666595lf + z * (-0.001388888888887334lf + z * (2.4801587288998756e-05lf
        + z * (-2.755731421578083e-07lf + z * (2.0875705192816903e-09lf + z * -1.1358737335185995e-11lf))));
    let near = 1.0lf - half;
    let sine_low = (r * z) * p + (reduced.tail - half * reduced.tail);
    return TrigF64Pair(sine_low, near, ((1.0lf - near) - half) + (z * (z * q) - r * reduced.tail));
}

// The sine of the head and tail where the quadrant is even, the cosine where it is odd, negated in quadrants 2 and 3:
// the sine of the whole angle.
fn trig_f64_sine(reduced: TrigF64Reduced, sign: vec4<u32>) -> vec4<f64> {
    let pair = trig_f64_pair(reduced);
    let odd = (reduced.quadrant & vec4<u32>(1u)) != vec4<u32>(0u);
    let value = select(reduced.head, pair.near, odd) + select(pair.sine_low, pair.cosine_low, odd);
    let negated = (reduced.quadrant << vec4<u32>(30u)) & vec4<u32>(0x80000000u);
    let flip = vec4<u64>(negated ^ sign) << vec4<u32>(32u);
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(value) ^ flip);
}

fn trig_f64_sign(x: vec4<f64>) -> vec4<u32> {
    return vec4<u32>(bitcast<vec4<u64>>(x) >> vec4<u32>(32u)) & vec4<u32>(0x80000000u);
}

// Reduction and polynomials above. Worst error found 0.77 ulp; about 65 operations, and 190 more where one of the four
// is beyond 1647099.
fn sin_f64(x: vec4<f64>) -> vec4<f64> {
    return trig_f64_sine(trig_f64_reduce(abs(x)), trig_f64_sign(x));
}

// cos(x) = sin(|x| + pi/2): the next quadrant. Worst error found 0.77 ulp; as many operations.
fn cos_f64(x: vec4<f64>) -> vec4<f64> {
    var reduced = trig_f64_reduce(abs(x));
    reduced.quadrant += vec4<u32>(1u);
    return trig_f64_sine(reduced, vec4<u32>(0u));
}
