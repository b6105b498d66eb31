// Sums of two numbers, for about twice the width (T. J. Dekker, "A floating-point technique for extending the available
// precision", 1971). Errors of a few units of 2^-46 for float32 and 2^-104 for float64, of the larger operand in sums.

// high + low, low below an ulp of high.
struct WideC64 {
    high: vec4<f32>,
    low: vec4<f32>,
}

// What is infinite has no low part.
fn complex_wide_c64(high: vec4<f32>, low: vec4<f32>) -> WideC64 {
    let endless = complex_endless_f32(high);
    let sum = select(high + low, high, endless);
    return WideC64(sum, select(low - (sum - high), vec4<f32>(0.0), endless));
}

fn complex_wide_add_c64(a: WideC64, b: WideC64) -> WideC64 {
    let sum = a.high + b.high;
    let back = sum - a.high;
    let error = (a.high - (sum - back)) + (b.high - back);
    return complex_wide_c64(sum, error + (a.low + b.low));
}

fn complex_wide_multiply_c64(a: WideC64, b: WideC64) -> WideC64 {
    let a_head = complex_head_f32(a.high);
    let a_tail = a.high - a_head;
    let b_head = complex_head_f32(b.high);
    let b_tail = b.high - b_head;
    let product = a.high * b.high;
    // In this order every sum is exact.
    let error = (((a_head * b_head - product) + a_head * b_tail) + a_tail * b_head) + a_tail * b_tail;
    return complex_wide_c64(product, error + (a.high * b.low + a.low * b.high));
}

fn complex_wide_negate_c64(a: WideC64) -> WideC64 {
    return WideC64(-a.high, -a.low);
}

fn complex_wide_divide_c64(a: WideC64, b: WideC64) -> WideC64 {
    let quotient = a.high / b.high;
    let taken = complex_wide_multiply_c64(WideC64(-quotient, vec4<f32>(0.0)), b);
    let rest = complex_wide_add_c64(a, taken);
    return complex_wide_c64(quotient, rest.high / b.high);
}

fn complex_wide_select_c64(a: WideC64, b: WideC64, condition: vec4<bool>) -> WideC64 {
    return WideC64(select(a.high, b.high, condition), select(a.low, b.low, condition));
}

// s + s q/3 + s q^2/5 + ...: atan s with q = -s^2, atanh s with q = s^2.
fn complex_wide_series_c64(s: WideC64, q: WideC64) -> WideC64 {
    let rest = WideC64(q.high * complex_series_f32(q.high), vec4<f32>(0.0));
    let fifth = complex_wide_multiply_c64(q, complex_wide_add_c64(complex_fifth_f32(), rest));
    let factor = complex_wide_multiply_c64(q, complex_wide_add_c64(complex_third_f32(), fifth));
    return complex_wide_add_c64(s, complex_wide_multiply_c64(s, factor));
}
