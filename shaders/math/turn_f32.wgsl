// Angles of complex functions, by the reduction of trig_f32.wgsl. The twin is turn_f64.wgsl.

// cos and sin of x, by one reduction.
fn complex_cis_f32(x: vec4<f32>) -> C64 {
    var reduced = trig_f32_reduce(abs(x));
    let sine = trig_f32_sine(reduced, bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u));
    reduced.quadrant += vec4<u32>(1u);
    return C64(trig_f32_sine(reduced, vec4<u32>(0u)), sine);
}

// x ln 2 as a sum of two: the products by parts, and their sums in this order, are exact.
fn complex_times_ln2_f32(x: vec4<f32>) -> C64 {
    let head = complex_head_f32(x);
    let tail = x - head;
    let near = x * vec4<f32>(0.693147182);
    let error = (((head * 0.693115234 - near) + head * 0.0000319480896) + tail * 0.693115234) + tail * 0.0000319480896;
    return C64(near, error + x * -1.90465421e-9);
}

// Angles up to this are rounded by so little that the square of what is lost is nothing.
fn complex_far_turn_f32() -> vec4<f32> {
    return vec4<f32>(4096.0);
}
