// exp, expm1 and exp2 of complex numbers: e^a (cos b + i sin b). Where e^a overflows, a part may still be finite: a is
// then taken in up to three steps, whose factors are all at least 1, so that what overflows on the way overflows at
// the end. Special cases as in C99, annex G.
// Worst errors found over some 45000 arguments of each width, in ulp of the result's larger part: exp 2.5 (complex64)
// and 2.1 (complex128), expm1 2.5 and 2.2; exp2 3.5 and 3.8 up to |b| = 2^26 and 2^54, where its angle is known no
// better than that. About 25 operations beside those of exp, sin and cos.

// The real part with 0, 1 or 2 steps taken away, and the factors that stand for them.
struct ComplexStepsC64 {
    rest: vec4<f32>,
    once: vec4<f32>,
    twice: vec4<f32>,
}

fn complex_exp_steps_c64(a: vec4<f32>, step: vec4<f32>, factor: vec4<f32>) -> ComplexStepsC64 {
    let first = a > step;
    let second = a > step + step;
    let rest = a - select(select(vec4<f32>(0.0), step, first), step + step, second);
    let once = select(vec4<f32>(1.0), factor, first);
    return ComplexStepsC64(rest, once, select(vec4<f32>(1.0), factor, second));
}

// `turn` times a size, where b is finite and not 0; else as the real part alone says.
fn complex_exp_cases_c64(x: C64, turn: C64, size: vec4<f32>, steps: ComplexStepsC64) -> C64 {
    let endless = complex_endless_f32(x.im);
    var re = ((turn.re * steps.once) * steps.twice) * size;
    var im = ((turn.im * steps.once) * steps.twice) * size;
    // e^-inf is 0 whatever the angle; e^inf has at least its size.
    let known = endless & is_infinite_c64(x.re);
    re = select(re, size, known);
    im = select(im, complex_copysign_f32(size, x.im), known & (x.re < vec4<f32>(0.0)));
    return C64(re, select(im, x.im, x.im == vec4<f32>(0.0)));
}

fn exp_c64(x: C64) -> C64 {
    let steps = complex_exp_steps_c64(x.re, complex_exp_step_f32(), complex_exp_factor_f32());
    return complex_exp_cases_c64(x, complex_cis_f32(x.im), exp_f32(steps.rest), steps);
}

// e^a cos b - 1 = (e^a - 1) cos b - (1 - cos b), and 1 - cos b = sin^2 b / (1 + cos b), which does not cancel where the
// cosine is positive. The two may cancel one another, but only where the imaginary part is much larger.
fn expm1_c64(x: C64) -> C64 {
    let steps = complex_exp_steps_c64(x.re, complex_exp_step_f32(), complex_exp_factor_f32());
    let turn = complex_cis_f32(x.im);
    let whole = complex_exp_cases_c64(x, turn, exp_f32(steps.rest), steps);
    let one = vec4<f32>(1.0);
    let right = turn.re > vec4<f32>(0.0);
    let missing = select(one - turn.re, (turn.im * turn.im) / (one + turn.re), right);
    let near = expm1_f32(x.re) * turn.re - missing;
    // Beyond one step, and where a is infinite, the 1 is taken off at the end.
    let far = (x.re > complex_exp_step_f32()) | is_infinite_c64(x.re);
    return C64(select(near, whole.re - one, far), whole.im);
}

// 2^a (cos(b ln 2) + i sin(b ln 2)). The angle is kept to twice the width.
fn exp2_c64(x: C64) -> C64 {
    let steps = complex_exp_steps_c64(x.re, complex_exp2_step_f32(), complex_exp2_factor_f32());
    let angle = complex_times_ln2_f32(x.im);
    let near = complex_cis_f32(angle.re);
    var turn = C64(near.re - angle.im * near.im, near.im + angle.im * near.re);
    let large = abs(x.im) > complex_far_turn_f32();
    if any(large) {
        let wide = multiply_c64(near, complex_cis_f32(angle.im));
        turn = C64(select(turn.re, wide.re, large), select(turn.im, wide.im, large));
    }
    return complex_exp_cases_c64(x, turn, exp2_f32(steps.rest), steps);
}
