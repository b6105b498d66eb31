// Greatest common divisor and least common multiple of 32-bit integers. Binary: J. Stein, "Computational problems
// associated with Racah algebra", J. Comp. Phys. 1 (1967): of two odd numbers the greater becomes their difference,
// without its zeros. Each round halves the product at least, so 65 rounds always do; most pairs take about 22.

// The shift that removes the zeros at the end; 0 for 0.
fn gcd_u32_zeros(x: vec4<u32>) -> vec4<u32> {
    return countTrailingZeros(x) & vec4<u32>(31u);
}

fn gcd_u32(x1: vec4<u32>, x2: vec4<u32>) -> vec4<u32> {
    // gcd(0, x2) as gcd(x2, x2): x1 is never 0 below but where both are.
    let first = select(x1, x2, x1 == vec4<u32>(0u));
    let shift = gcd_u32_zeros(x1 | x2);
    var a = first >> gcd_u32_zeros(first);
    var b = x2;
    for (var round = 0u; round < 65u; round += 1u) {
        if all(b == vec4<u32>(0u)) {
            break;
        }
        // A finished lane does no harm: its b is a, and becomes 0 again.
        b = select(b >> gcd_u32_zeros(b), a, b == vec4<u32>(0u));
        let less = min(a, b);
        b = max(a, b) - less;
        a = less;
    }
    return a << shift;
}

fn lcm_u32(x1: vec4<u32>, x2: vec4<u32>) -> vec4<u32> {
    let divisor = max(gcd_u32(x1, x2), vec4<u32>(1u));
    return (x1 / divisor) * x2;
}

// Of the magnitudes, the result's sign bit as it falls: of the least integer and 0 it is the least integer.
fn gcd_i32(x1: vec4<i32>, x2: vec4<i32>) -> vec4<i32> {
    return bitcast<vec4<i32>>(gcd_u32(gcd_u32_size(x1), gcd_u32_size(x2)));
}

fn lcm_i32(x1: vec4<i32>, x2: vec4<i32>) -> vec4<i32> {
    return bitcast<vec4<i32>>(lcm_u32(gcd_u32_size(x1), gcd_u32_size(x2)));
}

fn gcd_u32_size(x: vec4<i32>) -> vec4<u32> {
    let raw = bitcast<vec4<u32>>(x);
    return select(raw, vec4<u32>(0u) - raw, x < vec4<i32>(0i));
}
