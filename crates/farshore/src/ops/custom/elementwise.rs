//! Elementwise functions in a user's WGSL.

use std::sync::{Mutex, PoisonError};

use smallvec::SmallVec;

use crate::array::Array;
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::ops::apply::apply;
use crate::ops::custom::function::{Definition, interned};
use crate::ops::custom::signature::{Parameter, Type, Types, parse, with_types};
use crate::ops::scalar::{Argument, Scalar};
use crate::ufunc::Ufunc;

/// A function of elements in WGSL, which takes part in fusion as every row of the table does. As in CuPy, but for the
/// language.
///
/// `in_params` and `out_params` declare variables, `"float32 x, T y"`: dtypes, or names that stand for the dtype of the
/// arrays that are given there, the same everywhere; each set of dtypes is compiled once. `operation` are WGSL statements
/// that read the inputs and set the outputs, for one element. Numbers of 8 and 16 bits are computed with in 32, and wrapped
/// or rounded when they are stored. Functions such as `sin` are WGSL's own, of the driver's precision.
///
/// Statements reach nothing but their variables. A loop is left after 2**20 turns, so that none keeps a device for ever.
///
/// ```
/// # use farshore::{Array, Device, ElementwiseKernel};
/// let device = Device::best()?;
/// let squared = ElementwiseKernel::new("T x, T y", "T z", "let d = x - y; z = d * d", "squared_difference")?;
/// let x = Array::from_slice(&device, &[1.0_f32, 5.0], &[2])?;
/// let z = squared.call(&[(&x).into(), 2.0.into()])?;
/// assert_eq!(z[0].add(1)?.to_vec::<f32>()?, [2.0, 10.0]);
/// # Ok::<(), farshore::Error>(())
/// ```
#[derive(Debug)]
pub struct ElementwiseKernel {
    name: &'static str,
    inputs: Vec<Parameter>,
    outputs: Vec<Parameter>,
    operation: String,
    /// The rows for each set of dtypes, one for each output.
    rows: Mutex<Vec<(Types, Rows)>>,
}

type Rows = SmallVec<[&'static Ufunc; 1]>;

impl ElementwiseKernel {
    /// Declares the kernel. Where no template names are, its text is checked now, else for each set of dtypes.
    ///
    /// # Errors
    /// [`Error::Value`] for a declaration that is none, and for WGSL that is wrong: with naga's words and the line.
    pub fn new(in_params: &str, out_params: &str, operation: &str, name: &str) -> Result<Self> {
        let name = interned(name);
        let (inputs, outputs) = (parse(name, in_params)?, parse(name, out_params)?);
        if inputs.is_empty() || outputs.is_empty() {
            let reason = "it has no inputs or no outputs; every kernel of elements has both";
            return Err(Error::Value { op: name, reason: reason.into() });
        }
        if let Some(twice) = outputs.iter().find(|one| inputs.iter().any(|input| input.name == one.name)) {
            let reason = format!("{} is an input and an output", twice.name);
            return Err(Error::Value { op: name, reason });
        }
        let kernel = Self { name, inputs, outputs, operation: operation.into(), rows: Mutex::default() };
        let both = kernel.inputs.iter().chain(&kernel.outputs);
        if both.clone().all(|one| matches!(one.dtype, Type::DType(_))) {
            kernel.rows(Types::new())?;
        }
        Ok(kernel)
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

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// One pending array for each output. Inputs broadcast; numbers take the dtype that is declared.
    ///
    /// # Errors
    /// [`Error::DType`] for an array of another dtype than declared, and for two that differ where one template name
    /// stands; [`Error::Value`] for another number of arguments, or wrong WGSL; [`Error::Broadcast`].
    pub fn call(&self, arguments: &[Argument<'_>]) -> Result<Vec<Array>> {
        let types = deduce(self.name, &self.inputs, arguments)?;
        self.rows(types)?.into_iter().map(|row| apply(row, arguments)).collect()
    }

    fn rows(&self, types: Types) -> Result<Rows> {
        let mut known = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rows)) = known.iter().find(|(found, _)| *found == types) {
            return Ok(rows.clone());
        }
        let rows =
            (0..self.outputs.len()).map(|output| self.row(&types, output)).collect::<Result<Rows>>()?;
        known.push((types, rows.clone()));
        Ok(rows)
    }

    fn row(&self, types: &Types, output: usize) -> Result<&'static Ufunc> {
        Definition {
            op: self.name,
            part: "operation",
            inputs: &declared(self.name, &self.inputs, types)?,
            outputs: &declared(self.name, &self.outputs, types)?,
            output,
            body: &with_types(&self.operation, types),
        }
        .row()
    }
}

/// What template names stand for, given the arguments, whose dtypes must be those that are declared.
pub fn deduce(op: &'static str, inputs: &[Parameter], arguments: &[Argument<'_>]) -> Result<Types> {
    if arguments.len() != inputs.len() {
        let reason = format!("it has {} inputs, and {} were given", inputs.len(), arguments.len());
        return Err(Error::Value { op, reason });
    }
    let mut types = Types::new();
    for (parameter, argument) in inputs.iter().zip(arguments) {
        let Argument::Array(array) = argument else { continue };
        let wanted = match &parameter.dtype {
            Type::DType(dtype) => Some(*dtype),
            Type::Template(name) => types.iter().find(|(known, _)| known == name).map(|&(_, dtype)| dtype),
        };
        match (&parameter.dtype, wanted) {
            (_, Some(wanted)) if wanted != array.dtype() => {
                let accepted = format!("{wanted} for {}", parameter.name);
                let remedy = format!(". Convert it first: x.astype(fs.{wanted})");
                return Err(Error::DType { op, dtype: array.dtype(), accepted, remedy });
            }
            (Type::Template(name), None) => types.push((name.clone(), array.dtype())),
            _ => {}
        }
    }
    for (parameter, argument) in inputs.iter().zip(arguments) {
        if let (Type::Template(name), Argument::Scalar(scalar)) = (&parameter.dtype, argument)
            && !types.iter().any(|(known, _)| known == name)
        {
            types.push((name.clone(), Scalar::default_dtype(*scalar)));
        }
    }
    Ok(types)
}

/// Names and dtypes.
pub fn declared(op: &'static str, parameters: &[Parameter], types: &Types) -> Result<Vec<(String, DType)>> {
    parameters.iter().map(|one| Ok((one.name.clone(), one.dtype.dtype(op, types)?))).collect()
}
