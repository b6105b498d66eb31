// float16 by WGSL's own functions, for devices on which the probe found them exact. They stand for the functions
// of float16.wgsl with the same names.

fn words_packed_f16(x: vec4<f32>) -> vec2<u32> {
    return vec2<u32>(pack2x16float(x.xy), pack2x16float(x.zw));
}

fn from_words_packed_f16(words: vec2<u32>) -> vec4<f32> {
    return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}

fn bits_packed_f16(x: vec4<f32>) -> vec4<u32> {
    let words = words_packed_f16(x);
    return vec4<u32>(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u);
}

fn from_bits_packed_f16(half: vec4<u32>) -> vec4<f32> {
    return from_words_packed_f16(vec2<u32>(half.x | (half.y << 16u), half.z | (half.w << 16u)));
}
