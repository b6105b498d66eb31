// The error function of float64, four at a time. Only for the strict class.
//
// Method: as erf_f32, with longer polynomials; beyond 6 the result is 1. Worst error found 2.22 ulp in 220 000 samples
// (at 1.25); 75 operations.
fn erf_f64(x: vec4<f64>) -> vec4<f64> {
    let size = abs(x);
    let z = x * x;
    let z2 = z * z;
    let s_12 = 8.9486888573851127e-11lf + z * -4.2479273422987576e-12lf;
    let s_10 = (1.4855768071807802e-08lf + z * -1.2347966105924548e-09lf) + z2 * s_12;
    let s_8 = (1.6463694454166816e-06lf + z * -1.6377408487114915e-07lf) + z2 * s_10;
    let s_6 = (0.0001205534112175695lf + z * -1.4925789541159421e-05lf) + z2 * s_8;
    let s_4 = (0.0052239776331440861lf + z * -0.00085483273373371195lf) + z2 * s_6;
    let s_2 = (0.11283791670963579lf + z * -0.026866170646251221lf) + z2 * s_4;
    let small = x + x * ((0.12837916709551259lf + z * -0.37612638903184004lf) + z2 * s_2);
    let inside = select(size, vec4<f64>(6.0lf), size > vec4<f64>(6.0lf));
    let u = inside - 2.0lf;
    let u2 = u * u;
    let q_14 = -1.252679096670706e-11lf + u * 9.4541671094894946e-13lf;
    let q_12 = (4.5646021465862848e-10lf + u * 3.7498689822590089e-11lf) + u2 * q_14;
    let q_10 = (-1.358174967153756e-09lf + u * -4.037823471937764e-09lf) + u2 * q_12;
    let q_8 = (1.7573298775772593e-07lf + u * 1.1366551713996051e-07lf) + u2 * q_10;
    let q_6 = (7.1328564204751455e-06lf + u * -5.9733867691434315e-06lf) + u2 * q_8;
    let q_4 = (-0.00065584042181592505lf + u * 0.00018642978229690719lf) + u2 * q_6;
    let q_2 = (0.017202182838064347lf + u * -0.0028042265483049452lf) + u2 * q_4;
    let q_1 = (-0.28242685069871287lf + u * 0.01893803288352033lf) + u2 * q_2;
    let root = 0.51139261443906348lf + u * q_1;
    let square = root * root;
    let fourth = square * square;
    let sign = bitcast<vec4<u64>>(x) & vec4<u64>(0x8000000000000000lu);
    let large = bitcast<vec4<f64>>(bitcast<vec4<u64>>(1.0lf - fourth * fourth) | sign);
    return select(small, large, size >= vec4<f64>(1.25lf));
}
