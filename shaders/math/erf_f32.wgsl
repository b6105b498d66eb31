// The error function of float32, four at a time. Only for the strict class.
//
// Method: below 1.25, x + x p(x^2). From there 1 - q(x - 2)^8, where q stands for erfc^(1/8): only its absolute error
// counts, and a root so high is nearly a straight line, so that no exp is needed; the idea of a power of a polynomial
// is C. Hastings's ("Approximations for Digital Computers", 1955). Polynomials by our own Remez exchange. Beyond 4 the
// result is 1. Worst error 2.34 ulp over all float32 from 1/4 to 4.1 (at 1.25), 0.78 ulp in samples below; 45
// operations.
fn erf_f32(x: vec4<f32>) -> vec4<f32> {
    let size = abs(x);
    let z = x * x;
    let z2 = z * z;
    let s_4 = (0.00520750321 + z * -0.000832426595) + z2 * (0.000103181686 + z * -7.42706789e-06);
    let small = x + x * ((0.128379166 + z * -0.376126289) + z2 * ((0.112836584 + z * -0.0268594995) + z2 * s_4));
    let inside = select(size, vec4<f32>(4.0), size > vec4<f32>(4.0));
    let u = inside - 2.0;
    let u2 = u * u;
    let q_4 = (-0.000664159888 + u * 0.000175623019) + u2 * 1.09007851e-05;
    let q_1 = (-0.282427073 + u * 0.0189382471) + u2 * ((0.017205786 + u * -0.00280075241) + u2 * q_4);
    let root = 0.511392593 + u * q_1;
    let square = root * root;
    let fourth = square * square;
    let sign = bitcast<vec4<u32>>(x) & vec4<u32>(0x80000000u);
    let large = bitcast<vec4<f32>>(bitcast<vec4<u32>>(1.0 - fourth * fourth) | sign);
    return select(small, large, size >= vec4<f32>(1.25));
}
