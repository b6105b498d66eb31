// Cube root of float32, four at a time. Only for the strict class.
//
// Method: W. Kahan, "Computing a real cube root" (1991): a third of the bits is a first guess, here of |x|^(-1/3), so
// that it is made better without a division: with w = |x| guess^3, from 0.87 to 1.07, it is multiplied by a quadratic
// near w^(-1/3) (2^-14.5, by our own minimax fit). The cube root that follows from it is rounded to 8 bits, so that
// its cube is exact, and one step of Halley's iteration does the rest. All of it between 2^-53 and 2^128: arguments
// below 1 are multiplied by 2^96, and nothing on the way flushes or overflows.
// Worst error over all 2^31 positive arguments 0.836 ulp; 37 operations, one of them a division.
fn cbrt_f32(x: vec4<f32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(x);
    let size = bits & vec4<u32>(0x7fffffffu);
    let small = size < vec4<u32>(0x3f800000u);
    let scaled = bitcast<vec4<f32>>(size) * select(vec4<f32>(1.0), vec4<f32>(79228162514264337593543950336.0), small);
    // The bits of a subnormal, read as an integer, are x * 2^149.
    let subnormal = vec4<f32>(bitcast<vec4<i32>>(size)) * 1.11022302e-16;
    let a = select(scaled, subnormal, size < vec4<u32>(0x00800000u));
    let third = vec4<i32>(vec4<f32>(bitcast<vec4<i32>>(a)) * 0.333333343);
    let guess = bitcast<vec4<f32>>(vec4<i32>(0x54a00000) - third);
    let w = (a * guess) * (guess * guess);
    let inverse = guess * (1.57355595 + w * (-0.813065231 + w * 0.239474609));
    let root = (a * inverse) * inverse;
    let t = bitcast<vec4<f32>>((bitcast<vec4<u32>>(root) + vec4<u32>(0x8000u)) & vec4<u32>(0xffff0000u));
    let cube = (t * t) * t;
    let third_off = (a - cube) * 0.333333343;
    let y = t + t * (third_off / (cube + third_off));
    let result = y * select(vec4<f32>(1.0), vec4<f32>(2.32830644e-10), small);
    let signed = bitcast<vec4<u32>>(result) | (bits & vec4<u32>(0x80000000u));
    // 0, inf and NaN.
    let kept = size - vec4<u32>(1u) >= vec4<u32>(0x7f7fffffu);
    return bitcast<vec4<f32>>(select(signed, bits, kept));
}
