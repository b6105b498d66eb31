// sinh, cosh and tanh of float64, four at a time. Only for the strict class.

// With |x| = k ln 2 + r, |r| <= ln 2 / 2 (in two parts, W. J. Cody and W. Waite, "Software Manual for the Elementary
// Functions", 1980), the addition theorems sinh|x| = sinh(k ln 2) cosh r + cosh(k ln 2) sinh r and likewise cosh: the
// functions of k ln 2 are (1 -+ 4^-k) 2^(k-1), and those of r short polynomials, so nothing is divided and no
// argument small or large is special. Both come without their factor 2^(k-1), as a first part and a smaller rest.
// sinh r = r + r^3 p(r^2), p of degree 4 (2^-61.7); cosh r = 1 + r^2/2 + r^4 q(r^2), q of degree 4 (2^-69.8), by our
// own Remez exchange on the relative error, the first coefficient rounded before the others were fitted. 72 operations.
struct SinhF64 {
    sine: vec4<f64>,
    sine_rest: vec4<f64>,
    cosine: vec4<f64>,
    cosine_rest: vec4<f64>,
    k: vec4<u32>,
}

fn sinh_f64_parts(x: vec4<f64>) -> SinhF64 {
    // From 711 on, with k = 1026, the power below is infinite.
    let size = select(abs(x), vec4<f64>(711.0lf), abs(x) > vec4<f64>(711.0lf));
    let n = round(size * 1.4426950408889634lf);
    let near = size - n * 0.6931471805598903lf;
    let part = n * 5.497923018708371e-14lf;
    let r = near - part;
    let tail = (near - r) - part;
    // 2^52 + n has n in its low bits.
    let k = vec4<u32>(bitcast<vec4<u64>>(n + 4503599627370496.0lf)) & vec4<u32>(0x7ffu);
    let quarters = vec4<u64>((vec4<u32>(1023u) - (min(k, vec4<u32>(40u)) << vec4<u32>(1u))) << vec4<u32>(20u));
    let power = bitcast<vec4<f64>>(quarters << vec4<u32>(32u));
    let s = 1.0lf - power;
    let c = 1.0lf + power;
    let z = r * r;
    let p = 0.16666666666666677lf + z * (0.008333333333321376lf + z * (0.0001984126988686546lf
        + z * (2.7557243378736863e-06lf + z * 2.5109354085370175e-08lf)));
    let q = 0.041666666666666685lf + z * (0.0013888888888873264lf + z * (2.4801587349285973e-05lf
        + z * (2.7557251711782133e-07lf + z * 2.0921813943962188e-09lf)));
    let odd = (r * z) * p + tail;
    let even = 0.5lf * z + (z * (z * q) + r * tail);
    // s + c (r + odd) + s even and c + s (r + odd) + c even, the greater parts first: c is 1 + power, s is 1 - power,
    // and the sums with r come with their rounding errors; s and c themselves are off from k = 27 on. While k is 0, s
    // is 0, and c 2.
    let power_r = power * r;
    let sine = s + r;
    let sine_low = (r - (sine - s)) + ((1.0lf - s) - power);
    let cosine = c + r;
    let cosine_low = (r - (cosine - c)) + (power - (c - 1.0lf));
    let sine_rest = sine_low + ((c * odd + s * even) + power_r);
    let cosine_rest = cosine_low + ((c * even + s * odd) - power_r);
    return SinhF64(sine, sine_rest, cosine, cosine_rest, k);
}

// value * 2^(k-1), for k up to 1025: the power is halved, the value doubled.
fn sinh_f64_scaled(value: vec4<f64>, k: vec4<u32>) -> vec4<f64> {
    let power = vec4<u64>((k + vec4<u32>(1021u)) << vec4<u32>(20u)) << vec4<u32>(32u);
    return (value * 2.0lf) * bitcast<vec4<f64>>(power);
}

// Worst error found 1.00 ulp; about 80 operations.
fn sinh_f64(x: vec4<f64>) -> vec4<f64> {
    let parts = sinh_f64_parts(x);
    let result = sinh_f64_scaled(parts.sine + parts.sine_rest, parts.k);
    let sign = bitcast<vec4<u64>>(x) & vec4<u64>(0x8000000000000000lu);
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(result) | sign);
}

// Worst error found 0.67 ulp; about 80 operations.
fn cosh_f64(x: vec4<f64>) -> vec4<f64> {
    let parts = sinh_f64_parts(x);
    return sinh_f64_scaled(parts.cosine + parts.cosine_rest, parts.k);
}

// The quotient of the two, each with what its last addition lost; from 23 on it comes out as 1.
// Worst error found 1.11 ulp; about 95 operations.
fn tanh_f64(x: vec4<f64>) -> vec4<f64> {
    let parts = sinh_f64_parts(x);
    let n = parts.sine + parts.sine_rest;
    let d = parts.cosine + parts.cosine_rest;
    let n_low = parts.sine_rest - (n - parts.sine);
    let d_low = parts.cosine_rest - (d - parts.cosine);
    let quotient = quotient_f64(n, n_low, d, d_low);
    let sign = bitcast<vec4<u64>>(x) & vec4<u64>(0x8000000000000000lu);
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(quotient.high + quotient.low) | sign);
}
