// The complementary error function of float64, four at a time. Only for the strict class.
//
// Method: as erfc_f32, with a longer polynomial (2^-56.1 before its coefficients were rounded); beyond 27.3 it is 0.
// Worst error found 2.89 ulp in 300 000 samples; 131 operations.
fn erfc_f64(x: vec4<f64>) -> vec4<f64> {
    let size = abs(x);
    let a = select(size, vec4<f64>(27.3lf), size > vec4<f64>(27.3lf));
    let t = (a - 2.0lf) / (a + 2.0lf);
    let t2 = t * t;
    let p_22 = 6.2478328192931034e-08lf + t * 1.6613631073478858e-08lf;
    let p_20 = (-6.6651798032455104e-07lf + t * -1.2547512281580445e-07lf) + t2 * p_22;
    let p_18 = (3.1850987322544989e-06lf + t * 6.3485848419213859e-08lf) + t2 * p_20;
    let p_16 = (-8.7917123745151911e-06lf + t * 2.7859416995806924e-06lf) + t2 * p_18;
    let p_14 = (1.143561037238815e-05lf + t * -1.7903535499001236e-05lf) + t2 * p_16;
    let p_12 = (2.4533212862040376e-05lf + t * 6.7451724563868677e-05lf) + t2 * p_14;
    let p_10 = (-0.00022341043293012228lf + t * -0.00018720294301614805lf) + t2 * p_12;
    let p_8 = (0.00095593389598487598lf + t * 0.00040553760453899669lf) + t2 * p_10;
    let p_6 = (-0.0033460260100284709lf + t * -0.0006591975654765377lf) + t2 * p_8;
    let p_4 = (0.011440326745984221lf + t * 0.00053741102569589019lf) + t2 * p_6;
    let p_2 = (-0.045937646969589983lf + t * 0.0014356003891892362lf) + t2 * p_4;
    let p_1 = (0.35911840648322491lf + t * -0.0089144619141581991lf) + t2 * p_2;
    let g = 1.4577465336261544lf + t * p_1;
    // a^2 = head^2 + (a - head)(a + head), the first exact.
    let head = bitcast<vec4<f64>>(bitcast<vec4<u64>>(a) & vec4<u64>(0xfffffffff8000000lu));
    let e = special_exp_f64(-(head * head), (head - a) * (head + a));
    // (1 + rest) / (1 + a g), and what the two sums and the product lost.
    let above = 1.0lf + e.rest;
    let above_tail = e.rest - (above - 1.0lf);
    let product = a * g;
    let g_half = bitcast<vec4<f64>>(bitcast<vec4<u64>>(g) & vec4<u64>(0xfffffffff8000000lu));
    let product_tail = ((head * g_half - product) + head * (g - g_half)) + (a - head) * g;
    let below = 1.0lf + product;
    let part = below - product;
    let below_tail = ((1.0lf - part) + (product - (below - part))) + product_tail;
    let ratio = above / below;
    let exact = ratio + ratio * ((above_tail - ratio * below_tail) * (2.0lf - above));
    let positive = special_scale_f64(exact, e.n);
    let result = select(positive, 2.0lf - positive, x < vec4<f64>(0.0lf));
    let is_nan = (bitcast<vec4<u64>>(x) & vec4<u64>(0x7ffffffffffffffflu)) > vec4<u64>(0x7ff0000000000000lu);
    return select(result, x, is_nan);
}
