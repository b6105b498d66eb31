//! Proves that the kernel writer's text is valid for reductions and scans: each function that combines, every dtype
//! that it accepts, and every way of reaching operands. Without a device.

use farshore::kernel::{Access, Kernel, Operand, Reduction, Step};
use farshore::kernels::{ScanPass, write_reduction, write_scan};
use farshore::{DType, Kind, Ufunc, rows};
use farshore_tests::programs::check;
use rayon::prelude::*;
use smallvec::SmallVec;

const COMBINES: [&Ufunc; 4] = [&rows::add, &rows::multiply, &rows::maximum, &rows::minimum];
const ACCESSES: [Access; 4] = [Access::Splat, Access::Strided, Access::Row, Access::RowSplat];

/// Each function that combines, with each dtype that it is written for.
fn combinations() -> Vec<(&'static Ufunc, DType)> {
    let of = |ufunc: &'static Ufunc| {
        DType::ALL.into_iter().filter(|&dtype| ufunc.expression(dtype).is_some()).map(move |one| (ufunc, one))
    };
    COMBINES.into_iter().flat_map(of).collect()
}

/// The values of `steps` on `operands`, combined.
fn reduction(
    combine: &'static Ufunc,
    operands: &[(DType, Access)],
    steps: Vec<(Step, DType)>,
    whole: bool,
) -> Reduction {
    let scalars = steps.iter().filter(|(step, _)| matches!(step, Step::Scalar(_))).count();
    let operands = operands.iter().map(|&(dtype, access)| Operand { dtype, access }).collect();
    Reduction { operands, steps, scalars, combine, long_words: false, whole, packs_float16: false }
}

/// The elements of one array, combined.
fn plain(combine: &'static Ufunc, dtype: DType, access: Access, whole: bool) -> Reduction {
    reduction(combine, &[(dtype, access)], vec![(Step::Load(0), dtype)], whole)
}

/// None, or what is wrong with the kernel. `wide`: whether 64-bit floats are asked for.
fn fault(kernel: farshore::Result<Kernel>, wide: bool) -> Option<String> {
    let kernel = match kernel {
        Ok(kernel) => kernel,
        Err(error) => return Some(format!("not written: {error}")),
    };
    let result = check(&kernel.wgsl).and_then(|program| {
        if program.has_f64() != wide {
            return Err(format!("64-bit floats: {}, expected: {wide}", program.has_f64()));
        }
        program.write_all()
    });
    result.err().map(|error| format!("{}: {error}\n{}", kernel.label, kernel.wgsl))
}

fn has_float64(dtypes: impl IntoIterator<Item = DType>) -> bool {
    dtypes.into_iter().any(|dtype| dtype.to_real() == DType::Float64)
}

fn assert_none(faults: &[String], of: usize) {
    let first = faults.first().map_or("", String::as_str);
    assert!(faults.is_empty(), "{} of {of} kernels are invalid; the first is {first}", faults.len());
}

fn assert_valid(all: &[Reduction]) {
    let wide = |one: &Reduction| {
        has_float64(one.operands.iter().map(|operand| operand.dtype))
            || has_float64(one.steps.iter().map(|&(_, dtype)| dtype))
    };
    let faults: Vec<String> =
        all.par_iter().filter_map(|one| fault(write_reduction(one), wide(one))).collect();
    assert_none(&faults, all.len());
}

#[test]
fn every_reduction_on_every_dtype_and_access() {
    let mut all = Vec::new();
    for (combine, dtype) in combinations() {
        for access in ACCESSES {
            all.extend([true, false].map(|whole| plain(combine, dtype, access, whole)));
        }
    }
    assert!(all.len() > 350, "only {} kernels were written", all.len());
    assert_valid(&all);
}

/// Operands reached in different ways, and a scalar, before the value is combined.
#[test]
fn reductions_of_fused_expressions() {
    let mut all = Vec::new();
    for (combine, dtype) in combinations() {
        let apply = |a, b| Step::Apply { ufunc: &rows::add, dtype, arguments: SmallVec::from_slice(&[a, b]) };
        let loads = (0..4).map(Step::Load).chain([Step::Scalar(0)]);
        let steps = loads.chain([apply(0, 1), apply(2, 3), apply(5, 6), apply(7, 4)]);
        let steps: Vec<_> = steps.map(|step| (step, dtype)).collect();
        let operands = ACCESSES.map(|access| (dtype, access));
        all.extend([true, false].map(|whole| reduction(combine, &operands, steps.clone(), whole)));
    }
    assert_valid(&all);
}

/// As float16 is summed: converted as it is read.
#[test]
fn reductions_of_every_cast() {
    let mut all = Vec::new();
    for from in DType::ALL {
        for to in DType::ALL {
            let steps = vec![(Step::Load(0), from), (Step::Cast(0), to)];
            let accesses = [Access::Row, Access::Strided];
            all.extend(accesses.map(|one| reduction(&rows::add, &[(from, one)], steps.clone(), false)));
        }
    }
    assert_eq!(all.len(), 2 * 14 * 14);
    assert_valid(&all);
}

#[test]
fn reductions_of_float16_by_the_functions_of_wgsl() {
    let mut all = Vec::new();
    for combine in COMBINES {
        for access in ACCESSES {
            for whole in [true, false] {
                all.push(Reduction { packs_float16: true, ..plain(combine, DType::Float16, access, whole) });
            }
        }
    }
    assert_valid(&all);
}

#[test]
fn every_pass_of_scans_on_every_dtype() {
    let mut all = Vec::new();
    for (combine, dtype) in combinations() {
        // Narrower ones are scanned as these; bool as uint32.
        if dtype.size() < 4 {
            continue;
        }
        all.extend(
            [ScanPass::ColumnTotals, ScanPass::ColumnElements].map(|pass| (pass, combine, dtype, false)),
        );
        // Rows, and several columns at once, are for elements of one number each.
        if dtype.kind() != Kind::Complex {
            all.extend([ScanPass::Totals, ScanPass::Elements].map(|pass| (pass, combine, dtype, false)));
            let columns = [ScanPass::ColumnTotals, ScanPass::ColumnElements];
            all.extend(columns.map(|pass| (pass, combine, dtype, true)));
        }
    }
    assert!(all.len() > 140, "only {} kernels were written", all.len());
    let valid = |&(pass, combine, dtype, wide): &(ScanPass, &Ufunc, DType, bool)| {
        let said = fault(write_scan(pass, combine, dtype, wide), has_float64([dtype]))?;
        Some(format!("{pass:?} {dtype} {wide}: {said}"))
    };
    let faults: Vec<String> = all.par_iter().filter_map(valid).collect();
    assert_none(&faults, all.len());
}

#[test]
fn kernels_say_how_many_arrays_they_reach() {
    for (pass, reads) in [
        (ScanPass::Totals, 1),
        (ScanPass::Elements, 2),
        (ScanPass::ColumnTotals, 1),
        (ScanPass::ColumnElements, 2),
    ] {
        let kernel = write_scan(pass, &rows::add, DType::Float32, false).unwrap();
        assert_eq!((kernel.reads, kernel.writes, kernel.label.as_str()), (reads, 1, "add_scan_float32"));
    }
    let kernel = write_reduction(&plain(&rows::maximum, DType::Int8, Access::Row, true)).unwrap();
    assert_eq!((kernel.reads, kernel.writes, kernel.label.as_str()), (1, 1, "maximum_reduce_int8"));
}

#[test]
fn a_dtype_without_text_is_refused_by_name() {
    let complex = DType::Complex64;
    let reduced = write_reduction(&plain(&rows::maximum, complex, Access::Row, true));
    let scanned = write_scan(ScanPass::ColumnTotals, &rows::maximum, complex, false);
    for refused in [reduced, scanned] {
        let said = refused.unwrap_err().to_string();
        assert!(said.starts_with("maximum does not accept complex64; it accepts bool, int8, "), "{said}");
    }
}
