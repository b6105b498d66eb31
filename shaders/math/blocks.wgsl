// Four elements of 32 or 16 bits in words of 64 bits.

fn unpack_block(words: vec2<u64>) -> vec4<u32> {
    return vec4<u32>(u32(words.x), u32(words.x >> 32u), u32(words.y), u32(words.y >> 32u));
}

fn pack_block(elements: vec4<u32>) -> vec2<u64> {
    return vec2<u64>(
        u64(elements.x) | (u64(elements.y) << 32u),
        u64(elements.z) | (u64(elements.w) << 32u),
    );
}

fn pack_words(words: vec2<u32>) -> u64 {
    return u64(words.x) | (u64(words.y) << 32u);
}
