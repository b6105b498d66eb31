//! Proves that every file of `shaders/` is a program as it stands: with the functions that it calls: naga
//! parses and validates it and writes it as SPIR-V, MSL and HLSL, without a device. And that filling a region replaces exactly one, or fails.

use farshore_shaders::{
    COMPACT, COMPACT_COUNTS, ELEMENTWISE, FillError, MATH, MATMUL, PROBE, REDUCE, ROWS, SCAN, SCAN_COLUMNS,
    SCAN_COLUMNS_TOTALS, SCAN_TOTALS, SORT_MERGE, SORT_RUNS, fill, functions_for,
};
use farshore_tests::programs::check;
use farshore_tests::{files, read};

const ALL: [&str; 13] = [
    COMPACT,
    COMPACT_COUNTS,
    ELEMENTWISE,
    MATMUL,
    PROBE,
    REDUCE,
    ROWS,
    SCAN,
    SCAN_COLUMNS,
    SCAN_COLUMNS_TOTALS,
    SCAN_TOTALS,
    SORT_MERGE,
    SORT_RUNS,
];

fn shaders() -> Vec<(String, String)> {
    files("shaders", &["wgsl"]).into_iter().map(|(name, path)| (name, read(&path))).collect()
}

#[test]
fn every_file_is_a_program() {
    let all = shaders();
    assert!(all.len() >= 9, "only {} shaders were found", all.len());
    let mut faults = Vec::new();
    for (name, text) in &all {
        // A file of functions comes with those that it calls.
        let whole = if name.contains("math/") { &functions_for(text) } else { text };
        let result = check(whole).and_then(|program| {
            if program.has_f64() != name.contains("f64") {
                return Err("a file holds 64-bit floats exactly when its name says f64".into());
            }
            program.write_all()
        });
        faults.extend(result.err().map(|error| format!("{name}: {error}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_is_in_the_package() {
    for (name, text) in shaders() {
        let carried = ALL.into_iter().chain(MATH.iter().map(|&(_, text)| text));
        assert!(carried.into_iter().any(|one| one == text), "{name} is not included in shaders/src/lib.rs");
    }
}

#[test]
fn math_files_work_together() {
    let calls: String = MATH
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| line.strip_prefix("fn ")?.split('(').next())
        .filter(|name| !name.contains("f64"))
        .fold(String::new(), |calls, name| calls + name + "\n");
    let all = functions_for(&calls);
    let program = check(&all).unwrap_or_else(|error| panic!("{error}"));
    program.write_all().unwrap_or_else(|error| panic!("{error}"));
    assert!(!program.has_f64(), "functions of narrower types bring 64-bit floats with them");
}

#[test]
fn functions_come_with_those_they_call_and_no_others() {
    assert_eq!(functions_for("let v1 = v0 + v0;"), "");
    let exp = functions_for("let v1 = exp_f32(v0);");
    assert!(exp.contains("fn exp_f32("));
    assert!(!exp.contains("fn log_f32("));
    let wide = functions_for("let v1 = multiply_c128(v0, v0);");
    assert!(!wide.contains("struct C64") && wide.contains("struct C128"), "{wide}");
    let program = check(&wide).unwrap_or_else(|error| panic!("{error}"));
    assert!(program.has_f64() && program.msl().is_err(), "Metal has no complex128");
    program.write_all().unwrap_or_else(|error| panic!("{error}"));
}

const TEXT: &str = "a\n    // begin body\n    b\n    // end body\nc\n";

#[test]
fn filling_replaces_the_region_and_its_markers() {
    assert_eq!(fill(TEXT, &[("body", "    d\n")]).as_deref(), Ok("a\n    d\nc\n"));
    assert_eq!(fill(TEXT, &[]).as_deref(), Ok(TEXT));
    let filled = fill(ELEMENTWISE, &[("functions", "fn one() -> f32 { return 1.0; }")]);
    let filled = filled.unwrap_or_else(|error| panic!("{error}"));
    assert!(check(&filled).is_ok());
}

#[test]
fn filling_fails_on_a_missing_or_double_marker() {
    let fault = |text: &str, region: &str| fill(text, &[(region, "d")]).unwrap_err();
    let expected = |region: &str, found| FillError { region: region.into(), found };
    assert_eq!(fault(TEXT, "head"), expected("head", 0));
    assert_eq!(fault(TEXT, "bod"), expected("bod", 0));
    assert_eq!(fault(&TEXT.repeat(2), "body"), expected("body", 2));
    let ends_twice = format!("{TEXT}// end body\n");
    assert_eq!(fault(&ends_twice, "body").region, "body");
    let no_end = TEXT.replace("// end body\n", "");
    assert_eq!(fault(&no_end, "body").region, "body");
    let reversed = "// end body\n// begin body\n";
    assert_eq!(fault(reversed, "body").region, "body");
    assert_eq!(fault(TEXT, "head").to_string(), r#"the shader has 0 regions named "head", not one"#);
}

/// The regions that the kernel writer fills are all there.
#[test]
fn the_elementwise_shader_has_its_regions() {
    for region in ["bindings", "constants", "functions", "body"] {
        assert!(fill(ELEMENTWISE, &[(region, "")]).is_ok(), "{region}");
    }
}
