// What IEEE 754 calls the parts of a f32 and its neighbours, exactly as NumPy's, all on the bits, so that subnormal
// numbers count in full also on devices that flush them.

fn copysign_f32(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let sign = vec4<u32>(0x80000000u);
    return bitcast<vec4<f32>>((bitcast<vec4<u32>>(x1) & ~sign) | (bitcast<vec4<u32>>(x2) & sign));
}

fn signbit_f32(x: vec4<f32>) -> vec4<bool> {
    return bitcast<vec4<u32>>(x) >= vec4<u32>(0x80000000u);
}

fn is_inf_f32(x: vec4<f32>) -> vec4<bool> {
    return (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) == vec4<u32>(0x7f800000u);
}

fn is_finite_f32(x: vec4<f32>) -> vec4<bool> {
    return (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) < vec4<u32>(0x7f800000u);
}

// The bits as integers that are in the order of the numbers; both zeros are 0.
fn nextafter_f32_key(size: vec4<u32>, negative: vec4<bool>) -> vec4<i32> {
    return select(bitcast<vec4<i32>>(size), -bitcast<vec4<i32>>(size), negative);
}

// One step of the key; equal numbers give the second, as C's, and NaN gives NaN. 21 operations.
fn nextafter_f32(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let size1 = bitcast<vec4<u32>>(x1) & vec4<u32>(0x7fffffffu);
    let size2 = bitcast<vec4<u32>>(x2) & vec4<u32>(0x7fffffffu);
    let negative = signbit_f32(x1);
    let start = nextafter_f32_key(size1, negative);
    let goal = nextafter_f32_key(size2, signbit_f32(x2));
    let next = start + select(vec4<i32>(-1i), vec4<i32>(1i), goal > start);
    // The step to 0 keeps the sign.
    let zero = vec4<i32>(0i);
    let below = (next < zero) | ((next == zero) & negative);
    let sign = select(vec4<u32>(0u), vec4<u32>(0x80000000u), below);
    let stepped = select(bitcast<vec4<u32>>(abs(next)) | sign, bitcast<vec4<u32>>(x2), goal == start);
    var nan_bits = vec4<u32>(0x7fc00000u);
    return bitcast<vec4<f32>>(select(stepped, nan_bits, max(size1, size2) > vec4<u32>(0x7f800000u)));
}

// The distance to the next number away from 0, negative for negative x (but not for -0); inf for the greatest one.
fn spacing_f32(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let size = bits & vec4<u32>(0x7fffffffu);
    let exponent = size >> vec4<u32>(23u);
    let small = vec4<u32>(1u) << (max(exponent, vec4<u32>(1u)) - vec4<u32>(1u));
    let large = (size - vec4<u32>(0x0b800000u)) & vec4<u32>(0x7f800000u);
    var step = select(large, small, exponent <= vec4<u32>(23u));
    step = select(step, vec4<u32>(0x7f800000u), size == vec4<u32>(0x7f7fffffu));
    step = step | select(bits & vec4<u32>(0x80000000u), vec4<u32>(0u), size == vec4<u32>(0u));
    var nan_bits = vec4<u32>(0x7fc00000u);
    return bitcast<vec4<f32>>(select(step, nan_bits, size >= vec4<u32>(0x7f800000u)));
}

// The bits of |x|, times 2^149 if it is subnormal.
fn parts_f32_normal(x: vec4<f32>) -> vec4<u32> {
    let bits = bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu);
    let scaled = bitcast<vec4<u32>>(vec4<f32>(bitcast<vec4<i32>>(bits)));
    return select(bits, scaled, bits < vec4<u32>(0x00800000u));
}

// x = mantissa * 2^exponent, 1/2 <= |mantissa| < 1; 0, inf and NaN are their own mantissa, with exponent 0.
fn frexp_mantissa_f32(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let sign = bits & vec4<u32>(0x80000000u);
    let part = (parts_f32_normal(x) & vec4<u32>(0x007fffffu)) | vec4<u32>(0x3f000000u) | sign;
    return bitcast<vec4<f32>>(select(bits, part, parts_f32_ordinary(bits)));
}

fn frexp_exponent_f32(x: vec4<f32>) -> vec4<i32> {
    let bits = bitcast<vec4<u32>>(x);
    let exponent = parts_f32_exponent(x, parts_f32_normal(x)) + vec4<i32>(1);
    return select(vec4<i32>(0), exponent, parts_f32_ordinary(bits));
}

// Neither 0 nor inf nor NaN.
fn parts_f32_ordinary(bits: vec4<u32>) -> vec4<bool> {
    return (bits & vec4<u32>(0x7fffffffu)) - vec4<u32>(1u) < vec4<u32>(0x7f7fffffu);
}

// e of |x| = 2^e (1 + ...), from the bits above.
fn parts_f32_exponent(x: vec4<f32>, normal: vec4<u32>) -> vec4<i32> {
    let subnormal = (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) < vec4<u32>(0x00800000u);
    let bias = select(vec4<i32>(127), vec4<i32>(276), subnormal);
    return bitcast<vec4<i32>>(normal >> vec4<u32>(23u)) - bias;
}

// x * 2^n for any n: the significand times two powers, of which the first is exact, so that the result is rounded once.
// 27 operations.
fn ldexp_f32(x: vec4<f32>, n: vec4<i32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let normal = parts_f32_normal(x);
    let sign = bits & vec4<u32>(0x80000000u);
    let significand = (normal & vec4<u32>(0x007fffffu)) | vec4<u32>(0x3f800000u) | sign;
    let far = vec4<i32>(400);
    let near = clamp(n, -far, far);
    let limit = vec4<i32>(180);
    let exponent = clamp(parts_f32_exponent(x, normal) + near, -limit, limit);
    let half = exponent >> vec4<u32>(1u);
    let result = bitcast<vec4<f32>>(significand) * parts_f32_power(half) * parts_f32_power(exponent - half);
    return select(x, result, parts_f32_ordinary(bits));
}

fn parts_f32_power(exponent: vec4<i32>) -> vec4<f32> {
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(exponent + vec4<i32>(127)) << vec4<u32>(23u));
}
