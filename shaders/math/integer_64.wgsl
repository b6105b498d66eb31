// Division, remainders, shifts and bit counts of 64-bit integers, exactly as NumPy's. A zero divisor gives 0, and the
// least integer divided by -1 gives itself, remainder 0: in both cases 1 takes the divisor's place, since SPIR-V leaves
// the result undefined (and lanes past the end hold anything). Narrower integers are wrapped by the caller.

fn integer_divisor_i64(x1: vec4<i64>, x2: vec4<i64>) -> vec4<i64> {
    let least = vec4<i64>(bitcast<i64>(0x8000000000000000lu));
    return select(x2, vec4<i64>(1li), (x2 == vec4<i64>(0li)) | ((x2 == vec4<i64>(-1li)) & (x1 == least)));
}

// Rounded down. 16 operations and the division.
fn floor_divide_i64(x1: vec4<i64>, x2: vec4<i64>) -> vec4<i64> {
    let divisor = integer_divisor_i64(x1, x2);
    let quotient = x1 / divisor;
    let rest = x1 - quotient * divisor;
    let below = (rest != vec4<i64>(0li)) & ((rest ^ divisor) < vec4<i64>(0li));
    let floored = select(quotient, quotient - vec4<i64>(1li), below);
    return select(floored, vec4<i64>(0li), x2 == vec4<i64>(0li));
}

// The rest has the divisor's sign, as Python's.
fn remainder_i64(x1: vec4<i64>, x2: vec4<i64>) -> vec4<i64> {
    let divisor = integer_divisor_i64(x1, x2);
    let rest = x1 - (x1 / divisor) * divisor;
    let below = (rest != vec4<i64>(0li)) & ((rest ^ divisor) < vec4<i64>(0li));
    return select(rest, rest + divisor, below);
}

// The rest has the dividend's sign, as C's.
fn fmod_i64(x1: vec4<i64>, x2: vec4<i64>) -> vec4<i64> {
    let divisor = integer_divisor_i64(x1, x2);
    return x1 - (x1 / divisor) * divisor;
}

fn floor_divide_u64(x1: vec4<u64>, x2: vec4<u64>) -> vec4<u64> {
    let zero = x2 == vec4<u64>(0lu);
    return select(x1 / select(x2, vec4<u64>(1lu), zero), vec4<u64>(0lu), zero);
}

fn remainder_u64(x1: vec4<u64>, x2: vec4<u64>) -> vec4<u64> {
    let divisor = select(x2, vec4<u64>(1lu), x2 == vec4<u64>(0lu));
    return x1 - (x1 / divisor) * divisor;
}

fn fmod_u64(x1: vec4<u64>, x2: vec4<u64>) -> vec4<u64> {
    return remainder_u64(x1, x2);
}

// Shifts by the dtype's width or more leave 0, or the sign of what is shifted right; negative amounts do the same,
// because NumPy reads them as huge ones. `bits` is the dtype's width, which may be less than 64.
fn left_shift_i64(x: vec4<i64>, amount: vec4<i64>, bits: u32) -> vec4<i64> {
    let size = bitcast<vec4<u64>>(amount);
    return select(vec4<i64>(0li), x << (vec4<u32>(size) & vec4<u32>(63u)), size < vec4<u64>(u64(bits)));
}

fn left_shift_u64(x: vec4<u64>, amount: vec4<u64>, bits: u32) -> vec4<u64> {
    let size = amount;
    return select(vec4<u64>(0lu), x << (vec4<u32>(size) & vec4<u32>(63u)), size < vec4<u64>(u64(bits)));
}

fn right_shift_i64(x: vec4<i64>, amount: vec4<i64>, bits: u32) -> vec4<i64> {
    let size = bitcast<vec4<u64>>(amount);
    let sign = x >> vec4<u32>(63u);
    return select(sign, x >> (vec4<u32>(size) & vec4<u32>(63u)), size < vec4<u64>(u64(bits)));
}

fn right_shift_u64(x: vec4<u64>, amount: vec4<u64>, bits: u32) -> vec4<u64> {
    let size = amount;
    return select(vec4<u64>(0lu), x >> (vec4<u32>(size) & vec4<u32>(63u)), size < vec4<u64>(u64(bits)));
}

fn sign_i64(x: vec4<i64>) -> vec4<i64> {
    return sign(x);
}

fn sign_u64(x: vec4<u64>) -> vec4<u64> {
    return min(x, vec4<u64>(1lu));
}

// The ones of |x|; the least integer's magnitude is one bit, also in 8 and 16 bits.
fn bit_count_i64(x: vec4<i64>) -> vec4<u32> {
    let raw = bitcast<vec4<u64>>(x);
    return bit_count_u64(select(raw, vec4<u64>(0lu) - raw, x < vec4<i64>(0li)));
}

fn bit_count_u64(x: vec4<u64>) -> vec4<u32> {
    return countOneBits(vec4<u32>(x)) + countOneBits(vec4<u32>(x >> vec4<u32>(32u)));
}
