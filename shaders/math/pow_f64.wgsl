// x1 to the power x2 of float64, four at a time. Only for the strict class: the steps below are exact as written, not
// reassociated.
//
// exp(x2 log|x1|), the logarithm to 65 bits in parts whose products are exact: W. J. Cody and W. Waite, "Software
// Manual for the Elementary Functions" (1980), chapter 7, with T. J. Dekker, "A floating-point technique for extending
// the available precision" (1971), the parts cut by masks. Cases of C99, F.9.4.4.
// Worst error in 3.6 million pairs 0.994 ulp, where x1 is about sqrt(2) or its inverse and the result very large or
// small; exact results of small whole numbers come out exact. 184 operations.
fn pow_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let size = abs(x1);
    let log = power_f64_log(size);
    // The product, head exact in 52 bits.
    let y_head = power_f64_upper(x2);
    let head = y_head * log.head;
    let tail = y_head * log.tail + (x2 - y_head) * (log.head + log.tail);
    let sum = head + tail;
    let below = sum < vec4<f64>(-746.0lf);
    let above = sum > vec4<f64>(710.0lf);
    let beyond = below | above;
    let low = select(head, vec4<f64>(-746.0lf), below);
    let inside = select(low, vec4<f64>(710.0lf), above);
    let n = round(inside * 1.4426950408889634lf);
    let near = inside - n * 0.6931471805598903lf;
    let far = select(tail, vec4<f64>(0.0lf), beyond) - n * 5.497923018708371e-14lf;
    let r = near + far;
    let result = exp_f64_scale(exp_f64_near(r, (near - r) + far), n, inside);
    return power_f64_special(x1, x2, result);
}

// A logarithm in two parts: a head of 26 bits, and the rest.
struct PowerF64Sum {
    head: vec4<f64>,
    tail: vec4<f64>,
}

// The upper 26 bits, towards 0.
fn power_f64_upper(x: vec4<f64>) -> vec4<f64> {
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(x) & vec4<u64>(0xfffffffff8000000lu));
}

// x > 0 = 2^k (1 + f), s = f / (2 + f): log(1 + f) = 2 s (1 + w), w = z/3 + z^2 q(z), z = s^2. s comes in two parts,
// 1/3 z likewise, q is of degree 7 by our own Remez exchange on z^2 q (2^-71).
fn power_f64_log(x: vec4<f64>) -> PowerF64Sum {
    let parts = log_f64_split(x);
    let f = parts.f;
    // s = head + tail, by the remainder of the division.
    let divisor = 2.0lf + f;
    let divisor_tail = f - (divisor - 2.0lf);
    let divisor_head = power_f64_upper(divisor);
    let inverse = 1.0lf / divisor;
    let head = power_f64_upper(f * inverse);
    let remainder = ((f - head * divisor_head) - head * (divisor - divisor_head)) - head * divisor_tail;
    let tail = remainder * inverse;
    // z = z_head + z_tail.
    let square = head * head;
    let z_head = power_f64_upper(square);
    let z_tail = (square - z_head) + tail * (2.0lf * head + tail);
    let z = z_head + z_tail;
    let z2 = z * z;
    let q01 = 0.19999999999999998lf + z * 0.14285714285715265lf;
    let q23 = 0.11111111110544172lf + z * 0.09090909220513717lf;
    let q45 = 0.07692292721256584lf + z * 0.06667625469808737lf;
    let q67 = 0.05847879063207611lf + z * 0.0591030148951379lf;
    let q = (q01 + z2 * q23) + (z2 * z2) * (q45 + z2 * q67);
    let w_large = z_head * 0.3333333283662796lf;
    let w_small = z_head * 4.967053731282552e-09lf + (z_tail * 0.3333333333333333lf + z2 * q);
    let w = w_large + w_small;
    let w_head = power_f64_upper(w);
    let w_tail = (w_large - w_head) + w_small;
    // k ln 2 + 2 head + 2 head w_head, exact, and the rest.
    let twice = 2.0lf * head;
    let product = twice * w_head;
    let small = (2.0lf * (tail + tail * w) + twice * w_tail) + parts.k * 5.497923018708371e-14lf;
    let sum = twice + product;
    let whole = parts.k * 0.6931471805598903lf;
    let large = whole + sum;
    let rest = ((whole - large) + sum) + (((twice - sum) + product) + small);
    let log_head = power_f64_upper(large + rest);
    return PowerF64Sum(log_head, (large - log_head) + rest);
}

fn power_f64_special(x1: vec4<f64>, x2: vec4<f64>, result: vec4<f64>) -> vec4<f64> {
    var infinity_bits = vec4<u64>(0x7ff0000000000000lu);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    let sign_bit = vec4<u64>(0x8000000000000000lu);
    let size_bits = vec4<u64>(0x7ffffffffffffffflu);
    let zero = vec4<u64>(0lu);
    let bits1 = bitcast<vec4<u64>>(x1);
    let size1 = bits1 & size_bits;
    let size2 = bitcast<vec4<u64>>(x2) & size_bits;
    let one = vec4<u64>(0x3ff0000000000000lu);
    // 0 and inf to a power, and powers +-inf.
    let grows = (size1 > one) == (x2 > vec4<f64>(0.0lf));
    let limit = select(select(zero, infinity_bits, grows), one, size1 == one);
    let at_limit = (size1 == zero) | (size1 == infinity_bits) | (size2 == infinity_bits);
    let size = select(bitcast<vec4<u64>>(result), limit, at_limit);
    // Below 0. All from 2^53 on are even.
    let half = x2 * 0.5lf;
    let whole = trunc(x2) == x2;
    let odd = whole & !(trunc(half) == half);
    let negative = bits1 >= sign_bit;
    let signed = size | select(zero, sign_bit, negative & odd);
    let undefined = negative & !whole & !at_limit;
    let is_nan = (size1 > infinity_bits) | (size2 > infinity_bits) | undefined;
    let is_one = (size2 == zero) | (bits1 == one);
    return bitcast<vec4<f64>>(select(select(signed, nan_bits, is_nan), one, is_one));
}
