// log(1 + x) of float64, four at a time. Only for the strict class: the steps below are exact as written, not
// reassociated.
//
// As log_f64, of the sum u = 1 + x: u = 2^k (1 + f), and the rounding error of the sum (D. E. Knuth, "The Art of
// Computer Programming" 2, 4.2.2), divided by 2^k, is added to f. Where k is 0, that makes f = x again.
// Worst error in 3.4 million arguments 0.832 ulp; 67 operations.
fn log1p_f64(x: vec4<f64>) -> vec4<f64> {
    let u = 1.0lf + x;
    let one = u - x;
    let error = (1.0lf - one) + (x - (u - one));
    let above = bitcast<vec4<u64>>(u) - vec4<u64>(0x3fe6a09e667f3bcdlu);
    let power = above & vec4<u64>(0xfff0000000000000lu);
    let k = vec4<f64>(bitcast<vec4<i32>>(vec4<u32>(above >> vec4<u32>(32u))) >> vec4<u32>(20u));
    let near = bitcast<vec4<f64>>((above - power) + vec4<u64>(0x3fe6a09e667f3bcdlu)) - 1.0lf;
    // Above 2^60 the error is nothing, and 2^-k need not exist.
    let scaled = error * bitcast<vec4<f64>>(vec4<u64>(0x3ff0000000000000lu) - power);
    let far = select(scaled, vec4<f64>(0.0lf), x > vec4<f64>(1152921504606846976.0lf));
    let f = near + far;
    let tail = far - (f - near);
    let half_square = 0.5lf * f * f;
    let small = k * 5.497923018708371e-14lf + (tail - tail * f);
    let rest = log_f64_rest(f, half_square) + small;
    let result = log_f64_special(u, k * 0.6931471805598903lf - ((half_square - rest) - f));
    return select(result, x, abs(x) < vec4<f64>(5.551115123125783e-17lf));
}
