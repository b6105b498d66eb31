//! Reductions in a user's WGSL.

use crate::array::Array;
use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::ops::apply::apply;
use crate::ops::custom::elementwise::{declared, deduce};
use crate::ops::custom::function::{Definition, interned};
use crate::ops::custom::signature::{Parameter, parse, with_types};
use crate::ops::reductions::reduce_by;
use crate::ops::scalar::{Argument, Scalar};
use crate::ufunc::Ufunc;

/// A reduction in WGSL, as in CuPy: each element is mapped, the results are combined two by two, and what is left is
/// mapped once more.
///
/// `map_expr` is an expression of the inputs; `reduce_expr` one of `a` and `b`; `post_map_expr` are statements that set the
/// output, of `a`. Both `a` and `b` have the dtype of the output, or its 32-bit one where that is narrower. `identity`
/// changes nothing that it is combined with, and is what is left of no elements. In which order values are combined is not
/// said, but it is the same each time. Otherwise as [`ElementwiseKernel`](crate::ElementwiseKernel).
///
/// ```
/// # use farshore::{Array, Device, ReductionKernel};
/// let norm = ReductionKernel::new("T x", "T y", "x * x", "a + b", "y = sqrt(a)", 0.0.into(), "norm")?;
/// let x = Array::from_slice(&Device::best()?, &[3.0_f32, 4.0, 6.0, 8.0], &[2, 2])?;
/// assert_eq!(norm.call(&[(&x).into()], Some(&[1]), false)?.to_vec::<f32>()?, [5.0, 10.0]);
/// # Ok::<(), farshore::Error>(())
/// ```
#[derive(Debug)]
pub struct ReductionKernel {
    name: &'static str,
    inputs: Vec<Parameter>,
    output: Vec<Parameter>,
    map: String,
    reduce: String,
    post_map: String,
    identity: Scalar,
}

impl ReductionKernel {
    /// Declares the kernel; its text is checked for each set of dtypes.
    ///
    /// # Errors
    /// [`Error::Value`] for a declaration that is none.
    pub fn new(
        in_params: &str,
        out_params: &str,
        map_expr: &str,
        reduce_expr: &str,
        post_map_expr: &str,
        identity: Scalar,
        name: &str,
    ) -> Result<Self> {
        let name = interned(name);
        let (inputs, output) = (parse(name, in_params)?, parse(name, out_params)?);
        if inputs.is_empty() || output.len() != 1 {
            let reason = "a reduction has inputs and one output".into();
            return Err(Error::Value { op: name, reason });
        }
        let [map, reduce, post_map] = [map_expr, reduce_expr, post_map_expr].map(str::to_owned);
        Ok(Self { name, inputs, output, map, reduce, post_map, identity })
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs.len()
    }

    /// The reduction along `axes`, or all where None are named, which stay with length 1 if `keepdims`. What is pending in the inputs is computed along.
    ///
    /// # Errors
    /// As [`ElementwiseKernel::call`](crate::ElementwiseKernel::call), and [`Error::Axis`].
    pub fn call(&self, arguments: &[Argument<'_>], axes: Option<&[isize]>, keepdims: bool) -> Result<Array> {
        let op = self.name;
        let types = deduce(op, &self.inputs, arguments)?;
        let output = declared(op, &self.output, &types)?;
        let between = match (output[0].1.kind(), output[0].1.size()) {
            (Kind::Bool | Kind::Unsigned, 1 | 2) => DType::Uint32,
            (Kind::Signed, 1 | 2) => DType::Int32,
            (Kind::Float, 2) => DType::Float32,
            _ => output[0].1,
        };
        let row = |part, inputs: &[(String, DType)], outputs: &[(String, DType)], body: &str| {
            let body = &with_types(body, &types);
            Definition { op, part, inputs, outputs, output: 0, body }.row()
        };
        let value = |name: &str| (name.to_owned(), between);
        let inputs = declared(op, &self.inputs, &types)?;
        let map = row("map", &inputs, &[value("mapped")], &format!("mapped = {}", self.map))?;
        let reduced = format!("reduced = {}", self.reduce);
        let combine: &'static Ufunc =
            row("reduction", &[value("a"), value("b")], &[value("reduced")], &reduced)?;
        let post_map = row("map behind it", &[value("a")], &output, &self.post_map)?;
        let mapped = apply(map, arguments)?;
        let all: Vec<isize> = (0..mapped.ndim()).map(usize::cast_signed).collect();
        let axes = axes.unwrap_or(&all);
        let left = reduce_by(combine, (self.identity, Some(self.identity)), &mapped, axes, keepdims)?;
        apply(post_map, &[(&left).into()])
    }
}
