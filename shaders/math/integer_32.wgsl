// Division, remainders, shifts and bit counts of 32-bit integers, exactly as NumPy's. A zero divisor gives 0, and the
// least integer divided by -1 gives itself, remainder 0: in both cases 1 takes the divisor's place, since SPIR-V leaves
// the result undefined (and lanes past the end hold anything). Narrower integers are wrapped by the caller.

fn integer_divisor_i32(x1: vec4<i32>, x2: vec4<i32>) -> vec4<i32> {
    let least = vec4<i32>(-2147483648);
    return select(x2, vec4<i32>(1i), (x2 == vec4<i32>(0i)) | ((x2 == vec4<i32>(-1i)) & (x1 == least)));
}

// Rounded down. 16 operations and the division.
fn floor_divide_i32(x1: vec4<i32>, x2: vec4<i32>) -> vec4<i32> {
    let divisor = integer_divisor_i32(x1, x2);
    let quotient = x1 / divisor;
    let rest = x1 - quotient * divisor;
    let below = (rest != vec4<i32>(0i)) & ((rest ^ divisor) < vec4<i32>(0i));
    let floored = select(quotient, quotient - vec4<i32>(1i), below);
    return select(floored, vec4<i32>(0i), x2 == vec4<i32>(0i));
}

// The rest has the divisor's sign, as Python's.
fn remainder_i32(x1: vec4<i32>, x2: vec4<i32>) -> vec4<i32> {
    let divisor = integer_divisor_i32(x1, x2);
    let rest = x1 - (x1 / divisor) * divisor;
    let below = (rest != vec4<i32>(0i)) & ((rest ^ divisor) < vec4<i32>(0i));
    return select(rest, rest + divisor, below);
}

// The rest has the dividend's sign, as C's.
fn fmod_i32(x1: vec4<i32>, x2: vec4<i32>) -> vec4<i32> {
    let divisor = integer_divisor_i32(x1, x2);
    return x1 - (x1 / divisor) * divisor;
}

fn floor_divide_u32(x1: vec4<u32>, x2: vec4<u32>) -> vec4<u32> {
    let zero = x2 == vec4<u32>(0u);
    return select(x1 / select(x2, vec4<u32>(1u), zero), vec4<u32>(0u), zero);
}

fn remainder_u32(x1: vec4<u32>, x2: vec4<u32>) -> vec4<u32> {
    let divisor = select(x2, vec4<u32>(1u), x2 == vec4<u32>(0u));
    return x1 - (x1 / divisor) * divisor;
}

fn fmod_u32(x1: vec4<u32>, x2: vec4<u32>) -> vec4<u32> {
    return remainder_u32(x1, x2);
}

// Shifts by the dtype's width or more leave 0, or the sign of what is shifted right; negative amounts do the same,
// because NumPy reads them as huge ones. `bits` is the dtype's width, which may be less than 32.
fn left_shift_i32(x: vec4<i32>, amount: vec4<i32>, bits: u32) -> vec4<i32> {
    let size = bitcast<vec4<u32>>(amount);
    return select(vec4<i32>(0i), x << (size & vec4<u32>(31u)), size < vec4<u32>(bits));
}

fn left_shift_u32(x: vec4<u32>, amount: vec4<u32>, bits: u32) -> vec4<u32> {
    let size = amount;
    return select(vec4<u32>(0u), x << (size & vec4<u32>(31u)), size < vec4<u32>(bits));
}

fn right_shift_i32(x: vec4<i32>, amount: vec4<i32>, bits: u32) -> vec4<i32> {
    let size = bitcast<vec4<u32>>(amount);
    let sign = x >> vec4<u32>(31u);
    return select(sign, x >> (size & vec4<u32>(31u)), size < vec4<u32>(bits));
}

fn right_shift_u32(x: vec4<u32>, amount: vec4<u32>, bits: u32) -> vec4<u32> {
    let size = amount;
    return select(vec4<u32>(0u), x >> (size & vec4<u32>(31u)), size < vec4<u32>(bits));
}

fn sign_i32(x: vec4<i32>) -> vec4<i32> {
    return sign(x);
}

fn sign_u32(x: vec4<u32>) -> vec4<u32> {
    return min(x, vec4<u32>(1u));
}

// The ones of |x|; the least integer's magnitude is one bit, also in 8 and 16 bits.
fn bit_count_i32(x: vec4<i32>) -> vec4<u32> {
    let raw = bitcast<vec4<u32>>(x);
    return bit_count_u32(select(raw, vec4<u32>(0u) - raw, x < vec4<i32>(0i)));
}

fn bit_count_u32(x: vec4<u32>) -> vec4<u32> {
    return countOneBits(x);
}
