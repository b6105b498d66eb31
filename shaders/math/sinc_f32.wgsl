// sin(pi x) / (pi x) of float32, four at a time. Only for the strict class.
//
// x = n + r with n the nearest integer is exact, and sin(pi x) = (-1)^n sin(pi r), so that the result is as accurate
// beside its zeros as elsewhere. pi cancels: (-1)^n (r + r^3 p(r^2)) / x, p of degree 3 by
// our own Remez exchange on the relative error (2^-27.2 with the coefficients rounded to float32).
// Worst error found 2.45 ulp, near odd halves (7 in 10^6 arguments above 2); 22 operations, one of them a division.
fn sinc_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let n = round(size);
    // 2^23 + n has n in its low bits. From 2^24 on, r is 0.
    let odd = (bitcast<vec4<u32>>(n + 8388608.0) & vec4<u32>(1u)) != vec4<u32>(0u);
    let r = select(size - n, n - size, odd);
    let z = r * r;
    let p = -1.64493334 + z * (0.811715841 + z * (-0.190443471 + z * 0.0247171409));
    let zero = size == vec4<f32>(0.0);
    return select((r + (r * z) * p) / size, vec4<f32>(1.0), zero);
}
