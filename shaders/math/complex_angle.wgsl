// The angle from the positive real axis, in (-pi, pi], and -pi below the negative one.
fn angle_c64(x: C64) -> vec4<f32> {
    return atan2_f32(x.im, x.re);
}
