//! Proves that the kernel writer's text is valid for every row of the table, every dtype that the row accepts and
//! every way of reaching operands and target; likewise for every cast, scalar and copy. Without a device.

use farshore::kernel::{Access, Expression, Operand, Step};
use farshore::{DType, UFUNCS, Ufunc, kernels};
use farshore_tests::programs::check;
use rayon::prelude::*;
use smallvec::SmallVec;

/// Each way of reaching an operand, of reaching the target, and the axes of the coordinates.
fn ways() -> Vec<(Access, Access, usize)> {
    let mut ways = vec![(Access::Contiguous, Access::Contiguous, 0), (Access::Splat, Access::Contiguous, 0)];
    for rank in 1..=4 {
        ways.push((Access::Strided, Access::Contiguous, rank));
        for operand in [Access::Contiguous, Access::Splat, Access::Strided] {
            ways.push((operand, Access::Strided, rank));
        }
    }
    ways
}

/// The expression that loads `operands`, takes `steps` and stores the last.
fn expression(
    operands: &[(DType, Access)],
    steps: Vec<(Step, DType)>,
    store: Access,
    rank: usize,
) -> Expression {
    let scalars = steps.iter().filter(|(step, _)| matches!(step, Step::Scalar(_))).count();
    Expression {
        operands: operands.iter().map(|&(dtype, access)| Operand { dtype, access }).collect(),
        steps,
        scalars,
        rank,
        store,
        blocks: 1,
    }
}

/// `ufunc` as the graph records it: loads, casts to the dtype it computes in, and the application.
fn ufunc(ufunc: &'static Ufunc, dtype: DType, operand: Access, store: Access, rank: usize) -> Expression {
    let computed = ufunc.loop_dtype(dtype).unwrap_or(dtype);
    let operands = vec![(dtype, operand); ufunc.parameters.len()];
    let mut steps = Vec::new();
    let mut arguments = SmallVec::new();
    for number in 0..operands.len() {
        steps.push((Step::Load(number), dtype));
        if computed != dtype {
            steps.push((Step::Cast(steps.len() - 1), computed));
        }
        arguments.push(steps.len() - 1);
    }
    let apply = Step::Apply { ufunc, dtype: computed, arguments };
    steps.push((apply, ufunc.result_dtype(computed)));
    expression(&operands, steps, store, rank)
}

/// None, or what is wrong with the kernel. A program holds 64-bit floats only where a dtype asks for them.
fn fault(expression: &Expression) -> Option<String> {
    let kernel = match kernels::write(expression) {
        Ok(kernel) => kernel,
        Err(error) => return Some(format!("{expression:?}: {error}")),
    };
    let dtypes = expression.steps.iter().map(|&(_, dtype)| dtype).chain(expression.steps.iter().filter_map(
        |(step, _)| match step {
            Step::Apply { dtype, .. } => Some(*dtype),
            _ => None,
        },
    ));
    let wide = dtypes.into_iter().any(|dtype| dtype.to_real() == DType::Float64);
    let result = check(&kernel.wgsl).and_then(|program| {
        if program.has_f64() != wide {
            return Err(format!("64-bit floats: {}, expected: {wide}", program.has_f64()));
        }
        program.write_all()
    });
    result.err().map(|error| format!("{}: {error}\n{}", kernel.label, kernel.wgsl))
}

/// Fails with each sort of fault, told once, and the text of the first.
fn assert_valid(all: &[Expression]) {
    let faults: Vec<String> = all.par_iter().filter_map(fault).collect();
    let mut sorts: Vec<&str> =
        faults.iter().filter_map(|fault| Some(fault.lines().next()?.split_once(": ")?.1)).collect();
    sorts.sort_unstable();
    sorts.dedup();
    let first = faults.first().map_or("", String::as_str);
    assert!(
        faults.is_empty(),
        "{} of {} kernels are invalid:\n{}\n\nthe first is {first}",
        faults.len(),
        all.len(),
        sorts.join("\n")
    );
}

#[test]
fn every_row_on_every_dtype_and_access() {
    let mut all = Vec::new();
    for &row in UFUNCS {
        for dtype in DType::ALL.into_iter().filter(|&dtype| row.loop_dtype(dtype).is_ok()) {
            all.extend(
                ways().into_iter().map(|(operand, store, rank)| ufunc(row, dtype, operand, store, rank)),
            );
        }
    }
    assert!(all.len() > 3000, "only {} kernels were written", all.len());
    assert_valid(&all);
}

#[test]
fn every_pair_of_casts() {
    let mut all = Vec::new();
    for from in DType::ALL {
        for to in DType::ALL {
            for (operand, store, rank) in
                [(Access::Contiguous, Access::Contiguous, 0), (Access::Strided, Access::Strided, 2)]
            {
                let steps = vec![(Step::Load(0), from), (Step::Cast(0), to)];
                all.push(expression(&[(from, operand)], steps, store, rank));
            }
        }
    }
    assert_eq!(all.len(), 2 * 14 * 14);
    assert_valid(&all);
}

#[test]
fn every_copy_and_scalar() {
    let mut all = Vec::new();
    for dtype in DType::ALL {
        for (operand, store, rank) in ways() {
            all.push(expression(&[(dtype, operand)], vec![(Step::Load(0), dtype)], store, rank));
            all.push(expression(&[], vec![(Step::Scalar(0), dtype)], store, rank));
        }
    }
    assert_valid(&all);
}

/// Operands reached in different ways share one set of coordinates.
#[test]
fn operands_of_mixed_access_and_a_scalar() {
    let add = UFUNCS[0];
    let mut all = Vec::new();
    for dtype in DType::ALL {
        let apply = |a, b| Step::Apply { ufunc: add, dtype, arguments: SmallVec::from_slice(&[a, b]) };
        let operands = [(dtype, Access::Contiguous), (dtype, Access::Splat), (dtype, Access::Strided)];
        let loads = [Step::Load(0), Step::Load(1), Step::Load(2), Step::Scalar(0)];
        let steps = loads.into_iter().chain([apply(0, 1), apply(2, 4), apply(5, 3)]);
        let steps: Vec<_> = steps.map(|step| (step, dtype)).collect();
        for store in [Access::Contiguous, Access::Strided] {
            all.push(expression(&operands, steps.clone(), store, 3));
        }
    }
    assert_valid(&all);
}

/// Software devices are given kernels that compute several blocks in each invocation.
#[test]
fn several_blocks_for_each_invocation() {
    let mut all = Vec::new();
    for dtype in DType::ALL {
        for (operand, store, rank) in ways() {
            all.push(Expression { blocks: 4, ..ufunc(UFUNCS[0], dtype, operand, store, rank) });
        }
    }
    assert_valid(&all);
}

#[test]
fn a_dtype_without_text_is_refused_by_name() {
    let exp = UFUNCS.iter().find(|row| row.name == "exp").copied();
    let Some(exp) = exp else { panic!("no row named exp") };
    let expression = ufunc(exp, DType::Float64, Access::Contiguous, Access::Contiguous, 0);
    let error = kernels::write(&expression).unwrap_err().to_string();
    assert!(error.contains("exp") && error.contains("float64"), "{error}");
}
