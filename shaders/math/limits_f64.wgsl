// What the complex functions need to know of the width: limits, and steps on the bits. The twin is limits_f32.wgsl.

// Above this exp is taken in steps; exp of it is nearer to a float64 than 0.02 ulp.
fn complex_exp_step_f64() -> vec4<f64> {
    return vec4<f64>(709.5lf);
}

fn complex_exp_factor_f64() -> vec4<f64> {
    return vec4<f64>(1.3549863193146328e308lf);
}

// The same for exp2.
fn complex_exp2_step_f64() -> vec4<f64> {
    return vec4<f64>(1023.0lf);
}

fn complex_exp2_factor_f64() -> vec4<f64> {
    return vec4<f64>(8.98846567431158e307lf);
}

// From here on tanh is 1.
fn complex_tanh_bound_f64() -> vec4<f64> {
    return vec4<f64>(20.0lf);
}

// Beside numbers above this, 1 is nothing, not even when squares are compared.
fn complex_large_f64() -> vec4<f64> {
    return vec4<f64>(1152921504606846976.0lf);
}

// Below this, squares lose bits.
fn complex_small_f64() -> vec4<f64> {
    return vec4<f64>(1e-140lf);
}

// To the nearest of 26 bits: the products of these, and of the 26 bits and sign that they leave, are exact.
fn complex_head_f64(x: vec4<f64>) -> vec4<f64> {
    return bitcast<vec4<f64>>((bitcast<vec4<u64>>(x) + vec4<u64>(0x4000000lu)) & vec4<u64>(0xfffffffff8000000lu));
}

fn complex_copysign_f64(size: vec4<f64>, sign: vec4<f64>) -> vec4<f64> {
    let bits = bitcast<vec4<u64>>(size) & vec4<u64>(0x7ffffffffffffffflu);
    return bitcast<vec4<f64>>(bits | (bitcast<vec4<u64>>(sign) & vec4<u64>(0x8000000000000000lu)));
}

// The power of 2 that brings a size into [1/2, 1); subnormals are only brought nearer, and what is above 2^1022 stays
// below 4. 1 for inf and NaN.
fn complex_scale_f64(size: vec4<f64>) -> vec4<f64> {
    let exponent = vec4<u32>(bitcast<vec4<u64>>(size) >> vec4<u32>(52u));
    let limited = min(exponent, vec4<u32>(2044u));
    let field = select(vec4<u32>(2045u) - limited, vec4<u32>(1023u), exponent == vec4<u32>(2047u));
    return bitcast<vec4<f64>>(vec4<u64>(field) << vec4<u32>(52u));
}

fn complex_infinity_f64() -> vec4<f64> {
    var bits = vec4<u64>(0x7ff0000000000000lu);
    return bitcast<vec4<f64>>(bits);
}

fn complex_nan_f64() -> vec4<f64> {
    var bits = vec4<u64>(0x7ff8000000000000lu);
    return bitcast<vec4<f64>>(bits);
}

// inf or NaN.
fn complex_endless_f64(x: vec4<f64>) -> vec4<bool> {
    let field = vec4<u64>(0x7ff0000000000000lu);
    return (bitcast<vec4<u64>>(x) & field) == field;
}
