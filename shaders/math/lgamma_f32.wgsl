// log|gamma| of float32, four at a time. Only for the strict class.
//
// Method: from 2.5 on Stirling's formula, in two parts; beyond 2^100 on the argument times 2^-64, for want of room.
// Below -2.5 by reflection, with a second logarithm. Between, (x - 1)(x - 2)(1/2 + p/q), exact at both zeros, for x
// from 1/2, and smaller x are brought there by gamma(x + 1) = x gamma(x). Quotients by our own Remez exchange. inf at
// the poles, and for both infinities. Worst error 2.91 ulp over all float32 from 1/4 to 16 and
// in samples of other positive ones; for negative arguments, where zeros lie between the poles, 1.9 ulp of the largest
// term (2e-7 absolute near the zeros); 251 operations.
fn lgamma_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let huge = size > vec4<f32>(1.2676506e30);
    let a = select(size, size * 5.42101086e-20, huge);
    let large = size >= vec4<f32>(2.5);
    let n = round(x);
    // lgamma(x) = lgamma(1 + w) - log|x (x + 1) ...|
    var w = x - 1.0;
    w = select(w, x, n < vec4<f32>(0.5));
    w = select(w, x + 1.0, n < vec4<f32>(-0.5));
    w = select(w, x + 2.0, n < vec4<f32>(-1.5));
    var product = select(vec4<f32>(1.0), x, n < vec4<f32>(0.5));
    product *= select(vec4<f32>(1.0), x + 1.0, n < vec4<f32>(-0.5));
    product *= select(vec4<f32>(1.0), x + 2.0, n < vec4<f32>(-1.5));
    let log = stirling_f32_log(select(abs(product), size, large));
    let u = w + 1.0;
    let u2 = u * u;
    let p_0 = (1.67015696 + u * 10.8891783) + u2 * ((3.52905321 + u * -7.04372978) + u2 * -1.26169014);
    let ratio = p_0 / ((1.0 + u * 18.9773884) + u2 * ((50.5645523 + u * 27.5683689) + u2 * 2.6848948));
    let g = select(w * w - w, w * (w - 1.0), w > vec4<f32>(0.5));
    let small = ((0.5 * g + g * ratio) - log.tail) - log.head;

    let reflected = large & (x < vec4<f32>(0.0));
    let power = stirling_f32(a, log, select(vec4<f32>(-0.5), vec4<f32>(0.5), reflected));
    var sum = power.head + power.tail;
    if any(reflected) {
        let f = x - n;
        let sine = stirling_f32_log(abs(f + stirling_f32_sine(f)));
        sum = select(sum, (-power.head - sine.head) - (power.tail + sine.tail), reflected);
    }
    sum = select(sum, sum * 18446744073709551616.0, huge);
    // At 1 the product is -0.
    let result = select(select(small, vec4<f32>(0.0), x == vec4<f32>(1.0)), sum, large);
    // The poles, infinities and NaN.
    let bits = bitcast<vec4<u32>>(x);
    var infinity_bits = vec4<u32>(0x7f800000u);
    let unbounded = (bits & vec4<u32>(0x7fffffffu)) >= infinity_bits;
    let special = bitcast<vec4<f32>>(select(infinity_bits, bits & vec4<u32>(0x7fffffffu), unbounded));
    return select(result, special, unbounded | ((n == x) & (x <= vec4<f32>(0.0))));
}
