// Products that leave the other factor as it is where one is 1.

fn multiply_but_by_one_c64(x: C64, y: C64) -> C64 {
    let product = multiply_c64(x, y);
    let x_is_one = (x.re == vec4<f32>(1.0)) & (x.im == vec4<f32>(0.0));
    let y_is_one = (y.re == vec4<f32>(1.0)) & (y.im == vec4<f32>(0.0));
    let re = select(select(product.re, x.re, y_is_one), y.re, x_is_one);
    let im = select(select(product.im, x.im, y_is_one), y.im, x_is_one);
    return C64(re, im);
}
