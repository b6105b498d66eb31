// Powers of 32-bit integers, by squaring from the lowest bit of the exponent, wrapping as NumPy's. A loop of as many
// rounds as the longest exponent of the four has bits, of 7 operations, two multiplications among them.

fn pow_u32(x1: vec4<u32>, x2: vec4<u32>) -> vec4<u32> {
    var base = x1;
    var exponent = x2;
    var result = vec4<u32>(1u);
    for (var bit = 0u; bit < 32u; bit += 1u) {
        if all(exponent == vec4<u32>(0u)) {
            break;
        }
        result = select(result, result * base, (exponent & vec4<u32>(1u)) != vec4<u32>(0u));
        base = base * base;
        exponent = exponent >> vec4<u32>(1u);
    }
    return result;
}

// A negative exponent (NumPy raises an error) gives the power rounded towards 0: 0, or 1 and -1 for those bases.
fn pow_i32(x1: vec4<i32>, x2: vec4<i32>) -> vec4<i32> {
    let negative = x2 < vec4<i32>(0i);
    let exponent = bitcast<vec4<u32>>(select(x2, vec4<i32>(0i), negative));
    let power = bitcast<vec4<i32>>(pow_u32(bitcast<vec4<u32>>(x1), exponent));
    let odd = (x2 & vec4<i32>(1i)) != vec4<i32>(0i);
    let unit = (x1 == vec4<i32>(1i)) | (x1 == vec4<i32>(-1i));
    let below = select(vec4<i32>(0i), select(vec4<i32>(1i), x1, odd), unit);
    return select(power, below, negative);
}
