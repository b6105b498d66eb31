// arctan and arctan2 of float64, four at a time. Only for the strict class.

// arctan(u) - u for |u| <= tan(pi/8): u^3 p(u^2), p of degree 10 by our own Remez exchange on the relative error of
// the whole, the first coefficient rounded before the others were fitted (2^-59.3). 23 operations.
fn atan_f64_series(u: vec4<f64>) -> vec4<f64> {
    let z = u * u;
    let p3 = 0.05847888052702736lf + z * (-0.05039304455934325lf + z * (0.038064703855681094lf
        + z * -0.017907536105474676lf));
    let p2 = 0.11111110783442128lf + z * (-0.09090897755947343lf + z * (0.07692060180554598lf
        + z * (-0.0666310374050273lf + z * p3)));
    let p = -0.333333333333332lf + z * (0.19999999999953666lf + z * (-0.14285714280198655lf + z * p2));
    return (u * z) * p;
}

// arctan2(y, x), y first. As in the Cephes library (S. L. Moshier, "Methods and Programs for Mathematical Functions",
// 1989) the angle is brought to at most pi/8, but on the two operands, with a single division: of |y| and |x|, a is
// the smaller and b the larger one, and where a > b tan(pi/8) they become a - b and a + b, pi/4 further on.
// Special cases as in C99, Annex F. Worst error found 0.75 ulp (0.66 where the result is not subnormal or close to it);
// about 95 operations.
fn atan2_f64(y: vec4<f64>, x: vec4<f64>) -> vec4<f64> {
    let y_size = abs(y);
    let x_size = abs(x);
    let steep = y_size > x_size;
    let larger = select(x_size, y_size, steep);
    let smaller = select(y_size, x_size, steep);
    // So far from the ends of the range that neither a + b nor the product's low half leaves it. What a loses by the
    // smaller factor is nothing beside such a b. Where b is infinite, a is 0 or, infinite too, 1; 0/0 counts as 0.
    let factor = select(vec4<f64>(1.298074214633707e+33lf), vec4<f64>(0.25lf), larger > vec4<f64>(8.4e+270lf));
    var infinity_bits = vec4<u64>(0x7ff0000000000000lu);
    let infinity = bitcast<vec4<f64>>(infinity_bits);
    let beyond = larger == infinity;
    let both = select(vec4<f64>(0.0lf), vec4<f64>(1.0lf), smaller == infinity);
    let a = select(smaller * factor, both, beyond);
    let b = select(larger * factor, vec4<f64>(1.0lf), beyond | (larger == vec4<f64>(0.0lf)));

    let wide = a > b * 0.41421356237309503lf;
    let sum = a + b;
    let difference = a - b;
    let d = select(b, sum, wide);
    let n = select(a, difference, wide);
    // What the sum and the difference lost.
    let d_low = select(vec4<f64>(0.0lf), a - (sum - b), wide);
    let n_low = select(vec4<f64>(0.0lf), a - (difference + b), wide);
    let quotient = quotient_f64(n, n_low, d, d_low);
    let u = quotient.high;
    let low = atan_f64_series(u) + (quotient.low - quotient.low * (u * u));

    // angle = turns pi/4 +- (u + low)
    let one = vec4<f64>(1.0lf);
    let first = select(vec4<f64>(0.0lf), one, wide);
    let turned = select(first, 2.0lf - first, steep);
    let left = bitcast<vec4<i64>>(x) < vec4<i64>(0li);
    let turns = select(turned, 4.0lf - turned, left);
    let sign = select(one, -one, steep != left);
    let base = turns * 0.7853981633974483lf;
    let angle = base + sign * u;
    let result = angle + ((sign * u - (angle - base)) + (sign * low + turns * 3.061616997868383e-17lf));
    // The sign of y; NaN where there is one.
    let sign_bit = bitcast<vec4<u64>>(y) & vec4<u64>(0x8000000000000000lu);
    let signed = bitcast<vec4<f64>>(bitcast<vec4<u64>>(result) | sign_bit);
    return select(x + y, signed, (x == x) & (y == y));
}

// The same with |x| and 1 for the operands: (|x| - 1) / (|x| + 1) from tan(pi/8) on, -1 / |x| from its inverse on.
// Worst error found 0.66 ulp; about 75 operations.
fn atan_f64(x: vec4<f64>) -> vec4<f64> {
    let one = vec4<f64>(1.0lf);
    // Beyond, the result is pi/2, and 1 / infinity has no remainder.
    let size = select(abs(x), vec4<f64>(1e30lf), abs(x) > vec4<f64>(1e30lf));
    let middle = size > vec4<f64>(0.41421356237309503lf);
    let far = size > vec4<f64>(2.414213562373095lf);
    let sum = size + 1.0lf;
    let difference = size - 1.0lf;
    let d = select(select(one, sum, middle), size, far);
    let n = select(select(size, difference, middle), -one, far);
    let straight = !middle | far;
    // What the sum and, below 1/2, the difference lost.
    let d_low = select(size - (sum - 1.0lf), vec4<f64>(0.0lf), straight);
    let n_low = select(size - (difference + 1.0lf), vec4<f64>(0.0lf), straight);
    let quotient = quotient_f64(n, n_low, d, d_low);
    let u = quotient.high;
    let low = atan_f64_series(u) + (quotient.low - quotient.low * (u * u));
    let turns = select(select(vec4<f64>(0.0lf), one, middle), vec4<f64>(2.0lf), far);
    let base = turns * 0.7853981633974483lf;
    let angle = base + u;
    let result = angle + ((u - (angle - base)) + (low + turns * 3.061616997868383e-17lf));
    let sign = bitcast<vec4<u64>>(x) & vec4<u64>(0x8000000000000000lu);
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(result) | sign);
}
