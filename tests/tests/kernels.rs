//! Proves that the kernel writer's text is valid for every row of the table, every dtype that the row accepts and
//! every way of reaching operands and target; likewise for every cast, scalar and copy. Without a device.

use farshore::kernel::{Access, Expression, Grid, Operand, Step};
use farshore::{DType, Role, UFUNCS, Ufunc, kernels, rows};
use farshore_tests::programs::check;
use rayon::prelude::*;
use smallvec::SmallVec;

/// A way of reaching the operands and the target.
#[derive(Clone, Copy)]
struct Way {
    operand: Access,
    store: Access,
    rank: usize,
    grid: Option<Grid>,
}

const IN_ORDER: Way = Way { operand: Access::Contiguous, store: Access::Contiguous, rank: 0, grid: None };

fn ways() -> Vec<Way> {
    let mut ways = vec![IN_ORDER, Way { operand: Access::Splat, ..IN_ORDER }];
    for rank in 1..=4 {
        ways.push(Way { operand: Access::Strided, rank, ..IN_ORDER });
        for operand in [Access::Contiguous, Access::Splat, Access::Strided] {
            ways.push(Way { operand, store: Access::Strided, rank, grid: None });
        }
    }
    for (rank, rows_first) in [(2, false), (3, true), (5, false)] {
        let grid = Some(Grid { rows_first });
        for operand in [Access::Row, Access::RowSplat, Access::Strided] {
            let stores = [Access::Row, Access::Strided];
            ways.extend(stores.map(|store| Way { operand, store, rank, grid }));
        }
    }
    ways
}

/// The expression that loads `operands`, takes `steps` and stores the last.
fn expression(operands: &[(DType, Access)], steps: Vec<(Step, DType)>, way: Way) -> Expression {
    let scalars = steps.iter().filter(|(step, _)| matches!(step, Step::Scalar(_))).count();
    Expression {
        operands: operands.iter().map(|&(dtype, access)| Operand { dtype, access }).collect(),
        steps,
        scalars,
        rank: way.rank,
        short: 0,
        grid: way.grid,
        store: way.store,
        blocks: 1,
        walks: false,
        long_words: false,
        packs_float16: false,
        scatter: None,
    }
}

/// `ufunc` as the graph records it: loads, casts to the dtype it computes in, and the application.
fn ufunc(ufunc: &'static Ufunc, dtype: DType, way: Way) -> Expression {
    let computed = ufunc.loop_dtype(dtype).unwrap_or(dtype);
    let operands: Vec<_> = ufunc.roles.iter().map(|role| (given(*role, dtype), way.operand)).collect();
    let mut steps = Vec::new();
    let mut arguments = SmallVec::new();
    for (number, (&(dtype, _), role)) in operands.iter().zip(ufunc.roles).enumerate() {
        steps.push((Step::Load(number), dtype));
        if role.dtype(computed) != dtype {
            steps.push((Step::Cast(steps.len() - 1), role.dtype(computed)));
        }
        arguments.push(steps.len() - 1);
    }
    let apply = Step::Apply { ufunc, dtype: computed, arguments };
    steps.push((apply, ufunc.result_dtype(computed)));
    expression(&operands, steps, way)
}

/// The dtype that an operand is given in.
const fn given(role: Role, dtype: DType) -> DType {
    match role {
        Role::Common => dtype,
        Role::Bool => DType::Bool,
        Role::Integers => DType::Int16,
        Role::Exactly(dtype) => dtype,
    }
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
fn every_row_on_every_dtype() {
    let mut all = Vec::new();
    for &row in UFUNCS {
        let accepted = DType::ALL.into_iter().filter(|&dtype| row.loop_dtype(dtype).is_ok());
        all.extend(accepted.map(|dtype| ufunc(row, dtype, IN_ORDER)));
    }
    assert!(all.len() > 900, "only {} kernels were written", all.len());
    assert_valid(&all);
}

/// How operands and target are reached is the same for every row: one with an operand of each role stands for all.
#[test]
fn every_dtype_and_access() {
    let mut all = Vec::new();
    for row in [&rows::add, &rows::equal, &rows::where_, &rows::ldexp] {
        for dtype in DType::ALL.into_iter().filter(|&dtype| row.loop_dtype(dtype).is_ok()) {
            all.extend(ways().into_iter().map(|way| ufunc(row, dtype, way)));
        }
    }
    assert!(all.len() > 1500, "only {} kernels were written", all.len());
    assert_valid(&all);
}

#[test]
fn every_pair_of_casts() {
    let mut all = Vec::new();
    for from in DType::ALL {
        for to in DType::ALL {
            let strided = Way { operand: Access::Strided, store: Access::Strided, rank: 2, grid: None };
            for way in [IN_ORDER, strided] {
                let steps = vec![(Step::Load(0), from), (Step::Cast(0), to)];
                all.push(expression(&[(from, way.operand)], steps, way));
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
        for way in ways() {
            all.push(expression(&[(dtype, way.operand)], vec![(Step::Load(0), dtype)], way));
            all.push(expression(&[], vec![(Step::Scalar(0), dtype)], way));
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
            all.push(expression(&operands, steps.clone(), Way { store, rank: 3, ..IN_ORDER }));
        }
    }
    assert_valid(&all);
}

/// Software devices are given kernels that compute several blocks in each invocation.
#[test]
fn several_blocks_for_each_invocation() {
    let mut all = Vec::new();
    for dtype in DType::ALL {
        for way in ways() {
            all.push(Expression { blocks: 4, ..ufunc(UFUNCS[0], dtype, way) });
        }
    }
    assert_valid(&all);
}

/// Where software devices have 64-bit integers, their workgroups walk over tiles, and blocks are loaded in long words.
#[test]
fn walks_in_long_words() {
    let mut all = Vec::new();
    for dtype in DType::ALL {
        for way in ways() {
            let walks = way.grid.is_none() && way.store == Access::Contiguous;
            all.push(Expression { blocks: 2, walks, long_words: true, ..ufunc(UFUNCS[0], dtype, way) });
        }
    }
    assert_valid(&all);
}

/// Devices whose own functions for float16 are exact are given kernels that call them.
#[test]
fn float16_by_the_functions_of_wgsl() {
    let each = |way| Expression { packs_float16: true, ..ufunc(UFUNCS[0], DType::Float16, way) };
    assert_valid(&ways().into_iter().map(each).collect::<Vec<_>>());
}

#[test]
fn a_dtype_without_text_is_refused_by_name() {
    let gcd = UFUNCS.iter().find(|row| row.name == "gcd").copied();
    let Some(gcd) = gcd else { panic!("no row named gcd") };
    let expression = ufunc(gcd, DType::Float64, IN_ORDER);
    let error = kernels::write(&expression).unwrap_err().to_string();
    assert!(error.contains("gcd") && error.contains("float64"), "{error}");
}
