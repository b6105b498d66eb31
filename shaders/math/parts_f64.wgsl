// What IEEE 754 calls the parts of a f64 and its neighbours, exactly as NumPy's, all on the bits, so that subnormal
// numbers count in full also on devices that flush them.

fn copysign_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let sign = vec4<u64>(0x8000000000000000lu);
    return bitcast<vec4<f64>>((bitcast<vec4<u64>>(x1) & ~sign) | (bitcast<vec4<u64>>(x2) & sign));
}

fn signbit_f64(x: vec4<f64>) -> vec4<bool> {
    return bitcast<vec4<u64>>(x) >= vec4<u64>(0x8000000000000000lu);
}

fn is_inf_f64(x: vec4<f64>) -> vec4<bool> {
    return (bitcast<vec4<u64>>(x) & vec4<u64>(0x7ffffffffffffffflu)) == vec4<u64>(0x7ff0000000000000lu);
}

fn is_finite_f64(x: vec4<f64>) -> vec4<bool> {
    return (bitcast<vec4<u64>>(x) & vec4<u64>(0x7ffffffffffffffflu)) < vec4<u64>(0x7ff0000000000000lu);
}

// The bits as integers that are in the order of the numbers; both zeros are 0.
fn nextafter_f64_key(size: vec4<u64>, negative: vec4<bool>) -> vec4<i64> {
    return select(bitcast<vec4<i64>>(size), -bitcast<vec4<i64>>(size), negative);
}

// One step of the key; equal numbers give the second, as C's, and NaN gives NaN. 21 operations.
fn nextafter_f64(x1: vec4<f64>, x2: vec4<f64>) -> vec4<f64> {
    let size1 = bitcast<vec4<u64>>(x1) & vec4<u64>(0x7ffffffffffffffflu);
    let size2 = bitcast<vec4<u64>>(x2) & vec4<u64>(0x7ffffffffffffffflu);
    let negative = signbit_f64(x1);
    let start = nextafter_f64_key(size1, negative);
    let goal = nextafter_f64_key(size2, signbit_f64(x2));
    let next = start + select(vec4<i64>(-1li), vec4<i64>(1li), goal > start);
    // The step to 0 keeps the sign.
    let zero = vec4<i64>(0li);
    let below = (next < zero) | ((next == zero) & negative);
    let sign = select(vec4<u64>(0lu), vec4<u64>(0x8000000000000000lu), below);
    let stepped = select(bitcast<vec4<u64>>(abs(next)) | sign, bitcast<vec4<u64>>(x2), goal == start);
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    return bitcast<vec4<f64>>(select(stepped, nan_bits, max(size1, size2) > vec4<u64>(0x7ff0000000000000lu)));
}

// The distance to the next number away from 0, negative for negative x (but not for -0); inf for the greatest one.
fn spacing_f64(x: vec4<f64>) -> vec4<f64> {
    let bits = bitcast<vec4<u64>>(x);
    let size = bits & vec4<u64>(0x7ffffffffffffffflu);
    let exponent = vec4<u32>(size >> vec4<u32>(52u));
    let small = vec4<u64>(1lu) << (max(exponent, vec4<u32>(1u)) - vec4<u32>(1u));
    let large = (size - vec4<u64>(0x0340000000000000lu)) & vec4<u64>(0x7ff0000000000000lu);
    var step = select(large, small, exponent <= vec4<u32>(52u));
    step = select(step, vec4<u64>(0x7ff0000000000000lu), size == vec4<u64>(0x7feffffffffffffflu));
    step = step | select(bits & vec4<u64>(0x8000000000000000lu), vec4<u64>(0lu), size == vec4<u64>(0lu));
    var nan_bits = vec4<u64>(0x7ff8000000000000lu);
    return bitcast<vec4<f64>>(select(step, nan_bits, size >= vec4<u64>(0x7ff0000000000000lu)));
}

// The bits of |x|, times 2^54 if it is subnormal.
fn parts_f64_normal(x: vec4<f64>) -> vec4<u64> {
    let bits = bitcast<vec4<u64>>(x) & vec4<u64>(0x7ffffffffffffffflu);
    let scaled = bitcast<vec4<u64>>(abs(x) * 18014398509481984.0lf);
    return select(bits, scaled, bits < vec4<u64>(0x0010000000000000lu));
}

// x = mantissa * 2^exponent, 1/2 <= |mantissa| < 1; 0, inf and NaN are their own mantissa, with exponent 0.
fn frexp_mantissa_f64(x: vec4<f64>) -> vec4<f64> {
    let bits = bitcast<vec4<u64>>(x);
    let sign = bits & vec4<u64>(0x8000000000000000lu);
    let part = (parts_f64_normal(x) & vec4<u64>(0x000ffffffffffffflu)) | vec4<u64>(0x3fe0000000000000lu) | sign;
    return bitcast<vec4<f64>>(select(bits, part, parts_f64_ordinary(bits)));
}

fn frexp_exponent_f64(x: vec4<f64>) -> vec4<i32> {
    let bits = bitcast<vec4<u64>>(x);
    let exponent = parts_f64_exponent(x, parts_f64_normal(x)) + vec4<i32>(1);
    return select(vec4<i32>(0), exponent, parts_f64_ordinary(bits));
}

// Neither 0 nor inf nor NaN.
fn parts_f64_ordinary(bits: vec4<u64>) -> vec4<bool> {
    return (bits & vec4<u64>(0x7ffffffffffffffflu)) - vec4<u64>(1lu) < vec4<u64>(0x7feffffffffffffflu);
}

// e of |x| = 2^e (1 + ...), from the bits above.
fn parts_f64_exponent(x: vec4<f64>, normal: vec4<u64>) -> vec4<i32> {
    let subnormal = (bitcast<vec4<u64>>(x) & vec4<u64>(0x7ffffffffffffffflu)) < vec4<u64>(0x0010000000000000lu);
    let bias = select(vec4<i32>(1023), vec4<i32>(1077), subnormal);
    return bitcast<vec4<i32>>(vec4<u32>(normal >> vec4<u32>(52u))) - bias;
}

// x * 2^n for any n: the significand times two powers, of which the first is exact, so that the result is rounded once.
// 27 operations.
fn ldexp_f64(x: vec4<f64>, n: vec4<i32>) -> vec4<f64> {
    let bits = bitcast<vec4<u64>>(x);
    let normal = parts_f64_normal(x);
    let sign = bits & vec4<u64>(0x8000000000000000lu);
    let significand = (normal & vec4<u64>(0x000ffffffffffffflu)) | vec4<u64>(0x3ff0000000000000lu) | sign;
    let far = vec4<i32>(3000);
    let near = clamp(n, -far, far);
    let limit = vec4<i32>(1200);
    let exponent = clamp(parts_f64_exponent(x, normal) + near, -limit, limit);
    let half = exponent >> vec4<u32>(1u);
    let result = bitcast<vec4<f64>>(significand) * parts_f64_power(half) * parts_f64_power(exponent - half);
    return select(x, result, parts_f64_ordinary(bits));
}

fn parts_f64_power(exponent: vec4<i32>) -> vec4<f64> {
    return bitcast<vec4<f64>>(vec4<u64>(bitcast<vec4<u32>>(exponent + vec4<i32>(1023))) << vec4<u32>(52u));
}
