//! Proves that the kernel writer's text is valid for reductions of rows: however lanes lie, on every dtype, with every
//! way of reaching and storing elements. Without a device.

use farshore::kernel::{Access, Lanes, Operand, RowTotal, Rows, Step};
use farshore::kernels::write_rows;
use farshore::{DType, Kind, Ufunc, rows};
use farshore_tests::programs::check;
use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

/// Every element over the sum of its row, plus another array's and one that is the same along the row.
fn shares(dtype: DType, combine: &'static Ufunc, lanes: Lanes, whole: bool, store: Access) -> Rows {
    let own = match (lanes, whole) {
        (Lanes::Across, false) => Access::Strided,
        _ => Access::Row,
    };
    let apply = |a, b| Step::Apply { ufunc: &rows::add, dtype, arguments: SmallVec::from_slice(&[a, b]) };
    let steps = [Step::Load(0), Step::Load(1), Step::Load(2), Step::Total(0), Step::Scalar(0)];
    let steps = steps.into_iter().chain([apply(0, 1), apply(2, 3), apply(5, 6), apply(7, 4)]);
    let operands = [own, Access::Strided, Access::RowSplat].map(|access| Operand { dtype, access });
    Rows {
        operands: operands.into_iter().collect(),
        fixed: smallvec![false, false, true],
        totals: vec![RowTotal { steps: vec![(Step::Load(0), dtype)], combine }],
        steps: steps.map(|step| (step, dtype)).collect(),
        scalars: 1,
        lanes,
        whole,
        rank: 2,
        store,
        team: 1,
        workgroup: 8,
        paired: true,
        long_words: false,
        packs_float16: false,
    }
}

fn fault(one: &Rows) -> Option<String> {
    let kernel = match write_rows(one) {
        Ok(kernel) => kernel,
        Err(error) => return Some(format!("{one:?} is not written: {error}")),
    };
    let result = check(&kernel.wgsl).and_then(|program| program.write_all());
    result.err().map(|error| format!("{error}\n{}", kernel.wgsl))
}

fn assert_valid(all: &[Rows]) {
    let faults: Vec<String> = all.par_iter().filter_map(fault).collect();
    let first = faults.first().map_or("", String::as_str);
    assert!(faults.is_empty(), "{} of {} kernels are invalid; the first is {first}", faults.len(), all.len());
}

/// Dtypes that reductions which wait have.
fn dtypes() -> impl Iterator<Item = DType> {
    DType::ALL.into_iter().filter(|dtype| dtype.size() >= 4 && dtype.kind() != Kind::Complex)
}

#[test]
fn every_way_that_lanes_lie() {
    let mut all = Vec::new();
    for dtype in dtypes() {
        for combine in [&rows::add, &rows::maximum] {
            for (lanes, whole, store) in [
                (Lanes::Along, true, Access::Row),
                (Lanes::Along, false, Access::Row),
                (Lanes::Along, false, Access::Strided),
                (Lanes::Across, true, Access::Row),
                (Lanes::Across, true, Access::Strided),
                (Lanes::Across, false, Access::Strided),
            ] {
                let one = shares(dtype, combine, lanes, whole, store);
                if lanes == Lanes::Along {
                    all.push(Rows { team: 8, ..one.clone() });
                }
                all.push(Rows { rank: 1, paired: false, ..one.clone() });
                all.push(Rows { steps: Vec::new(), ..one.clone() });
                all.push(one);
            }
        }
    }
    assert!(all.len() > 250, "only {} kernels were written", all.len());
    assert_valid(&all);
}

/// As a software device has them.
#[test]
fn blocks_of_two_long_words() {
    let mut all = Vec::new();
    for dtype in dtypes() {
        for whole in [true, false] {
            let one = shares(dtype, &rows::add, Lanes::Along, whole, Access::Row);
            all.push(Rows { long_words: true, ..one });
        }
    }
    assert_valid(&all);
}

/// The number of rows and their length are parameters: one text serves them all.
#[test]
fn arrays_of_narrow_elements_are_read_in_blocks() {
    for dtype in [DType::Float16, DType::Uint8, DType::Int16] {
        let wide = if dtype == DType::Float16 { DType::Float32 } else { DType::Int64 };
        let mut one = shares(wide, &rows::add, Lanes::Along, false, Access::Strided);
        one.operands = smallvec![Operand { dtype, access: Access::Row }];
        one.fixed = smallvec![false];
        one.totals[0].steps = vec![(Step::Load(0), dtype), (Step::Cast(0), wide)];
        one.steps = Vec::new();
        assert_valid(&[one]);
    }
}
