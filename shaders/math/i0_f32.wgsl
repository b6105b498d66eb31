// The modified Bessel function of the first kind of order 0, of float32, four at a time. Only for the strict class.
//
// Method: as is usual (J. M. Blair, "Rational Chebyshev approximations for the modified Bessel functions I0(x) and
// I1(x)", 1974, with polynomials for the quotients): up to 8 a polynomial in x^2, all of whose terms are positive;
// beyond, exp(x) / sqrt(x) times a polynomial in 1/x. By our own Remez exchange. Below 8 the rounding of x^2 counts up
// to four times, so it is put back, with the slope I0'/I0 to a tenth. inf for infinite arguments, as SciPy; numpy.i0
// divides inf by inf there. Worst error 3.75 ulp over all float32 from 2 to 92, 2.49 in samples below 4; 93
// operations.
fn i0_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let a = select(size, vec4<f32>(95.0), size > vec4<f32>(95.0));
    let z = a * a;
    let head = bitcast<vec4<f32>>(bitcast<vec4<u32>>(a) & vec4<u32>(0xfffff000u));
    let left_over = (head * head - z) + (a - head) * (a + head);
    let s_7 = 2.38182174e-12 + z * (9.91702024e-15 + z * (2.12134571e-17 + z * 1.31041772e-19));
    let s_3 = 0.000434027665 + z * (6.78172773e-06 + z * (6.78103618e-08 + z * (4.7143911e-10 + z * s_7)));
    let series = 1.0 + z * (0.25 + z * (0.015625 + z * s_3));
    let slope = 0.226390556 + z * (-0.0110138105 + z * (0.000259595487 + z * -2.02894353e-06));
    let small = series + series * (left_over * slope);
    let t = 1.0 / a;
    let u = 16.0 * t - 1.0;
    let u2 = u * u;
    let g_4 = (3.06957787e-07 + u * 1.08693285e-07) + u2 * 3.18289679e-08;
    let g_1 = (0.00336055225 + u * 0.000136217175) + u2 * ((1.11400077e-05 + u * 1.47609808e-06) + u2 * g_4);
    let scaled = (0.402176499 + u * g_1) * sqrt(t);
    let e = special_exp_f32(a, vec4<f32>(0.0));
    let large = special_scale_f32(scaled + scaled * e.rest, e.n);
    let result = select(small, large, a > vec4<f32>(8.0));
    let is_nan = (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
    return select(result, x, is_nan);
}
