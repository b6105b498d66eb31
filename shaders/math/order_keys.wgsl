// What the sort orders by: unsigned numbers in the order of an array's elements. Of two words the second is the higher.
// In NumPy's order: NaNs last and all equal, -0 and 0 equal.
//
// Signed integers: the sign bit is flipped. Floats: the bits of negative numbers are flipped, others get the sign bit,
// so that the order of the bits is that of the numbers (Herf, Radix Tricks, 2001).
// falling_...: of a key, the key for descending order, in which NaNs are last too.

fn key_i32(bits: u32) -> u32 {
    return bits ^ 0x80000000u;
}

fn key_i64(bits: vec2<u32>) -> vec2<u32> {
    return bits ^ vec2<u32>(0u, 0x80000000u);
}

fn key_f32(bits: u32) -> u32 {
    let size = bits & 0x7fffffffu;
    let key = select(size | 0x80000000u, 0x80000000u - size, bits > 0x80000000u);
    return select(key, 0xffffffffu, size > 0x7f800000u);
}

fn key_f64(bits: vec2<u32>) -> vec2<u32> {
    let high = bits.y & 0x7fffffffu;
    let nan = high > 0x7ff00000u || (high == 0x7ff00000u && bits.x != 0u);
    let zero = (high | bits.x) == 0u;
    let negative = bits.y >= 0x80000000u && !zero;
    let key = select(vec2<u32>(bits.x, high | 0x80000000u), ~bits, negative);
    return select(key, vec2<u32>(0xffffffffu), nan);
}

// The real part first, then the imaginary one. Behind all numbers those with a NaN: in the imaginary part, by the real
// one; in the real part, by the imaginary one; in both. Real keys end at 0xff800000, so there are words left.
fn key_c64(bits: vec2<u32>) -> vec2<u32> {
    let real = key_f32(bits.x);
    let imaginary = key_f32(bits.y);
    let one = select(vec2<u32>(imaginary, real), vec2<u32>(real, 0xfffffffdu), imaginary == 0xffffffffu);
    let other = select(vec2<u32>(imaginary, 0xfffffffeu), vec2<u32>(0xffffffffu), imaginary == 0xffffffffu);
    return select(one, other, real == 0xffffffffu);
}

fn key_c128(bits: vec4<u32>) -> vec4<u32> {
    let real = key_f64(bits.xy);
    let imaginary = key_f64(bits.zw);
    let nan = imaginary.y == 0xffffffffu;
    let one = select(vec4<u32>(imaginary, real), vec4<u32>(real, 0xfffffffdu, 0xfffffffdu), nan);
    let other = select(vec4<u32>(imaginary, 0xfffffffeu, 0xfffffffeu), vec4<u32>(0xffffffffu), nan);
    return select(one, other, real.y == 0xffffffffu);
}

fn falling_f32(key: u32) -> u32 {
    return select(~key, key, key == 0xffffffffu);
}

fn falling_f64(key: vec2<u32>) -> vec2<u32> {
    return select(~key, key, key.y == 0xffffffffu);
}

// The number that the NaNs are sorted by falls too.
fn falling_c64(key: vec2<u32>) -> vec2<u32> {
    let nan = key.y > 0xff800000u;
    return vec2<u32>(falling_f32(key.x), select(~key.y, key.y, nan));
}

fn falling_c128(key: vec4<u32>) -> vec4<u32> {
    let nan = key.w > 0xfff00000u;
    return vec4<u32>(falling_f64(key.xy), select(~key.zw, key.zw, nan));
}
