// Powers of 64-bit integers, by squaring from the lowest bit of the exponent, wrapping as NumPy's. A loop of as many
// rounds as the longest exponent of the four has bits, of 7 operations, two multiplications among them.

fn pow_u64(x1: vec4<u64>, x2: vec4<u64>) -> vec4<u64> {
    var base = x1;
    var exponent = x2;
    var result = vec4<u64>(1lu);
    for (var bit = 0u; bit < 64u; bit += 1u) {
        if all(exponent == vec4<u64>(0lu)) {
            break;
        }
        result = select(result, result * base, (exponent & vec4<u64>(1lu)) != vec4<u64>(0lu));
        base = base * base;
        exponent = exponent >> vec4<u32>(1u);
    }
    return result;
}

// A negative exponent (NumPy raises an error) gives the power rounded towards 0: 0, or 1 and -1 for those bases.
fn pow_i64(x1: vec4<i64>, x2: vec4<i64>) -> vec4<i64> {
    let negative = x2 < vec4<i64>(0li);
    let exponent = bitcast<vec4<u64>>(select(x2, vec4<i64>(0li), negative));
    let power = bitcast<vec4<i64>>(pow_u64(bitcast<vec4<u64>>(x1), exponent));
    let odd = (x2 & vec4<i64>(1li)) != vec4<i64>(0li);
    let unit = (x1 == vec4<i64>(1li)) | (x1 == vec4<i64>(-1li));
    let below = select(vec4<i64>(0li), select(vec4<i64>(1li), x1, odd), unit);
    return select(power, below, negative);
}
