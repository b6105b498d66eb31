// Angles of complex functions, by the reduction of trig_f64.wgsl. The twin is turn_f32.wgsl.

// cos and sin of x, by one reduction.
fn complex_cis_f64(x: vec4<f64>) -> C128 {
    var reduced = trig_f64_reduce(abs(x));
    let sine = trig_f64_sine(reduced, trig_f64_sign(x));
    reduced.quadrant += vec4<u32>(1u);
    return C128(trig_f64_sine(reduced, vec4<u32>(0u)), sine);
}

// x ln 2 as a sum of two: the products by parts, and their sums in this order, are exact.
fn complex_times_ln2_f64(x: vec4<f64>) -> C128 {
    let head = complex_head_f64(x);
    let tail = x - head;
    let near = x * 0.6931471805599453lf;
    let upper = (head * 0.6931471675634384lf - near) + head * 1.299650687069942e-08lf;
    let error = (upper + tail * 0.6931471675634384lf) + tail * 1.299650687069942e-08lf;
    return C128(near, error + x * 2.3190468138462996e-17lf);
}

// Angles up to this are rounded by so little that the square of what is lost is nothing.
fn complex_far_turn_f64() -> vec4<f64> {
    return vec4<f64>(67108864.0lf);
}
