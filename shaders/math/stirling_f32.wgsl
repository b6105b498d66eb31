// What gamma, lgamma and digamma of float32 share: the logarithm as the sum of two float32, Stirling's series, and
// sin(pi f). Only for the strict class: the sums and products below are exact where they say so.
//
// The logarithm: a = 2^k m, m in [0.6465, 1.293); m r = 1 + f, with one of four short r, so that |f| < 0.091 and f is
// known exactly. log(1 + f) = f - f^2/2 + s (f^2/2 + w p(w)), s = f / (2 + f), w = s^2, as in FreeBSD's log; f and
// f^2/2 are added without error. Error below 2^-35 or 2^-35 of the result; 63 operations.
//
// Stirling: (a + h) log a - a + log(2 pi)/2 + p(1/a^2)/a, for a from 2.5. With h = -1/2 it is log gamma(a), with h =
// 1/2 log gamma(a + 1). p is not the series but its best substitute for a >= 2.5, by our own Remez exchange. Products
// are split in halves by bit masks after T. J. Dekker (1971). 34 operations.

// A number as the sum of two, the second small beside the first.
struct StirlingF32 {
    head: vec4<f32>,
    tail: vec4<f32>,
}

// The upper half of the significand: products of two such halves are exact.
fn stirling_f32_half(x: vec4<f32>) -> vec4<f32> {
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(x) & vec4<u32>(0xfffff000u));
}

fn stirling_f32_log(a: vec4<f32>) -> StirlingF32 {
    let bits = bitcast<vec4<u32>>(a);
    // The bits of a subnormal, read as an integer, are a * 2^149.
    let subnormal = bits < vec4<u32>(0x00800000u);
    let normal = select(bits, bitcast<vec4<u32>>(vec4<f32>(bitcast<vec4<i32>>(bits))), subnormal);
    let shift = select(vec4<f32>(12582912.0), vec4<f32>(12583061.0), subnormal);
    let above = normal - vec4<u32>(0x3f258000u);
    let exponent = bitcast<vec4<u32>>(bitcast<vec4<i32>>(above) >> vec4<u32>(23u));
    let k = bitcast<vec4<f32>>(exponent + vec4<u32>(0x4b400000u)) - shift;
    let m = bitcast<vec4<f32>>((above & vec4<u32>(0x007fffffu)) + vec4<u32>(0x3f258000u));
    // r is about 1 / m, of 6 bits at most, so that its product with half of m is exact; r_log_head has 16 bits
    // after the point, as has that part of ln 2, so that their sum is exact.
    let first = m < vec4<f32>(0.7711);
    let second = m < vec4<f32>(0.9143);
    let third = m < vec4<f32>(1.0847);
    var r = select(vec4<f32>(0.84375), vec4<f32>(1.0), third);
    r = select(select(r, vec4<f32>(1.1875), second), vec4<f32>(1.40625), first);
    var r_log_head = select(vec4<f32>(0.169906616), vec4<f32>(0.0), third);
    r_log_head = select(r_log_head, vec4<f32>(-0.171844482), second);
    r_log_head = select(r_log_head, vec4<f32>(-0.340927124), first);
    var r_log_tail = select(vec4<f32>(-7.57941552e-06), vec4<f32>(0.0), third);
    r_log_tail = select(r_log_tail, vec4<f32>(-5.77450464e-06), second);
    r_log_tail = select(r_log_tail, vec4<f32>(5.3705287e-07), first);
    let m_half = stirling_f32_half(m);
    let f_high = m_half * r - 1.0;
    let f_low = (m - m_half) * r;
    let f = f_high + f_low;
    let f_tail = f_low - (f - f_high);
    let s = f / (2.0 + f);
    let w = s * s;
    let w2 = w * w;
    let f_half = stirling_f32_half(f);
    let square = 0.5 * (f_half * f_half);
    let square_tail = 0.5 * ((f - f_half) * (f + f_half));
    let cubic = s * ((square + square_tail) + w * (0.666666448 + w * 0.400707185));
    let base = k * 0.693145752 + r_log_head;
    let sum = base + f;
    let sum_tail = f - (sum - base);
    let head = sum - square;
    let head_tail = (sum - head) - square;
    let small = (k * 1.42860677e-06 + r_log_tail) + (sum_tail + head_tail);
    return StirlingF32(head, small + (cubic + (f_tail * (1.0 - f) - square_tail)));
}

fn stirling_f32(a: vec4<f32>, log: StirlingF32, h: vec4<f32>) -> StirlingF32 {
    let b = a + h;
    let b_tail = (a - b) + h;
    let b_half = stirling_f32_half(b);
    let log_half = stirling_f32_half(log.head);
    let log_rest = (log.head - log_half) + log.tail;
    let product = b_half * log_half;
    let product_tail = b_half * log_rest + ((b - b_half) + b_tail) * (log_half + log_rest);
    let head = product - a;
    let part = head - product;
    let head_tail = (product - (head - part)) - (a + part);
    let inverse = 1.0 / a;
    let v = inverse * inverse;
    let v2 = v * v;
    let series = inverse * ((0.0833333209 + v * -0.00277675921) + v2 * (0.000770572457 + v * -0.000386166794));
    let rest = (head_tail + product_tail) + (series + 1.56341766e-08);
    return StirlingF32(head, 0.918938518 + rest);
}

// sin(pi f) / pi - f, for |f| up to 1/2.
fn stirling_f32_sine(f: vec4<f32>) -> vec4<f32> {
    let z = f * f;
    let z2 = z * z;
    return (f * z) * ((-1.64493346 + z * 0.811718702) + z2 * (-0.190462872 + z * 0.0247567929));
}
