// What the complex functions need to know of the width: limits, and steps on the bits. The twin is limits_f64.wgsl.

// Above this exp is taken in steps; exp of it is nearer to a float32 than 0.03 ulp.
fn complex_exp_step_f32() -> vec4<f32> {
    return vec4<f32>(87.75);
}

fn complex_exp_factor_f32() -> vec4<f32> {
    return vec4<f32>(1.2862956109045783e38);
}

// The same for exp2.
fn complex_exp2_step_f32() -> vec4<f32> {
    return vec4<f32>(127.0);
}

fn complex_exp2_factor_f32() -> vec4<f32> {
    return vec4<f32>(1.7014118346046923e38);
}

// From here on tanh is 1.
fn complex_tanh_bound_f32() -> vec4<f32> {
    return vec4<f32>(10.0);
}

// Beside numbers above this, 1 is nothing, not even when squares are compared.
fn complex_large_f32() -> vec4<f32> {
    return vec4<f32>(1073741824.0);
}

// Below this, squares lose bits.
fn complex_small_f32() -> vec4<f32> {
    return vec4<f32>(1e-15);
}

// The upper 12 bits: the products of these, and with what they leave, are exact.
fn complex_head_f32(x: vec4<f32>) -> vec4<f32> {
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(x) & vec4<u32>(0xfffff000u));
}

fn complex_copysign_f32(size: vec4<f32>, sign: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(size) & vec4<u32>(0x7fffffffu);
    return bitcast<vec4<f32>>(bits | (bitcast<vec4<u32>>(sign) & vec4<u32>(0x80000000u)));
}

// The power of 2 that brings a size into [1/2, 1); subnormals are only brought nearer, and what is above 2^126 stays
// below 4. 1 for inf and NaN.
fn complex_scale_f32(size: vec4<f32>) -> vec4<f32> {
    let exponent = bitcast<vec4<u32>>(size) >> vec4<u32>(23u);
    let limited = min(exponent, vec4<u32>(252u));
    let field = select(vec4<u32>(253u) - limited, vec4<u32>(127u), exponent == vec4<u32>(255u));
    return bitcast<vec4<f32>>(field << vec4<u32>(23u));
}

fn complex_infinity_f32() -> vec4<f32> {
    var bits = vec4<u32>(0x7f800000u);
    return bitcast<vec4<f32>>(bits);
}

fn complex_nan_f32() -> vec4<f32> {
    var bits = vec4<u32>(0x7fc00000u);
    return bitcast<vec4<f32>>(bits);
}

// inf or NaN.
fn complex_endless_f32(x: vec4<f32>) -> vec4<bool> {
    return (bitcast<vec4<u32>>(x) & vec4<u32>(0x7f800000u)) == vec4<u32>(0x7f800000u);
}
