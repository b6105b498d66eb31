//! Loops that users wrote and that may not end: each is left after a number of turns.

use naga::{
    BinaryOperator, Block, Expression, Function, Handle, Literal, LocalVariable, Module, Scalar, Span,
    Statement, Type, TypeInner,
};

use crate::device::spirv;

/// Turns after which a loop of a user's is left: more than any that is meant, and no device is lost waiting for them.
const TURNS: u32 = 1 << 20;

/// The program, every loop of it bounded.
///
/// # Errors
/// naga's message, with the line.
pub fn bounded(wgsl: &str) -> Result<Module, String> {
    let mut module = spirv::parsed(wgsl)?;
    bound(&mut module);
    Ok(module)
}

/// Bounds every loop of `module`.
pub fn bound(module: &mut Module) {
    let inner = TypeInner::Scalar(Scalar::U32);
    let counter = module.types.insert(Type { name: None, inner }, Span::UNDEFINED);
    for (_, function) in module.functions.iter_mut() {
        bound_function(function, counter);
    }
    for entry in &mut module.entry_points {
        bound_function(&mut entry.function, counter);
    }
}

fn bound_function(function: &mut Function, counter: Handle<Type>) {
    let mut body = std::mem::take(&mut function.body);
    bound_block(&mut body, function, counter);
    function.body = body;
}

fn bound_block(block: &mut Block, function: &mut Function, counter: Handle<Type>) {
    let mut starts = Vec::new();
    for (at, statement) in block.iter_mut().enumerate() {
        match statement {
            Statement::Block(inner) => bound_block(inner, function, counter),
            Statement::If { accept, reject, .. } => {
                bound_block(accept, function, counter);
                bound_block(reject, function, counter);
            }
            Statement::Switch { cases, .. } => {
                for case in cases {
                    bound_block(&mut case.body, function, counter);
                }
            }
            Statement::Loop { body, continuing, .. } => {
                bound_block(body, function, counter);
                bound_block(continuing, function, counter);
                let (start, guard) = guard(function, counter);
                body.splice(0..0, guard);
                starts.push((at, start));
            }
            _ => {}
        }
    }
    for (at, start) in starts.into_iter().rev() {
        block.splice(at..at, Block::from_vec(vec![start]));
    }
}

/// A statement that sets a counter of turns to 0, and those that count one and leave the loop when there were enough.
fn guard(function: &mut Function, counter: Handle<Type>) -> (Statement, Block) {
    let variable = LocalVariable { name: None, ty: counter, init: None };
    let variable = function.local_variables.append(variable, Span::UNDEFINED);
    let mut expression = |expression| function.expressions.append(expression, Span::UNDEFINED);
    let pointer = expression(Expression::LocalVariable(variable));
    let [zero, one, most] = [0, 1, TURNS].map(|value| expression(Expression::Literal(Literal::U32(value))));
    let turns = expression(Expression::Load { pointer });
    let enough = Expression::Binary { op: BinaryOperator::GreaterEqual, left: turns, right: most };
    let enough = expression(enough);
    let next = expression(Expression::Binary { op: BinaryOperator::Add, left: turns, right: one });
    let emitted = naga::Range::new_from_bounds(turns, next);
    let leave = Statement::If {
        condition: enough,
        accept: Block::from_vec(vec![Statement::Break]),
        reject: Block::new(),
    };
    let count = Statement::Store { pointer, value: next };
    (Statement::Store { pointer, value: zero }, Block::from_vec(vec![Statement::Emit(emitted), leave, count]))
}
