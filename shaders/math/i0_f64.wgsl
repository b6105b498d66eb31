// The modified Bessel function of the first kind of order 0, of float64, four at a time. Only for the strict class.
//
// Method: as i0_f32, with longer polynomials. numpy.i0 overflows from 709.8 on; this does from 713.98 on, where I0
// does. Worst error found 3.39 ulp in 280 000 samples; 149 operations.
fn i0_f64(x: vec4<f64>) -> vec4<f64> {
    let size = abs(x);
    let a = select(size, vec4<f64>(720.0lf), size > vec4<f64>(720.0lf));
    let z = a * a;
    let head = bitcast<vec4<f64>>(bitcast<vec4<u64>>(a) & vec4<u64>(0xfffffffff8000000lu));
    let left_over = (head * head - z) + (a - head) * (a + head);
    let s_13 = 3.9323319410517003e-28lf + z * (4.2040660594742684e-31lf + z * 8.5588985404562041e-34lf);
    let s_10 = 7.2420836298383625e-20lf + z * (1.4967631585835722e-22lf + z * (2.5903460541872242e-25lf + z * s_13));
    let s_7 = 2.4028075652331184e-12lf + z * (9.3859659228712617e-15lf + z * (2.8969085020526571e-17lf + z * s_10));
    let s_4 = 6.7816840277736236e-06lf + z * (6.7816840278820634e-08lf + z * (4.709502795484659e-10lf + z * s_7));
    let series = 1.0lf + z * (0.25lf + z * (0.015624999999999993lf + z * (0.00043402777777778648lf + z * s_4)));
    let d_1 = -0.011013808396444273lf + z * (0.00025959543350343903lf + z * -2.0289431895864662e-06lf);
    let slope = 0.22639054909010925lf + z * d_1;
    let small = series + series * (left_over * slope);
    let t = 1.0lf / a;
    let u = 16.0lf * t - 1.0lf;
    let u2 = u * u;
    let g_22 = -2.2541445730211581e-11lf + u * -5.7786351095984935e-11lf;
    let g_20 = (1.6564626365833833e-10lf + u * 4.4115424520483836e-10lf) + u2 * g_22;
    let g_18 = (-6.0303159867051078e-10lf + u * -1.5776975650486763e-09lf) + u2 * g_20;
    let g_16 = (1.563856238514339e-09lf + u * 3.5791592189692743e-09lf) + u2 * g_18;
    let g_14 = (-3.5441497673278456e-09lf + u * -5.9008390767430314e-09lf) + u2 * g_16;
    let g_12 = (7.5742482393377935e-09lf + u * 7.3994952618639617e-09lf) + u2 * g_14;
    let g_10 = (-1.3416954313685836e-08lf + u * -5.3927661936930628e-09lf) + u2 * g_12;
    let g_8 = (7.5566007434580059e-09lf + u * -6.7506805165184282e-09lf) + u2 * g_10;
    let g_6 = (3.9325567300578338e-08lf + u * 2.1548851955788727e-08lf) + u2 * g_8;
    let g_4 = (2.9735988094898993e-07lf + u * 8.8722154567478069e-08lf) + u2 * g_6;
    let g_2 = (1.114303379011944e-05lf + u * 1.4838475677567108e-06lf) + u2 * g_4;
    let g_1 = (0.0033605519836678705lf + u * 0.00013621607439189839lf) + u2 * g_2;
    let scaled = (0.4021765094450081lf + u * g_1) * sqrt(t);
    let e = special_exp_f64(a, vec4<f64>(0.0lf));
    let large = special_scale_f64(scaled + scaled * e.rest, e.n);
    let result = select(small, large, a > vec4<f64>(8.0lf));
    let is_nan = (bitcast<vec4<u64>>(x) & vec4<u64>(0x7ffffffffffffffflu)) > vec4<u64>(0x7ff0000000000000lu);
    return select(result, x, is_nan);
}
