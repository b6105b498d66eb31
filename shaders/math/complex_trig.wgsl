// sinh, cosh, tanh and, through a quarter turn, sin, cos, tan of complex numbers. Special cases as in C99, annex G.
// Worst errors found over some 45000 arguments of each width, in ulp of the result's larger part: sin and sinh 2.8
// (complex64) and 2.9 (complex128), cos and cosh 2.7 and 2.5, tan and tanh 3.7 and 4.0. About 35 operations beside
// those of expm1, sin and cos.

// cosh a + i sinh a of a size a, both from e = exp(a) - 1: cosh a = (1 + e + 1/(1 + e)) / 2 and
// sinh a = (e + e/(1 + e)) / 2. Where steps were taken, exp(rest) for both.
fn complex_hyperbolic_c64(steps: ComplexStepsC64) -> C64 {
    let one = vec4<f32>(1.0);
    let half = vec4<f32>(0.5);
    let less = expm1_f32(steps.rest);
    let whole = one + less;
    let inverse = one / whole;
    let stepped = steps.once > one;
    return C64(
        select(half * (whole + inverse), whole, stepped),
        select(half * (less + less * inverse), whole, stepped),
    );
}

// exp is taken in steps as in exp_c64; the first factor stands for exp(step) / 2.
fn complex_hyperbolic_steps_c64(a: vec4<f32>) -> ComplexStepsC64 {
    let half = complex_exp_factor_f32() * vec4<f32>(0.5);
    var steps = complex_exp_steps_c64(abs(a), complex_exp_step_f32(), complex_exp_factor_f32());
    steps.once = select(vec4<f32>(1.0), half, steps.once > vec4<f32>(1.0));
    return steps;
}

// sinh a cos b + i cosh a sin b.
fn sinh_c64(x: C64) -> C64 {
    let steps = complex_hyperbolic_steps_c64(x.re);
    let size = complex_hyperbolic_c64(steps);
    let turn = complex_cis_f32(x.im);
    let sine = complex_copysign_f32(size.im, x.re);
    var re = ((turn.re * steps.once) * steps.twice) * sine;
    let im = ((turn.im * steps.once) * steps.twice) * size.re;
    // 0 and inf stay what they are where the angle is none, but for the sign of inf, which NumPy drops.
    let endless = complex_endless_f32(x.im);
    re = select(re, x.re, endless & (x.re == vec4<f32>(0.0)));
    re = select(re, abs(x.re), endless & is_infinite_c64(x.re));
    return C64(re, select(im, x.im, x.im == vec4<f32>(0.0)));
}

// cosh a cos b + i sinh a sin b.
fn cosh_c64(x: C64) -> C64 {
    let steps = complex_hyperbolic_steps_c64(x.re);
    let size = complex_hyperbolic_c64(steps);
    let turn = complex_cis_f32(x.im);
    let sine = complex_copysign_f32(size.im, x.re);
    var re = ((turn.re * steps.once) * steps.twice) * size.re;
    var im = ((turn.im * steps.once) * steps.twice) * sine;
    let endless = complex_endless_f32(x.im);
    re = select(re, abs(x.re), endless & is_infinite_c64(x.re));
    im = select(im, abs(x.re), endless & (x.re == vec4<f32>(0.0)));
    // The zero of a real argument has both signs multiplied; beside NaN, its own.
    let signs = x.re * complex_copysign_f32(vec4<f32>(1.0), x.im);
    let flat = select(complex_copysign_f32(x.im, signs), x.im, is_nan_c64(x.re));
    return C64(re, select(im, flat, x.im == vec4<f32>(0.0)));
}

// sinh a cosh a / d + i sin b cos b / d with d = sinh^2 a + cos^2 b, a sum of one sign (W. Kahan, "Branch cuts for
// complex elementary functions", 1987). Far out, +-1 + 4i sin b cos b e^(-2 |a|).
fn tanh_c64(x: C64) -> C64 {
    let one = vec4<f32>(1.0);
    let bound = complex_tanh_bound_f32();
    let a = abs(x.re);
    let far = a > bound;
    let size = complex_hyperbolic_c64(ComplexStepsC64(select(a, bound, far), one, one));
    let turn = complex_cis_f32(x.im);
    let below = size.im * size.im + turn.re * turn.re;
    let cross = turn.im * turn.re;
    var re = select((size.im * size.re) / below, one, far);
    var im = select(cross / below, (vec4<f32>(4.0) * cross) * exp_f32(vec4<f32>(-2.0) * a), far);
    let endless = complex_endless_f32(x.im);
    im = select(im, complex_copysign_f32(vec4<f32>(0.0), x.im), endless & is_infinite_c64(x.re));
    // A finite size times NaN is NaN, but 0 stays 0.
    re = select(re, complex_nan_f32(), endless & far & !is_infinite_c64(x.re));
    re = select(re, vec4<f32>(0.0), endless & (a == vec4<f32>(0.0)));
    return C64(complex_copysign_f32(re, x.re), select(im, x.im, x.im == vec4<f32>(0.0)));
}

// i sinh(-iz).
fn sin_c64(x: C64) -> C64 {
    let turned = sinh_c64(C64(x.im, -x.re));
    return C64(-turned.im, turned.re);
}

// cosh(iz).
fn cos_c64(x: C64) -> C64 {
    return cosh_c64(C64(-x.im, x.re));
}

// -i tanh(iz).
fn tan_c64(x: C64) -> C64 {
    let turned = tanh_c64(C64(-x.im, x.re));
    return C64(turned.im, -turned.re);
}
