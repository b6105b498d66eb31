// The gamma function of float64, four at a time. Only for the strict class.
//
// Method: as gamma_f32, with longer polynomials. Worst error found 3.19 ulp in 420 000 samples (near -0.502), 2.5 for
// positive arguments; 332 operations.
fn gamma_f64(x: vec4<f64>) -> vec4<f64> {
    let size = abs(x);
    let near = size < vec4<f64>(2.5lf);
    let n = round(x);
    let f = x - n;
    let f2 = f * f;
    let g_14 = 4.8098641106199893e-09lf + f * 4.8899270216466741e-09lf;
    let g_12 = (1.1336220306708415e-06lf + f * -2.054811766872906e-07lf) + f2 * g_14;
    let g_10 = (-2.0134997911000009e-05lf + f * -1.2505538672636398e-06lf) + f2 * g_12;
    let g_8 = (-0.00021524165465091648lf + f * 0.00012805029352636201lf) + f2 * g_10;
    let g_6 = (0.0072189432451818924lf + f * -0.0011651675928623898lf) + f2 * g_8;
    let g_4 = (-0.042197734555485963lf + f * -0.009621971527840379lf) + f2 * g_6;
    let g_2 = (-0.042002635034096229lf + f * 0.16653861138229156lf) + f2 * g_4;
    var reciprocal = 1.0lf + f * ((0.57721566490153287lf + f * -0.6558780715202539lf) + f2 * g_2);
    if any(near & (n < vec4<f64>(-0.5lf))) {
        let h_14 = -2.0533307160532222e-07lf + f * 4.7737986173638131e-10lf;
        let h_12 = (-2.3862281348742523e-06lf + f * 1.3385045921528038e-06lf) + f2 * h_14;
        let h_10 = (0.00014818573723713558lf + f * -1.8884183050979818e-05lf) + f2 * h_12;
        let h_8 = (-0.00094992599254716046lf + f * -0.00034329200714434396lf) + f2 * h_10;
        let h_6 = (-0.016840914769351047lf + f * 0.0083841108453215907lf) + f2 * h_8;
        let h_4 = (0.2087363459376522lf + f * -0.032575763028116121lf) + f2 * h_6;
        let h_2 = (-0.61387543648615606lf + f * -0.2085412464163742lf) + f2 * h_4;
        let once = f * ((0.42278433509846713lf + f * 1.2330937364217867lf) + f2 * h_2) - 1.0lf;
        let i_14 = 1.7495527667462961e-06lf + f * -2.0540174938486413e-07lf;
        let i_12 = (-1.4111846759496893e-05lf + f * -5.0641385080388524e-06lf) + f2 * i_14;
        let i_10 = (-0.0006396634609088128lf + f * 0.00018595447136831464lf) + f2 * i_12;
        let i_8 = (0.010283962827672461lf + f * -0.00026334205460941894lf) + f2 * i_10;
        let i_6 = (0.0011060665109131004lf + f * -0.033609136451691696lf) + f2 * i_8;
        let i_4 = (-0.62601393829170304lf + f * 0.27388787199346015lf) + f2 * i_6;
        let i_2 = (2.4608446093940994lf + f * -0.19679294365340183lf) + f2 * i_4;
        let twice = 2.0lf + f * ((-1.8455686701969343lf + f * -2.0434031377451061lf) + f2 * i_2);
        reciprocal = select(reciprocal, select(once, twice, n < vec4<f64>(-1.5lf)), n < vec4<f64>(-0.5lf));
    }
    let below = select(reciprocal, reciprocal * f, n < vec4<f64>(0.5lf));
    let small = select(vec4<f64>(1.0lf), x - 1.0lf, n > vec4<f64>(1.5lf)) / below;

    let negative = x < vec4<f64>(0.0lf);
    let a = select(size, vec4<f64>(190.0lf), size > vec4<f64>(190.0lf));
    let power = stirling_f64(a, stirling_f64_log(a), select(vec4<f64>(-0.5lf), vec4<f64>(0.5lf), negative));
    let sum = power.head + power.tail;
    let part = sum - power.head;
    let sum_tail = (power.head - (sum - part)) + (power.tail - part);
    let sign = select(vec4<f64>(1.0lf), vec4<f64>(-1.0lf), negative);
    let e = special_exp_f64(sign * sum, sign * sum_tail);
    var y = 1.0lf + e.rest;
    if any(negative & !near) {
        // By the sine, and by what the sums lost.
        let half = 0.5lf * n;
        let flipped = select(f, -f, floor(half) < half);
        let bend = stirling_f64_sine(flipped);
        let sine = flipped + bend;
        let sine_tail = bend - (sine - flipped);
        let ratio = y / sine;
        let y_tail = e.rest - (y - 1.0lf);
        y = select(y, ratio + ratio * ((y_tail - ratio * sine_tail) * (2.0lf - y)), negative);
    }
    let result = select(special_scale_f64(y, e.n), small, near);
    // 0, the poles, -inf and NaN.
    let bits = bitcast<vec4<u64>>(x);
    var infinity_bits = vec4<u64>(0x7ff0000000000000lu);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    let pole = select(nan_bits, bits | infinity_bits, size == vec4<f64>(0.0lf));
    let is_nan = (bits & vec4<u64>(0x7ffffffffffffffflu)) > infinity_bits;
    let special = bitcast<vec4<f64>>(select(pole, bits, is_nan));
    return select(result, special, is_nan | ((n == x) & (x <= vec4<f64>(0.0lf))));
}
