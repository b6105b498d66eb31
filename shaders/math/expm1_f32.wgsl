// exp(x) - 1 of float32, four at a time. Only for the strict class: the steps below are exact as written.
//
// Method: the reduction of exp_f32, W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980),
// chapter 6: x = n ln 2 + r, and exp(x) - 1 = 2^n ((1 - 2^-n) + r + r^2 p(r)), p of degree 4 by our own minimax fit to
// the relative error of exp(r) - 1 (2^-26.1 with the coefficients rounded to float32). The rounding error of the first
// sum is kept: it is 0 where n is 0, and there r is x.
// Worst error over all arguments from 2^-27 to 192, both signs, 1.292 ulp; 37 operations.
fn expm1_f32(x: vec4<f32>) -> vec4<f32> {
    let low = select(x, vec4<f32>(-18.0), x < vec4<f32>(-18.0));
    let inside = select(low, vec4<f32>(89.0), low > vec4<f32>(89.0));
    let n = round(inside * 1.44269502);
    let near = inside - n * 0.693359375;
    let tail = n * -0.000212194442;
    let r = near - tail;
    let z = r * r;
    let p = (0.49999997 + r * 0.166665465) + z * ((0.0416674353 + r * 0.00836626161) + z * 0.00138706574);
    // 1.5 * 2^23 + n has n in its low bits: a cast would clamp. 2^-n, or 0 where it is too small to count.
    let scale = bitcast<vec4<i32>>(n + 12582912.0) << vec4<u32>(23u);
    let inverse = bitcast<vec4<f32>>(max(vec4<i32>(0x3f800000) - scale, vec4<i32>(0)));
    let most = 1.0 - inverse;
    let sum = most + r;
    let rest = (r - (sum - most)) + z * p;
    // 2^n in two steps: 2^128 is no float32.
    let result = ((sum + rest) * 2.0) * bitcast<vec4<f32>>(scale + vec4<i32>(0x3f000000));
    // Below 2^-25 the result is x, to keep subnormals and the sign of 0; NaN is x too.
    let size = bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu);
    let kept = size - vec4<u32>(0x33000000u) > vec4<u32>(0x4c800000u);
    return select(result, x, kept);
}
