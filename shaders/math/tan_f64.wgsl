// tan of float64, four at a time, for every argument: the quotient of the sine and the cosine of trig_f64.wgsl, or in
// odd quadrants of the cosine and the negated sine, both with what their last addition lost. Only for the strict class.
// Worst error found 0.99 ulp; about 90 operations, and 190 more where one of the four is beyond 1647099.
fn tan_f64(x: vec4<f64>) -> vec4<f64> {
    let reduced = trig_f64_reduce(abs(x));
    let pair = trig_f64_pair(reduced);
    let sine = reduced.head + pair.sine_low;
    let sine_low = pair.sine_low - (sine - reduced.head);
    let cosine = pair.near + pair.cosine_low;
    let cosine_low = pair.cosine_low - (cosine - pair.near);
    let odd = (reduced.quadrant & vec4<u32>(1u)) != vec4<u32>(0u);
    let quotient = quotient_f64(
        select(sine, cosine, odd), select(sine_low, cosine_low, odd),
        select(cosine, sine, odd), select(cosine_low, sine_low, odd),
    );
    let flip = vec4<u64>((reduced.quadrant << vec4<u32>(31u)) ^ trig_f64_sign(x)) << vec4<u32>(32u);
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(quotient.high + quotient.low) ^ flip);
}
