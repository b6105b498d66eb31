//! Which pending reductions share a kernel with what is computed with them.

use std::ops::Range;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::graph::fuse::{Fused, RowValue, is_shared};
use crate::graph::node::{Function, Node, Operand, Operation};
use crate::graph::reduce::reduced;
use crate::layout::{Layout, Shape};

/// What a kernel computes besides elements: reductions along some axes, in the order of their needs.
pub(super) struct Search<'a> {
    shape: &'a Shape,
    pub totals: Vec<(Arc<Node>, Operation)>,
    pub fused: Fused,
}

impl<'a> Search<'a> {
    /// The reductions that `node`, whose operation this is, shares a kernel with, itself included: of arrays of `shape`.
    pub fn new(node: &Arc<Node>, operation: &Operation, shape: &'a Shape) -> Option<Self> {
        let begun = |along| Self { shape, totals: Vec::new(), fused: Fused::of_rows(along) };
        if matches!(operation.function, Function::Reduce(..)) {
            let mut search = begun(reduced(shape, &node.shape));
            search.operands(operation);
            search.totals.push((Arc::clone(node), operation.clone()));
            return Some(search);
        }
        let found = |along| {
            let mut search = begun(along);
            search.operands(operation).then_some(search)
        };
        axes(operation, shape).into_iter().find_map(found)
    }

    /// Whether `operand` needs a reduction, which is found then.
    fn operand(&mut self, operand: &Operand) -> bool {
        let Operand::Array(node, layout) = operand else { return false };
        if layout.repeats(&self.fused.along) {
            return self.row(node);
        }
        let operation = operand.fusable().and_then(|node| node.operation());
        let Some(operation) = operation.filter(|operation| !is_shared(node, operation)) else { return false };
        self.operands(&operation)
    }

    /// Whether some operand needs one.
    fn operands(&mut self, operation: &Operation) -> bool {
        let needs: Vec<bool> = operation.operands.iter().map(|operand| self.operand(operand)).collect();
        needs.contains(&true)
    }

    /// The same of a node with one element for each row.
    fn row(&mut self, node: &Arc<Node>) -> bool {
        if self.fused.rows.contains_key(&Arc::as_ptr(node)) {
            return true;
        }
        let operation = node.operation().filter(|_| node.is_of_this_capture());
        let Some(operation) = operation else { return false };
        let value = if matches!(operation.function, Function::Reduce(..)) {
            let [operand @ Operand::Array(_, layout)] = &operation.operands[..] else { return false };
            if layout.shape != *self.shape || reduced(&layout.shape, &node.shape) != self.fused.along {
                return false;
            }
            self.operand(operand);
            self.totals.push((Arc::clone(node), operation));
            RowValue::Total(self.totals.len() - 1)
        } else {
            let operands = operation.operands.iter().map(|operand| self.along_rows(operand));
            let Some(operands) = operands.collect::<Option<SmallVec<_>>>() else { return false };
            let operation = Operation { function: operation.function, operands };
            if !self.operands(&operation) {
                return false;
            }
            RowValue::Computed(Box::new(operation))
        };
        self.fused.rows.insert(Arc::as_ptr(node), value);
        true
    }

    /// An operand with one element for each row, repeated along rows; None where it is not in C order.
    fn along_rows(&self, operand: &Operand) -> Option<Operand> {
        let Operand::Array(node, layout) = operand else { return Some(operand.clone()) };
        let plain = layout.offset == 0 && layout.is_contiguous() && node.elements() == layout.len();
        plain.then(|| Operand::Array(Arc::clone(node), Layout::repeated(self.shape, &self.fused.along)))
    }
}

/// The axes along which pending reductions behind `operation` reduce arrays of `shape`.
fn axes(operation: &Operation, shape: &Shape) -> SmallVec<[Range<usize>; 2]> {
    let mut found: SmallVec<[Range<usize>; 2]> = smallvec![];
    let mut seen: Vec<*const Node> = Vec::new();
    let mut next: Vec<Arc<Node>> = operation.operands.iter().filter_map(Operand::node).cloned().collect();
    while let Some(node) = next.pop() {
        if !node.cost.reduces || seen.contains(&Arc::as_ptr(&node)) {
            continue;
        }
        seen.push(Arc::as_ptr(&node));
        let Some(operation) = node.operation() else { continue };
        if let (Function::Reduce(..), [Operand::Array(_, layout)]) =
            (operation.function, &operation.operands[..])
            && layout.shape == *shape
        {
            let along = reduced(shape, &node.shape);
            if !found.contains(&along) {
                found.push(along);
            }
        }
        next.extend(operation.operands.iter().filter_map(Operand::node).cloned());
    }
    found
}
