// The complementary error function of float32, four at a time. Only for the strict class.
//
// Method: erfc(a) = exp(-a^2) / (1 + a g(t)), t = (a - 2) / (a + 2), after M. M. Shepherd and J. G. Laframboise,
// "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < inf" (1981); we fit the reciprocal, because it is
// exact at 0. g by our own Remez exchange (2^-28.8 before its coefficients were rounded). erfc(-a) = 2 - erfc(a). a^2
// is split into an exact square and a small rest: exp would multiply the error of its argument by 100. What the last
// steps round away is put back to first order. Beyond 10.1 the result is 0. Worst error 3.30 ulp over all float32 from
// 2^-14 to 10.2, subnormal results included, 1.36 in samples of negative ones; 91 operations.
fn erfc_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let a = select(size, vec4<f32>(10.1), size > vec4<f32>(10.1));
    let t = (a - 2.0) / (a + 2.0);
    let t2 = t * t;
    let p_6 = (-0.00370342354 + t * -0.00111121091) + t2 * (0.00116339861 + t * 0.000732929388);
    let p_2 = (-0.0459522568 + t * 0.00140361441) + t2 * ((0.0115714483 + t * 0.000721721037) + t2 * p_6);
    let p_1 = (0.359118611 + t * -0.0089123277) + t2 * p_2;
    let g = 1.45774651 + t * p_1;
    // a^2 = head^2 + (a - head)(a + head), the first exact.
    let head = bitcast<vec4<f32>>(bitcast<vec4<u32>>(a) & vec4<u32>(0xfffff000u));
    let e = special_exp_f32(-(head * head), (head - a) * (head + a));
    // (1 + rest) / (1 + a g), and what the two sums and the product lost.
    let above = 1.0 + e.rest;
    let above_tail = e.rest - (above - 1.0);
    let product = a * g;
    let g_half = bitcast<vec4<f32>>(bitcast<vec4<u32>>(g) & vec4<u32>(0xfffff000u));
    let product_tail = ((head * g_half - product) + head * (g - g_half)) + (a - head) * g;
    let below = 1.0 + product;
    let part = below - product;
    let below_tail = ((1.0 - part) + (product - (below - part))) + product_tail;
    let ratio = above / below;
    let exact = ratio + ratio * ((above_tail - ratio * below_tail) * (2.0 - above));
    let positive = special_scale_f32(exact, e.n);
    let result = select(positive, 2.0 - positive, x < vec4<f32>(0.0));
    let is_nan = (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
    return select(result, x, is_nan);
}
