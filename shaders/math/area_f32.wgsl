// Inverse hyperbolic functions of float32, four at a time. Only for the strict class: the steps below are exact as
// written, not reassociated.

// log(1 + a + b) for a >= b >= 0, and log(2 huge) where `far`. As log_f32, but the sum 1 + a + b is carried with its
// rounding errors (T. J. Dekker, "A floating-point technique for extending the available precision", 1971), so that
// the result is as good for a small a as for a large one.
fn area_f32_log(a: vec4<f32>, b: vec4<f32>, huge: vec4<f32>, far: vec4<bool>) -> vec4<f32> {
    let sum = a + b;
    let near = 1.0 + sum;
    // What the two sums left out.
    let error = (sum - (near - 1.0)) + (b - (sum - a));
    let whole = select(near, huge * 5.42101086e-20, far);
    // 0x3f2aaaab is 2/3: what lies above it is k and 1 + f.
    let above = bitcast<vec4<u32>>(whole) - vec4<u32>(0x3f2aaaabu);
    let exponent = vec4<f32>(bitcast<vec4<i32>>(above) >> vec4<u32>(23u));
    let k = exponent + select(vec4<f32>(0.0), vec4<f32>(65.0), far);
    let f = bitcast<vec4<f32>>((above & vec4<u32>(0x007fffffu)) + vec4<u32>(0x3f2aaaabu)) - 1.0;
    let scale = bitcast<vec4<f32>>(vec4<u32>(0x3f800000u) - (above & vec4<u32>(0xff800000u)));
    let rest = select(error * scale, vec4<f32>(0.0), far);
    let z = f * f;
    let p_high = (0.140044302 + f * -0.121728905) + z * (0.139932007 + f * -0.129452810);
    let p_middle = (0.200104773 + f * -0.166812077) + z * p_high;
    let p = (0.333332151 + f * -0.249997839) + z * p_middle;
    // rest / (1 + f).
    let correction = rest - (rest * f) * (1.0 - f);
    let y = z * (f * p - 0.5) + correction;
    return ((y + k * -0.000212194442) + f) + k * 0.693359375;
}

// log(x + sqrt(x^2 + 1)) = log(1 + x + x^2 / (1 + sqrt(x^2 + 1))). Beyond 2^12 the 1 under the root does not count.
// Worst error 1.32 ulp; 70 operations, a root and a division among them.
fn asinh_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let square = size * size;
    let far = size > vec4<f32>(4096.0);
    let result = area_f32_log(size, square / (1.0 + sqrt(square + 1.0)), size, far);
    let bits = bitcast<vec4<u32>>(size);
    let kept = select(bitcast<vec4<u32>>(result), bits, bits >= vec4<u32>(0x7f800000u));
    return bitcast<vec4<f32>>(kept | (bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u)));
}

// log(x + sqrt(x^2 - 1)) = log(1 + t + sqrt(2 t + t^2)), t = x - 1, which is exact up to 2^24.
// Worst error 1.81 ulp; 70 operations.
fn acosh_f32(x: vec4<f32>) -> vec4<f32> {
    let t = x - 1.0;
    let far = x > vec4<f32>(4096.0);
    let result = bitcast<vec4<u32>>(area_f32_log(sqrt(abs((t + t) + t * t)), t, x, far));
    let bits = bitcast<vec4<u32>>(x);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let kept = select(nan_bits, bits, bits == vec4<u32>(0x7f800000u));
    // As integers: all that is not from 1 to the largest number.
    let beyond = bits - vec4<u32>(0x3f800000u) >= vec4<u32>(0x40000000u);
    return bitcast<vec4<f32>>(select(result, kept, beyond));
}

// With (1 + |x|) / (1 - |x|) = 2^k (1 + y) / (1 - y), atanh(x) = k ln 2 / 2 + atanh(y); k = 0 up to 1/4, where y is x
// itself. atanh(y) = y + y^3 p(y^2), |y| <= 0.26, p of degree 3 by our own Remez exchange on the relative error
// (2^-31.3 with the coefficients rounded to float32). Worst error over all arguments 1.36 ulp; 42 operations, one of
// them a division.
fn atanh_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let above = 1.0 + size;
    let below = 1.0 - size;
    // The difference of their bits is the logarithm of their quotient, nearly; rounded up from 3/4 on. Up to 2^24 the
    // power less 1 is exact; the one argument with a larger one, 1 - 2^-24, has y = 1/3.
    let bits = bitcast<vec4<u32>>(above) - bitcast<vec4<u32>>(below) + vec4<u32>(0x00200000u);
    let exponent = min(bits & vec4<u32>(0xff800000u), vec4<u32>(0x0c000000u));
    let power = bitcast<vec4<f32>>(exponent + vec4<u32>(0x3f800000u));
    // above - power * below and above + power * below, the first so that nothing inexact cancels.
    let y = (size + (size * power + (1.0 - power))) / (above + power * below);
    let z = y * y;
    let p = (0.333333164 + z * 0.200023517) + (z * z) * (0.141845465 + z * 0.127993733);
    let k = vec4<f32>(bitcast<vec4<i32>>(exponent >> vec4<u32>(23u)));
    let inside = ((y * z) * p + k * -0.000106097221) + y;
    var infinity_bits = vec4<u32>(0x7f800000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    let edge = select(nan_bits, infinity_bits, size == vec4<f32>(1.0));
    let result = select(edge, bitcast<vec4<u32>>(inside + k * 0.3466796875), size < vec4<f32>(1.0));
    return bitcast<vec4<f32>>(result | (bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u)));
}
