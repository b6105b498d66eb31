// Logarithms of complex numbers: log |z| and the angle. Special cases as in C99, annex G.
// Worst errors found over some 45000 arguments of each width, in ulp of the result's larger part: log 1.8 (complex64)
// and 1.6 (complex128), log2 2.1 and 1.9, log10 2.6 and 2.2, log1p 2.3 and 2.3. About 55 operations beside those of
// log, log1p and atan2.

// start + a^2 + b^2, rounded about once: both squares and both sums keep their rounding errors (T. J. Dekker, "A
// floating-point technique for extending the available precision", 1971; D. E. Knuth, TAOCP 2, 4.2.2). NaN where
// the squares overflow.
fn complex_log_excess_c64(start: vec4<f32>, a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    let a_head = complex_head_f32(a);
    let a_tail = a - a_head;
    let a_square = a * a;
    let a_error = ((a_head * a_head - a_square) + (a_head + a_head) * a_tail) + a_tail * a_tail;
    let b_head = complex_head_f32(b);
    let b_tail = b - b_head;
    let b_square = b * b;
    let b_error = ((b_head * b_head - b_square) + (b_head + b_head) * b_tail) + b_tail * b_tail;
    let first = start + a_square;
    let first_back = first - start;
    let first_error = (start - (first - first_back)) + (a_square - first_back);
    let second = first + b_square;
    let second_back = second - first;
    let second_error = (first - (second - second_back)) + (b_square - second_back);
    return second + ((first_error + second_error) + (a_error + b_error));
}

// log |z| = log(re) + im of what this returns. Where |z|^2 is within [1/2, 3], `excess` = |z|^2 - 1 is its argument;
// elsewhere the larger part is divided out, and the terms do not cancel.
fn complex_log_terms_c64(x: C64, excess: vec4<f32>) -> C64 {
    let a = abs(x.re);
    let b = abs(x.im);
    let large = select(b, a, a > b);
    let small = select(a, b, a > b);
    // 0 and inf are not divided by; NaN stays.
    let ratio = select(small / large, vec4<f32>(0.0) * small, large == large + large);
    let near = (excess > vec4<f32>(-0.5)) & (excess < vec4<f32>(2.0));
    let half = vec4<f32>(0.5) * log1p_f32(select(ratio * ratio, excess, near));
    return C64(select(large, vec4<f32>(1.0), near), half);
}

// The size of an infinite part is infinite, even beside NaN.
fn complex_log_cases_c64(x: C64, size: vec4<f32>, angle: vec4<f32>) -> C64 {
    return C64(select(size, complex_infinity_f32(), is_infinite_c64(x.re) | is_infinite_c64(x.im)), angle);
}

fn log_c64(x: C64) -> C64 {
    let terms = complex_log_terms_c64(x, complex_log_excess_c64(vec4<f32>(-1.0), x.re, x.im));
    return complex_log_cases_c64(x, log_f32(terms.re) + terms.im, atan2_f32(x.im, x.re));
}

fn log2_c64(x: C64) -> C64 {
    let terms = complex_log_terms_c64(x, complex_log_excess_c64(vec4<f32>(-1.0), x.re, x.im));
    let factor = vec4<f32>(1.4426950408889634);
    return complex_log_cases_c64(x, log2_f32(terms.re) + terms.im * factor, atan2_f32(x.im, x.re) * factor);
}

fn log10_c64(x: C64) -> C64 {
    let terms = complex_log_terms_c64(x, complex_log_excess_c64(vec4<f32>(-1.0), x.re, x.im));
    let factor = vec4<f32>(0.4342944819032518);
    return complex_log_cases_c64(x, log10_f32(terms.re) + terms.im * factor, atan2_f32(x.im, x.re) * factor);
}

// |1 + z|^2 - 1 = 2a + a^2 + b^2.
fn log1p_c64(x: C64) -> C64 {
    let moved = C64(vec4<f32>(1.0) + x.re, x.im);
    let terms = complex_log_terms_c64(moved, complex_log_excess_c64(x.re + x.re, x.re, x.im));
    return complex_log_cases_c64(x, log_f32(terms.re) + terms.im, atan2_f32(x.im, moved.re));
}
