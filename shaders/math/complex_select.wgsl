// For each lane b where the condition holds, a where it does not: select for complex numbers.
fn select_c64(a: C64, b: C64, condition: vec4<bool>) -> C64 {
    return C64(select(a.re, b.re, condition), select(a.im, b.im, condition));
}
