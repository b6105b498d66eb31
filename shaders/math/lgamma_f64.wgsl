// log|gamma| of float64, four at a time. Only for the strict class.
//
// Method: as lgamma_f32; beyond 2^900 on the argument times 2^-256. Worst error found 2.73 ulp in 350 000 positive
// samples; for negative arguments 1.9 ulp of the largest term (4e-16 absolute near the zeros); 303 operations.
fn lgamma_f64(x: vec4<f64>) -> vec4<f64> {
    let size = abs(x);
    let huge = size > vec4<f64>(8.4527124981706439e+270lf);
    let a = select(size, size * 8.6361685550944446e-78lf, huge);
    let large = size >= vec4<f64>(2.5lf);
    let n = round(x);
    // lgamma(x) = lgamma(1 + w) - log|x (x + 1) ...|
    var w = x - 1.0lf;
    w = select(w, x, n < vec4<f64>(0.5lf));
    w = select(w, x + 1.0lf, n < vec4<f64>(-0.5lf));
    w = select(w, x + 2.0lf, n < vec4<f64>(-1.5lf));
    var product = select(vec4<f64>(1.0lf), x, n < vec4<f64>(0.5lf));
    product *= select(vec4<f64>(1.0lf), x + 1.0lf, n < vec4<f64>(-0.5lf));
    product *= select(vec4<f64>(1.0lf), x + 2.0lf, n < vec4<f64>(-1.5lf));
    let log = stirling_f64_log(select(abs(product), size, large));
    let u = w + 1.0lf;
    let u2 = u * u;
    let p_6 = (-345.55073927476906lf + u * -49.156143935385671lf) + u2 * -1.4756918692430387lf;
    let p_4 = (401.74572212542449lf + u * -565.18369738819524lf) + u2 * p_6;
    let p_2 = (588.8617463817252lf + u * 1185.6530257832746lf) + u2 * p_4;
    let q_6 = (1207.3262943173975lf + u * 120.54755905300348lf) + u2 * 3.0096535636084338lf;
    let q_4 = (6338.7507568712399lf + u * 4341.5866177079797lf) + u2 * q_6;
    let q_2 = (904.7305663883227lf + u * 3836.7162949393946lf) + u2 * q_4;
    let q_0 = (1.0lf + u * 69.092895257347521lf) + u2 * q_2;
    let ratio = ((2.2587125772468042lf + u * 81.827713750016542lf) + u2 * p_2) / q_0;
    let g = select(w * w - w, w * (w - 1.0lf), w > vec4<f64>(0.5lf));
    let small = ((0.5lf * g + g * ratio) - log.tail) - log.head;

    let reflected = large & (x < vec4<f64>(0.0lf));
    let power = stirling_f64(a, log, select(vec4<f64>(-0.5lf), vec4<f64>(0.5lf), reflected));
    var sum = power.head + power.tail;
    if any(reflected) {
        let f = x - n;
        let sine = stirling_f64_log(abs(f + stirling_f64_sine(f)));
        sum = select(sum, (-power.head - sine.head) - (power.tail + sine.tail), reflected);
    }
    sum = select(sum, sum * 1.157920892373162e+77lf, huge);
    // At 1 the product is -0.
    let result = select(select(small, vec4<f64>(0.0lf), x == vec4<f64>(1.0lf)), sum, large);
    // The poles, infinities and NaN.
    let bits = bitcast<vec4<u64>>(x);
    var infinity_bits = vec4<u64>(0x7ff0000000000000lu);
    let unbounded = (bits & vec4<u64>(0x7ffffffffffffffflu)) >= infinity_bits;
    let special = bitcast<vec4<f64>>(select(infinity_bits, bits & vec4<u64>(0x7ffffffffffffffflu), unbounded));
    return select(result, special, unbounded | ((n == x) & (x <= vec4<f64>(0.0lf))));
}
