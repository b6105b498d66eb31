// sqrt(x^2 + y^2) of float64, four at a time, without overflow or underflow: both are multiplied by a power of two
// where a square would leave the range; the smaller square underflows only where it is nothing beside the larger one.
// inf beside NaN gives inf, as C99 Annex F has it.
// Worst error found 1.15 ulp; 21 operations. Only for the strict class.
fn hypot_f64(x: vec4<f64>, y: vec4<f64>) -> vec4<f64> {
    let x_size = abs(x);
    let y_size = abs(y);
    let larger = select(x_size, y_size, y_size > x_size);
    let great = larger > vec4<f64>(3.273390607896142e+150lf);
    let small = larger < vec4<f64>(3.054936363499605e-151lf);
    let down = select(vec4<f64>(1.0lf), vec4<f64>(2.409919865102884e-181lf), great);
    let up = select(vec4<f64>(1.0lf), vec4<f64>(4.149515568880993e+180lf), great);
    let factor = select(down, vec4<f64>(4.149515568880993e+180lf), small);
    let back = select(up, vec4<f64>(2.409919865102884e-181lf), small);
    let a = x_size * factor;
    let b = y_size * factor;
    let result = sqrt(a * a + b * b) * back;
    var infinity_bits = vec4<u64>(0x7ff0000000000000lu);
    let infinity = bitcast<vec4<f64>>(infinity_bits);
    return select(result, infinity, (x_size == infinity) | (y_size == infinity));
}
