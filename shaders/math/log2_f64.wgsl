// Logarithms of float64 to the bases 2 and 10, four at a time. Only for the strict class.
//
// The natural logarithm of 1 + f as in log_f64, but in two parts, the first of 21 bits, so that its product with the
// first 21 bits of 1/ln 2 or 1/ln 10 is exact; the way of FreeBSD's e_log2.c (S. Kargl, B. Evans). Powers of 2 and of
// 10 give whole numbers. Worst errors in 2 million arguments 0.798 and 0.668 ulp; 61 and 64 operations.
struct Log2F64Parts {
    k: vec4<f64>,
    head: vec4<f64>,
    tail: vec4<f64>,
}

fn log2_f64_parts(x: vec4<f64>) -> Log2F64Parts {
    let parts = log_f64_split(x);
    let f = parts.f;
    let half_square = 0.5lf * f * f;
    let rest = log_f64_rest(f, half_square);
    let head = bitcast<vec4<f64>>(bitcast<vec4<u64>>(f - half_square) & vec4<u64>(0xffffffff00000000lu));
    return Log2F64Parts(parts.k, head, ((f - head) - half_square) + rest);
}

fn log2_f64(x: vec4<f64>) -> vec4<f64> {
    let parts = log2_f64_parts(x);
    let exact = parts.head * 1.4426946640014648lf;
    let rest = (parts.head + parts.tail) * 3.768874985636099e-07lf + parts.tail * 1.4426946640014648lf;
    let sum = parts.k + exact;
    return log_f64_special(x, sum + (((parts.k - sum) + exact) + rest));
}

// log10 2 comes in two parts, the first so short (42 bits) that k times it is exact.
fn log10_f64(x: vec4<f64>) -> vec4<f64> {
    let parts = log2_f64_parts(x);
    let exact = parts.head * 0.4342944622039795lf;
    let rest = (parts.head + parts.tail) * 1.9699272335463627e-08lf + parts.tail * 0.4342944622039795lf;
    let whole = parts.k * 0.30102999566395283lf;
    let sum = whole + exact;
    let small = rest + parts.k * 2.8363394551044964e-14lf;
    return log_f64_special(x, sum + (((whole - sum) + exact) + small));
}
