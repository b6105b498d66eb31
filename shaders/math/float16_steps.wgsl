// Neighbours and their distances in float16, of values that float16 holds (float32 in registers), as NumPy's.

// The distance to the next greater number, inf for the greatest. Unlike float32's it is never negative: below 0 it is
// the distance towards 0, which is the less one at a power of 2.
fn spacing_f16(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let size = bits & vec4<u32>(0x7fffffffu);
    // What is a power of 2 below 0, or 0, lies in the exponent that its predecessor has.
    let negative = bits >= vec4<u32>(0x80000000u);
    let exponent = bitcast<vec4<i32>>((size - select(vec4<u32>(0u), vec4<u32>(1u), negative)) >> vec4<u32>(23u));
    // At least 2^-24. -0 has no predecessor: there the field is 511, of a negative number.
    let field = select(max(exponent - vec4<i32>(10), vec4<i32>(103)), vec4<i32>(103), size == vec4<u32>(0u));
    var step = bitcast<vec4<u32>>(field) << vec4<u32>(23u);
    var infinity_bits = vec4<u32>(0x7f800000u);
    var nan_bits = vec4<u32>(0x7fc00000u);
    step = select(step, infinity_bits, bits == vec4<u32>(0x477fe000u));
    return bitcast<vec4<f32>>(select(step, nan_bits, size >= infinity_bits));
}

// One step of the sixteen bits as an integer, as nextafter_f32; but equal numbers give the first, as NumPy 2.4's.
fn nextafter_f16(x1: vec4<f32>, x2: vec4<f32>) -> vec4<f32> {
    let bits1 = bits_f16(x1);
    let bits2 = bits_f16(x2);
    let size1 = bitcast<vec4<i32>>(bits1 & vec4<u32>(0x7fffu));
    let size2 = bitcast<vec4<i32>>(bits2 & vec4<u32>(0x7fffu));
    let negative = bits1 >= vec4<u32>(0x8000u);
    let start = select(size1, -size1, negative);
    let goal = select(size2, -size2, bits2 >= vec4<u32>(0x8000u));
    let next = start + select(vec4<i32>(-1), vec4<i32>(1), goal > start);
    let below = (next < vec4<i32>(0)) | ((next == vec4<i32>(0)) & negative);
    let sign = select(vec4<u32>(0u), vec4<u32>(0x8000u), below);
    var half = select(bitcast<vec4<u32>>(abs(next)) | sign, bits1, goal == start);
    half = select(half, vec4<u32>(0x7e00u), max(size1, size2) > vec4<i32>(0x7c00));
    return from_bits_f16(half);
}
