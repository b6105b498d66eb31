// A quotient in two parts, four at a time. Only for the strict class.
struct QuotientF64 {
    high: vec4<f64>,
    low: vec4<f64>,
}

// (n + n_low) / (d + d_low): high as a product with the reciprocal, within 1.5 ulp, and in low what that leaves, from
// the remainder by T. J. Dekker's exact product ("A floating-point technique for extending the available precision",
// 1971). One division and 14 operations. n and d must be finite, d not 0, and n above 2^-960 for an exact remainder.
fn quotient_f64(n: vec4<f64>, n_low: vec4<f64>, d: vec4<f64>, d_low: vec4<f64>) -> QuotientF64 {
    let reciprocal = 1.0lf / d;
    let u = n * reciprocal;
    let mask = vec4<u64>(0xfffffffff8000000lu);
    let u_high = bitcast<vec4<f64>>(bitcast<vec4<u64>>(u) & mask);
    let d_high = bitcast<vec4<f64>>(bitcast<vec4<u64>>(d) & mask);
    let remainder = ((n - u_high * d_high) - u_high * (d - d_high)) - (u - u_high) * d;
    return QuotientF64(u, (remainder + (n_low - u * d_low)) * reciprocal);
}
