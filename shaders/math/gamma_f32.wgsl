// The gamma function of float32, four at a time. Only for the strict class.
//
// Method: from 2.5 on, exp of Stirling's formula, both in two parts. Below -2.5 the same by reflection: the argument
// of exp changes its sign, and sin(pi x) divides. Between, x = n + f, and 1 / (f gamma(n + f)) is a polynomial in f:
// one for n = 0, 1 and 2, two more for -1 and -2, so that few factors are multiplied. By our own Remez exchange. 0
// gives inf with its sign; negative integers and -inf give NaN, as in C99. Worst error 2.55 ulp over all float32 from
// 2^-10 to overflow; 3.73 over all from -42.6 to -1/4 (near -0.517); 249 operations.
fn gamma_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let near = size < vec4<f32>(2.5);
    let n = round(x);
    let f = x - n;
    let f2 = f * f;
    let g_6 = (0.00719437515 + f * -0.00108619605) + f2 * -0.000183209879;
    let g_2 = (-0.0420030244 + f * 0.16654028) + f2 * ((-0.0421924591 + f * -0.00963956863) + f2 * g_6);
    var reciprocal = 1.0 + f * ((0.577215672 + f * -0.655878127) + f2 * g_2);
    if any(near & (n < vec4<f32>(-0.5))) {
        let h_6 = (-0.0168350581 + f * 0.00816712063) + f2 * -0.000899691368;
        let h_2 = (-0.613875091 + f * -0.208545417) + f2 * ((0.208732769 + f * -0.0325284638) + f2 * h_6);
        let once = f * ((0.422784328 + f * 1.23309386) + f2 * h_2) - 1.0;
        let i_4 = (-0.626005113 + f * 0.27393809) + f2 * ((0.00110171828 + f * -0.0337839425) + f2 * 0.0100483941);
        let twice = 2.0 + f * ((-1.84556866 + f * -2.04340291) + f2 * ((2.4608438 + f * -0.196798906) + f2 * i_4));
        reciprocal = select(reciprocal, select(once, twice, n < vec4<f32>(-1.5)), n < vec4<f32>(-0.5));
    }
    let below = select(reciprocal, reciprocal * f, n < vec4<f32>(0.5));
    let small = select(vec4<f32>(1.0), x - 1.0, n > vec4<f32>(1.5)) / below;

    let negative = x < vec4<f32>(0.0);
    let a = select(size, vec4<f32>(43.0), size > vec4<f32>(43.0));
    let power = stirling_f32(a, stirling_f32_log(a), select(vec4<f32>(-0.5), vec4<f32>(0.5), negative));
    let sum = power.head + power.tail;
    let part = sum - power.head;
    let sum_tail = (power.head - (sum - part)) + (power.tail - part);
    let sign = select(vec4<f32>(1.0), vec4<f32>(-1.0), negative);
    let e = special_exp_f32(sign * sum, sign * sum_tail);
    var y = 1.0 + e.rest;
    if any(negative & !near) {
        // By the sine, and by what the sums lost.
        let half = 0.5 * n;
        let flipped = select(f, -f, floor(half) < half);
        let bend = stirling_f32_sine(flipped);
        let sine = flipped + bend;
        let sine_tail = bend - (sine - flipped);
        let ratio = y / sine;
        let y_tail = e.rest - (y - 1.0);
        y = select(y, ratio + ratio * ((y_tail - ratio * sine_tail) * (2.0 - y)), negative);
    }
    let result = select(special_scale_f32(y, e.n), small, near);
    // 0, the poles, -inf and NaN.
    let bits = bitcast<vec4<u32>>(x);
    var infinity_bits = vec4<u32>(0x7f800000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let pole = select(nan_bits, bits | infinity_bits, size == vec4<f32>(0.0));
    let is_nan = (bits & vec4<u32>(0x7fffffffu)) > infinity_bits;
    let special = bitcast<vec4<f32>>(select(pole, bits, is_nan));
    return select(result, special, is_nan | ((n == x) & (x <= vec4<f32>(0.0))));
}
