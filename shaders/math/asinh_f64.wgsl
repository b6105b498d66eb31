// arsinh, arcosh and artanh of float64, four at a time. Only for the strict class.

// All three are logarithms: log((1 + s) / (1 - s)) = 2 artanh(s) = 2 s + s^3 p(s^2), for |s| up to tanh(1/4), p of
// degree 7 by our own Remez exchange on the relative error of the whole, the first coefficient rounded before the
// others were fitted (2^-57.3). For results up to 1/2 s comes straight from x; elsewhere the logarithm's argument is
// first brought to between sqrt(1/2) and sqrt(2). This is s^2 p(s^2).
fn asinh_f64_series(s: vec4<f64>) -> vec4<f64> {
    let z = s * s;
    let p2 = 0.1818099061823064lf + z * (0.1540808562176602lf + z * (0.12950842122603776lf
        + z * 0.15037295547831236lf));
    let p = 0.6666666666666473lf + z * (0.40000000001040437lf + z * (0.2857142838045616lf
        + z * (0.22222239146632933lf + z * p2)));
    return z * p;
}

// 2^k m with m between sqrt(1/2) and sqrt(2); power = 2^-k, or 0 for the greatest k.
struct AsinhF64Split {
    k: vec4<f64>,
    m: vec4<f64>,
    power: vec4<f64>,
}

fn asinh_f64_split(y: vec4<f64>) -> AsinhF64Split {
    let bits = bitcast<vec4<u64>>(y);
    let above = vec4<u32>(bits >> vec4<u32>(32u)) - vec4<u32>(0x3fe6a09eu);
    let k = bitcast<vec4<i32>>(above) >> vec4<u32>(20u);
    let high = (above & vec4<u32>(0x000fffffu)) + vec4<u32>(0x3fe6a09eu);
    let m = (vec4<u64>(high) << vec4<u32>(32u)) | (bits & vec4<u64>(0xfffffffflu));
    let power = bitcast<vec4<u32>>(max(vec4<i32>(1023) - k, vec4<i32>(0))) << vec4<u32>(20u);
    let power_bits = vec4<u64>(power) << vec4<u32>(32u);
    return AsinhF64Split(vec4<f64>(k), bitcast<vec4<f64>>(m), bitcast<vec4<f64>>(power_bits));
}

// arsinh|x| = log(y), y = |x| + sqrt(x^2 + 1); below sinh(1/2) s = |x| / (1 + sqrt(x^2 + 1)), with 2 s = |x| - s^2 |x|.
// From 2^28 on y = 2 |x|, whose factor 2 goes to k.
// Worst error found 1.53 ulp; about 70 operations.
fn asinh_f64(x: vec4<f64>) -> vec4<f64> {
    let size = abs(x);
    let small = size < vec4<f64>(0.5210953054937474lf);
    let large = size > vec4<f64>(268435456.0lf);
    let root = sqrt(size * size + 1.0lf);
    let sum = size + root;
    let y = select(sum, size, large);
    let y_low = select(size - (sum - root), vec4<f64>(0.0lf), large);
    let split = asinh_f64_split(y);
    let f = split.m - 1.0lf;
    let s = select(f, size, small) / select(split.m + 1.0lf, 1.0lf + root, small);
    let series = asinh_f64_series(s);
    let direct = size + s * (series - s * size);
    // y_low / y to first order: 1 / m = (1 - s) / (1 + s).
    let low = (y_low * split.power) * (1.0lf - 2.0lf * (s - s * s));
    let k = split.k + select(vec4<f64>(0.0lf), vec4<f64>(1.0lf), large);
    let rest = s * (series - f) + (low + k * 5.497923018708371e-14lf);
    let logarithm = k * 0.6931471805598903lf + (f + rest);
    let result = select(select(logarithm, direct, small), size, !(size <= vec4<f64>(1.7976931348623157e308lf)));
    let sign = bitcast<vec4<u64>>(x) & vec4<u64>(0x8000000000000000lu);
    return bitcast<vec4<f64>>(bitcast<vec4<u64>>(result) | sign);
}

// arcosh(x) = log(y), y = x + sqrt(x^2 - 1); below cosh(1/2) s = sqrt((x - 1) / (x + 1)).
// Worst error found 1.72 ulp; about 70 operations.
fn acosh_f64(x: vec4<f64>) -> vec4<f64> {
    let small = x < vec4<f64>(1.1276259652063807lf);
    let large = x > vec4<f64>(268435456.0lf);
    let less = x - 1.0lf;
    let more = x + 1.0lf;
    let root = sqrt(select(less * more, less / more, small));
    let sum = x + root;
    let y = select(sum, x, large);
    let y_low = select(root - (sum - x), vec4<f64>(0.0lf), large);
    let split = asinh_f64_split(y);
    let f = split.m - 1.0lf;
    let s = select(f / (split.m + 1.0lf), root, small);
    let series = asinh_f64_series(s);
    let direct = 2.0lf * s + s * series;
    let low = (y_low * split.power) * (1.0lf - 2.0lf * (s - s * s));
    let k = split.k + select(vec4<f64>(0.0lf), vec4<f64>(1.0lf), large);
    let rest = s * (series - f) + (low + k * 5.497923018708371e-14lf);
    let logarithm = k * 0.6931471805598903lf + (f + rest);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    let result = select(select(logarithm, direct, small), x, !(x <= vec4<f64>(1.7976931348623157e308lf)));
    return select(result, bitcast<vec4<f64>>(nan_bits), x < vec4<f64>(1.0lf));
}

// artanh|x| = log((1 + |x|) / (1 - |x|)) / 2; below tanh(1/4) s = |x|, elsewhere 1 - |x| is multiplied by the power of
// two that brings it closest to 1 + |x|, and s is the quotient of their difference and sum.
// Worst error found 1.32 ulp; about 70 operations.
fn atanh_f64(x: vec4<f64>) -> vec4<f64> {
    let size = abs(x);
    let small = size < vec4<f64>(0.24491866240370913lf);
    let less = 1.0lf - size;
    let more = 1.0lf + size;
    let less_low = (1.0lf - less) - size;
    let more_low = size - (more - 1.0lf);
    // less = 2^-j times something in [1, 2).
    let high = vec4<u32>(bitcast<vec4<u64>>(less) >> vec4<u32>(32u));
    let j = bitcast<vec4<i32>>(vec4<u32>(1023u) - (high >> vec4<u32>(20u)));
    let power = bitcast<vec4<u32>>(j + vec4<i32>(1023)) << vec4<u32>(20u);
    let up = bitcast<vec4<f64>>(vec4<u64>(power) << vec4<u32>(32u));
    let scaled = less * up;
    let over = more > scaled * 1.4142135623730951lf;
    let under = more < scaled * 0.7071067811865476lf;
    let one = vec4<f64>(1.0lf);
    let zero = vec4<f64>(0.0lf);
    let twice = select(select(one, vec4<f64>(0.5lf), under), vec4<f64>(2.0lf), over);
    let d = scaled * twice;
    let k = vec4<f64>(j) + select(select(zero, -one, under), one, over);
    let difference = (more - d) + (more_low - less_low * (up * twice));
    let s = select(difference / (more + d), size, small);
    let series = s * asinh_f64_series(s);
    let rest = 2.0lf * s + (series + k * 5.497923018708371e-14lf);
    let result = 0.5lf * select(k * 0.6931471805598903lf + rest, 2.0lf * size + series, small);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    var infinity_bits = vec4<u64>(0x7ff0000000000000lu);
    let end = select(infinity_bits, nan_bits, !(size == one));
    let inside = select(end, bitcast<vec4<u64>>(result), size < one);
    return bitcast<vec4<f64>>(inside | (bitcast<vec4<u64>>(x) & vec4<u64>(0x8000000000000000lu)));
}
