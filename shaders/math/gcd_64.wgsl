// Greatest common divisor and least common multiple of 64-bit integers. Binary: J. Stein, "Computational problems
// associated with Racah algebra", J. Comp. Phys. 1 (1967): of two odd numbers the greater becomes their difference,
// without its zeros. Each round halves the product at least, so 129 rounds always do; most pairs take about 45.

// The shift that removes the zeros at the end; 0 for 0.
fn gcd_u64_zeros(x: vec4<u64>) -> vec4<u32> {
    let low = vec4<u32>(x);
    let high = countTrailingZeros(vec4<u32>(x >> vec4<u32>(32u))) + vec4<u32>(32u);
    return select(countTrailingZeros(low), high, low == vec4<u32>(0u)) & vec4<u32>(63u);
}

fn gcd_u64(x1: vec4<u64>, x2: vec4<u64>) -> vec4<u64> {
    // gcd(0, x2) as gcd(x2, x2): x1 is never 0 below but where both are.
    let first = select(x1, x2, x1 == vec4<u64>(0lu));
    let shift = gcd_u64_zeros(x1 | x2);
    var a = first >> gcd_u64_zeros(first);
    var b = x2;
    for (var round = 0u; round < 129u; round += 1u) {
        if all(b == vec4<u64>(0lu)) {
            break;
        }
        // A finished lane does no harm: its b is a, and becomes 0 again.
        b = select(b >> gcd_u64_zeros(b), a, b == vec4<u64>(0lu));
        let less = min(a, b);
        b = max(a, b) - less;
        a = less;
    }
    return a << shift;
}

fn lcm_u64(x1: vec4<u64>, x2: vec4<u64>) -> vec4<u64> {
    let divisor = max(gcd_u64(x1, x2), vec4<u64>(1lu));
    return (x1 / divisor) * x2;
}

// Of the magnitudes, the result's sign bit as it falls: of the least integer and 0 it is the least integer.
fn gcd_i64(x1: vec4<i64>, x2: vec4<i64>) -> vec4<i64> {
    return bitcast<vec4<i64>>(gcd_u64(gcd_u64_size(x1), gcd_u64_size(x2)));
}

fn lcm_i64(x1: vec4<i64>, x2: vec4<i64>) -> vec4<i64> {
    return bitcast<vec4<i64>>(lcm_u64(gcd_u64_size(x1), gcd_u64_size(x2)));
}

fn gcd_u64_size(x: vec4<i64>) -> vec4<u64> {
    let raw = bitcast<vec4<u64>>(x);
    return select(raw, vec4<u64>(0lu) - raw, x < vec4<i64>(0li));
}
