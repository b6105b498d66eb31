// Powers of complex numbers: exp(w log z), and repeated products where w is an integer below 100 in size.
//
// Both are done in sums of two numbers (T. J. Dekker, "A floating-point technique for extending the available
// precision", 1971): the error of log z counts |w| times, that of a factor up to 99 times. Logarithm and angle are
// taken from the parts z = 2^k (a + ib) with |z|^2 in [1/2, 2): log h = log c + 2 atanh((h - c) / (h + c)) and
// atan(b/a) = atan c + atan((b - ca) / (a + cb)) for a near short c, and atan and atanh are one series but for a sign.
// log z has a relative error of 2^-44 (float32) and 2^-74 (float64): beyond |w log z| = 2^24 the angle of the
// result loses a bit for each factor of 2. Below, worst errors found, in ulp of the result's larger part: 3.2.

// A factor 2^k that brings |z|^2 into [1/2, 2).
fn complex_power_scale_c64(x: C64) -> vec4<f32> {
    let a = abs(x.re);
    let b = abs(x.im);
    let scale = complex_scale_f32(select(b, a, a > b));
    let re = x.re * scale;
    let im = x.im * scale;
    let low = re * re + im * im < vec4<f32>(0.5);
    // What is below 1/4 even so is subnormal, or above 2^126 and not in need of it.
    return scale * select(vec4<f32>(1.0), vec4<f32>(2.0), low & (scale < vec4<f32>(1e30)));
}

struct ComplexWideLogC64 {
    size: WideC64,
    angle: WideC64,
}

fn complex_wide_log_c64(x: C64) -> ComplexWideLogC64 {
    let zero = vec4<f32>(0.0);
    let one = vec4<f32>(1.0);
    // Twice, as a subnormal is not brought near 1 at once.
    let first = complex_power_scale_c64(x);
    let once = C64(x.re * first, x.im * first);
    let second = complex_power_scale_c64(once);
    let a = abs(once.re * second);
    let b = abs(once.im * second);
    let wide = a > b;
    let large = WideC64(select(b, a, wide), zero);
    let small = WideC64(select(a, b, wide), zero);

    // h - 1, the larger square first: near to 1 the difference is exact.
    let square = complex_wide_add_c64(complex_wide_multiply_c64(large, large), WideC64(-one, zero));
    let excess = complex_wide_add_c64(square, complex_wide_multiply_c64(small, small));
    let h = one + excess.high;
    let lower = h < vec4<f32>(0.8385);
    let upper = h > vec4<f32>(1.1859);
    let lowest = h < vec4<f32>(0.5929);
    let uppermost = h > vec4<f32>(1.677);
    var c = select(one, vec4<f32>(0.703125), lower);
    c = select(c, vec4<f32>(0.5), lowest);
    c = select(c, vec4<f32>(1.40625), upper);
    c = select(c, vec4<f32>(2.0), uppermost);
    let above = complex_wide_add_c64(excess, WideC64(one - c, zero));
    let below = complex_wide_add_c64(excess, WideC64(one + c, zero));
    let s = complex_wide_divide_c64(above, below);
    let half = complex_wide_series_c64(s, complex_wide_multiply_c64(s, s));
    // The halves of log c: c is 2^m or 2^m 45/32.
    let m = select(zero, vec4<f32>(0.5), uppermost) - select(zero, vec4<f32>(0.5), lower);
    let twos = m - (complex_exponent_f32(first) + complex_exponent_f32(second));
    let odd = (lower & !lowest) | (upper & !uppermost);
    let none = WideC64(zero, zero);
    let step = complex_wide_select_c64(none, complex_half_log_f32(), odd);
    let power = complex_wide_multiply_c64(WideC64(twos, zero), complex_ln2_f32());
    let size = complex_wide_add_c64(complex_wide_add_c64(power, step), half);

    let near = round((small.high / large.high) * vec4<f32>(4.0)) * vec4<f32>(0.25);
    let n = WideC64(near, zero);
    let up = complex_wide_add_c64(small, complex_wide_negate_c64(complex_wide_multiply_c64(n, large)));
    let t = complex_wide_divide_c64(up, complex_wide_add_c64(large, complex_wide_multiply_c64(n, small)));
    let rest = complex_wide_series_c64(t, complex_wide_negate_c64(complex_wide_multiply_c64(t, t)));
    var angle = complex_wide_add_c64(complex_atan_step_f32(near), rest);
    let across = complex_wide_add_c64(complex_quarter_turn_f32(), complex_wide_negate_c64(angle));
    angle = complex_wide_select_c64(across, angle, wide);
    let behind = complex_wide_add_c64(complex_half_turn_f32(), complex_wide_negate_c64(angle));
    angle = complex_wide_select_c64(angle, behind, is_signed_c64(x.re));
    return ComplexWideLogC64(size, complex_wide_select_c64(angle, complex_wide_negate_c64(angle), is_signed_c64(x.im)));
}

// exp(w log z) of finite numbers.
fn complex_power_general_c64(z: C64, w: C64) -> C64 {
    let logarithm = complex_wide_log_c64(z);
    let zero = vec4<f32>(0.0);
    let one = vec4<f32>(1.0);
    // A large exponent is divided by 2^30 until the sums are made: they cancel, and must not overflow before.
    let large = (abs(w.re) > vec4<f32>(1e30)) | (abs(w.im) > vec4<f32>(1e30));
    let scale = select(one, vec4<f32>(9.313225746154785e-10), large);
    let back = select(one, vec4<f32>(1073741824.0), large);
    let re = WideC64(w.re * scale, zero);
    let im = WideC64(w.im * scale, zero);
    let turned = complex_wide_multiply_c64(complex_wide_negate_c64(im), logarithm.angle);
    var size = complex_wide_add_c64(complex_wide_multiply_c64(re, logarithm.size), turned);
    size = complex_wide_c64(size.high * back, size.low * back);
    // Far down it is 0 even where the angle is infinite.
    size.high = select(size.high, -complex_infinity_f32(), size.high < vec4<f32>(-2000.0));
    let swept = complex_wide_multiply_c64(re, logarithm.angle);
    var angle = complex_wide_add_c64(swept, complex_wide_multiply_c64(im, logarithm.size));
    angle = complex_wide_c64(angle.high * back, angle.low * back);
    let steps = complex_exp_steps_c64(size.high, complex_exp_step_f32(), complex_exp_factor_f32());
    let near = complex_cis_f32(angle.high);
    var turn = C64(near.re - angle.low * near.im, near.im + angle.low * near.re);
    let far = abs(angle.high) > complex_far_turn_f32();
    if any(far) {
        let wide = multiply_c64(near, complex_cis_f32(angle.low));
        turn = C64(select(turn.re, wide.re, far), select(turn.im, wide.im, far));
    }
    turn = C64(turn.re + turn.re * size.low, turn.im + turn.im * size.low);
    return complex_exp_cases_c64(C64(size.high, angle.high), turn, exp_f32(steps.rest), steps);
}

// z^n for |n| < 128, by squaring. Scaled numbers stay within 2^+-64.
fn complex_power_whole_c64(z: C64, n: vec4<f32>) -> C64 {
    let zero = vec4<f32>(0.0);
    let one = vec4<f32>(1.0);
    let first = complex_power_scale_c64(z);
    let once = C64(z.re * first, z.im * first);
    let second = complex_power_scale_c64(once);
    var p_re = WideC64(once.re * second, zero);
    var p_im = WideC64(once.im * second, zero);
    var re = WideC64(one, zero);
    var im = WideC64(zero, zero);
    var left = abs(n);
    for (var i = 0u; i < 7u; i++) {
        let half = floor(left * vec4<f32>(0.5));
        let odd = left > half + half;
        left = half;
        let minus = complex_wide_negate_c64(complex_wide_multiply_c64(im, p_im));
        let next = complex_wide_add_c64(complex_wide_multiply_c64(re, p_re), minus);
        let cross = complex_wide_add_c64(complex_wide_multiply_c64(re, p_im), complex_wide_multiply_c64(im, p_re));
        re = complex_wide_select_c64(re, next, odd);
        im = complex_wide_select_c64(im, cross, odd);
        let square = complex_wide_negate_c64(complex_wide_multiply_c64(p_im, p_im));
        let product = complex_wide_multiply_c64(p_re, p_im);
        p_re = complex_wide_add_c64(complex_wide_multiply_c64(p_re, p_re), square);
        p_im = WideC64(product.high + product.high, product.low + product.low);
    }
    var result = C64(re.high, im.high);
    let inverse = reciprocal_c64(result);
    let negative = n < zero;
    result = C64(select(result.re, inverse.re, negative), select(result.im, inverse.im, negative));
    // 2^(-n k) in three steps.
    let bound = complex_two_bound_f32();
    let exponent = n * (complex_exponent_f32(first) + complex_exponent_f32(second));
    let third = trunc(exponent * vec4<f32>(-0.33333334));
    let above = select(third, bound, third > bound);
    let step = select(above, -bound, above < -bound);
    let two = complex_two_to_f32(step);
    var last = -exponent - (step + step);
    last = select(last, bound, last > bound);
    let end = complex_two_to_f32(select(last, -bound, last < -bound));
    return C64(((result.re * two) * two) * end, ((result.im * two) * two) * end);
}

// The parts of a product that has become NaN although one factor, or a part of the product, is infinite: C99, annex G.
fn complex_power_product_c64(a: C64, b: C64) -> C64 {
    let product = multiply_c64(a, b);
    let a_infinite = is_infinite_c64(a.re) | is_infinite_c64(a.im);
    let b_infinite = is_infinite_c64(b.re) | is_infinite_c64(b.im);
    let beyond = is_infinite_c64(a.re * b.re) | is_infinite_c64(a.im * b.im)
        | is_infinite_c64(a.re * b.im) | is_infinite_c64(a.im * b.re);
    // Infinite parts count as 1 and finite ones beside them as 0; NaN counts as 0.
    let c = complex_power_box_c64(a, a_infinite);
    let d = complex_power_box_c64(b, b_infinite);
    let direction = multiply_c64(c, d);
    let lost = is_nan_c64(product.re) & is_nan_c64(product.im) & (a_infinite | b_infinite | beyond);
    let infinity = complex_infinity_f32();
    return C64(
        select(product.re, infinity * direction.re, lost),
        select(product.im, infinity * direction.im, lost),
    );
}

fn complex_power_box_c64(x: C64, infinite: vec4<bool>) -> C64 {
    let zero = vec4<f32>(0.0);
    let one = vec4<f32>(1.0);
    let re = select(select(abs(x.re), zero, infinite | is_nan_c64(x.re)), one, is_infinite_c64(x.re));
    let im = select(select(abs(x.im), zero, infinite | is_nan_c64(x.im)), one, is_infinite_c64(x.im));
    return C64(complex_copysign_f32(re, x.re), complex_copysign_f32(im, x.im));
}

// z^0 is 1, 0^w is 0 where w is to the right of 0, else NaN, as NumPy; infinities and NaN go through exp(w log z).
fn pow_c64(z: C64, w: C64) -> C64 {
    let zero = vec4<f32>(0.0);
    let one = vec4<f32>(1.0);
    let whole = (w.im == zero) & (abs(w.re) < vec4<f32>(100.0)) & (round(w.re) == w.re);
    var result = z;
    if any(whole & (w.re != one)) {
        let repeated = complex_power_whole_c64(z, select(one, w.re, whole));
        let use_it = whole & (w.re != one);
        result = C64(select(result.re, repeated.re, use_it), select(result.im, repeated.im, use_it));
        // The zeros of a square have the signs of the plain product.
        let square = multiply_c64(z, z);
        let two = w.re == vec4<f32>(2.0);
        result.re = select(result.re, square.re, two & (result.re == zero) & (square.re == zero));
        result.im = select(result.im, square.im, two & (result.im == zero) & (square.im == zero));
    }
    if any(!whole) {
        let general = complex_power_general_c64(z, w);
        result = C64(select(general.re, result.re, whole), select(general.im, result.im, whole));
    }
    let z_endless = complex_endless_f32(z.re) | complex_endless_f32(z.im);
    let endless = z_endless | complex_endless_f32(w.re) | complex_endless_f32(w.im);
    let plain = endless & !(whole & (w.re == one));
    if any(plain) {
        let size = exp_c64(complex_power_product_c64(w, log_c64(z)));
        result = C64(select(result.re, size.re, plain), select(result.im, size.im, plain));
    }
    let nothing = (z.re == zero) & (z.im == zero);
    let end = select(complex_nan_f32(), zero, w.re > zero);
    result = C64(select(result.re, end, nothing), select(result.im, end, nothing));
    let none = (w.re == zero) & (w.im == zero);
    return C64(select(result.re, one, none), select(result.im, zero, none));
}
